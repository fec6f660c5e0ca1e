/**
 * What a server does with TLS.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings-TLSmode
 */
export enum ServerTlsMode {
  /** Passed on unopened, to where a VirtualService says by server name. */
  PASSTHROUGH = 'PASSTHROUGH',

  /** Ended here, with a certificate of the server. */
  SIMPLE = 'SIMPLE',

  /** Ended here; the client must have a certificate as well. */
  MUTUAL = 'MUTUAL',

  /** Passed on unopened, to the Service that the server name names by itself: between networks of the mesh. */
  AUTO_PASSTHROUGH = 'AUTO_PASSTHROUGH',

  /** Ended here, with certificates of the mesh on both sides. */
  ISTIO_MUTUAL = 'ISTIO_MUTUAL',

  /** Ended here; a client without a certificate passes, one with a bad one does not. */
  OPTIONAL_MUTUAL = 'OPTIONAL_MUTUAL',
}

/** A version of TLS, as servers name it. */
export enum TlsProtocolVersion {
  /** Envoy's choice. */
  TLS_AUTO = 'TLS_AUTO',

  /** TLS 1.0, of 1999. */
  TLSV1_0 = 'TLSV1_0',

  /** TLS 1.1, of 2006. */
  TLSV1_1 = 'TLSV1_1',

  /** TLS 1.2. */
  TLSV1_2 = 'TLSV1_2',

  /** TLS 1.3. */
  TLSV1_3 = 'TLSV1_3',
}

/** A certificate of a server, by files of the proxy. */
export interface ServerTlsCertificate {
  /**
   * File of the certificate chain.
   *
   * @default - none
   */
  readonly serverCertificate?: string;

  /**
   * File of its private key.
   *
   * @default - none
   */
  readonly privateKey?: string;

  /**
   * File of the certificate authorities of clients.
   *
   * @default - none
   */
  readonly caCertificates?: string;
}

/**
 * How a server of a Gateway, or an ingress listener of a Sidecar, speaks TLS.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings
 */
export interface ServerTls {
  /**
   * Whether every HTTP request is sent to HTTPS by a 301; for a server of HTTP, as the only member.
   *
   * @default false
   */
  readonly httpsRedirect?: boolean;

  /**
   * What the server does with TLS.
   *
   * @default ServerTlsMode.PASSTHROUGH
   */
  readonly mode?: ServerTlsMode;

  /**
   * File of the certificate chain, for SIMPLE and MUTUAL.
   *
   * @default - none
   */
  readonly serverCertificate?: string;

  /**
   * File of its private key, for SIMPLE and MUTUAL.
   *
   * @default - none
   */
  readonly privateKey?: string;

  /**
   * File of the certificate authorities of clients, for MUTUAL and OPTIONAL_MUTUAL.
   *
   * @default - none
   */
  readonly caCertificates?: string;

  /**
   * File of certificates that were revoked.
   *
   * @default - none are
   */
  readonly caCrl?: string;

  /**
   * Secret with the certificate and its key, and the authorities of clients in `ca.crt`; in the namespace of the gateway's pods. Not in a Sidecar.
   *
   * @default - none
   */
  readonly credentialName?: string;

  /**
   * Two Secrets, of an RSA and an ECDSA certificate; excludes `credentialName` and `tlsCertificates`. Istio 1.26.
   *
   * @default - none
   */
  readonly credentialNames?: string[];

  /**
   * Secret or ConfigMap with the authorities of clients, apart from the certificate. Istio 1.28.
   *
   * @default - that of `credentialName`
   */
  readonly caCertCredentialName?: string;

  /**
   * Two certificates, RSA and ECDSA, by files; excludes `credentialNames`. Istio 1.26.
   *
   * @default - that of `serverCertificate`
   */
  readonly tlsCertificates?: ServerTlsCertificate[];

  /**
   * Names of which the client's certificate must have one.
   *
   * @default - any name that its certificate authority vouches for
   */
  readonly subjectAltNames?: string[];

  /**
   * Base64 SHA-256 of public keys of which the client's certificate must have one.
   *
   * @default - any
   */
  readonly verifyCertificateSpki?: string[];

  /**
   * Hex SHA-256 of certificates of which the client's must be one.
   *
   * @default - any
   */
  readonly verifyCertificateHash?: string[];

  /**
   * Oldest version of TLS.
   *
   * @default - TLS 1.2
   */
  readonly minProtocolVersion?: TlsProtocolVersion;

  /**
   * Newest version of TLS.
   *
   * @default - TLS 1.3
   */
  readonly maxProtocolVersion?: TlsProtocolVersion;

  /**
   * Cipher suites, as Envoy names them; for TLS 1.2 and older.
   *
   * @default - those of Envoy
   */
  readonly cipherSuites?: string[];

  /**
   * Curves of the key exchange, as Envoy names them. Istio 1.32.
   *
   * @default - those of the mesh settings
   */
  readonly ecdhCurves?: string[];

  /**
   * Whether a client passes whose certificate does not verify; for MUTUAL and OPTIONAL_MUTUAL. Istio 1.31.
   *
   * @default false
   */
  readonly insecureSkipVerify?: boolean;
}
