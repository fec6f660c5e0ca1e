/* eslint-disable no-bitwise -- generators of numbers work on bits */

/** Numbers that look random and are the same for the same seed. */
export class Random {
  /** The numbers of one of many runs of a seed. */
  static ofRun(seed: number, run: number): Random {
    return new Random(Math.imul(seed, 0x9e3779b1) ^ run);
  }

  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** At least 0, below 1 (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** At least 0, below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }
}

/** A byte with one of its bits, from 0 to 7, turned. */
export function turnBit(byte: number, bit: number): number {
  return byte ^ (1 << bit);
}
