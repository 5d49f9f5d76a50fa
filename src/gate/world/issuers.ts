/** What gives out credentials and tokens in a world: identity pools, user pools, token providers, an instance's metadata. */

/** An identity pool of Amazon Cognito. */
export interface IdentityPool {
  /** Whether guests get an identity. Default false. */
  readonly allowUnauthenticated?: boolean | undefined;
  /** Whether it gives tokens for STS (GetOpenIdToken). Default true. */
  readonly allowClassicFlow?: boolean | undefined;
  /** Names of roles of the pool's account, or ARNs. */
  readonly roles: {
    readonly authenticated?: string | undefined;
    readonly unauthenticated?: string | undefined;
  };
  /** By provider name, `cognito-idp.us-east-1.amazonaws.com/us-east-1_Example`. */
  readonly logins?: Readonly<Record<string, TokenJudge>> | undefined;
}

/**
 * Stands for an identity provider: a table of its tokens, or a function that gives the claims of a token and undefined for
 * one that is not its own. What the function throws is a provider that cannot be reached.
 */
export type TokenJudge =
  | Readonly<Record<string, Claims>>
  | ((token: string) => Claims | undefined | Promise<Claims | undefined>);

/** The claims of a token. */
export interface Claims {
  readonly sub: string;
  readonly aud?: string | undefined;
  /** Seconds since the epoch; a token without it does not expire. */
  readonly exp?: number | undefined;
  readonly [claim: string]: string | number | undefined;
}

/** A user pool of Amazon Cognito, whose tokens the authorizers of APIs know. */
export interface UserPool {
  /**
   * The public keys its tokens are signed with: a JSON Web Key Set, or the URL of one. Needed where there is no server; default
   * `{server}/{id}/.well-known/jwks.json`.
   */
  readonly jwks?: JsonWebKeySet | string | undefined;
  /**
   * The URL of a server on this machine that plays Amazon Cognito user pools and has this one, such as cognito-local at
   * `http://127.0.0.1:9229`. Calls of the API go there: those that Cognito wants signed once IAM allows them, the others as
   * they come. It has 5 seconds to answer. Default: none, and the calls are not emulated.
   */
  readonly server?: string | undefined;
  /** What its tokens have as `iss`. Default `https://cognito-idp.{region}.amazonaws.com/{id}`. */
  readonly issuer?: string | undefined;
}

/** Public keys, RFC 7517. */
export interface JsonWebKeySet {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

/** The instance or container whose metadata the gate serves. */
export interface Metadata {
  /** The ARN of its role, which must trust a service that runs code, such as `ec2.amazonaws.com`. */
  readonly role: string;
  /** The name of its sessions. Default `i-1234567890abcdef0`, the documentation's. */
  readonly instanceId?: string | undefined;
  /** Default `us-east-1`. */
  readonly region?: string | undefined;
  /** Refuse requests without a token, as an instance does that allows IMDSv2 alone. Default false. */
  readonly tokensRequired?: boolean | undefined;
  /** Seconds that the keys last, 1 to 43200. Default 21600. */
  readonly sessionDuration?: number | undefined;
  /** The Authorization header that the container endpoint demands. Default: none. */
  readonly containerAuthorization?: string | undefined;
}
