/** Choices that a seed repeats. */
export class Random {
  constructor(private state: number) {}

  /** A whole number from 0, below `limit`. */
  below(limit: number): number { return Math.floor(this.next() * limit); }

  /** True in that share of cases. */
  chance(share: number): boolean { return this.next() < share; }

  one<T>(from: readonly T[]): T { return from[this.below(from.length)]; }

  /** Some of the values, in their order, at least one. */
  some<T>(from: readonly T[]): T[] {
    const certain = this.below(from.length);
    return from.filter((_, index) => index === certain || this.chance(0.3));
  }

  /** As many results as asked for. */
  times<T>(count: number, make: (index: number) => T): T[] { return Array.from({ length: count }, (_, index) => make(index)); }

  /** Properties, or none: what is left out must not be there as `undefined`. */
  maybe<T extends object>(properties: () => T, share = 0.3): Partial<T> { return this.chance(share) ? properties() : {}; }

  /** Mulberry32: small, and the same everywhere. */
  private next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
