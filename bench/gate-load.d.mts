export interface LoadResult {
  readonly answers: number;
  readonly requestsPerSecond: number;
  /** How often an answer came that was not due, by what was due and what came. */
  readonly wrong: Readonly<Record<string, number>>;
  /** After each round. */
  readonly memory: readonly { readonly heapUsed: number; readonly rss: number; readonly logged: number }[];
}

export function loadGate(options: { seconds: number; rounds?: number; connections?: number }): Promise<LoadResult>;
