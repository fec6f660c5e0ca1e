import { ApiObject } from 'cdk8s';
import { isPodTemplate, PodsInPart, podsInPart } from './pods-in-part';
import { Tree } from './tree';
import { selects } from '../../../intent/ports';
import { Labels, WorkloadFacts } from '../../../intent/workload';
import { Manifest, NETWORKING_GROUP } from '../../../istio/manifest';
import { groupedBy } from '../../../util/grouped';
import { carries } from '../../../util/labels';
import { isObject, object, record, Shape, text, written } from '../../../util/shape';
import { templatePath } from '../reading/kinds';
import { manifestsIn } from '../reading/manifests-in';
import { pathOf } from '../reading/read-pods';

/** What runs in the app and is no workload of it that intents can read: pods of kinds that only their controller knows, pods in a List, machines. */
export interface OtherPods {
  readonly path: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** As far as it is known: a machine may say so itself. */
  readonly serviceAccount?: string;
  /** Their template, as it is written, or with what is known of it; undefined for machines. */
  readonly template?: object;
  /** Whether more is said of them elsewhere, as their containers are. */
  readonly isPart?: boolean;
}

/** Other pods of an app, by what covers them. */
export class AllOtherPods {
  private known?: ReadonlyMap<string, readonly OtherPods[]>;

  public constructor(private readonly tree: Tree) {}

  /** Those of a namespace. */
  public in(namespace: string): readonly OtherPods[] {
    return this.byNamespace.get(namespace) ?? [];
  }

  /** All of the app. */
  public get all(): readonly OtherPods[] { return [...this.byNamespace.values()].flat(); }

  /** Those of a namespace that carry the labels. */
  public selectedBy(namespace: string, labels: Labels): readonly OtherPods[] {
    return this.in(namespace).filter(pods => carries(pods.labels, labels));
  }

  /** Those that a workload describes: of several that it selects those that run as its service account, as far as is known. */
  public describedBy({ kind, namespace, selectorLabels, serviceAccount }: WorkloadFacts): readonly OtherPods[] {
    const selected = kind === 'Pods' ? this.selectedBy(namespace, selectorLabels) : [];
    return selected.length === 1 ? selected : selected.filter(pods => (pods.serviceAccount ?? serviceAccount) === serviceAccount);
  }

  /** Those that run as a service account. */
  public runningAs(namespace: string, account: string): readonly OtherPods[] {
    return this.in(namespace).filter(({ serviceAccount }) => serviceAccount === account);
  }

  private get byNamespace(): ReadonlyMap<string, readonly OtherPods[]> {
    return this.known ??= groupedBy(this.tree.objects.filter(mayRun).flatMap(one => readAll(one, this.tree)), pods => pods.namespace);
  }
}

/** Whether policies for pods that are described select these. */
export function areSelected({ namespace, selectorLabels }: WorkloadFacts, pods: OtherPods): boolean {
  return namespace === pods.namespace && selects(selectorLabels, pods.labels);
}

const MACHINES = ['WorkloadEntry', 'WorkloadGroup'];

/** Everything else is either a workload, or of an API that makes no pods of a template: thousands of policies are not looked at, nor what delivers charts, installs a mesh, or judges other objects. */
function mayRun(one: ApiObject): boolean {
  const { apiGroup, kind } = one;
  if (kind.endsWith('List')) { return true; }
  if (apiGroup === NETWORKING_GROUP) { return MACHINES.includes(kind); }
  if (apiGroup === 'core') { return kind === 'ReplicationController'; }
  if (/(^|\.)(fluxcd|kyverno|sailoperator)\.io$|(^|\.)gatekeeper\.sh$/.test(apiGroup) || apiGroup === 'argoproj.io' && kind.startsWith('Application')) { return false; }
  return !['apps', 'batch', 'policy', 'autoscaling'].includes(apiGroup) && !/(^|\.)(k8s|istio)\.io$/.test(apiGroup) && !templatePath(one);
}

function readAll(one: ApiObject, tree: Tree): OtherPods[] {
  const rendered = tree.manifest(one) as Manifest | undefined;
  return rendered === undefined ? [] : manifestsIn<unknown>(rendered).flatMap(manifest => {
    const { namespace = one.metadata.namespace ?? 'default' } = manifest.metadata;
    return readPods(manifest).map(pods => ({ path: pathOf(one), namespace: String(namespace), ...pods }));
  });
}

type Read = Pick<OtherPods, 'labels' | 'serviceAccount' | 'template' | 'isPart'>;

const labels = record(written);

const MACHINE = object({ labels, serviceAccount: text });

const GROUP = object({ metadata: object({ labels }), template: MACHINE });

const TEMPLATE = object({ metadata: object({ labels }), spec: object({ serviceAccountName: text, serviceAccount: text }) });

function readPods(manifest: Manifest<unknown>): Read[] {
  const { apiVersion, kind, metadata, spec } = manifest;
  const isMachine = String(apiVersion).startsWith(`${NETWORKING_GROUP}/`) && MACHINES.includes(kind);
  if (isMachine) { return [kind === 'WorkloadEntry' ? machine(take(MACHINE, spec), metadata.labels) : machineOfGroup(take(GROUP, spec))]; }
  const templates = kind === 'Pod' ? [manifest] : templatesIn(spec);
  const parts = kind === 'Pod' || isOfKubernetes(apiVersion) ? [] : podsInPart(spec);
  return [...templates.map(template => ({ ...podsOf(take(TEMPLATE, template)), ...isObject(template) ? { template } : {} })), ...parts.map(inPart)];
}

/** Items of a List may be of kinds that have such fields for something else, or are workloads. */
function isOfKubernetes(apiVersion: unknown): boolean {
  const [group] = String(apiVersion).split('/');
  return !String(apiVersion).includes('/') || !group.includes('.') || /(^|\.)(k8s|istio)\.io$/.test(group);
}

function inPart({ labels: said, annotations, serviceAccount, hostNetwork }: PodsInPart): Read {
  const account = serviceAccount === undefined ? {} : { serviceAccount };
  const spec = { ...serviceAccount === undefined ? {} : { serviceAccountName: serviceAccount }, ...hostNetwork ? { hostNetwork } : {}, containers: [{ name: 'unknown' }] };
  return { labels: said, ...account, template: { metadata: { labels: said, annotations }, spec }, isPart: true };
}

function take<T extends object>(shape: Shape<T>, value: unknown): T { return shape(value) ?? {} as T; }

function machine(spec: ReturnType<typeof MACHINE> = {}, own: unknown = {}): Read {
  const { serviceAccount } = spec;
  return { labels: { ...spec.labels, ...labels(own) }, ...serviceAccount ? { serviceAccount } : {} };
}

function machineOfGroup({ metadata, template }: NonNullable<ReturnType<typeof GROUP>>): Read { return machine(template, metadata?.labels); }

function podsOf({ metadata, spec }: NonNullable<ReturnType<typeof TEMPLATE>>): Read {
  return { labels: metadata?.labels ?? {}, serviceAccount: spec?.serviceAccountName || spec?.serviceAccount || 'default' };
}

function templatesIn(value: unknown): unknown[] {
  if (Array.isArray(value)) { return value.flatMap(templatesIn); }
  if (!isObject(value)) { return []; }
  return isPodTemplate(value) ? [value] : Object.values(value).flatMap(templatesIn);
}
