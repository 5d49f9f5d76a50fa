/** Every recipe of docs/clients.md runs as it is pasted, against a gate under the real names. */
import { createServer } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { type Gate, type ProxyEvent, type ProxyResult, startGate } from 'sigv4kit/gate';
import { createVerifier } from 'sigv4kit/verify';
// Here, so that the gate finds it.
import 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { longTerm } from '../support/keys';
import { listen } from '../support/listen';
import { type Snippet, snippetsOf, useSnippets } from '../support/snippets';
import { look, startWitness, type Witness } from '../support/witness';

const snippets = snippetsOf('docs/clients.md');

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
  const { check, run } = useSnippets('clients');
  let gate: Gate;
  let search: Witness;
  let chat: { readonly url: string; close(): void };
  let undo: () => void;

  beforeAll(async () => {
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
    chat.close();
    await Promise.all([gate.close(), search.close()]);
  });

  beforeEach(() => {
    undo = gate.intercept();
  });
  afterEach(() => undo());

  test('has a row here for each recipe', () => {
    expect(snippets).toHaveLength(PRINTED.length);
  });

  test('has recipes that the compiler takes as they are', () => {
    expect(check(snippets)).toBe('');
  });

  test.each(PRINTED.map((row, i) => [...row, i] as const))('signs what %s sends', async (_, expected, i) => {
    const code = (snippets[i] as Snippet).code
      .replace('wss://chat12.execute-api.us-east-1.amazonaws.com', chat.url)
      .replace('https://search-orders.us-east-1.es.amazonaws.com', search.url);
    expect(await run({ code })).toEqual([expected]);
  });
});
