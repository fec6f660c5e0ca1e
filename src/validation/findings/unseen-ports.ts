import { Observation } from './observation';

/** What the mesh takes nothing of: ports by which it is told, such as `UDP 53`. */
export interface UnseenPorts { readonly path: string; readonly namespace: string; readonly ports: readonly string[] }

/** ZT122: workloads that serve what no proxy takes, and no NetworkPolicy keeps out. */
export function unseenPorts(found: readonly UnseenPorts[]): Observation[] {
  return found.map(({ path, namespace, ports }) => ({
    rule: 'ZT122',
    path,
    message: `'${path}' serves ${ports.join(', ')}, of which proxies take nothing, so that whoever reaches its pods may send there, whatever policies say; have the network keep others out, by networkPolicies of the `
      + `ZeroTrustNamespace for '${namespace}' or by a NetworkPolicy for these pods, or acknowledge it with the reason`,
  }));
}
