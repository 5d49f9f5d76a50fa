/** Asks the authorizer of a route who calls. What it grants is combined with other policies elsewhere. */
import type { Realm } from '../../realm';
import type { Authorizer } from '../../world/authorizer';
import { own } from '../../world/own';
import type { MethodCall } from '../method-call';
import type { NewConnection } from './authorizer-events';
import { askJwt } from './jwt-authorizer';
import { askLambda } from './lambda-authorizer';
import { failed, misconfigured, type Outcome } from './outcome';
import { askUserPools } from './user-pool-authorizer';

/**
 * Who calls, with the policy of a Lambda authorizer that gives one; or the answer that refuses. Never rejects: an authorizer
 * that cannot be asked is a refusal with a cause. `connection`: that a client of a WebSocket API asks for.
 */
export async function askAuthorizer(
  realm: Realm,
  call: MethodCall,
  name: string,
  connection?: NewConnection,
): Promise<Outcome> {
  const { api } = call.owner;
  const authorizer = own<Authorizer>(api.authorizers, name);
  if (!authorizer) return misconfigured(api, new TypeError(`The API has no authorizer "${name}".`));
  try {
    return await ask(realm, call, name, authorizer, connection);
  } catch (cause) {
    return failed(api, cause);
  }
}

function ask(
  realm: Realm,
  call: MethodCall,
  name: string,
  authorizer: Authorizer,
  connection: NewConnection | undefined,
): Promise<Outcome> {
  switch (authorizer.type) {
    case 'TOKEN':
    case 'REQUEST':
      return askLambda(realm, call, name, authorizer, connection);
    case 'COGNITO_USER_POOLS':
      return askUserPools(realm, call, authorizer);
    case 'JWT':
      return askJwt(realm, call, authorizer);
    default:
      return authorizer satisfies never;
  }
}
