/** What the CDK app is told of a deployment, and what it says of what is missing or wrong. */
import { describe, expect, test } from 'vitest';
import { readSettings } from './settings';
import { API_ACCOUNT, API_ID, CLIENT_ACCOUNT } from './worlds';

const accounts = { API_ACCOUNT, CLIENT_ACCOUNT };

describe('the settings', () => {
  const none = () => undefined;

  test('come from the context before the environment', () => {
    const context = (name: string) => ({ apiAccount: '111122223333', region: 'eu-west-1' })[name];
    expect(readSettings(context, { ...accounts, API_ID, CLIENT_ROLE: '' })).toEqual({
      apiAccount: '111122223333',
      clientAccount: CLIENT_ACCOUNT,
      region: 'eu-west-1',
      apiId: API_ID,
      clientRole: undefined,
    });
    expect(readSettings(none, accounts).region).toBe('us-east-1');
  });

  test.each([
    ['API_ACCOUNT is not set', { API_ACCOUNT: '' }],
    ['API_ACCOUNT (or -c apiAccount=…) is "12", and not an account id', { API_ACCOUNT: '12' }],
    ['CLIENT_ACCOUNT is not set', { CLIENT_ACCOUNT: undefined }],
    // What the AWS command line prints for an output that is not there.
    ['API_ID (or -c apiId=…) is "None", and not the id of an API', { API_ID: 'None' }],
    ['AWS_REGION (or -c region=…) is "Virginia", and not a region', { AWS_REGION: 'Virginia' }],
    ['CLIENT_ROLE (or -c clientRole=…) is "orders*", and not the name', { CLIENT_ROLE: 'orders*' }],
  ])('%s', (message, environment) => {
    expect(() => readSettings(none, { ...accounts, ...environment })).toThrow(message);
  });
});
