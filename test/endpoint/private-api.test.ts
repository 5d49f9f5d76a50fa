/** Where the calls of a private API go, by every name it has, and what cannot be a way to it. */
import { createSignedFetch, createSigner, type Endpoint, type PrivateApiOptions, privateApi } from 'sigv4kit';
import { describe, expect, test } from 'vitest';
import { codeOf, longTerm } from '../support/keys';

const region = 'us-east-1';
const ID = 'vpce-0a1b2c3d4e5f60718';
const LABEL = `${ID}-abcdefgh`;
const NAME = `${LABEL}.execute-api.us-east-1.vpce.amazonaws.com`;
const ZONAL = `${LABEL}-us-east-1a.execute-api.us-east-1.vpce.amazonaws.com`;
const OWN = 'abc123.execute-api.us-east-1.amazonaws.com';
const ALIAS = `abc123-${ID}.execute-api.us-east-1.amazonaws.com`;
const idHeader = { 'x-apigw-api-id': 'abc123' };
const api = { apiId: 'abc123', region };

/** What is sent with a relative URL: the URL's host, and what names the API. */
async function sent(endpoint: Endpoint, url = '/orders'): Promise<object> {
  const signed = await createSigner({ credentials: longTerm, endpoint }).sign({ url });
  const { host, 'x-apigw-api-id': apiId, authorization } = signed.headers;
  const names = /SignedHeaders=([^,]+)/.exec(authorization as string)?.[1];
  return { url: signed.url, host, apiId, names };
}

test.each([
  `http://${OWN}/a?b`,
  `https:\\\\${OWN}\\a?b=`,
  `http:/${OWN}/a?b=`,
  `https://${OWN}./a?b=`,
  `https://%61${OWN.slice(1)}/a?b=`,
  `https://${OWN.replace('.', '。')}/a?b=`,
  `http://${OWN}\t/a?b=`,
  `http://${NAME}/a?b=`,
])('%j, which is the API in another spelling, leads to the endpoint', async (url) => {
  const endpoint = privateApi({ ...api, vpcEndpoint: NAME });
  expect(await sent(endpoint, url)).toMatchObject({ url: `https://${NAME}/a?b=`, host: NAME, apiId: 'abc123' });
});

test.each([`https://${OWN}@example.com/a`, `https://${OWN}:x@example.com/a`, `https://user@${OWN}/a`])(
  '%j is refused',
  async (url) => {
    expect(await codeOf(() => sent(privateApi({ ...api, vpcEndpoint: NAME }), url))).toBe('ERR_SIGV4_INVALID_URL');
  },
);

describe('each form of the address', () => {
  const rows: [string, PrivateApiOptions, Partial<Endpoint>][] = [
    ['its own name, by private DNS', api, { url: `https://${OWN}` }],
    ['with its stage', { ...api, stage: 'prod' }, { url: `https://${OWN}/prod` }],
    ['the default stage of an HTTP API', { ...api, stage: '$default' }, { url: `https://${OWN}` }],
    ['the alias, by the id of the endpoint', { ...api, vpcEndpoint: ID }, { url: `https://${ALIAS}` }],
    ['the alias, when asked for', { ...api, vpcEndpoint: NAME, via: 'alias' }, { url: `https://${ALIAS}` }],
    ["the endpoint's name", { ...api, vpcEndpoint: NAME }, { url: `https://${NAME}`, headers: idHeader }],
    [
      "the first label of the endpoint's name",
      { ...api, vpcEndpoint: LABEL },
      { url: `https://${NAME}`, headers: idHeader },
    ],
    ['a zonal name', { ...api, vpcEndpoint: ZONAL }, { url: `https://${ZONAL}`, headers: idHeader }],
    [
      'the name of a local zone',
      { apiId: 'abc123', region: 'us-west-2', vpcEndpoint: `${LABEL}-us-west-2-lax-1a` },
      { url: `https://${LABEL}-us-west-2-lax-1a.execute-api.us-west-2.vpce.amazonaws.com`, headers: idHeader },
    ],
    [
      'Host, by who can send it',
      { ...api, vpcEndpoint: NAME, via: 'host-header' },
      { url: `https://${NAME}`, host: OWN, withoutHost: idHeader },
    ],
    [
      "the endpoint's own name, though its name is known",
      { ...api, vpcEndpoint: NAME, via: 'private-dns' },
      { url: `https://${OWN}` },
    ],
    [
      'a custom domain name',
      { region, domainName: 'orders.example.com', basePath: 'v1' },
      { url: 'https://orders.example.com/v1' },
    ],
    [
      'a custom domain name through an endpoint',
      { region, domainName: 'orders.example.com', vpcEndpoint: NAME },
      { url: `https://${NAME}`, host: 'orders.example.com', withoutHost: undefined },
    ],
    [
      'China',
      { apiId: 'abc123', region: 'cn-north-1', vpcEndpoint: ID },
      { url: `https://abc123-${ID}.execute-api.cn-north-1.amazonaws.com.cn` },
    ],
    [
      'GovCloud',
      { apiId: 'abc123', region: 'us-gov-west-1', vpcEndpoint: LABEL },
      { url: `https://${LABEL}.execute-api.us-gov-west-1.vpce.amazonaws.com`, headers: idHeader },
    ],
    [
      'the European cloud',
      { apiId: 'abc123', region: 'eusc-de-east-1' },
      { url: 'https://abc123.execute-api.eusc-de-east-1.amazonaws.eu' },
    ],
  ];
  test.each(rows)('%s', (_, options, expected) => {
    const { names: _names, region: _region, service, ...endpoint } = privateApi(options);
    expect(service).toBe('execute-api');
    expect(endpoint).toEqual(expected);
  });
});

describe('what is signed and sent', () => {
  test('the host on the wire, and the id of the API with it', async () => {
    expect(await sent(privateApi({ ...api, stage: 'prod', vpcEndpoint: NAME }))).toEqual({
      url: `https://${NAME}/prod/orders`,
      host: NAME,
      apiId: 'abc123',
      names: 'host;x-amz-date;x-apigw-api-id',
    });
  });

  test('a URL with any name of the API goes to the endpoint, with the path it has', async () => {
    const endpoint = privateApi({ ...api, stage: 'prod', vpcEndpoint: NAME });
    for (const name of [OWN, ALIAS, NAME, OWN.toUpperCase()])
      expect(await sent(endpoint, `https://${name}/test/a%2Fb?x=1`)).toMatchObject({
        url: `https://${NAME}/test/a%2Fb?x=1`,
        apiId: 'abc123',
      });
  });

  test.each([
    ['orders', '/prod/orders'],
    ['/orders', '/prod/orders'],
    ['', '/prod'],
    ['?a=1', '/prod?a=1'],
    ['/orders?next=https://example.com/', '/prod/orders?next=https%3A%2F%2Fexample.com%2F'],
    ['//example.com/orders', '/prod//example.com/orders'],
  ])('the relative URL "%s" is joined to the stage', async (url, expected) => {
    const endpoint = privateApi({ ...api, stage: 'prod' });
    expect(await sent(endpoint, url)).toMatchObject({ url: `https://${OWN}${expected}` });
  });

  test('a call to another host is as it was', async () => {
    const endpoint = privateApi({ ...api, stage: 'prod', vpcEndpoint: NAME });
    const other = 'https://other1.execute-api.eu-west-1.amazonaws.com/prod/';
    expect(await sent(endpoint, other)).toMatchObject({ url: other, apiId: undefined });
  });

  test('a wss URL stays one', async () => {
    const signer = createSigner({ credentials: longTerm, endpoint: privateApi({ ...api, vpcEndpoint: ID }) });
    expect((await signer.presign(`wss://${OWN}/prod`)).href).toMatch(`wss://${ALIAS}/prod?`);
  });

  test('a region and a service come with the endpoint, where its name does not tell', async () => {
    const signer = createSigner({
      credentials: longTerm,
      endpoint: privateApi({ region: 'eu-west-1', domainName: 'orders.example.com' }),
    });
    const { headers } = await signer.sign({ url: '/x' });
    expect(headers.authorization).toContain('/eu-west-1/execute-api/aws4_request');
  });

  test('an endpoint of any service, as plain data', async () => {
    const endpoint = {
      url: 'https://example.com/base/',
      headers: { 'x-team': 'blue' },
      region,
      service: 'execute-api',
    };
    const { url, headers } = await createSigner({ credentials: longTerm, endpoint }).sign({ url: 'x' });
    expect([url, headers['x-team']]).toEqual(['https://example.com/base/x', 'blue']);
  });

  test('a header of the call goes before that of the endpoint', async () => {
    const endpoint = privateApi({ ...api, vpcEndpoint: NAME });
    const signer = createSigner({ credentials: longTerm, endpoint });
    const { headers } = await signer.sign({ url: '/', headers: { 'X-Apigw-Api-Id': 'other1' } });
    expect(headers['x-apigw-api-id']).toBe('other1');
  });
});

describe('a URL typed with the name of a VPC endpoint alone', () => {
  test('is refused with what is missing', async () => {
    const signer = createSigner({ credentials: longTerm });
    expect(await codeOf(() => signer.sign({ url: `https://${ZONAL}/prod` }))).toBe('ERR_SIGV4_NO_API_ID');
    expect(await codeOf(() => signer.presign(`https://${NAME}/prod`))).toBe('ERR_SIGV4_NO_API_ID');
  });

  test.each([idHeader, { host: OWN }])('is signed for region and service with %j', async (headers) => {
    const signed = await createSigner({ credentials: longTerm }).sign({ url: `https://${NAME}/prod`, headers });
    expect(signed.headers.authorization).toContain('/us-east-1/execute-api/aws4_request');
    expect(signed.headers.host).toBe('host' in headers ? headers.host : NAME);
  });
});

describe('a client that cannot send a Host', () => {
  const calls: string[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { host, 'x-apigw-api-id': apiId = '' } = (init as RequestInit).headers as Record<string, string>;
    calls.push(`${input} ${host} ${apiId}`);
    return new Response('ok');
  };

  test('sends the id of the API instead', async () => {
    const endpoint = privateApi({ ...api, vpcEndpoint: NAME, via: 'host-header' });
    await createSignedFetch({ credentials: longTerm, endpoint, fetch })('/prod');
    expect(calls.pop()).toBe(`https://${NAME}/prod ${NAME} abc123`);
  });

  test('is refused where a Host is the only way', async () => {
    const endpoint = privateApi({ region, domainName: 'orders.example.com', vpcEndpoint: NAME });
    const call = createSignedFetch({ credentials: longTerm, endpoint, fetch, retry: false });
    expect(await codeOf(() => call('/x'))).toBe('ERR_SIGV4_INVALID_HEADER');
  });
});

describe('what is no way to an API', () => {
  const wrong: [string, object][] = [
    ['no options', undefined as never],
    ['no region', { apiId: 'abc123' }],
    ['an option that is not known', { ...api, vpcEndpointId: ID }],
    ['no API', { region }],
    ['an id in capitals', { apiId: 'ABC', region }],
    ['a stage with a slash', { ...api, stage: 'a/b' }],
    ['a stage beside a domain', { region, domainName: 'orders.example.com', stage: 'prod' }],
    ['a base path without a domain', { ...api, basePath: 'v1' }],
    ['a domain that is a URL', { region, domainName: 'https://orders.example.com' }],
    ['an endpoint of another form', { ...api, vpcEndpoint: 'endpoint' }],
    ['the name of an endpoint of another service', { ...api, vpcEndpoint: `${LABEL}.s3.us-east-1.vpce.amazonaws.com` }],
    ['an endpoint of another region', { ...api, vpcEndpoint: NAME.replace('us-east-1', 'us-west-2') }],
    ['a zone of another region', { ...api, vpcEndpoint: `${LABEL}-us-west-2a` }],
    ['an alias without an endpoint', { ...api, via: 'alias' }],
    ['an alias of a domain', { region, domainName: 'a.example.com', vpcEndpoint: ID, via: 'alias' }],
    ['the header by an id alone', { ...api, vpcEndpoint: ID, via: 'api-id-header' }],
    ['the header for a domain', { region, domainName: 'a.example.com', vpcEndpoint: NAME, via: 'api-id-header' }],
    ['Host by an id alone', { ...api, vpcEndpoint: ID, via: 'host-header' }],
    ['another way', { ...api, via: 'post' }],
  ];
  test.each(wrong)('%s', async (_, options) => {
    expect(await codeOf(async () => privateApi(options as PrivateApiOptions))).toBe('ERR_SIGV4_INVALID_OPTION');
  });

  const url = 'https://example.com';
  test.each<[unknown]>([
    [''],
    [Number.NaN],
    [true],
    [{ url, names: 'abc' }],
    [{ url, names: [5] }],
    [{ url, headers: 5 }],
    [{ url, headers: new Map([['x-a', 'b']]) }],
    [{ url, headers: { 'x-a': 'b\r\nc: d' } }],
    [{ url, withoutHost: 'x' }],
    [{ url, host: 5 }],
    [{ url, host: 'a b' }],
    [{ url, host: 'a.example.com/b' }],
    [{ url, host: 'a@example.com' }],
  ])('an endpoint that is %j', async (endpoint) => {
    expect(await codeOf(async () => createSigner({ endpoint: endpoint as never }))).toBe('ERR_SIGV4_INVALID_OPTION');
  });

  test.each(['/relative', 'ftp://example.com', 'https://example.com/?a=1', 'https://a:b@example.com'])(
    'an endpoint at %s',
    async (url) => {
      expect(await codeOf(async () => createSigner({ endpoint: { url } }))).toBe('ERR_SIGV4_INVALID_OPTION');
    },
  );
});
