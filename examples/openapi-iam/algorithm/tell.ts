/** The steps of a signature in words, line by line. No line has a secret or a session token. */
import type { Assembled, Keys, Signing } from './assemble';

/** Those of AWS's documentation, which open nothing. */
const DOCUMENTED = ['wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'];

/** Whether derived keys may be shown: whoever has one can sign in its owner's name until the day ends. */
export const isDocumented = ({ secretAccessKey }: Keys) => DOCUMENTED.includes(secretAccessKey);

/** What is written in a line, and what it is. */
type Line = readonly [text: string, meaning: string];

export function tell({ method, url, keys }: Signing, assembled: Assembled, showKeys: boolean): string {
  const [day, region, service] = assembled.scope;
  return [
    `${method} ${url}`,
    `signed at ${assembled.amzDate} for ${service} in ${region}, with the key ${keys.accessKeyId}`,
    '',
    '1. The canonical request: the one way to write this request down',
    '',
    table([
      [method, 'the method'],
      [assembled.path, 'the path, percent-encoded once more than it is sent'],
      [assembled.query, `the query, sorted by name${assembled.query === '' ? '; there is none' : ''}`],
      ...assembled.headers.map(([name, value]) => headerLine(name, value)),
      ['', 'an empty line: the headers end'],
      [assembled.signedHeaders, 'their names'],
      [assembled.payloadHash, 'SHA-256 of the body; there is none'],
    ]),
    '',
    `   SHA-256 of these lines: ${assembled.canonicalHash}`,
    '',
    '2. The string to sign: what is signed, when and for what',
    '',
    table([
      ['AWS4-HMAC-SHA256', 'the algorithm'],
      [assembled.amzDate, 'the time'],
      [assembled.scope.join('/'), 'the scope: day, region, service'],
      [assembled.canonicalHash, 'the hash of step 1'],
    ]),
    '',
    '3. The signing key: the secret key, bound to the scope part by part',
    '',
    ...derivation(day, region, service, assembled.derived, showKeys),
    '',
    '4. The signature: HMAC-SHA256 of the string to sign with kSigning',
    '',
    `   ${assembled.signature}`,
    '',
    '5. The headers that go with the request',
    '',
    ...assembled.headers.slice(1).map(([name, value]) => `   ${headerLine(name, value)[0]}`),
    `   authorization: ${assembled.authorization}`,
  ].join('\n');
}

/** A session token is a secret: the line says how long it is. */
function headerLine(name: string, value: string): Line {
  if (name === 'x-amz-security-token') return [`${name}:(${value.length} characters)`, 'a header, not shown here'];
  return [`${name}:${value}`, name === 'host' ? 'a header: to whom' : 'a header: when'];
}

function derivation(
  day: string,
  region: string,
  service: string,
  derived: readonly Buffer[],
  showKeys: boolean,
): string[] {
  const steps = [
    `kDate    = HMAC-SHA256("AWS4" + the secret key, "${day}")`,
    `kRegion  = HMAC-SHA256(kDate, "${region}")`,
    `kService = HMAC-SHA256(kRegion, "${service}")`,
    'kSigning = HMAC-SHA256(kService, "aws4_request")',
  ];
  if (!showKeys) return [...steps.map((step) => `   ${step}`), '   None is shown: each of them signs for a whole day.'];
  return steps.flatMap((step, i) => [`   ${step}`, `            ${derived[i]?.toString('hex')}`]);
}

function table(lines: readonly Line[]): string {
  const width = Math.max(...lines.map(([text]) => text.length));
  return lines.map(([text, meaning]) => `   ${text.padEnd(width)}   ${meaning}`).join('\n');
}
