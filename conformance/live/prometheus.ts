import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Yaml } from 'cdk8s';
import { Outcome } from './checks';
import { securityRules } from '../../src/render/security-alerts';

const run = promisify(execFile);

const BOUNDS = { denialsPerMinute: 30, workloadCertificateSeconds: 900, rootCertificateSeconds: 30 * 86_400 };

const TO = 'destination_workload_namespace="shop",destination_workload="api"';
const PEERS = `${TO},source_workload_namespace="shop",source_workload="web"`;
const WHO = { destination_workload_namespace: 'shop', destination_workload: 'api', source_workload_namespace: 'shop', source_workload: 'web' };

/** A series, minute by minute, and what somebody must be told of it after a quarter of an hour. */
interface Case {
  readonly name: string;
  readonly series: Readonly<Record<string, string>>;
  readonly alert: string;
  readonly severity: 'critical' | 'warning';
  readonly labels?: Readonly<Record<string, string>>;
  /** The summary; nobody is told without one. */
  readonly summary?: string;
}

const requests = (labels: string) => `istio_requests_total{${labels},${PEERS}}`;
const DENIED = 'reporter="destination",response_code="403"';

const CASES: readonly Case[] = [
  { name: 'a request refused a second', series: { [requests(DENIED)]: '0+60x20' }, alert: 'ZeroTrustDenialSpike', severity: 'warning', labels: WHO, summary: 'shop/api refuses 60 requests a minute of shop/web' },
  { name: 'as many at a waypoint', series: { [requests('reporter="waypoint",response_code="403"')]: '0+60x20' }, alert: 'ZeroTrustDenialSpike', severity: 'warning', labels: WHO, summary: 'shop/api refuses 60 requests a minute of shop/web' },
  {
    name: 'half of them gRPC',
    series: { [requests(DENIED)]: '0+20x20', [requests('reporter="destination",response_code="200",grpc_response_status="7"')]: '0+20x20' },
    alert: 'ZeroTrustDenialSpike',
    severity: 'warning',
    labels: WHO,
    summary: 'shop/api refuses 40 requests a minute of shop/web',
  },
  { name: 'a refusal now and then', series: { [requests(DENIED)]: '0+1x20' }, alert: 'ZeroTrustDenialSpike', severity: 'warning' },
  { name: 'refusals that clients count as well', series: { [requests('reporter="source",response_code="403"')]: '0+60x20' }, alert: 'ZeroTrustDenialSpike', severity: 'warning' },
  { name: 'requests that are answered', series: { [requests('reporter="destination",response_code="200"')]: '0+600x20' }, alert: 'ZeroTrustDenialSpike', severity: 'warning' },
  { name: 'bad tokens', series: { [requests('reporter="destination",response_code="401"')]: '0+60x20' }, alert: 'ZeroTrustRefusedTokens', severity: 'warning', labels: WHO, summary: 'shop/api refuses the tokens of 60 requests a minute of shop/web' },
  {
    name: 'bad tokens of gRPC',
    series: { [requests('reporter="destination",response_code="200",grpc_response_status="16"')]: '0+60x20' },
    alert: 'ZeroTrustRefusedTokens',
    severity: 'warning',
    labels: WHO,
    summary: 'shop/api refuses the tokens of 60 requests a minute of shop/web',
  },
  { name: 'a bad token now and then', series: { [requests('reporter="destination",response_code="401"')]: '0+1x20' }, alert: 'ZeroTrustRefusedTokens', severity: 'warning' },
  { name: 'plaintext requests', series: { [requests('reporter="destination",connection_security_policy="none",response_code="200"')]: '0+1x20' }, alert: 'ZeroTrustPlaintext', severity: 'critical', labels: WHO, summary: 'shop/api takes plaintext of shop/web' },
  {
    name: 'plaintext connections',
    series: { [`istio_tcp_connections_opened_total{reporter="destination",connection_security_policy="none",${PEERS}}`]: '0+1x20' },
    alert: 'ZeroTrustPlaintext',
    severity: 'critical',
    labels: WHO,
    summary: 'shop/api takes plaintext of shop/web',
  },
  { name: 'mutual TLS', series: { [requests('reporter="destination",connection_security_policy="mutual_tls",response_code="200"')]: '0+60x20' }, alert: 'ZeroTrustPlaintext', severity: 'critical' },
  { name: 'plaintext that was, and is no more', series: { [requests('reporter="destination",connection_security_policy="none",response_code="200"')]: '100x20' }, alert: 'ZeroTrustPlaintext', severity: 'critical' },
  {
    name: 'errors of an authorizer',
    series: { [requests('reporter="destination",response_code="503",response_flags="UAEX"')]: '0+60x20' },
    alert: 'ZeroTrustAuthorizerErrors',
    severity: 'critical',
    labels: WHO,
    summary: 'the authorizer of shop/api fails, which refuses 1 requests a second of shop/web',
  },
  { name: 'refusals of an authorizer', series: { [requests('reporter="destination",response_code="403",response_flags="UAEX"')]: '0+1x20' }, alert: 'ZeroTrustAuthorizerErrors', severity: 'critical' },
  {
    name: 'a certificate that is not replaced',
    series: { 'istio_agent_cert_expiry_seconds{resource_name="default",namespace="shop",pod="api-1"}': '1500-60x20' },
    alert: 'ZeroTrustWorkloadCertificateExpires',
    severity: 'critical',
    labels: { resource_name: 'default', namespace: 'shop', pod: 'api-1' },
    summary: 'the certificate of shop/api-1 is good for 10m 0s only, and was not replaced',
  },
  { name: 'a certificate of an hour', series: { 'istio_agent_cert_expiry_seconds{resource_name="default",namespace="shop",pod="api-1"}': '3600-60x20' }, alert: 'ZeroTrustWorkloadCertificateExpires', severity: 'critical' },
  {
    name: 'a root of twenty days',
    series: { 'citadel_server_root_cert_expiry_timestamp{pod="istiod-1"}': `${20 * 86_400 + 900}x20` },
    alert: 'ZeroTrustRootCertificateExpires',
    severity: 'critical',
    labels: {},
    summary: 'the root certificate of the mesh is good for 20d 0h 0m 0s only',
  },
  { name: 'a root of a year', series: { 'citadel_server_root_cert_expiry_timestamp{pod="istiod-1"}': `${365 * 86_400}x20` }, alert: 'ZeroTrustRootCertificateExpires', severity: 'critical' },
];

function testOf({ name, series, alert, severity, labels = {}, summary }: Case): object {
  const told = summary === undefined ? [] : [{ exp_labels: { severity, ...labels }, exp_annotations: { summary } }];
  return {
    name,
    interval: '1m',
    input_series: Object.entries(series).map(([key, values]) => ({ series: key, values })),
    alert_rule_test: [{ eval_time: '15m', alertname: alert, exp_alerts: told }],
  };
}

/** Has Prometheus itself evaluate the rules that a SecurityTelemetry renders over series, and say who is told. */
export async function alertOutcome(): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'promtool-'));
  try {
    const rules = Yaml.stringify(securityRules(BOUNDS));
    writeFileSync(join(folder, 'rules.yaml'), rules);
    const failures = (await Promise.all(CASES.map(async (one, i) => {
      const file = join(folder, `test-${i}.yaml`);
      writeFileSync(file, Yaml.stringify({ rule_files: ['rules.yaml'], evaluation_interval: '1m', tests: [testOf(one)] }));
      const reason = await refusal(['test', 'rules', file]);
      return reason === undefined ? [] : [{ where: one.name, text: rules, reason }];
    }))).flat();
    const written = await refusal(['check', 'rules', join(folder, 'rules.yaml')]);
    const all = [...failures, ...written === undefined ? [] : [{ where: 'rules', text: rules, reason: written }]];
    return { title: 'Prometheus: what alerts tell', passed: CASES.length + 1 - all.length, failures: all };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Why promtool fails; undefined where it does not. */
async function refusal(args: readonly string[]): Promise<string | undefined> {
  try {
    await run('promtool', args);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') { return "promtool must be installed to run the rules, got no command 'promtool'; install Prometheus, such as Debian's package 'prometheus'"; }
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return `${stdout}${stderr}`;
  }
}
