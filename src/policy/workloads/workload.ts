import { selects } from './attachment';
import { Controller, controllerLabels, madeUpLabel, MADE_UP_LABELS } from './pod-labels';
import { ByKey } from '../resources/by-key';
import { BySelector } from '../resources/by-selector';
import { Inventory, Labels } from '../resources/inventory';
import { MachineSpec, PodTemplate, SpecOf } from '../resources/kinds';
import { Resource } from '../resources/policy';

/** What runs as one: pods, or a machine that is no pod. */
export interface Workload {
  /** Kind of the object that tells of it. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** The service account that it runs as; a machine may have none. */
  readonly serviceAccount?: string;
  /** One of each family, as far as they are known. */
  readonly ips: readonly string[];
  /** Undefined for a machine, and where the manifests have no pod. */
  readonly podSpec?: PodTemplate['spec'];
  /** Whether it is a pod as a cluster has it, with all that injection gave it. */
  readonly isRunning?: boolean;
  /** What makes its pods; undefined where their labels are known to the last. */
  readonly controller?: Controller;
  /** Undefined for pods. */
  readonly machine?: Machine;
}

/** What is known of a machine that is no pod. */
export interface Machine {
  /** Its ports by the names of those that clients call. */
  readonly ports: Readonly<Record<string, number>>;
}

const TEMPLATED = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job'] as const;

/** The kinds of workloads. */
export const WORKLOAD_KINDS = [...TEMPLATED, 'Pod', 'CronJob', 'WorkloadEntry', 'WorkloadGroup'] as const;

/** The workloads of a namespace. */
export function workloadsOf(inventory: Inventory, namespace: string): readonly Workload[] {
  return inventory.once(readWorkloads, namespace);
}

/** By how their kinds hold what runs. */
function readWorkloads(inventory: Inventory, namespace: string): readonly Workload[] {
  return [
    ...inventory.of('Pod', namespace).map(pod =>
      ({ ...podsOf('Pod', pod, { metadata: pod.meta, spec: pod.spec }), ips: addressesOf(pod), isRunning: pod.meta.creationTimestamp !== undefined })),
    ...TEMPLATED.flatMap(kind => inventory.of(kind, namespace).map(object => made(podsOf(kind, object, object.spec.template), object.spec))),
    ...inventory.of('CronJob', namespace).map(object => made(podsOf('CronJob', object, object.spec.jobTemplate?.spec?.template), {})),
    ...inventory.of('WorkloadEntry', namespace).map(entry => machineOf('WorkloadEntry', entry, entry.spec, entry.meta)),
    ...inventory.of('WorkloadGroup', namespace).map(group => machineOf('WorkloadGroup', group, group.spec.template, group.spec.metadata)),
  ];
}

function podsOf(kind: string, { namespace, name }: Resource<unknown>, template: PodTemplate = {}): Workload {
  const { labels = {}, annotations = {} } = template.metadata ?? {};
  // the older of the two names of the field counts only where the newer one is empty
  const serviceAccount = template.spec?.serviceAccountName || template.spec?.serviceAccount || 'default';
  return { kind, namespace, name, labels, annotations, serviceAccount, ips: [], podSpec: template.spec };
}

/** Pods as their controller makes them. */
function made(pods: Workload, { replicas, ordinals }: SpecOf<'StatefulSet'>): Workload {
  const controller = { kind: pods.kind, name: pods.name, replicas, start: ordinals?.start };
  return { ...pods, controller, labels: { ...controllerLabels(controller), ...pods.labels } };
}

function addressesOf({ status }: Resource<unknown>): string[] {
  const all = (status?.podIPs ?? []).flatMap(({ ip }) => ip ?? []);
  return all.length > 0 ? all : [status?.podIP ?? []].flat();
}

/** A machine as a WorkloadEntry, a WorkloadGroup or an endpoint of a ServiceEntry tells of it. Labels of the object win over those of its spec. */
export function machineOf(kind: string, { namespace, name }: Pick<Resource<unknown>, 'namespace' | 'name'>, spec: MachineSpec = {}, { labels = {}, annotations = {} }: NonNullable<PodTemplate['metadata']> = {}): Workload {
  const { address, ports = {}, serviceAccount } = spec;
  const found = { kind, namespace, name, labels: { ...spec.labels, ...labels }, annotations };
  return { ...found, serviceAccount: serviceAccount || undefined, ips: [address ?? []].flat(), machine: { ports } };
}

/** The workloads of a name; there may be several, of different kinds. */
export function findWorkloads(inventory: Inventory, namespace: string, name: string): Workload[] {
  return inventory.once(workloadsByName, namespace).candidates([name]);
}

function workloadsByName(inventory: Inventory, namespace: string): ByKey<Workload> {
  return new ByKey(workloadsOf(inventory, namespace), ({ name }) => [name]);
}

/** The workload of a name; the first of several. */
export function findWorkload(inventory: Inventory, namespace: string, name: string): Workload | undefined {
  return findWorkloads(inventory, namespace, name)[0];
}

/** What a Service selects pods by. */
type Selecting = Pick<Resource<SpecOf<'Service'>>, 'namespace' | 'spec'>;

/** The workloads that a Service selects. */
export function workloadsBehind(inventory: Inventory, service: Selecting): Workload[] {
  return workloadsWith(inventory, service).flatMap(workload => podsBehind(workload, service) ?? []);
}

/** The workloads that have the first label that a Service asks for, which none of the others is given later. */
function workloadsWith(inventory: Inventory, { namespace, spec: { selector = {} } }: Selecting): readonly Workload[] {
  const label = Object.keys(selector).find(one => !MADE_UP_LABELS.has(one));
  return label === undefined ? workloadsOf(inventory, namespace) : inventory.once(workloadsByLabel, namespace).candidates([`${label}=${selector[label]}`]);
}

function workloadsByLabel(inventory: Inventory, namespace: string): ByKey<Workload> {
  return new ByKey(workloadsOf(inventory, namespace), ({ labels }) => Object.entries(labels).map(([label, value]) => `${label}=${value}`));
}

/** Services that select a workload, oldest first. */
export function servicesOf(inventory: Inventory, workload: Pick<Workload, 'namespace' | 'labels'>): Resource<SpecOf<'Service'>>[] {
  return inventory.once(servicesBySelector, workload.namespace).candidates(workload.labels).filter(service => isBehind(workload, service));
}

function servicesBySelector(inventory: Inventory, namespace: string): BySelector<Resource<SpecOf<'Service'>>> {
  return new BySelector(inventory.of('Service', namespace), ({ spec }) => spec.selector);
}

/** The pods of a workload that a Service selects: all, or those that their controller gives the labels that it asks for. */
function podsBehind(workload: Workload, service: Selecting): Workload | undefined {
  if (isBehind(workload, service)) return workload;
  const { labels, controller } = workload;
  const given = Object.entries(service.spec.selector ?? {}).map(([label, value]) =>
    labels[label] === undefined ? madeUpLabel(controller, label, value) : undefined);
  const some = { ...workload, labels: Object.assign({}, labels, ...given) as Labels };
  return isBehind(some, service) ? some : undefined;
}

/** A Service without selector has no pods. */
function isBehind({ labels }: Pick<Workload, 'labels'>, { spec: { selector = {} } }: Selecting): boolean {
  return Object.keys(selector).length > 0 && selects(selector, labels);
}
