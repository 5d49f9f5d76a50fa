import { AwsClient } from 'aws4fetch';
import { answered, keys, request, scope, url } from './given.mjs';

const client = new AwsClient({ ...scope, ...keys });
const response = await client.fetch(url, request);
answered(response.status, await response.text());
