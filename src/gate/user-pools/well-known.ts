/** What a user pool tells of itself to whoever checks its tokens: its public keys, and where they are. */
import type { Arrival, Ruling } from '../arrival';
import { textReply } from '../reply';
import { ask, unreachable } from './hand-over';
import { type FoundUserPool, poolUrl } from './pools';

const answer = (body: string): Ruling => ({ outcome: 'answered', reply: textReply(200, 'application/json', body) });

/** The keys: those of the world, or what is at their URL. */
export async function tellKeys(arrival: Arrival, { keys }: FoundUserPool): Promise<Ruling> {
  if (typeof keys !== 'string') return answer(JSON.stringify(keys));
  const asked = await ask(new URL(keys), 'GET');
  if ('cause' in asked) return unreachable(arrival, keys, asked.cause);
  return asked.status === 200
    ? answer(asked.body.toString())
    : unreachable(arrival, keys, new Error(`The status of the answer is ${asked.status}.`));
}

/** What Cognito tells of a pool without a domain for sign-in pages. */
export function tellConfiguration({ id, issuer }: FoundUserPool): Ruling {
  return answer(
    JSON.stringify({
      id_token_signing_alg_values_supported: ['RS256'],
      issuer,
      jwks_uri: `${poolUrl(id)}/.well-known/jwks.json`,
      response_types_supported: ['code', 'token'],
      scopes_supported: ['openid', 'email', 'phone', 'profile'],
      subject_types_supported: ['public'],
    }),
  );
}
