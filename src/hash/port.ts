/**
 * The hash port: all the cryptography Signature Version 4 needs. Each call answers at once where the runtime can (Node)
 * and with a promise where it cannot (`crypto.subtle`), so that the fast runtimes pay for no extra turn of the loop.
 */

export type MaybePromise<T> = T | Promise<T>;

export interface HashPort<Key> {
  /** SHA-256 of the text (as UTF-8) or bytes, in lower-case hex. */
  sha256(data: string | Uint8Array): MaybePromise<string>;
  /** A SHA-256 that is fed piece by piece. */
  startSha256(): MaybePromise<RunningHash>;
  /** Chains HMAC-SHA256 over `parts`, from the text `secret`, into a key for {@link HashPort.hmac}. */
  deriveKey(secret: string, parts: readonly string[]): MaybePromise<Key>;
  /** HMAC-SHA256 of the text, which must be ASCII, under a derived key, in lower-case hex. */
  hmac(key: Key, text: string): MaybePromise<string>;
}

/** A SHA-256 under way. */
export interface RunningHash {
  /** Done with the bytes when it returns. */
  update(bytes: Uint8Array): void;
  /** The hash of all of them in lower-case hex; called once. */
  digest(): MaybePromise<string>;
}
