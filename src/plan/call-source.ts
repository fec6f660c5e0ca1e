import { readEnvoyLog } from './envoy-log';
import { workloadGiven } from './identity';
import { readMap } from './map-calls';
import { Reading } from './observed-call';
import { readPrometheus } from './prometheus';
import { readZtunnelLog } from './ztunnel-log';
import { AccessMap } from '../analysis/access-map';
import { noFurther } from '../util/arguments';
import { instanceOf, portNumber, text } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';

/** What an access log does not say of itself. */
export interface AccessLogOf {
  /** The workload that was called, `NAMESPACE/NAME`: whose proxies wrote the log, or a waypoint for its Service. Lines name no workload; hosts that clients send prove nothing. */
  readonly workload: string;

  /**
   * The port that the workload listens on, for logs of a waypoint, whose lines name the port of the Service.
   *
   * @default - what lines name; those of a waypoint are asked about
   */
  readonly port?: number;
}

const LOG: InputStruct<AccessLogOf> = { name: 'AccessLogOf', members: { workload: 'needed', port: 'value' } };

/**
 * Where an AccessPlan knows calls from: traffic that was seen, or policies that are there.
 *
 * What counts is what the proxy of the destination reports: it is the one that knows who called, and what the client reports as well would count twice.
 */
export class CallSource {
  /**
   * What Prometheus answers to an instant query of `istio_requests_total` or `istio_tcp_connections_opened_total`, as JSON.
   *
   * These counts tell who calls whom, and neither method nor path, but where the mesh adds them as `request_method`, `request_path` and `destination_port`.
   *
   * @param name what it is called in questions, such as the name of its file
   * @param json the answer of `/api/v1/query`; with `sum by (…)`, which must keep `reporter`, `source_principal`, `connection_security_policy`, `destination_workload`,
   *   `destination_workload_namespace`, `request_protocol`, `response_code` and `response_flags`
   * @throws where it is no such answer
   * @see https://istio.io/latest/docs/reference/config/metrics/
   */
  public static prometheus(name: string, json: string): CallSource {
    noFurther('CallSource.prometheus', arguments, 2, 'give each answer its own source');
    return new CallSource(readPrometheus(named(name), textGiven('json', json)));
  }

  /**
   * Lines of the access log of Envoy in JSON: with the fields of Istio's own format, or of an AuditTrail.
   *
   * Istio's own format does not say who calls; add `caller: '%DOWNSTREAM_PEER_URI_SAN%'` to it.
   *
   * @param name what it is called in questions, such as the name of its file
   * @param lines a JSON object a line
   * @param of whose log it is
   * @see https://istio.io/latest/docs/tasks/observability/logs/access-log/
   */
  public static accessLog(name: string, lines: string, of: AccessLogOf): CallSource {
    noFurther('CallSource.accessLog', arguments, 3, 'give each log its own source');
    const { workload, port } = taken('CallSource.accessLog', LOG, of);
    const facts = { workload: workloadGiven('workload', workload), ...port === undefined ? {} : { port: portNumber('port', port) } };
    return new CallSource(readEnvoyLog(named(name), textGiven('lines', lines), facts));
  }

  /**
   * Lines of the log of ztunnel, as text or JSON: connections, with who calls whom on which port.
   *
   * @param name what it is called in questions, such as the name of its file
   * @param lines a line for each connection; others are left alone
   * @see https://istio.io/latest/docs/ambient/usage/troubleshoot-ztunnel/
   */
  public static ztunnelLog(name: string, lines: string): CallSource {
    noFurther('CallSource.ztunnelLog', arguments, 2, 'give each log its own source');
    return new CallSource(readZtunnelLog(named(name), textGiven('lines', lines)));
  }

  /**
   * What policies that are there let pass: the rows of a map of accesses, each as an operation. Rows with conditions, tokens or callers without a name are asked about.
   *
   * @param name what it is called in questions
   * @param map the accesses
   */
  public static accessMap(name: string, map: AccessMap): CallSource {
    noFurther('CallSource.accessMap', arguments, 2, 'give each map its own source');
    return new CallSource(readMap(named(name), instanceOf('map', map, AccessMap, 'write AccessMap.of(policies)')));
  }

  /** @internal */
  public readonly _reading: Reading;

  private constructor(reading: Reading) { this._reading = reading; }

  /** What it tells, as text: `12 calls, 3 lines not read, 40 left aside`. */
  public describeCallSource(): string {
    const { observed, known, unread, ignored } = this._reading;
    return `${observed.reduce((sum, { count }) => sum + count, known.length)} calls, ${unread.length} not read, ${ignored.reduce((sum, { count }) => sum + count, 0)} left aside`;
  }
}

function named(name: string): string { return text('name', name, 'call it as its file is called'); }

function textGiven(prop: string, given: string): string {
  if (typeof given !== 'string') { throw new Error(`${prop} must be text, got ${quoted(given)}; give what the file holds, as by readFileSync(…, 'utf8')`); }
  return given;
}
