/** The account of the API: a REST API whose methods ask for IAM, the policy that says who of another account may come, its function. */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AuthorizationType,
  Cors,
  EndpointType,
  LambdaIntegration,
  ResponseType,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { AccountPrincipal, PolicyDocument, PolicyStatement, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { nodeFunction } from './node-function';

export interface ApiStackProps extends StackProps {
  /** The account that may call. */
  readonly clientAccount: string;
  /** What the names of its roles that may call begin with. Default: the whole account may. */
  readonly clientRole?: string | undefined;
}

/** The headers of a signed request that a browser asks leave for; sigv4kit sends no others. */
const SIGNED_HEADERS = ['authorization', 'x-amz-date', 'x-amz-security-token'];

export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, { clientAccount, clientRole, ...props }: ApiStackProps) {
    super(scope, id, props);
    const orders = nodeFunction(this, 'Orders', {
      name: 'orders-api',
      entry: new URL('functions/orders.ts', import.meta.url),
    });
    const api = new RestApi(this, 'Api', {
      restApiName: 'orders',
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: false,
      deployOptions: { stageName: 'prod' },
      policy: new PolicyDocument({ statements: [this.admitClient(clientAccount, clientRole), admitPreflights()] }),
      // A method that is added one day asks for a signature too, unless it says otherwise.
      defaultMethodOptions: { authorizationType: AuthorizationType.IAM },
      // Adds OPTIONS methods, of which CDK knows that browsers do not sign them: their authorization is NONE.
      defaultCorsPreflightOptions: {
        // Any page may ask: what lets it in is a signature, which a browser does not add by itself as it adds cookies.
        allowOrigins: Cors.ALL_ORIGINS,
        allowMethods: ['GET'],
        allowHeaders: SIGNED_HEADERS,
      },
    });
    api.root.addMethod('GET', new LambdaIntegration(orders, { allowTestInvoke: false }));
    // Refusals are API Gateway's own answers, which no function can give the header without which a page sees nothing of them.
    for (const type of [ResponseType.DEFAULT_4XX, ResponseType.DEFAULT_5XX])
      api.addGatewayResponse(`Readable${type.responseType}`, {
        type,
        responseHeaders: { 'Access-Control-Allow-Origin': "'*'" },
      });
    new CfnOutput(this, 'ApiId', { value: api.restApiId });
    new CfnOutput(this, 'Endpoint', { value: api.url });
  }

  /**
   * `execute-api:/*` is this API, which has no ARN yet while its policy is written; API Gateway puts the ARN there. The
   * principal is the account: who in there calls, its own administrators say. With `clientRole` the API says it too.
   */
  private admitClient(clientAccount: string, clientRole: string | undefined): PolicyStatement {
    const role = {
      service: 'iam',
      region: '',
      account: clientAccount,
      resource: 'role',
      resourceName: `${clientRole}*`,
    };
    return new PolicyStatement({
      sid: 'Client',
      principals: [new AccountPrincipal(clientAccount)],
      actions: ['execute-api:Invoke'],
      resources: ['execute-api:/*'],
      // Of a role's session this is the ARN of the role.
      ...(clientRole && { conditions: { StringLike: { 'aws:PrincipalArn': this.formatArn(role) } } }),
    });
  }
}

/**
 * A method without authorization is open to whom the resource policy admits, and a preflight comes from nobody: the statement
 * about the client is not about it. Only OPTIONS is opened by this, which tells no more than the headers of CORS.
 */
function admitPreflights(): PolicyStatement {
  return new PolicyStatement({
    sid: 'Preflights',
    principals: [new StarPrincipal()],
    actions: ['execute-api:Invoke'],
    resources: ['execute-api:/*/OPTIONS/*'],
  });
}
