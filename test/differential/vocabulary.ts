/** What generated requests are made of. A word that stands twice comes twice as often. */
import type { Credentials } from 'sigv4kit/core';

const words = (text: string) => text.split(/\s+/);

export const METHODS = words('GET GET POST PUT DELETE PATCH HEAD OPTIONS REPORT M-SEARCH QUERY get');
export const REGIONS = words('us-east-1 eu-central-1 ap-southeast-2 us-gov-west-1 cn-north-1 eusc-de-east-1');
export const SERVICES = words(
  `service service execute-api execute-api sts dynamodb lambda aoss glacier iotdevicegateway ebs my.service_2
  s3 s3 s3 s3express s3-outposts s3-object-lambda`,
);
export const HOSTS = [
  'example.amazonaws.com',
  'a1b2c3.execute-api.us-east-1.amazonaws.com',
  'bucket.s3.amazonaws.com',
  'localhost:8080',
  '[2001:db8::1]:8443',
  ' spaced.example.com\t',
  'xn--bcher-kva.example',
];

const TOKEN = 'IQoJb3JpZ2luX2VjEPT//////////wEaCXVzLWVhc3QtMSJHMEUCIQC+/==';
export const CREDENTIALS: readonly Credentials[] = [
  { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
  { accessKeyId: 'AKIAI44QH8DHBEXAMPLE', secretAccessKey: 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY' },
  { accessKeyId: 'A', secretAccessKey: 's' },
  { accessKeyId: 'AKID-with.odd_but~plain', secretAccessKey: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~' },
  { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'k'.repeat(40), sessionToken: TOKEN },
  { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'k'.repeat(40), sessionToken: TOKEN.repeat(6) },
  { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', secretAccessKey: 'K'.repeat(61), sessionToken: 't' },
  { accessKeyId: 'ASIAODD', secretAccessKey: 'long'.repeat(40), sessionToken: '+/=&?#%20+a' },
];

export const PLAIN = words('a b Z 0 9 - _ . ~ key users 2026');
export const RESERVED = [...':@!$\'()*,;[]|^"<>`{}\\ '];
export const ESCAPES = words('%20 %2F %2f %25 %3D %26 %2B %3a %40 %E1%88%B4 %e1%88%b4 %F0%9F%98%80 %00 %0A %23');
export const NEEDLESS = words('%7E %7e %41 %2D %2d %5F %30 %2e');
// A ligature sorts behind an emoji in UTF-16 and before it in UTF-8; the last three look like white space and are none.
export const UNICODE = ['é', 'ü', 'ሴ', '漢字', '😀', 'ﬀ', '\u{10ffff}', 'e\u0301', '\u00a0', '\u2003', '\ufeff'];
export const NOT_UTF8 = words('%FF %C3%28 %ed%a0%80');

/** Names of parameters; some begin others, and what follows sorts before `=` or behind it. */
export const NAMES = [
  '',
  ...words('a a A a- a0 a%3D a%2D a. ab b Param Param-3 constructor toString hasOwnProperty é %C3%A9 😀 ﬀ 1 10 2'),
  ...words('X-Amz-Meta x-amz-acl list-type prefix'),
];
/** Parameters that an object with text in it does not hold. */
export const NOT_FOR_BAGS = words('__proto__=1 %5F_proto__ __proto__= raw=%FF %C3%28=1 x=%ed%a0%80');
export const PRESIGNED_NAMES = words(
  'X-Amz-Date x-amz-expires X-Amz-Credential X-Amz-Security-Token X-Amz-SignedHeaders',
);

export const OFTEN_SIGNED = words(
  `content-type Content-Type content-md5 x-apigw-api-id
  x-amz-meta-a X-Amz-Meta-A x-amz-meta-a-b x-amz-meta-a0 x-amz-target x-amz-acl`,
);
export const OTHERS = words(
  `accept Cookie x-custom X-CUSTOM x_custom x~custom x'custom x.custom x! x# ^x \`x |x cache-control pragma referer from
  max-forwards range if-match traceparent Via x-forwarded-for content-length accept-encoding
  __proto__ constructor toString`,
);
export const NEVER = words(
  `User-Agent expect Connection te trailer Keep-Alive transfer-encoding upgrade proxy-authorization Proxy-Anything
  sec-fetch-mode Sec-WebSocket-Key sec-websocket-version X-Amzn-Trace-Id`,
);
export const WHITE = [' ', ' ', '  ', '\t', ' \t ', '    ', '\r\n ', '\n\t'];
