/** Example keys from the AWS documentation, and what tests share. They open nothing. */
import type { Credentials } from 'sigv4kit';

export const longTerm: Credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};

export const temporary: Credentials = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYTEMPORARYK',
  sessionToken: 'AQoDYXdzEJr1K7/EXAMPLE+TOKEN==',
};

/** 2015-08-30T12:36:00Z, the instant of the official vectors. */
export const instant = new Date('2015-08-30T12:36:00Z');

/** The code of the SigV4Error that a call ends with; a call that does not fail, or fails otherwise, fails the test. */
export async function codeOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if ((error as Error).name === 'SigV4Error' && typeof code === 'string') return code;
    throw error;
  }
  throw new Error('the call was expected to fail and did not');
}
