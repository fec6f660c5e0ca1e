import { at, Report } from '../problem';
import { Attached, TargetRef } from './messages';

/** What a reference may name, as `group/kind`; the core group is empty or `core`. */
const TARGETS = ['core/Service', 'networking.istio.io/ServiceEntry', 'gateway.networking.k8s.io/Gateway', 'gateway.networking.k8s.io/GatewayClass'];

/** Rules of the webhook for what a policy is attached to. */
export function checkAttachment(spec: Attached, error: Report, warn: Report): void {
  const given = [
    ...(spec.selector === undefined ? [] : ['selector']),
    ...(spec.targetRef === undefined ? [] : ['targetRef']),
    ...(spec.targetRefs.length === 0 ? [] : ['targetRefs']),
  ];
  if (given.length > 1) {
    error('spec', `must have at most one of selector, targetRef and targetRefs, got ${given.join(' and ')}; keep one`);
  }
  checkSelector(spec.selector, error, warn);
  [spec.targetRef].forEach(ref => ref && checkTargetRef(ref, 'spec.targetRef', error));
  spec.targetRefs.forEach((ref, index) => checkTargetRef(ref, at('spec.targetRefs', index), error));
}

/** Rules of the webhook for a selector. */
export function checkSelector(selector: Attached['selector'], error: Report, warn: Report): void {
  checkMatchedLabels(selector?.matchLabels, 'spec.selector.matchLabels', error);
  if (selector !== undefined && Object.keys(selector.matchLabels ?? {}).length === 0) {
    warn('spec.selector', 'should have labels, got none; sidecars take it for every pod, ztunnel for none, so add labels or drop the selector');
  }
}

/** Rules of the webhook for the labels of a selector. */
export function checkMatchedLabels(labels: Readonly<Record<string, string>> | undefined, field: string, error: Report): void {
  for (const [key, value] of Object.entries(labels ?? {})) {
    if (key === '') {
      error(at(field, key), 'must have a label key that is not empty, got \'\'; name the label');
    }
    if (key.includes('*') || value.includes('*')) {
      error(at(field, key), `must not contain '*', got '${key}=${value}'; labels match exactly`);
    }
  }
}

function checkTargetRef(ref: TargetRef, field: string, error: Report): void {
  if (ref.name === '') {
    error(at(field, 'name'), 'must be given, got \'\'; name the object');
  }
  if (ref.namespace !== '') {
    error(at(field, 'namespace'), `must be empty, got '${ref.namespace}'; references stay in the namespace of the policy, so drop it`);
  }
  if (!TARGETS.includes(`${ref.group || 'core'}/${ref.kind}`)) {
    error(field, `must name one of ${TARGETS.join(', ')}, got '${ref.group}/${ref.kind}'; correct its group and kind`);
  }
}
