import { createSignedFetch } from 'sigv4kit';
import { answered, keys, request, scope, url } from './given.mjs';

const fetch = createSignedFetch({ ...scope, credentials: keys });
const response = await fetch(url, request);
answered(response.status, await response.text());
