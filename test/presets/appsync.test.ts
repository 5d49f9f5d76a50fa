/** AppSync subscriptions: the connection and the subscription, as Amplify signs them. */

import { appSyncAuthorization, appSyncRealtimeUrl } from 'sigv4kit/presign';
import { createVerifier } from 'sigv4kit/verify';
import { describe, expect, test } from 'vitest';
import { codeOf, instant, longTerm, temporary } from '../support/keys';

const now = () => instant.getTime();
const host = 'abcdefghijklmnopqrstuvwxyz.appsync-api.eu-west-1.amazonaws.com';
const url = `https://${host}/graphql`;
const data = '{"query":"subscription { onOrder { id note } }","variables":{"note":"é"}}';

const decode = (text: string | null) => JSON.parse(Buffer.from(text as string, 'base64').toString());
const withToken = 'accept;content-encoding;content-type;host;x-amz-date;x-amz-security-token';

// The signatures are those of `signRequest` of @aws-amplify/core 6.19.
const headersBy = (accessKeyId: string, signedHeaders: string, signature: string) => ({
  accept: 'application/json, text/javascript',
  'content-encoding': 'amz-1.0',
  'content-type': 'application/json; charset=UTF-8',
  host,
  'x-amz-date': '20150830T123600Z',
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20150830/eu-west-1/appsync/aws4_request, SignedHeaders=${signedHeaders}, Signature=${signature}`,
});

describe('the connection', () => {
  test('goes to the real-time host with what Amplify signs, as base64', async () => {
    const realtime = await appSyncRealtimeUrl({ url, credentials: longTerm, now });
    expect(realtime.protocols).toEqual(['graphql-ws']);
    const { searchParams, href } = realtime.url;
    expect(href.split('?')[0]).toBe(`wss://${host.replace('appsync-api', 'appsync-realtime-api')}/graphql`);
    expect([...searchParams.keys()]).toEqual(['header', 'payload']);
    expect(searchParams.get('payload')).toBe('e30=');
    expect(decode(searchParams.get('header'))).toEqual(
      headersBy(
        longTerm.accessKeyId,
        'accept;content-encoding;content-type;host;x-amz-date',
        'cb997482105e7c8d2f176730e213857e5a2e1a84d99ef9b3ab54517b274dc130',
      ),
    );
  });

  test('carries the session token, signed', async () => {
    const realtime = await appSyncRealtimeUrl({ url: new URL(url), credentials: temporary, now });
    expect(decode(realtime.url.searchParams.get('header'))).toEqual({
      ...headersBy(
        temporary.accessKeyId,
        withToken,
        'b3e05111a5c45061ada6ae5f0d9aa9c320c1ef2823b49f6d6dbe8d30f328e087',
      ),
      'x-amz-security-token': temporary.sessionToken,
    });
  });

  test('holds for a verifier as a request to /graphql/connect, and as no other', async () => {
    const { verify } = createVerifier({ lookup: () => temporary, region: 'eu-west-1', service: 'appsync', now });
    const realtime = await appSyncRealtimeUrl({ url, credentials: temporary, now });
    const headers = decode(realtime.url.searchParams.get('header'));
    await expect(verify({ url: `${url}/connect`, method: 'POST', headers, body: '{}' })).resolves.toMatchObject({
      signedHeaders: withToken.split(';'),
    });
    expect(await codeOf(() => verify({ url, method: 'POST', headers, body: '{}' }))).toBe(
      'ERR_SIGV4_SIGNATURE_MISMATCH',
    );
  });

  test.each([
    ['https://api.example.com/graphql', 'wss://api.example.com/graphql/realtime'],
    ['https://api.example.com/graphql/', 'wss://api.example.com/graphql/realtime'],
    [
      'https://abc.appsync-api.cn-north-1.amazonaws.com.cn/graphql',
      'wss://abc.appsync-realtime-api.cn-north-1.amazonaws.com.cn/graphql',
    ],
  ])('of %s goes to %s', async (given, expected) => {
    const realtime = await appSyncRealtimeUrl({ url: given, credentials: longTerm, now, region: 'us-east-1' });
    expect(realtime.url.href.split('?')[0]).toBe(expected);
  });
});

describe('a subscription', () => {
  test('is signed as Amplify signs it, with the text that is sent', async () => {
    expect(await appSyncAuthorization({ url, data, credentials: longTerm, now })).toEqual(
      headersBy(
        longTerm.accessKeyId,
        'accept;content-encoding;content-type;host;x-amz-date',
        '524eccc898325bc41777c7e1f6d07e18a064bb946fcb3d1a3c480496db056333',
      ),
    );
    expect(await appSyncAuthorization({ url, data, credentials: temporary, now })).toEqual({
      ...headersBy(
        temporary.accessKeyId,
        withToken,
        '578d01697ea023d08a558795286fa7f525bfffdfb1d938039ef8ac8c78b3df4c',
      ),
      'x-amz-security-token': temporary.sessionToken,
    });
  });

  test('holds for a verifier with that text and no other', async () => {
    const { verify } = createVerifier({ lookup: () => temporary, region: 'eu-west-1', service: 'appsync', now });
    const headers = await appSyncAuthorization({ url, data, credentials: temporary, now });
    await expect(verify({ url, method: 'POST', headers, body: data })).resolves.toMatchObject({ presigned: false });
    const other = verify({ url, method: 'POST', headers, body: data.replace('note', 'total') });
    expect(await codeOf(() => other)).toBe('ERR_SIGV4_SIGNATURE_MISMATCH');
  });
});
