import { assumeRole, createSignedFetch } from 'sigv4kit';
import { answered, keys, request, roleArn, scope, stsUrl, url } from './given.mjs';

const credentials = assumeRole({ roleArn, credentials: keys, region: scope.region, endpoint: stsUrl });
const fetch = createSignedFetch({ ...scope, credentials });
const response = await fetch(url, request);
answered(response.status, await response.text());
