/** How a client speaks TLS, as far as it is rendered. */
export interface ClientTlsSettings {
  /** Without one it would be DISABLE. */
  readonly mode: 'DISABLE' | 'SIMPLE' | 'MUTUAL';
  readonly sni?: string;
  readonly subjectAltNames?: readonly string[];
  readonly caCertificates?: string;
  readonly clientCertificate?: string;
  readonly privateKey?: string;
  readonly credentialName?: string;
  readonly insecureSkipVerify?: boolean;
}

/** The `spec` of a DestinationRule, as far as it is rendered. */
export interface DestinationRuleSpec {
  readonly host: string;
  readonly exportTo: readonly string[];
  readonly workloadSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly trafficPolicy: {
    readonly tls?: ClientTlsSettings;
    readonly portLevelSettings?: readonly { readonly port: { readonly number: number }; readonly tls: ClientTlsSettings }[];
  };
}
