/** A world whose APIs tell what arrived, misbehave when asked, and lead elsewhere. */
import type { ProxyEvent, Statement, World } from 'sigv4kit/gate';

export const buddy = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
export const ACCOUNT = '111122223333';
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/caller`;
export const API = 'https://parity1.execute-api.us-east-1.amazonaws.com/prod';
/** Another host, which may see no signature and no token. */
export const FOREIGN = 'https://foreign.example.com';
export const VPCE = 'vpce-0a1b2c3d4e5f60718';

/** What the echo tells. */
export interface Echo {
  readonly method: string;
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  /** As base64. */
  readonly body: string;
  readonly user: string | null;
}

function echo({
  httpMethod,
  headers,
  body,
  isBase64Encoded,
  multiValueQueryStringParameters,
  requestContext,
}: ProxyEvent) {
  const told: Echo = {
    method: httpMethod,
    query: multiValueQueryStringParameters ?? {},
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: isBase64Encoded ? (body as string) : Buffer.from(body ?? '').toString('base64'),
    user: requestContext.identity.userArn,
  };
  return { statusCode: 200, body: JSON.stringify(told) };
}

const anyone: Statement = { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' };
const invoke = { Statement: { Effect: 'Allow' as const, Action: 'execute-api:Invoke', Resource: '*' } };

/** `failures`: how often `/flaky` answers 503 before it answers. `slow`: resolves when `/slow` may answer. */
export const worldOf = (state: { failures: number; slow: () => Promise<void> }): World => ({
  accounts: {
    [ACCOUNT]: {
      users: {
        buddy: {
          accessKeys: [buddy],
          policies: [invoke, { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: ROLE } }],
        },
      },
      roles: {
        caller: {
          trust: { Statement: { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' } },
          policies: [invoke],
        },
      },
      vpcEndpoints: { [VPCE]: { region: 'us-east-1', vpc: 'vpc-1a2b3c4d' } },
      apis: {
        parity1: {
          region: 'us-east-1',
          stage: 'prod',
          routes: {
            'ANY /echo': { auth: 'AWS_IAM', handler: echo },
            'ANY /flaky': {
              auth: 'AWS_IAM',
              handler: (event) => (state.failures-- > 0 ? { statusCode: 503, body: '{}' } : echo(event)),
            },
            'ANY /slow': {
              auth: 'AWS_IAM',
              handler: async (event) => {
                await state.slow();
                return echo(event);
              },
            },
            'ANY /moved': { auth: 'AWS_IAM', handler: { statusCode: 307, headers: { location: '/prod/echo' } } },
            'ANY /away': { auth: 'AWS_IAM', handler: { statusCode: 307, headers: { location: `${FOREIGN}/echo` } } },
          },
        },
        foreign1: {
          region: 'us-east-1',
          stage: 'prod',
          domainNames: { 'foreign.example.com': {} },
          routes: { 'ANY /echo': { handler: echo } },
        },
        private1: {
          region: 'us-east-1',
          endpoint: 'PRIVATE',
          vpcEndpoints: [VPCE],
          stage: 'prod',
          policy: { Statement: anyone },
          domainNames: { 'orders.example.com': { vpcEndpoints: [VPCE], policy: { Statement: anyone } } },
          routes: { 'ANY /echo': { auth: 'AWS_IAM', handler: echo } },
        },
      },
    },
  },
});
