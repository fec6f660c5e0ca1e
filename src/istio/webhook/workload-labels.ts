import { checkMatchedLabels } from './attachment';
import { Report } from '../problem';

/** Which workloads of its namespace a Sidecar or ServiceEntry is for, once decoded. */
export interface WorkloadLabelsMessage {
  readonly labels?: Readonly<Record<string, string>>;
}

/** What istiod says of the selector of a Sidecar or ServiceEntry. */
export function checkWorkloadLabels(selector: WorkloadLabelsMessage | undefined, error: Report, warn: Report): void {
  const field = 'spec.workloadSelector';
  checkMatchedLabels(selector?.labels, `${field}.labels`, error);
  if (selector !== undefined && Object.keys(selector.labels ?? {}).length === 0) {
    warn(field, 'should have labels, got none; it is then for all of the namespace, so add labels or drop the selector');
  }
}
