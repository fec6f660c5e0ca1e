import { AuthorizationResource, byAge, PeerAuthenticationResource, RequestAuthenticationResource, Resource, resource } from './policy';
import { AuthorizationPolicySpec } from '../istio/authorization-policy';
import { Manifest, SECURITY_GROUP } from '../istio/manifest';
import { PeerAuthenticationSpec } from '../istio/peer-authentication';
import { RequestAuthenticationSpec } from '../istio/request-authentication';

export type Labels = Readonly<Record<string, string>>;

/** Anything of Kubernetes, read with care: a field may hold anything. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyResource = Resource<any>;

/** Policies and objects by namespace, so that a question costs nothing for the rest of the mesh. */
export class Inventory {
  readonly authorizationPolicies = new ByNamespace<AuthorizationResource>();
  readonly peerAuthentications = new ByNamespace<PeerAuthenticationResource>();
  readonly requestAuthentications = new ByNamespace<RequestAuthenticationResource>();
  readonly namespaces = new Map<string, Labels>();
  private readonly objects = new Map<string, ByNamespace<AnyResource>>();

  constructor(manifests: readonly Manifest[]) {
    for (const manifest of manifests) this.add(manifest);
    for (const policies of [this.authorizationPolicies, this.peerAuthentications, this.requestAuthentications]) policies.sort();
    for (const objects of this.objects.values()) objects.sort();
  }

  /** Objects of a kind in a namespace, oldest first. */
  of(kind: string, namespace: string): readonly AnyResource[] {
    return this.objects.get(kind)?.in(namespace) ?? [];
  }

  /** All objects of a kind. */
  all(kind: string): readonly AnyResource[] {
    return this.objects.get(kind)?.all() ?? [];
  }

  find(kind: string, namespace: string, name: string): AnyResource | undefined {
    return this.of(kind, namespace).find(object => object.name === name);
  }

  private add(manifest: Manifest): void {
    const { kind, metadata } = manifest;
    if (manifest.apiVersion?.startsWith(`${SECURITY_GROUP}/`)) this.addPolicy(manifest);
    if (kind === 'Namespace') this.namespaces.set(metadata?.name ?? '', metadata?.labels ?? {});
    const group = this.objects.get(kindOf(manifest)) ?? new ByNamespace<AnyResource>();
    this.objects.set(kindOf(manifest), group);
    group.add(resource<any>(manifest as Manifest<any>));
  }

  private addPolicy(manifest: Manifest): void {
    switch (manifest.kind) {
      case 'AuthorizationPolicy': return this.authorizationPolicies.add(resource(manifest as Manifest<AuthorizationPolicySpec>));
      case 'PeerAuthentication': return this.peerAuthentications.add(resource(manifest as Manifest<PeerAuthenticationSpec>));
      case 'RequestAuthentication': return this.requestAuthentications.add(resource(manifest as Manifest<RequestAuthenticationSpec>));
    }
  }
}

/** Two kinds are called Gateway. */
function kindOf({ apiVersion, kind }: Manifest): string {
  return kind === 'Gateway' && apiVersion?.startsWith('gateway.networking.k8s.io/') ? 'KubernetesGateway' : kind;
}

class ByNamespace<T extends Resource<unknown>> {
  private readonly lists = new Map<string, T[]>();

  add(item: T): void {
    const list = this.lists.get(item.namespace);
    if (list) list.push(item);
    else this.lists.set(item.namespace, [item]);
  }

  sort(): void {
    for (const list of this.lists.values()) list.sort(byAge);
  }

  in(namespace: string): readonly T[] {
    return this.lists.get(namespace) ?? [];
  }

  all(): readonly T[] {
    return [...this.lists.values()].flat();
  }
}
