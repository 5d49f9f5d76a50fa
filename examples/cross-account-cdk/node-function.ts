/** A Lambda function in TypeScript: bundled here, with a log that is kept for a week and a role that may do nothing but write to it. */
import { fileURLToPath } from 'node:url';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export interface NodeFunctionProps {
  /** Of the function, its role and, behind `/aws/lambda/`, its log group. */
  readonly name: string;
  /** The file, which exports `handler`. */
  readonly entry: URL;
}

export function nodeFunction(scope: Construct, id: string, { name, entry }: NodeFunctionProps): NodejsFunction {
  const logGroup = new LogGroup(scope, `${id}Log`, {
    logGroupName: `/aws/lambda/${name}`,
    retention: RetentionDays.ONE_WEEK,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  // Its name is known before it is deployed, so that the policy of another account's API can speak of it.
  const role = new Role(scope, `${id}Role`, {
    roleName: name,
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
  });
  logGroup.grantWrite(role);
  return new NodejsFunction(scope, id, {
    functionName: name,
    entry: fileURLToPath(entry),
    runtime: Runtime.NODEJS_22_X,
    architecture: Architecture.ARM_64,
    timeout: Duration.seconds(10),
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    bundling: { format: OutputFormat.ESM, target: 'node22' },
  });
}
