import { selects } from './attachment';
import { Inventory, Labels } from '../resources/inventory';
import { PodTemplate, SpecOf } from '../resources/kinds';
import { Resource } from '../resources/policy';

/** Pods that run as one. */
export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly podSpec?: PodTemplate['spec'];
  readonly ip?: string;
}

const TEMPLATED = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job'] as const;

/** The workloads of a namespace, by how their kinds hold their pods. */
function workloadsOf(inventory: Inventory, namespace: string): Workload[] {
  const templated = TEMPLATED.flatMap(kind => inventory.of(kind, namespace));
  return [
    ...inventory.of('Pod', namespace).map(pod => ({ ...workloadOf(pod, { metadata: pod.meta, spec: pod.spec }), ip: pod.status?.podIP })),
    ...templated.map(object => workloadOf(object, object.spec.template)),
    ...inventory.of('CronJob', namespace).map(object => workloadOf(object, object.spec.jobTemplate?.spec?.template)),
  ];
}

function workloadOf({ namespace, name }: Resource<unknown>, template: PodTemplate = {}): Workload {
  const { labels = {}, annotations = {} } = template.metadata ?? {};
  return { namespace, name, labels, annotations, podSpec: template.spec };
}

export function findWorkload(inventory: Inventory, namespace: string, name: string): Workload | undefined {
  return workloadsOf(inventory, namespace).find(workload => workload.name === name);
}

/** The workloads that a Service selects. */
export function workloadsBehind(inventory: Inventory, service: Pick<Resource<SpecOf<'Service'>>, 'namespace' | 'spec'>): Workload[] {
  return workloadsOf(inventory, service.namespace).filter(workload => isBehind(workload, service));
}

/** Services that select a pod, oldest first. */
export function servicesOf(inventory: Inventory, pod: Pick<Workload, 'namespace' | 'labels'>): Resource<SpecOf<'Service'>>[] {
  return inventory.of('Service', pod.namespace).filter(service => isBehind(pod, service));
}

/** A Service without selector has no pods. */
function isBehind({ labels }: Pick<Workload, 'labels'>, { spec: { selector = {} } }: Pick<Resource<SpecOf<'Service'>>, 'spec'>): boolean {
  return Object.keys(selector).length > 0 && selects(selector, labels);
}
