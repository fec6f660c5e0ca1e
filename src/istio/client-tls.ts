/**
 * What a client does about TLS.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings-TLSmode
 */
export enum ClientTlsMode {
  /** Plaintext. */
  DISABLE = 'DISABLE',

  /** TLS; the server shows a certificate. */
  SIMPLE = 'SIMPLE',

  /** TLS; the client shows the certificate that is named beside it as well. */
  MUTUAL = 'MUTUAL',

  /** TLS with certificates of the mesh on both sides. */
  ISTIO_MUTUAL = 'ISTIO_MUTUAL',
}

/**
 * How a client speaks TLS.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings
 */
export interface ClientTlsSettings {
  /**
   * What the client does.
   *
   * @default ClientTlsMode.DISABLE
   */
  readonly mode?: ClientTlsMode;

  /**
   * File of the client's certificate chain; for MUTUAL.
   *
   * @default - none
   */
  readonly clientCertificate?: string;

  /**
   * File of its private key; for MUTUAL.
   *
   * @default - none
   */
  readonly privateKey?: string;

  /**
   * File of the certificate authorities of the server.
   *
   * @default - those of the operating system, unless the mesh settings switch their verification off
   */
  readonly caCertificates?: string;

  /**
   * Secret with these instead of files, read by gateways, and by sidecars that a `workloadSelector` selects.
   *
   * @default - none
   */
  readonly credentialName?: string;

  /**
   * Names of which the server's certificate must have one.
   *
   * @default - those of the ServiceEntry, else any name that its certificate authority vouches for
   */
  readonly subjectAltNames?: string[];

  /**
   * Server name that the client asks for.
   *
   * @default - the host of the request where the mesh settings say so, else none
   */
  readonly sni?: string;

  /**
   * Whether a server passes whose certificate does not verify.
   *
   * @default false
   */
  readonly insecureSkipVerify?: boolean;

  /**
   * File of certificates that were revoked.
   *
   * @default - none are
   */
  readonly caCrl?: string;
}
