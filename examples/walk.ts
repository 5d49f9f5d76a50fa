/** The steps of an example: each does something, and says what should come of it. */

/** A step that was done. */
export interface Step {
  readonly title: string;
  readonly expected: string | RegExp;
  /** What came of it; of an error its code and message. */
  readonly found: string;
  readonly holds: boolean;
}

export interface Walk {
  /** Does a step, after the ones before it, whatever came of these. */
  step(title: string, expected: string | RegExp, act: () => Promise<string>): Promise<void>;
}

export type Walkthrough = (walk: Walk) => Promise<void>;

/** The steps of a walkthrough, and what came of each; `tell` hears of each as it is done. */
export async function walkThrough(walkthrough: Walkthrough, tell?: (step: Step) => void): Promise<Step[]> {
  const steps: Step[] = [];
  await walkthrough({
    async step(title, expected, act) {
      const found = await act().catch(sayError);
      const step = { title, expected, found, holds: matches(expected, found) };
      steps.push(step);
      tell?.(step);
    },
  });
  return steps;
}

const matches = (expected: string | RegExp, found: string) =>
  typeof expected === 'string' ? expected === found : expected.test(found);

function sayError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? `${code}: ${error.message}` : `${error.name}: ${error.message}`;
}

/** An answer in a line: its status, the type of an error, the body. */
export async function say(response: Response): Promise<string> {
  const type = response.headers.get('x-amzn-errortype');
  return [response.status, type, await response.text()].filter((part) => part !== null && part !== '').join(' ');
}
