import { CaCertificateData } from '../intent/mesh-config';
import { trustDomainName } from '../intent/trust-domain';
import { authorityFault } from '../istio/certificates';
import { atLeastOne, listOf } from '../util/given';
import { InputStruct, taken } from '../util/members';

/** A certificate authority of other trust domains, whose workloads may connect. */
export interface CaCertificate {
  /** Its certificate as PEM text: one, of an authority, and never a key. */
  readonly pem: string;

  /** The trust domains that it is for; not that of this mesh, nor an alias of it. */
  readonly trustDomains: string[];
}

const CA_CERTIFICATE: InputStruct<CaCertificate> = { name: 'CaCertificate', members: { pem: 'needed', trustDomains: 'needed' } };

/** The certificates, of which none may be or hold a secret. */
export function caCertificatesOf(given: readonly CaCertificate[]): CaCertificateData[] {
  return listOf('caCertificates', given).map((certificate, i) => {
    const prop = `caCertificates[${i}]`;
    const { pem, trustDomains } = taken(prop, CA_CERTIFICATE, certificate);
    const fault = authorityFault(pem);
    if (fault !== undefined) { throw new Error(`${prop}.pem ${fault}`); }
    const remedy = 'name whose it is, since one without counts for all of them';
    return {
      pem: `${pem.trim().replace(/\r\n/g, '\n')}\n`,
      trustDomains: atLeastOne(`${prop}.trustDomains`, trustDomains, remedy).map((domain, j) => trustDomainName(`${prop}.trustDomains[${j}]`, domain)),
    };
  });
}
