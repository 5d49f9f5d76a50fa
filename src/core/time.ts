/** Times as Signature Version 4 writes them: ISO 8601 basic format in UTC, whole seconds. */
import { SigV4Error } from '../errors';

let lastSecond: number | undefined;
let lastText = '';

/** `20150830T123600Z` for a date; the first eight characters are the day of the credential scope. */
export function formatAmzDate(date: Date): string {
  const second = Math.floor(date?.getTime?.() / 1000);
  // Formatting costs as much as a hash, and most signatures share their second with the one before.
  if (second !== lastSecond) {
    // A Date that is invalid or beyond year 9999 has no such text.
    if (!(second >= -62_167_219_200 && second * 1000 <= MAX_TIME)) {
      throw new SigV4Error(
        'ERR_SIGV4_INVALID_DATE',
        'The date to sign with is not a valid Date of the years 0 to 9999.',
      );
    }
    lastText = `${new Date(second * 1000).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
    lastSecond = second;
  }
  return lastText;
}

/** The end of year 9999, the last that four digits write. */
const MAX_TIME = 253_402_300_799_000;
const AMZ_DATE = /^\d{8}T\d{6}Z$/;

/** Milliseconds since the epoch for `20150830T123600Z`; undefined for any other text, also for a day that does not exist. */
export function parseAmzDate(text: string): number | undefined {
  if (!AMZ_DATE.test(text)) return undefined;
  const number = (from: number, to: number) => Number(text.slice(from, to));
  const time = Date.UTC(number(0, 4), number(4, 6) - 1, number(6, 8), number(9, 11), number(11, 13), number(13, 15));
  // Date.UTC lets the 30th of February roll over into March.
  return time <= MAX_TIME && formatAmzDate(new Date(time)) === text ? time : undefined;
}

/**
 * The server's time in an answer that refuses ours, in milliseconds since the epoch: the time in brackets of
 * `Signature expired: … is now earlier than … (20201027T130007Z - 5 min.)`, which a page can read where it cannot read
 * the header, else its `Date`. Undefined where neither tells.
 */
export function readServerTime(date: string | null, words: string | undefined): number | undefined {
  const [, text] = /\((\d{8}T\d{6}Z) [+-]/.exec(words ?? '') ?? [];
  const told = text === undefined ? undefined : parseAmzDate(text);
  const time = Date.parse(date ?? '');
  return told ?? (Number.isNaN(time) ? undefined : time);
}
