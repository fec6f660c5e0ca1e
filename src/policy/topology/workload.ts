import { selects } from './attachment';
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
  /** Undefined for pods. */
  readonly machine?: Machine;
}

/** What is known of a machine that is no pod. */
export interface Machine {
  /** Its ports by the names of those that clients call. */
  readonly ports: Readonly<Record<string, number>>;
}

const TEMPLATED = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job'] as const;

/** The workloads of a namespace, by how their kinds hold what runs. */
export function workloadsOf(inventory: Inventory, namespace: string): Workload[] {
  return [
    ...inventory.of('Pod', namespace).map(pod =>
      ({ ...podsOf('Pod', pod, { metadata: pod.meta, spec: pod.spec }), ips: addressesOf(pod), isRunning: pod.meta.creationTimestamp !== undefined })),
    ...TEMPLATED.flatMap(kind => inventory.of(kind, namespace).map(object => podsOf(kind, object, object.spec.template))),
    ...inventory.of('CronJob', namespace).map(object => podsOf('CronJob', object, object.spec.jobTemplate?.spec?.template)),
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
  return workloadsOf(inventory, namespace).filter(workload => workload.name === name);
}

/** The workload of a name; the first of several. */
export function findWorkload(inventory: Inventory, namespace: string, name: string): Workload | undefined {
  return findWorkloads(inventory, namespace, name)[0];
}

/** The workloads that a Service selects. */
export function workloadsBehind(inventory: Inventory, service: Pick<Resource<SpecOf<'Service'>>, 'namespace' | 'spec'>): Workload[] {
  return workloadsOf(inventory, service.namespace).filter(workload => isBehind(workload, service));
}

/** Services that select a workload, oldest first. */
export function servicesOf(inventory: Inventory, workload: Pick<Workload, 'namespace' | 'labels'>): Resource<SpecOf<'Service'>>[] {
  return inventory.of('Service', workload.namespace).filter(service => isBehind(workload, service));
}

/** A Service without selector has no pods. */
function isBehind({ labels }: Pick<Workload, 'labels'>, { spec: { selector = {} } }: Pick<Resource<SpecOf<'Service'>>, 'spec'>): boolean {
  return Object.keys(selector).length > 0 && selects(selector, labels);
}
