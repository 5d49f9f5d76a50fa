/** The tokens of presigned URLs. Each holds all there is to know of it under the gate's seal, so that none takes memory. */
import type { Principal } from '../principals/principals';
import { toPrincipal } from '../principals/principals';
import { createSeal } from '../principals/seals';
import type { Session } from '../principals/sessions';
import type { Realm } from '../realm';

/** What a presigned URL is for. */
export interface StudioToken {
  readonly domainId: string;
  readonly userProfile: string;
  readonly space?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expiration: number;
  /** Who created it, whose right to do so is judged again when it is opened: a session, or a user by an access key. */
  readonly creator: { readonly session: Session } | { readonly accessKeyId: string };
}

const sealOf = ({ key }: Realm) => createSeal(key, 'presigned domain url');

/** As a URL carries it. */
export const writeToken = (realm: Realm, token: StudioToken): string =>
  Buffer.from(sealOf(realm).close(JSON.stringify(token)), 'base64').toString('base64url');

/** Undefined for a token that this gate did not write. Says nothing of its expiration. */
export function readToken(realm: Realm, text: string): StudioToken | undefined {
  const sealed = Buffer.from(text, 'base64url');
  // Two texts that decode alike would be two tokens of one URL.
  if (sealed.toString('base64url') !== text) return undefined;
  const opened = sealOf(realm).open(sealed.toString('base64'));
  return opened === undefined ? undefined : JSON.parse(opened);
}

/** Who created a URL, as the world has them. Unconfirmed: that it opens when the creator's own keys have ended. */
export function creatorOf(
  { world, accessKeys }: Realm,
  { creator }: StudioToken,
  partition: string,
): Principal | undefined {
  return 'session' in creator
    ? toPrincipal(world, creator.session)
    : accessKeys.get(creator.accessKeyId)?.(partition).principal;
}
