/** Service and region of every documented family of AWS hostnames. */
import { describe, expect, test } from 'vitest';
import { parseHost } from '../../src/endpoint/hosts';

describe('a hostname tells service and region', () => {
  test.each([
    // API Gateway: default endpoint, private DNS, VPC endpoint names (regional and zonal), alias, regional target.
    ['abc123.execute-api.us-east-1.amazonaws.com', 'execute-api', 'us-east-1'],
    ['vpce-01234567abcdef012-ab12cd34.execute-api.us-east-1.vpce.amazonaws.com', 'execute-api', 'us-east-1'],
    ['vpce-01234567abcdef012-ab12cd34-us-east-1a.execute-api.us-east-1.vpce.amazonaws.com', 'execute-api', 'us-east-1'],
    ['abc123-vpce-01234567abcdef012.execute-api.ap-southeast-2.amazonaws.com', 'execute-api', 'ap-southeast-2'],
    ['d-a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com', 'execute-api', 'eu-central-1'],
    ['execute-api.us-east-1.api.aws', 'execute-api', 'us-east-1'],
    ['execute-api-fips.us-east-1.amazonaws.com', 'execute-api', 'us-east-1'],
    ['abc123.execute-api.cn-north-1.amazonaws.com.cn', 'execute-api', 'cn-north-1'],
    ['abc123.execute-api.us-gov-west-1.amazonaws.com', 'execute-api', 'us-gov-west-1'],
    ['abc123.execute-api.us-iso-east-1.c2s.ic.gov', 'execute-api', 'us-iso-east-1'],
    ['abc123.execute-api.us-isob-east-1.sc2s.sgov.gov', 'execute-api', 'us-isob-east-1'],
    ['abc123.execute-api.eu-isoe-west-1.cloud.adc-e.uk', 'execute-api', 'eu-isoe-west-1'],
    ['abc123.execute-api.us-isof-south-1.csp.hci.ic.gov', 'execute-api', 'us-isof-south-1'],
    ['abc123.execute-api.eusc-de-east-1.amazonaws.eu', 'execute-api', 'eusc-de-east-1'],
    ['vpce-0-a.execute-api.cn-north-1.vpce.amazonaws.com.cn', 'execute-api', 'cn-north-1'],
    // Other endpoints of HTTP APIs.
    ['a1b2c3.lambda-url.us-west-2.on.aws', 'lambda', 'us-west-2'],
    ['svc-0a1b.7d67968.vpc-lattice-svcs.us-west-2.on.aws', 'vpc-lattice-svcs', 'us-west-2'],
    ['a1b2c3.appsync-api.eu-west-1.amazonaws.com', 'appsync', 'eu-west-1'],
    ['a1b2c3.appsync-realtime-api.eu-west-1.amazonaws.com', 'appsync', 'eu-west-1'],
    ['search-logs-a1b2.us-east-1.es.amazonaws.com', 'es', 'us-east-1'],
    ['vpc-logs-a1b2.eu-west-1.es.amazonaws.com', 'es', 'eu-west-1'],
    ['search-logs-a1b2.aos.us-east-1.on.aws', 'es', 'us-east-1'],
    ['a1b2.us-east-1.aoss.amazonaws.com', 'aoss', 'us-east-1'],
    ['search-movies-a1b2.us-east-1.cloudsearch.amazonaws.com', 'cloudsearch', 'us-east-1'],
    ['runtime.sagemaker.eu-west-1.amazonaws.com', 'sagemaker', 'eu-west-1'],
    ['api.sagemaker.us-east-1.amazonaws.com', 'sagemaker', 'us-east-1'],
    ['bedrock-runtime.us-east-1.amazonaws.com', 'bedrock', 'us-east-1'],
    // S3 in all its forms.
    ['s3.amazonaws.com', 's3', 'us-east-1'],
    ['my-bucket.s3.amazonaws.com', 's3', 'us-east-1'],
    ['us-bucket-1.s3.amazonaws.com', 's3', 'us-east-1'],
    ['s3.eu-west-1.amazonaws.com', 's3', 'eu-west-1'],
    ['my.dotted.bucket.s3.eu-west-1.amazonaws.com', 's3', 'eu-west-1'],
    ['us-east-1.s3.eu-west-1.amazonaws.com', 's3', 'eu-west-1'],
    ['s3-us-west-2.amazonaws.com', 's3', 'us-west-2'],
    ['my-bucket.s3-us-west-2.amazonaws.com', 's3', 'us-west-2'],
    ['my-bucket.s3.dualstack.us-west-2.amazonaws.com', 's3', 'us-west-2'],
    ['my-bucket.s3-fips.us-east-1.amazonaws.com', 's3', 'us-east-1'],
    ['s3-fips.dualstack.us-gov-west-1.amazonaws.com', 's3', 'us-gov-west-1'],
    ['s3.cn-north-1.amazonaws.com.cn', 's3', 'cn-north-1'],
    ['name-123456789012.s3-accesspoint.us-west-2.amazonaws.com', 's3', 'us-west-2'],
    ['name-123456789012.s3-accesspoint-fips.dualstack.us-east-1.amazonaws.com', 's3', 'us-east-1'],
    ['123456789012.s3-control.us-west-2.amazonaws.com', 's3', 'us-west-2'],
    ['name-123456789012.s3-object-lambda.us-west-2.amazonaws.com', 's3-object-lambda', 'us-west-2'],
    ['name-123456789012.op-0123.s3-outposts.us-west-2.amazonaws.com', 's3-outposts', 'us-west-2'],
    ['bucket--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com', 's3express', 'us-east-1'],
    ['bucket--use1-az4--x-s3.s3express-fips-use1-az4.us-east-1.amazonaws.com', 's3express', 'us-east-1'],
    ['s3express-control.us-east-1.amazonaws.com', 's3express', 'us-east-1'],
    ['bucket.vpce-0a1b-2c3d.s3.us-east-1.vpce.amazonaws.com', 's3', 'us-east-1'],
    ['my-bucket.s3-accelerate.amazonaws.com', 's3', undefined],
    // IoT, STS, Cognito and other names that differ from the signing name.
    ['a1b2-ats.iot.us-east-1.amazonaws.com', 'iotdata', 'us-east-1'],
    ['data.iot.eu-west-1.amazonaws.com', 'iotdata', 'eu-west-1'],
    ['iot.us-east-1.amazonaws.com', 'iot', 'us-east-1'],
    ['a1b2.jobs.iot.us-east-1.amazonaws.com', 'iot-jobs-data', 'us-east-1'],
    ['sts.amazonaws.com', 'sts', 'us-east-1'],
    ['sts.eu-south-2.amazonaws.com', 'sts', 'eu-south-2'],
    ['sts-fips.us-east-1.amazonaws.com', 'sts', 'us-east-1'],
    ['sts.cn-north-1.amazonaws.com.cn', 'sts', 'cn-north-1'],
    ['vpce-0a-b.sts.us-east-1.vpce.amazonaws.com', 'sts', 'us-east-1'],
    ['cognito-identity.us-east-1.amazonaws.com', 'cognito-identity', 'us-east-1'],
    ['email.us-east-1.amazonaws.com', 'ses', 'us-east-1'],
    ['transcribestreaming.us-east-1.amazonaws.com', 'transcribe', 'us-east-1'],
    ['participant.connect.us-east-1.amazonaws.com', 'execute-api', 'us-east-1'],
    ['connect.us-east-1.amazonaws.com', 'connect', 'us-east-1'],
    ['us-east-1.queue.amazonaws.com', 'sqs', 'us-east-1'],
    ['sqs.us-east-1.api.aws', 'sqs', 'us-east-1'],
    ['api.ecr.us-east-1.amazonaws.com', 'ecr', 'us-east-1'],
    ['streams.dynamodb.us-east-1.amazonaws.com', 'dynamodb', 'us-east-1'],
    ['metering.marketplace.us-east-1.amazonaws.com', 'aws-marketplace', 'us-east-1'],
    ['mx-central-1.console.mx-central-1.amazonaws.com', 'console', 'mx-central-1'],
    // Global services, each partition's region.
    ['iam.amazonaws.com', 'iam', 'us-east-1'],
    ['iam.us-gov.amazonaws.com', 'iam', 'us-gov-west-1'],
    ['iam.global.api.aws', 'iam', 'us-east-1'],
    ['route53.amazonaws.com.cn', 'route53', 'cn-northwest-1'],
    ['route53.us-gov.api.aws', 'route53', 'us-gov-west-1'],
    ['budgets.c2s.ic.gov', 'budgets', 'us-iso-east-1'],
    ['cloudfront.cn-northwest-1.amazonaws.com.cn', 'cloudfront', 'cn-northwest-1'],
    ['waf-fips.amazonaws.com', 'waf', 'us-east-1'],
  ])('%s: %s in %s', (hostname, service, region) => {
    expect(parseHost(hostname)).toEqual(region ? { service, region } : { service });
  });

  test.each([
    'example.com',
    'api.example.com',
    'amazonaws.com',
    'localhost',
    '127.0.0.1',
    '[::1]',
    'amazonaws.com.example.com',
    'execute-api.us-east-1.notamazonaws.com',
    'd111111abcdef8.cloudfront.net',
    '',
  ])('%s tells nothing', (hostname) => {
    expect(parseHost(hostname)).toEqual({});
  });

  test('a name without a region, of a service that is not global, leaves the region open', () => {
    expect(parseHost('something.amazonaws.com')).toEqual({ service: 'something' });
  });
});
