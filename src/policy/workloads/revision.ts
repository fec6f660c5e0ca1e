import { REVISION } from './label-names';
import { meets } from '../request/label-selector';
import { Mesh } from '../request/mesh-settings';
import { Inventory, Labels } from '../resources/inventory';
import { Kind } from '../resources/kinds';
import { selectsNamespace } from '../resources/namespace-selection';
import { Resource } from '../resources/policy';

/** Kinds that a control plane takes only if they are not labelled for another one. */
const OF_REVISIONS: readonly Kind[] = [
  'AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication', 'ServiceEntry', 'DestinationRule', 'EnvoyFilter', 'WasmPlugin', 'TrafficExtension', 'Sidecar',
  'Gateway', 'VirtualService', 'HTTPRoute', 'GRPCRoute',
];

/** Why the control plane of a revision does not read an object; undefined if it does. A tag does not stand for its revision here. */
export function whyUnread(inventory: Inventory, mesh: Mesh, revision: string | undefined, object: Resource<unknown>): string | undefined {
  const { namespace, meta } = object;
  if (!isDiscovered(inventory, mesh, namespace)) return `the control plane does not read namespace '${namespace}'`;
  const wanted = meta.labels?.[REVISION];
  if (wanted === undefined || wanted === revision) return undefined;
  return `it is labelled for revision '${wanted}', and the proxy is of ${revision === undefined ? 'a revision that is not known' : `'${revision}'`}`;
}

/** Whether the control planes look at a namespace; the root namespace is no exception. */
export function isDiscovered(inventory: Inventory, { discoverySelectors }: Mesh, namespace: string): boolean {
  return discoverySelectors?.some(selector => selectsNamespace(inventory, selector, namespace) ?? meets({}, selector)) ?? true;
}

/** What the control plane of a revision reads of the manifests: they themselves where it leaves nothing out. */
export function readBy(inventory: Inventory, mesh: Mesh, revision: string | undefined): Inventory {
  const kinds: readonly Kind[] = mesh.has('gatewaysOfAllRevisions') ? OF_REVISIONS : [...OF_REVISIONS, 'KubernetesGateway'];
  if (!inventory.once(hasLabelled) && !mesh.discoverySelectors) return inventory;
  return inventory.leavingOut((kind, object) => kinds.includes(kind) && whyUnread(inventory, mesh, revision, object) !== undefined);
}

/** Whether any object is for one control plane only. */
export function hasLabelled(inventory: Inventory): boolean {
  return OF_REVISIONS.some(kind => inventory.all(kind).some(({ meta }) => meta.labels?.[REVISION] !== undefined));
}

/**
 * The revisions that take a Gateway, or a proxy of the node, for theirs, by its label or that of its namespace. None or several where the settings do
 * not tell which.
 */
export function owners(mesh: Mesh, labels: Labels = {}, namespaceLabels: Labels = {}): string[] {
  const { revisionTags, defaultRevision, otherRevisions } = mesh;
  const known = mesh.revisions ?? ['default'];
  const wanted = labels[REVISION] ?? namespaceLabels[REVISION] ?? '';
  const named = known.filter(revision => revision === wanted || revisionTags[wanted] === revision);
  if (wanted !== '') return named.length === 0 && otherRevisions ? [wanted] : named;
  const isDefault = (revision: string) => revision === 'default' || revisionTags.default === revision || revision === defaultRevision && revisionTags.default === undefined;
  const found = known.filter(isDefault);
  return found.length === 0 && otherRevisions && known.length === 1 ? [...known] : found;
}
