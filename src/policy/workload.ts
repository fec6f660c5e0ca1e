import { selects } from './attachment';
import { AnyResource, Inventory, Labels } from './inventory';

/** Pods that run as one. */
export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly podSpec: any;
  readonly ip?: string;
}

/** How a kind holds its pods. */
const POD_OF: Readonly<Record<string, (object: AnyResource) => unknown>> = {
  Pod: ({ meta, spec }) => ({ metadata: meta, spec }),
  Deployment: ({ spec }) => spec?.template,
  StatefulSet: ({ spec }) => spec?.template,
  DaemonSet: ({ spec }) => spec?.template,
  ReplicaSet: ({ spec }) => spec?.template,
  Job: ({ spec }) => spec?.template,
  CronJob: ({ spec }) => spec?.jobTemplate?.spec?.template,
};

export function findWorkload(inventory: Inventory, namespace: string, name: string): Workload | undefined {
  for (const kind of Object.keys(POD_OF)) {
    const object = inventory.find(kind, namespace, name);
    if (object) return workloadOf(kind, object);
  }
  return undefined;
}

/** The first workload that a Service selects. */
export function workloadBehind(inventory: Inventory, service: AnyResource): Workload | undefined {
  const selector: Labels | undefined = service.spec?.selector;
  if (!selector || Object.keys(selector).length === 0) return undefined;
  for (const kind of Object.keys(POD_OF)) {
    const found = inventory.of(kind, service.namespace).map(object => workloadOf(kind, object)).find(({ labels }) => selects(selector, labels));
    if (found) return found;
  }
  return undefined;
}

/** Services that select a pod, oldest first. */
export function servicesOf(inventory: Inventory, { namespace, labels }: { namespace: string; labels: Labels }): AnyResource[] {
  return inventory.of('Service', namespace).filter(({ spec }) => {
    const selector: Labels | undefined = spec?.selector;
    return selector !== undefined && Object.keys(selector).length > 0 && selects(selector, labels);
  });
}

function workloadOf(kind: string, object: AnyResource): Workload {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  const pod = POD_OF[kind](object) as any;
  return {
    namespace: object.namespace,
    name: object.name,
    labels: pod?.metadata?.labels ?? {},
    annotations: pod?.metadata?.annotations ?? {},
    podSpec: pod?.spec ?? {},
    ip: object.status?.podIP,
  };
}
