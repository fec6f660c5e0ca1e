import { ClientTlsSettings } from './client-tls';
import { ConnectionPool } from './connection-pool';
import { LoadBalancer } from './load-balancer';
import { OutlierDetection } from './outlier-detection';
import { PortSelector } from './route-destination';
import { WorkloadSelector } from './selection';

/** Version of the PROXY protocol. */
export enum ProxyProtocolVersion {
  /** The first, of text. */
  V1 = 'V1',

  /** The second, of bytes. */
  V2 = 'V2',
}

/** Sends a line of the PROXY protocol before anything else. */
export interface UpstreamProxyProtocol {
  /**
   * Its version.
   *
   * @default ProxyProtocolVersion.V1
   */
  readonly version?: ProxyProtocolVersion;
}

/** Sends TCP through a tunnel of HTTP. */
export interface TunnelSettings {
  /**
   * How the tunnel is asked for, `CONNECT` or `POST`.
   *
   * @default - CONNECT
   */
  readonly protocol?: string;

  /** Host at the end of the tunnel: a DNS name or an IP address. */
  readonly targetHost: string;

  /** Port at the end of the tunnel. */
  readonly targetPort: number;
}

/** How many of the requests to a destination may be retries. Istio 1.27. */
export interface RetryBudget {
  /**
   * Share of retries in requests, in percent.
   *
   * @default - 20
   */
  readonly percent?: number;

  /**
   * Retries that may be at any time.
   *
   * @default - 3
   */
  readonly minRetryConcurrency?: number;

  /**
   * Time for which requests count. Istio 1.31.
   *
   * @default - those that are under way
   */
  readonly budgetInterval?: string;
}

/**
 * How clients connect to one port of a destination. What it leaves out has Istio's default, whatever is said of all ports.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy-PortTrafficPolicy
 */
export interface PortTrafficPolicy {
  /**
   * The port of the destination.
   *
   * @default - none, which matches nothing
   */
  readonly port?: PortSelector;

  /**
   * Which endpoint a request goes to.
   *
   * @default - that of Istio
   */
  readonly loadBalancer?: LoadBalancer;

  /**
   * How many connections and requests there may be.
   *
   * @default - those of Envoy
   */
  readonly connectionPool?: ConnectionPool;

  /**
   * When an endpoint that fails gets no requests.
   *
   * @default - never
   */
  readonly outlierDetection?: OutlierDetection;

  /**
   * How TLS is spoken.
   *
   * @default - mutual TLS of the mesh to what takes it, else as the client does
   */
  readonly tls?: ClientTlsSettings;
}

/**
 * How clients connect to a destination.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy
 */
export interface TrafficPolicy {
  /**
   * Which endpoint a request goes to.
   *
   * @default - that of Istio
   */
  readonly loadBalancer?: LoadBalancer;

  /**
   * How many connections and requests there may be.
   *
   * @default - those of Envoy
   */
  readonly connectionPool?: ConnectionPool;

  /**
   * When an endpoint that fails gets no requests.
   *
   * @default - never
   */
  readonly outlierDetection?: OutlierDetection;

  /**
   * How TLS is spoken. Given without a `mode`, it is plaintext.
   *
   * @default - mutual TLS of the mesh to what takes it, else as the client does
   */
  readonly tls?: ClientTlsSettings;

  /**
   * What differs at single ports.
   *
   * @default - all ports are alike
   */
  readonly portLevelSettings?: PortTrafficPolicy[];

  /**
   * Sends TCP through a tunnel of HTTP.
   *
   * @default - none
   */
  readonly tunnel?: TunnelSettings;

  /**
   * Sends a line of the PROXY protocol first.
   *
   * @default - none
   */
  readonly proxyProtocol?: UpstreamProxyProtocol;

  /**
   * How many of the requests may be retries. Istio 1.27.
   *
   * @default - as `connectionPool.http.maxRetries` says
   */
  readonly retryBudget?: RetryBudget;
}

/** Endpoints of a destination that routes can name. */
export interface DestinationRuleSubset {
  /** Name of the subset: letters, digits and inner `-`. */
  readonly name: string;

  /**
   * Labels that an endpoint must carry.
   *
   * @default - none, which all have
   */
  readonly labels?: { [label: string]: string };

  /**
   * What differs for these endpoints.
   *
   * @default - the policy of the destination
   */
  readonly trafficPolicy?: TrafficPolicy;
}

/**
 * The `spec` of a DestinationRule.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#DestinationRule
 */
export interface DestinationRuleSpec {
  /** Destination: a Service by its DNS name, or a host of a ServiceEntry, `*` at the beginning for several. A short name is of the namespace of the rule. */
  readonly host: string;

  /**
   * How clients connect to it.
   *
   * @default - as Istio does
   */
  readonly trafficPolicy?: TrafficPolicy;

  /**
   * Endpoints that routes can name.
   *
   * @default - none
   */
  readonly subsets?: DestinationRuleSubset[];

  /**
   * Namespaces whose clients go by the rule: names, `.` for its own, `*` for all.
   *
   * @default - the mesh settings say so, all where they do not
   */
  readonly exportTo?: string[];

  /**
   * Clients that go by the rule, in its own namespace.
   *
   * @default - all
   */
  readonly workloadSelector?: WorkloadSelector;
}
