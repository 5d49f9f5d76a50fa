/** Lambda function URLs over real HTTP: who may invoke them, every refusal in Lambda's words, the event and the reply. */
// @ts-expect-error -- comes without types
import aws4 from 'aws4';
import { AwsClient } from 'aws4fetch';
import { createSignedFetch, createSigner, type SignerOptions } from 'sigv4kit';
import {
  type FunctionUrl,
  type Gate,
  type PolicyDocument,
  type ProxyEventV2,
  type Statement,
  startGate,
  type World,
} from 'sigv4kit/gate';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, longTerm } from '../support/keys';

const HOME = '111122223333';
const AWAY = '444455556666';
const key = (accessKeyId: string) => ({ accessKeyId, secretAccessKey: longTerm.secretAccessKey });
const buddy = key('AKIAIOSFODNN7EXAMPLE');
const nobody = key('AKIANOBODYEXAMPLE000');
const urlOnly = key('AKIAURLONLYEXAMPLE00');
const invokeOnly = key('AKIAINVOKEONLYEXAMPL');
const viaUrl = key('AKIAVIAURLEXAMPLE000');
const wrongType = key('AKIAWRONGTYPEEXAMPLE');
const denied = key('AKIADENIEDEXAMPLE000');
const stranger = key('AKIASTRANGEREXAMPLE0');
const expired = { ...key('ASIAEXPIREDEXAMPLE00'), sessionToken: 'AQoEXPIRED', expiration: '2020-01-01T00:00:00Z' };

const functionArn = (name: string) => `arn:aws:lambda:us-east-1:${HOME}:function:${name}`;
const BOTH = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'];
const allow = (Action: string | string[], more: Partial<Statement> = {}): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action, Resource: '*', ...more },
});
/** The two statements that the console makes for a public function. */
const PUBLIC: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'FunctionURLAllowPublicAccess',
      Effect: 'Allow',
      Principal: '*',
      Action: 'lambda:InvokeFunctionUrl',
      Resource: functionArn('open'),
      Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } },
    },
    {
      Sid: 'FunctionURLInvokeAllowPublicAccess',
      Effect: 'Allow',
      Principal: '*',
      Action: 'lambda:InvokeFunction',
      Resource: functionArn('open'),
      Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
    },
  ],
};
const grant = (AWS: string, actions = BOTH): PolicyDocument => allow(actions, { Principal: { AWS } });

const hello: FunctionUrl['handler'] = { statusCode: 200, body: 'hello' };
const url = (functionName: string, more: Partial<FunctionUrl> = {}): FunctionUrl => ({
  region: 'us-east-1',
  functionName,
  handler: hello,
  ...more,
});

/** What a function gives back, and what the client sees of it. */
const RESULTS: Record<string, { readonly gives: unknown; readonly sees: readonly unknown[] }> = {
  object: { gives: { message: 'hi' }, sees: [200, 'application/json', '{"message":"hi"}'] },
  text: { gives: 'Hello, world!', sees: [200, 'application/json', '"Hello, world!"'] },
  number: { gives: 7, sees: [200, 'application/json', '7'] },
  null: { gives: null, sees: [200, 'application/json', 'null'] },
  nothing: { gives: undefined, sees: [200, 'application/json', 'null'] },
  'body-without-type': { gives: { statusCode: 201, body: '{}' }, sees: [201, 'application/json', '{}'] },
  typed: {
    gives: { statusCode: 404, headers: { 'Content-Type': 'text/html' }, body: '<p>' },
    sees: [404, 'text/html', '<p>'],
  },
  base64: { gives: { statusCode: 200, body: 'aGk=', isBase64Encoded: true }, sees: [200, 'application/json', 'hi'] },
  'bad-status': { gives: { statusCode: 99 }, sees: [502, 'application/json', 'Internal Server Error'] },
  'bad-body': { gives: { statusCode: 200, body: {} }, sees: [502, 'application/json', 'Internal Server Error'] },
};

const user = (accessKey: object, ...policies: PolicyDocument[]) => ({ accessKeys: [accessKey as never], policies });
const world: World = {
  accounts: {
    [HOME]: {
      users: {
        buddy: user(buddy, allow(BOTH)),
        expired: user(expired, allow(BOTH)),
        nobody: user(nobody),
        urlOnly: user(urlOnly, allow('lambda:InvokeFunctionUrl')),
        invokeOnly: user(invokeOnly, allow('lambda:InvokeFunction')),
        viaUrl: user(
          viaUrl,
          allow('lambda:InvokeFunctionUrl', {
            Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
          }),
          allow('lambda:InvokeFunction', { Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } } }),
        ),
        wrongType: user(
          wrongType,
          allow('lambda:InvokeFunctionUrl', { Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } } }),
          allow('lambda:InvokeFunction'),
        ),
        denied: user(
          denied,
          allow('lambda:*'),
          allow('lambda:InvokeFunction', { Effect: 'Deny', Resource: functionArn('mine') }),
        ),
      },
      functionUrls: {
        mine: url('mine', { handler: (event) => ({ statusCode: 200, body: JSON.stringify(event) }) }),
        results: url('results', { handler: ({ rawPath }) => RESULTS[rawPath.slice(1)]?.gives as never }),
        throws: url('throws', {
          handler: () => {
            throw new Error('inside');
          },
        }),
        cookies: url('cookies', { handler: { statusCode: 200, cookies: ['a=1', 'b=2'], headers: { 'X-Own': 'yes' } } }),
        // The policy alone lets in whom it names.
        granting: url('granting', { policy: grant(`arn:aws:iam::${HOME}:user/nobody`) }),
        half: url('half', { policy: grant(`arn:aws:iam::${HOME}:user/nobody`, ['lambda:InvokeFunctionUrl']) }),
        closed: url('closed', {
          policy: { Statement: { Effect: 'Deny', Principal: '*', Action: 'lambda:*', Resource: '*' } },
        }),
        shared: url('shared', { policy: grant(`arn:aws:iam::${AWAY}:root`) }),
        open: url('open', {
          auth: 'NONE',
          policy: PUBLIC,
          handler: (event) => ({ statusCode: 200, body: JSON.stringify(event) }),
        }),
        openhalf: url('openhalf', { auth: 'NONE', policy: grant('*', ['lambda:InvokeFunctionUrl']) }),
        openless: url('openless', { auth: 'NONE' }),
        opennamed: url('opennamed', { auth: 'NONE', policy: grant(HOME) }),
        alias: url('aliased:live', {
          policy: {
            Statement: {
              Effect: 'Allow',
              Principal: { AWS: `arn:aws:iam::${HOME}:user/nobody` },
              Action: BOTH,
              Resource: functionArn('aliased:live'),
            },
          },
        }),
      },
    },
    [AWAY]: {
      users: {
        stranger: user(stranger, allow(BOTH, { Resource: functionArn('*') })),
        idle: user(key('AKIAIDLEEXAMPLE00000')),
      },
    },
  },
};

let gate: Gate;
beforeAll(async () => {
  gate = await startGate(world);
});
afterAll(() => gate.close());
afterEach(() => gate.faults.clear());

const at = (id: string, path = '/') => `https://${id}.lambda-url.us-east-1.on.aws${path}`;
const signedBy = (credentials: SignerOptions['credentials'], options: SignerOptions = {}) =>
  createSignedFetch({ credentials, fetch: gate.fetch, ...options });
const last = () => gate.log.at(-1);
async function seen(response: Promise<Response>) {
  const { status, headers } = await response;
  return { status, type: headers.get('x-amzn-errortype'), body: await (await response).text() };
}
const FORBIDDEN = {
  status: 403,
  type: 'AccessDeniedException',
  body: '{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}',
};

describe('a function URL with AWS_IAM', () => {
  test('is closed to whoever does not sign', async () => {
    expect(await seen(gate.fetch(at('mine')))).toEqual(FORBIDDEN);
    expect(last()).toMatchObject({
      service: 'lambda',
      status: 403,
      outcome: 'refused',
      reason: 'ERR_SIGV4_MISSING_AUTHENTICATION',
    });
  });

  test('answers who signs, with this library, aws4 and aws4fetch', async () => {
    const body = '{"example":"test"}';
    const ours = await signedBy(buddy)(at('mine', '/a/b?x=1&x=2'), { method: 'POST', body });
    expect([ours.status, (await ours.json()).body]).toEqual([200, body]);

    const host = 'mine.lambda-url.us-east-1.on.aws';
    const request = { host, path: '/a/b?x=1', method: 'POST', service: 'lambda', region: 'us-east-1', body };
    const { headers } = aws4.sign({ ...request, headers: { 'content-type': 'application/json' } }, buddy);
    const { Host: _, ...sent } = headers as Record<string, string>;
    const byAws4 = await gate.fetch(at('mine', '/a/b?x=1'), { method: 'POST', body, headers: sent });
    expect([byAws4.status, (await byAws4.json()).body]).toEqual([200, body]);

    const client = new AwsClient({ ...buddy, service: 'lambda', region: 'us-east-1' });
    const signed = await client.sign(at('mine', '/a/b?x=1'), { method: 'POST', body });
    const byAws4fetch = await gate.fetch(signed);
    expect([byAws4fetch.status, (await byAws4fetch.json()).body]).toEqual([200, body]);
  });

  test('answers a presigned URL', async () => {
    const presigned = await createSigner({ credentials: buddy }).presign(at('mine', '/x?y=1'));
    expect((await gate.fetch(presigned)).status).toBe(200);
  });

  test.each<[string, SignerOptions['credentials'], string, number, string | undefined, string | undefined]>([
    ['an identity policy with both actions', buddy, 'mine', 200, undefined, undefined],
    ['the conditions of a function URL', viaUrl, 'mine', 200, undefined, undefined],
    ['no policy at all', nobody, 'mine', 403, 'implicit-deny', 'identity'],
    ['InvokeFunctionUrl alone', urlOnly, 'mine', 403, 'implicit-deny', 'identity'],
    ['InvokeFunction alone', invokeOnly, 'mine', 403, 'implicit-deny', 'identity'],
    ['the wrong type of URL', wrongType, 'mine', 403, 'implicit-deny', 'identity'],
    ['a deny of one of the actions', denied, 'mine', 403, 'explicit-deny', 'identity'],
    ['a deny of another function', denied, 'cookies', 200, undefined, undefined],
    ["the function's policy alone", nobody, 'granting', 200, undefined, undefined],
    ["one action of the function's policy", nobody, 'half', 403, 'implicit-deny', 'identity'],
    ["the function's policy denies", buddy, 'closed', 403, 'explicit-deny', 'resource'],
    ['the ARN of an alias', nobody, 'alias', 200, undefined, undefined],
    ['another account, both sides', stranger, 'shared', 200, undefined, undefined],
    ['another account, its own side alone', stranger, 'mine', 403, 'implicit-deny', 'resource'],
    [
      "another account, the function's side alone",
      key('AKIAIDLEEXAMPLE00000'),
      'shared',
      403,
      'implicit-deny',
      'identity',
    ],
  ])('decides by its caller and its policy: %s', async (_, credentials, id, status, reason, policy) => {
    const response = await signedBy(credentials)(at(id));
    expect([response.status, last()?.reason, last()?.policy]).toEqual([status, reason, policy]);
    if (status === 403) expect(await response.text()).toBe(FORBIDDEN.body);
  });

  test('the log has the statement that denied', async () => {
    await signedBy(buddy)(at('closed'));
    expect(last()).toMatchObject({
      principal: `arn:aws:iam::${HOME}:user/buddy`,
      statement: { at: `accounts.${HOME}.functionUrls.closed.policy.Statement`, effect: 'Deny' },
    });
  });
});

describe('a signature that does not hold', () => {
  const refusal = (type: string, message: string) => ({ status: 403, type, body: JSON.stringify({ message }) });

  test.each<[string, () => Promise<Response>, string, string]>([
    [
      'another service',
      () => signedBy(buddy, { service: 'execute-api' })(at('mine')),
      'InvalidSignatureException',
      "Credential should be scoped to correct service: 'lambda'. ",
    ],
    [
      'another region',
      () => signedBy(buddy, { region: 'eu-west-1' })(at('mine')),
      'InvalidSignatureException',
      "Credential should be scoped to a valid region, not 'eu-west-1'. ",
    ],
    [
      'an unknown key',
      () => signedBy(key('AKIAUNKNOWNEXAMPLE00'))(at('mine')),
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    ],
    [
      'an expired token',
      () => {
        const { expiration: _, ...keys } = expired;
        return signedBy(keys)(at('mine'));
      },
      'ExpiredTokenException',
      'The security token included in the request is expired',
    ],
    [
      'no signature at all',
      () => gate.fetch(at('mine'), { headers: { authorization: 'Bearer abc' } }),
      'IncompleteSignatureException',
      "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'w1Xc6WwWEogNEZQP/dkBTThsJT4MNlKmzQanIm970rY='.",
    ],
  ])('is told so in words for "lambda": %s', async (_, call, type, message) => {
    expect(await seen(call())).toEqual(refusal(type, message));
  });

  test('the wrong secret is shown what should have been signed', async () => {
    const wrong = { ...buddy, secretAccessKey: longTerm.secretAccessKey.replace('wJ', 'wK') };
    const { status, type, body } = await seen(signedBy(wrong)(at('mine')));
    expect([status, type]).toEqual([403, 'InvalidSignatureException']);
    expect(JSON.parse(body).message).toContain('host:mine.lambda-url.us-east-1.on.aws\n');
  });

  test('signed for another path', async () => {
    const signed = await createSigner({ credentials: buddy }).sign(at('mine', '/a'));
    const { type } = await seen(gate.fetch(at('mine', '/b'), { headers: signed.headers }));
    expect(type).toBe('InvalidSignatureException');
  });
});

describe('a function URL without a signature', () => {
  test.each<[string, string, number]>([
    ['both actions for everybody', 'open', 200],
    ['one of the actions', 'openhalf', 403],
    ['no policy', 'openless', 403],
    ['a policy for one account', 'opennamed', 403],
  ])('still needs the policy: %s', async (_, id, status) => {
    const response = await gate.fetch(at(id));
    expect(response.status).toBe(status);
    if (status === 403) expect(await response.text()).toBe(FORBIDDEN.body);
    // Who signs is anybody too.
    expect((await signedBy(buddy)(at(id))).status).toBe(status);
  });

  test('gives its function no caller', async () => {
    const event: ProxyEventV2 = await (await signedBy(buddy)(at('open'))).json();
    expect(event.requestContext.authorizer).toBeUndefined();
    expect(event.requestContext.accountId).toBe('anonymous');
  });
});

describe('a host that leads nowhere', () => {
  test.each([
    ['an unknown id', at('none')],
    ['another region', 'https://open.lambda-url.eu-west-1.on.aws/'],
    ['a name below it', 'https://open.open.lambda-url.us-east-1.on.aws/'],
    ['a name of every object', at('constructor')],
  ])('is forbidden: %s', async (_, place) => {
    expect(await seen(gate.fetch(place))).toEqual(FORBIDDEN);
    expect(last()?.reason).toBe('no-function');
  });
});

describe('the event', () => {
  test('is payload 2.0', async () => {
    const response = await signedBy(buddy)(
      at('mine', '/my/p%20th?parameter1=value1&parameter1=value2&parameter2=value'),
      {
        method: 'POST',
        headers: { cookie: 'cookie1=a; cookie2=b', 'content-type': 'text/plain', 'user-agent': 'agent', 'x-own': '1' },
        body: 'Hello from client!',
      },
    );
    const event: ProxyEventV2 = await response.json();
    const { headers, requestContext, ...rest } = event;
    expect(rest).toEqual({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/my/p%20th',
      rawQueryString: 'parameter1=value1&parameter1=value2&parameter2=value',
      cookies: ['cookie1=a', 'cookie2=b'],
      queryStringParameters: { parameter1: 'value1,value2', parameter2: 'value' },
      body: 'Hello from client!',
      isBase64Encoded: false,
    });
    expect(headers).toMatchObject({
      host: 'mine.lambda-url.us-east-1.on.aws',
      'x-own': '1',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
    });
    expect(Object.keys(headers)).not.toContain('authorization');
    const { requestId, time, timeEpoch, http, ...context } = requestContext;
    expect(context).toEqual({
      accountId: HOME,
      apiId: 'mine',
      authentication: null,
      authorizer: {
        iam: {
          accessKey: buddy.accessKeyId,
          accountId: HOME,
          callerId: expect.stringMatching(/^AIDA/),
          cognitoIdentity: null,
          principalOrgId: null,
          userArn: `arn:aws:iam::${HOME}:user/buddy`,
          userId: expect.stringMatching(/^AIDA/),
        },
      },
      domainName: 'mine.lambda-url.us-east-1.on.aws',
      domainPrefix: 'mine',
      routeKey: '$default',
      stage: '$default',
    });
    expect(http).toEqual({
      method: 'POST',
      path: '/my/p%20th',
      protocol: 'HTTP/1.1',
      sourceIp: '127.0.0.1',
      userAgent: 'agent',
    });
    expect(requestId).toBe(response.headers.get('x-amzn-requestid'));
    expect([Number.isInteger(timeEpoch), time]).toEqual([true, expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:/)]);
  });

  test('has a binary body in base64', async () => {
    const bytes = new Uint8Array([0xff, 0x00, 0xfe]);
    const event: ProxyEventV2 = await (await signedBy(buddy)(at('mine'), { method: 'PUT', body: bytes })).json();
    expect([event.body, event.isBase64Encoded]).toEqual(['/wD+', true]);
  });
});

describe('the reply', () => {
  test.each(Object.entries(RESULTS))('of a function that gives: %s', async (name, { sees }) => {
    const response = await signedBy(buddy)(at('results', `/${name}`));
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual(sees);
  });

  test('has the headers that Lambda adds, and each cookie as a header', async () => {
    const { headers } = await signedBy(buddy)(at('cookies'));
    expect([...headers.keys()].sort()).toEqual([
      'connection',
      'content-length',
      'content-type',
      'date',
      'keep-alive',
      'set-cookie',
      'set-cookie',
      'x-amzn-requestid',
      'x-amzn-trace-id',
      'x-own',
    ]);
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(headers.get('x-amzn-trace-id')).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  });

  test('of a function that throws says nothing of it; the log does', async () => {
    const response = await signedBy(buddy)(at('throws'));
    expect([response.status, await response.text()]).toEqual([502, 'Internal Server Error']);
    expect(last()).toMatchObject({ outcome: 'failed', reason: 'handler', cause: new Error('inside') });
  });

  test('of a body that is too long is 413, and the function does not see it', async () => {
    const body = 'x'.repeat(6 * 1024 * 1024);
    expect((await signedBy(buddy)(at('cookies'), { method: 'POST', body })).status).toBe(200);
    expect(await seen(signedBy(buddy)(at('cookies'), { method: 'POST', body: `${body}x` }))).toEqual({
      status: 413,
      type: 'RequestEntityTooLargeException',
      body: '{"message":"Request must be smaller than 6291456 bytes for the InvokeFunction operation"}',
    });
  });

  test('of a fault laid on "lambda" is in its form', async () => {
    gate.faults.add({ kind: 'throttle', service: 'lambda' });
    expect(await seen(gate.fetch(at('open')))).toEqual({
      status: 429,
      type: 'TooManyRequestsException',
      body: '{"message":"Rate Exceeded."}',
    });
  });
});

describe('a world', () => {
  test.each<[string, string, object]>([
    ['an id with a dot', 'a.b', {}],
    ['no region', 'abc', { region: 'nowhere' }],
    ['a function name with a slash', 'abc', { functionName: 'a/b' }],
    ['another kind of authorization', 'abc', { auth: 'JWT' }],
    ['a policy without a principal', 'abc', { policy: allow(BOTH) }],
    ['an answer that cannot be sent', 'abc', { handler: { statusCode: 99 } }],
    ['an answer without a status', 'abc', { handler: { body: 'x' } }],
    ['CORS, which is not emulated', 'abc', { cors: {} }],
  ])('is refused for %s', async (_, id, wrong) => {
    const functionUrls = { [id]: { ...url('fine'), ...wrong } } as never;
    expect(await codeOf(() => startGate({ accounts: { [HOME]: { functionUrls } } }))).toBe('ERR_SIGV4_INVALID_WORLD');
  });
});
