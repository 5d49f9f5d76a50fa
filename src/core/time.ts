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
    if (!(second >= -62167219200 && second <= 253402300799)) {
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

const AMZ_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/** Milliseconds since the epoch for `20150830T123600Z`; undefined for any other text, also for a day that does not exist. */
export function parseAmzDate(text: string): number | undefined {
  const match = AMZ_DATE.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  return formatAmzDate(date) === text ? date.getTime() : undefined;
}
