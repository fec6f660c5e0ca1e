import { isOfMesh, isPolicy, OtherObject } from './other-objects';
import { callersIn } from './senders';
import { Intent } from '../../../intent/intent';
import { Labels, WorkloadFacts } from '../../../intent/workload';

/** The other objects that may bear on what an intent is for: by their namespace, by their selector, by the hosts that they are about. */
export function reaching(intent: Intent, others: readonly OtherObject[]): OtherObject[] {
  const { rootNamespace } = intent.mesh;
  if (intent.kind === 'mesh') { return others.filter(other => other.kind === 'PeerAuthentication' || other.namespace === rootNamespace || isOfMesh(other)); }
  const { name, waypoint } = intent.namespace;
  const ofTarget = new Set([name, rootNamespace, waypoint?.namespace]);
  const ofCallers = new Set(callersIn(intent).map(({ namespace }) => namespace));
  const target = 'target' in intent ? intent.target : undefined;
  return others.filter(other => {
    if (isOfMesh(other)) { return true; }
    if (isPolicy(other)) { return ofTarget.has(other.namespace) && (target === undefined || selects(other.manifest.spec?.selector?.matchLabels ?? {}, target.podLabels)); }
    const hosts = hostsOf(other);
    return hosts.length > 0 ? target === undefined || isCalledBy(hosts, target) : ofTarget.has(other.namespace) || ofCallers.has(other.namespace);
  });
}

/** The hosts that routes, clusters and entries are about, whoever's namespace they are in. */
function hostsOf({ manifest: { spec } }: OtherObject): string[] {
  return [spec?.host ?? [], spec?.hosts ?? []].flat().filter(host => typeof host === 'string');
}

function isCalledBy(hosts: readonly string[], { services }: WorkloadFacts): boolean {
  return hosts.some(host => host.includes('*') || services.some(({ name }) => host.split('.')[0] === name));
}

/** No labels select all. */
function selects(wanted: Labels, labels: Labels): boolean { return Object.entries(wanted).every(([name, value]) => labels[name] === value); }
