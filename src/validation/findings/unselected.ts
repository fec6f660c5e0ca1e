import { fewOf, LocalWorkload } from './local-workload';
import { Observation } from './observation';
import { Labels } from '../../intent/workload';
import { carries } from '../../util/labels';

/** A policy that no intent makes. */
export interface LoosePolicy {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Path of its construct. */
  readonly path: string;
  readonly labels?: Labels;
  readonly services: readonly string[];
  readonly portLevelMtls: readonly number[];
}

/** Labels that pods get from others than the app: from Istio, the Gateway API, and controllers of Kubernetes. */
const ADDED = /^(gateway\.networking\.k8s\.io|gateway\.istio\.io|service\.istio\.io|security\.istio\.io|istio\.io|statefulset\.kubernetes\.io|batch\.kubernetes\.io|apps\.kubernetes\.io)\//;

/** ZT102: policies that attach to nothing, in a namespace of which the app has workloads. */
export function unselected(
  policies: readonly LoosePolicy[], workloads: readonly LocalWorkload[], servicesIn: (namespace: string) => readonly string[],
): Observation[] {
  return policies.flatMap(policy => {
    const local = workloads.filter(({ namespace }) => namespace === policy.namespace);
    const said = local.length === 0 ? undefined : noPods(policy, local) ?? noServices(policy, servicesIn(policy.namespace));
    return said === undefined ? [] : [{ rule: 'ZT102', path: policy.path, message: `${policy.kind} '${policy.namespace}/${policy.name}' does nothing: ${said}` }];
  });
}

function noPods({ labels, namespace }: LoosePolicy, local: readonly LocalWorkload[]): string | undefined {
  const wanted = Object.entries(labels ?? {});
  if (wanted.length === 0 || wanted.some(([label]) => ADDED.test(label))) { return undefined; }
  if (local.some(pods => carries(pods.labels, labels!))) { return undefined; }
  const meant = local.find(({ name }) => wanted.some(([, value]) => value === name)) ?? local[0];
  return `no workload of this app in namespace '${namespace}' (${fewOf(local)}) has pods with ${written(labels!)}; those of '${meant.path}' carry ${written(meant.labels)}`;
}

function noServices({ services, namespace }: LoosePolicy, there: readonly string[]): string | undefined {
  const missing = services.filter(service => !there.includes(service));
  if (there.length === 0 || missing.length < services.length || services.length === 0) { return undefined; }
  return `there is no Service '${missing[0]}' in namespace '${namespace}'; this app has ${there.map(name => `'${name}'`).join(', ')}`;
}

function written(labels: Labels): string { return Object.entries(labels).map(([label, value]) => `${label}: ${value}`).join(', ') || 'no label'; }
