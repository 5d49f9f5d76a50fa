/** What a signer is: for those who call it, and, opened up, for the loops and adapters around it. */
import type { SigningKey } from '../core/signing-key';
import type { Clock } from '../credentials/clock';
import type { CredentialSnapshot } from '../credentials/snapshot';
import type { Bytes } from './body-kinds';
import type { AnyRequest, ReadRequest } from './request';
import type { SignerOptions } from './signer-options';

/** Exactly what must be sent, and nothing that need be asked again. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  /** Lower-case names; `host` among them. */
  readonly headers: Record<string, string>;
  /** A stream can be sent but once. */
  readonly body: Bytes | Blob | ReadableStream | null;
}

/** How a request is signed. */
export interface SignOptions {
  /** Gives up hashing a large body, or waiting for credentials, with the signal's reason; others go on waiting for them. */
  readonly signal?: AbortSignal | undefined;
}

/** What a presigned URL is like. */
export interface PresignOptions extends SignOptions {
  /** Seconds the URL stays valid, 1 to 604800. Default 3600. */
  readonly expiresIn?: number | undefined;
}

/** What an adapter fixes for one signature, over what the signer's options and the hostname say. */
export interface SigningTerms extends PresignOptions {
  readonly date?: Date | undefined;
  readonly region?: string | undefined;
  readonly service?: string | undefined;
  /** Lower-case names of headers that are signed beside those the signer's policy chooses. */
  readonly alsoSigned?: readonly string[] | undefined;
  /** The path goes out below any URL parser, as it is. */
  readonly isPathFinal?: boolean | undefined;
}

/** Signs requests with one set of options; see {@link createSigner}. */
export interface Signer {
  /**
   * Signs a request with headers. A `Request` is left readable. Rejects with a `SigV4Error` when there is nothing to sign
   * with (`ERR_SIGV4_NO_CREDENTIALS`, `…_INVALID_CREDENTIALS`, `…_EXPIRED_CREDENTIALS`), nobody to sign for
   * (`…_NO_SERVICE`, `…_NO_REGION`, `…_HOST_NOT_ALLOWED`) or nothing that can be signed (`…_INVALID_URL`, `…_INVALID_HEADER`,
   * `…_INVALID_METHOD`, `…_INVALID_BODY`, `…_UNSUPPORTED_BODY`).
   */
  sign(request: AnyRequest, options?: SignOptions): Promise<SignedRequest>;
  /**
   * Signs a request into its URL, for whoever holds it. Headers of the request that are signed must be sent with the URL, as
   * they are. The URL ends with the credentials that signed it, if they end sooner; `onEvent` is told so
   * (`presign-shortened`). Rejects as `sign` does, and with `ERR_SIGV4_INVALID_EXPIRES`.
   */
  presign(request: AnyRequest, options?: PresignOptions): Promise<URL>;
}

/** A signer with what a loop around it needs: a call that is read once is signed for each attempt. */
export interface OpenSigner extends Signer {
  /** `canSetHost`: who sends it can send a Host that is not the URL's. Default false. */
  read(input: AnyRequest, canSetHost?: boolean): ReadRequest | Promise<ReadRequest>;
  signRead(request: ReadRequest, settings?: SigningTerms): Promise<SignedAttempt>;
  /** The whole query of the presigned URL. */
  presignRead(request: ReadRequest, settings?: SigningTerms): Promise<string>;
  /** The key that a text of no request is signed with. */
  keyFor(terms: SigningTerms): Promise<SigningKey>;
  /** Says that a service has rejected the keys; resolves whether there are others now. */
  renew(rejected: CredentialSnapshot, signal?: AbortSignal): Promise<boolean>;
  /** Set right by whoever learns a server's time. */
  readonly clock: Clock;
  readonly onEvent: SignerOptions['onEvent'];
  /** Whether the user lets it sign for this host, by name: for where a redirect leads. */
  isNamed(hostname: string): boolean;
}

/** A signed request, and what a refusal of it is judged by. */
export interface SignedAttempt {
  readonly signed: SignedRequest;
  readonly credentials: CredentialSnapshot;
  /** When it was signed, by the signer's clock. */
  readonly time: number;
  /** What answers is an application of anybody's behind the service. */
  readonly isFronted: boolean;
}

/** Whether an argument is a signer, of anybody's, and no options of one. */
export const isSigner = (given: unknown): given is Signer =>
  typeof given === 'object' && given !== null && 'sign' in given;

/** Services that hand requests on to applications. */
export const FRONTED = new Set(['execute-api', 'lambda', 'vpc-lattice-svcs', 'appsync']);
