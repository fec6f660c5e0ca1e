import { IConstruct } from 'constructs';
import { settleObjects } from './optional-objects';
import { putInOrder } from './order';
import { Renderings } from './renderings';
import { labelServices } from './service-labels';
import { print } from '../findings/printed';
import { Clusters, refresh } from '../index/clusters';
import { attachCheck, LateCheck } from '../index/statement';
import { validationsBefore } from '../index/synthesis';

const CHECKING = Symbol.for('cdk8s-zero-trust.checking');

/**
 * The root, which cdk8s validates first, brings the index of the app up to date and has all of it checked; a construct reports what is
 * wrong with it from the first time on that something is. cdk8s validates every construct once for each chart: most have nothing to say.
 */
export function checkWithEachValidation(root: IConstruct): void {
  if (!markOnce(root)) { return; }
  const before = validationsBefore(root);
  let known: Clusters | undefined;
  const validate = () => {
    // the second time shows what other validations may have changed; after it cdk8s does nothing but render
    if (before() >= 2) { return []; }
    if (!known?.isCurrent()) {
      putInOrder(root);
      known = refresh(root);
      if (labelServices(known)) { known = refresh(root); }
      if (settleObjects(root)) {
        putInOrder(root);
        known = refresh(root);
      }
    }
    const wrong = Renderings.ofApp(root).flatMap(({ problems }) => [...problems.keys()]);
    wrong.forEach(reportProblems);
    // findings of an app that is wrong may be about what is wrong
    if (wrong.length === 0) { print(root, Renderings.findingsOf(root)); }
    return [];
  };
  root.node.addValidation({ validate });
}

/** Has a construct checked that states no intent, when the app is complete. */
export function checkLate(construct: IConstruct, check: LateCheck): void {
  attachCheck(construct, check);
  checkWithEachValidation(construct.node.root);
}

function markOnce(construct: IConstruct): boolean {
  const marked = construct as { [CHECKING]?: true };
  if (marked[CHECKING]) { return false; }
  Object.defineProperty(construct, CHECKING, { value: true });
  return true;
}

function reportProblems(construct: IConstruct): void {
  if (!markOnce(construct)) { return; }
  construct.node.addValidation({ validate: () => [...Renderings.of(construct).problems.get(construct) ?? []] });
}
