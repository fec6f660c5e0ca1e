import { RequestToken } from './request-token';

/** Kinds of proxies that enforce policy; each enforces it differently. */
export enum ProxyKind {
  /** Envoy beside the workload. */
  SIDECAR = 'SIDECAR',
  /** An ingress or egress gateway, classic or of the Gateway API. */
  GATEWAY = 'GATEWAY',
  /** Envoy for HTTP in ambient mode. */
  WAYPOINT = 'WAYPOINT',
  /** The node's proxy for connections in ambient mode. */
  ZTUNNEL = 'ZTUNNEL',
}

/** How a client connects. */
export enum Transport {
  /** TLS with a client certificate. */
  MUTUAL_TLS = 'MUTUAL_TLS',
  /** TLS without a client certificate. */
  ONE_WAY_TLS = 'ONE_WAY_TLS',
  /** No TLS. */
  PLAINTEXT = 'PLAINTEXT',
}

/** Where a request goes. Name a `workload`, a `service`, a `serviceEntry` or a `gateway`. */
export interface RequestDestination {
  /** Namespace of the object below. */
  readonly namespace: string;

  /**
   * Name of a Pod, Deployment or other workload.
   *
   * @default - the workload behind `service`
   */
  readonly workload?: string;

  /**
   * Labels of the workload's pods.
   *
   * @default - those in the manifests
   */
  readonly labels?: { [label: string]: string };

  /**
   * Name of the Service that the client addresses.
   *
   * @default - the client addresses the pod itself
   */
  readonly service?: string;

  /**
   * Name of the ServiceEntry that the client addresses.
   *
   * @default - none
   */
  readonly serviceEntry?: string;

  /**
   * Name of a Gateway API Gateway, or of the pods of a classic gateway.
   *
   * @default - none
   */
  readonly gateway?: string;

  /** Port the client addresses: the Service's port with `service`, the container's without, the listening port at a gateway. */
  readonly port: number;

  /**
   * Address the client connects to, for conditions on `destination.ip`.
   *
   * @default - the address in the manifests; where they have none, such conditions are undecided
   */
  readonly ip?: string;

  /**
   * Evaluates one proxy only, even where labels in the manifests do not ask for it. Ports are then those that this proxy sees.
   *
   * @default - every proxy on the way, as the manifests say
   */
  readonly proxy?: ProxyKind;

  /**
   * The waypoint on the way, as `NAMESPACE/NAME` or `NAME`.
   *
   * @default - from the labels of the Service, the pod or the namespace
   */
  readonly waypoint?: string;
}

/** Who sends a request, and from where. */
export interface RequestSource {
  /**
   * Identity in the client certificate: `spiffe://TRUST-DOMAIN/ns/NAMESPACE/sa/SERVICE-ACCOUNT`, with or without `spiffe://`.
   *
   * @default - none
   */
  readonly principal?: string;

  /**
   * Service account of a client of the mesh, `NAMESPACE/NAME`: short for its principal in the mesh's trust domain.
   *
   * @default - none
   */
  readonly serviceAccount?: string;

  /**
   * A workload of the manifests that sends the request, as `NAMESPACE/NAME`, in place of an identity. Its service account, its address, its proxy,
   * the DestinationRules that hold for it, and what the destination takes, tell how it connects, where nothing else here does.
   *
   * @default - a client that is known by its identity only
   */
  readonly workload?: string;

  /**
   * How the client connects.
   *
   * @default - mutual TLS with an identity, plaintext without; as its proxy does for a `workload`
   */
  readonly transport?: Transport;

  /**
   * Source address of the connection.
   *
   * @default - unknown; conditions on addresses are undecided
   */
  readonly ip?: string;

  /**
   * Server name in the TLS handshake.
   *
   * @default - none
   */
  readonly sni?: string;

  /**
   * Protocols offered in the TLS handshake; an empty list for none.
   *
   * @default - those of a client in the mesh
   */
  readonly alpn?: string[];
}

/** An HTTP request, as sent. */
export interface HttpRequest {
  /**
   * The method.
   *
   * @default GET
   */
  readonly method?: string;

  /**
   * The request target, with its query.
   *
   * @default /
   */
  readonly path?: string;

  /**
   * The host asked for, with the port if the client sends one. Empty for none.
   *
   * @default - the name of the destination
   */
  readonly authority?: string;

  /**
   * Headers, each with its lines.
   *
   * @default - none
   */
  readonly headers?: { [name: string]: string[] };

  /**
   * Version of the protocol, `1.1` or `2`.
   *
   * @default 1.1
   */
  readonly version?: string;
}

/** What an external authorizer says about a request. */
export interface AuthorizerAnswer {
  /** Name of the extension provider. */
  readonly provider: string;

  /** Whether it lets the request pass. */
  readonly allows: boolean;

  /**
   * Whether it lets the connection pass where the proxy does not see HTTP.
   *
   * @default - the same as `allows`
   */
  readonly allowsConnection?: boolean;

  /**
   * Headers that it sets in a request that it lets pass, each with its lines; without any, the header is taken out. Only what the provider may set counts.
   *
   * @default - none if `tokens` are given; else they are not known, and what depends on a header that it may set is undecided
   */
  readonly headers?: { [name: string]: string[] };

  /**
   * Tokens that it sets in headers of such a request, as one that logs users in does: by default in `authorization`, in place of what the client sent there.
   *
   * @default - none
   */
  readonly tokens?: RequestToken[];
}

/** A request, or a connection where `http` is left out. */
export interface AccessRequest {
  /** Where it goes. */
  readonly destination: RequestDestination;

  /**
   * Who sends it.
   *
   * @default - a plaintext client of unknown address
   */
  readonly source?: RequestSource;

  /**
   * The HTTP request.
   *
   * @default - bytes of another protocol
   */
  readonly http?: HttpRequest;

  /**
   * Tokens in the request.
   *
   * @default - none
   */
  readonly tokens?: RequestToken[];

  /**
   * Answers of external authorizers.
   *
   * @default - unknown; the decision is conditional where one must be asked
   */
  readonly authorizerAnswers?: AuthorizerAnswer[];
}
