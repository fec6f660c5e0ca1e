import { IConstruct } from 'constructs';
import { Acknowledgement } from '../../../validation/findings/observation';
import { RuleId } from '../../../validation/findings/rules';

/** Shared by all copies of this library in one app. */
const STORE = Symbol.for('cdk8s-zero-trust.acknowledgements');

interface Acknowledging { [STORE]?: Acknowledgement[] }

/** Keeps at a construct that findings of a rule are as they should be, there and below it. */
export function acknowledge(construct: IConstruct, rule: RuleId, reason: string): void {
  const { path } = construct.node;
  const kept = (construct as Acknowledging)[STORE];
  if (!kept) { Object.defineProperty(construct, STORE, { value: [{ rule, path, reason }] }); } else { kept.push({ rule, path, reason }); }
}

export function acknowledgementsOf(constructs: readonly IConstruct[]): Acknowledgement[] {
  return constructs.flatMap(construct => (construct as Acknowledging)[STORE] ?? []);
}
