import { Labels } from '../../../intent/workload';
import { isObject, record, text, written } from '../../../util/shape';

/** What an object says of pods whose containers its controller adds. */
export interface PodsInPart {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly serviceAccount?: string;
  readonly hostNetwork: boolean;
}

/** Some of the pods of each place where an object speaks of pods, as those of Prometheus, of an Argo Workflow, of a Kafka of Strimzi, which name no containers. What has some is read as a whole. */
export function podsInPart(spec: unknown): PodsInPart[] { return read(spec, '', undefined); }

/** Whatever a controller makes pods of has containers, or is a virtual machine of KubeVirt, wherever in the object it stands. */
export function isPodTemplate(value: unknown): value is object {
  return isObject(value) && isObject(value.spec) && (Array.isArray(value.spec.containers) || isObject(value.spec.domain));
}

/** @param inherited the account of the object around, which holds where nothing else is said */
function read(value: unknown, key: string, inherited: string | undefined): PodsInPart[] {
  if (Array.isArray(value)) { return value.flatMap(item => read(item, key, inherited)); }
  if (!isObject(value) || isPodTemplate(value)) { return []; }
  const account = accountIn(value) ?? inherited;
  const own = saidIn(value, key, account);
  // what stands in metadata was looked at together with what it is of
  const below = Object.entries(value).filter(([name]) => !METADATA.test(name)).flatMap(([name, inner]) => read(inner, name, account));
  return [...own, ...below];
}

type Fields = Readonly<Record<string, unknown>>;

function saidIn(node: Fields, key: string, account: string | undefined): PodsInPart[] {
  const labels = { ...ofMesh(node, 'labels'), ...ofPods(node, key, 'labels'), ...strings(node.podLabels) };
  const annotations = { ...ofMesh(node, 'annotations'), ...ofPods(node, key, 'annotations'), ...strings(node.podAnnotations) };
  const hostNetwork = node.hostNetwork === true;
  const isSaid = accountIn(node) !== undefined || hostNetwork || [labels, annotations].some(all => Object.keys(all).length > 0);
  return isSaid ? [{ labels, annotations, serviceAccount: account, hostNetwork }] : [];
}

/** The field of pods has this name. The older one is that of many other things, as of a login to a vault, but for what is run. */
function accountIn(node: Fields): string | undefined {
  const older = Object.keys(node).some(name => RUN.includes(name)) ? text(node.serviceAccount) : undefined;
  return text(node.serviceAccountName) || older || undefined;
}

const RUN = ['image', 'replicas', 'resources', 'cores', 'memory', 'nodeSelector', 'tolerations', 'securityContext', 'podMetadata', 'podTemplate'];

const METADATA = /metadata$/i;

/** All of what is called metadata of pods. */
function ofPods(node: Fields, key: string, what: 'labels' | 'annotations'): Labels {
  const metadata = node.podMetadata ?? (PODS.includes(key) ? node.metadata : undefined);
  return isObject(metadata) ? strings(metadata[what]) : {};
}

const PODS = ['pod', 'podTemplate'];

/** Of whatever else is labelled, as Secrets and Services are by their templates, only what the mesh would look at on pods. */
function ofMesh(node: Fields, what: 'labels' | 'annotations'): Labels {
  const around = Object.entries(node).flatMap(([name, inner]) => METADATA.test(name) && isObject(inner) ? [inner[what]] : []);
  const all = [node[what], ...around].flatMap(labels => Object.entries(strings(labels)));
  return Object.fromEntries(all.filter(([name]) => OF_MESH.test(name)));
}

const OF_MESH = /^(([a-z]+\.)?sidecar|inject|ambient|proxy)\.istio\.io\/|^istio\.io\/(dataplane-mode|rev|reroute-virtual-interfaces)$/;

function strings(value: unknown): Labels { return record(written)(value) ?? {}; }
