import { ProxyKind } from '../request/request';
import { Labels } from '../resources/inventory';

/** A workload or gateway whose proxy sends. */
export interface Client {
  readonly namespace: string;
  readonly labels: Labels;
}

/** A client whose proxy is Envoy. */
export interface EnvoyClient extends Client {
  readonly kind: ProxyKind.SIDECAR | ProxyKind.GATEWAY | ProxyKind.WAYPOINT;
}
