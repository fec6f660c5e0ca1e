import { IConstruct } from 'constructs';
import { Problem } from '../../../istio/problem';

/** What Istio admits with a warning, and the construct that wrote it. */
export interface KeptWarning {
  readonly construct: IConstruct;
  readonly problem: Problem;
}

/** Shared by all copies of this library in one app. */
const STORE = Symbol.for('cdk8s-zero-trust.warnings');

/** Keeps warnings at the root of the construct tree, for the findings. */
export function keepWarnings(construct: IConstruct, problems: readonly Problem[]): void {
  const root = construct.node.root as { [STORE]?: KeptWarning[] };
  (root[STORE] ??= []).push(...problems.map(problem => ({ construct, problem })));
}

/** All warnings kept in the tree that a construct belongs to. */
export function keptWarnings(construct: IConstruct): readonly KeptWarning[] {
  return (construct.node.root as { [STORE]?: KeptWarning[] })[STORE] ?? [];
}
