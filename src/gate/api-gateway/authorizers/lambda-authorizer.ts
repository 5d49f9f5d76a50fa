/** Asks a Lambda authorizer who calls, or takes what it said before; refuses where nothing tells who calls. */
import type { Realm } from '../../realm';
import type { RequestAuthorizer, TokenAuthorizer } from '../../world/authorizer';
import type { MethodCall } from '../method-call';
import {
  httpRequestEvent,
  httpRequestEventV2,
  type NewConnection,
  requestEvent,
  tokenEvent,
  webSocketRequestEvent,
} from './authorizer-events';
import { type Given, type ResultForm, readResult } from './authorizer-result';
import { identityKey, readIdentity } from './identity-sources';
import { failed, forbidden, misconfigured, type Outcome, unauthorized } from './outcome';

type LambdaAuthorizer = TokenAuthorizer | RequestAuthorizer;

/** Where a TOKEN authorizer and one of user pools find the token, unless they say. */
export const AUTHORIZATION = 'method.request.header.Authorization';

/** Who calls, and the policy that it gave. `name`: of the authorizer, in its API. */
export async function askLambda(
  realm: Realm,
  call: MethodCall,
  name: string,
  authorizer: LambdaAuthorizer,
  connection?: NewConnection,
): Promise<Outcome> {
  const { owner, arrival } = call;
  const sources = sourcesOf(authorizer);
  const identity = readIdentity(call, sources);
  if (!identity) return unauthorized(owner.api, `no ${sources.join(', ')}`);
  if (authorizer.type === 'TOKEN' && !isValid(authorizer, identity[0] as string))
    return unauthorized(owner.api, 'the token does not match identityValidation');

  const ttl = sources.length === 0 ? 0 : (authorizer.ttl ?? (owner.api.type === 'HTTP' ? 0 : 300));
  const key = JSON.stringify([owner.apiId, name, identityKey(call, sources)]);
  const kept = ttl > 0 ? realm.kept.recall(key, arrival.now) : undefined;
  if (kept) return toOutcome(call, name, kept, 0);

  const start = performance.now();
  let result: unknown;
  try {
    result = await authorizer.handler(eventFor(call, authorizer, identity, connection) as never);
  } catch (cause) {
    return isUnauthorized(cause)
      ? unauthorized(owner.api, 'the authorizer threw Unauthorized')
      : failed(owner.api, cause);
  }
  const latency = Math.round(performance.now() - start);
  let given: Given;
  try {
    given = readResult(result, formOf(call, authorizer));
  } catch (cause) {
    return misconfigured(owner.api, cause);
  }
  if (ttl > 0) realm.kept.keep(key, given, arrival.now, ttl);
  return toOutcome(call, name, given, latency);
}

function sourcesOf(authorizer: LambdaAuthorizer): readonly string[] {
  if (authorizer.type === 'TOKEN') return [authorizer.identitySource ?? AUTHORIZATION];
  return authorizer.identitySources ?? [];
}

/** Unconfirmed: that the expression is about the whole of the token. */
function isValid({ identityValidation }: TokenAuthorizer, token: string): boolean {
  return identityValidation === undefined || new RegExp(`^(?:${identityValidation})$`).test(token);
}

/** Unconfirmed for HTTP and WebSocket APIs: that it answers 401. */
const isUnauthorized = (thrown: unknown) =>
  thrown === 'Unauthorized' ||
  (typeof thrown === 'object' && thrown !== null && (thrown as Partial<Error>).message === 'Unauthorized');

function eventFor(
  call: MethodCall,
  authorizer: LambdaAuthorizer,
  identity: readonly string[],
  connection: NewConnection | undefined,
): object {
  if (authorizer.type === 'TOKEN') return tokenEvent(call, identity[0] as string);
  switch (call.owner.api.type) {
    case 'HTTP':
      return authorizer.payload === '1.0' ? httpRequestEvent(call, identity) : httpRequestEventV2(call, identity);
    case 'WEBSOCKET':
      return webSocketRequestEvent(call, connection);
    default:
      return requestEvent(call);
  }
}

function formOf({ owner }: MethodCall, authorizer: LambdaAuthorizer): ResultForm {
  const isSimple = authorizer.type === 'REQUEST' && authorizer.simpleResponses === true;
  return { kind: isSimple ? 'simple' : 'policy', flat: owner.api.type !== 'HTTP' };
}

function toOutcome(call: MethodCall, name: string, given: Given, latency: number): Outcome {
  const { accountId, apiId, api } = call.owner;
  if (given.kind === 'simple' && !given.isAuthorized) return forbidden(api, 'the authorizer gave isAuthorized: false');
  // What is kept is nothing for the function behind the route to change.
  const context = structuredClone(given.context);
  if (given.kind === 'simple') return { authorized: { authorizer: { lambda: context } } };
  const { principalId, policy } = given;
  const texts = Object.fromEntries(Object.entries(context).map(([key, value]) => [key, String(value)]));
  const authorizer = api.type === 'HTTP' ? { lambda: context } : { ...texts, principalId, integrationLatency: latency };
  const at = `accounts.${accountId}.apis.${apiId}.authorizers.${name}.policyDocument`;
  return { authorized: { authorizer }, policy: { type: 'authorizer', at, document: policy } };
}
