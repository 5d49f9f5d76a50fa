/**
 * Temporary keys without a memory of them: the session token holds the whole session under the gate's seal, and the secret
 * is derived from the key id. A gate gives out any number of them and keeps none.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Credentials } from '../../types';
import type { PolicyDocument } from '../world/policy-document';
import { createSeal } from './seals';

/** A role that somebody has assumed. */
export interface Session {
  readonly roleArn: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly issued: number;
  /** Milliseconds since the epoch, a whole second. */
  readonly expiration: number;
  /** Limits the session to what it allows too. */
  readonly policy?: PolicyDocument | undefined;
  readonly sourceIdentity?: string | undefined;
  /** Of a role that was assumed with a token: its provider, and the claims that the session keeps as condition keys. */
  readonly federation?:
    | { readonly provider: string; readonly claims: Readonly<Record<string, string | readonly string[]>> }
    | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** The tags that a session assumed with these keys inherits. */
  readonly transitive?: readonly string[] | undefined;
}

/** Keys as they are given out. */
export interface IssuedKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** Gives out the keys of sessions and knows them again. */
export interface Sessions {
  /** `generation`: how often keys had been rotated when these were given out. */
  issue(session: Session, generation: number): IssuedKeys;
  /** The session of a key id and its token; undefined for keys that this gate did not give out. */
  read(
    accessKeyId: string,
    token: string,
  ): { readonly session: Session; readonly credentials: Credentials; readonly generation: number } | undefined;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Bytes in the letters and digits of AWS's unique ids, one for each byte. */
export const toIdText = (bytes: Buffer): string => [...bytes].map((byte) => BASE32[byte & 31]).join('');

/** Under a key of the gate's own. */
export function createSessions(key: Buffer): Sessions {
  const seal = createSeal(key, 'session');
  const secretOf = (accessKeyId: string) =>
    createHmac('sha256', key).update(`secret\0${accessKeyId}`).digest('base64').slice(0, 40);
  return {
    issue(session, generation) {
      const accessKeyId = `ASIA${toIdText(randomBytes(16))}`;
      return {
        accessKeyId,
        secretAccessKey: secretOf(accessKeyId),
        sessionToken: seal.close(JSON.stringify({ accessKeyId, generation, session })),
        expiration: new Date(session.expiration),
      };
    },
    read(accessKeyId, token) {
      const text = seal.open(token);
      if (text === undefined) return undefined;
      const { session, generation, ...of } = JSON.parse(text);
      if (of.accessKeyId !== accessKeyId) return undefined;
      const expiration = new Date(session.expiration);
      return {
        session,
        generation,
        credentials: { accessKeyId, secretAccessKey: secretOf(accessKeyId), sessionToken: token, expiration },
      };
    },
  };
}
