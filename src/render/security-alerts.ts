import { SecurityAlertData } from '../intent/security-telemetry-intent';

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Whom a request was for, and who sent it: the same labels at sidecars and waypoints. */
const WHO = 'destination_workload_namespace, destination_workload, source_workload_namespace, source_workload';

/** Metrics that the rules go by, as Istio calls them and as Prometheus does, and the labels of these. */
export const ALERTED: { readonly [what in 'metrics' | 'names' | 'labels']: readonly string[] } = {
  metrics: ['REQUEST_COUNT', 'TCP_OPENED_CONNECTIONS'],
  names: ['istio_requests_total', 'istio_tcp_connections_opened_total', 'requests_total', 'tcp_connections_opened_total'],
  labels: [...WHO.split(', '), 'reporter', 'response_code', 'grpc_response_status', 'connection_security_policy', 'response_flags'],
};

/** A client counts what it gets back as well: each request once, by the proxy that answered it; what gateways refuse is in the log alone. */
const ANSWERED = 'reporter=~"destination|waypoint"';

function rate(metric: string, labels: string): string {
  return `sum by (${WHO}) (rate(${metric}{${labels}}[5m]))`;
}

/** Either may be there alone. */
function either(one: string, other: string): string {
  return `sum by (${WHO}) (${one} or label_replace(${other}, "kind", "other", "", ""))`;
}

/** What is measured of refusals, by recording rules that alerts and dashboards go by; all of it in events per second. */
export const MEASURED = {
  denied: 'zero_trust:denied_requests:rate5m',
  tokens: 'zero_trust:refused_tokens:rate5m',
  plaintext: 'zero_trust:plaintext:rate5m',
  authorizer: 'zero_trust:authorizer_errors:rate5m',
} as const;

const RECORDED: readonly Rule[] = [
  { record: MEASURED.denied, expr: either(rate('istio_requests_total', `${ANSWERED},response_code="403"`), rate('istio_requests_total', `${ANSWERED},grpc_response_status="7"`)) },
  { record: MEASURED.tokens, expr: either(rate('istio_requests_total', `${ANSWERED},response_code="401"`), rate('istio_requests_total', `${ANSWERED},grpc_response_status="16"`)) },
  {
    record: MEASURED.plaintext,
    expr: either(rate('istio_requests_total', 'reporter="destination",connection_security_policy="none"'), rate('istio_tcp_connections_opened_total', 'reporter="destination",connection_security_policy="none"')),
  },
  { record: MEASURED.authorizer, expr: rate('istio_requests_total', `${ANSWERED},response_flags=~".*UAEX.*",response_code=~"5.."`) },
];

const TO = '{{ $labels.destination_workload_namespace }}/{{ $labels.destination_workload }}';
const FROM = '{{ $labels.source_workload_namespace }}/{{ $labels.source_workload }}';

function alert(name: string, severity: 'critical' | 'warning', expr: string, wait: string, summary: string): Rule {
  return { alert: name, expr, for: wait, labels: { severity }, annotations: { summary } };
}

function alerts({ denialsPerMinute, workloadCertificateSeconds, rootCertificateSeconds }: SecurityAlertData): Rule[] {
  const perSecond = (name: string) => `${name} * 60 > ${denialsPerMinute}`;
  return [
    alert('ZeroTrustDenialSpike', 'warning', perSecond(MEASURED.denied), '5m', `${TO} refuses {{ $value | humanize }} requests a minute of ${FROM}`),
    alert('ZeroTrustRefusedTokens', 'warning', perSecond(MEASURED.tokens), '5m', `${TO} refuses the tokens of {{ $value | humanize }} requests a minute of ${FROM}`),
    alert('ZeroTrustPlaintext', 'critical', `${MEASURED.plaintext} > 0`, '1m', `${TO} takes plaintext of ${FROM}`),
    alert('ZeroTrustAuthorizerErrors', 'critical', `${MEASURED.authorizer} > 0`, '2m', `the authorizer of ${TO} fails, which refuses {{ $value | humanize }} requests a second of ${FROM}`),
    alert('ZeroTrustWorkloadCertificateExpires', 'critical', `istio_agent_cert_expiry_seconds{resource_name="default"} < ${workloadCertificateSeconds}`, '1m',
      'the certificate of {{ $labels.namespace }}/{{ $labels.pod }} is good for {{ $value | humanizeDuration }} only, and was not replaced'),
    alert('ZeroTrustRootCertificateExpires', 'critical', `min(citadel_server_root_cert_expiry_timestamp) - time() < ${rootCertificateSeconds}`, '5m',
      'the root certificate of the mesh is good for {{ $value | humanizeDuration }} only'),
  ];
}

/** The `spec` of a PrometheusRule: what is measured, and what somebody is told of. */
export function securityRules(data: SecurityAlertData): object {
  return { groups: [{ name: 'zero-trust-metrics', rules: RECORDED }, { name: 'zero-trust-alerts', rules: alerts(data) }] };
}
