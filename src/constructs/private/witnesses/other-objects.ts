import { ApiObject } from 'cdk8s';
import { Manifest } from '../../../istio/manifest';
import { releasedValues } from '../../../policy/resources/helm-releases';
import { isClusterWide, isInjectorConfigMap, isMeshConfigMap, isOfMesh as isKindOfMesh, Kind, kindOf, POLICY_KINDS } from '../../../policy/resources/kinds';
import { Statement } from '../index/statement';
import { kindOfManifest, READ_IN_LISTS, Tree } from '../index/tree';
import { manifestsIn } from '../reading/manifests-in';
import { isChanged } from '../reading/patches';

/**
 * An object of the app that bears on requests, and that no intent stands for as it is: written by hand, included, or changed after an intent made it;
 * or that of an intent which bears on others.
 * Workloads, Services, Namespaces and Gateways are the surroundings of every intent, and not among them.
 */
export interface OtherObject {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
  readonly manifest: Manifest<OtherSpec>;
  /** Whether another intent made it, which bears on this one: what it allows is meant. */
  readonly isMeant?: boolean;
}

/** What is looked at of an object to find out whom it may bear on. */
export interface OtherSpec {
  readonly selector?: { readonly matchLabels?: { readonly [label: string]: string } };
  readonly workloadSelector?: unknown;
  readonly targetRefs?: readonly ({ readonly kind?: string; readonly name?: string } | undefined)[];
  readonly portLevelMtls?: { readonly [port: string]: unknown };
  readonly provider?: { readonly name?: string };
  readonly host?: string;
  readonly hosts?: readonly string[];
}

const PODS_AND_SERVICES: readonly (Kind | undefined)[] = ['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Service'];

const SURROUNDING: readonly (Kind | undefined)[] = [...PODS_AND_SERVICES, 'ServiceAccount', 'Namespace', 'KubernetesGateway', undefined];

/** What may have the chart of istiod installed. */
const RELEASES = ['HelmRelease', 'Application', 'ApplicationSet'];

/** The other objects of an app, also those in a List. One that cannot be read is reported by whoever renders it. */
export function otherObjects(tree: Tree, statements: readonly Statement[]): OtherObject[] {
  const stated = new Set(statements.flatMap(({ objects }) => objects));
  const isOther = (object: ApiObject) => stated.has(object) ? isChanged(object)
    : isListed(object) || !SURROUNDING.includes(kindOfObject(object)) || RELEASES.includes(object.kind);
  return tree.objects.filter(isOther).flatMap(object => {
    const written = tree.manifest(object) as Manifest | undefined;
    const manifests = written ? manifestsIn<OtherSpec>(written) : [];
    return manifests.filter(one => !isListed(object) || !isReadInLists(one)).flatMap(manifest => otherObject(manifest, object));
  });
}

/** Pods and Services that intents do not see: those in a List, and pods of a kind that is none of theirs. */
export function isUnseen({ kind }: OtherObject): boolean { return UNSEEN.includes(kind); }

const UNSEEN: readonly (Kind | undefined)[] = [...PODS_AND_SERVICES, 'ReplicationController'];

/** The kinds that are policies. */
export function isPolicy({ kind }: OtherObject): boolean {
  return POLICY_KINDS.includes(kind);
}

/** Whether an object says something of the whole mesh. */
export function isOfMesh({ kind }: OtherObject): boolean {
  return isKindOfMesh(kind);
}

function otherObject(manifest: Manifest<OtherSpec>, { name: ownName, node }: ApiObject): OtherObject[] {
  const kind = releasedValues({ ...manifest }) ? 'HelmValues' : kindOf(manifest.apiVersion, manifest.kind);
  const { name = ownName, namespace: written = 'default' } = manifest.metadata;
  const namespace = isClusterWide(kind) ? '' : written;
  const isOfIstio = kind !== 'ConfigMap' || isMeshConfigMap(name) || isInjectorConfigMap(name);
  return kind && isOfIstio ? [{ kind, namespace, name, path: node.path, manifest }] : [];
}

function isListed({ kind }: ApiObject): boolean { return kind.endsWith('List'); }

function isReadInLists(manifest: Manifest): boolean { return READ_IN_LISTS.includes(kindOfManifest(manifest)); }

function kindOfObject({ apiVersion, kind }: ApiObject): Kind | undefined { return kindOf(apiVersion, kind); }
