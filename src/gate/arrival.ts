/** A request that has arrived at the gate, whose API it is for, and what was decided on it. */
import type { WireRequest } from '../types';
import type { Api } from './world';

/** What was decided on a request, and why. */
export interface Decision {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly method: string;
  readonly host: string;
  /** Without the query, which may hold a signature. */
  readonly path: string;
  readonly status: number;
  readonly outcome: 'answered' | 'refused' | 'failed' | 'not-emulated';
  /**
   * A `SigV4Error` code, or what decided: `no-api`, `no-stage`, `no-route`, `too-large`, `explicit-deny`, `implicit-deny`,
   * `no-resource-policy`, `handler`.
   */
  readonly reason?: string | undefined;
  /** The caller's ARN, once the signature held. */
  readonly principal?: string | undefined;
  /** What a handler threw, or what is wrong with its answer. */
  readonly cause?: unknown;
}

export interface Arrival {
  readonly request: WireRequest;
  readonly host: string;
  readonly sourceIp: string;
  readonly requestId: string;
  readonly now: number;
}

export interface ApiOwner {
  readonly accountId: string;
  readonly apiId: string;
  readonly api: Api;
}
