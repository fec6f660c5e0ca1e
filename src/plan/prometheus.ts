import { isOfAuthorizer, outcomeOfCode, outcomeOfGrpc } from './envoy-log';
import { callerOf, workloadSeen } from './identity';
import { fieldOf, Fields, jsonObject, portOf } from './json-fields';
import { httpRequest, LineReading, Outcome, Reading, readingOf, SeenCaller, SeenRequest } from './observed-call';
import { isObject } from '../util/shape';
import { quoted } from '../util/text';

const NAMES = ['istio_requests_total', 'istio_tcp_connections_opened_total'];

/** Reads what Prometheus answers to an instant query of Istio's counts of calls: each entry of the vector, numbered from 1. */
export function readPrometheus(source: string, json: string): Reading {
  return readingOf(source, vectorOf(json).map((entry, i) => ({ number: i + 1, read: readEntry(entry) })), 'entry');
}

function vectorOf(json: string): readonly unknown[] {
  const answer = jsonObject(json);
  const problem = (what: string) => new Error(`json must be the answer of Prometheus to /api/v1/query, got ${what}; as of curl 'http://prometheus:9090/api/v1/query?query=istio_requests_total'`);
  if (typeof answer === 'string') { throw problem(`text that ${answer}`); }
  if (answer.status !== 'success') { throw problem(`status ${quoted(answer.status)}${typeof answer.error === 'string' ? `: ${answer.error}` : ''}`); }
  const { data } = answer;
  if (!isObject(data) || data.resultType !== 'vector' || !Array.isArray(data.result)) {
    throw problem(`a result of type ${quoted(isObject(data) ? data.resultType : data)}, not a vector at one time`);
  }
  return data.result;
}

function readEntry(entry: unknown): LineReading {
  const { metric, value } = isObject(entry) ? entry : {};
  if (!isObject(metric) || !Array.isArray(value)) { return { unread: 'has no metric and value' }; }
  const count = typeof value[1] === 'string' && /^[\d.e+-]+$/i.test(value[1]) ? Number(value[1]) : NaN;
  if (!Number.isFinite(count) || count < 0) { return { unread: `has no number of calls, got ${quoted(value[1])}` }; }
  if (count > 0 && count < 1) { return { unread: `counts ${value[1]} calls; ask for the counter itself or its increase(…), a rate(…) does not tell how many there were` }; }
  const name = fieldOf(metric, '__name__');
  if (name !== undefined && !NAMES.includes(name)) { return { unread: `is of ${quoted(name)}, and counts no calls; ask for ${NAMES[0]}` }; }
  const reporter = fieldOf(metric, 'reporter');
  if (reporter === 'source') { return { ignored: 'reported by the proxy of the client; what counts is what the destination reports' }; }
  if (reporter !== 'destination' && reporter !== 'waypoint') { return { unread: `has no reporter that is known, got ${quoted(reporter)}; keep the label in 'sum by (…)', or each call counts twice` }; }
  if (count === 0) { return { ignored: 'no calls' }; }
  const to = workloadSeen(fieldOf(metric, 'destination_workload_namespace'), fieldOf(metric, 'destination_workload'));
  if (!to) { return { unread: "names no workload by 'destination_workload' and 'destination_workload_namespace'; keep the labels in 'sum by (…)'" }; }
  return readCall(metric, name, { caller: callerIn(metric), to, count: Math.round(count) });
}

function readCall(metric: Fields, name: string | undefined, call: Pick<CallOf<LineReading>, 'caller' | 'to' | 'count'>): LineReading {
  // a waypoint knows the port of the Service, which is none of the workload
  const port = fieldOf(metric, 'reporter') === 'waypoint' ? undefined : portOf(fieldOf(metric, 'destination_port'));
  const at = port === undefined ? {} : { port };
  const flags = fieldOf(metric, 'response_flags');
  if (name === NAMES[1] || fieldOf(metric, 'request_protocol') === 'tcp') {
    const request: SeenRequest = { kind: 'untold', text: 'TCP connections' };
    return { call: { ...call, ...at, request, ...flags === undefined ? { outcome: 'passed' } : { outcome: flags === 'DENY' ? 'denied' : 'failed', answered: flags } } };
  }
  const code = fieldOf(metric, 'response_code');
  if (code === undefined) { return { unread: "has no response_code, so that it is not known whether the calls were allowed; keep the label in 'sum by (…)'" }; }
  const method = fieldOf(metric, 'request_method');
  const path = fieldOf(metric, 'request_path', 'request_url_path', 'url_path');
  const request: SeenRequest = method !== undefined && path !== undefined ? httpRequest(method, path) : { kind: 'untold', text: method === undefined ? 'HTTP requests' : `${method} requests` };
  return { call: { ...call, ...at, request, ...outcomeOf(metric, code) } };
}

type CallOf<R> = R extends { readonly call: infer C } ? C : never;

function outcomeOf(metric: Fields, code: string): { readonly outcome: Outcome; readonly answered?: string } {
  const flags = fieldOf(metric, 'response_flags');
  if (isOfAuthorizer(flags)) { return { outcome: 'denied', answered: `${code} ${flags}` }; }
  return outcomeOfGrpc(fieldOf(metric, 'grpc_response_status')) ?? outcomeOfCode(code);
}

function callerIn(metric: Fields): SeenCaller {
  const principal = fieldOf(metric, 'source_principal');
  if (principal !== undefined && principal !== 'unknown') { return callerOf(principal); }
  if (fieldOf(metric, 'connection_security_policy') === 'none') { return { kind: 'plaintext' }; }
  const answer = principal === undefined ? "the label source_principal: keep it in 'sum by (…)', with connection_security_policy"
    : 'an access log of the destination, which tells who calls, and whether in plaintext';
  return { kind: 'unknown', answer };
}
