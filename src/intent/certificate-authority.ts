/** Who signs the certificates of workloads. */
export type IssuerData =
  | { readonly kind: 'selfSigned'; readonly reason: string }
  | { readonly kind: 'cacerts' }
  | { readonly kind: 'istioCsr'; readonly address: string }
  | { readonly kind: 'spire'; readonly trustDomain: string };

/** How long certificates of workloads are good for, in seconds. */
export interface LifetimeData {
  readonly seconds: number;
  /** The most that istiod grants; what asks for more gets nothing. Undefined where others grant it. */
  readonly maxSeconds?: number;
  /** Why it is longer than a day. */
  readonly reason?: string;
}

/** The certificate authority of a mesh. */
export interface CertificateAuthorityData {
  readonly issuer: IssuerData;
  /** Undefined where the authority alone says how long its certificates are good for. */
  readonly lifetime?: LifetimeData;
}

/** As Istio has it where nothing is said. */
export const DAY_SECONDS = 24 * 60 * 60;

/** A number of seconds in one unit, which Go and ztunnel read alike: `24h`, `90m`, `45s`. */
export function inOneUnit(seconds: number): string {
  if (seconds % 3600 === 0) { return `${seconds / 3600}h`; }
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}

/** An authority as messages show it: `Secret cacerts, for 1h, 24h at most`. */
export function authorityText({ issuer, lifetime }: CertificateAuthorityData): string {
  if (lifetime === undefined) { return issuerText(issuer); }
  const { seconds, maxSeconds } = lifetime;
  return `${issuerText(issuer)}, for ${inOneUnit(seconds)}${maxSeconds === undefined ? '' : `, ${inOneUnit(maxSeconds)} at most`}`;
}

/** Who signs, as messages show it. */
export function issuerText(issuer: IssuerData): string {
  switch (issuer.kind) {
    case 'selfSigned': return 'self-signed by istiod';
    case 'cacerts': return 'Secret cacerts';
    case 'istioCsr': return `istio-csr at ${issuer.address}`;
    case 'spire': return `SPIRE of ${issuer.trustDomain}`;
  }
}

/** Why an authority, or what it signs, is weaker than it should be. */
export function authorityReasons({ issuer, lifetime }: CertificateAuthorityData): string[] {
  return [...issuer.kind === 'selfSigned' ? [issuer.reason] : [], ...lifetime?.reason === undefined ? [] : [lifetime.reason]];
}
