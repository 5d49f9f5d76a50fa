/** What happens to a call, told to whoever wants to know. No event holds a secret, a token, a signature, a query or a body. */
import { listener } from '#channel';
import type { Verdict } from './classify';

/** Something that happened to a signer or to a call of a signed fetch. */
export type SigV4Event =
  /** A request was signed and is about to be sent. `attempt` is 1 for the first. */
  | {
      readonly type: 'signed';
      readonly method: string;
      /** Without its query. */
      readonly url: string;
      readonly accessKeyId: string;
      readonly attempt: number;
    }
  /** It is sent again after `delay` milliseconds. */
  | {
      readonly type: 'retry';
      readonly method: string;
      readonly url: string;
      readonly reason: Verdict;
      readonly status?: number | undefined;
      readonly delay: number;
      /** That of the attempt to come. */
      readonly attempt: number;
    }
  /** Keys other than those of the call before are signed with. */
  | { readonly type: 'credentials-refreshed'; readonly accessKeyId: string; readonly expiration?: Date | undefined }
  /** The signer's clock was set right; `offset` is what it was off, in milliseconds. */
  | { readonly type: 'clock-corrected'; readonly offset: number }
  /** A presigned URL will end before its time, with the keys that signed it. */
  | { readonly type: 'presign-shortened'; readonly url: string; readonly expiration: Date }
  /** A redirect was followed: `signed` for the next host, or `stripped` of all that is secret. */
  | {
      readonly type: 'redirect-followed' | 'redirect-stripped';
      readonly from: string;
      readonly to: string;
      readonly status: number;
    };

/** The option `onEvent`. */
export type Listener = ((event: SigV4Event) => void) | undefined;

/** Whether anybody wants to know. */
export const isObserved = (onEvent: unknown, type: SigV4Event['type']): boolean =>
  onEvent !== undefined || listener(type) !== undefined;

/** Tells an event to the option's listener and to Node's diagnostics channel `sigv4kit:<type>`. The event is made for listeners alone. */
export function tell<T extends SigV4Event['type']>(
  onEvent: Listener,
  type: T,
  make: () => Omit<Extract<SigV4Event, { type: T }>, 'type'>,
): void {
  const publish = listener(type);
  if (!onEvent && !publish) return;
  const event = { type, ...make() } as unknown as SigV4Event;
  publish?.(event);
  // What a listener throws is its own affair; a call is not lost for it.
  try {
    onEvent?.(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** Tells that a redirect was followed; `isTrusted`: signed. */
export function tellRedirect(
  onEvent: Listener,
  isTrusted: boolean,
  { from, to, status }: { readonly from: string | URL; readonly to: URL; readonly status: number },
): void {
  tell(onEvent, isTrusted ? 'redirect-followed' : 'redirect-stripped', () => ({
    from: withoutQuery(new URL(from)),
    to: withoutQuery(to),
    status,
  }));
}

/** A URL as events show it. */
export const withoutQuery = (url: URL): string => `${url.origin}${url.pathname}`;
