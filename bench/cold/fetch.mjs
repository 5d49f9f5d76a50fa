/** What every one of them is held against: one `fetch`, unsigned. */
import { answered, request, url } from './given.mjs';

const response = await fetch(`${url}&open`, request);
answered(response.status, await response.text());
