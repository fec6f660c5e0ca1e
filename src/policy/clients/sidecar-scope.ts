import { Client } from './client';
import { Mesh } from '../request/mesh-settings';
import { Inventory } from '../resources/inventory';
import { SpecOf } from '../resources/kinds';
import { fullName, oldestOf, Resource } from '../resources/policy';
import { selects } from '../workloads/attachment';
import { Host, isWithin } from '../workloads/host-name';

type SidecarResource = Resource<SpecOf<'Sidecar'>>;

/** What a sidecar knows of the mesh, and what it does with the rest. */
export interface SidecarScope {
  /** The Sidecar that says so, such as `shop/default`; undefined where all is known. */
  readonly by?: string;
  /** Whether what is not known is blocked. */
  readonly registryOnly: boolean;
  /** Whether the sidecar knows a host, on a port. */
  knows(host: Host, port: number): boolean;
}

/** The scope of a client's sidecar; several where manifests do not tell which Sidecar is the oldest. One counts, and what it does not say is not taken from another. */
export function sidecarScopes(inventory: Inventory, mesh: Mesh, client: Client): SidecarScope[] {
  const own = inventory.of('Sidecar', client.namespace);
  const selecting = own.filter(({ spec }) => spec.workloadSelector && selects(spec.workloadSelector.labels, client.labels));
  const general = (list: readonly SidecarResource[]) => list.filter(({ spec }) => !spec.workloadSelector);
  const candidates = [selecting, general(own), general(inventory.of('Sidecar', mesh.rootNamespace))].find(list => list.length > 0) ?? [];
  if (candidates.length === 0) return [{ registryOnly: mesh.outbound.registryOnly, knows: () => true }];
  return oldestOf(candidates).map(sidecar => scopeOf(sidecar, mesh, client));
}

function scopeOf(sidecar: SidecarResource, mesh: Mesh, client: Client): SidecarScope {
  const { egress = [], outboundTrafficPolicy } = sidecar.spec;
  return {
    by: fullName(sidecar),
    // a policy without mode is REGISTRY_ONLY
    registryOnly: outboundTrafficPolicy ? (outboundTrafficPolicy.mode ?? 'REGISTRY_ONLY') === 'REGISTRY_ONLY' : mesh.outbound.registryOnly,
    knows: (host, port) => {
      if (egress.length === 0) return true;
      const ofPort = egress.filter(listener => listener.port?.number === port);
      const listeners = ofPort.length > 0 ? ofPort : egress.filter(listener => listener.port === undefined);
      return listeners.some(({ hosts = [] }) => isImported(hosts, host, client));
    },
  };
}

/** Hosts are `namespace/name`, where `.` is the client's own namespace, and `~` before it leaves out. */
function isImported(hosts: readonly string[], host: Host, client: Client): boolean {
  const matches = (entry: string) => {
    const slash = entry.indexOf('/');
    const [namespace, name] = [entry.slice(0, slash), entry.slice(slash + 1)];
    const isThere = namespace === '*' || namespace === '' || (namespace === '.' ? client.namespace : namespace) === host.namespace;
    return isThere && isWithin(host.name, name);
  };
  const without = hosts.filter(entry => entry.startsWith('~')).map(entry => entry.slice(1));
  return !without.some(matches) && hosts.some(entry => !entry.startsWith('~') && matches(entry));
}
