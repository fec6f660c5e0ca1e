import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { CertificateAuthority } from './certificate-authority';
import { authorityText, CertificateAuthorityData, DAY_SECONDS, LifetimeData } from '../intent/certificate-authority';
import { Justification, justified } from '../intent/justification';
import { ztunnelValues } from '../render/certificate-authority';
import { instanceOf } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';
import { checkAuthority } from './private/statements/certificate-authority-checks';
import { contributeToMesh } from './private/statements/mesh-contribution';
import { namedInErrors } from './private/statements/named-in-errors';
import { checkLate } from './private/statements/validation';

/** Props of a MeshCertificateAuthority. */
export interface MeshCertificateAuthorityProps {
  /** Who signs the certificates of workloads, as by `CertificateAuthority.cacerts()`. */
  readonly authority: CertificateAuthority;

  /**
   * How long certificates of workloads are good for, from 10 minutes to 24 hours, in whole seconds: proxies ask for it, and ask anew when half of it is over. Rendered as `SECRET_TTL` in
   * `meshConfig.defaultConfig.proxyMetadata`, and where istiod signs as `DEFAULT_WORKLOAD_CERT_TTL` in its environment, such as `24h`. istio-csr may grant less: an hour by default.
   * SPIRE alone says how long its own are, as `default_x509_svid_ttl` of its server: there it is refused.
   *
   * @default Duration.hours(24), as Istio has it
   */
  readonly workloadCertificateLifetime?: Duration;

  /**
   * The most that istiod grants, in whole seconds. Rendered as `MAX_WORKLOAD_CERT_TTL` in its environment, where Istio has 90 days. **istiod does not shorten what asks for more, it refuses it**:
   * pods with a `SECRET_TTL` of their own, machines, and a ztunnel that was not given `ztunnelHelmValues()` have no certificate then. Only where istiod signs: that of istio-csr is
   * `app.server.maxCertificateDuration` of its chart.
   *
   * @default - 24 hours, or the lifetime where that is longer
   */
  readonly maxLifetime?: Duration;

  /**
   * Why certificates may be good for more than 24 hours, up to 90 days: nobody can call one back, and whoever gets hold of one has it until then.
   *
   * @default - none may
   */
  readonly allowLongLifetime?: Justification;
}

const PROPS: InputStruct<MeshCertificateAuthorityProps> = {
  name: 'MeshCertificateAuthorityProps',
  members: { authority: 'needed', workloadCertificateLifetime: 'value', maxLifetime: 'value', allowLongLifetime: 'value' },
};

/**
 * Who signs the certificates of workloads, and how long these are good for: one for the whole mesh.
 *
 * Adds to the settings of the ZeroTrustMesh: as `pilot.env` (the environment of istiod), `global.caAddress` and `meshConfig.defaultConfig.proxyMetadata` of Helm's values, as `spec.values` and `spec.meshConfig` of an
 * IstioOperator. A ConfigMap cannot hold the environment of istiod, and is refused. Without `settings` nothing is rendered, and somebody else sees to it that istiod has them. Keys are never part of
 * an app: a Secret in the root namespace that holds one is refused.
 *
 * @see https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/
 * @example
 * new ZeroTrustMesh(this, 'mesh', { settings: MeshSettingsOutput.istioOperator() });
 * new MeshCertificateAuthority(this, 'ca', { authority: CertificateAuthority.cacerts(), workloadCertificateLifetime: Duration.hours(12) });
 */
@namedInErrors
export class MeshCertificateAuthority extends Construct {
  private readonly data: CertificateAuthorityData;
  /** Whether the chart of ztunnel was given what it needs. */
  private isForZtunnel = false;

  public constructor(scope: Construct, id: string, props: MeshCertificateAuthorityProps) {
    super(scope, id);
    const given = taken('MeshCertificateAuthority', PROPS, props);
    const { _issuer: issuer } = instanceOf('authority', given.authority, CertificateAuthority, 'as in CertificateAuthority.cacerts()');
    const data = this.data = { issuer, ...lifetimeOf(given) };
    contributeToMesh(this, { certificateAuthority: data });
    checkLate(this, world => checkAuthority(data, world, this.isForZtunnel));
  }

  /**
   * The values that go with it for Helm's chart `ztunnel`, which does not see those of `istiod`: `{ caAddress, env: { SECRET_TTL } }`. An IstioOperator holds them already. They hang on nothing that
   * comes later: ask for them at once, not by `Lazy`.
   */
  public ztunnelHelmValues(): { [key: string]: any } {
    this.isForZtunnel = true;
    return ztunnelValues(this.data);
  }

  /** Who signs, and for how long, as text for tables and messages: `Secret cacerts, for 12h, 24h at most`. */
  public describeMeshCertificateAuthority(): string { return authorityText(this.data); }
}

const SHORTEST = 600;
const LONGEST = 90 * DAY_SECONDS;

/** Undefined for SPIRE, which is asked for none. */
function lifetimeOf(given: MeshCertificateAuthorityProps): { readonly lifetime?: LifetimeData } {
  const { authority: { _issuer: { kind } }, workloadCertificateLifetime, maxLifetime, allowLongLifetime } = given;
  if (kind === 'spire') {
    refuse(given, ['workloadCertificateLifetime', 'maxLifetime', 'allowLongLifetime'], 'SPIRE, which alone says how long its certificates are; set default_x509_svid_ttl of its server');
    return {};
  }
  if (kind === 'istioCsr') { refuse(given, ['maxLifetime'], 'istio-csr, which istiod grants nothing for; set app.server.maxCertificateDuration of its chart'); }
  const reason = allowLongLifetime === undefined ? undefined : justified('allowLongLifetime', allowLongLifetime);
  const seconds = secondsOf('workloadCertificateLifetime', workloadCertificateLifetime, reason) ?? DAY_SECONDS;
  const maxSeconds = kind === 'istioCsr' ? undefined : secondsOf('maxLifetime', maxLifetime, reason) ?? Math.max(seconds, DAY_SECONDS);
  if (maxSeconds !== undefined && maxSeconds < seconds) {
    throw new Error(`maxLifetime must be at least workloadCertificateLifetime, ${quoted(`${seconds} s`)}, got ${quoted(`${maxSeconds} s`)}, by which istiod would refuse every proxy; raise it, or leave it out`);
  }
  if (reason !== undefined && Math.max(seconds, maxSeconds ?? 0) <= DAY_SECONDS) {
    throw new Error('allowLongLifetime must come with a lifetime of more than 24 hours, got none; leave it out');
  }
  return { lifetime: { seconds, ...maxSeconds === undefined ? {} : { maxSeconds }, ...reason === undefined ? {} : { reason } } };
}

function refuse(given: MeshCertificateAuthorityProps, props: readonly (keyof MeshCertificateAuthorityProps)[], why: string): void {
  const beside = props.find(prop => given[prop] !== undefined);
  if (beside !== undefined) { throw new Error(`${beside} must not come with ${why}`); }
}

function secondsOf(prop: string, given: Duration | undefined, reason: string | undefined): number | undefined {
  if (given === undefined) { return undefined; }
  const seconds = typeof (given as Duration | undefined)?.toSeconds === 'function' ? given.toSeconds({ integral: false }) : NaN;
  if (!Number.isInteger(seconds) || seconds < SHORTEST || seconds > LONGEST) {
    throw new Error(`${prop} must be a Duration in whole seconds from 10 minutes to 90 days, got ${quoted(Number.isNaN(seconds) ? given : `${seconds} s`)}; as in Duration.hours(12)`);
  }
  if (seconds > DAY_SECONDS && reason === undefined) {
    throw new Error(`${prop} must be 24 hours at most, got ${quoted(`${seconds} s`)}; shorten it, or say why by allowLongLifetime: { reason: '…' }`);
  }
  return seconds;
}
