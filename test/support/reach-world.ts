/** A world for clients that reach a gate by real names: an API that tells what arrived, and users who may call it. */
import type { ProxyEvent, World } from 'sigv4kit/gate';

export const keys = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
export const HOST = 'abc123.execute-api.us-east-1.amazonaws.com';
export const ENDPOINT = 'vpce-0a1b2c3d4e5f60718-abcdefgh.execute-api.us-east-1.vpce.amazonaws.com';
export const POOL = 'us-east-1:1699ebc0-7900-4099-b910-2df94f52a030';

/** What the API tells of a request. */
export interface Echo {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly sourceIp: string;
  readonly user: string | null;
}

function echo({ httpMethod, headers, body, requestContext, path }: ProxyEvent) {
  const told: Echo = {
    method: httpMethod,
    path,
    host: requestContext.domainName,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body,
    sourceIp: requestContext.identity.sourceIp,
    user: requestContext.identity.userArn,
  };
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(told) };
}

export const world: World = {
  accounts: {
    '111122223333': {
      users: {
        buddy: {
          accessKeys: [keys],
          policies: [{ Statement: { Effect: 'Allow', Action: ['execute-api:Invoke'], Resource: '*' } }],
        },
      },
      roles: {
        guest: {
          trust: {
            Statement: {
              Effect: 'Allow',
              Principal: { Federated: 'cognito-identity.amazonaws.com' },
              Action: 'sts:AssumeRoleWithWebIdentity',
            },
          },
        },
        machine: {
          trust: {
            Statement: { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
          },
        },
      },
      identityPools: { [POOL]: { allowUnauthenticated: true, roles: { unauthenticated: 'guest' } } },
      vpcEndpoints: {
        'vpce-0a1b2c3d4e5f60718': { region: 'us-east-1', vpc: 'vpc-1a2b3c4d', privateDns: false },
      },
      apis: {
        abc123: {
          region: 'us-east-1',
          stage: 'api',
          domainNames: { 'api.example.com': {} },
          routes: {
            'GET /open': { handler: { statusCode: 200, body: 'open' } },
            'ANY /echo/{proxy+}': { handler: echo },
            'ANY /iam/{proxy+}': { auth: 'AWS_IAM', handler: echo },
            'GET /moved': { handler: { statusCode: 302, headers: { location: `https://${HOST}/api/open` } } },
            'GET /bytes': { handler: { statusCode: 200, body: 'AAEC/w==', isBase64Encoded: true } },
            'GET /cookies': { handler: { statusCode: 200, multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] } } },
            'GET /empty': { handler: { statusCode: 204 } },
          },
        },
        prv123: {
          region: 'us-east-1',
          stage: 'api',
          endpoint: 'PRIVATE',
          vpcEndpoints: ['vpce-0a1b2c3d4e5f60718'],
          policy: { Statement: { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: '*' } },
          routes: { 'ANY /echo/{proxy+}': { handler: echo } },
        },
      },
    },
  },
  metadata: { role: 'arn:aws:iam::111122223333:role/machine' },
};

export const api = `https://${HOST}/api`;
export const PRIVATE = 'prv123.execute-api.us-east-1.amazonaws.com';
