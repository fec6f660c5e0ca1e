import { RuleId } from './rules';

/** What a rule sees at one construct. */
export interface Observation {
  readonly rule: RuleId;
  /** Path of the construct. */
  readonly path: string;
  readonly message: string;
  /** What makes it so: where several constructs meet the same, it is one finding. Its message, unless something else is. */
  readonly cause?: string;
  /** Where the cluster begins that the construct is of. */
  readonly cluster?: string;
}

/** That findings of a rule are as they should be, at a construct and all below it. */
export interface Acknowledgement {
  readonly rule: RuleId;
  readonly path: string;
  readonly reason: string;
}
