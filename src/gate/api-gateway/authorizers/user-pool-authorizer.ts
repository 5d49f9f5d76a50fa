/** The authorizer of REST APIs for tokens of user pools of Amazon Cognito, which the world has. */
import type { Realm } from '../../realm';
import type { UserPoolAuthorizer } from '../../world/authorizer';
import type { MethodCall } from '../method-call';
import { restClaims, scopesOf, withoutScheme } from './claims';
import { readIdentity } from './identity-sources';
import { readIssuer, type Verified, verifyToken } from './json-web-tokens';
import { AUTHORIZATION } from './lambda-authorizer';
import { expired, failed, forbidden, type Outcome, unauthorized } from './outcome';

/** An id token, or an access token where the route names scopes, of one of the authorizer's pools. */
export async function askUserPools(realm: Realm, call: MethodCall, authorizer: UserPoolAuthorizer): Promise<Outcome> {
  const { api } = call.owner;
  const source = authorizer.identitySource ?? AUTHORIZATION;
  const [value] = readIdentity(call, [source]) ?? [];
  if (value === undefined) return unauthorized(api, `no ${source}`);
  const verified = await verify(realm, call, authorizer, withoutScheme(value));
  if ('fault' in verified) {
    if (verified.fault === 'keys') return failed(api, verified.cause);
    const cause = `the token does not hold: ${verified.fault}`;
    return verified.fault === 'expired' ? expired(cause) : unauthorized(api, cause);
  }
  const { claims } = verified;
  const { scopes = [] } = call.route;
  const use = scopes.length > 0 ? 'access' : 'id';
  if (claims.token_use !== use) return unauthorized(api, `the token does not hold: its token_use is not "${use}"`);
  const given = scopesOf({ scope: claims.scope });
  if (use === 'access' && !scopes.some((scope) => given.includes(scope)))
    return forbidden(api, 'the token has none of the scopes of the method');
  return { authorized: { authorizer: { claims: restClaims(claims) } } };
}

async function verify(
  realm: Realm,
  call: MethodCall,
  { userPools }: UserPoolAuthorizer,
  token: string,
): Promise<Verified> {
  const issuer = await readIssuer(token);
  if (issuer === undefined) return { fault: 'malformed' };
  const found = userPools.map((id) => realm.userPools.byId.get(id)).find((candidate) => candidate?.issuer === issuer);
  if (!found) return { fault: 'issuer' };
  return verifyToken(realm, token, { keys: found.keys, issuer, algorithms: ['RS256'], now: call.arrival.now });
}
