/**
 * What undici tells a handler of an answer, in either way that it has (undici 6: `onHeaders`, undici 7: `onResponseStart`), looked
 * at on its way: a refusal is held back until it is known whether there will be another answer in its place.
 */

import { type HeaderReader, mayTeach, type Refusal } from '../client/learn';
import { headerReader } from './header-pairs';
import { type Held, holdBack } from './hold-back';
import type { Dispatcher } from './undici-package';

type Handler = Dispatcher.DispatchHandler;
type Controller = Dispatcher.DispatchController;

/** Who looks. */
export interface Watcher {
  /** Told how an answer begins; `locations` are its fields of that name. */
  begins(status: number, locations: readonly string[]): void;
  /** Told that it has ended, or that there will be none, before anybody else is. */
  ends(): void;
  /** Judges a refusal: gives what to do in place of handing it on. */
  readonly judge: ((refusal: Refusal) => Promise<(() => void) | undefined>) | undefined;
}

/** A handler of the same kind. */
export const watchAnswer = (handler: Handler, watcher: Watcher): Handler =>
  handler.onRequestStart ? watchNew(handler, watcher) : watchOld(handler as OldHandler, watcher);

/** Tells a handler that there will be no answer. */
export function failHandler(handler: Handler, error: Error): void {
  if (handler.onRequestStart) handler.onResponseError?.(noController(error), error);
  else (handler as OldHandler).onError(error);
}

/** There is no connection to control; also, nothing of undici's may try again what cannot be signed. */
const noController = (reason: Error): Controller => ({
  aborted: true,
  paused: false,
  reason,
  rawHeaders: null,
  rawTrailers: null,
  abort() {},
  pause() {},
  resume() {},
});

function watchNew(handler: Handler, watcher: Watcher): Handler {
  let held: Held | undefined;
  let leash: Leash;
  return {
    onRequestStart(controller, context) {
      leash = leashOf(controller);
      handler.onRequestStart?.(leash.controller, context);
    },
    onResponseStarted: () => handler.onResponseStarted?.(),
    onRequestUpgrade(_, status, headers, socket) {
      watcher.ends();
      handler.onRequestUpgrade?.(leash.controller, status, headers, socket);
    },
    onResponseStart(controller, status, headers, message) {
      const start = () => handler.onResponseStart?.(leash.controller, status, headers, message);
      const reader = headerReader(headers);
      watcher.begins(status, [headers.location ?? []].flat());
      if (!watcher.judge || !mayTeach(status)) return start();
      const { judge } = watcher;
      held = holdBack((text) => judge({ status, headers: reader, text }), {
        start() {
          start();
          return true;
        },
        data(chunk) {
          handler.onResponseData?.(leash.controller, chunk as Buffer);
          return true;
        },
        resume: () => leash.loosen(),
        drop: () => controller.abort(dropped()),
        thrown: (error, hasEnded) =>
          hasEnded ? handler.onResponseError?.(leash.controller, error) : controller.abort(error),
      });
    },
    onResponseData(_, chunk) {
      if (!held) handler.onResponseData?.(leash.controller, chunk);
      else if (!held.data(chunk)) leash.hold();
    },
    onResponseEnd(_, trailers) {
      watcher.ends();
      const end = () => handler.onResponseEnd?.(leash.controller, trailers);
      if (held) held.end(end);
      else end();
    },
    onResponseError(controller, error) {
      watcher.ends();
      if (held?.fail() ?? true) handler.onResponseError?.(leash?.controller ?? controller, error);
    },
  };
}

const dropped = () => new Error('The refusal was dropped for another attempt.');

/** The caller's hand on the connection, while we have ours on it too. */
interface Leash {
  readonly controller: Controller;
  hold(): void;
  loosen(): void;
}

function leashOf(inner: Controller): Leash {
  let isHeld = false;
  let isPaused = false;
  return {
    hold() {
      isHeld = true;
      inner.pause();
    },
    loosen() {
      isHeld = false;
      if (!isPaused) inner.resume();
    },
    controller: {
      pause() {
        isPaused = true;
        inner.pause();
      },
      resume() {
        isPaused = false;
        if (!isHeld) inner.resume();
      },
      abort: (reason) => inner.abort(reason),
      get paused() {
        return isPaused || (!isHeld && inner.paused);
      },
      get aborted() {
        return inner.aborted;
      },
      get reason() {
        return inner.reason;
      },
      get rawHeaders() {
        return inner.rawHeaders ?? null;
      },
      set rawHeaders(value) {
        inner.rawHeaders = value;
      },
      get rawTrailers() {
        return inner.rawTrailers ?? null;
      },
      set rawTrailers(value) {
        inner.rawTrailers = value;
      },
    },
  };
}

/** As undici 6 demands it. */
interface OldHandler {
  onConnect(abort: (error?: Error) => void, context?: unknown): void;
  onError(error: Error): void;
  onUpgrade?(status: number, headers: RawHeaders, socket: unknown): void;
  onResponseStarted?(): void;
  onHeaders(status: number, headers: RawHeaders, resume: () => void, message: string): boolean;
  onData(chunk: Uint8Array): boolean;
  onComplete(trailers: RawHeaders): void;
  onBodySent?(size: number, total: number): void;
  onRequestSent?(): void;
}

type RawHeaders = readonly (Uint8Array | string)[] | null;

function watchOld(handler: OldHandler, watcher: Watcher): Handler {
  let held: Held | undefined;
  let stop: (error?: Error) => void = () => {};
  const watched: OldHandler = {
    onConnect(abort, context) {
      stop = abort;
      handler.onConnect(abort, context);
    },
    onHeaders(status, headers, resume, message) {
      const start = () => handler.onHeaders(status, headers, resume, message) !== false;
      const reader = fromRaw(headers);
      watcher.begins(status, fieldsIn(headers, 'location'));
      if (!watcher.judge || !mayTeach(status)) return start();
      const { judge } = watcher;
      held = holdBack((text) => judge({ status, headers: reader, text }), {
        start,
        data: (chunk) => handler.onData(chunk) !== false,
        resume: (isWanted) => isWanted && resume(),
        drop: () => stop(dropped()),
        thrown: (error, hasEnded) => (hasEnded ? handler.onError(error) : stop(error)),
      });
      return true;
    },
    onData: (chunk) => (held ? held.data(chunk) : handler.onData(chunk)),
    onComplete(trailers) {
      watcher.ends();
      if (held) held.end(() => handler.onComplete(trailers));
      else handler.onComplete(trailers);
    },
    onError(error) {
      watcher.ends();
      if (held?.fail() ?? true) handler.onError(error);
    },
    onUpgrade(status, headers, socket) {
      watcher.ends();
      handler.onUpgrade?.(status, headers, socket);
    },
    onResponseStarted: () => handler.onResponseStarted?.(),
    onBodySent: (size, total) => handler.onBodySent?.(size, total),
    onRequestSent: () => handler.onRequestSent?.(),
  };
  return watched as unknown as Handler;
}

const latin1 = new TextDecoder('latin1');

const fromRaw = (raw: RawHeaders): HeaderReader => ({ get: (wanted) => fieldsIn(raw, wanted)[0] ?? null });

/** The fields of a name, in lower case. */
function fieldsIn(raw: RawHeaders, wanted: string): string[] {
  const text = (field: Uint8Array | string | undefined) => (typeof field === 'string' ? field : latin1.decode(field));
  const found: string[] = [];
  for (let i = 0; raw && i + 1 < raw.length; i += 2)
    if (text(raw[i]).toLowerCase() === wanted) found.push(text(raw[i + 1]));
  return found;
}
