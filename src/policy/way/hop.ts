import { IpBits } from '../../util/ip';
import { GatewayChain } from '../gateways/gateway-chains';
import { Mesh } from '../request/mesh-settings';
import { Protocol } from '../services/protocol';
import { ConvertedPolicy } from '../workloads/ambient-mutual-tls';
import { AttachedPolicies } from '../workloads/attached-policies';
import { IpFamily } from '../workloads/ip-family';
import { PortMode } from '../workloads/mutual-tls';
import { Proxy } from '../workloads/proxy';
import { Tunnel } from '../workloads/tunnel';
import { Workload } from '../workloads/workload';

/** What holds for every request that goes through a proxy to one port; found once per destination. */
interface HopBase {
  readonly proxy: Proxy;
  /** The port as this proxy sees it. */
  readonly port: number;
  /** The local address as this proxy sees it; undefined if the manifests do not tell. */
  readonly ip?: IpBits;
  /** Identity that this proxy sees instead of the client's, where another proxy is in between; empty where that one sends plaintext. */
  readonly via?: string;
  readonly attached: AttachedPolicies;
  /** The settings of the mesh, as they hold for this proxy. */
  readonly mesh: Mesh;
}

export interface SidecarHop extends HopBase {
  readonly at: 'sidecar';
  readonly protocol: Protocol;
  readonly mode: PortMode;
}

export interface WaypointHop extends HopBase {
  readonly at: 'waypoint';
  /** Undefined where the addressed object has no such port. */
  readonly protocol?: Protocol;
}

export interface GatewayHop extends HopBase {
  readonly at: 'gateway';
  /** The filter chains of the port; several ways where it is not known which Gateway is the oldest. */
  readonly listeners: readonly (readonly GatewayChain[])[];
}

export interface ZtunnelHop extends HopBase {
  readonly at: 'ztunnel';
  /** One list for every way to tell which PeerAuthentication is the oldest. */
  readonly converted: readonly (readonly ConvertedPolicy[])[];
  /** Whether it gets only what comes through a tunnel. */
  readonly takesTunnelsOnly?: boolean;
}

export type EnvoyHop = SidecarHop | WaypointHop | GatewayHop;
export type Hop = EnvoyHop | ZtunnelHop;

/** The way of a request: the proxies that enforce policy on it, and what was found out on the way. */
export interface Way {
  /** The workload that it leads to; undefined where the manifests do not have it. */
  readonly to?: string;
  /** The same, or the pods of the gateway that it leads to. */
  readonly server?: Workload;
  /** The port of it, or of what is behind a ServiceEntry, that is connected to; undefined where the manifests do not tell. */
  readonly port?: number;
  /** Whether its client connects to the first of these by a tunnel; undefined where that is not known. */
  readonly tunnelled?: boolean;
  readonly hops: readonly Hop[];
  /** The family of the addresses on it; undefined where none is known. */
  readonly family?: IpFamily;
  /** How ztunnel reaches the workload, where no waypoint is in between; undefined where the manifests do not have it. */
  readonly tunnel?: Tunnel;
  readonly notes: readonly string[];
  /** What must be so for a request to take this way, where it may take several: `it is sent on to 'shop/api'`. */
  readonly if?: string;
  /** Why nothing arrives, whatever policies say. */
  readonly broken?: string;
  /** Why there may be more proxies than were found; the answer is then undecided, unless one of those found refuses. */
  readonly unknown?: string;
}
