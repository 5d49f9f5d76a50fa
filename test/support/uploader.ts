/**
 * A process of its own that uploads one large file and says how much memory that took beyond what it had before, in
 * megabytes: `uploader.ts <kind> <path> <url>`. Its first upload, of a small file, is not counted.
 */
import { createReadStream, openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createSignedFetch, type SignedRequestInit } from 'sigv4kit';
import { longTerm } from './keys';

const [kind = '', path = '', url = '', small = ''] = process.argv.slice(2);
const fetch = createSignedFetch({ credentials: longTerm, region: 'us-east-1', service: 's3' });

const calls: Record<string, (path: string) => Promise<SignedRequestInit> | SignedRequestInit> = {
  blob: async (path) => ({ body: await openAsBlob(path) }),
  function: (path) => ({ body: () => createReadStream(path) }),
  stream: async (path) => ({
    body: createReadStream(path),
    headers: { 'content-length': `${(await stat(path)).size}` },
  }),
  'function in pieces': async (path) => ({
    body: () => createReadStream(path),
    headers: { 'content-length': `${(await stat(path)).size}` },
    aws: { payload: 'streaming' },
  }),
  'blob in pieces': async (path) => ({ body: await openAsBlob(path), aws: { payload: 'streaming-unsigned' } }),
};

async function upload(path: string): Promise<string> {
  const init = await (calls[kind] as (path: string) => SignedRequestInit)(path);
  const response = await fetch(url, { ...init, method: 'PUT' });
  return response.text();
}

const rss = () => process.memoryUsage.rss() / 2 ** 20;
await upload(small);
const before = rss();
let most = before;
const watch = setInterval(() => {
  most = Math.max(most, rss());
}, 5);
const answer = await upload(path);
clearInterval(watch);
console.log(JSON.stringify({ answer, megabytes: Math.round(Math.max(most, rss()) - before) }));
process.exit();
