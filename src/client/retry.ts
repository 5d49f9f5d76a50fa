/** Whether an attempt is followed by another, and when: arithmetic over the verdict, the method, and what is left. */
import { refuseOption } from '../errors';
import type { Verdict } from './classify';

/** How a call is tried again. Times are milliseconds. */
export interface RetryOptions {
  /**
   * How often a request is sent at most, the first time included. Default 3. Once with a clock set right, and once with
   * fresh keys, come on top.
   */
  readonly attempts?: number | undefined;
  /** No further attempt begins once so much time has passed. Default 30,000. */
  readonly maxTime?: number | undefined;
  /** The longest pause before the second attempt; it doubles with each. Default 100. */
  readonly delay?: number | undefined;
  /** The longest pause of all, also where `Retry-After` asks for more. Default 20,000. */
  readonly maxDelay?: number | undefined;
  /**
   * Methods that may be sent again after a network error or a 5xx, when the first one may have been carried out. Default: those
   * that are idempotent by RFC 9110 (GET, HEAD, OPTIONS, PUT, DELETE, TRACE). A throttled request was not carried out, and
   * is tried again whatever its method.
   */
  readonly methods?: readonly string[] | undefined;
}

/** {@link RetryOptions} with their defaults, checked. */
export interface RetryPolicy {
  readonly attempts: number;
  readonly maxTime: number;
  readonly delay: number;
  readonly maxDelay: number;
  readonly methods: ReadonlySet<string>;
}

const IDEMPOTENT = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE'];

/** The policy of an option; `false` sends once. Throws `ERR_SIGV4_INVALID_OPTION`. */
export function retryPolicy(option: RetryOptions | false | undefined): RetryPolicy {
  const given = option === false ? { attempts: 1 } : (option ?? {});
  const { attempts = 3, maxTime = 30_000, delay = 100, maxDelay = 20_000, methods = IDEMPOTENT } = given;
  const isTime = (value: unknown) => typeof value === 'number' && value >= 0;
  const fault =
    typeof given !== 'object'
      ? 'must be false or an object'
      : !Number.isInteger(attempts) || attempts < 1 || attempts > 100
        ? 'attempts must be a whole number from 1 to 100'
        : ![maxTime, delay, maxDelay].every(isTime)
          ? 'times must be milliseconds, 0 or more'
          : !Array.isArray(methods) || !methods.every((method) => typeof method === 'string')
            ? 'methods must be a list of names'
            : undefined;
  if (fault) refuseOption(`retry: ${fault}`);
  return { attempts, maxTime, delay, maxDelay, methods: new Set(methods.map((method) => method.toUpperCase())) };
}

/** What is known of an attempt that has ended. */
export interface Attempt {
  readonly verdict: Verdict;
  readonly method: string;
  /** 1 for the first. */
  readonly count: number;
  /** Milliseconds since the call began. */
  readonly elapsed: number;
  /** What `Retry-After` asks for, in milliseconds. */
  readonly retryAfter?: number | undefined;
}

/** Milliseconds to wait before the next attempt; undefined where there is none. */
export function nextAttempt(policy: RetryPolicy, attempt: Attempt, random: () => number): number | undefined {
  const { verdict, method, count, elapsed, retryAfter } = attempt;
  const mayRepeat =
    verdict === 'throttled' || ((verdict === 'transient' || verdict === 'network') && policy.methods.has(method));
  if (!mayRepeat || count >= policy.attempts) return undefined;
  // All of it by chance, so that callers who were throttled together do not come back together. Throttled ones wait longer.
  const longest = Math.min(policy.maxDelay, policy.delay * 2 ** (count - 1) * (verdict === 'throttled' ? 5 : 1));
  const pause = Math.max(longest * random(), Math.min(retryAfter ?? 0, policy.maxDelay));
  return elapsed + pause > policy.maxTime ? undefined : pause;
}

/** The milliseconds of a `Retry-After`: seconds, or a date that is held against the server's own `Date`. */
export function readRetryAfter(value: string | null, serverTime: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - serverTime);
}
