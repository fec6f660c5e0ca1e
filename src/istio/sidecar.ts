import { ConnectionPool } from './connection-pool';
import { RouteDestination } from './route-destination';
import { WorkloadLabels } from './selection';
import { ServerTls } from './server-tls';

/** How connections come to a listener of a sidecar. */
export enum SidecarCaptureMode {
  /** As for all others of the proxy. */
  DEFAULT = 'DEFAULT',

  /** By iptables. */
  IPTABLES = 'IPTABLES',

  /** Not at all: clients ask for the listener by address. */
  NONE = 'NONE',
}

/**
 * What a sidecar does with hosts that it does not know.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/#OutboundTrafficPolicy-Mode
 */
export enum SidecarOutboundMode {
  /** Sends nothing. A client that goes around its sidecar is not held back: that takes a NetworkPolicy. */
  REGISTRY_ONLY = 'REGISTRY_ONLY',

  /** Sends on whatever the client asks for. */
  ALLOW_ANY = 'ALLOW_ANY',
}

/** The port of a listener of a sidecar. */
export interface SidecarPort {
  /**
   * The port; 0 with a socket.
   *
   * @default - 0
   */
  readonly number?: number;

  /**
   * What is spoken: HTTP, HTTPS, GRPC, HTTP2, MONGO, TCP or TLS, in any case.
   *
   * @default - found out by the proxy
   */
  readonly protocol?: string;

  /**
   * Name of the port.
   *
   * @default - none
   */
  readonly name?: string;

  /**
   * Istio refuses it here.
   *
   * @default - none
   */
  readonly targetPort?: number;
}

/**
 * A port on which a sidecar takes requests.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioIngressListener
 */
export interface SidecarIngressListener {
  /** The port. */
  readonly port: SidecarPort;

  /**
   * Address of the listener.
   *
   * @default - that of the pod
   */
  readonly bind?: string;

  /**
   * How connections come to it.
   *
   * @default SidecarCaptureMode.DEFAULT
   */
  readonly captureMode?: SidecarCaptureMode;

  /**
   * Where requests go: `127.0.0.1:PORT`, `0.0.0.0:PORT`, their like of IPv6, or `unix://` and a path.
   *
   * @default - the same port of the pod
   */
  readonly defaultEndpoint?: string;

  /**
   * TLS that the sidecar ends, for clients outside the mesh; needs DISABLE for the port in a PeerAuthentication.
   *
   * @default - mutual TLS of the mesh
   */
  readonly tls?: ServerTls;

  /**
   * How many connections and requests there may be.
   *
   * @default - `inboundConnectionPool`
   */
  readonly connectionPool?: ConnectionPool;
}

/**
 * What a sidecar lets out.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioEgressListener
 */
export interface SidecarEgressListener {
  /**
   * Port to which it applies; must be there in all but the last listener.
   *
   * @default - all ports that no other listener has
   */
  readonly port?: SidecarPort;

  /**
   * Address of the listener, or `unix://` and a path with port 0.
   *
   * @default - that of the Service
   */
  readonly bind?: string;

  /**
   * How connections come to it.
   *
   * @default SidecarCaptureMode.DEFAULT
   */
  readonly captureMode?: SidecarCaptureMode;

  /** Hosts that the sidecar knows, `NAMESPACE/HOST`: `.` is the own namespace, `*` any, `~` before a namespace none of it. */
  readonly hosts: string[];
}

/** What a sidecar does with hosts that it does not know. */
export interface SidecarOutboundTrafficPolicy {
  /**
   * What it does.
   *
   * @default SidecarOutboundMode.REGISTRY_ONLY
   */
  readonly mode?: SidecarOutboundMode;

  /**
   * Where what goes to unknown hosts is sent; with ALLOW_ANY, needs a port.
   *
   * @default - where the client asks for
   */
  readonly egressProxy?: RouteDestination;
}

/**
 * The `spec` of a Sidecar.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/#Sidecar
 */
export interface SidecarSpec {
  /**
   * Pods of the namespace that it is for.
   *
   * @default - all of them; in the root namespace, those of every namespace that has none of its own
   */
  readonly workloadSelector?: WorkloadLabels;

  /**
   * Ports on which requests are taken.
   *
   * @default - those of the pod
   */
  readonly ingress?: SidecarIngressListener[];

  /**
   * What is let out.
   *
   * @default - the hosts of the Sidecar of the wider scope, else all of the mesh
   */
  readonly egress?: SidecarEgressListener[];

  /**
   * How many connections and requests there may be, of all ports.
   *
   * @default - those of Envoy
   */
  readonly inboundConnectionPool?: ConnectionPool;

  /**
   * What is done with hosts that the sidecar does not know.
   *
   * @default - as the mesh settings say
   */
  readonly outboundTrafficPolicy?: SidecarOutboundTrafficPolicy;
}
