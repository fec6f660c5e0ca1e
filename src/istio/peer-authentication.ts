import { WorkloadSelector } from './selection';

/**
 * Which connections a workload accepts.
 *
 * @see https://istio.io/latest/docs/reference/config/security/peer_authentication/#PeerAuthentication-MutualTLS-Mode
 */
export enum MutualTlsMode {
  /** Inherit from the wider scope: workload, namespace, mesh, and PERMISSIVE where none says more. */
  UNSET = 'UNSET',

  /** Plaintext only. Ambient treats it like PERMISSIVE. */
  DISABLE = 'DISABLE',

  /** Plaintext and mutual TLS; the client chooses. */
  PERMISSIVE = 'PERMISSIVE',

  /** Mutual TLS with a client certificate of the mesh only. */
  STRICT = 'STRICT',
}

/** Mutual TLS settings of a scope or a port. */
export interface MutualTls {
  /**
   * Which connections are accepted.
   *
   * @default MutualTlsMode.UNSET
   */
  readonly mode?: MutualTlsMode;
}

/**
 * The `spec` of a PeerAuthentication.
 *
 * @see https://istio.io/latest/docs/reference/config/security/peer_authentication/#PeerAuthentication
 */
export interface PeerAuthenticationSpec {
  /**
   * Pods the policy applies to.
   *
   * @default - every pod of the namespace, or of the mesh in the root namespace
   */
  readonly selector?: WorkloadSelector;

  /**
   * The mode of all ports.
   *
   * @default - inherited from the wider scope
   */
  readonly mtls?: MutualTls;

  /**
   * The mode of single ports, keyed by container port; needs a selector with labels.
   *
   * @default - all ports follow `mtls`
   */
  readonly portLevelMtls?: { [port: string]: MutualTls };
}
