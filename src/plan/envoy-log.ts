import { callerOf } from './identity';
import { Fields, fieldOf, jsonObject, linesOf, portOf, portOfAddress } from './json-fields';
import { httpRequest, LineReading, OF_THE_CLIENT, Outcome, Reading, readingOf, SeenCaller, SeenRequest, SeenWorkload } from './observed-call';

/** What a log does not say of itself. */
export interface LogFacts {
  /** The workload whose proxies wrote it, or whose Service they wrote it for. */
  readonly workload: SeenWorkload;
  /** The container port, where lines name the port of a Service, or none. */
  readonly port?: number;
}

/** Names of the identity of the peer, which Istio's own format leaves out; the second is for waypoints. */
const CALLER = ['caller', 'downstream_peer_uri_san', 'peer_uri_san', 'source_principal', 'caller_at_waypoint', 'peer_principal'];

const LOG_CALLER = "Istio's own format does not say who calls: add the field caller: '%DOWNSTREAM_PEER_URI_SAN%' (at waypoints caller_at_waypoint: '%FILTER_STATE(io.istio.peer_principal:PLAIN)%'), as an AuditTrail does";

/** Reads an access log of Envoy in JSON: the fields of Istio's own format, and those of the logs that this library makes. */
export function readEnvoyLog(source: string, text: string, facts: LogFacts): Reading {
  return readingOf(source, linesOf(text).map(({ number, line }) => ({ number, read: readLine(line, facts) })));
}

function readLine(line: string, { workload: to, port: stated }: LogFacts): LineReading {
  const fields = jsonObject(line);
  if (typeof fields === 'string') { return { unread: fields }; }
  const cluster = fieldOf(fields, 'upstream_cluster') ?? '';
  if (/^(outbound[_|]|BlackHoleCluster|PassthroughCluster)/.test(cluster)) { return OF_THE_CLIENT; }
  const method = fieldOf(fields, 'method');
  const path = fieldOf(fields, 'path');
  if ((method === undefined) !== (path === undefined)) { return { unread: `has ${method === undefined ? 'a path and no method' : 'a method and no path'}` }; }
  const request: SeenRequest = method !== undefined && path !== undefined ? httpRequest(method, path) : { kind: 'connection' };
  if (!['upstream_cluster', 'response_code', 'status', 'downstream_local_address', 'destination'].some(name => Object.hasOwn(fields, name))) {
    return { unread: 'has none of the fields of an access log: upstream_cluster, response_code, downstream_local_address' };
  }
  const code = fieldOf(fields, 'response_code', 'status');
  if (request.kind === 'http' && code === undefined) { return { unread: 'has no response_code, so that it is not known whether the call was allowed' }; }
  const own = portOf(/^inbound\|(\d+)\|/.exec(cluster)?.[1]);
  if (own !== undefined && own !== (stated ?? own)) {
    return { unread: `is of port ${own}, and port says ${stated}; leave port out, which is for logs of a waypoint` };
  }
  const at = portIn(fields, cluster, stated ?? own);
  return { call: { caller: callerIn(fields), to, ...at, request, ...outcomeOf(fields, request, code), count: 1 } };
}

/** A log that has a field for the identity, with nothing in it, tells of a caller without one. */
function callerIn(fields: Fields): SeenCaller {
  const identity = fieldOf(fields, ...CALLER);
  if (identity !== undefined) { return callerOf(identity); }
  return CALLER.some(name => Object.hasOwn(fields, name)) ? { kind: 'plaintext' } : { kind: 'unknown', answer: LOG_CALLER };
}

/** What is stated, or `inbound|8080||` says at a sidecar. A waypoint names the port of the Service, which is none of the workload. */
function portIn(fields: Fields, cluster: string, known: number | undefined): { readonly port?: number } {
  const isWaypoint = cluster.startsWith('inbound-vip|') || (!cluster && fieldOf(fields, 'caller_at_waypoint', 'peer_principal') !== undefined);
  const address = fieldOf(fields, 'downstream_local_address', 'destination');
  const port = known ?? (isWaypoint ? undefined : portOfAddress(address));
  return port === undefined ? {} : { port };
}

const DENIED = /^(rbac_access_denied|ext_authz_denied|ext_authz_error|jwt_authn_access_denied|filter_chain_not_found)/;

function outcomeOf(fields: Fields, { kind }: SeenRequest, code: string | undefined): { readonly outcome: Outcome; readonly answered?: string } {
  const flags = fieldOf(fields, 'response_flags');
  const why = fieldOf(fields, 'connection_termination_details', 'connection') ?? fieldOf(fields, 'response_code_details', 'details');
  const answered = [kind === 'http' ? code : undefined, why === 'via_upstream' ? undefined : why, flags].filter(one => one !== undefined).join(' ');
  if (DENIED.test(why ?? '') || isOfAuthorizer(flags)) { return { outcome: 'denied', answered }; }
  if (kind === 'connection') { return flags === undefined && why === undefined ? { outcome: 'passed' } : { outcome: 'failed', answered }; }
  const grpc = fieldOf(fields, 'grpc_status', 'grpc_status_number', 'grpc_response_status');
  return outcomeOfGrpc(grpc) ?? outcomeOfCode(code!, answered);
}

/** Whether an external authorizer refused, or failed: it may answer with any status, also that of a redirection. */
export function isOfAuthorizer(flags: string | undefined): boolean { return flags?.split(',').includes('UAEX') ?? false; }

/** As Envoy writes it: in words or digits. */
const GRPC: Readonly<Record<string, string>> = { OK: '0', PermissionDenied: '7', PERMISSION_DENIED: '7', Unauthenticated: '16', UNAUTHENTICATED: '16' };

/** What a status of gRPC says, whose code is 200: of PERMISSION_DENIED and UNAUTHENTICATED, others are errors of the service. Undefined where it says nothing. */
export function outcomeOfGrpc(status: string | undefined): { readonly outcome: Outcome; readonly answered: string } | undefined {
  const { [status ?? 'OK']: number = status } = GRPC;
  if (number === '0') { return undefined; }
  return { outcome: number === '7' || number === '16' ? 'denied' : 'failed', answered: `gRPC status ${status}` };
}

/** Whether a request passed, by its status. */
export function outcomeOfCode(code: string, answered = code): { readonly outcome: Outcome; readonly answered?: string } {
  const number = /^\d{3}$/.test(code) ? Number(code) : 0;
  if (number === 401 || number === 403) { return { outcome: 'denied', answered }; }
  return number >= 100 && number < 400 ? { outcome: 'passed' } : { outcome: 'failed', answered };
}
