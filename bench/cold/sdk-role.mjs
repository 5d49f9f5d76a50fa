import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { AwsClient } from 'aws4fetch';
import { answered, keys, request, roleArn, scope, stsUrl, url } from './given.mjs';

const provide = fromTemporaryCredentials({
  params: { RoleArn: roleArn },
  masterCredentials: keys,
  clientConfig: { region: scope.region, endpoint: stsUrl },
});
const client = new AwsClient({ ...scope, ...(await provide()) });
const response = await client.fetch(url, request);
answered(response.status, await response.text());
