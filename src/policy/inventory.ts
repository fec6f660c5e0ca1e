import { Kind, KINDS, META, SpecOf, STATUS } from './kinds';
import { byAge, Resource } from './policy';
import { SECURITY_GROUP } from '../istio/manifest';
import { isObject } from '../util/shape';

export type Labels = Readonly<Record<string, string>>;

/** Policies and objects by kind and namespace, so that a question costs nothing for the rest of the mesh. */
export class Inventory {
  private readonly objects = new Map<Kind, Map<string, Resource<unknown>[]>>();

  constructor(manifests: readonly unknown[]) {
    for (const manifest of manifests) this.add(manifest);
    for (const namespaces of this.objects.values()) namespaces.forEach(list => list.sort(byAge));
  }

  /** Objects of a kind in a namespace, oldest first. */
  of<K extends Kind>(kind: K, namespace: string): readonly Resource<SpecOf<K>>[] {
    return (this.objects.get(kind)?.get(namespace) ?? []) as Resource<SpecOf<K>>[];
  }

  /** All objects of a kind. */
  all<K extends Kind>(kind: K): readonly Resource<SpecOf<K>>[] {
    return [...this.objects.get(kind)?.values() ?? []].flat() as Resource<SpecOf<K>>[];
  }

  find<K extends Kind>(kind: K, namespace: string, name: string): Resource<SpecOf<K>> | undefined {
    return this.of(kind, namespace).find(object => object.name === name);
  }

  /** The labels of a namespace; undefined if the manifests do not have it. */
  namespaceLabels(name: string): Labels | undefined {
    const namespace = this.find('Namespace', '', name);
    return namespace && (namespace.meta.labels ?? {});
  }

  private add(manifest: unknown): void {
    if (!isObject(manifest)) return;
    const kind = kindOf(String(manifest.apiVersion), String(manifest.kind));
    if (kind === undefined) return;
    const meta = META(manifest.metadata) ?? {};
    const namespace = kind === 'Namespace' ? '' : meta.namespace || 'default';
    const object = { namespace, name: meta.name ?? '', meta, spec: KINDS[kind](kind === 'ConfigMap' ? manifest.data : manifest.spec) ?? {}, status: STATUS(manifest.status) };
    const namespaces = this.objects.get(kind) ?? new Map<string, Resource<unknown>[]>();
    this.objects.set(kind, namespaces);
    const list = namespaces.get(namespace) ?? [];
    namespaces.set(namespace, list);
    list.push(object);
  }
}

const POLICIES: readonly string[] = ['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication'];

/** The kind of an object, if it is read. Two kinds are called Gateway, and others may use the names of policies. */
function kindOf(apiVersion: string, kind: string): Kind | undefined {
  if (kind === 'Gateway' && apiVersion.startsWith('gateway.networking.k8s.io/')) return 'KubernetesGateway';
  if (POLICIES.includes(kind) && !apiVersion.startsWith(`${SECURITY_GROUP}/`)) return undefined;
  return Object.prototype.hasOwnProperty.call(KINDS, kind) ? kind as Kind : undefined;
}
