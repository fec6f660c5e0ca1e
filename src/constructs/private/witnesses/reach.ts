import { isOfMesh, isPolicy, OtherObject } from './other-objects';
import { namespacesOfCallers } from './senders';
import { Intent, namespaceOf, targetOf } from '../../../intent/intent';
import { namespacesAround } from '../../../intent/mesh';
import { Labels, WorkloadFacts } from '../../../intent/workload';
import { CANONICAL_NAME, CANONICAL_REVISION, TLS_MODE } from '../../../policy/workloads/label-names';
import { MADE_UP_LABELS } from '../../../policy/workloads/pod-labels';
import { elementsOf } from '../../../util/shape';

/** The other objects that may bear on what an intent is for: by their namespace, by their selector, by the hosts that they are about. */
export function reaching(intent: Intent, others: readonly OtherObject[], isDeclared: (namespace: string) => boolean): readonly OtherObject[] {
  if (others.length === 0 || isUndecided(intent)) { return []; }
  const { rootNamespace } = intent.mesh;
  if (intent.kind === 'mesh') {
    // where a namespace is declared, its own default deny is what a rule would open
    const opensDefault = ({ kind, namespace }: OtherObject) => kind === 'AuthorizationPolicy' && intent.deniesByDefault && !isDeclared(namespace);
    return others.filter(other => other.kind === 'PeerAuthentication' || other.namespace === rootNamespace || isOfMesh(other) || opensDefault(other));
  }
  if (intent.kind === 'legacy-destination' || ['egress', 'egress-gateway', 'egress-boundary'].includes(intent.kind)) { return []; }
  const namespace = namespaceOf(intent);
  if (!namespace) { return others.filter(other => isOfMesh(other) || isPolicy(other)); }
  const ofTarget = new Set([rootNamespace, ...namespacesAround(namespace)]);
  const ofCallers = new Set(namespacesOfCallers(intent));
  const target = targetOf(intent);
  return others.filter(other => {
    if (isOfMesh(other)) { return true; }
    if (isPolicy(other)) { return ofTarget.has(other.namespace) && mayAttach(other, target); }
    const hosts = hostsOf(other);
    if (hosts.length > 0 && !selectsPods(other)) { return target === undefined || isCalledBy(hosts, target); }
    return ofTarget.has(other.namespace) || ofCallers.has(other.namespace);
  });
}

/** Whether an intent says nothing of who may call, so that nothing can defeat that. */
function isUndecided({ kind }: Intent): boolean { return kind === 'security-telemetry' || kind === 'traffic-protection' || kind === 'fault'; }

/** No labels select all, and what is attached by reference is left to the evaluator, unless it is for other Services. */
function mayAttach({ manifest: { spec } }: OtherObject, target: WorkloadFacts | undefined): boolean {
  if (target === undefined) { return true; }
  const refs = elementsOf(spec?.targetRefs);
  const isOfOthers = (ref: typeof refs[number]) => ref?.kind === 'Service' && !target.services.some(({ name }) => name === ref.name);
  return (refs.length === 0 || !refs.every(isOfOthers)) && mayCarry(target.podLabels, spec?.selector?.matchLabels);
}

/** Whether pods that are written with some labels may carry others by which something selects them: injection and controllers give pods more. */
export function mayCarry(written: Labels, wanted: Labels | undefined): boolean {
  return Object.entries(wanted ?? {}).every(([name, value]) => written[name] === value || (written[name] === undefined && GIVEN_LABELS.has(name)));
}

const GIVEN_LABELS: ReadonlySet<string> = new Set([...MADE_UP_LABELS, CANONICAL_NAME, CANONICAL_REVISION, TLS_MODE]);

/** A ServiceEntry may say what the ports of pods speak. */
function selectsPods({ manifest: { spec } }: OtherObject): boolean { return spec?.workloadSelector !== undefined; }

/** The hosts that routes, clusters and entries are about, whoever's namespace they are in. */
function hostsOf({ manifest: { spec } }: OtherObject): string[] {
  return [spec?.host ?? [], spec?.hosts ?? []].flat().filter(host => typeof host === 'string');
}

function isCalledBy(hosts: readonly string[], { services }: WorkloadFacts): boolean {
  return hosts.some(host => host.includes('*') || services.some(({ name }) => host.toLowerCase().split('.')[0] === name));
}
