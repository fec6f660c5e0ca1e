/** One line of a corpus file. */
export interface Recorded {
  readonly id: string;
  readonly family: string;
  readonly features: readonly string[];
}

/** One comparison of this library with what was recorded. */
export interface Check {
  /** What it counts under. */
  readonly features: readonly string[];
  /** Why it is counted apart, neither as passed nor as failed. */
  readonly apart?: string;
  /** Absent where both agree. */
  readonly disagreement?: Disagreement;
}

/** Where this library and the recording differ, in the smallest form that a person can read. */
export interface Disagreement {
  /** World or resource, and the request in it. */
  readonly where: string;
  /** What was put to both. */
  readonly input: string;
  readonly recorded: string;
  readonly ours: string;
}

/** How the lines of one or more families are replayed. A new family is a file beside this one, and a line in `index.ts`. */
export interface Family {
  /** The values of `family` that it replays. */
  readonly families: readonly string[];
  /** The share of a family that may be undecided; a thousandth where it is not given. */
  readonly undecidedAtMost?: number;
  replay(line: Recorded): Iterable<Check>;
}

/** Counted apart: what the evaluator says it cannot decide. Never more than the share that its family may have. */
export const UNDECIDED = 'undecided';
