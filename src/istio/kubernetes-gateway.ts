import { KubernetesGatewayTls, KubernetesListenerTls } from './kubernetes-gateway-tls';
import { KubernetesLocalReference } from './kubernetes-reference';
import { LabelSelector } from './label-selector';

/** Namespaces whose routes a listener takes. */
export enum RouteNamespacesFrom {
  /** All; whoever may write a route anywhere then leads requests of the gateway. */
  ALL = 'All',

  /** Those with the labels of `selector`. */
  SELECTOR = 'Selector',

  /** That of the Gateway. */
  SAME = 'Same',
}

/** Namespaces whose ListenerSets add to the listeners of a Gateway. */
export enum ListenerNamespacesFrom {
  /** All. */
  ALL = 'All',

  /** Those with the labels of `selector`. */
  SELECTOR = 'Selector',

  /** That of the Gateway. */
  SAME = 'Same',

  /** None. */
  NONE = 'None',
}

/** Namespaces whose routes a listener takes; for a waypoint, namespaces that may use it. */
export interface RouteNamespaces {
  /**
   * Which they are.
   *
   * @default RouteNamespacesFrom.SAME
   */
  readonly from?: RouteNamespacesFrom;

  /**
   * Their labels, with `SELECTOR`.
   *
   * @default - none
   */
  readonly selector?: LabelSelector;
}

/** A kind of route. */
export interface RouteKind {
  /**
   * API group.
   *
   * @default 'gateway.networking.k8s.io'
   */
  readonly group?: string;

  /** Kind, such as `HTTPRoute`. */
  readonly kind: string;
}

/**
 * Routes that a listener takes.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#allowedroutes
 */
export interface AllowedRoutes {
  /**
   * Their namespaces.
   *
   * @default - that of the Gateway
   */
  readonly namespaces?: RouteNamespaces;

  /**
   * Their kinds, at most 8.
   *
   * @default - those that fit the protocol
   */
  readonly kinds?: RouteKind[];
}

/**
 * What a gateway listens to.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#listener
 */
export interface KubernetesListener {
  /** Name, once in a Gateway, by which routes find it. */
  readonly name: string;

  /** Port, from 1 to 65535. Port, protocol and host together must be those of one listener only. */
  readonly port: number;

  /** `HTTP`, `HTTPS`, `TLS`, `TCP`, `UDP`; `HBONE` for waypoints. */
  readonly protocol: string;

  /**
   * The host, `*.` at the beginning at most; of HTTP and TLS only.
   *
   * @default - all hosts
   */
  readonly hostname?: string;

  /**
   * How TLS is spoken; not with HTTP, TCP and UDP, and with TLS by all means.
   *
   * @default - plaintext
   */
  readonly tls?: KubernetesListenerTls;

  /**
   * Routes that it takes.
   *
   * @default - those of the namespace of the Gateway
   */
  readonly allowedRoutes?: AllowedRoutes;
}

/** An address under which a Gateway is reached. */
export interface KubernetesGatewayAddress {
  /**
   * `IPAddress`, `Hostname`, or a type of the implementation.
   *
   * @default 'IPAddress'
   */
  readonly type?: string;

  /** The address; each once. */
  readonly value: string;
}

/** What the pods and Service of a Gateway get that is deployed for it. */
export interface KubernetesGatewayInfrastructure {
  /**
   * Labels, at most 8.
   *
   * @default - none
   */
  readonly labels?: { [label: string]: string };

  /**
   * Annotations, at most 8.
   *
   * @default - none
   */
  readonly annotations?: { [annotation: string]: string };

  /**
   * Settings of the implementation; with Istio a ConfigMap of patches for what it deploys.
   *
   * @default - none
   */
  readonly parametersRef?: KubernetesLocalReference;
}

/** Namespaces whose ListenerSets add to the listeners. */
export interface ListenerNamespaces {
  /**
   * Which they are.
   *
   * @default ListenerNamespacesFrom.NONE
   */
  readonly from?: ListenerNamespacesFrom;

  /**
   * Their labels, with `SELECTOR`.
   *
   * @default - none
   */
  readonly selector?: LabelSelector;
}

/** ListenerSets that add to the listeners. */
export interface AllowedListeners {
  /**
   * Their namespaces.
   *
   * @default - none
   */
  readonly namespaces?: ListenerNamespaces;
}

/**
 * The `spec` of a Gateway of the Kubernetes Gateway API.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#gateway
 */
export interface KubernetesGatewaySpec {
  /** `istio` for a gateway, `istio-waypoint` for a waypoint, `istio-remote` for a gateway of another cluster. */
  readonly gatewayClassName: string;

  /** What it listens to, 1 to 64. */
  readonly listeners: KubernetesListener[];

  /**
   * Addresses under which it is reached, at most 16; a host name is a Service that is there already, to whose pods it is then bound.
   *
   * @default - a Deployment and a Service are made for it
   */
  readonly addresses?: KubernetesGatewayAddress[];

  /**
   * What is deployed for it gets this.
   *
   * @default - nothing more
   */
  readonly infrastructure?: KubernetesGatewayInfrastructure;

  /**
   * TLS of all listeners; since Istio 1.30.
   *
   * @default - what the listeners say
   */
  readonly tls?: KubernetesGatewayTls;

  /**
   * ListenerSets that add to the listeners; since Istio 1.30.
   *
   * @default - none
   */
  readonly allowedListeners?: AllowedListeners;
}
