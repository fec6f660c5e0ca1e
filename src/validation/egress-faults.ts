import { hasSidecar } from './client-proxy';
import { UNNAMED } from './samples';
import { EgressBoundaryIntent, EgressIntent } from '../intent/egress-intent';
import { EgressPortData } from '../intent/egress-port';
import { NETWORKING_GROUP } from '../istio/manifest';
import { PolicySet } from '../policy/policy-set';
import { Decision } from '../policy/request/decision';
import { HttpRequest, RequestDestination } from '../policy/request/request';
import { AuthorizationResponse } from '../policy/response';
import { SETS_TLS } from '../policy/way/delivery';
import { quoted, unique } from '../util/text';

/** A workload of the app in a namespace of callers, and the objects that it would go by there. */
export interface EgressClient {
  readonly namespace: string;
  readonly name: string;
  readonly isCaller: boolean;
  readonly objects: EgressObjects;
}

/** The objects by which a host is known in a namespace. */
export interface EgressObjects {
  readonly namespace: string;
  /** Name of the ServiceEntry. */
  readonly entry: string;
  /** Name of the DestinationRule, where proxies start TLS. */
  readonly rule?: string;
}

/** What keeps workloads of the app from reaching a host outside as it says, and others of their namespaces from being blocked. */
export function egressFaults({ host, ports }: Pick<EgressIntent, 'host' | 'ports'>, clients: readonly EgressClient[], policies: PolicySet): string[] {
  return unique(clients.filter(client => hasSidecar(client, policies)).flatMap(client => ports.flatMap(port => {
    const { number } = port;
    // whom others may not reach nothing is left to the network, which knows no names
    const response = askedFor({ host, port, objects: client.objects }, client, client.isCaller ? policies : policies._ofMesh);
    const where = `'${host}' on port ${number}`;
    if (!client.isCaller) {
      return isBlocked(response) ? [] : [`${named(client)} is not to reach ${where}, and does: ${whyOf(response)}; mend that, or name it among the callers`];
    }
    if (response.decision === Decision.DENY) { return [`calls of ${named(client)} to ${where} do not arrive: ${whyOf(response)}; mend that, or take the EgressAccess out`]; }
    return startsAsStated(response, port, client.objects) ? [] : [`calls of ${named(client)} to ${where} do not go out as this says: ${whyOf(response)}; mend that, or take the EgressAccess out`];
  })));
}

/** A port of a host, and the objects by which it is known. */
export interface OutsideCall {
  readonly host: string;
  readonly port: EgressPortData;
  readonly objects: EgressObjects;
}

/** What becomes of a call of a workload to a host outside. */
export function askedFor({ host, port, objects }: OutsideCall, client: BoundedClient, policies: PolicySet): AuthorizationResponse {
  const destination = { namespace: objects.namespace, serviceEntry: objects.entry, port: port.number };
  return asked(destination, client, policies, port.protocol === 'http' ? { authority: host } : undefined);
}

/** Whether whoever connects to the host starts TLS by the rule that says so, and by no other. */
export function startsAsStated({ notes }: AuthorizationResponse, { tls }: EgressPortData, { namespace, rule }: EgressObjects): boolean {
  const by = notes.filter(note => note.includes(SETS_TLS));
  return by.join() === (tls ? `DestinationRule ${namespace}/${rule}${SETS_TLS}${tls.mode}` : '');
}

/** A Service that workloads within a boundary call, and the ports of it. */
export interface NeededService {
  readonly namespace: string;
  readonly name: string;
  readonly ports: readonly number[];
}

export type BoundedClient = Pick<EgressClient, 'namespace' | 'name'>;

/** What lets workloads out of a boundary, and what it keeps in that the app has them call. */
export function boundaryFaults(
  { within }: EgressBoundaryIntent, clients: readonly BoundedClient[], needed: readonly NeededService[], policies: PolicySet,
): string[] {
  return unique(clients.filter(client => hasSidecar(client, policies)).flatMap(client => {
    const unknown = asked({ namespace: within, serviceEntry: UNNAMED, port: 443 }, client, policies._ofMesh);
    const isKeptFrom = (namespace: string, service: string, port: number) =>
      isBlocked(asked({ namespace, service, port }, client, policies._ofMesh));
    const kept = needed.flatMap(({ namespace, name, ports }) => ports.filter(port => isKeptFrom(namespace, name, port)).map(port => `${named(client)} is to call port ${port} of '${name}.${namespace}', and its sidecar does not know it; mend what the Service exports, or state by otherServices what it is`));
    return [...isBlocked(unknown) ? [] : [`${named(client)} reaches hosts that nobody states: ${whyOf(unknown)}; mend that, or bound others`], ...kept];
  }));
}

/** A host that nobody states, made known in the namespace of a boundary as somebody there might. */
export function unstatedHost({ within }: EgressBoundaryIntent): object {
  const spec = { hosts: [`${UNNAMED}.example`], location: 'MESH_EXTERNAL', resolution: 'DNS', ports: [{ number: 443, name: 'tls', protocol: 'TLS' }] };
  return { apiVersion: `${NETWORKING_GROUP}/v1`, kind: 'ServiceEntry', metadata: { name: UNNAMED, namespace: within }, spec };
}

export function named({ namespace, name }: BoundedClient): string { return quoted(`${namespace}/${name}`); }

function asked(destination: RequestDestination, { namespace, name }: BoundedClient, policies: PolicySet, http?: HttpRequest): AuthorizationResponse {
  const sent = http ? { http: { method: 'GET', path: `/${UNNAMED}`, ...http } } : {};
  return policies.isAuthorized({ destination, source: { workload: `${namespace}/${name}` }, ...sent });
}

/** Blocked by the sidecar of the client, and not refused by whoever is called. */
export function isBlocked({ decision, reason = '', notes }: AuthorizationResponse): boolean {
  return decision === Decision.DENY && [reason, ...notes].some(note => note.includes('and blocks it'));
}

export function whyOf({ decision, reason, notes }: AuthorizationResponse): string {
  return unique([reason ?? [], notes].flat()).join('; ') || `it is decided ${decision}`;
}
