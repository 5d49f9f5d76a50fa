/** A request that has arrived at the gate, and what was decided on it. */
import type { WireRequest } from '../types';
import type { DecidingStatement, PolicyType } from './policy/judgement';
import type { Reply } from './reply';

/**
 * What a gate answers for. `metadata` is that of an instance, `container` the endpoint that containers get keys from, `studio`
 * what presigned URLs of SageMaker lead to.
 */
export type GateService =
  | 'execute-api'
  | 'lambda'
  | 'sts'
  | 'cognito-identity'
  | 'cognito-idp'
  | 'sagemaker'
  | 'studio'
  | 'metadata'
  | 'container';

/** What was decided on a request, and why. */
export interface Decision {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** That of the request; `MESSAGE` and `DISCONNECT` for what a client of a WebSocket API does after that. */
  readonly method: string;
  readonly host: string;
  /** Without the query, which may hold a signature. */
  readonly path: string;
  /** Which of the gate's services it was for, or the signing name of one that is not emulated, or its host. */
  readonly service?: GateService | (string & {}) | undefined;
  /** The operation that STS, Cognito or SageMaker was asked for, of Studio the one its URL is from; of a message, its route. */
  readonly action?: string | undefined;
  /** 0 where the connection was cut instead of answered. */
  readonly status: number;
  readonly outcome: 'answered' | 'refused' | 'failed' | 'not-emulated' | 'fault';
  /**
   * A `SigV4Error` code, or what decided: `explicit-deny` and `implicit-deny`, by the policies of {@link Decision.policy};
   * `no-api`, `no-stage`, `no-route`, `no-function`, `no-connection`, `handshake`, `too-large`, `no-role`, `unauthorized`, `authorizer`, `handler`,
   * `integration`, `provider`, `internal`, `preflight`; `unreachable`, where nothing answers a caller of that place, and `wrong-way`, where an API is
   * not reached by this way; `token` and `expired` of what opens Studio, `no-domain`; the code of a refusal by STS, Cognito or
   * SageMaker; for a fault its kind.
   */
  readonly reason?: string | undefined;
  /** Of a deny: which policies denied it, or did not allow it. */
  readonly policy?: PolicyType | undefined;
  /** The statement that made the decision, where one did. */
  readonly statement?: DecidingStatement | undefined;
  /** The id of the VPC endpoint that it came through. */
  readonly vpcEndpoint?: string | undefined;
  /** The caller's ARN, once the signature held. */
  readonly principal?: string | undefined;
  /** What a handler, an identity provider or the gate itself threw, or what is wrong with an answer. */
  readonly cause?: unknown;
}

/** What a service decides, and the reply; `'reset'` cuts the connection instead. */
export type Ruling = Pick<
  Decision,
  'outcome' | 'reason' | 'policy' | 'statement' | 'vpcEndpoint' | 'principal' | 'cause'
> & { readonly reply: Reply | 'reset' };

/** A request and where it came from, before anybody has looked at what it asks for. */
export interface Arrival {
  readonly request: WireRequest;
  /** What its Host header says: lower-case, without port. */
  readonly host: string;
  /** The name that the caller connected to, which a Host of its own may differ from: lower-case, without port. */
  readonly target: string;
  /**
   * The name of AWS's that says which service it is for, and by which way it came: what the caller connected to, whatever Host
   * says, as on AWS; else what Host says. Undefined where neither is one, as at the gate's own address.
   */
  readonly awsName: string | undefined;
  /** It came over TLS, or was meant to. */
  readonly isSecure: boolean;
  readonly sourceIp: string;
  /** The VPC that the caller stands in; `null` for the internet, undefined where nobody said. */
  readonly vpc: string | null | undefined;
  readonly requestId: string;
  readonly now: number;
}

/** Where a request is for, as faults and the log tell it. */
export interface Place {
  readonly service: GateService;
  readonly action?: string | undefined;
}

/** The body of an arrival, not copied. */
export function bytesOf({ body = '' }: WireRequest): Buffer {
  return typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

/** The first header of a lower-case name. */
export function headerOf(request: WireRequest, wanted: string): string | undefined {
  for (const [name, value] of request.headers)
    if (name.length === wanted.length && name.toLowerCase() === wanted) return value;
  return undefined;
}
