/**
 * The world of the gate: that of world.json, with the OpenAPI document as it is deployed. Only the backend of the document has
 * another address: that of a server on this machine.
 */
import { type Account, loadWorld, type RestApi, type Route, type World } from 'sigv4kit/gate';
import { type Backend, startBackend } from './backend';

export interface OpenWorld {
  readonly world: World;
  readonly backend: Backend;
  close(): Promise<void>;
}

export async function openWorld(): Promise<OpenWorld> {
  const world = await loadWorld(new URL('world.json', import.meta.url));
  const backend = await startBackend();
  const accounts = mapValues(world.accounts, (account) => leadAccount(account, backend.url));
  return { world: { ...world, accounts }, backend, close: () => backend.close() };
}

const leadAccount = (account: Account, origin: string): Account => ({
  ...account,
  apis: mapValues(account.apis ?? {}, (api) => ('openapi' in api ? leadApi(api as RestApi, origin) : api)),
});

/** A route that has nothing but a handler takes all else from the document, its authorization first of all. */
const leadApi = (api: RestApi, origin: string): RestApi => ({ ...api, routes: proxiesTo(api.openapi, origin) });

interface Operation {
  readonly 'x-amazon-apigateway-integration': { readonly type: string; readonly uri?: string };
}

/** By method and path, those operations of a document that go on to another server; here that server is at `origin`. */
function proxiesTo(document: RestApi['openapi'], origin: string): Record<string, Route> {
  const paths = Object.entries(document?.paths as Record<string, Record<string, Operation>>);
  const operations = paths.flatMap(([path, item]) =>
    Object.entries(item).map(([verb, operation]) => {
      return { key: `${verb.toUpperCase()} ${path}`, ...operation['x-amazon-apigateway-integration'] };
    }),
  );
  const proxies = operations.filter(({ type }) => type === 'http_proxy');
  return Object.fromEntries(
    proxies.map(({ key, uri = '' }) => [key, { handler: { httpProxy: `${origin}${new URL(uri).pathname}` } }]),
  );
}

function mapValues<T, U>(values: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
