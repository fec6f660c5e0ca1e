/** Parts of a configuration of Envoy, as far as they are the same wherever one is asked. */

export function typed(name: string, more: object = {}): object { return { '@type': `type.googleapis.com/${name}`, ...more }; }

export const ROUTER_FILTER = { name: 'envoy.filters.http.router', typed_config: typed('envoy.extensions.filters.http.router.v3.Router') };

export function addressOf(port: number): object { return { socket_address: { address: '127.0.0.1', port_value: port } }; }

interface Manager {
  readonly http_filters: readonly object[];
  readonly route: object;
  readonly more?: object;
}

/** What speaks HTTP: its filters, and what becomes of every request. */
export function managerOf({ http_filters, route, more = {} }: Manager): object {
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: typed('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
      stat_prefix: 'inbound',
      route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, ...route }] }] },
      http_filters,
      ...more,
    }),
  };
}

/** A proxy that listens to a port. */
export function bootstrapOf(port: number, filters: readonly object[], clusters: readonly object[] = [], more: object = {}): object {
  return { static_resources: { listeners: [{ name: 'virtualInbound', address: addressOf(port), filter_chains: [{ filters }], ...more }], clusters } };
}
