/** Checks a world once, when its gate starts: what is wrong or not emulated is refused by its path. */
import { SigV4Error } from '../errors';
import { toResponse } from './proxy-result';
import type { AccessKey, Account, Api, PolicyDocument, ProxyResult, Route, Statement, User, World } from './world';

/** Rejects a world that does not make sense; the message names the path of the first fault. */
export function checkWorld(world: World): void {
  const { accounts } = object('world', world, ['accounts']);
  const keys = new Set<string>();
  const apis = new Set<string>();
  for (const [id, account] of Object.entries(object('accounts', accounts))) {
    const at = `accounts.${id}`;
    if (!/^\d{12}$/.test(id)) fault(at, 'is not an account id of 12 digits');
    const { users = {}, apis: ownApis = {} } = object(at, account, ['users', 'apis']) as Account;
    for (const [name, user] of Object.entries(object(`${at}.users`, users)))
      checkUser(`${at}.users.${name}`, user as User, keys);
    for (const [apiId, api] of Object.entries(object(`${at}.apis`, ownApis))) {
      if (apis.has(apiId)) fault(`${at}.apis.${apiId}`, 'is an API id that another account has too');
      apis.add(apiId);
      checkApi(`${at}.apis.${apiId}`, api as Api);
    }
  }
}

function checkUser(at: string, user: User, keys: Set<string>): void {
  const { path = '/', accessKeys = [], policies = [] } = object(at, user, ['path', 'accessKeys', 'policies']) as User;
  if (!/^\/(?:[\x21-\x7e]+\/)?$/.test(path)) fault(`${at}.path`, 'does not begin and end with "/"');
  for (const [i, key] of (list(`${at}.accessKeys`, accessKeys) as AccessKey[]).entries()) {
    const here = `${at}.accessKeys[${i}]`;
    const { accessKeyId, secretAccessKey, expiration } = object(here, key, [
      'accessKeyId',
      'secretAccessKey',
      'sessionToken',
      'expiration',
    ]) as unknown as AccessKey;
    for (const [part, text] of Object.entries({
      accessKeyId,
      secretAccessKey,
      sessionToken: key.sessionToken ?? 'none',
    })) {
      if (typeof text !== 'string' || !/^[!-~]+$/.test(text)) fault(`${here}.${part}`, 'is missing or is no key');
    }
    if (keys.has(accessKeyId)) fault(`${here}.accessKeyId`, 'is the id of another key too');
    keys.add(accessKeyId);
    if (expiration !== undefined && Number.isNaN(new Date(expiration).getTime()))
      fault(`${here}.expiration`, 'is not a date');
  }
  for (const [i, policy] of list(`${at}.policies`, policies).entries())
    checkPolicy(`${at}.policies[${i}]`, policy as PolicyDocument);
}

function checkPolicy(at: string, policy: PolicyDocument): void {
  const { Statement } = object(at, policy, ['Version', 'Id', 'Statement']) as unknown as PolicyDocument;
  for (const [i, statement] of [Statement].flat().entries()) {
    const here = `${at}.Statement[${i}]`;
    const { Effect, Action, NotAction, Resource, NotResource } = object(here, statement, [
      'Sid',
      'Effect',
      'Action',
      'NotAction',
      'Resource',
      'NotResource',
    ]) as unknown as Statement;
    if (Effect !== 'Allow' && Effect !== 'Deny') fault(`${here}.Effect`, 'is neither "Allow" nor "Deny"');
    if ((Action === undefined) === (NotAction === undefined)) fault(here, 'needs either Action or NotAction');
    if ((Resource === undefined) === (NotResource === undefined)) fault(here, 'needs either Resource or NotResource');
    for (const [part, patterns] of Object.entries({ Action, NotAction, Resource, NotResource })) {
      const texts = patterns === undefined ? [] : [patterns].flat();
      if (!texts.every((text) => typeof text === 'string'))
        fault(`${here}.${part}`, 'is neither a text nor a list of texts');
      if (texts.some((text) => (text as string).includes('${'))) {
        fault(`${here}.${part}`, 'holds a policy variable, which this version does not emulate');
      }
      if (part.endsWith('Resource') && !texts.every((text) => /^(?:\*|arn(?::[^:]*){4}:.+)$/.test(text as string))) {
        fault(`${here}.${part}`, 'is neither "*" nor an ARN of six parts');
      }
    }
  }
}

function isAnswer(handler: ProxyResult): boolean {
  try {
    return toResponse(handler) !== undefined;
  } catch {
    return false;
  }
}

const ROUTE = /^(?:ANY|[A-Z]+) \/(?:[\w.~@:-]+|\{[\w.-]+\+?\})?(?:\/(?:[\w.~@:-]+|\{[\w.-]+\+?\}))*$/;

function checkApi(at: string, api: Api): void {
  const {
    region,
    type = 'REST',
    endpoint = 'REGIONAL',
    stage,
    routes,
  } = object(at, api, ['region', 'type', 'endpoint', 'stage', 'routes']) as unknown as Api;
  if (!/^[a-z0-9-]+$/.test(at.slice(at.lastIndexOf('.') + 1)))
    fault(at, 'is not an API id of lower-case letters and digits');
  if (typeof region !== 'string' || !/^[a-z]{2,4}(?:-[a-z]+)+-\d+$/.test(region))
    fault(`${at}.region`, 'is not a region');
  if (type !== 'REST') fault(`${at}.type`, `is ${show(type)}, which this version does not emulate; only "REST" is`);
  if (endpoint !== 'REGIONAL' && endpoint !== 'EDGE')
    fault(
      `${at}.endpoint`,
      `is ${show(endpoint)}, which this version does not emulate; only "REGIONAL" and "EDGE" are`,
    );
  if (typeof stage !== 'string' || !/^[\w$-]+$/.test(stage)) fault(`${at}.stage`, 'is not a stage name');
  for (const [key, route] of Object.entries(object(`${at}.routes`, routes))) {
    const here = `${at}.routes["${key}"]`;
    if (!ROUTE.test(key)) fault(here, 'is not of the form "GET /path/{parameter}"');
    const { auth = 'NONE', handler } = object(here, route, ['auth', 'handler']) as unknown as Route;
    if (auth !== 'NONE' && auth !== 'AWS_IAM')
      fault(`${here}.auth`, `is ${show(auth)}, which this version does not emulate; only "NONE" and "AWS_IAM" are`);
    if (typeof handler !== 'function' && !isAnswer(handler)) {
      fault(`${here}.handler`, 'is neither a function nor an answer that can be sent');
    }
  }
}

function object(at: string, value: unknown, known?: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fault(at, 'is not an object');
  const stranger = known && Object.keys(value).find((key) => !known.includes(key));
  if (stranger !== undefined) fault(`${at}.${stranger}`, 'is not known to this version of the gate');
  return value as Record<string, unknown>;
}

function list(at: string, value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : fault(at, 'is not a list');
}

const show = (value: unknown) => (typeof value === 'string' ? `"${value}"` : typeof value);

function fault(at: string, what: string): never {
  throw new SigV4Error('ERR_SIGV4_INVALID_WORLD', `The gate's world is wrong: ${at} ${what}.`);
}
