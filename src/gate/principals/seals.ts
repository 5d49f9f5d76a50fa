/** Texts that the gate gives out and knows again by its own mark, so that it need not remember them. */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Puts the gate's mark on texts, and takes it off again. */
export interface Seal {
  /** The text with the gate's mark, in base64. */
  close(text: string): string;
  /** The text of what {@link Seal.close} gave; undefined for anything else. */
  open(sealed: string): string | undefined;
}

/** A seal for one purpose: what another purpose has sealed does not open. */
export function createSeal(key: Buffer, purpose: string): Seal {
  const markOf = (text: string) => createHmac('sha256', key).update(`${purpose}\0${text}`).digest();
  return {
    close: (text) => Buffer.concat([markOf(text), Buffer.from(text)]).toString('base64'),
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64');
      // Two texts that decode alike would be two tokens of one session.
      if (bytes.length < 32 || bytes.toString('base64') !== sealed) return undefined;
      const text = bytes.toString('utf8', 32);
      return timingSafeEqual(markOf(text), bytes.subarray(0, 32)) ? text : undefined;
    },
  };
}
