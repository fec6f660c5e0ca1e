import { ServerTls } from './server-tls';

/** The port of a server of a Gateway. */
export interface GatewayPort {
  /** Port on which the pods of the gateway listen, from 1 to 65535; 0 with a socket. */
  readonly number: number;

  /** What is spoken: HTTP, HTTPS, GRPC, HTTP2, MONGO, TCP or TLS, in any case. */
  readonly protocol: string;

  /** Name of the port; each name once in a Gateway. */
  readonly name: string;

  /**
   * Istio refuses it here.
   *
   * @default - none
   */
  readonly targetPort?: number;
}

/**
 * What a gateway listens to.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/gateway/#Server
 */
export interface GatewayListener {
  /** The port. */
  readonly port: GatewayPort;

  /**
   * Address of the listener, or `unix://` and a path with port 0.
   *
   * @default - all addresses
   */
  readonly bind?: string;

  /** Hosts, `*.` at the beginning at most, with the namespace of the VirtualServices that may use them before a slash: `./` for the own, `*` for all hosts. */
  readonly hosts: string[];

  /**
   * How TLS is spoken: required for HTTPS and TLS; for HTTP nothing but `httpsRedirect`.
   *
   * @default - plaintext
   */
  readonly tls?: ServerTls;

  /**
   * Istio does not read it.
   *
   * @default - none
   */
  readonly defaultEndpoint?: string;

  /**
   * Name of the server.
   *
   * @default - none
   */
  readonly name?: string;
}

/**
 * The `spec` of a Gateway of Istio.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/gateway/#Gateway
 */
export interface GatewaySpec {
  /**
   * What the gateway listens to; Istio refuses a Gateway without any.
   *
   * @default - nothing
   */
  readonly servers?: GatewayListener[];

  /**
   * Labels of the pods that are the gateway; in the namespace of the Gateway alone where istiod has `PILOT_SCOPE_GATEWAY_TO_NAMESPACE`, else in all.
   *
   * @default - every gateway of the mesh
   */
  readonly selector?: { [label: string]: string };
}
