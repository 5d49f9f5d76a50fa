/** The values that walk through the rooms: credentials, a request as it goes on the wire, and what to sign it with. */

/** AWS credentials. Long-term keys have no `sessionToken`; temporary ones have, and usually an `expiration`. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** When the keys stop working; absent for keys that do not say. */
  readonly expiration?: Date | undefined;
}

/** Gives credentials each time it is called; every AWS SDK v3 provider fits as it is. */
export type CredentialProvider = () => Promise<Credentials>;

/** Header fields in the order they are sent. In an array a name may come more than once. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[] | ReadonlyMap<string, string>;

/** A request as it goes on the wire, below any URL parser. */
export interface WireRequest {
  readonly method: string;
  /** Percent-encoded, as sent; starts with `/`. */
  readonly path: string;
  /** As sent, without the `?`; empty when there is none. */
  readonly query: string;
  /** Must hold one `host`. */
  readonly headers: HeaderPairs;
  /** Absent and empty are the same. */
  readonly body?: string | Uint8Array | undefined;
}

/**
 * Which headers a signature covers. `host` and every `x-amz-*` header are always signed, since AWS demands it.
 * - `'minimal'`: those, `content-type`, `content-md5` and `x-apigw-api-id`. What tracers and proxies add does no harm.
 * - `'all'`: every header, except those that hops on the way are known to change.
 * - a list: `host`, `x-amz-*` and the headers named, where the request has them.
 */
export type SignedHeadersPolicy = 'minimal' | 'all' | readonly string[];

/** What a request is signed with. */
export interface SigningContext {
  readonly credentials: Credentials;
  readonly region: string;
  readonly service: string;
  /** The time of signing; the core has no clock of its own. */
  readonly date: Date;
  /** Collapse `//`, `.` and `..` in the canonical path. Default: the service's rule (false for the S3 family). */
  readonly normalizePath?: boolean | undefined;
  /** Percent-encode the path once more. Default: the service's rule (false for the S3 family). */
  readonly doubleEncodePath?: boolean | undefined;
  /** Default `'minimal'`. */
  readonly signedHeaders?: SignedHeadersPolicy | undefined;
  /** The last line of the canonical request. Default: SHA-256 of the body in hex, or what the service demands. */
  readonly payloadHash?: string | undefined;
  /**
   * Send and sign `x-amz-content-sha256`. Default: for the services that need it. Header form only; a request that comes
   * with the header keeps it, whatever is said here.
   */
  readonly contentSha256Header?: boolean | undefined;
  /** Presigned form: seconds the URL stays valid, 1 to 604800 (7 days). Default 3600. */
  readonly expiresIn?: number | undefined;
  /** False: the session token is added after signing. Default: the service's rule (false for IoT's MQTT gateway). */
  readonly signSessionToken?: boolean | undefined;
}
