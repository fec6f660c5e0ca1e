import { quoted } from '../util/text';

/** The first part of identities, as Istio accepts it. */
export function trustDomainName(prop: string, domain: string): string {
  if (typeof domain !== 'string' || domain.length > 255 || !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(domain)) {
    throw new Error(`${prop} must be a trust domain such as 'prod.example.com', got ${quoted(domain)}; take it from meshConfig.trustDomain, without spiffe://`);
  }
  return domain;
}
