/** A clock that can be set right: what the time is, by the last server that said so. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds it is ahead of the machine's. */
  readonly offset: number;
  /** Sets it by a server's time. */
  set(serverTime: number): void;
}

export function createClock(machine: () => number): Clock {
  let offset = 0;
  return {
    get offset() {
      return offset;
    },
    now: () => machine() + offset,
    set: (serverTime) => {
      offset = serverTime - machine();
    },
  };
}
