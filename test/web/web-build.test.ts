/**
 * The web build: on Node's own `crypto.subtle`, and in a real browser where the machine has one. The requests are real: the
 * browser's page calls a server of another origin, which verifies what arrives.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { type Gate, type ProxyEvent, startGate } from 'sigv4kit/gate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callsOf, POOL, withRoutes } from '../support/accounts';
import { hasChromium, launchChromium } from '../support/chromium';
import { codeOf, instant, longTerm, temporary } from '../support/keys';
import { startServer, type TestServer } from '../support/server';

const dist = (path: string) => fileURLToPath(new URL(`../../dist/${path}`, import.meta.url));
const load = (path: string) => import(/* @vite-ignore */ pathToFileURL(dist(path)).href);

describe('the web build on crypto.subtle', () => {
  const request = {
    url: 'https://abc.execute-api.us-east-1.amazonaws.com/p/é?b=2&a=1',
    method: 'POST',
    body: '{"a":"é"}',
  };
  const options = { credentials: temporary, now: () => instant.getTime() };

  test('signs and presigns as the node build does', async () => {
    const [web, node] = await Promise.all([load('web/index.js'), load('node/index.js')]);
    expect(await web.createSigner(options).sign(request)).toEqual(await node.createSigner(options).sign(request));
    expect(await web.createSigner(options).presign(request)).toEqual(await node.createSigner(options).presign(request));
  });

  test('verifies what the node build signed', async () => {
    const [web, node] = await Promise.all([load('web/verify.js'), load('node/index.js')]);
    const signed = await node.createSigner(options).sign(request);
    const { verify } = web.createVerifier({
      lookup: () => temporary,
      region: 'us-east-1',
      service: 'execute-api',
      now: options.now,
    });
    await expect(verify(signed)).resolves.toMatchObject({ accessKeyId: temporary.accessKeyId });
    expect(await codeOf(() => verify({ ...signed, body: 'x' }))).toBe('ERR_SIGV4_SIGNATURE_MISMATCH');
  });

  test('has no default credentials', async () => {
    const { createSigner } = await load('web/index.js');
    expect(await codeOf(() => createSigner().sign(request))).toBe('ERR_SIGV4_NO_CREDENTIALS');
  });
});

if (!hasChromium) console.log('No Chromium on this machine: the browser tests are left out.');

describe.skipIf(!hasChromium)('the web build in Chromium', () => {
  let api: TestServer;
  let gate: Gate;
  let pages: Server;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    api = await startServer();
    const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
    const who = ({ requestContext }: ProxyEvent) => ({
      statusCode: 200,
      headers: cors,
      body: String(requestContext.identity.userArn),
    });
    gate = await startGate(
      withRoutes({
        'GET /whoami': { auth: 'AWS_IAM', handler: who },
        'OPTIONS /whoami': { handler: { statusCode: 204, headers: cors } },
      }),
    );
    const bundle = await build({
      stdin: {
        contents: `export * from ${JSON.stringify(dist('web/index.js'))}
          export { signAxios } from ${JSON.stringify(dist('web/axios.js'))}
          export { default as axios } from 'axios'`,
        resolveDir: dist('.'),
      },
      bundle: true,
      format: 'iife',
      globalName: 'sigv4kit',
      logLevel: 'error',
      platform: 'browser',
      write: false,
    });
    const script = bundle.outputFiles[0]?.text as string;
    pages = createServer((message, response) => {
      response.setHeader('content-type', message.url === '/script.js' ? 'text/javascript; charset=utf-8' : 'text/html');
      response.end(message.url === '/script.js' ? script : '<script src="/script.js"></script>');
    });
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    browser = await launchChromium({
      // A second name for this machine, whose origin is not trusted and so has no crypto.subtle.
      'insecure.test': '127.0.0.1',
      '*.amazonaws.com': new URL(gate.url).host,
    });
    page = await browser.newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
    await gate?.close();
    await new Promise((resolve) => (pages ? pages.close(resolve) : resolve(undefined)));
  });

  const pageUrl = (host: string) => `http://${host}:${(pages.address() as AddressInfo).port}/`;

  /** Runs in the page: one call for each kind of body; gives the server's verdicts. */
  const callFromPage = (target: Page) =>
    target.evaluate(
      async ([url, credentials]) => {
        const { createSignedFetch } = (globalThis as unknown as { sigv4kit: typeof import('sigv4kit') }).sigv4kit;
        const fetch = createSignedFetch({ credentials, region: 'us-east-1', service: 'execute-api' });
        const form = new FormData();
        form.set('file', new Blob([new Uint8Array([0, 255])]), 'a.bin');
        const bodies: BodyInit[] = [
          'héllo',
          new Uint8Array([0, 1, 255]),
          new URLSearchParams({ a: '1 2' }),
          new Blob(['b'], { type: 'a/b' }),
          form,
        ];
        const calls = [fetch(`${url}/a b?q=a+b&k`), fetch(new Request(url, { method: 'PUT', body: 'x' }))];
        for (const body of bodies) calls.push(fetch(url, { method: 'POST', body }));
        return Promise.all(
          (await Promise.all(calls)).map(async (response) => (await response.json()).verdict as string),
        );
      },
      [api.url, temporary] as const,
    );

  test('signs every kind of body, and the server finds the signature good', async () => {
    await page.goto(pageUrl('127.0.0.1'));
    expect(await page.evaluate(() => typeof crypto.subtle)).toBe('object');
    expect(await callFromPage(page)).toEqual(Array(7).fill('ok'));
  });

  test('signs on a plain-http page too, where crypto.subtle is hidden', async () => {
    await page.goto(pageUrl('insecure.test'));
    expect(await page.evaluate(() => typeof crypto.subtle)).toBe('undefined');
    expect(await callFromPage(page)).toEqual(Array(7).fill('ok'));
  });

  test('presigns', async () => {
    await page.goto(pageUrl('127.0.0.1'));
    const url = await page.evaluate(async (credentials) => {
      const { createSigner } = (globalThis as unknown as { sigv4kit: typeof import('sigv4kit') }).sigv4kit;
      return (await createSigner({ credentials }).presign('https://abc.execute-api.us-east-1.amazonaws.com/p')).href;
    }, longTerm);
    expect(url).toMatch(/X-Amz-Signature=[0-9a-f]{64}$/);
  });

  test('calls an API as a Cognito guest, and as the same one when it comes back', async () => {
    const call = () =>
      page.evaluate(async (identityPoolId) => {
        const { cognitoIdentity, createSignedFetch } = (
          globalThis as unknown as { sigv4kit: typeof import('sigv4kit') }
        ).sigv4kit;
        const endpoint = 'http://cognito-identity.us-east-1.amazonaws.com';
        const credentials = cognitoIdentity({ identityPoolId, endpoint, storage: localStorage });
        const fetch = createSignedFetch({ credentials });
        const response = await fetch('http://orders1.execute-api.us-east-1.amazonaws.com/prod/whoami');
        return [await response.text(), await credentials.identityId()];
      }, POOL);
    await page.goto(pageUrl('127.0.0.1'));
    const [who, id] = await call();
    expect(who).toMatch(/:assumed-role\/guest\/CognitoIdentityCredentials$/);
    await page.reload();
    expect(await call()).toEqual([who, id]);
    expect(callsOf(gate, 'cognito-identity', 'GetId')).toBe(1);
  });

  test.each(['xhr', 'fetch'])('signs what axios sends by %s', async (adapter) => {
    await page.goto(pageUrl('127.0.0.1'));
    const verdicts = await page.evaluate(
      async ([url, credentials, by]) => {
        const { axios, signAxios } = (
          globalThis as unknown as {
            sigv4kit: { axios: typeof import('axios').default; signAxios: typeof import('sigv4kit/axios').signAxios };
          }
        ).sigv4kit;
        const client = axios.create({ adapter: by as 'xhr', baseURL: url });
        signAxios(client, { credentials, region: 'us-east-1', service: 'execute-api' });
        const form = new FormData();
        form.set('file', new Blob([new Uint8Array([0, 255])]), 'a.bin');
        const answers = [
          await client.get('/a b', { params: { q: 'a b', k: ['1', '2'] } }),
          await client.post('/', { hello: 'grüße' }),
          await client.put('/', new Uint8Array([0, 1, 255])),
          await client.post('/', form),
        ];
        return answers.map(({ data }) => data.verdict as string);
      },
      [api.url, temporary, adapter] as const,
    );
    expect(verdicts).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  test('refuses to go where a redirect leads that a page cannot see', async () => {
    await page.goto(pageUrl('127.0.0.1'));
    const code = await page.evaluate(
      async ([url, credentials]) => {
        const { createSignedFetch } = (globalThis as unknown as { sigv4kit: typeof import('sigv4kit') }).sigv4kit;
        const fetch = createSignedFetch({ credentials, region: 'us-east-1', service: 'execute-api' });
        return fetch(`${url}/redirect`).then(
          (response) => `${response.status}`,
          (error) => error.code as string,
        );
      },
      [api.url, temporary] as const,
    );
    expect(code).toBe('ERR_SIGV4_REDIRECT');
  });
});
