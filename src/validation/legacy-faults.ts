import { hasSidecar } from './client-proxy';
import { UNNAMED } from './samples';
import { LegacyDestinationIntent } from '../intent/legacy-destination-intent';
import { LegacyTlsData } from '../intent/legacy-tls';
import { UNEVALUATED } from '../policy/clients/client-routing';
import { PolicySet } from '../policy/policy-set';
import { Decision } from '../policy/request/decision';
import { RequestDestination } from '../policy/request/request';
import { AuthorizationResponse } from '../policy/response';
import { SETS_TLS } from '../policy/way/delivery';
import { quoted, unique } from '../util/text';

/** A workload of the app that may call a legacy destination, and what its proxy must go by. */
export interface LegacyClient {
  readonly namespace: string;
  readonly name: string;
  /** Name of the DestinationRule, and the mode that it sets. */
  readonly rule: string;
  readonly mode: LegacyTlsData['mode'];
  /** Name of the ServiceEntry, for a host outside of the cluster. */
  readonly entry?: string;
}

/**
 * What keeps workloads of the app from connecting to a legacy destination as it says: each is asked what it sends to each port. A server that is in the mesh refuses it, or takes its
 * callers for nobody.
 */
export function legacyFaults(intent: LegacyDestinationIntent, clients: readonly LegacyClient[], policies: PolicySet): string[] {
  const sending = clients.filter(client => hasSidecar(client, policies));
  const faults = sending.flatMap(client => portsOf(intent).flatMap(port => faultAt(intent, client, port, policies)));
  return [...withoutSidecars(intent, clients, sending, policies), ...unique(faults)];
}

/** A port of a Service that something else makes, where none is stated. */
const SOME_PORT = 80;

function portsOf({ server, ports }: LegacyDestinationIntent): readonly number[] {
  if (server.kind === 'outside') { return server.ports.map(({ number }) => number); }
  if (ports.length > 0) { return ports; }
  return server.kind === 'service' ? server.ports : [SOME_PORT];
}

function faultAt(intent: LegacyDestinationIntent, client: LegacyClient, port: number, policies: PolicySet): string[] {
  const { host, tls } = intent;
  const source = { workload: `${client.namespace}/${client.name}` };
  const response = policies.isAuthorized({ destination: destinationOf(intent, client, port), source, http: { method: 'GET', path: `/${UNNAMED}` } });
  const by = response.notes.filter(note => note.includes(SETS_TLS));
  if (by.length !== 1 || by[0] !== `DestinationRule ${client.namespace}/${client.rule}${SETS_TLS}${client.mode}`) {
    return [`calls of ${quoted(source.workload)} to '${host}' on port ${port} do not go out as this says: ${whyOf(response)}; mend that, or take the LegacyDestination out`];
  }
  const [hop] = response.hops;
  if (hop) {
    const happens = tls.mode === 'DISABLE' ? 'which refuses plaintext, or takes it without knowing who calls' : 'which does not end the TLS that is started';
    return [`'${host}' must be outside of the mesh, and its port ${port} leads to the ${hop.proxy}, ${happens}; leave the LegacyDestination out, as clients know by themselves how to call what is in the mesh`];
  }
  return response.decision !== Decision.DENY ? []
    : [`calls of ${quoted(source.workload)} to '${host}' on port ${port} do not arrive: ${whyOf(response)}; mend that, or take the LegacyDestination out`];
}

/** What is not decided is what becomes of the call beyond the mesh, unless a route has its way with it before. */
function whyOf({ decision, reason, notes }: AuthorizationResponse): string {
  const isTold = decision === Decision.DENY || reason?.includes(UNEVALUATED);
  const said = isTold ? [reason ?? [], notes].flat() : notes.filter(note => note !== reason);
  return unique(said).join('; ') || 'its proxy goes by no DestinationRule';
}

function destinationOf({ server, host }: LegacyDestinationIntent, { namespace, entry }: LegacyClient, port: number): RequestDestination {
  if (server.kind === 'outside') { return { namespace, serviceEntry: entry, port }; }
  const [service, of] = host.split('.');
  return { namespace: of, service, port };
}

/** A namespace of the app of which no workload goes by the rule is not one of clients. */
function withoutSidecars(
  { clients }: LegacyDestinationIntent, known: readonly LegacyClient[], sending: readonly LegacyClient[], policies: PolicySet,
): string[] {
  return clients.flatMap(({ name }) => {
    const [first] = known.filter(({ namespace }) => namespace === name);
    if (!first || sending.some(({ namespace }) => namespace === name)) { return []; }
    const why = policies._whyWithoutIdentity(`${name}/${first.name}`);
    return [`clientNamespaces must be of workloads with sidecars, which connect as this says, and '${name}' has none: ${why}; name the namespaces of those that call, or give it sidecars by a ZeroTrustNamespace`];
  });
}

/** The Service of a host that something else makes, as far as it must be known to be called. */
export function assumedService(intent: LegacyDestinationIntent): object[] {
  if (intent.server.kind !== 'cluster') { return []; }
  const [name, namespace] = intent.host.split('.');
  const ports = portsOf(intent).map(port => ({ name: `port-${port}`, port }));
  return [{ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { ports } }];
}
