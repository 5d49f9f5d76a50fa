/** URLs for WebSockets: IoT, API Gateway and Transcribe. */

import { iotMqttUrl, transcribeUrl, webSocketUrl } from 'sigv4kit/presign';
import { createVerifier } from 'sigv4kit/verify';
import { describe, expect, test } from 'vitest';
import { codeOf, instant, longTerm, temporary } from '../support/keys';
import { parametersOf, signatureBySmithy } from './smithy';

const now = () => instant.getTime();
const signatureIn = ({ searchParams }: URL) => searchParams.get('X-Amz-Signature');

describe("the URL of IoT's MQTT", () => {
  const endpoint = 'a1b2c3-ats.iot.us-east-1.amazonaws.com';
  const rule = { service: 'iotdevicegateway', region: 'us-east-1', expiresIn: 3600, tokenLast: true };

  test.each([
    ['long-term', longTerm],
    ['temporary', temporary],
  ])('is signed without the session token, with %s keys', async (_, credentials) => {
    const url = await iotMqttUrl({ endpoint, credentials, now });
    expect(url.href).toMatch(/^wss:\/\/a1b2c3-ats\.iot\.us-east-1\.amazonaws\.com\/mqtt\?X-Amz-Algorithm=/);
    expect(url.searchParams.get('X-Amz-Credential')).toContain('/us-east-1/iotdevicegateway/');
    expect(signatureIn(url)).toBe(await signatureBySmithy(`wss://${endpoint}/mqtt`, credentials, rule));
  });

  test('ends with the session token', async () => {
    const url = await iotMqttUrl({ endpoint, credentials: temporary, now, expiresIn: 86_400 });
    expect(url.href).toMatch(
      /&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=[\da-f]{64}&X-Amz-Security-Token=AQoDYXdzEJr1K7%2FEXAMPLE%2BTOKEN%3D%3D$/,
    );
  });

  test('holds for a verifier', async () => {
    const { verify } = createVerifier({
      lookup: () => temporary,
      region: 'cn-north-1',
      service: 'iotdevicegateway',
      now,
    });
    const url = await iotMqttUrl({ endpoint: 'a1.ats.iot.cn-north-1.amazonaws.com.cn', credentials: temporary, now });
    await expect(verify({ url })).resolves.toMatchObject({ presigned: true });
  });
});

describe('the URL of an API Gateway WebSocket', () => {
  const stage = 'wss://abc123.execute-api.eu-west-1.amazonaws.com/prod?room=a%20b';

  // Those of SigV4QueryAuth of botocore 1.43.
  test.each([
    ['long-term', longTerm, '5d9a98c1b9262d1bea796ea8afc56950c7ac9e55154b4350df849dc897234358'],
    ['temporary', temporary, '3b0617b153e3c89e9e2480310328b0e5dfe93d3f03b1ea4cf0c0ed37b115a9ae'],
  ])('keeps stage and query and is signed for execute-api, with %s keys', async (_, credentials, signature) => {
    const url = await webSocketUrl(stage, { credentials, now });
    expect(url.href.startsWith(`${stage}&X-Amz-Algorithm=`)).toBe(true);
    expect(url.searchParams.get('X-Amz-Expires')).toBe('300');
    expect(signatureIn(url)).toBe(signature);
  });

  test('of a custom domain is signed for execute-api too', async () => {
    const url = await webSocketUrl(new URL('wss://chat.example.com/'), {
      credentials: longTerm,
      now,
      region: 'us-west-2',
    });
    expect(url.searchParams.get('X-Amz-Credential')).toBe('AKIDEXAMPLE/20150830/us-west-2/execute-api/aws4_request');
  });

  test('signed anew is signed once', async () => {
    const options = { credentials: temporary, now };
    const url = await webSocketUrl(stage, options);
    expect((await webSocketUrl(url, options)).href).toBe(url.href);
  });

  test('holds for a verifier for as long as it was given', async () => {
    const scope = { lookup: () => temporary, region: 'eu-west-1', service: 'execute-api' };
    const url = await webSocketUrl(stage, { credentials: temporary, now, expiresIn: 30 });
    await expect(createVerifier({ ...scope, now }).verify({ url })).resolves.toMatchObject({ presigned: true });
    const late = createVerifier({ ...scope, now: () => now() + 31_000 });
    expect(await codeOf(() => late.verify({ url }))).toBe('ERR_SIGV4_SIGNATURE_EXPIRED');
  });

  test.each<[unknown]>([
    ['https://abc123.execute-api.eu-west-1.amazonaws.com/prod'],
    ['abc123'],
    [''],
    [undefined],
    [null],
    [5],
    [{}],
    ['wss://'],
  ])('cannot be made of %j', async (url) => {
    expect(await codeOf(() => webSocketUrl(url as string, { credentials: longTerm }))).toBe('ERR_SIGV4_INVALID_URL');
  });
});

describe('the URL of a Transcribe stream', () => {
  const stream = {
    region: 'us-west-2',
    languageCode: 'en-US',
    mediaEncoding: 'flac',
    sampleRate: 16_000,
    now,
  } as const;

  // Those of SigV4QueryAuth of botocore 1.43.
  test.each([
    ['long-term', longTerm, '230e15eb2a5e1726d728104d1538208981951eaae570b3a04876d6dc601532fa'],
    ['temporary', temporary, '3b7657790b9b4736b5f44db621855e7d951209253be63b9535b875b4f898d1c5'],
  ])('is on port 8443 and holds for five minutes, with %s keys', async (_, credentials, signature) => {
    const url = await transcribeUrl({ ...stream, credentials });
    expect(url.href).toMatch(
      /^wss:\/\/transcribestreaming\.us-west-2\.amazonaws\.com:8443\/stream-transcription-websocket\?/,
    );
    expect(parametersOf(url.search)).toMatchObject({
      'language-code': 'en-US',
      'media-encoding': 'flac',
      'sample-rate': '16000',
      'X-Amz-Credential': `${credentials.accessKeyId}/20150830/us-west-2/transcribe/aws4_request`,
      'X-Amz-Expires': '300',
      'X-Amz-Signature': signature,
    });
  });

  test('carries every other parameter, signed', async () => {
    const parameters = { 'vocabulary-name': 'a b+c', 'show-speaker-label': true, 'number-of-channels': 2 };
    const url = await transcribeUrl({ ...stream, credentials: temporary, parameters });
    expect(parametersOf(url.search)).toMatchObject({
      'vocabulary-name': 'a b+c',
      'show-speaker-label': 'true',
      'number-of-channels': '2',
    });
    const { verify } = createVerifier({ lookup: () => temporary, region: 'us-west-2', service: 'transcribe', now });
    await expect(verify({ url })).resolves.toMatchObject({ presigned: true });
    url.searchParams.set('vocabulary-name', 'other');
    expect(await codeOf(() => verify({ url }))).toBe('ERR_SIGV4_SIGNATURE_MISMATCH');
  });

  test('needs no language where it is to be identified', async () => {
    const parameters = { 'identify-language': true, 'language-options': 'en-US,de-DE' };
    const url = await transcribeUrl({ ...stream, credentials: longTerm, languageCode: undefined, parameters });
    expect(url.searchParams.has('language-code')).toBe(false);
  });

  test('of a medical stream has a path of its own, in the domain of its partition', async () => {
    const parameters = { specialty: 'PRIMARYCARE', type: 'DICTATION' };
    const url = await transcribeUrl({
      ...stream,
      credentials: longTerm,
      region: 'cn-north-1',
      medical: true,
      parameters,
    });
    expect(url.host).toBe('transcribestreaming.cn-north-1.amazonaws.com.cn:8443');
    expect(url.pathname).toBe('/medical-stream-transcription-websocket');
    const before = `${url.origin.replace('null', `wss://${url.host}`)}${url.pathname}${url.search.split('&X-Amz-')[0]}`;
    const rule = { service: 'transcribe', region: 'cn-north-1', expiresIn: 300 };
    expect(signatureIn(url)).toBe(await signatureBySmithy(before, longTerm, rule));
  });
});
