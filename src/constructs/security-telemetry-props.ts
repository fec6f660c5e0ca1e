import { ApiObjectMetadata, Duration } from 'cdk8s';
import { Justification } from '../intent/justification';
import { InputStruct } from '../util/members';

/** What somebody is told of, and where the rules for it are. */
export interface SecurityAlerts {
  /**
   * Requests a minute from one workload to another that may be refused, or have bad tokens, before somebody is told; a whole number from 1.
   *
   * @default 30
   */
  readonly denialsPerMinute?: number;

  /**
   * How long a certificate of a workload must be good for, in whole minutes. Proxies replace one when half of its time is over, so that it must be less than half of it.
   *
   * @default Duration.minutes(15)
   */
  readonly workloadCertificateLeft?: Duration;

  /**
   * How long the root certificate that istiod has must be good for, in whole days.
   *
   * @default Duration.days(30)
   */
  readonly rootCertificateLeft?: Duration;

  /**
   * Metadata of the PrometheusRule; its labels are those by which a Prometheus finds its rules.
   *
   * @default - name from the construct path, namespace of the chart, no labels
   */
  readonly metadata?: ApiObjectMetadata;
}

/** Where the dashboard is. */
export interface SecurityDashboard {
  /**
   * Metadata of the ConfigMap. The label `grafana_dashboard: '1'`, by which the sidecar of Grafana's chart finds dashboards, is there unless it is given otherwise.
   *
   * @default - name from the construct path, namespace of the chart
   */
  readonly metadata?: ApiObjectMetadata;
}

/** Props of a SecurityTelemetry. */
export interface SecurityTelemetryProps {
  /**
   * Name of the access log in the settings of the mesh.
   *
   * @default "zero-trust-security"
   */
  readonly providerName?: string;

  /**
   * Where proxies write it.
   *
   * @default "/dev/stdout"
   */
  readonly path?: string;

  /**
   * Why the subject of the token is written, as `token_subject`: it is personal data.
   *
   * @default - it is not written
   */
  readonly logTokenSubject?: Justification;

  /**
   * Names of access logs that go on beside it for the whole mesh, such as `envoy`, Istio's own: a Telemetry takes the place of the default providers of the mesh and of `accessLogFile`.
   *
   * @default - none
   */
  readonly keepProviders?: string[];

  /**
   * Rules for Prometheus. Renders a PrometheusRule of `monitoring.coreos.com/v1`, the Prometheus Operator's.
   *
   * @default - none are rendered
   */
  readonly alerts?: SecurityAlerts;

  /**
   * A dashboard for Grafana, over what the rules of `alerts` measure. Renders a ConfigMap.
   *
   * @default - none is rendered
   */
  readonly dashboard?: SecurityDashboard;

  /**
   * Metadata of the Telemetry, in the root namespace.
   *
   * @default - name from the construct path
   */
  readonly metadata?: ApiObjectMetadata;
}

export const ALERTS: InputStruct<SecurityAlerts> = {
  name: 'SecurityAlerts', members: { denialsPerMinute: 'value', workloadCertificateLeft: 'value', rootCertificateLeft: 'value', metadata: 'value' },
};

export const DASHBOARD: InputStruct<SecurityDashboard> = { name: 'SecurityDashboard', members: { metadata: 'value' } };

export const PROPS: InputStruct<SecurityTelemetryProps> = {
  name: 'SecurityTelemetryProps',
  members: { providerName: 'value', path: 'value', logTokenSubject: 'value', keepProviders: 'value', alerts: 'value', dashboard: 'value', metadata: 'value' },
};
