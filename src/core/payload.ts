/** The last line of a canonical request: what the signature says of the body. */
import { hash } from '#hash';
import { SigV4Error } from '../errors';
import type { MaybePromise } from '../hash/port';
import type { WireRequest } from '../types';
import { badHeader, canonicalValue, checkPairs } from './header-fields';

export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';
export const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** SHA-256 of a body in lower-case hex; absent and empty are the same. Rejects text that would not survive UTF-8. */
export function hashBody(body: WireRequest['body']): MaybePromise<string> {
  if (body === undefined || body === null) return EMPTY_SHA256;
  if (typeof body === 'string') checkText(body);
  else if (!(body instanceof Uint8Array))
    throw new SigV4Error('ERR_SIGV4_INVALID_BODY', 'The body to hash is neither a string nor bytes.');
  return body.length === 0 ? EMPTY_SHA256 : hash.sha256(body);
}

/** Rejects a body that would arrive changed, since it holds a lone surrogate. */
export function checkText(body: string): void {
  if (!isWellFormed(body))
    throw new SigV4Error('ERR_SIGV4_INVALID_BODY', 'The body holds a lone surrogate, which has no UTF-8 form.');
}

/** False where the text holds a lone surrogate. */
export function isWellFormed(text: string & { isWellFormed?: () => boolean }): boolean {
  return text.isWellFormed?.() ?? !/[\ud800-\udfff]/u.test(text);
}

/** The request's own `x-amz-content-sha256`, if it has one. */
export function declaredPayload(request: WireRequest): string | undefined {
  let declared: string | undefined;
  checkPairs(request.headers);
  for (const [field, value] of request.headers) {
    if (field?.length !== 20 || field.toLowerCase() !== 'x-amz-content-sha256') continue;
    if (declared !== undefined) badHeader('x-amz-content-sha256', 'is given twice');
    declared = canonicalValue('x-amz-content-sha256', value);
  }
  return declared;
}

/** True for a hash, false for `UNSIGNED-PAYLOAD` and the `STREAMING-…` words. */
export const isHash = (payload: string): boolean => payload.length === 64 && /^[\da-f]+$/.test(payload);
