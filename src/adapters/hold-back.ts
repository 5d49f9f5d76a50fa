/**
 * Holds an answer back while its beginning is read and judged: then it goes on as if nothing had been, or is dropped for
 * another one.
 */

import { MAX_PEEK, PEEK_TIME } from '../client/service-error';

/** Where the answer goes on. Whatever is told whether more is wanted says so. */
export interface Onward {
  start(): boolean;
  data(chunk: Uint8Array): boolean;
  /** All that was held back is told; `isWanted`: the last who was asked wants more. */
  resume(isWanted: boolean): void;
  /** The rest of the answer is not wanted. */
  drop(): void;
  /** Somebody who was told has thrown. */
  thrown(error: Error, hasEnded: boolean): void;
}

/** Told what comes in. */
export interface Held {
  /** False: nothing more may come until `resume`. */
  data(chunk: Uint8Array): boolean;
  end(tell: () => void): void;
  /** The answer broke off; true where somebody is to be told so. */
  fail(): boolean;
}

/** `judge` is given the beginning of the body; what it resolves is done in place of going on. */
export function holdBack(judge: (text: string) => Promise<(() => void) | undefined>, onward: Onward): Held {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let state: 'reading' | 'judging' | 'open' | 'dropped' = 'reading';
  let tellEnd: (() => void) | undefined;
  const timer = setTimeout(decide, PEEK_TIME);

  async function decide(): Promise<void> {
    if (state !== 'reading') return;
    state = 'judging';
    clearTimeout(timer);
    const instead = await judge(await textOf(chunks));
    if ((state as string) === 'dropped') return;
    if (instead) {
      state = 'dropped';
      if (!tellEnd) onward.drop();
      return instead();
    }
    state = 'open';
    try {
      let isWanted = onward.start();
      for (const chunk of chunks) isWanted = onward.data(chunk);
      if (tellEnd) tellEnd();
      else onward.resume(isWanted);
    } catch (error) {
      onward.thrown(error as Error, tellEnd !== undefined);
    }
  }

  return {
    data(chunk) {
      if (state === 'open') return onward.data(chunk);
      if (state === 'dropped') return true;
      // undici may use the memory again.
      chunks.push(chunk.slice());
      size += chunk.length;
      if (state === 'reading' && size >= MAX_PEEK) void decide();
      return state === 'reading';
    },
    end(tell) {
      if (state === 'open') return tell();
      tellEnd = tell;
      void decide();
    },
    fail() {
      const isOurs = state === 'dropped';
      state = 'dropped';
      clearTimeout(timer);
      return !isOurs;
    },
  };
}

const textOf = (chunks: readonly Uint8Array[]) => new Blob(chunks as Uint8Array<ArrayBuffer>[]).text();
