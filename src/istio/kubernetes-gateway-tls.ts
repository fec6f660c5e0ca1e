import { KubernetesObjectReference, KubernetesSecretReference } from './kubernetes-reference';

/** What a listener does with TLS. */
export enum KubernetesTlsMode {
  /** Ended here, with a certificate of the listener. */
  TERMINATE = 'Terminate',

  /** Passed on unopened, by server name. */
  PASSTHROUGH = 'Passthrough',
}

/** What becomes of clients without a good certificate, where certificates are asked for. */
export enum FrontendValidationMode {
  /** They do not pass. */
  ALLOW_VALID_ONLY = 'AllowValidOnly',

  /** They pass, and who they are is anyone's guess: identities of client certificates must then decide nothing. */
  ALLOW_INSECURE_FALLBACK = 'AllowInsecureFallback',
}

/**
 * TLS of a listener.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#listenertlsconfig
 */
export interface KubernetesListenerTls {
  /**
   * Where TLS ends.
   *
   * @default KubernetesTlsMode.TERMINATE
   */
  readonly mode?: KubernetesTlsMode;

  /**
   * Certificates of the listener; needed where TLS ends here and no option names one.
   *
   * @default - none
   */
  readonly certificateRefs?: KubernetesSecretReference[];

  /**
   * Settings of the implementation, such as `gateway.istio.io/tls-terminate-mode: MUTUAL`, at most 16.
   *
   * @default - none
   */
  readonly options?: { [option: string]: string };
}

/** By whom certificates of clients must be signed. */
export interface FrontendValidation {
  /** ConfigMaps or Secrets with certificates of authorities, 1 to 8. */
  readonly caCertificateRefs: KubernetesObjectReference[];

  /**
   * What becomes of clients without a good certificate.
   *
   * @default FrontendValidationMode.ALLOW_VALID_ONLY
   */
  readonly mode?: FrontendValidationMode;
}

/** What is asked of clients. */
export interface FrontendTlsSettings {
  /**
   * By whom their certificates must be signed.
   *
   * @default - no certificate is asked for
   */
  readonly validation?: FrontendValidation;
}

/** What is asked of clients at one port. */
export interface FrontendTlsPort {
  /** The port, once each. */
  readonly port: number;

  /** What is asked of them there, in place of the default. */
  readonly tls: FrontendTlsSettings;
}

/** TLS with clients. */
export interface FrontendTls {
  /** What is asked of clients at all ports that are not named. */
  readonly default: FrontendTlsSettings;

  /**
   * What is asked of clients at single ports, at most 64.
   *
   * @default - the default everywhere
   */
  readonly perPort?: FrontendTlsPort[];
}

/** TLS with what the gateway calls. */
export interface KubernetesGatewayBackendTls {
  /**
   * The certificate by which the gateway shows who it is.
   *
   * @default - none
   */
  readonly clientCertificateRef?: KubernetesSecretReference;
}

/**
 * TLS of a Gateway as a whole; since Istio 1.30, with the definitions of Gateway API 1.5. An older one asks no client for a certificate.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#gatewaytlsconfig
 */
export interface KubernetesGatewayTls {
  /**
   * TLS with clients.
   *
   * @default - no certificate of clients is asked for
   */
  readonly frontend?: FrontendTls;

  /**
   * TLS with what the gateway calls.
   *
   * @default - no certificate of the gateway
   */
  readonly backend?: KubernetesGatewayBackendTls;
}
