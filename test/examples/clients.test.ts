/** Every recipe of docs/clients.md runs as it is pasted, against a gate under the real names. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { type Gate, type ProxyEvent, type ProxyResult, startGate } from 'sigv4kit/gate';
import { createVerifier } from 'sigv4kit/verify';
// Here, so that the gate finds it.
import 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { longTerm } from '../support/keys';
import { listen } from '../support/listen';
import { look, startWitness, type Witness } from '../support/witness';

const folder = new URL('./generated-clients/', import.meta.url);
const recipes = readFileSync(new URL('../../docs/clients.md', import.meta.url), 'utf8');
const snippets = [...recipes.matchAll(/```ts\n(.*?)```/gs)].map((match) => match[1] as string);

/** What each recipe prints, in order. */
const PRINTED: readonly (readonly [client: string, printed: string])[] = [
  ['axios', 'tea'],
  ['got', 'tea'],
  ['undici', 'tea'],
  ['node:https', 'tea'],
  ['ws, by headers', 'welcome'],
  ['ws, by its URL', 'welcome'],
  ['the OpenSearch client', '201'],
  ['an SDK client with our signer', '111122223333'],
  ['an SDK signer in our fetch', '200'],
  ['ky', 'tea'],
  ['ofetch', 'tea'],
  ['openapi-fetch', 'tea'],
  ['Apollo Client', 'tea'],
  ['urql', 'tea'],
  ['MCP', '[{"type":"text","text":"tea: 5 €"}]'],
];

async function answerMcp({ httpMethod, headers, body }: ProxyEvent): Promise<ProxyResult> {
  const tools = new McpServer({ name: 'shop', version: '1.0.0' });
  tools.registerTool('price', { inputSchema: { item: z.string() } }, ({ item }) => ({
    content: [{ type: 'text', text: `${item}: 5 €` }],
  }));
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await tools.connect(transport as never);
  const request = new Request('https://mcp.example.com', { method: httpMethod, headers, body: body as string });
  const response = await transport.handleRequest(request);
  const type = response.headers.get('content-type') ?? 'text/plain';
  return { statusCode: response.status, headers: { 'content-type': type }, body: await response.text() };
}

/** A WebSocket API, since no gate is on the way of the package ws. */
async function startSockets() {
  const sockets = new WebSocketServer({ noServer: true });
  const verifier = createVerifier({ lookup: () => longTerm, region: 'us-east-1', service: 'execute-api' });
  const server = createServer();
  server.on('upgrade', async (message, socket, head) => {
    const { verdict } = await look(message, Buffer.alloc(0), verifier);
    if (verdict !== 'ok') return socket.end(`HTTP/1.1 403 ${verdict}\r\n\r\n`);
    sockets.handleUpgrade(message, socket, head, (client) => {
      client.send('welcome');
      client.close();
    });
  });
  return { url: (await listen(server)).replace('http', 'ws'), close: () => server.close() };
}

describe('docs/clients.md', () => {
  let gate: Gate;
  let search: Witness;
  let chat: { readonly url: string; close(): void };
  let undo: () => void;
  const printed: string[] = [];

  beforeAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    const auth = 'AWS_IAM';
    const policies = [{ Statement: { Effect: 'Allow' as const, Action: '*', Resource: '*' } }];
    const order = {
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"data":{"order":"tea"}}',
    };
    gate = await startGate({
      accounts: {
        '111122223333': {
          users: { buddy: { accessKeys: [longTerm], policies } },
          apis: {
            abc123: {
              region: 'us-east-1',
              stage: 'prod',
              routes: {
                'GET /orders': { auth, handler: { statusCode: 200 } },
                'POST /orders': { auth, handler: ({ body }) => ({ ...order, body }) },
                'POST /graphql': { auth, handler: order },
                'POST /mcp': { auth, handler: answerMcp },
                'GET /mcp': { auth, handler: { statusCode: 405 } },
              },
            },
          },
        },
      },
    });
    search = await startWitness({ service: 'es', keys: [longTerm] });
    search.answer = ({ verdict }, response) => {
      response.writeHead(verdict === 'ok' ? 201 : 403, { 'content-type': 'application/json' }).end('{}');
      return true;
    };
    chat = await startSockets();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    chat.close();
    await Promise.all([gate.close(), search.close()]);
  });

  beforeEach(() => {
    printed.length = 0;
    vi.stubEnv('AWS_ACCESS_KEY_ID', longTerm.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', longTerm.secretAccessKey);
    const show = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
    vi.spyOn(console, 'log').mockImplementation((...values) => void printed.push(values.map(show).join(' ')));
    undo = gate.intercept();
  });
  afterEach(() => {
    undo();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  test('has a row here for each recipe', () => {
    expect(snippets).toHaveLength(PRINTED.length);
  });

  test('has recipes that the compiler takes as they are', () => {
    for (const [i, snippet] of snippets.entries())
      writeFileSync(new URL(`typed-${i}.ts`, folder), `${snippet}\nexport {};\n`);
    const config = { extends: '../../../tsconfig.json', include: ['typed-*.ts'] };
    writeFileSync(new URL('tsconfig.json', folder), JSON.stringify(config));
    const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [compiler, '-p', fileURLToPath(folder)], { encoding: 'utf8' });
    expect(stdout).toBe('');
  });

  test.each(PRINTED.map((row, i) => [...row, i] as const))('signs what %s sends', async (_, expected, i) => {
    const file = new URL(`recipe-${i}.ts`, folder);
    const here = (snippets[i] as string)
      .replace('wss://chat12.execute-api.us-east-1.amazonaws.com', chat.url)
      .replace('https://search-orders.us-east-1.es.amazonaws.com', search.url);
    writeFileSync(file, here);
    await import(/* @vite-ignore */ file.href);
    expect(printed).toEqual([expected]);
  });
});
