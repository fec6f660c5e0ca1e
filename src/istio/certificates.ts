import { X509Certificate } from 'crypto';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * Why istiod would not trust a certificate authority that is written as PEM; undefined where it does. It takes one certificate from each text, and of all texts none
 * where one is wrong. What is told never shows any of the text, which may be a secret.
 */
export function authorityFault(pem: unknown): string | undefined {
  if (typeof pem !== 'string') { return "must be a certificate as PEM text, got something else; give what a file such as 'root-cert.pem' holds"; }
  if (/PRIVATE\s+KEY/i.test(pem)) { return 'must be a certificate, which is public, got a private key; take it out, and replace the key if anybody else may have read it'; }
  const certificates = pem.match(CERTIFICATE) ?? [];
  if (certificates.length !== 1 || pem.replace(CERTIFICATE, '').trim() !== '') {
    return `must be one certificate as PEM and nothing else, got ${certificates.length} with ${pem.length} characters in all; give each certificate by itself`;
  }
  const certificate = parsed(certificates[0]);
  if (certificate === undefined) { return "must be a certificate as PEM, got one that cannot be parsed; give what a file such as 'root-cert.pem' holds"; }
  return certificate.ca ? undefined : 'must be the certificate of an authority, got one that cannot sign others (no CA:TRUE); give the root of the other mesh';
}

function parsed(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
