/**
 * Every refusal of a REST API, by the table of observed replies: status, `x-amzn-ErrorType`, the raw body, and what the log
 * says decided. A row is one difference from a call that is answered.
 */
import { createHash } from 'node:crypto';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { signHeaders } from 'sigv4kit/core';
import { type Gate, type PolicyDocument, type RestApi, startGate, type World } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CallOptions, call, type Keys, key } from '../../support/gate-caller';

const HOME = '111122223333';
const VPCE = 'vpce-0a1b2c3d4e5f60718';
const DENYING = 'vpce-0b2c3d4e5f6071829';
const NOW = Date.UTC(2020, 9, 27, 13, 0, 7);

const buddy = key('AKIAIOSFODNN7EXAMPLE');
const users = {
  nobody: key('AKIANOBODYEXAMPLE000'),
  denied: key('AKIADENIEDEXAMPLE000'),
  bounded: key('AKIABOUNDEDEXAMPLE00'),
  walled: key('AKIAWALLEDEXAMPLE000'),
};
const [controlled, forbidden, stranger] = [
  key('AKIACONTROLLEDEXAMPL'),
  key('AKIAFORBIDDENEXAMPLE'),
  key('AKIASTRANGEREXAMPLE0'),
];
const expired = { ...key('ASIAEXPIREDEXAMPLE00'), sessionToken: 'AQoEXPIRED', expiration: '2020-01-01T00:00:00Z' };

const stating = (Effect: 'Allow' | 'Deny', more: object = {}): PolicyDocument => ({
  Statement: { Effect, Action: 'execute-api:Invoke', Resource: '*', ...more },
});
const allow = stating('Allow');
const deny = stating('Deny');
const everybody = (Effect: 'Allow' | 'Deny', Resource = 'execute-api:/*') =>
  stating(Effect, { Principal: '*', Resource });
const both = (...policies: PolicyDocument[]): PolicyDocument => ({
  Statement: policies.flatMap(({ Statement }) => Statement) as never,
});

const ok = { statusCode: 200, body: 'ok' };
const policyOf = (Effect: 'Allow' | 'Deny', Resource: string) => ({
  principalId: 'user',
  policyDocument: stating(Effect, { Resource }) as never,
});
const authorizers: RestApi['authorizers'] = {
  lambda: {
    type: 'TOKEN',
    ttl: 0,
    handler: ({ authorizationToken: token, methodArn }) => {
      if (token === 'unauthorized') throw new Error('Unauthorized');
      if (token === 'throws') throw new Error('inside');
      if (token === 'malformed') return { principalId: 'user' } as never;
      if (token === 'silent') return policyOf('Allow', 'arn:aws:execute-api:us-east-1:111122223333:other/*');
      return policyOf(token === 'deny' ? 'Deny' : 'Allow', methodArn);
    },
  },
};
const routes: RestApi['routes'] = {
  'GET /': { auth: 'AWS_IAM', handler: ok },
  'GET /open': { handler: ok },
  'GET /iam/{rest+}': { auth: 'AWS_IAM', handler: ok },
  'GET /lambda': { auth: 'lambda', handler: ok },
  'GET /throws': {
    handler: () => {
      throw new Error('inside');
    },
  },
};
const api = (change: Partial<RestApi> = {}): RestApi => ({
  region: 'us-east-1',
  stage: 'prod',
  authorizers,
  routes,
  ...change,
});

const world: World = {
  organizations: {
    'o-controlled': {
      serviceControlPolicies: [stating('Allow', { Action: 's3:*' })],
    },
    'o-forbidden': { serviceControlPolicies: [stating('Allow', { Action: '*' }), deny] },
  },
  accounts: {
    [HOME]: {
      users: {
        buddy: {
          accessKeys: [buddy, expired],
          policies: [allow, { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' } }],
        },
        nobody: { path: '/staff/', accessKeys: [users.nobody] },
        denied: { accessKeys: [users.denied], policies: [allow, deny] },
        bounded: { accessKeys: [users.bounded], policies: [allow], boundary: stating('Allow', { Action: 's3:*' }) },
        walled: { accessKeys: [users.walled], policies: [allow], boundary: both(allow, deny) },
      },
      roles: {
        app: {
          path: '/team/',
          trust: { Statement: { Effect: 'Allow', Principal: { AWS: HOME }, Action: 'sts:AssumeRole' } },
          policies: [allow],
        },
        idle: { trust: { Statement: { Effect: 'Allow', Principal: { AWS: HOME }, Action: 'sts:AssumeRole' } } },
      },
      vpcEndpoints: {
        [VPCE]: { region: 'us-east-1', vpc: 'vpc-1', policy: everybody('Allow', `arn:aws:execute-api:*:*:other/*`) },
        [DENYING]: { region: 'us-east-1', vpc: 'vpc-2', policy: everybody('Deny', '*') },
      },
      apis: {
        abc123: api({ domainNames: { 'api.example.com': { basePath: 'v1' } } }),
        closed: api({ policy: everybody('Allow', 'execute-api:/prod/GET/elsewhere') }),
        denies: api({ policy: both(everybody('Allow'), everybody('Deny')) }),
        private1: api({ endpoint: 'PRIVATE', policy: everybody('Allow') }),
      },
    },
    '444455556666': {
      organization: 'o-controlled',
      users: { controlled: { accessKeys: [controlled], policies: [allow] } },
    },
    '555566667777': {
      organization: 'o-forbidden',
      users: { forbidden: { accessKeys: [forbidden], policies: [allow] } },
    },
    '777788889999': { users: { stranger: { accessKeys: [stranger], policies: [allow] } } },
  },
};

let gate: Gate;
let fixed: Gate;
const assumed: Record<string, Keys> = {};
beforeAll(async () => {
  gate = await startGate(world);
  fixed = await startGate(world, { now: () => NOW });
  for (const [name, role, Policy] of [
    ['session', 'team/app', undefined],
    ['idle', 'idle', undefined],
    ['limited', 'team/app', stating('Allow', { Action: 's3:*' })],
    ['stopped', 'team/app', both(allow, deny)],
  ] as const) {
    const client = new STSClient({ region: 'us-east-1', endpoint: gate.url, credentials: buddy });
    const { Credentials } = await client.send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${HOME}:role/${role}`,
        RoleSessionName: 'test',
        ...(Policy && { Policy: JSON.stringify(Policy) }),
      }),
    );
    assumed[name] = {
      accessKeyId: Credentials?.AccessKeyId as string,
      secretAccessKey: Credentials?.SecretAccessKey as string,
      sessionToken: Credentials?.SessionToken as string,
    };
  }
});
afterAll(() => Promise.all([gate.close(), fixed.close()]));

const host = 'abc123.execute-api.us-east-1.amazonaws.com';
const url = (apiId: string, path = '/') => `https://${apiId}.execute-api.us-east-1.amazonaws.com/prod${path}`;
const message = (text: string | null) => JSON.stringify({ message: text });
const base64 = (text: string) => createHash('sha256').update(text).digest('base64');
const header = (authorization: string, more: Record<string, string> = {}): CallOptions => ({
  headers: { authorization, ...more },
});
const date = () => new Date().toISOString().replace(/[-:]|\.\d+/g, '');

interface Row {
  readonly apiId?: string;
  readonly path?: string;
  readonly to?: string;
  readonly options?: CallOptions | (() => CallOptions | Promise<CallOptions>);
  readonly status?: number;
  readonly type: string;
  readonly body: string;
  readonly reason: string;
}

const check = async (on: Gate, { apiId = 'abc123', path, to, options = {}, status = 403, ...row }: Row) => {
  const given = typeof options === 'function' ? await options() : options;
  const seen = await call(on, to ?? url(apiId, path), given);
  expect({ status: seen.status, type: seen.type, body: seen.body, reason: seen.decision?.reason }).toEqual({
    status,
    type: row.type,
    body: row.body,
    reason: row.reason,
  });
  expect(seen.decision?.status).toBe(status);
  expect(seen.headers).toMatchObject({
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(row.body)),
    'x-amzn-requestid': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'x-amz-apigw-id': expect.stringMatching(/^[\w-]{15}=$/),
  });
};

const MISSING = {
  type: 'MissingAuthenticationTokenException',
  body: '{"message":"Missing Authentication Token"}',
};
const INVALID_TOKEN = {
  type: 'UnrecognizedClientException',
  body: '{"message":"The security token included in the request is invalid."}',
};
const FORBIDDEN = { type: 'ForbiddenException', body: '{"message":"Forbidden"}' };
const DIGEST = 'Digest username="a"';
const REQUIRES_ALL =
  "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
const INCOMPLETE = 'IncompleteSignatureException';
const INVALID = 'InvalidSignatureException';
const incomplete = 'ERR_SIGV4_INCOMPLETE_SIGNATURE';

describe('a call that is not known to be anybody’s', () => {
  test.each<[string, Row]>([
    ['without an Authorization header', { ...MISSING, reason: 'ERR_SIGV4_MISSING_AUTHENTICATION' }],
    ['with an empty one', { options: header(''), ...MISSING, reason: 'ERR_SIGV4_MISSING_AUTHENTICATION' }],
    ['of an unknown route', { path: '/nowhere', ...MISSING, reason: 'no-route' }],
    ['of an unknown route, signed', { path: '/nowhere', options: { keys: buddy }, ...MISSING, reason: 'no-route' }],
    ['of a method that is not there', { options: { method: 'POST' }, ...MISSING, reason: 'no-route' }],
    [
      'of an unknown route, with another scheme',
      {
        path: '/nowhere',
        options: header('Bearer abc'),
        type: INCOMPLETE,
        body: message(
          `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${base64('Bearer abc')}'.`,
        ),
        reason: 'no-route',
      },
    ],
    [
      'of an unknown route, with a scheme of pairs',
      {
        path: '/nowhere',
        options: header(DIGEST),
        type: INCOMPLETE,
        body: message(`${REQUIRES_ALL}(Hashed with SHA-256 and encoded with Base64) Authorization=${base64(DIGEST)}`),
        reason: 'no-route',
      },
    ],
    [
      'by an unknown key',
      { options: { keys: key('AKIAUNKNOWNEXAMPLE00') }, ...INVALID_TOKEN, reason: 'ERR_SIGV4_UNKNOWN_ACCESS_KEY' },
    ],
    [
      'with the token of another session',
      {
        options: () => ({
          keys: { ...(assumed.session as Keys), sessionToken: (assumed.idle as Keys).sessionToken as string },
        }),
        ...INVALID_TOKEN,
        reason: 'ERR_SIGV4_UNKNOWN_ACCESS_KEY',
      },
    ],
    [
      'without the token of its session',
      {
        options: { keys: { accessKeyId: expired.accessKeyId, secretAccessKey: expired.secretAccessKey } },
        ...INVALID_TOKEN,
        reason: 'ERR_SIGV4_INVALID_TOKEN',
      },
    ],
    [
      'with a token of a session that is over',
      {
        options: { keys: expired },
        type: 'ExpiredTokenException',
        body: '{"message":"The security token included in the request is expired"}',
        reason: 'ERR_SIGV4_EXPIRED_TOKEN',
      },
    ],
  ])('%s', (_, row) => check(gate, row));

  test('with a body that was changed gets the canonical string, in the observed shape', async () => {
    const { headers } = { headers: { accept: 'application/json, text/plain, */*' } };
    const seen = await call(gate, url('abc123', '/iam/groups?b=2&a=1'), {
      keys: { ...buddy, secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYANOTHERKEY' },
      headers,
    });
    const text = JSON.parse(seen.body).message as string;
    const [, day, time] = /x-amz-date:(\d{8})T(\d{6}Z)/.exec(text) as unknown as [string, string, string];
    const empty = createHash('sha256').update('').digest('hex');
    const canonical = `GET\n/prod/iam/groups\na=1&b=2\nhost:${host}\nx-amz-date:${day}T${time}\n\nhost;x-amz-date\n${empty}`;
    const hash = createHash('sha256').update(canonical).digest('hex');
    expect(seen).toMatchObject({ status: 403, type: INVALID, decision: { reason: 'ERR_SIGV4_SIGNATURE_MISMATCH' } });
    expect(seen.body).toBe(
      message(
        `The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'${canonical}'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n${day}T${time}\n${day}/us-east-1/execute-api/aws4_request\n${hash}'\n`,
      ),
    );
  });
});

describe('the checks of a signature, in their order', () => {
  const signed = 'Credential=a/b/c/d/e, SignedHeaders=host, Signature=x';
  const at = () => ({ 'x-amz-date': date() });
  const sigv4 =
    (rest: string, more: () => Record<string, string> = at) =>
    () =>
      header(`AWS4-HMAC-SHA256 ${rest}`, more());
  const requires = (sentences: string, authorization: string) =>
    message(`${sentences}(Hashed with SHA-256 and encoded with Base64) Authorization=${base64(authorization)}`);

  test.each<[string, Row]>([
    [
      '1. both forms at once',
      {
        path: '/?X-Amz-Algorithm=AWS4-HMAC-SHA256',
        options: sigv4(signed),
        type: INVALID,
        body: message("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."),
        reason: 'ERR_SIGV4_AMBIGUOUS_AUTHENTICATION',
      },
    ],
    [
      '3. no pairs',
      {
        options: sigv4('abc'),
        type: INCOMPLETE,
        body: message(
          `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${base64('AWS4-HMAC-SHA256 abc')}'.`,
        ),
        reason: incomplete,
      },
    ],
    ...(
      [
        ['a=b', {}, REQUIRES_ALL],
        [
          'Credential=a',
          { 'x-amz-date': '1' },
          "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. ",
        ],
        ['Credential=a, Signature=b', { date: 'x' }, "Authorization header requires 'SignedHeaders' parameter. "],
        [signed, {}, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "],
      ] as const
    ).map(([rest, more, sentences]): [string, Row] => [
      `4. parts are missing: ${rest}`,
      {
        options: sigv4(rest, () => more as Record<string, string>),
        type: INCOMPLETE,
        body: requires(sentences, `AWS4-HMAC-SHA256 ${rest}`),
        reason: incomplete,
      },
    ]),
    [
      '4. parts of a query are missing',
      {
        path: '/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=60',
        type: INCOMPLETE,
        body: message(
          "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.",
        ),
        reason: incomplete,
      },
    ],
    [
      '4. the algorithm of a query is missing',
      {
        path: '/?X-Amz-Signature=x&X-Amz-Expires=60&X-Amz-Credential=a&X-Amz-SignedHeaders=host&X-Amz-Date=1',
        type: INCOMPLETE,
        body: message(
          "AWS query-string parameters must include 'X-Amz-Algorithm'. Re-examine the query-string parameters.",
        ),
        reason: incomplete,
      },
    ],
    [
      '5. the date is in another form',
      {
        options: sigv4(signed, () => ({ 'x-amz-date': '201' })),
        type: INCOMPLETE,
        body: message("Date must be in ISO-8601 'basic format'. Got '201'. See http://en.wikipedia.org/wiki/ISO_8601"),
        reason: incomplete,
      },
    ],
    [
      '6. the host is not signed',
      {
        options: sigv4('Credential=a/b/c/d/e, SignedHeaders=x-amz-date, Signature=x'),
        type: INVALID,
        body: message("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."),
        reason: 'ERR_SIGV4_HEADER_NOT_SIGNED',
      },
    ],
    [
      '6. a header that is signed is not there',
      {
        options: sigv4('Credential=a/b/c/d/e, SignedHeaders=host;x-none, Signature=x'),
        type: INCOMPLETE,
        body: message("Authorization header requires existence of 'x-none' header. "),
        reason: incomplete,
      },
    ],
    [
      '7. the algorithm is not known',
      {
        options: () => header(`AWS4-HMAC-SHA25 ${signed}`, at()),
        type: INCOMPLETE,
        body: message("Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA25' (only AWS4-HMAC-SHA256 for now). "),
        reason: 'ERR_SIGV4_UNSUPPORTED_ALGORITHM',
      },
    ],
    [
      '8. the credential has four parts',
      {
        options: sigv4('Credential=a/b/c/d, SignedHeaders=host, Signature=x'),
        type: INCOMPLETE,
        body: message(
          "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b/c/d'",
        ),
        reason: incomplete,
      },
    ],
    [
      '9. no part of the scope fits',
      {
        options: sigv4(signed, () => ({ 'x-amz-date': '20130609T095204Z' })),
        type: INVALID,
        body: message(
          "Credential should be scoped to a valid region, not 'c'. Credential should be scoped to correct service: 'execute-api'. Credential should be scoped with a valid terminator: 'aws4_request', not 'e'. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: 'b' != '20130609', from '20130609T095204Z'.",
        ),
        reason: 'ERR_SIGV4_SCOPE_MISMATCH',
      },
    ],
    [
      '9. the region does not fit',
      {
        options: { keys: buddy, region: 'eu-west-1' },
        type: INVALID,
        body: message("Credential should be scoped to a valid region, not 'eu-west-1'. "),
        reason: 'ERR_SIGV4_SCOPE_MISMATCH',
      },
    ],
    [
      '10. the key is not known, whatever its signature',
      {
        options: sigv4(
          `Credential=AKIAUNKNOWNEXAMPLE00/${date().slice(0, 8)}/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=x`,
        ),
        ...INVALID_TOKEN,
        reason: 'ERR_SIGV4_UNKNOWN_ACCESS_KEY',
      },
    ],
  ])('%s', async (name, row) => {
    if (name.startsWith('9. no part')) {
      const then = await startGate(world, { now: () => Date.UTC(2013, 5, 9, 9, 52, 4) });
      return check(then, row).finally(() => then.close());
    }
    return check(gate, row);
  });

  const signedAt = async (time: number) => {
    const { headers } = await signHeaders(
      { method: 'GET', path: '/prod/', query: '', headers: [['host', host]] },
      { credentials: buddy, region: 'us-east-1', service: 'execute-api', date: new Date(time) },
    );
    return { headers: Object.fromEntries(headers) };
  };
  test.each<[string, Row]>([
    [
      '5. the signature is too old',
      {
        options: () => signedAt(Date.UTC(2020, 9, 27, 12, 30, 8)),
        type: INVALID,
        body: message(
          'Signature expired: 20201027T123008Z is now earlier than 20201027T125507Z (20201027T130007Z - 5 min.)',
        ),
        reason: 'ERR_SIGV4_SIGNATURE_EXPIRED',
      },
    ],
    [
      '5. the signature is of the future',
      {
        options: () => signedAt(Date.UTC(2020, 9, 27, 13, 30, 8)),
        type: INVALID,
        body: message(
          'Signature not yet current: 20201027T133008Z is still later than 20201027T130507Z (20201027T130007Z + 5 min.)',
        ),
        reason: 'ERR_SIGV4_SIGNATURE_NOT_YET_CURRENT',
      },
    ],
  ])('%s', (_, row) => check(fixed, row));
});

/** The resource as a refusal has it, its account masked. */
const masked = (apiId: string, path = '/') => `arn:aws:execute-api:us-east-1:********3333:${apiId}/prod/GET${path}`;
const denial = (who: string, reason: string, apiId = 'abc123', path = '/') => ({
  type: 'AccessDeniedException',
  body: JSON.stringify({
    Message: `User: ${who} is not authorized to perform: execute-api:Invoke on resource: ${masked(apiId, path)} ${reason}`,
  }),
});
const noPolicy = (name: string) => `because no ${name} allows the execute-api:Invoke action`;
const userArn = (name: string, account = HOME) => `arn:aws:iam::${account}:user/${name}`;
const APP = `arn:aws:sts::${HOME}:assumed-role/app/test`;

describe('a caller whom policies do not let', () => {
  type Policies = readonly [row: Row, policy: string, statement: string | undefined];
  const here = { from: 'vpc=vpc-1' };
  const there = { from: 'vpc=vpc-2' };
  const implicit = 'implicit-deny';
  const explicit = 'explicit-deny';

  test.each<[string, ...Policies]>([
    [
      'no identity policy allows',
      {
        options: { keys: users.nobody },
        ...denial(userArn('staff/nobody'), noPolicy('identity-based policy')),
        reason: implicit,
      },
      'identity',
      undefined,
    ],
    [
      'an identity policy denies',
      {
        options: { keys: users.denied },
        ...denial(userArn('denied'), 'with an explicit deny in an identity-based policy'),
        reason: explicit,
      },
      'identity',
      `accounts.${HOME}.users.denied.policies[1].Statement`,
    ],
    [
      'no policy of its role allows, told by the session',
      {
        options: () => ({ keys: assumed.idle }),
        ...denial(`arn:aws:sts::${HOME}:assumed-role/idle/test`, noPolicy('identity-based policy')),
        reason: implicit,
      },
      'identity',
      undefined,
    ],
    [
      'no resource policy allows, of another account',
      {
        options: { keys: stranger },
        ...denial(userArn('stranger', '777788889999'), noPolicy('resource-based policy')),
        reason: implicit,
      },
      'resource',
      undefined,
    ],
    [
      'no resource policy allows, anonymous',
      {
        apiId: 'closed',
        path: '/open',
        ...denial('anonymous', noPolicy('resource-based policy'), 'closed', '/open'),
        reason: implicit,
      },
      'resource',
      undefined,
    ],
    [
      'a resource policy denies',
      {
        apiId: 'denies',
        options: { keys: buddy },
        ...denial(userArn('buddy'), 'with an explicit deny in a resource-based policy', 'denies'),
        reason: explicit,
      },
      'resource',
      `accounts.${HOME}.apis.denies.policy.Statement[1]`,
    ],
    [
      'a resource policy denies, anonymous',
      {
        apiId: 'denies',
        path: '/open',
        ...denial('anonymous', 'with an explicit deny in a resource-based policy', 'denies', '/open'),
        reason: explicit,
      },
      'resource',
      `accounts.${HOME}.apis.denies.policy.Statement[1]`,
    ],
    [
      'no VPC endpoint policy allows',
      {
        apiId: 'private1',
        options: { keys: buddy, ...here },
        ...denial(userArn('buddy'), noPolicy('VPC endpoint policy'), 'private1'),
        reason: implicit,
      },
      'endpoint',
      undefined,
    ],
    [
      'no VPC endpoint policy allows, anonymous, at a method that asks for nothing',
      {
        apiId: 'private1',
        path: '/open',
        options: here,
        ...denial('anonymous', noPolicy('VPC endpoint policy'), 'private1', '/open'),
        reason: implicit,
      },
      'endpoint',
      undefined,
    ],
    [
      'a VPC endpoint policy denies',
      {
        apiId: 'private1',
        options: { keys: buddy, ...there },
        ...denial(userArn('buddy'), 'with an explicit deny in a VPC endpoint policy', 'private1'),
        reason: explicit,
      },
      'endpoint',
      `accounts.${HOME}.vpcEndpoints.${DENYING}.policy.Statement`,
    ],
    [
      'no permissions boundary allows',
      {
        options: { keys: users.bounded },
        ...denial(userArn('bounded'), noPolicy('permissions boundary')),
        reason: implicit,
      },
      'boundary',
      undefined,
    ],
    [
      'a permissions boundary denies',
      {
        options: { keys: users.walled },
        ...denial(userArn('walled'), 'with an explicit deny in a permissions boundary'),
        reason: explicit,
      },
      'boundary',
      `accounts.${HOME}.users.walled.boundary.Statement[1]`,
    ],
    [
      'no session policy allows',
      { options: () => ({ keys: assumed.limited }), ...denial(APP, noPolicy('session policy')), reason: implicit },
      'session',
      undefined,
    ],
    [
      'a session policy denies',
      {
        options: () => ({ keys: assumed.stopped }),
        ...denial(APP, 'with an explicit deny in a session policy'),
        reason: explicit,
      },
      'session',
      'session policy.Statement[1]',
    ],
    [
      'no service control policy allows',
      {
        options: { keys: controlled },
        ...denial(userArn('controlled', '444455556666'), noPolicy('service control policy')),
        reason: implicit,
      },
      'organization',
      undefined,
    ],
    [
      'a service control policy denies',
      {
        options: { keys: forbidden },
        ...denial(userArn('forbidden', '555566667777'), 'with an explicit deny in a service control policy'),
        reason: explicit,
      },
      'organization',
      'organizations.o-forbidden.serviceControlPolicies[1].Statement',
    ],
    [
      'no policy of a Lambda authorizer allows',
      {
        path: '/lambda',
        options: header('silent'),
        type: 'AccessDeniedException',
        body: '{"Message":"User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action"}',
        reason: implicit,
      },
      'authorizer',
      undefined,
    ],
    [
      'the policy of a Lambda authorizer denies',
      {
        path: '/lambda',
        options: header('deny'),
        type: 'AccessDeniedException',
        body: '{"Message":"User is not authorized to access this resource with an explicit deny"}',
        reason: explicit,
      },
      'authorizer',
      expect.stringMatching(/\.Statement$/) as unknown as string,
    ],
    [
      'a resource policy denies before a Lambda authorizer’s allows',
      {
        apiId: 'denies',
        path: '/lambda',
        options: header('allow'),
        ...denial('anonymous', 'with an explicit deny in a resource-based policy', 'denies', '/lambda'),
        reason: explicit,
      },
      'resource',
      `accounts.${HOME}.apis.denies.policy.Statement[1]`,
    ],
  ])('%s', async (_, row, policy, statement) => {
    await check(gate, row);
    const { decision } = { decision: gate.log.at(-1) };
    expect(decision?.policy).toBe(policy);
    expect(decision?.statement?.at).toEqual(statement);
    expect(decision).toMatchObject({ outcome: 'refused', status: 403 });
  });

  test('is told the path that was asked for, decoded, not the template', async () => {
    const seen = await call(gate, url('abc123', '/iam/a%20b/c'), { keys: users.nobody });
    expect(JSON.parse(seen.body).Message).toContain(`on resource: ${masked('abc123', '/iam/a b/c')} because`);
  });

  test('says who it is in the log', async () => {
    await call(gate, url('abc123'), { keys: users.nobody });
    expect(gate.log.at(-1)?.principal).toBe(userArn('staff/nobody'));
  });
});

describe('an authorizer', () => {
  const failed = { type: 'AuthorizerFailureException', body: message(null) };
  const misconfigured = { type: 'AuthorizerConfigurationException', body: message(null) };
  const unauthorized = { type: 'UnauthorizedException', body: message('Unauthorized') };
  test.each<[string, Row]>([
    ['that has nothing to read', { status: 401, ...unauthorized, reason: 'unauthorized' }],
    [
      'that throws Unauthorized',
      { options: header('unauthorized'), status: 401, ...unauthorized, reason: 'unauthorized' },
    ],
    ['that throws', { options: header('throws'), status: 500, ...failed, reason: 'authorizer' }],
    ['that gives no policy', { options: header('malformed'), status: 500, ...misconfigured, reason: 'authorizer' }],
  ])('%s', (_, row) => check(gate, { path: '/lambda', ...row }));
});

describe('a call that leads nowhere, or to what breaks', () => {
  test.each<[string, Row]>([
    ['of an API that does not exist', { apiId: 'nowhere', ...FORBIDDEN, reason: 'no-api' }],
    ['of a stage that does not exist', { to: `https://${host}/test/`, ...FORBIDDEN, reason: 'no-stage' }],
    ['of a base path that is not mapped', { to: 'https://api.example.com/v2/', ...FORBIDDEN, reason: 'no-api' }],
    ['of a private API from outside', { apiId: 'private1', ...FORBIDDEN, reason: 'wrong-way' }],
    ['of a public API through a VPC endpoint', { options: { from: 'vpc=vpc-1' }, ...FORBIDDEN, reason: 'wrong-way' }],
    [
      'with a method ARN above 1600 bytes',
      {
        path: `/iam/${'x'.repeat(1600)}`,
        options: { keys: buddy },
        status: 414,
        type: 'RequestTooLongException',
        body: message('Request URI too long'),
        reason: 'too-large',
      },
    ],
    [
      'with a body above 10 MiB',
      {
        path: '/open',
        options: { body: new Uint8Array(10 * 1024 * 1024 + 1) },
        status: 413,
        type: 'RequestTooLargeException',
        body: message('Request Too Long'),
        reason: 'too-large',
      },
    ],
    [
      'to a function that throws',
      {
        path: '/throws',
        status: 502,
        type: 'InternalServerErrorException',
        body: message('Internal server error'),
        reason: 'handler',
      },
    ],
  ])('%s', (_, row) => check(gate, row));

  test('too often', async () => {
    const undo = gate.faults.add({ kind: 'throttle', service: 'execute-api' });
    await check(gate, {
      status: 429,
      type: 'TooManyRequestsException',
      body: message('Too Many Requests'),
      reason: 'throttle',
    }).finally(undo);
  });
});
