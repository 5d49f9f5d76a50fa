/** Clients that take a `fetch`: each real package over a signed one, against a server that verifies what arrives. */
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { RetryLink } from '@apollo/client/link/retry';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createClient as createGraphqlClient, fetchExchange } from '@urql/core';
import { buildSchema, graphql } from 'graphql';
import ky from 'ky';
import { createFetch } from 'ofetch';
import createApiClient from 'openapi-fetch';
import { createSignedFetch, type SignedFetchOptions } from 'sigv4kit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { codeOf, temporary } from '../support/keys';
import { type Seen, startWitness, type Witness } from '../support/witness';

/** Each signature is of another second. */
let time = 0;
const options: SignedFetchOptions = {
  credentials: temporary,
  region: 'us-east-1',
  service: 'execute-api',
  now: () => {
    time += 1000;
    return time;
  },
};
const order = { item: 'tea & more', count: 2 };

let home: Witness;
/** How many answers fail before one does not. */
let failures = 0;
beforeAll(async () => {
  home = await startWitness();
  home.answer = ({ target, body, method }, response) => {
    if (failures-- > 0) {
      response.writeHead(503).end();
      return true;
    }
    if (!target.startsWith('/graphql')) return false;
    const { query, variables } =
      method === 'GET' ? fromQuery(target) : JSON.parse(Buffer.from(body, 'latin1').toString());
    void graphql({ schema, source: query, variableValues: variables, rootValue }).then((result) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(result)),
    );
    return true;
  };
});
afterAll(() => home.close());
beforeEach(() => {
  home.seen.length = 0;
  failures = 0;
  time = Date.now();
});

const schema = buildSchema('type Query { order(id: ID!): String } type Mutation { place(item: String!): String }');
const rootValue = { order: ({ id }: { id: string }) => `order ${id}`, place: ({ item }: { item: string }) => item };
const fromQuery = (target: string) => {
  const { searchParams } = new URL(target, 'http://localhost');
  return { query: searchParams.get('query'), variables: JSON.parse(searchParams.get('variables') ?? '{}') };
};

/** All were taken, and each was signed by itself. */
function expectSigned(attempts: number) {
  expect(home.seen.map(({ verdict }) => verdict)).toEqual(Array(attempts).fill('ok'));
  expect(new Set(home.seen.map(({ headers }) => headers.authorization)).size).toBe(attempts);
}

describe('ky', () => {
  const api = () =>
    ky.create({
      prefixUrl: home.url,
      fetch: createSignedFetch(options),
      retry: { limit: 2, methods: ['post'], delay: () => 1 },
    });

  test('posts JSON, and signs its retries afresh', async () => {
    // Two of ours that are throttled or safe to repeat, none of a POST: those are ky's.
    failures = 2;
    const seen = await api()
      .post('orders', { json: order, searchParams: { a: ['1 2', "it's"] as never } })
      .json<Seen>();
    expect(JSON.parse(seen.body)).toEqual(order);
    expectSigned(3);
  });

  test('gives the caller its errors', async () => {
    failures = 9;
    await expect(api().post('orders', { json: order }).json()).rejects.toMatchObject({ name: 'HTTPError' });
    expect(await codeOf(() => ky(home.url, { fetch: createSignedFetch({ ...options, allowHosts: [] }) }))).toBe(
      'ERR_SIGV4_HOST_NOT_ALLOWED',
    );
  });

  test('is ended by its timeout', async () => {
    const slow = createSignedFetch({ ...options, credentials: () => new Promise(() => {}) });
    await expect(ky(home.url, { fetch: slow, timeout: 30 })).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

test('ofetch posts JSON, and signs its retries afresh', async () => {
  const ofetch = createFetch({ fetch: createSignedFetch(options) as typeof fetch });
  failures = 2;
  const seen = await ofetch<Seen>('/orders', {
    baseURL: home.url,
    method: 'POST',
    body: order,
    query: { a: ['1', '2'] },
    retry: 2,
    retryDelay: 1,
  });
  expect(JSON.parse(seen.body)).toEqual(order);
  expectSigned(3);
});

test('openapi-fetch posts JSON, with a query and a path of its own making', async () => {
  interface paths {
    '/orders/{id}': {
      post: {
        parameters: { path: { id: string }; query: { tags: string[] } };
        requestBody: { content: { 'application/json': typeof order } };
        responses: { 200: { content: { 'application/json': Seen } } };
      };
    };
  }
  const api = createApiClient<paths>({
    baseUrl: home.url,
    fetch: createSignedFetch({ ...options, retry: { methods: ['POST'], delay: 1 } }),
  });
  failures = 2;
  const params = { path: { id: 'a b(1)' }, query: { tags: ["it's", 'é'] } };
  const { data } = await api.POST('/orders/{id}', { params, body: order });
  expect(JSON.parse(data?.body as string)).toEqual(order);
  expectSigned(3);
});

test('Apollo Client queries and mutates, and signs its retries afresh', async () => {
  const link = ApolloLink.from([
    new RetryLink({ delay: { initial: 1 }, attempts: { max: 3 } }),
    new HttpLink({ uri: `${home.url}/graphql`, fetch: createSignedFetch(options) }),
  ]);
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  failures = 2;
  const { data } = await client.query({
    query: gql`
      query Order($id: ID!) {
        order(id: $id)
      }
    `,
    variables: { id: 'ü' },
  });
  expect(data).toEqual({ order: 'order ü' });
  const placed = await client.mutate({ mutation: gql`mutation { place(item: "tea") }` });
  expect(placed.data).toEqual({ place: 'tea' });
  expectSigned(4);
  client.stop();
});

test.each([true, false])('urql queries (by GET: %s) and mutates', async (preferGetMethod) => {
  const client = createGraphqlClient({
    url: `${home.url}/graphql`,
    exchanges: [fetchExchange],
    fetch: createSignedFetch({ ...options, retry: { methods: ['GET', 'POST'], delay: 1 } }),
    preferGetMethod,
  });
  failures = 2;
  const found = await client.query('query Order($id: ID!) { order(id: $id) }', { id: "it's" });
  expect(found.data).toMatchObject({ order: "order it's" });
  const placed = await client.mutation('mutation Place($item: String!) { place(item: $item) }', { item: 'tea' });
  expect(placed.data).toMatchObject({ place: 'tea' });
  expectSigned(4);
  expect(home.seen[2]?.method).toBe(preferGetMethod ? 'GET' : 'POST');
});

test('MCP over streamable HTTP: a session, a tool, its progress, and the end', async () => {
  const tools = new McpServer({ name: 'shop', version: '1.0.0' });
  tools.registerTool('price', { inputSchema: { item: z.string() } }, async ({ item }, { sendNotification, _meta }) => {
    const progressToken = _meta?.progressToken ?? 0;
    await sendNotification({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
    return { content: [{ type: 'text', text: `${item}: 5 €` }] };
  });
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => 'session-1' });
  await tools.connect(transport as never);
  const server = await startWitness();
  server.answer = ({ verdict, body }, response) => {
    if (verdict !== 'ok') response.writeHead(403).end(verdict);
    else {
      const parsed = body === '' ? undefined : JSON.parse(Buffer.from(body, 'latin1').toString());
      void transport.handleRequest(response.req, response, parsed);
    }
    return true;
  };

  const client = new Client({ name: 'buyer', version: '1.0.0' });
  const url = new URL(`${server.url}/mcp`);
  const signed = new StreamableHTTPClientTransport(url, { fetch: createSignedFetch(options) });
  await client.connect(signed as never);
  const progress: number[] = [];
  const result = await client.callTool({ name: 'price', arguments: { item: 'tea' } }, undefined, {
    onprogress: (heard) => progress.push(heard.progress),
  });
  expect(result.content).toEqual([{ type: 'text', text: 'tea: 5 €' }]);
  expect(progress).toEqual([1]);
  await signed.terminateSession();
  await client.close();
  expect(new Set(server.seen.map(({ verdict }) => verdict))).toEqual(new Set(['ok']));
  expect(new Set(server.seen.map(({ method }) => method))).toEqual(new Set(['POST', 'GET', 'DELETE']));

  const unsigned = new StreamableHTTPClientTransport(url);
  await expect(new Client({ name: 'thief', version: '1.0.0' }).connect(unsigned as never)).rejects.toThrow(
    'ERR_SIGV4_MISSING_AUTHENTICATION',
  );
  await tools.close();
  await server.close();
});
