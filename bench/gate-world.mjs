/** The world that loads are run against: one API, and callers who may, may not, and have had their time. */
const region = 'us-east-1';
export const host = `load1.execute-api.${region}.amazonaws.com`;
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
export const caller = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey };
export const denied = { accessKeyId: 'AKIAI44QH8DHBEXAMPLE', secretAccessKey };
export const expired = {
  accessKeyId: 'ASIAEXPIREDEXAMPLE00',
  secretAccessKey,
  sessionToken: 'AQoDYXdzEJr1K7MDENGbPxRfiCYEXAMPLETOKEN',
};

const resource = `arn:aws:execute-api:${region}:111122223333:load1/prod/*`;
const allow = { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: resource };
const statements = [allow, { ...allow, Effect: 'Deny', Condition: { StringNotEquals: { 'aws:username': 'caller' } } }];

export const world = {
  accounts: {
    111122223333: {
      organization: 'o-exampleorgid',
      users: {
        caller: {
          accessKeys: [caller, { ...expired, expiration: '2020-01-01T00:00:00Z' }],
          policies: [{ Version: '2012-10-17', Statement: statements }],
        },
        denied: { accessKeys: [denied], policies: [{ Version: '2012-10-17', Statement: statements }] },
      },
      apis: {
        load1: {
          region,
          stage: 'prod',
          routes: {
            'GET /orders/{id}': { auth: 'AWS_IAM', handler: { statusCode: 200, body: '{"ok":true}' } },
            'POST /orders': {
              auth: 'AWS_IAM',
              handler: ({ body }) => ({ statusCode: 201, body: String(body?.length) }),
            },
          },
        },
      },
    },
  },
};
