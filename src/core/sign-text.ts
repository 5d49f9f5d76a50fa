/** The signature over a text that is no request: a policy, or a string to sign of somebody else's making. */
import { hash } from '#hash';
import { SigV4Error } from '../errors';
import type { MaybePromise } from '../hash/port';
import type { SigningKey } from './signing-key';

/** 64 hex digits. Rejects what is not ASCII (`ERR_SIGV4_INVALID_BODY`). */
export function signText({ key }: SigningKey, text: string): MaybePromise<string> {
  if (!/^[\0-\x7f]*$/.test(text)) {
    throw new SigV4Error('ERR_SIGV4_INVALID_BODY', 'The text to sign holds characters beyond ASCII; encode them.');
  }
  return hash.hmac(key, text);
}
