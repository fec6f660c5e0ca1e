import { IConstruct } from 'constructs';
import { Renderings } from './renderings';
import { statementOf } from '../index/statement';
import { refresh } from '../index/tree';

const CHECKING = Symbol.for('cdk8s-zero-trust.checking');

/**
 * The root, which cdk8s validates first, brings the index of the app up to date and has all statements checked; a construct reports what is
 * wrong with it from the first time on that something is. cdk8s validates every construct once for each chart: most have nothing to say.
 */
export function checkWithEachValidation(root: IConstruct): void {
  if (!markOnce(root)) { return; }
  const validate = () => {
    refresh(root);
    for (const { construct } of Renderings.of(root).faulty) { reportProblems(construct, root); }
    return [];
  };
  root.node.addValidation({ validate });
}

function markOnce(construct: IConstruct): boolean {
  const marked = construct as { [CHECKING]?: true };
  if (marked[CHECKING]) { return false; }
  Object.defineProperty(construct, CHECKING, { value: true });
  return true;
}

function reportProblems(construct: IConstruct, root: IConstruct): void {
  if (!markOnce(construct)) { return; }
  construct.node.addValidation({ validate: () => [...Renderings.of(root).problemsOf(statementOf(construct)!)] });
}
