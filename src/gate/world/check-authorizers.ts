/** Checks the authorizers of an API. */
import { parseIdentitySource } from '../api-gateway/authorizers/identity-sources';
import { indexPools } from '../user-pools/pools';
import type { Api } from './api';
import type { Authorizer, JwtAuthorizer, RequestAuthorizer, TokenAuthorizer, UserPoolAuthorizer } from './authorizer';
import { checkKeySet } from './check-issuers';
import { checkBoolean, checkWhole, fault, list, object, show } from './checks';
import type { World } from './world';

type ApiType = NonNullable<Api['type']>;

/** Which types of authorizers an API may have. */
const TYPES: Record<ApiType, readonly Authorizer['type'][]> = {
  REST: ['TOKEN', 'REQUEST', 'COGNITO_USER_POOLS'],
  HTTP: ['REQUEST', 'JWT'],
  WEBSOCKET: ['REQUEST'],
};

/** Rejects an authorizer that its type of API does not have, or that could not be asked. `at`: of the API. */
export function checkAuthorizers(at: string, api: Api, world: World): void {
  const { type = 'REST', authorizers = {} } = api;
  for (const [name, authorizer] of Object.entries(object(`${at}.authorizers`, authorizers))) {
    const here = `${at}.authorizers.${name}`;
    if (name === '' || ['NONE', 'AWS_IAM'].includes(name)) fault(here, 'is no name that a route could ask it by');
    checkAuthorizer(here, authorizer as Authorizer, type, world);
  }
}

function checkAuthorizer(at: string, authorizer: Authorizer, api: ApiType, world: World): void {
  const { type } = object(at, authorizer) as unknown as Authorizer;
  if (!TYPES[api].includes(type))
    fault(`${at}.type`, `is ${show(type)}; an API of type ${api} has ${TYPES[api].map(show).join(', ')}`);
  switch (authorizer.type) {
    case 'TOKEN':
      checkToken(at, authorizer);
      break;
    case 'REQUEST':
      checkRequest(at, authorizer, api);
      break;
    case 'COGNITO_USER_POOLS':
      checkUserPools(at, authorizer, world);
      break;
    case 'JWT':
      checkJwt(at, authorizer, world);
      break;
    default:
      authorizer satisfies never;
  }
}

function checkToken(at: string, authorizer: TokenAuthorizer): void {
  const parts = ['type', 'handler', 'identitySource', 'identityValidation', 'ttl'];
  const { handler, identitySource, identityValidation, ttl } = object(at, authorizer, parts);
  checkFunction(at, handler);
  checkHeader(`${at}.identitySource`, identitySource, 'REST');
  checkExpression(`${at}.identityValidation`, identityValidation);
  checkWhole(`${at}.ttl`, ttl, 0, 3600);
}

function checkRequest(at: string, authorizer: RequestAuthorizer, api: ApiType): void {
  const own = api === 'HTTP' ? ['payload', 'simpleResponses'] : [];
  const parts = ['type', 'handler', 'identitySources', 'ttl', ...own];
  const {
    handler,
    identitySources = [],
    ttl,
    payload = '2.0',
    simpleResponses = false,
  } = object(at, authorizer, parts);
  checkFunction(at, handler);
  for (const [i, source] of list(`${at}.identitySources`, identitySources).entries()) {
    if (!parseIdentitySource(source, api))
      fault(
        `${at}.identitySources[${i}]`,
        `is ${show(source)}, which this version does not read for an API of type ${api}`,
      );
  }
  checkWhole(`${at}.ttl`, ttl, 0, 3600);
  if (payload !== '1.0' && payload !== '2.0') fault(`${at}.payload`, 'is neither "1.0" nor "2.0"');
  checkBoolean(`${at}.simpleResponses`, simpleResponses);
  if (simpleResponses && payload === '1.0') fault(`${at}.simpleResponses`, 'is for payload "2.0" alone');
}

function checkUserPools(at: string, authorizer: UserPoolAuthorizer, world: World): void {
  const { userPools, identitySource } = object(at, authorizer, ['type', 'userPools', 'identitySource']);
  const ids = list(`${at}.userPools`, userPools);
  if (ids.length === 0) fault(`${at}.userPools`, 'is empty');
  for (const [i, id] of ids.entries()) {
    if (typeof id !== 'string' || !indexPools(world).byId.has(id))
      fault(`${at}.userPools[${i}]`, 'is not a user pool of the world');
  }
  checkHeader(`${at}.identitySource`, identitySource, 'REST');
}

function checkJwt(at: string, authorizer: JwtAuthorizer, world: World): void {
  const parts = ['type', 'issuer', 'audience', 'jwks', 'identitySource'];
  const { issuer, audience, jwks, identitySource } = object(at, authorizer, parts);
  if (typeof issuer !== 'string' || !/^https?:/.test(issuer) || !URL.canParse(issuer))
    fault(`${at}.issuer`, 'is not a URL');
  const names = list(`${at}.audience`, audience);
  if (names.length === 0) fault(`${at}.audience`, 'is empty');
  if (!names.every((name) => typeof name === 'string' && name !== ''))
    fault(`${at}.audience`, 'is not a list of texts');
  if (jwks !== undefined) checkKeySet(`${at}.jwks`, jwks);
  else if (!indexPools(world).byIssuer.has(String(issuer)))
    fault(`${at}.jwks`, 'is missing, and no user pool of the world has this issuer');
  if (
    identitySource !== undefined &&
    !['header', 'querystring'].includes(parseIdentitySource(identitySource, 'HTTP')?.part ?? '')
  )
    fault(`${at}.identitySource`, 'is neither "$request.header.X" nor "$request.querystring.X"');
}

function checkFunction(at: string, handler: unknown): void {
  if (typeof handler !== 'function') fault(`${at}.handler`, 'is not a function');
}

function checkHeader(at: string, source: unknown, api: ApiType): void {
  if (source !== undefined && parseIdentitySource(source, api)?.part !== 'header')
    fault(at, 'is not of the form "method.request.header.X"');
}

function checkExpression(at: string, expression: unknown = ''): void {
  if (typeof expression !== 'string' || !isExpression(expression)) fault(at, 'is not a regular expression');
}

function isExpression(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}
