import { keysNotEmpty, keysWithoutWildcard, noNamespace, noWildcard } from './rules';
import { listOf, objectOf } from './schema';

/** Which workloads of the namespace a resource is for. */
export const SELECTOR = objectOf({
  matchLabels: { type: 'map', values: { type: 'string', maxLength: 63, rules: [noWildcard] }, maxItems: 4096, rules: [keysWithoutWildcard, keysNotEmpty] },
});

/** Which workloads of the namespace a Sidecar or ServiceEntry is for. Keys are not looked at. */
export const WORKLOAD_LABELS = objectOf({
  labels: { type: 'map', values: { type: 'string', maxLength: 63, rules: [noWildcard] }, maxItems: 256 },
});

const TARGET_REF = objectOf({
  group: { type: 'string', maxLength: 253, pattern: /^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/ },
  kind: { type: 'string', minLength: 1, maxLength: 63, pattern: /^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/ },
  name: { type: 'string', minLength: 1, maxLength: 253 },
  namespace: { type: 'string', rules: [noNamespace] },
}, { required: ['kind', 'name'] });

/** What a resource is for: workloads by their labels, or objects by reference. Together with `oneAttachment`. */
export const ATTACHMENT = { selector: SELECTOR, targetRef: TARGET_REF, targetRefs: listOf(TARGET_REF, 16) };
