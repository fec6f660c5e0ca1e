import { IssuerData, issuerText } from '../intent/certificate-authority';
import { Justification, justified } from '../intent/justification';
import { trustDomainName } from '../intent/trust-domain';
import { noFurther } from '../util/arguments';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';

/** Where istio-csr of cert-manager is. */
export interface IstioCsrOptions {
  /**
   * Host and port of its Service, such as `istio-csr.pki.svc:443`.
   *
   * @default "cert-manager-istio-csr.cert-manager.svc:443", where its chart installs it
   */
  readonly address?: string;
}

/** What SPIRE is installed with. */
export interface SpireOptions {
  /** Its trust domain, as in `global.spire.trustDomain` of its chart; it must be that of the mesh. */
  readonly trustDomain: string;
}

const ISTIO_CSR: InputStruct<IstioCsrOptions> = { name: 'IstioCsrOptions', members: { address: 'value' } };

const SPIRE: InputStruct<SpireOptions> = { name: 'SpireOptions', members: { trustDomain: 'needed' } };

/**
 * Who signs the certificates of workloads. It is referred to: nothing here takes a key, or renders one.
 *
 * @see https://istio.io/latest/docs/concepts/security/#pki
 */
export class CertificateAuthority {
  /**
   * The key that istiod makes for itself, in the Secret `istio-ca-secret`: a root in the cluster, which whoever reads that Secret can sign with, and which no other mesh shares.
   * It is not for production. Renders the environment of istiod.
   *
   * @param justification why that is good enough
   */
  public static selfSigned(justification: Justification): CertificateAuthority {
    noFurther('CertificateAuthority.selfSigned', arguments, 1, 'a mesh has one authority');
    return new CertificateAuthority({ kind: 'selfSigned', reason: justified('CertificateAuthority.selfSigned', justification) });
  }

  /**
   * istiod, with the intermediate certificate and key of the Secret `cacerts` in its namespace; Istio knows no other name. Whoever keeps secrets makes it, before istiod starts: without it
   * istiod signs by itself, and says so in its log only. Renders the environment of istiod.
   *
   * @see https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/
   */
  public static cacerts(): CertificateAuthority {
    noFurther('CertificateAuthority.cacerts', arguments, 0, "the Secret is always called 'cacerts', and holds what must not be here");
    return new CertificateAuthority({ kind: 'cacerts' });
  }

  /**
   * istio-csr, by which cert-manager signs. Renders its address for proxies as `global.caAddress`, and `ENABLE_CA_SERVER=false` in the environment of istiod, which then signs nothing. istio-csr
   * must be there before istiod.
   *
   * @param options where it is
   * @see https://cert-manager.io/docs/usage/istio-csr/
   */
  public static istioCsr(options: IstioCsrOptions = {}): CertificateAuthority {
    noFurther('CertificateAuthority.istioCsr', arguments, 1, 'a mesh has one authority');
    const { address = 'cert-manager-istio-csr.cert-manager.svc:443' } = taken('CertificateAuthority.istioCsr', ISTIO_CSR, options);
    return new CertificateAuthority({ kind: 'istioCsr', address: hostAndPort(address) });
  }

  /**
   * SPIRE, whose agent proxies ask by a socket in their pod. Renders nothing: the injection template that mounts the socket, and the entries of SPIRE, are in the docs. Sidecars only.
   *
   * @param options what it is installed with
   * @see https://istio.io/latest/docs/ops/integrations/spire/
   */
  public static spire(options: SpireOptions): CertificateAuthority {
    noFurther('CertificateAuthority.spire', arguments, 1, 'a mesh has one authority');
    const { trustDomain } = taken('CertificateAuthority.spire', SPIRE, options);
    return new CertificateAuthority({ kind: 'spire', trustDomain: trustDomainName('trustDomain', withoutKey('trustDomain', trustDomain)) });
  }

  /** @internal */
  public readonly _issuer: IssuerData;

  private constructor(issuer: IssuerData) { this._issuer = issuer; }

  /** Who signs, as text for tables and messages: `istio-csr at istio-csr.pki.svc:443`. */
  public describeCertificateAuthority(): string { return issuerText(this._issuer); }
}

const ADDRESS = /^(?=.{1,260}$)([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?:([1-9]\d{0,4})$/;

function hostAndPort(given: string): string {
  const [, , , , port] = ADDRESS.exec(withoutKey('address', given)) ?? [];
  if (port === undefined || Number(port) > 65535) {
    throw new Error(`address must be a host and its port such as 'istio-csr.pki.svc:443', got ${quoted(given)}; give NAME.NAMESPACE.svc:PORT, without scheme`);
  }
  return given;
}

/** A secret must not come into a message, either. */
function withoutKey(prop: string, given: string): string {
  if (typeof given === 'string' && /PRIVATE\s+KEY/i.test(given)) { throw new Error(`${prop} must not be a private key; take it out, and replace the key if anybody else may have read it`); }
  return given;
}
