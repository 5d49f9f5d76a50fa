/** The account of the client: a function that calls the API of the other account with its own role, and what that role may. */
import { Annotations, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { nodeFunction } from './node-function';

export interface ClientStackProps extends StackProps {
  readonly apiAccount: string;
  /** What ApiStack gave out as `ApiId`. */
  readonly apiId: string | undefined;
}

export class ClientStack extends Stack {
  constructor(scope: Construct, id: string, { apiAccount, apiId, ...props }: ClientStackProps) {
    super(scope, id, props);
    const client = nodeFunction(this, 'Client', {
      name: 'orders-client',
      entry: new URL('functions/client.ts', import.meta.url),
    });
    new CfnOutput(this, 'FunctionName', { value: client.functionName });
    if (!apiId) {
      // Not thrown: the same app has ApiStack, which has to be deployed before there is an id.
      Annotations.of(this).addError(
        'API_ID is not set. Deploy ApiStack first: its output ApiId is what API_ID (or -c apiId=…) has to be.',
      );
      return;
    }
    client.addEnvironment('API_URL', `https://${apiId}.execute-api.${this.region}.${this.urlSuffix}/prod/`);
    // The account in the ARN is the API's. Nothing of sts: no role of that account is assumed.
    const order = { service: 'execute-api', account: apiAccount, resource: apiId, resourceName: 'prod/GET/' };
    client.addToRolePolicy(
      new PolicyStatement({ sid: 'Orders', actions: ['execute-api:Invoke'], resources: [this.formatArn(order)] }),
    );
  }
}
