const MODULUS = 2 ** 31 - 1;

/** Choices that a seed repeats. */
export class Random {
  private state: number;

  /** @param seed a whole number from 1 */
  constructor(seed: number) {
    this.state = seed * 69621 % MODULUS;
    this.times(3, () => this.next()); // neighbouring seeds begin alike
  }

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

  /** Lehmer's generator: small, and the same everywhere. */
  private next(): number {
    this.state = this.state * 48271 % MODULUS;
    return this.state / MODULUS;
  }
}
