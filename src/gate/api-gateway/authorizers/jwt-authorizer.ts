/**
 * The JWT authorizer of HTTP APIs. Steps: documentation of JWT authorizers. The header `www-authenticate` is as observed for
 * no token, one of too few parts, one of another audience and one that has expired; unconfirmed for the others.
 */
import type { Realm } from '../../realm';
import type { Api } from '../../world/api';
import type { JwtAuthorizer } from '../../world/authorizer';
import type { MethodCall } from '../method-call';
import { httpClaims, scopesOf, withoutScheme } from './claims';
import { readIdentity } from './identity-sources';
import { type JwtClaims, type TokenFault, verifyToken } from './json-web-tokens';
import { failed, forbidden, type Outcome, unauthorized } from './outcome';

const ALGORITHMS = ['RS256', 'RS384', 'RS512'];

const SAYS: Record<TokenFault | 'audience', string> = {
  malformed: 'token contains an invalid number of segments',
  audience: 'the token does not have a valid audience',
  expired: 'the token has expired',
  algorithm: 'the token is not signed with an RSA algorithm',
  key: 'the token is not signed with a key of the issuer',
  signature: 'the signature is invalid',
  claims: 'the token does not have valid claims',
  issuer: 'the token does not have a valid issuer',
  'not-yet': 'the token is not yet valid',
};

/** A token of the authorizer's issuer for one of its audiences, with one of the route's scopes where it names any. */
export async function askJwt(realm: Realm, call: MethodCall, authorizer: JwtAuthorizer): Promise<Outcome> {
  const { api } = call.owner;
  const { issuer, audience, identitySource = '$request.header.Authorization' } = authorizer;
  const { scopes = [] } = call.route;
  const [value] = readIdentity(call, [identitySource]) ?? [];
  if (value === undefined) return unauthorized(api, `no ${identitySource}`, { 'www-authenticate': 'Bearer' });

  const keys = authorizer.jwks ?? realm.userPools.byIssuer.get(issuer)?.keys;
  if (keys === undefined) return failed(api, new TypeError('The authorizer has no keys of its issuer.'));
  const { now } = call.arrival;
  const verified = await verifyToken(realm, withoutScheme(value), { keys, issuer, algorithms: ALGORITHMS, now });
  if ('fault' in verified) {
    return verified.fault === 'keys' ? failed(api, verified.cause) : invalid(api, verified.fault, scopes);
  }
  const { claims } = verified;
  if (!isFor(claims, audience)) return invalid(api, 'audience', scopes);
  const given = scopesOf(claims);
  if (scopes.length > 0 && !scopes.some((scope) => given.includes(scope))) {
    const says = 'the token does not have a valid scope';
    return forbidden(api, says, { 'www-authenticate': challenge('insufficient_scope', says, scopes) });
  }
  // Unconfirmed: that these are the token's scopes and not the route's.
  const jwt = { claims: httpClaims(claims), scopes: scopes.length > 0 ? given : null };
  return { authorized: { authorizer: { jwt } } };
}

/** `client_id` counts only where there is no `aud`. */
function isFor({ aud, client_id }: JwtClaims, audience: readonly string[]): boolean {
  const names = [aud ?? client_id].flat();
  return names.some((name) => typeof name === 'string' && audience.includes(name));
}

const challenge = (error: string, says: string, scopes: readonly string[]) =>
  `Bearer scope="${scopes.join(' ')}" error="${error}" error_description="${says}"`;

function invalid(api: Api, fault: TokenFault | 'audience', scopes: readonly string[]): Outcome {
  return unauthorized(api, `the token does not hold: ${SAYS[fault]}`, {
    'www-authenticate': challenge('invalid_token', SAYS[fault], scopes),
  });
}
