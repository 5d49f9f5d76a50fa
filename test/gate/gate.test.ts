/** The gate over real HTTP: what it answers, and every refusal in API Gateway's words. */
import { createHash } from 'node:crypto';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSignedFetch, createSigner, type SignerOptions } from 'sigv4kit';
import { signHeaders } from 'sigv4kit/core';
import { type Gate, type ProxyEvent, startGate, type World } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, longTerm, temporary } from '../support/keys';

const allow = {
  Version: '2012-10-17' as const,
  Statement: {
    Effect: 'Allow' as const,
    Action: 'execute-api:Invoke',
    Resource: 'arn:aws:execute-api:us-east-1:111122223333:*',
  },
};
const key = (id: string) => ({ accessKeyId: id, secretAccessKey: longTerm.secretAccessKey });
const expired = { ...key('ASIAEXPIREDEXAMPLE00'), sessionToken: 'AQoEXPIRED', expiration: '2020-01-01T00:00:00Z' };
const answer = (value: unknown) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});
const echo = (event: ProxyEvent) => answer(event);

/** Answers that API Gateway calls malformed. */
const ODD: Record<string, unknown> = {
  status: { statusCode: 99 },
  informational: { statusCode: 101 },
  nan: { statusCode: Number.NaN },
  name: { statusCode: 200, headers: { 'a b': '1' } },
  value: { statusCode: 200, headers: { a: '1\n2' } },
  body: { statusCode: 200, body: { a: 1 } },
  nothing: undefined,
};

const world: World = {
  accounts: {
    '111122223333': {
      users: {
        buddy: { accessKeys: [longTerm, temporary, expired], policies: [allow] },
        nobody: { path: '/staff/', accessKeys: [key('AKIANOBODYEXAMPLE000')] },
        denied: {
          accessKeys: [key('AKIADENIEDEXAMPLE000')],
          policies: [
            allow,
            {
              Statement: [
                {
                  Effect: 'Deny',
                  Action: ['execute-api:*'],
                  Resource: 'arn:aws:execute-api:*:*:*/api/GET/iam/echo/?2',
                },
                {
                  Effect: 'Deny',
                  Action: 'execute-api:*',
                  Resource: 'arn:aws:execute-api:*:*:abc123/api/GET/orders/*',
                },
              ],
            },
          ],
        },
      },
      apis: {
        abc123: {
          region: 'us-east-1',
          stage: 'api',
          routes: {
            'GET /': { auth: 'AWS_IAM', handler: answer({ hello: 'world' }) },
            'POST /greet': {
              auth: 'AWS_IAM',
              handler: ({ body }) => answer({ hello: JSON.parse(body ?? '{}').name ?? 'stranger' }),
            },
            'GET /open': { handler: { statusCode: 200, body: 'open' } },
            'ANY /echo/{proxy+}': { handler: echo },
            'GET /iam/echo/{id}': { auth: 'AWS_IAM', handler: answer('seen') },
            'GET /orders/{id}': { auth: 'AWS_IAM', handler: echo },
            'GET /orders/special': { auth: 'AWS_IAM', handler: answer('special') },
            'GET /fails': {
              handler: () => {
                throw new Error('inside');
              },
            },
            'GET /malformed': { handler: (() => 'no result') as never },
            'GET /nulls': { handler: () => ({ statusCode: 200, headers: null, multiValueHeaders: null, body: null }) },
            'ANY /answers/{kind}': { handler: ({ pathParameters }) => ODD[pathParameters?.kind as string] as never },
            'GET /moved': { handler: { statusCode: 302, headers: { location: '/api/open' } } },
            'GET /cookies': {
              handler: {
                statusCode: 201,
                multiValueHeaders: { 'set-cookie': ['a=1', 'b=2'] },
                body: 'AAEC',
                isBase64Encoded: true,
              },
            },
          },
        },
      },
    },
    '444455556666': {
      users: {
        stranger: {
          accessKeys: [key('AKIASTRANGEREXAMPLE0')],
          policies: [{ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }],
        },
      },
    },
  },
};

const api = 'https://abc123.execute-api.us-east-1.amazonaws.com/api';
let gate: Gate;
beforeAll(async () => {
  gate = await startGate(world);
});
afterAll(() => gate.close());

const signedBy = (credentials: SignerOptions['credentials'], options: SignerOptions = {}) =>
  createSignedFetch({ credentials, fetch: gate.fetch, ...options });
/** Status, error type and the raw body: all that a caller sees of a refusal. */
async function seen(response: Promise<Response>) {
  const { status, headers } = await response;
  return { status, type: headers.get('x-amzn-errortype'), body: await (await response).text() };
}
const refusal = (type: string, message: string, status = 403) => ({ status, type, body: JSON.stringify({ message }) });

describe('the main job', () => {
  test('unsigned is refused, signed is answered', async () => {
    expect(await seen(gate.fetch(`${api}/`))).toEqual(
      refusal('MissingAuthenticationTokenException', 'Missing Authentication Token'),
    );
    const response = await signedBy(longTerm)(`${api}/`);
    expect([response.status, await response.json()]).toEqual([200, { hello: 'world' }]);
  });

  test('a POST signed with temporary keys is answered', async () => {
    const response = await signedBy(temporary)(`${api}/greet`, { method: 'POST', body: '{"name":"buddy"}' });
    expect([response.status, await response.json()]).toEqual([200, { hello: 'buddy' }]);
  });

  test('a presigned URL is answered', async () => {
    const url = await createSigner({ credentials: temporary }).presign(`${api}/orders/7?x=1`);
    expect((await gate.fetch(url)).status).toBe(200);
  });

  test('a request tampered with gets the canonical string that should have been', async () => {
    const signed = await createSigner({ credentials: longTerm, now: Date.now }).sign({
      url: `${api}/greet`,
      method: 'POST',
      body: '{"name":"buddy"}',
    });
    const { status, type, body } = await seen(
      gate.fetch(signed.url, { method: 'POST', headers: signed.headers, body: '{"name":"mallory"}' }),
    );
    const date = signed.headers['x-amz-date'] as string;
    const { message } = JSON.parse(body);
    expect([status, type]).toEqual([403, 'InvalidSignatureException']);
    const canonical = [
      'POST',
      '/api/greet',
      '',
      'content-type:text/plain;charset=UTF-8',
      'host:abc123.execute-api.us-east-1.amazonaws.com',
      `x-amz-date:${date}`,
      '',
      'content-type;host;x-amz-date',
      createHash('sha256').update('{"name":"mallory"}').digest('hex'),
    ].join('\n');
    const toSign = [
      'AWS4-HMAC-SHA256',
      date,
      `${date.slice(0, 8)}/us-east-1/execute-api/aws4_request`,
      createHash('sha256').update(canonical).digest('hex'),
    ].join('\n');
    expect(message).toBe(
      `The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'${canonical}'\n\nThe String-to-Sign should have been\n'${toSign}'\n`,
    );
  });

  test('a refusal has the headers of API Gateway', async () => {
    const { headers } = await gate.fetch(`${api}/`);
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('content-length')).toBe('42');
    expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('x-amz-apigw-id')).toMatch(/^[\w-]{15}=$/);
  });
});

describe('every refusal has the words of API Gateway', () => {
  const raw = (headers: Record<string, string>, path = '/') => seen(gate.fetch(api + path, { headers }));
  const date = () => new Date().toISOString().replace(/[-:]|\.\d+/g, '');

  test.each(['/nowhere', '/orders', '/greet'])('no method GET %s', async (path) => {
    expect(await seen(signedBy(longTerm)(api + path))).toEqual(
      refusal('MissingAuthenticationTokenException', 'Missing Authentication Token'),
    );
  });

  test('an unknown route with another scheme', async () => {
    const { status, type, body } = await raw({ authorization: 'Bearer abc' }, '/nowhere');
    expect([status, type]).toEqual([403, 'IncompleteSignatureException']);
    expect(JSON.parse(body).message).toBe(
      `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${createHash('sha256').update('Bearer abc').digest('base64')}'.`,
    );
  });

  test('another scheme where IAM is asked for', async () => {
    const { type, body } = await raw({ authorization: 'Digest username="a"' });
    expect(type).toBe('IncompleteSignatureException');
    expect(JSON.parse(body).message).toMatch(/^Authorization header requires 'Credential' parameter\. /);
  });

  test('parts that are missing, all of them named', async () => {
    const { type, body } = await raw({ authorization: 'AWS4-HMAC-SHA256 a=b' });
    expect(type).toBe('IncompleteSignatureException');
    expect(JSON.parse(body).message).toMatch(
      /^Authorization header requires 'Credential' parameter\. Authorization header requires 'Signature' parameter\. Authorization header requires 'SignedHeaders' parameter\. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header\. \(Hashed with SHA-256 and encoded with Base64\) Authorization=[\w+/]+=$/,
    );
  });

  test('an algorithm that is not known', async () => {
    const authorization = `AWS4-HMAC-SHA25 Credential=a/b/c/d/e, SignedHeaders=host, Signature=x`;
    expect(await raw({ authorization, 'x-amz-date': date() })).toEqual(
      refusal(
        'IncompleteSignatureException',
        "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA25' (only AWS4-HMAC-SHA256 for now). ",
      ),
    );
  });

  test('a credential of four parts', async () => {
    const authorization = `AWS4-HMAC-SHA256 Credential=a/b/c/d, SignedHeaders=host, Signature=x`;
    expect(await raw({ authorization, 'x-amz-date': date() })).toEqual(
      refusal(
        'IncompleteSignatureException',
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b/c/d'",
      ),
    );
  });

  test('a date in another form', async () => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=x';
    expect(await raw({ authorization, 'x-amz-date': '201' })).toEqual(
      refusal(
        'IncompleteSignatureException',
        "Date must be in ISO-8601 'basic format'. Got '201'. See http://en.wikipedia.org/wiki/ISO_8601",
      ),
    );
  });

  test('the host not signed', async () => {
    const authorization = `AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=x-amz-date, Signature=x`;
    expect(await raw({ authorization, 'x-amz-date': date() })).toEqual(
      refusal('InvalidSignatureException', "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."),
    );
  });

  test('both forms at once', async () => {
    const url = await createSigner({ credentials: longTerm }).presign(`${api}/`);
    const { headers } = await createSigner({ credentials: longTerm }).sign({ url: `${api}/` });
    expect(await seen(gate.fetch(url, { headers }))).toEqual(
      refusal(
        'InvalidSignatureException',
        "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
      ),
    );
  });

  test('parts that a presigned URL lacks', async () => {
    expect(
      await seen(gate.fetch(`${api}/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=60&X-Amz-Credential=a`)),
    ).toEqual(
      refusal(
        'IncompleteSignatureException',
        "AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.",
      ),
    );
  });

  test('a signature that is too old, or of the future', async () => {
    const fixed = await startGate(world, { now: () => Date.UTC(2020, 9, 27, 13, 0, 7) });
    // Sent as it is signed: a signed fetch would correct its clock.
    const at = async (time: number) => {
      const { headers } = await createSigner({ credentials: longTerm, now: () => time }).sign({ url: `${api}/` });
      return seen(fixed.fetch(`${api}/`, { headers }));
    };
    expect(await at(Date.UTC(2020, 9, 27, 12, 30, 8))).toEqual(
      refusal(
        'InvalidSignatureException',
        'Signature expired: 20201027T123008Z is now earlier than 20201027T125507Z (20201027T130007Z - 5 min.)',
      ),
    );
    expect(await at(Date.UTC(2020, 9, 27, 13, 30, 8))).toEqual(
      refusal(
        'InvalidSignatureException',
        'Signature not yet current: 20201027T133008Z is still later than 20201027T130507Z (20201027T130007Z + 5 min.)',
      ),
    );
    await fixed.close();
  });

  test('a wrong scope, each fault in its sentence', async () => {
    expect(await seen(signedBy(longTerm, { region: 'eu-west-1', service: 'lambda' })(`${api}/`))).toEqual(
      refusal(
        'InvalidSignatureException',
        "Credential should be scoped to a valid region, not 'eu-west-1'. Credential should be scoped to correct service: 'execute-api'. ",
      ),
    );
  });

  test.each<[string, SignerOptions['credentials']]>([
    ['an unknown key', key('AKIAUNKNOWNEXAMPLE00')],
    ["another session's token", { ...temporary, sessionToken: 'other' }],
    ['temporary keys without their token', { ...temporary, sessionToken: undefined }],
  ])('%s', async (_, credentials) => {
    expect(await seen(signedBy(credentials)(`${api}/`))).toEqual(
      refusal('UnrecognizedClientException', 'The security token included in the request is invalid.'),
    );
  });

  test('keys that have expired', async () => {
    const { expiration: _, ...credentials } = expired;
    expect(await seen(signedBy(credentials)(`${api}/`))).toEqual(
      refusal('ExpiredTokenException', 'The security token included in the request is expired'),
    );
  });

  const denial = (user: string, path: string, reason: string) => ({
    status: 403,
    type: 'AccessDeniedException',
    body: JSON.stringify({
      Message: `User: arn:aws:iam::${user} is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********3333:abc123/api/GET${path} ${reason}`,
    }),
  });

  test('a user whom nothing allows', async () => {
    expect(await seen(signedBy(key('AKIANOBODYEXAMPLE000'))(`${api}/`))).toEqual(
      denial(
        '111122223333:user/staff/nobody',
        '/',
        'because no identity-based policy allows the execute-api:Invoke action',
      ),
    );
  });

  test('a user whom something denies, on what it denies alone', async () => {
    const fetch = signedBy(key('AKIADENIEDEXAMPLE000'));
    expect(await seen(fetch(`${api}/orders/42`))).toEqual(
      denial('111122223333:user/denied', '/orders/42', 'with an explicit deny in an identity-based policy'),
    );
    expect((await fetch(`${api}/`)).status).toBe(200);
  });

  test.each([
    ['/echo/42', 403],
    ['/echo/427', 200],
    ['/echo/2', 200],
  ])('"?" in a policy is one character: %s is a %s', async (path, status) => {
    const { headers } = await createSigner({ credentials: key('AKIADENIEDEXAMPLE000') }).sign({
      url: `${api}/iam${path}`,
    });
    expect((await gate.fetch(`${api}/iam${path}`, { headers })).status).toBe(status);
  });

  test("another account's user, whom only a resource policy could admit", async () => {
    expect(await seen(signedBy(key('AKIASTRANGEREXAMPLE0'))(`${api}/`))).toEqual(
      denial(
        '444455556666:user/stranger',
        '/',
        'because no resource-based policy allows the execute-api:Invoke action',
      ),
    );
  });

  test('a stage or an API that does not exist', async () => {
    const forbidden = refusal('ForbiddenException', 'Forbidden');
    expect(await seen(gate.fetch(`${api}x/`))).toEqual(forbidden);
    expect(await seen(gate.fetch('https://zzz.execute-api.us-east-1.amazonaws.com/api/'))).toEqual(forbidden);
  });

  test('what the gate does not emulate is said, never allowed', async () => {
    for (const url of ['https://sqs.us-east-1.amazonaws.com/', `${gate.url}/api/`]) {
      const { status, type } = await seen(gate.fetch(url));
      expect([status, type]).toEqual([501, 'NotEmulatedException']);
    }
  });
});

describe('routes and handlers', () => {
  test('an open route asks for no signature', async () => {
    expect(await (await gate.fetch(`${api}/open`)).text()).toBe('open');
  });

  test('a literal route goes before a parameter', async () => {
    expect(await (await signedBy(longTerm)(`${api}/orders/special`)).json()).toBe('special');
  });

  test.each(['TRACE', 'PROPFIND', 'M-SEARCH'])('ANY is every method of API Gateway, and %s is none', async (method) => {
    const { hostname, port } = new URL(gate.url);
    const headers = { host: 'abc123.execute-api.us-east-1.amazonaws.com' };
    const status = await new Promise((resolve, reject) => {
      httpRequest({ hostname, port, method, path: '/api/echo/a', headers, agent: false }, (response) => {
        response.resume();
        resolve([response.statusCode, response.headers['x-amzn-errortype']]);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toEqual([403, 'MissingAuthenticationTokenException']);
  });

  test('a handler is given the proxy event of API Gateway', async () => {
    const response = await signedBy(temporary)(`${api}/orders/a%20b?x=1&x=2&y=%2B`, { headers: { 'x-amz-meta': 'v' } });
    const event = (await response.json()) as ProxyEvent;
    expect(event).toMatchObject({
      resource: '/orders/{id}',
      path: '/orders/a%20b',
      httpMethod: 'GET',
      queryStringParameters: { x: '2', y: '+' },
      multiValueQueryStringParameters: { x: ['1', '2'], y: ['+'] },
      pathParameters: { id: 'a b' },
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
      requestContext: {
        accountId: '111122223333',
        apiId: 'abc123',
        stage: 'api',
        path: '/api/orders/a%20b',
        resourcePath: '/orders/{id}',
        domainName: 'abc123.execute-api.us-east-1.amazonaws.com',
        identity: {
          accessKey: temporary.accessKeyId,
          accountId: '111122223333',
          userArn: 'arn:aws:iam::111122223333:user/buddy',
          sourceIp: '127.0.0.1',
        },
      },
    });
    expect(event.headers).toHaveProperty('x-amz-meta', 'v');
    expect(Object.keys(event.headers).map((name) => name.toLowerCase())).not.toContain('authorization');
  });

  test('an unsigned caller has no identity, and the rest of the path is one parameter', async () => {
    const event = (await (
      await gate.fetch(`${api}/echo/a/b/c`, { method: 'PATCH', body: 'héllo' })
    ).json()) as ProxyEvent;
    expect(event).toMatchObject({
      httpMethod: 'PATCH',
      pathParameters: { proxy: 'a/b/c' },
      body: 'héllo',
      requestContext: { identity: { userArn: null, accessKey: null } },
    });
  });

  test('nothing where an answer may have something is an empty answer', async () => {
    const response = await gate.fetch(`${api}/nulls`);
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  test('names that every object has are ordinary names', async () => {
    const event = (await (
      await gate.fetch(`${api}/echo/x?constructor=1&__proto__=2`, { headers: { constructor: '3' } })
    ).json()) as ProxyEvent;
    expect(Object.entries(event.queryStringParameters ?? {})).toEqual([
      ['constructor', '1'],
      ['__proto__', '2'],
    ]);
    expect(event.headers.constructor).toBe('3');
  });

  test.each(['//orders/42', '/orders//42', '/orders/42/', '/orders/'])(
    'the path %s is none of a route without its empty segments',
    async (path) => {
      // fetch keeps them, and so does a policy that names the path without them.
      expect((await seen(signedBy(longTerm)(api + path))).type).toBe('MissingAuthenticationTokenException');
    },
  );

  test('a policy is evaluated on the path that the route was matched by', async () => {
    const { hostname } = new URL(api);
    const signed = await signHeaders(
      { method: 'GET', path: '/api/%6frders/42', query: '', headers: [['host', hostname]] },
      { credentials: key('AKIADENIEDEXAMPLE000'), region: 'us-east-1', service: 'execute-api', date: new Date() },
    );
    const headers = Object.fromEntries([['host', hostname], ...signed.headers]);
    const status = await new Promise((resolve, reject) => {
      httpRequest(`${gate.url}/api/%6frders/42`, { headers }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  test.each(Object.keys(ODD))('an answer with an odd %s is a 502', async (kind) => {
    expect(await seen(gate.fetch(`${api}/answers/${kind}`))).toEqual(
      refusal('InternalServerErrorException', 'Internal server error', 502),
    );
  });

  test.each(['/fails', '/malformed'])('a handler that %s is a 502', async (path) => {
    expect(await seen(gate.fetch(api + path))).toEqual(
      refusal('InternalServerErrorException', 'Internal server error', 502),
    );
  });

  test('an answer may be binary and repeat headers', async () => {
    const response = await gate.fetch(`${api}/cookies`);
    expect(response.status).toBe(201);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array([0, 1, 2]));
  });
});

describe('gate.fetch', () => {
  test('may stand in for the global fetch', async () => {
    const real = globalThis.fetch;
    globalThis.fetch = gate.fetch;
    try {
      expect((await fetch(`${api}/open`)).status).toBe(200);
    } finally {
      globalThis.fetch = real;
    }
  });

  test('takes no signature along to a foreign host', async () => {
    const sent: Headers[] = [];
    const foreign = createServer((message, response) => {
      sent.push(new Headers(message.headers as Record<string, string>));
      response.end();
    });
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
    ODD.away = {
      statusCode: 302,
      headers: { location: `http://127.0.0.1:${(foreign.address() as AddressInfo).port}/` },
    };
    const { headers } = await createSigner({ credentials: temporary }).sign({ url: `${api}/answers/away` });
    await gate.fetch(`${api}/answers/away`, { headers });
    await new Promise((resolve) => foreign.close(resolve));
    expect([...(sent[0] as Headers).keys()].filter((name) => /^x-amz|^authorization/.test(name))).toEqual([]);
  });

  test('follows a redirect through the gate, or hands it back', async () => {
    const followed = await gate.fetch(`${api}/moved`);
    expect([await followed.text(), followed.url]).toEqual(['open', `${api}/open`]);
    expect((await gate.fetch(`${api}/moved`, { redirect: 'manual' })).status).toBe(302);
    await expect(gate.fetch(`${api}/moved`, { redirect: 'error' })).rejects.toThrow(TypeError);
  });

  test('is not the only way in: any client that sets Host is served', async () => {
    const { headers } = await createSigner({ credentials: longTerm }).sign({ url: `${api}/` });
    const status = await new Promise((resolve, reject) => {
      httpRequest(`${gate.url}/api/`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });
});

describe('the gate', () => {
  test('logs each decision, its reason and its principal, and no query', async () => {
    const own = await startGate(world);
    await own.fetch(`${api}/?secret=1`);
    await signedBy(longTerm, { fetch: own.fetch } as SignerOptions)(`${api}/`);
    const host = 'abc123.execute-api.us-east-1.amazonaws.com';
    expect(own.log).toEqual([
      {
        time: expect.any(Number),
        method: 'GET',
        host,
        path: '/api/',
        service: 'execute-api',
        status: 403,
        outcome: 'refused',
        reason: 'ERR_SIGV4_MISSING_AUTHENTICATION',
      },
      {
        time: expect.any(Number),
        method: 'GET',
        host,
        path: '/api/',
        service: 'execute-api',
        status: 200,
        outcome: 'answered',
        reason: undefined,
        statement: {
          policy: 'identity',
          at: 'accounts.111122223333.users.buddy.policies[0].Statement',
          effect: 'Allow',
        },
        principal: 'arn:aws:iam::111122223333:user/buddy',
      },
    ]);
    await own.close();
  });

  test('tells in its log what a handler threw, and the caller nothing', async () => {
    const own = await startGate(world);
    await own.fetch(`${api}/fails`);
    expect(own.log.at(-1)).toMatchObject({ outcome: 'failed', reason: 'handler', cause: new Error('inside') });
    await own.close();
  });

  test('many run in one process, and a closed one answers no more', async () => {
    const [one, two] = await Promise.all([startGate(world), startGate(world)]);
    expect(one.url).not.toBe(two.url);
    await one.close();
    await expect(one.fetch(`${api}/open`)).rejects.toThrow();
    expect((await two.fetch(`${api}/open`)).status).toBe(200);
    await two.close();
  });

  test.each([
    [{ host: '' }],
    [{ host: null }],
    [{ host: 5 }],
    [{ port: 70_000 }],
    [{ port: 'abc' }],
    [{ port: Number.NaN }],
    [{ now: 5 }],
    [{ htps: true }],
    [{ trace: 'yes' }],
    [null],
  ])('the options %j are refused before it listens anywhere', async (options) => {
    expect(await codeOf(() => startGate(world, options as never))).toBe('ERR_SIGV4_INVALID_OPTION');
  });

  test('a host of another region, or not of the form of an API, is no API', async () => {
    for (const host of [
      'abc123.execute-api.eu-west-1.amazonaws.com',
      'abc123.foo.execute-api.us-east-1.amazonaws.com',
    ]) {
      expect((await seen(signedBy(longTerm)(`https://${host}/api/`))).status).toBe(403);
    }
  });

  test('a port in use is a coded error', async () => {
    const port = Number(new URL(gate.url).port);
    expect(await codeOf(() => startGate(world, { port }))).toBe('ERR_SIGV4_INVALID_OPTION');
  });

  const account = (change: object) => ({ accounts: { '111122223333': change } });
  const route = (change: object) =>
    account({
      apis: {
        a: { region: 'us-east-1', stage: 's', routes: { 'GET /': { handler: { statusCode: 200 } } }, ...change },
      },
    });
  const user = (change: object) => account({ users: { u: change } });
  const stating = (change: object) =>
    user({ policies: [{ Statement: { Effect: 'Allow', Action: '*', Resource: '*', ...change } }] });
  const trusting = (change: object) => ({
    Statement: { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole', ...change },
  });
  const role = (change: object) => account({ roles: { r: { trust: trusting({}), ...change } } });
  const pool = 'us-east-1:1699ebc0-7900-4099-b910-2df94f52a030';
  const conditional = (Condition: object) => role({ trust: trusting({ Condition }) });

  test.each<[unknown, string]>([
    [undefined, 'world is not an object'],
    [{}, 'accounts is not an object'],
    [{ accounts: { 12: {} } }, 'accounts.12 is not an account id'],
    [account({ groups: {} }), 'accounts.111122223333.groups is not known'],
    [user({ accessKeys: [{ accessKeyId: 'a' }] }), 'users.u.accessKeys[0].secretAccessKey is missing'],
    [user({ accessKeys: [longTerm, longTerm] }), 'users.u.accessKeys[1].accessKeyId is the id of another key'],
    [user({ accessKeys: [{ ...longTerm, expiration: 'soon' }] }), 'accessKeys[0].expiration is not a date'],
    [user({ path: 'x' }), 'users.u.path does not begin'],
    [
      user({ accessKeys: [{ ...longTerm, secretAccessKey: 'a b' }] }),
      'accessKeys[0].secretAccessKey is missing or is no key',
    ],
    [
      user({ policies: [{ Statement: { Effect: 'Allow', Action: 5, Resource: '*' } }] }),
      'Statement.Action is neither a text',
    ],
    [
      user({ policies: [{ Statement: { Effect: 'Allow', Action: '*', Resource: 'abc123/prod/GET/*' } }] }),
      'Resource is neither "*" nor an ARN',
    ],
    [account({ apis: { ABC: {} } }), 'apis.ABC is not an API id'],
    [route({ region: 'us east' }), 'apis.a.region is not a region'],
    [route({ routes: { 'GET /': { handler: { statusCode: 99 } } } }), 'routes["GET /"].handler'],
    [route({ type: 5n }), 'apis.a.type is bigint'],
    [
      user({ policies: [{ Statement: [{ Effect: 'allow', Action: '*', Resource: '*' }] }] }),
      'policies[0].Statement[0].Effect',
    ],
    [user({ policies: [{ Statement: { Effect: 'Allow', Resource: '*' } }] }), 'needs either Action or NotAction'],
    [
      user({ policies: [{ Statement: { Effect: 'Allow', Action: '*', Resource: '*', Principal: '*' } }] }),
      'Statement.Principal is not known',
    ],
    [stating({ Action: [] }), 'Statement.Action is empty'],
    [stating({ Action: undefined, NotAction: [] }), 'Statement.NotAction is empty'],
    [stating({ Action: undefined, NotAction: '' }), 'Statement.NotAction is empty'],
    [stating({ Action: undefined, NotAction: 'Invoke' }), 'Statement.NotAction is neither "*" nor a service'],
    [stating({ Resource: [] }), 'Statement.Resource is empty'],
    [stating({ Resource: undefined, NotResource: [] }), 'Statement.NotResource is empty'],
    [role({ trust: trusting({ Principal: { AWS: [] } }) }), 'Statement.Principal.AWS is empty'],
    [role({ trust: trusting({ Principal: { Service: 'a.amazonaws.com', AWS: [] } }) }), 'Principal.AWS is empty'],
    [role({ trust: trusting({ Principal: {} }) }), 'Statement.Principal is empty'],
    [account({ organization: 'example' }), 'organization is not an organization id'],
    [role({ boundary: {} }), 'roles.r.boundary.Statement is not an object'],
    [role({ trust: undefined }), 'roles.r.trust is not an object'],
    [role({ maxSessionDuration: 60 }), 'roles.r.maxSessionDuration is not a whole number from 3600 to 43200'],
    [role({ tags: { a: 5 } }), 'roles.r.tags.a is not a text'],
    [role({ trust: trusting({ Resource: '*' }) }), 'roles.r.trust.Statement.Resource is not known'],
    [role({ trust: trusting({ Principal: undefined }) }), 'Statement.Principal is neither'],
    [role({ trust: trusting({ NotPrincipal: '*' }) }), 'Statement.NotPrincipal is not known'],
    [role({ trust: trusting({ Principal: { AWS: 'arn:aws:iam::111122223333:role/a*' } }) }), 'Principal.AWS holds'],
    [role({ trust: trusting({ Principal: { Federated: 'arn:aws:iam::111122223333:saml-provider/a' } }) }), 'Federated'],
    [conditional({ StringMatches: {} }), 'Condition.StringMatches is not an operator'],
    [conditional({ StringEquals: { 'aws:VpceOrgID': '1' } }), 'StringEquals["aws:VpceOrgID"] is not emulated'],
    [conditional({ NumericEquals: { a: 'ten' } }), 'NumericEquals["a"] holds a value that the operator cannot compare'],
    [conditional({ IpAddress: { 'aws:SourceIp': '10.0.0.0/33' } }), 'holds a value that the operator cannot compare'],
    [account({ oidcProviders: { 'https://example.com': {} } }), 'is not a provider name'],
    [account({ oidcProviders: { 'example.com': { 'a-token': {} } } }), '["example.com"] token 1.sub is not a text'],
    [account({ identityPools: { pool1: { roles: {} } } }), 'identityPools["pool1"] is not an identity pool id'],
    [account({ identityPools: { [pool]: { roles: { authenticated: 'r' } } } }), 'roles.authenticated is not a role'],
    [
      { accounts: {}, metadata: { role: 'arn:aws:iam::111122223333:role/r' } },
      'metadata.role is not the ARN of a role',
    ],
    [route({ stage: 'a/b' }), 'apis.a.stage is not a stage name'],
    [route({ routes: { '/': { handler: { statusCode: 200 } } } }), 'routes["/"] is not of the form'],
    [route({ routes: { 'GET /': { handler: 'x' } } }), 'routes["GET /"].handler'],
    [route({ routes: { 'GET /': { auth: 'JWT', handler: { statusCode: 200 } } } }), 'routes["GET /"].auth is "JWT"'],
  ])('a world that is wrong is refused by the path of the fault (%#)', async (wrong, message) => {
    const error = await startGate(wrong as World).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'ERR_SIGV4_INVALID_WORLD', message: expect.stringContaining(message) });
  });
});
