/**
 * The world a gate lives in: accounts, their users and keys, their APIs. Plain data, checked once when the gate starts;
 * what this version does not emulate is refused by name, so that it can never turn into a silent allow.
 */
import { SigV4Error } from '../errors';

export interface World {
  /** By account id, 12 digits. */
  readonly accounts: Readonly<Record<string, Account>>;
}

export interface Account {
  /** By user name. */
  readonly users?: Readonly<Record<string, User>> | undefined;
  /** By API id. */
  readonly apis?: Readonly<Record<string, Api>> | undefined;
}

export interface User {
  /** Begins and ends with `/`. Default `/`. */
  readonly path?: string | undefined;
  readonly accessKeys?: readonly AccessKey[] | undefined;
  /** Identity policies. A user without any may do nothing, as on AWS. */
  readonly policies?: readonly PolicyDocument[] | undefined;
}

/** A key pair of a user; with a session token, temporary keys as GetSessionToken gives them. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** A Date or ISO 8601 text. */
  readonly expiration?: Date | string | undefined;
}

export interface PolicyDocument {
  readonly Version?: '2012-10-17' | '2008-10-17' | undefined;
  readonly Statement: Statement | readonly Statement[];
}

export interface Statement {
  readonly Sid?: string | undefined;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[] | undefined;
  readonly NotAction?: string | readonly string[] | undefined;
  readonly Resource?: string | readonly string[] | undefined;
  readonly NotResource?: string | readonly string[] | undefined;
}

export interface Api {
  readonly region: string;
  /** Default `REST`, the only type this version emulates. */
  readonly type?: 'REST' | undefined;
  /** Default `REGIONAL`. */
  readonly endpoint?: 'REGIONAL' | 'EDGE' | undefined;
  readonly stage: string;
  /** By method and path, `'GET /orders/{id}'`; `ANY` for every method, `{name+}` for the rest of the path. */
  readonly routes: Readonly<Record<string, Route>>;
}

export interface Route {
  /** Default `NONE`. */
  readonly auth?: 'NONE' | 'AWS_IAM' | undefined;
  /** What answers: a function of the proxy event, or one answer for all. */
  readonly handler: Handler | ProxyResult;
}

export type Handler = (event: ProxyEvent) => ProxyResult | Promise<ProxyResult>;

/** What a Lambda proxy integration answers (payload format 1.0). */
export interface ProxyResult {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string | number | boolean>> | undefined;
  readonly multiValueHeaders?: Readonly<Record<string, readonly (string | number | boolean)[]>> | undefined;
  readonly body?: string | undefined;
  readonly isBase64Encoded?: boolean | undefined;
}

/** What a Lambda proxy integration is given (payload format 1.0). */
export interface ProxyEvent {
  readonly resource: string;
  readonly path: string;
  readonly httpMethod: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  readonly queryStringParameters: Readonly<Record<string, string>> | null;
  readonly multiValueQueryStringParameters: Readonly<Record<string, readonly string[]>> | null;
  readonly pathParameters: Readonly<Record<string, string>> | null;
  readonly stageVariables: null;
  readonly requestContext: {
    readonly accountId: string;
    readonly apiId: string;
    readonly domainName: string;
    readonly httpMethod: string;
    readonly identity: {
      readonly accessKey: string | null;
      readonly accountId: string | null;
      readonly caller: string | null;
      readonly user: string | null;
      readonly userArn: string | null;
      readonly sourceIp: string;
      readonly userAgent: string | null;
    };
    readonly path: string;
    readonly protocol: string;
    readonly requestId: string;
    readonly requestTimeEpoch: number;
    readonly resourcePath: string;
    readonly stage: string;
  };
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
}

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
  for (const [i, key] of list(`${at}.accessKeys`, accessKeys).entries()) {
    const here = `${at}.accessKeys[${i}]`;
    const { accessKeyId, secretAccessKey, expiration } = object(here, key, [
      'accessKeyId',
      'secretAccessKey',
      'sessionToken',
      'expiration',
    ]) as unknown as AccessKey;
    if (!accessKeyId || !secretAccessKey) fault(here, 'lacks accessKeyId or secretAccessKey');
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
  }
}

const ROUTE = /^(?:ANY|[A-Z]+) \/(?:[\w.~%@:-]+|\{[\w.-]+\+?\})?(?:\/(?:[\w.~%@:-]+|\{[\w.-]+\+?\}))*$/;

function checkApi(at: string, api: Api): void {
  const {
    region,
    type = 'REST',
    endpoint = 'REGIONAL',
    stage,
    routes,
  } = object(at, api, ['region', 'type', 'endpoint', 'stage', 'routes']) as unknown as Api;
  if (typeof region !== 'string' || !region) fault(`${at}.region`, 'is not a region');
  if (type !== 'REST')
    fault(`${at}.type`, `is ${JSON.stringify(type)}, which this version does not emulate; only "REST" is`);
  if (endpoint !== 'REGIONAL' && endpoint !== 'EDGE')
    fault(
      `${at}.endpoint`,
      `is ${JSON.stringify(endpoint)}, which this version does not emulate; only "REGIONAL" and "EDGE" are`,
    );
  if (typeof stage !== 'string' || !/^[\w$-]+$/.test(stage)) fault(`${at}.stage`, 'is not a stage name');
  for (const [key, route] of Object.entries(object(`${at}.routes`, routes))) {
    const here = `${at}.routes["${key}"]`;
    if (!ROUTE.test(key)) fault(here, 'is not of the form "GET /path/{parameter}"');
    const { auth = 'NONE', handler } = object(here, route, ['auth', 'handler']) as unknown as Route;
    if (auth !== 'NONE' && auth !== 'AWS_IAM')
      fault(
        `${here}.auth`,
        `is ${JSON.stringify(auth)}, which this version does not emulate; only "NONE" and "AWS_IAM" are`,
      );
    if (typeof handler !== 'function' && typeof handler?.statusCode !== 'number')
      fault(`${here}.handler`, 'is neither a function nor an answer with a statusCode');
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

function fault(at: string, what: string): never {
  throw new SigV4Error('ERR_SIGV4_INVALID_WORLD', `The gate's world is wrong: ${at} ${what}.`);
}
