import { CertificateAuthorityData, inOneUnit } from '../intent/certificate-authority';

/** What an authority comes to: nothing of it is a key, or asks for one. */
interface AuthoritySettings {
  /** Environment of istiod. */
  readonly env: Readonly<Record<string, string>>;
  /** Environment of proxies. */
  readonly proxyMetadata: Readonly<Record<string, string>>;
  /** Where proxies ask for their certificates, if not at istiod. */
  readonly caAddress?: string;
}

/** The settings of istiod and of proxies. istiod refuses who asks for longer than it grants, so that what proxies ask for is always said with it. */
export function authoritySettings({ issuer, lifetime }: CertificateAuthorityData): AuthoritySettings {
  const granted: AuthoritySettings['env'] = lifetime?.maxSeconds === undefined ? {}
    : { DEFAULT_WORKLOAD_CERT_TTL: inOneUnit(lifetime.seconds), MAX_WORKLOAD_CERT_TTL: inOneUnit(lifetime.maxSeconds) };
  return {
    env: issuer.kind === 'istioCsr' ? { ENABLE_CA_SERVER: 'false' } : granted,
    proxyMetadata: lifetime === undefined ? {} : { SECRET_TTL: inOneUnit(lifetime.seconds) },
    ...issuer.kind === 'istioCsr' ? { caAddress: issuer.address } : {},
  };
}

/** Values for Helm's chart istiod beside its MeshConfig. */
export function istiodValues(authority: CertificateAuthorityData | undefined): object {
  const { env = {}, caAddress } = authority === undefined ? {} : authoritySettings(authority);
  return {
    ...Object.keys(env).length === 0 ? {} : { pilot: { env: { ...env } } },
    ...caAddress === undefined ? {} : { global: { caAddress } },
  };
}

/** Values for Helm's chart ztunnel, which does not see those of istiod. */
export function ztunnelValues(authority: CertificateAuthorityData | undefined): { [value: string]: unknown } {
  const { proxyMetadata = {}, caAddress } = authority === undefined ? {} : authoritySettings(authority);
  return {
    ...caAddress === undefined ? {} : { caAddress },
    ...Object.keys(proxyMetadata).length === 0 ? {} : { env: { ...proxyMetadata } },
  };
}
