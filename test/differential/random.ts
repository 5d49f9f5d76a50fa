/** Chance that can be had again: every generated request is a pure function of a seed and its number. */
import { randomInt } from 'node:crypto';

export interface Random {
  /** A whole number from 0 to `below` - 1. */
  integer(below: number): number;
  /** True once in `every` times. */
  once(every: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** From `least` to `most` results of `make`. */
  several<T>(least: number, most: number, make: () => T): T[];
}

/** The seed of this run: the environment's SIGV4KIT_SEED, or any. */
export function readSeed(): number {
  const given = process.env.SIGV4KIT_SEED;
  if (given === undefined || given === '') return randomInt(2 ** 32);
  if (!/^\d{1,10}$/.test(given)) throw new Error('SIGV4KIT_SEED must be a whole number from 0 to 4294967295.');
  return Number(given) >>> 0;
}

/** The stream of chance that belongs to one number under a seed (splitmix32). */
export function createRandom(seed: number, number: number): Random {
  let state = mix(seed ^ mix(number + 0x9e3779b9));
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0;
    return mix(state);
  };
  const integer = (below: number) => Math.floor((next() / 2 ** 32) * below);
  return {
    integer,
    once: (every) => integer(every) === 0,
    pick: <T>(list: readonly T[]) => list[integer(list.length)] as T,
    several: (least, most, make) => Array.from({ length: least + integer(most - least + 1) }, make),
  };
}

function mix(value: number): number {
  let mixed = value >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
