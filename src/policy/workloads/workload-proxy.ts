import { bypassesZtunnel, isEnrolled } from './ambient-enrolment';
import { injectionOf, PodInjection, STATUS } from './injection';
import { AskedPod, SYSTEM_NAMESPACES } from './injection-webhooks';
import { INJECT, INJECTION, REVISION, DATAPLANE_MODE } from './label-names';
import { captureOfMachine, proxyOfMachine } from './machine-proxy';
import { whyChanged, whyReplaced } from './own-containers';
import { injectedLabels } from './pod-labels';
import { owners } from './revision';
import { SidecarCapture, sidecarCapture, whyNoStart } from './sidecar-capture';
import { StartedProxy, startedProxy } from './started-proxy';
import { Workload } from './workload';
import { kept } from '../../util/kept';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind } from '../request/request';
import { Inventory, Labels } from '../resources/inventory';
import { fullName } from '../resources/policy';

/** The proxy of a workload's pods, with what was found out about it. */
export interface FoundProxy {
  /** Undefined for none. */
  readonly kind?: ProxyKind;
  /** Why there is none. */
  readonly why?: string;
  /** What was assumed. */
  readonly notes: readonly string[];
  /** Why there are no such pods. */
  readonly broken?: string;
  /** Why it is not known what the proxy does. */
  readonly unknown?: string;
  /** The revision of its control plane; undefined where it is not known, or there is no proxy. */
  readonly revision?: string;
  /** What a sidecar takes of the connections to its pod; undefined where it takes none. */
  readonly capture?: SidecarCapture;
  /** Whether ztunnel takes only what comes through tunnels. */
  readonly takesTunnelsOnly?: boolean;
  /** Whether the pods have containers of Istio, or had them in their manifest. */
  readonly injected?: boolean;
  /** The labels of the pods, with those that injection adds. */
  readonly labels: Labels;
}

const known = new WeakMap<Inventory, WeakMap<Mesh, WeakMap<Workload, FoundProxy>>>();

/** The proxy that stands by a workload: in its pods, or on their nodes; found once, as all that is asked about is asked of it. */
export function proxyOfWorkload(inventory: Inventory, mesh: Mesh, workload: Workload): FoundProxy {
  const inMesh = kept(kept(known, inventory, () => new WeakMap()), mesh, () => new WeakMap<Workload, FoundProxy>());
  return kept(inMesh, workload, () => findProxy(inventory, mesh, workload));
}

function findProxy(inventory: Inventory, mesh: Mesh, workload: Workload): FoundProxy {
  if (workload.machine) return asMachine(workload, mesh);
  const labelled = inventory.namespaceLabels(workload.namespace);
  if (labelled) return proxyIn(labelled, mesh, workload);
  const [unlabelled, assumed] = [{}, assumedLabels(mesh, workload)].map(labels => proxyIn(labels, mesh, workload));
  if (assumed.kind === unlabelled.kind) return unlabelled;
  const note = `namespace '${workload.namespace}' is not in the manifests; its workloads are taken to have the default proxy`;
  return { ...assumed, notes: [note, ...assumed.notes] };
}

function asMachine(workload: Workload, mesh: Mesh): FoundProxy {
  return { ...proxyOfMachine(workload), capture: captureOfMachine(mesh), notes: [], labels: workload.labels };
}

/** A pod that speaks of ambient mode speaks for itself. */
function assumedLabels({ defaultProxy }: Mesh, { labels }: Workload): Labels {
  const mode = labels[DATAPLANE_MODE];
  if (mode === 'ambient' || mode === 'none') return {};
  return defaultProxy === ProxyKind.ZTUNNEL ? { [DATAPLANE_MODE]: 'ambient' } : { [INJECTION]: 'enabled' };
}

function proxyIn(namespaceLabels: Labels, mesh: Mesh, workload: Workload): FoundProxy {
  const pod = askedPod(namespaceLabels, workload);
  const started = startedProxy(workload.podSpec);
  if (started) return asStarted(started, mesh, pod, workload);
  const injection = injectionOf(mesh, pod);
  const name = `'${fullName(workload)}'`;
  if (injection.outcome === 'rejected') return { broken: `the pods of ${name} are never created: ${injection.why}`, notes: [], labels: pod.labels };
  if (injection.outcome === 'injected') return asInjected(injection, mesh, pod, workload);
  if (!isEnrolled(mesh, pod, false)) return { why: `${name} ${whyOutside(pod, injection)}`, notes: [], labels: pod.labels };
  return { kind: ProxyKind.ZTUNNEL, notes: [], takesTunnelsOnly: bypassesZtunnel(pod.annotations), revision: only(owners(mesh)), labels: pod.labels };
}

export function askedPod(namespaceLabels: Labels, { namespace, labels, annotations, podSpec }: Workload): AskedPod {
  return { namespace, namespaceLabels, labels, annotations, hostNetwork: podSpec?.hostNetwork };
}

function whyOutside({ hostNetwork, namespace, namespaceLabels, labels, annotations }: AskedPod, { webhooks }: PodInjection): string {
  if (hostNetwork) return 'runs on the network of its host';
  const revision = namespaceLabels[REVISION] ?? labels[REVISION];
  const isUnanswered = revision !== undefined && webhooks.length === 0 && namespaceLabels[INJECTION] === undefined;
  if (isUnanswered) return `is not in the mesh, which has no revision '${revision}' for it`;
  const wish = labels[INJECT] === undefined ? written('annotation', annotations, INJECT) : written('label', labels, INJECT);
  const said = wish?.endsWith("'true'") ? undefined : wish;
  const mode = labels[DATAPLANE_MODE] ?? namespaceLabels[DATAPLANE_MODE];
  const marked = mode === 'ambient' && annotations[STATUS] !== undefined ? `by annotation ${STATUS}, as of a pod that has a sidecar` : undefined;
  const by = SYSTEM_NAMESPACES.includes(namespace) ? `as nothing of namespace '${namespace}' is injected`
    : said ?? marked ?? written('label', labels, DATAPLANE_MODE) ?? (webhooks.length === 0 ? written('label of its namespace', namespaceLabels, INJECTION) : undefined);
  return `is not in the mesh, ${by ?? 'as its namespace has no label of the mesh for it'}`;
}

function written(what: string, labels: Labels, name: string): string | undefined {
  return labels[name] === undefined ? undefined : `by ${what} ${name}: '${labels[name]}'`;
}

const KINDS = { sidecar: ProxyKind.SIDECAR, router: ProxyKind.GATEWAY, waypoint: ProxyKind.WAYPOINT } as const;

/** Pods that have a proxy in their manifest, as injection leaves them: injection is not asked again. */
function asStarted({ role, capture }: StartedProxy, mesh: Mesh, pod: AskedPod, workload: Workload): FoundProxy {
  const revision = pod.annotations[REVISION] ?? only(owners(mesh, pod.labels, pod.namespaceLabels));
  const rules = capture ?? sidecarCapture(mesh, pod.annotations, { outcome: 'injected', webhooks: [], templates: ['sidecar'], role });
  const found = { kind: KINDS[role], notes: [], injected: true, revision, labels: pod.labels };
  return role === 'sidecar' ? { ...found, capture: rules, unknown: unknownOf(workload, whyChanged(workload)) } : found;
}

function asInjected(injection: PodInjection, mesh: Mesh, pod: AskedPod, workload: Workload): FoundProxy {
  const name = `'${fullName(workload)}'`;
  const { by, templates = [], role, interceptsInbound } = injection;
  const noStart = whyNoStart(mesh, pod.annotations, injection);
  if (noStart !== undefined) return { broken: `the pods of ${name} cannot start: ${noStart}`, notes: [], labels: pod.labels };
  const notes = by?.assumed === undefined ? [] : [`revision '${by.assumed}' is taken to be installed, as the labels of ${name} rely on it`];
  const found = { notes, injected: true, revision: by?.revision, labels: { ...pod.labels, ...injectedLabels(templates, pod.labels, workload.name) } };
  const own = templates.find(template => mesh.injection.ownTemplates.includes(template));
  if (own !== undefined && role === 'none') return { ...found, unknown: `the template '${own}' of ${name} is not evaluated` };
  const capture = sidecarCapture(mesh, pod.annotations, injection);
  if (role === 'router') return { ...found, kind: ProxyKind.GATEWAY, unknown: capture && `the templates '${templates.join(', ')}' make a gateway of ${name} that captures what comes in: that is not evaluated` };
  if (interceptsInbound) {
    const unknown = whyReplaced(workload.podSpec, pod.annotations) ?? capture?.unknown;
    return { ...found, kind: ProxyKind.SIDECAR, capture, unknown: unknownOf(workload, unknown) };
  }
  return { ...found, why: templates.includes('sidecar') ? `the sidecar of ${name} is given nothing, by interceptionMode NONE` : `the template '${templates.join(', ')}' gives ${name} no proxy that captures anything` };
}

function unknownOf(workload: Workload, why: string | undefined): string | undefined {
  return why && `'${fullName(workload)}': ${why}: that is not evaluated`;
}

function only(names: readonly string[]): string | undefined {
  return names.length === 1 ? names[0] : undefined;
}
