/** The stack: a private API that gives an employee who has signed in a presigned URL of SageMaker Studio, of the own profile alone. */
import { fileURLToPath } from 'node:url';
import { CfnOutput, CfnParameter, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  EndpointType,
  IdentitySource,
  LambdaIntegration,
  RequestAuthorizer,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { AccountRecovery, UserPool, type UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import { ManagedPolicy, PolicyDocument, PolicyStatement, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { createFunction } from './lambda';
import { Network } from './network';

/** The lifetime of a URL in seconds, until it is opened: SageMaker allows 5 to 300. */
const URL_LIFETIME = 60;
const STAGE = 'dev';

export class StudioAccessStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const cidr = { type: 'String', allowedPattern: '\\d{1,3}(\\.\\d{1,3}){3}/\\d{1,2}' };
    const network = new Network(this, 'Network', {
      vpcId: this.parameter('VpcId', 'The VPC of the Studio domain', { type: 'AWS::EC2::VPC::Id' }),
      subnetIds: [
        this.parameter('SubnetA', 'A private subnet of it', { type: 'AWS::EC2::Subnet::Id' }),
        this.parameter('SubnetB', 'A private subnet of it, in another zone', { type: 'AWS::EC2::Subnet::Id' }),
      ],
      vpcCidr: this.parameter('VpcCidr', 'The addresses of the VPC, such as 10.16.0.0/16', cidr),
      officeCidr: this.parameter('OfficeCidr', 'The network of the company that is joined to the VPC', cidr),
    });
    const companyCidr = this.parameter('CompanyCidr', 'Public addresses that the company comes from', cidr);
    const domainId = this.parameter('StudioDomainId', 'The Studio domain, d-…', {
      type: 'String',
      allowedPattern: 'd-(-*[a-z0-9]){1,61}',
    });

    const pool = this.createPool();
    const client = pool.addClient('Page', {
      generateSecret: false,
      authFlows: { userPassword: true },
      disableOAuth: true,
      preventUserExistenceErrors: true,
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(1),
    });
    const api = this.createApi(network);
    const employee = this.createAuthorizer(pool, client);
    const createUrl = this.createUrlFunction(network, domainId, companyCidr);
    const page = createFunction(this, 'ServePage', {
      name: 'studio-page',
      file: 'page.ts',
      environment: { CLIENT_ID: client.userPoolClientId },
      addFiles: `npx tsx "${fileURLToPath(new URL('page/build-page.ts', import.meta.url))}"`,
    });
    const integrate = (handler: typeof page) => new LambdaIntegration(handler, { allowTestInvoke: false });
    api.root.addMethod('GET', integrate(page));
    api.root.addResource('{user_id}').addMethod('GET', integrate(createUrl), { authorizer: employee });

    new CfnOutput(this, 'ApiId', { value: api.restApiId });
    new CfnOutput(this, 'ApiVpcEndpoint', { value: network.executeApi.vpcEndpointId });
    new CfnOutput(this, 'UserPoolId', { value: pool.userPoolId });
    new CfnOutput(this, 'ClientId', { value: client.userPoolClientId });
    new CfnOutput(this, 'ResolverEndpoint', { value: network.resolver.attrResolverEndpointId });
  }

  private parameter(name: string, description: string, rule: { type: string; allowedPattern?: string }): string {
    const constraintDescription = rule.allowedPattern && description;
    return new CfnParameter(this, name, {
      ...rule,
      description,
      ...(constraintDescription && { constraintDescription }),
    }).valueAsString;
  }

  /** A user's name is what gives access to the profile of that name. So nobody may choose it who is not an administrator. */
  private createPool(): UserPool {
    const pool = new UserPool(this, 'Employees', {
      userPoolName: 'studio-employees',
      selfSignUpEnabled: false,
      signInAliases: { username: true },
      // Profiles that differ in case are different profiles.
      signInCaseSensitive: true,
      passwordPolicy: { minLength: 14 },
      accountRecovery: AccountRecovery.NONE,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // For whoever is to run add-employee.ts.
    new ManagedPolicy(this, 'Administration', {
      managedPolicyName: 'studio-employee-administration',
      statements: [
        new PolicyStatement({
          actions: ['cognito-idp:AdminCreateUser', 'cognito-idp:AdminSetUserPassword'],
          resources: [this.formatArn({ service: 'cognito-idp', resource: 'userpool', resourceName: pool.userPoolId })],
        }),
      ],
    });
    return pool;
  }

  private createApi({ executeApi }: Network): RestApi {
    // Callers with a token are anonymous to IAM, and so for this policy; it keeps the endpoint to the APIs of this account.
    executeApi.addToPolicy(
      new PolicyStatement({
        principals: [new StarPrincipal()],
        actions: ['execute-api:Invoke'],
        resources: [this.formatArn({ service: 'execute-api', resource: '*', resourceName: `${STAGE}/GET/*` })],
      }),
    );
    return new RestApi(this, 'Api', {
      restApiName: 'studio-access',
      endpointConfiguration: { types: [EndpointType.PRIVATE], vpcEndpoints: [executeApi] },
      policy: new PolicyDocument({
        statements: [
          new PolicyStatement({
            principals: [new StarPrincipal()],
            actions: ['execute-api:Invoke'],
            // This API, whose ARN API Gateway puts there.
            resources: ['execute-api:/*'],
            conditions: { StringEquals: { 'aws:SourceVpce': executeApi.vpcEndpointId } },
          }),
        ],
      }),
      deployOptions: { stageName: STAGE },
      cloudWatchRole: false,
    });
  }

  /** Not in the VPC: it fetches the public keys of the pool, over the internet, and nothing else. */
  private createAuthorizer({ userPoolId }: UserPool, { userPoolClientId }: UserPoolClient): RequestAuthorizer {
    return new RequestAuthorizer(this, 'Employee', {
      authorizerName: 'employee',
      handler: createFunction(this, 'Authorize', {
        name: 'studio-authorize',
        file: 'authorize.ts',
        environment: { USER_POOL_ID: userPoolId, CLIENT_ID: userPoolClientId },
      }),
      // Without this header the answer is 401, and the function is not asked.
      identitySources: [IdentitySource.header('Authorization')],
      resultsCacheTtl: Duration.seconds(120),
    });
  }

  private createUrlFunction(
    { vpc, securityGroup, sageMakerApi, studio }: Network,
    domainId: string,
    companyCidr: string,
  ) {
    const mayCreate = (sid: string, conditions: Record<string, object>) =>
      new PolicyStatement({
        sid,
        actions: ['sagemaker:CreatePresignedDomainUrl'],
        resources: [this.formatArn({ service: 'sagemaker', resource: 'user-profile', resourceName: `${domainId}/*` })],
        conditions,
      });
    return createFunction(this, 'CreateUrl', {
      name: 'studio-create-url',
      file: 'create-url.ts',
      vpc,
      vpcSubnets: { subnets: vpc.privateSubnets },
      securityGroups: [securityGroup],
      environment: { STUDIO_DOMAIN_ID: domainId, URL_LIFETIME: String(URL_LIFETIME) },
      policies: {
        // Three statements, so that each is enough by itself. In one they would all have to hold, and never do: a request that
        // comes through a VPC endpoint has no aws:SourceIp, and one that does not has neither of the others. The same is asked
        // when a URL is opened, for where the employee's browser is: that is why Studio's endpoint is here too.
        studio: [
          mayCreate('FromTheVpc', { IpAddress: { 'aws:VpcSourceIp': vpc.vpcCidrBlock } }),
          mayCreate('FromTheCompany', { IpAddress: { 'aws:SourceIp': companyCidr } }),
          mayCreate('ThroughTheEndpoints', {
            StringEquals: { 'aws:SourceVpce': [sageMakerApi.vpcEndpointId, studio.vpcEndpointId] },
          }),
        ],
        network: [NETWORK_INTERFACES],
      },
    });
  }
}

/** What Lambda does with the role to place a function in a VPC. The actions cannot be held to single resources. */
const NETWORK_INTERFACES = new PolicyStatement({
  actions: [
    'ec2:AssignPrivateIpAddresses',
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:UnassignPrivateIpAddresses',
  ],
  resources: ['*'],
});
