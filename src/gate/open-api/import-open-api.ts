/**
 * An OpenAPI 3 document with API Gateway's extensions as an API of the world. What would change who is let in and is not
 * emulated is refused. Left out, since it shapes what is not emulated: models, `servers`, documentation and tags, the texts of
 * gateway responses, binary media types, compression, the source of API keys.
 */
import type { Api, HttpApi, HttpRoute, RestApi, Route } from '../world/api';
import type { Authorizer } from '../world/authorizer';
import { fault, list, object } from '../world/checks';
import { own } from '../world/own';
import type { PolicyDocument } from '../world/policy-document';
import { checkExtensions, child, children, openDocument, type Part, textOf } from './document';
import { importAuthorizer } from './import-authorizer';
import { importIntegration } from './import-integration';
import { importSecurity } from './import-security';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];
const ANY = 'x-amazon-apigateway-any-method';

const EXTENSIONS = [
  ...['policy', 'endpoint-configuration', 'request-validator', 'request-validators', 'cors'],
  ...['gateway-responses', 'binary-media-types', 'minimum-compression-size', 'api-key-source', 'documentation'],
  ...['importexport-version', 'tag-value'],
];

/**
 * The API with the routes, authorizers, policy and endpoint of the document; what the world itself says goes before it, part
 * by part. Throws `ERR_SIGV4_INVALID_WORLD` with the path of what cannot be read. `at`: of the API.
 */
export function importOpenApi(at: string, given: unknown, api: RestApi | HttpApi): Api {
  const document = openDocument(`${at}.openapi`, given);
  checkExtensions(document, EXTENSIONS);
  const { openapi, ...own } = api;
  const isHttpApi = api.type === 'HTTP';
  const found = readPaths(at, document, api);
  const about = isHttpApi ? aboutHttpApi(document) : aboutRestApi(document);
  const said = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return {
    ...about,
    ...said,
    routes: { ...api.routes, ...found.routes },
    authorizers: { ...api.authorizers, ...found.authorizers },
  } as Api;
}

interface Found {
  readonly routes: Record<string, Route | HttpRoute>;
  readonly authorizers: Record<string, Authorizer>;
}

function readPaths(at: string, document: Part, api: RestApi | HttpApi): Found {
  const found: Found = { routes: {}, authorizers: {} };
  for (const [path, item] of children(child(document, 'paths'))) {
    if (path.startsWith('x-')) continue;
    if (item.value.trace !== undefined) fault(`${item.at}.trace`, 'is a method that API Gateway does not have');
    // Authorization is an operation's: here it would be passed over.
    if (item.value.security !== undefined) fault(`${item.at}.security`, 'is of no use: each operation has its own');
    checkExtensions(item, ['any-method']);
    for (const verb of [...METHODS, ANY]) {
      const operation = child(item, verb);
      if (operation) readOperation(at, document, api, path, verb, operation, found);
    }
  }
  return found;
}

function readOperation(
  at: string,
  document: Part,
  api: RestApi | HttpApi,
  path: string,
  verb: string,
  operation: Part,
  found: Found,
): void {
  const isHttpApi = api.type === 'HTTP';
  const { stageVariables = {}, routes = {}, authorizers = {} } = api;
  checkExtensions(operation, ['integration', 'auth', 'request-validator']);
  checkValidation(document, operation);
  const key = isHttpApi && path === '/$default' ? '$default' : `${verb === ANY ? 'ANY' : verb.toUpperCase()} ${path}`;
  const routeAt = `${at}.routes["${key}"]`;
  const given: Partial<Route | HttpRoute> = own(routes as Readonly<Record<string, Route | HttpRoute>>, key) ?? {};
  const { auth, scopes, scheme } = importSecurity(document, operation, isHttpApi);
  const handler = given.handler ?? importIntegration(operation, { isHttpApi, stageVariables, path, routeAt });
  found.routes[key] = {
    handler: handler as never,
    auth: given.auth ?? auth,
    ...((given.scopes ?? scopes).length > 0 && { scopes: given.scopes ?? scopes }),
  };
  // One that no route asks needs no function.
  if (!scheme || found.routes[key].auth !== auth) return;
  const known = own(authorizers as Readonly<Record<string, Authorizer>>, auth);
  found.authorizers[auth] = importAuthorizer(scheme, isHttpApi, known, `${at}.authorizers.${auth}`);
}

/** A validator turns requests away, which the gate would let through. */
function checkValidation(document: Part, operation: Part): void {
  const extension = 'x-amazon-apigateway-request-validator';
  const name = textOf(operation, extension) ?? textOf(document, extension);
  const validators = child(document, 'x-amazon-apigateway-request-validators');
  const validator = name === undefined ? undefined : validators && child(validators, name);
  const { validateRequestBody, validateRequestParameters } = validator?.value ?? {};
  if (validateRequestBody === true || validateRequestParameters === true)
    fault(operation.at, `is validated by "${name}", which is not emulated`);
}

function aboutHttpApi(document: Part): Partial<HttpApi> {
  for (const extension of ['policy', 'cors'])
    if (document.value[`x-amazon-apigateway-${extension}`] !== undefined)
      fault(`${document.at}["x-amazon-apigateway-${extension}"]`, 'is not emulated for HTTP APIs');
  const { disableExecuteApiEndpoint } = endpointOf(document)?.value ?? {};
  return disableExecuteApiEndpoint === true ? { defaultEndpoint: false } : {};
}

function aboutRestApi(document: Part): Partial<RestApi> {
  const policy = child(document, 'x-amazon-apigateway-policy')?.value as PolicyDocument | undefined;
  const configuration = endpointOf(document);
  const { types, vpcEndpointIds, disableExecuteApiEndpoint } = configuration?.value ?? {};
  const at = configuration?.at ?? '';
  const ids = vpcEndpointIds === undefined ? undefined : (list(`${at}.vpcEndpointIds`, vpcEndpointIds) as string[]);
  const [type] = types === undefined ? [] : list(`${at}.types`, types);
  return {
    ...(policy && { policy }),
    ...(type !== undefined && { endpoint: String(type).toUpperCase() as 'REGIONAL' }),
    ...(ids && { vpcEndpoints: ids }),
    ...(disableExecuteApiEndpoint === true && { defaultEndpoint: false }),
  };
}

/** It stands in the document or with a server. */
function endpointOf(document: Part): Part | undefined {
  const name = 'x-amazon-apigateway-endpoint-configuration';
  const { servers = [] } = document.value;
  const parts = list(`${document.at}.servers`, servers).map((server, i) => {
    const at = `${document.at}.servers[${i}]`;
    return child({ at, value: object(at, server), root: document.root }, name);
  });
  const found = child(document, name) ?? parts.find((part) => part !== undefined);
  if (found) object(found.at, found.value, ['types', 'vpcEndpointIds', 'disableExecuteApiEndpoint', 'ipAddressType']);
  return found;
}
