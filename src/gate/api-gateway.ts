/**
 * The front of API Gateway: finds API, stage and route, judges the signature and the caller, and hands the request to the
 * route's handler. A pure decision over one request; the server around it does the talking.
 */
import { decodeEscapes } from '../core/percent-encoding';
import type { Credentials, WireRequest } from '../types';
import { examine } from '../verify/examine';
import type { ApiOwner, Arrival, Decision } from './arrival';
import { evaluate } from './policy';
import { type Caller, proxyEvent } from './proxy-event';
import { type ProxyResponse, toResponse } from './proxy-result';
import {
  type Answer,
  FORBIDDEN,
  HANDLER_FAILED,
  MISSING_TOKEN,
  refuseCaller,
  refuseForeignScheme,
  refuseSignature,
} from './refusals';
import { findRoute, type MatchedRoute } from './routes';
import type { AccessKey, User, World } from './world';

export type Ruling = Pick<Decision, 'outcome' | 'reason' | 'principal' | 'cause'> &
  ({ readonly refusal: Answer } | { readonly response: ProxyResponse });

/** Rules on a request that has arrived for an API. */
export async function rule(world: World, owner: ApiOwner, arrival: Arrival): Promise<Ruling> {
  const { request } = arrival;
  const [, stage = '', ...rest] = request.path.split('/');
  if (stage !== owner.api.stage) return { outcome: 'refused', reason: 'no-stage', refusal: FORBIDDEN };
  const path = `/${rest.join('/')}`;
  const matched = findRoute(owner.api, request.method, path);
  const authorization = headerOf(request, 'authorization');
  if (!matched) {
    const foreign = authorization !== undefined && !authorization.startsWith('AWS4-');
    return {
      outcome: 'refused',
      reason: 'no-route',
      refusal: foreign ? refuseForeignScheme(authorization) : MISSING_TOKEN,
    };
  }
  if (matched.route.auth !== 'AWS_IAM') return invoke(owner, arrival, matched, path, undefined);

  const { region } = owner.api;
  let user: UserKey | undefined;
  const verdict = await examine(request, {
    region,
    service: 'execute-api',
    maxSkew: 300_000,
    now: arrival.now,
    lookup: (accessKeyId) => {
      user = findKey(world, accessKeyId, partitionOf(region));
      return user && toCredentials(user.key);
    },
  });
  if ('code' in verdict)
    return { outcome: 'refused', reason: verdict.code, refusal: refuseSignature(verdict, authorization) };

  const { accountId, policies, arn, id } = user as UserKey;
  const resource = `arn:${partitionOf(region)}:execute-api:${region}:${owner.accountId}:${owner.apiId}/${stage}/${request.method}${decodeEscapes(path)}`;
  const result = evaluate(policies, 'execute-api:Invoke', resource);
  // Another account's caller needs a resource policy too, which this version does not have.
  const denial = result === 'allow' && accountId !== owner.accountId ? 'no-resource-policy' : result;
  if (denial !== 'allow') {
    return { outcome: 'refused', reason: denial, principal: arn, refusal: refuseCaller(arn, resource, denial) };
  }
  const caller = { accessKey: verdict.accessKeyId, accountId, userId: id, userArn: arn };
  return invoke(owner, arrival, matched, path, caller);
}

async function invoke(
  owner: ApiOwner,
  arrival: Arrival,
  matched: MatchedRoute,
  path: string,
  caller: Caller | undefined,
): Promise<Ruling> {
  const principal = caller?.userArn;
  const { handler } = matched.route;
  try {
    const result =
      typeof handler === 'function' ? await handler(proxyEvent(owner, arrival, matched, path, caller)) : handler;
    return { outcome: 'answered', principal, response: toResponse(result) };
  } catch (cause) {
    // The caller is told nothing of what went wrong inside; the log is.
    return { outcome: 'failed', reason: 'handler', principal, cause, refusal: HANDLER_FAILED };
  }
}

interface UserKey {
  readonly accountId: string;
  readonly arn: string;
  /** A unique id as IAM gives, made from the key id so that it stays the same. */
  readonly id: string;
  readonly key: AccessKey;
  readonly policies: NonNullable<User['policies']>;
}

function findKey(world: World, accessKeyId: string, partition: string): UserKey | undefined {
  for (const [accountId, { users = {} }] of Object.entries(world.accounts)) {
    for (const [name, { path = '/', accessKeys = [], policies = [] }] of Object.entries(users)) {
      const key = accessKeys.find((candidate) => candidate.accessKeyId === accessKeyId);
      if (key) {
        return {
          accountId,
          key,
          policies,
          arn: `arn:${partition}:iam::${accountId}:user${path}${name}`,
          id: `AIDA${accessKeyId.slice(4)}`,
        };
      }
    }
  }
  return undefined;
}

function toCredentials({ accessKeyId, secretAccessKey, sessionToken, expiration }: AccessKey): Credentials {
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiration: expiration === undefined ? undefined : new Date(expiration),
  };
}

/** The owner of an API by its id. */
export function findApi(world: World, apiId: string): ApiOwner | undefined {
  for (const [accountId, { apis = {} }] of Object.entries(world.accounts)) {
    const api = Object.hasOwn(apis, apiId) ? apis[apiId] : undefined;
    if (api) return { accountId, apiId, api };
  }
  return undefined;
}

export function headerOf(request: WireRequest, wanted: string): string | undefined {
  for (const [name, value] of request.headers) if (name.toLowerCase() === wanted) return value;
  return undefined;
}

const PARTITIONS: readonly (readonly [RegExp, string])[] = [
  [/^cn-/, 'aws-cn'],
  [/^us-gov-/, 'aws-us-gov'],
  [/^us-iso-/, 'aws-iso'],
  [/^us-isob-/, 'aws-iso-b'],
  [/^eu-isoe-/, 'aws-iso-e'],
  [/^us-isof-/, 'aws-iso-f'],
  [/^eusc-/, 'aws-eusc'],
];

/** The partition of a region, as its ARNs write it (botocore's partitions.json). */
const partitionOf = (region: string) => PARTITIONS.find(([pattern]) => pattern.test(region))?.[1] ?? 'aws';
