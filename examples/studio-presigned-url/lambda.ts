/** A Lambda function in TypeScript: bundled here, with a log that is kept for a month and a role that may write to it. */
import { fileURLToPath } from 'node:url';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, type NodejsFunctionProps, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export interface LambdaProps extends Pick<NodejsFunctionProps, 'vpc' | 'vpcSubnets' | 'securityGroups'> {
  /** Of the function, its role and, behind `/aws/lambda/`, its log group. */
  readonly name: string;
  /** The file in `functions`, which exports `handler`. */
  readonly file: string;
  readonly environment: Record<string, string>;
  /** What the role may do besides, by name. */
  readonly policies?: Readonly<Record<string, readonly PolicyStatement[]>>;
  /** A command that puts files beside the bundle, whose folder comes behind it. */
  readonly addFiles?: string;
}

export function createFunction(scope: Construct, id: string, props: LambdaProps): NodejsFunction {
  const { name, file, environment, policies = {}, addFiles, ...network } = props;
  const logGroupName = `/aws/lambda/${name}`;
  const logGroup = new LogGroup(scope, `${id}Log`, {
    logGroupName,
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const log = new PolicyStatement({
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [Stack.of(scope).formatArn({ service: 'logs', resource: `log-group:${logGroupName}:*` })],
  });
  const role = new Role(scope, `${id}Role`, {
    roleName: name,
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: Object.fromEntries(
      Object.entries({ ...policies, log: [log] }).map(([policy, statements]) => [
        policy,
        new PolicyDocument({ statements: [...statements] }),
      ]),
    ),
  });
  return new NodejsFunction(scope, id, {
    ...network,
    functionName: name,
    entry: fileURLToPath(new URL(`functions/${file}`, import.meta.url)),
    runtime: Runtime.NODEJS_22_X,
    architecture: Architecture.ARM_64,
    timeout: Duration.seconds(20),
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    environment,
    bundling: {
      format: OutputFormat.ESM,
      target: 'node22',
      ...(addFiles && { commandHooks: afterBundling((folder) => `${addFiles} "${folder}"`) }),
    },
  });
}

const afterBundling = (command: (folder: string) => string) => ({
  beforeBundling: () => [],
  beforeInstall: () => [],
  afterBundling: (_: string, folder: string) => [command(folder)],
});
