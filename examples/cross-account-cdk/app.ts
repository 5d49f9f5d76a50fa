/**
 * The CDK app: two stacks for two accounts. ApiStack comes first; ClientStack needs the id that API Gateway gives the API then,
 * and CloudFormation cannot carry it from one account to another.
 */
import { App } from 'aws-cdk-lib';
import { ApiStack } from './api-stack';
import { ClientStack } from './client-stack';
import { readSettings, type Settings } from './settings';

const app = new App();
const { apiAccount, clientAccount, region, apiId, clientRole } = settingsOf(app);
new ApiStack(app, 'ApiStack', { env: { account: apiAccount, region }, clientAccount, clientRole });
new ClientStack(app, 'ClientStack', { env: { account: clientAccount, region }, apiAccount, apiId });

function settingsOf({ node }: App): Settings {
  try {
    return readSettings((name) => node.tryGetContext(name), process.env);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}
