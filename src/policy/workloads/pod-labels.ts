import { TLS_MODE, CANONICAL_NAME, CANONICAL_REVISION } from './label-names';
import { Labels } from '../resources/inventory';

const NAMING_TEMPLATES = ['sidecar', 'gateway', 'grpc-agent'];

/** The labels that injection gives a pod, by its own labels and the name of what made it. */
export function injectedLabels(templates: readonly string[], labels: Labels, owner: string): Labels {
  if (!templates.some(template => NAMING_TEMPLATES.includes(template))) return {};
  const name = labels[CANONICAL_NAME] || labels['app.kubernetes.io/name'] || labels.app || owner;
  return {
    [CANONICAL_NAME]: name.slice(0, 63).replace(/^[-_.]+|[-_.]+$/g, ''),
    [CANONICAL_REVISION]: labels[CANONICAL_REVISION] || labels['app.kubernetes.io/version'] || labels.version || 'latest',
    ...templates.includes('sidecar') ? { [TLS_MODE]: labels[TLS_MODE] || 'istio' } : {},
  };
}

/** What makes the pods of a workload. */
export interface Controller {
  readonly kind: string;
  readonly name: string;
  /** Pods of a StatefulSet. */
  readonly replicas?: number;
  /** The number of its first one. */
  readonly start?: number;
}

/** The labels that a controller gives all of its pods. */
export function controllerLabels({ kind, name }: Controller): Labels {
  return kind === 'Job' ? { 'batch.kubernetes.io/job-name': name, 'job-name': name } : {};
}

const POD_NAME = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX = 'apps.kubernetes.io/pod-index';
const UIDS = ['batch.kubernetes.io/controller-uid', 'controller-uid'];
const INDEX = 'batch.kubernetes.io/job-completion-index';

/** Labels whose values controllers make up for each pod, or each generation of pods. */
const MADE_UP: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['pod-template-hash'],
  StatefulSet: ['controller-revision-hash', POD_NAME, POD_INDEX],
  DaemonSet: ['controller-revision-hash', 'pod-template-generation'],
  Job: [...UIDS, INDEX],
  CronJob: [...UIDS, INDEX, 'batch.kubernetes.io/job-name', 'job-name'],
};

/** All labels that controllers make up. */
export const MADE_UP_LABELS: ReadonlySet<string> = new Set(Object.values(MADE_UP).flat());

/** The labels of a pod that has a certain value of a label that its controller makes up; undefined where no pod of that controller has. */
export function madeUpLabel(controller: Controller | undefined, label: string, value: string): Labels | undefined {
  if (!controller || !MADE_UP[controller.kind]?.includes(label)) return undefined;
  if (label === POD_NAME || label === POD_INDEX) return numberedPod(controller, label, value);
  if (controller.kind === 'CronJob' && label.endsWith('job-name')) return isJobOf(controller, value) ? { 'batch.kubernetes.io/job-name': value, 'job-name': value } : undefined;
  return { [label]: value };
}

/** Whether a controller has no pods but those of certain labels. */
export function areAllPods({ kind, replicas = 1 }: Controller, labels: readonly Labels[]): boolean {
  const numbers = new Set(labels.flatMap(known => known[POD_INDEX] ?? []));
  return kind === 'StatefulSet' && numbers.size >= replicas;
}

/** The labels of the pod of a StatefulSet that a label tells from the others, if there is such a pod. There may be any number of them. */
function numberedPod({ name, replicas = 1, start = 0 }: Controller, label: string, value: string): Labels | undefined {
  const ordinal = Number(label === POD_INDEX ? value : value.slice(name.length + 1));
  const labels: Labels = { [POD_NAME]: `${name}-${ordinal}`, [POD_INDEX]: String(ordinal) };
  const isThere = Number.isInteger(ordinal) && ordinal >= start && ordinal < start + replicas;
  return isThere && labels[label] === value ? labels : undefined;
}

function isJobOf({ name }: Controller, job: string): boolean {
  return job.startsWith(`${name}-`) && /^\d+$/.test(job.slice(name.length + 1));
}
