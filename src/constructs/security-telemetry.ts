import { ApiObject, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { ExtensionProvider } from './extension-provider';
import { World } from './private/index/world';
import { metadataOf } from './private/statements/given-metadata';
import { contributeToMesh } from './private/statements/mesh-contribution';
import { rootNamespaceFor } from './private/statements/root-namespace';
import { checkSecurityLog } from './private/statements/security-log-checks';
import { checkSecurityMetrics } from './private/statements/security-metric-checks';
import { state } from './private/statements/state';
import { provenance } from './private/statements/stated-object';
import { Part, partsChanged } from './private/witnesses/kept-as-made';
import { ALERTS, DASHBOARD, PROPS, SecurityAlerts, SecurityDashboard, SecurityTelemetryProps } from './security-telemetry-props';
import { AccessLogData } from '../intent/extension-provider';
import { justified } from '../intent/justification';
import { SecurityAlertData } from '../intent/security-telemetry-intent';
import { securityRules } from '../render/security-alerts';
import { securityDashboard } from '../render/security-dashboard';
import { securityLog } from '../render/security-telemetry';
import { dnsLabel } from '../util/given';
import { taken } from '../util/members';
import { quoted } from '../util/text';
import { checkKeptProviders, keptProvidersOf } from './private/statements/kept-providers';
import { namedInErrors } from './private/statements/named-in-errors';

/**
 * Writes what is refused in the mesh to an access log of JSON, for a SIEM: who, to whom, what, why, by which policy; and has somebody told of what should not be.
 *
 * Adds an extension provider to the settings of the mesh, so that the app needs a ZeroTrustMesh, and renders a Telemetry in the root namespace, which holds at sidecars, waypoints and gateways: its filter lets through what policies,
 * tokens and authorizers refuse, of HTTP, gRPC and TCP, plaintext that STRICT refuses, and what an AUDIT policy matches. ztunnel writes what it refuses by itself, and reads no Telemetry. With `alerts` a PrometheusRule, with
 * `dashboard` a ConfigMap for Grafana. An AuditTrail keeps the log for its pods.
 *
 * Refuses a Telemetry of the app that would silence the log: one that is `disabled`, or that has access logs of its own without this one among them; and a second one for the mesh, of which Istio takes the oldest.
 *
 * @see https://istio.io/latest/docs/tasks/observability/logs/telemetry-api/
 * @example
 * new ZeroTrustMesh(this, 'mesh', { settings: MeshSettingsOutput.istioOperator() });
 * new SecurityTelemetry(this, 'security', { alerts: { metadata: { namespace: 'monitoring', labels: { release: 'prometheus' } } }, dashboard: {} });
 */
@namedInErrors
export class SecurityTelemetry extends Construct {
  private readonly log: AccessLogData;

  public constructor(scope: Construct, id: string, props: SecurityTelemetryProps = {}) {
    super(scope, id);
    const given = taken('SecurityTelemetry', PROPS, props);
    const log = this.log = logOf(given);
    const { name: provider } = log;
    const keptProviders = keptProvidersOf(given.keepProviders, provider);
    const root = rootNamespaceFor(this);
    const parts: Part[] = [];
    const [telemetry] = state(this, {
      securityLog: provider,
      read: ({ mesh }: World) => ({ kind: 'security-telemetry', mesh, provider, keptProviders }),
      check: world => [
        ...root.check(world),
        ...checkKeptProviders(keptProviders, world),
        ...checkSecurityLog(this.node.path, securityLog(provider), world),
        ...given.alerts === undefined ? [] : checkSecurityMetrics({ object: telemetry, spec: { accessLogging: [securityLog(provider)] } }, world),
        ...partsChanged(parts, world.tree),
      ],
    }, { metadata: given.metadata }, [
      { role: 'access-log', id: 'Resource', kind: 'Telemetry', namespace: root.name, reasons: given.logTokenSubject === undefined ? [] : [justified('logTokenSubject', given.logTokenSubject)] },
    ]);
    contributeToMesh(this, { extensionProviders: [log] });
    if (given.alerts !== undefined) { parts.push(this.addAlerts(taken('alerts', ALERTS, given.alerts))); }
    if (given.dashboard !== undefined) { parts.push(this.addDashboard(taken('dashboard', DASHBOARD, given.dashboard))); }
  }

  /** What is written where, as text for tables and messages: `what is refused in the mesh, as JSON to /dev/stdout`. */
  public describeSecurityTelemetry(): string { return `what is refused in the mesh, as JSON to ${this.log.path}`; }

  private addAlerts({ metadata, ...given }: SecurityAlerts): Part {
    return this.add('alerts', 'monitoring.coreos.com/v1', 'PrometheusRule', metadata, { spec: securityRules(alertsOf(given)) });
  }

  private addDashboard({ metadata }: SecurityDashboard): Part {
    const labels = { grafana_dashboard: '1', ...metadata?.labels };
    return this.add('dashboard', 'v1', 'ConfigMap', { ...metadata, labels }, { data: { 'zero-trust-security.json': `${JSON.stringify(securityDashboard(), undefined, 2)}\n` } });
  }

  private add(id: string, apiVersion: string, kind: string, given: SecurityAlerts['metadata'] = {}, rest: object): Part {
    const metadata = metadataOf(given);
    const annotations = { ...metadata.annotations, ...provenance(this.node.path, []) };
    return { object: new ApiObject(this, id, Object.assign({ apiVersion, kind, metadata: { ...metadata, annotations } }, rest)), part: id };
  }
}

/** Callers are identified in two places: by sidecars, and by waypoints for whoever calls through them. */
const FIELDS = {
  time: '%START_TIME%',
  caller: '%DOWNSTREAM_PEER_URI_SAN%',
  caller_at_waypoint: '%FILTER_STATE(io.istio.peer_principal:PLAIN)%',
  address: '%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%',
  destination: '%DOWNSTREAM_LOCAL_ADDRESS%',
  server_name: '%REQUESTED_SERVER_NAME%',
  method: '%REQ(:METHOD)%',
  host: '%REQ(:AUTHORITY)%',
  // a client within the mesh may send the other header by itself; where the proxy's own route rewrites the path, that is what was judged
  path: '%REQ(:PATH)%',
  original_path: '%REQ(X-ENVOY-ORIGINAL-PATH)%',
  request_id: '%REQ(X-REQUEST-ID)%',
  status: '%RESPONSE_CODE%',
  flags: '%RESPONSE_FLAGS%',
  decision: '%RESPONSE_CODE_DETAILS%',
  connection: '%CONNECTION_TERMINATION_DETAILS%',
  policy: '%DYNAMIC_METADATA(envoy.filters.http.rbac)%',
  tls_failure: '%DOWNSTREAM_TRANSPORT_FAILURE_REASON%',
};

/** One claim of the token that was verified. */
const SUBJECT = { token_subject: '%DYNAMIC_METADATA(envoy.filters.http.jwt_authn:payload:sub)%' };

function logOf({ providerName = 'zero-trust-security', path, logTokenSubject }: SecurityTelemetryProps): AccessLogData {
  dnsLabel('providerName', providerName, 'choose one like that, which no other provider of the mesh has');
  const labels = { ...FIELDS, ...logTokenSubject === undefined ? {} : SUBJECT };
  return ExtensionProvider.accessLog({ name: providerName, labels, ...path === undefined ? {} : { path } })._data as AccessLogData;
}

function alertsOf({ denialsPerMinute = 30, workloadCertificateLeft, rootCertificateLeft }: SecurityAlerts): SecurityAlertData {
  if (!Number.isInteger(denialsPerMinute) || denialsPerMinute < 1) { throw new Error(`denialsPerMinute must be a whole number from 1, got ${quoted(denialsPerMinute)}; with 0 each refusal would tell somebody`); }
  return {
    denialsPerMinute,
    workloadCertificateSeconds: 60 * whole('workloadCertificateLeft', workloadCertificateLeft ?? Duration.minutes(15), 'minutes'),
    rootCertificateSeconds: 86_400 * whole('rootCertificateLeft', rootCertificateLeft ?? Duration.days(30), 'days'),
  };
}

function whole(prop: string, given: Duration, unit: 'minutes' | 'days'): number {
  const isDuration = typeof (given as Duration | undefined)?.toSeconds === 'function';
  const amount = !isDuration ? NaN : unit === 'minutes' ? given.toMinutes({ integral: false }) : given.toDays({ integral: false });
  if (!Number.isInteger(amount) || amount < 1) { throw new Error(`${prop} must be a Duration in whole ${unit}, from 1, got ${quoted(Number.isNaN(amount) ? given : `${amount} ${unit}`)}; as in Duration.${unit}(15)`); }
  return amount;
}
