import { checkMatchedLabels } from './attachment';
import { at, Report } from '../problem';

/** Which workloads of its namespace a resource of networking is for, once decoded: a DestinationRule calls the labels `matchLabels`. */
export interface WorkloadSelectorMessage {
  readonly labels?: Readonly<Record<string, string>>;
  readonly matchLabels?: Readonly<Record<string, string>>;
}

/** What istiod says of the selector of a Sidecar, ServiceEntry or DestinationRule. */
export function checkWorkloadSelector(selector: WorkloadSelectorMessage | undefined, error: Report, warn: Report): void {
  const field = 'spec.workloadSelector';
  if (selector === undefined) {
    return;
  }
  const name = 'matchLabels' in selector ? 'matchLabels' : 'labels';
  checkMatchedLabels(selector[name], at(field, name), error);
  if (Object.keys(selector[name] ?? {}).length === 0) {
    warn(field, 'should have labels, got none; it is then for all of the namespace, so add labels or drop the selector');
  }
}
