import { RUNNING } from './clients';
import { PolicySet } from '../policy/policy-set';
import { RequestDestination } from '../policy/request/request';
import { Inventory } from '../policy/resources/inventory';
import { Kind, KINDS, POLICY_KINDS } from '../policy/resources/kinds';
import { fullName, Resource } from '../policy/resources/policy';
import { Targeted } from '../policy/workloads/attachment';
import { madePods } from '../policy/workloads/gateway-pods';
import { findWorkloads, machineOf, Workload, workloadsOf } from '../policy/workloads/workload';
import { unique } from '../util/text';

/** A policy, and what it is: `AuthorizationPolicy shop/api`. */
interface DifferentPolicy {
  readonly title: string;
  readonly policy: Resource<Targeted>;
}

/** Tells which destinations cannot be answered differently, as no policy that differs can bear on them, so that nothing need be looked into. */
export class Digests {
  private readonly isSameMesh: boolean;
  /** The policies that one side has and the other has not, or has otherwise. */
  private readonly different: readonly DifferentPolicy[];

  constructor(private readonly before: PolicySet, private readonly after: PolicySet) {
    this.isSameMesh = [before, after].every(({ _world: { inventory } }) => inventory.doubts.length === 0) && meshOf(before) === meshOf(after);
    const [old, now] = [policiesOf(before), policiesOf(after)];
    this.different = [...old, ...now].filter(([content]) => !(old.has(content) && now.has(content))).map(([, different]) => different);
  }

  areEqual(destination: RequestDestination): boolean {
    return this.isSameMesh && !this.different.some(({ policy }) => mayBear(policy, destination, this.after));
  }

  /** Policies that differ and that nothing of the manifests has: what they change elsewhere is not seen. */
  idle(destinations: readonly RequestDestination[]): string[] {
    const sides = [this.before, this.after];
    const isIdle = ({ policy }: DifferentPolicy) => !sides.some(side => labelsOf(policy).length > 0
      ? hasPodsOf(policy, side) : destinations.some(destination => mayBear(policy, destination, side)));
    return unique(this.different.filter(isIdle).map(({ title }) => title));
  }
}

/** What else decides: the settings, and everything but for policies. */
function meshOf({ _world: { inventory, settings } }: PolicySet): string {
  const kinds = (Object.keys(KINDS) as Kind[]).filter(kind => !POLICY_KINDS.includes(kind));
  return JSON.stringify([settings, kinds.map(kind => inventory.all(kind).map(contentOf))]);
}

function policiesOf({ _world: { inventory } }: PolicySet): Map<string, DifferentPolicy> {
  const kinds = ['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication'] as const;
  return new Map(kinds.flatMap(kind => inventory.all(kind).map((policy): [string, DifferentPolicy] =>
    [kind + contentOf(policy), { title: `${kind} ${fullName(policy)}`, policy }])));
}

export function contentOf({ location, ...resource }: Resource<unknown>): string { return JSON.stringify(resource); }

/** Whether a policy may be one of a proxy on the way: of the pods, or of a gateway, which may stand in another namespace. */
export function mayBear(policy: DifferentPolicy['policy'], destination: RequestDestination, { _world: { inventory, mesh } }: PolicySet): boolean {
  const { namespace } = policy;
  // what is behind may be anywhere, known by its address
  if (destination.serviceEntry !== undefined) return true;
  const gateways = inventory.all('KubernetesGateway');
  const isNear = namespace === destination.namespace || namespace === mesh.rootNamespace || gateways.some(gateway => gateway.namespace === namespace);
  if (!isNear) return false;
  const labels = labelsOf(policy);
  return labels.length === 0 || gateways.length > 0 || podsOf(inventory, destination).some(pods => mayHaveAll(pods, labels));
}

type Label = readonly [string, string];

function labelsOf({ spec: { selector } }: DifferentPolicy['policy']): Label[] { return Object.entries(selector?.matchLabels ?? {}); }

/** Whether a policy with a selector is for anything that runs: pods, those of gateways, or machines. */
function hasPodsOf(policy: DifferentPolicy['policy'], { _world: { inventory, mesh } }: PolicySet): boolean {
  const labels = labelsOf(policy);
  const namespaces = policy.namespace === mesh.rootNamespace ? inventory.once(runningNamespaces) : [policy.namespace];
  return namespaces.some(namespace => inventory.once(running, namespace).some(pods => mayHaveAll(pods, labels)));
}

function runningNamespaces(inventory: Inventory): string[] {
  return unique([...RUNNING, 'ServiceEntry' as const].flatMap(kind => inventory.all(kind).map(({ namespace }) => namespace)));
}

function running(inventory: Inventory, namespace: string): Workload[] {
  const endpoints = inventory.of('ServiceEntry', namespace).flatMap(({ name, spec }) => (spec.endpoints ?? []).map(endpoint => machineOf('endpoint', { namespace, name }, endpoint)));
  return [...workloadsOf(inventory, namespace), ...madePods(inventory, namespace), ...endpoints];
}

function podsOf(inventory: Inventory, { namespace, workload, gateway }: RequestDestination): readonly Workload[] {
  const name = workload ?? gateway;
  return name === undefined ? [] : findWorkloads(inventory, namespace, name);
}

/** Controllers give their pods labels of their own. */
function mayHaveAll({ labels, controller }: Workload, wanted: readonly Label[]): boolean {
  return wanted.every(([label, value]) => labels[label] === value || labels[label] === undefined && controller !== undefined);
}
