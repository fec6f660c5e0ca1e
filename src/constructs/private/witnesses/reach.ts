import { isOfMesh, isPolicy, OtherObject } from './other-objects';
import { namespacesOfCallers } from './senders';
import { Intent } from '../../../intent/intent';
import { WorkloadFacts } from '../../../intent/workload';

/** The other objects that may bear on what an intent is for: by their namespace, by their selector, by the hosts that they are about. */
export function reaching(intent: Intent, others: readonly OtherObject[]): readonly OtherObject[] {
  if (others.length === 0) { return others; }
  const { rootNamespace } = intent.mesh;
  if (intent.kind === 'mesh') {
    return others.filter(other => other.kind === 'PeerAuthentication' || other.namespace === rootNamespace || isOfMesh(other));
  }
  const { name, waypoint } = intent.namespace;
  const ofTarget = new Set([name, rootNamespace, waypoint?.namespace]);
  const ofCallers = new Set(namespacesOfCallers(intent));
  const target = 'target' in intent ? intent.target : undefined;
  return others.filter(other => {
    if (isOfMesh(other)) { return true; }
    if (isPolicy(other)) { return ofTarget.has(other.namespace) && mayAttach(other, target); }
    const hosts = hostsOf(other);
    if (hosts.length > 0) { return target === undefined || isCalledBy(hosts, target); }
    return ofTarget.has(other.namespace) || ofCallers.has(other.namespace);
  });
}

/** No labels select all, and what is attached by reference is left to the evaluator. */
function mayAttach({ manifest: { spec } }: OtherObject, target: WorkloadFacts | undefined): boolean {
  return target === undefined || Object.entries(spec?.selector?.matchLabels ?? {}).every(([name, value]) => target.podLabels[name] === value);
}

/** The hosts that routes, clusters and entries are about, whoever's namespace they are in. */
function hostsOf({ manifest: { spec } }: OtherObject): string[] {
  return [spec?.host ?? [], spec?.hosts ?? []].flat().filter(host => typeof host === 'string');
}

function isCalledBy(hosts: readonly string[], { services }: WorkloadFacts): boolean {
  return hosts.some(host => host.includes('*') || services.some(({ name }) => host.split('.')[0] === name));
}
