import { INJECT, INJECTION, REVISION } from './label-names';
import { Mesh } from '../request/mesh-settings';
import { Labels } from '../resources/inventory';
import { compare } from '../resources/policy';

/** A pod as it is sent to be created. */
export interface AskedPod {
  readonly namespace: string;
  readonly namespaceLabels: Labels;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly hostNetwork?: boolean;
}

/** A webhook that injects what it is called for. */
export interface Webhook {
  /** `CONFIGURATION/WEBHOOK` */
  readonly name: string;
  /** The revision that answers it. */
  readonly revision: string;
  /** The name by which labels call that revision, where it is only taken to be installed. */
  readonly assumed?: string;
}


/** Namespaces of Kubernetes itself, in which nothing is injected. */
export const SYSTEM_NAMESPACES: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage'];

/** The webhooks that are called for a pod, in order. */
export function calledWebhooks(mesh: Mesh, pod: AskedPod): Webhook[] {
  return configurations(mesh, pod).flatMap(({ name, value, revision, isDefault, isAssumed }) => {
    const { inEveryNamespace } = mesh.injection;
    const kinds = [...BY_REVISION, ...isDefault ? BY_DEFAULT : [], ...isDefault && inEveryNamespace ? [AUTO] : []];
    const called = kinds.filter(({ selects }) => selects(pod, value));
    return called.map(kind => ({ name: `${name}/${kind.name}`, revision, assumed: isAssumed ? value : undefined }));
  });
}

/** A webhook configuration of a revision or of a tag. */
interface Configuration {
  readonly name: string;
  /** What labels call it. */
  readonly value: string;
  readonly revision: string;
  /** Whether it is for namespaces that name no revision, too. */
  readonly isDefault: boolean;
  readonly isAssumed?: boolean;
}

/** In the order in which they are called: that of their names. */
function configurations(mesh: Mesh, pod: AskedPod): Configuration[] {
  const known = [...(mesh.revisions ?? ['default']).map(revision => ofRevision(revision, mesh)), ...Object.entries(mesh.revisionTags).map(ofTag)];
  return [...known, ...assumed(mesh, known, pod)].sort((a, b) => compare(a.name, b.name));
}

function ofRevision(revision: string, { injection }: Mesh): Configuration {
  const isDefault = revision === 'default' && !injection.defaultByName;
  return { name: isDefault ? 'istio-sidecar-injector' : `istio-sidecar-injector-${revision}`, value: revision, revision, isDefault };
}

function ofTag([tag, revision]: readonly [string, string]): Configuration {
  return { name: `istio-revision-tag-${tag}`, value: tag, revision, isDefault: tag === 'default' };
}

/** Where others may be installed than those that are known: what the labels of a pod call, and something that is the default. */
function assumed(mesh: Mesh, known: readonly Configuration[], { namespaceLabels, labels }: AskedPod): Configuration[] {
  if (!mesh.otherRevisions) return [];
  const isKnown = (name: string) => known.some(({ value }) => value === name);
  const called = namespaceLabels[REVISION] ?? labels[REVISION];
  const ofLabel = called !== undefined && called !== 'default' && isLabelValue(called) && !isKnown(called) ? [ofRevision(called, mesh)] : [];
  const ofDefault = isKnown('default') ? [] : [ofTag(['default', mesh.revisions?.length === 1 ? mesh.revisions[0] : 'default'])];
  return [...ofLabel, ...ofDefault].map(configuration => ({ ...configuration, isAssumed: true }));
}

/** What Kubernetes takes for the value of a label, but for the empty one, which no webhook asks for. */
function isLabelValue(value: string): boolean {
  return value.length <= 63 && /^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$/.test(value);
}

interface Kind {
  readonly name: string;
  selects(pod: AskedPod, value: string): boolean;
}

const isUnlabelled = ({ namespaceLabels }: AskedPod) => namespaceLabels[REVISION] === undefined && namespaceLabels[INJECTION] === undefined;
const isWilling = ({ labels }: AskedPod) => labels[INJECT] !== 'false';

/** Those of every revision and tag. */
const BY_REVISION: readonly Kind[] = [
  {
    name: 'rev.namespace',
    selects: (pod, value) => pod.namespaceLabels[REVISION] === value && pod.namespaceLabels[INJECTION] === undefined && isWilling(pod),
  },
  { name: 'rev.object', selects: (pod, value) => isUnlabelled(pod) && pod.labels[REVISION] === value && isWilling(pod) },
];

/** Those of the revision without a name, and of a tag that stands in for it. */
const BY_DEFAULT: readonly Kind[] = [
  { name: 'namespace', selects: pod => pod.namespaceLabels[INJECTION] === 'enabled' && isWilling(pod) },
  { name: 'object', selects: pod => isUnlabelled(pod) && pod.labels[INJECT] === 'true' && pod.labels[REVISION] === undefined },
];

const AUTO: Kind = {
  name: 'auto',
  selects: pod => {
    const isSilent = pod.labels[INJECT] === undefined && pod.labels[REVISION] === undefined;
    return isUnlabelled(pod) && isSilent && !SYSTEM_NAMESPACES.includes(pod.namespace);
  },
};
