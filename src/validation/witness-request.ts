import { byAttribute, valueMeeting, valueOf } from './conditions';
import { Draft, Sent } from './draft';
import { portName } from './ports';
import { accountOf, UNNAMED } from './samples';
import { Witness } from './witness';
import { Caller, callerName, isOfAnotherMesh } from '../intent/caller';
import { ConditionData } from '../intent/condition';
import { MeshFacts, NamespaceFacts } from '../intent/mesh';
import { ServiceFacts, WorkloadFacts } from '../intent/workload';
import { AccessRequest, HttpRequest, RequestDestination, RequestSource } from '../policy/request/request';

/** Where an intent holds. */
export interface Place {
  readonly mesh: MeshFacts;
  readonly namespace: NamespaceFacts;
  readonly target: WorkloadFacts;
}

/** Callers as they send: each as every workload of the app that runs as it, else by its identity. */
export function sentBy(callers: readonly Caller[], sendersOf: (caller: Caller) => readonly string[]): Sent[] {
  return callers.flatMap((caller): Sent[] => {
    const senders = sendersOf(caller);
    return senders.length === 0 ? [{ caller }] : senders.map(sender => ({ caller, sender }));
  });
}

/** The ways to a port of the target: its Services where a waypoint is in front of them, else its pods. */
export function destinationsOf({ namespace, target }: Place, port: number): RequestDestination[] {
  const services = namespace.waypoint ? target.services.filter(service => !service.headless && service.useWaypoint !== 'none') : [];
  return services.length === 0 ? [{ namespace: target.namespace, workload: podsOf(target), port }] : throughServices(services, port);
}

/** A workload of the app calls a Service, as its proxy knows no addresses of pods; it may be that the app has none for the port. */
function calledBy(sender: string | undefined, place: Place, port: number): readonly RequestDestination[] {
  const services = sender === undefined ? [] : throughServices(place.target.services, port);
  return place.namespace.waypoint || services.length === 0 ? destinationsOf(place, port) : services;
}

function throughServices(services: readonly ServiceFacts[], port: number): RequestDestination[] {
  return services.flatMap(service => {
    const mapped = service.ports.find(candidate => candidate.targetPort === port && candidate.transport === 'TCP');
    return mapped ? [{ namespace: service.namespace, service: service.name, port: mapped.port }] : [];
  });
}

/** The name by which the pods of a target are asked for; pods that something else makes are called by all that is known of them. */
export function podsOf({ kind, name, path, podLabels }: WorkloadFacts): string {
  return kind === 'Pods' ? [path, ...Object.entries(podLabels).map(pair => pair.join('='))].join(' ') : name;
}

/** The witnesses of drafts, one for each way to the port. */
export function witnessesFrom(place: Place, drafts: readonly Draft[], outcome: Witness['outcome']): Witness[] {
  return drafts.flatMap(draft => requestsOf(place, draft).map(made => ({ ...made, outcome })));
}

/** The same to the pods by their addresses, past their waypoint. */
export function pastWaypoint(place: Place, drafts: readonly Draft[], outcome: Witness['outcome'] = 'is refused'): Witness[] {
  const toPods = { ...place, namespace: { ...place.namespace, waypoint: undefined } };
  return witnessesFrom(toPods, drafts.map(draft => ({ ...draft, sender: undefined })), outcome);
}

/** The requests of a draft, with the text for messages. */
function requestsOf(place: Place, stated: Draft): Omit<Witness, 'outcome'>[] {
  const draft = fromOtherCluster(stated, place.namespace);
  return calledBy(draft.sender, place, draft.port).map(destination => ({
    request: requestTo(destination, draft, place.mesh),
    text: textAt(place.target, draft),
  }));
}

/** Of the addresses that are asked of callers of another mesh, only some are let in by the network. */
function fromOtherCluster(draft: Draft, { otherClusters = [] }: NamespaceFacts): Draft {
  const { caller, conditions } = draft;
  const isBound = caller !== undefined && isOfAnotherMesh(caller) && otherClusters.length > 0 && conditions.some(({ kind }) => kind === 'sourceIp');
  return isBound ? { ...draft, conditions: [...conditions, { kind: 'sourceIp', values: otherClusters }] } : draft;
}

/** A draft as messages show it, sent to a workload. */
export function textAt({ path }: Pick<WorkloadFacts, 'path'>, draft: Draft): string { return textOf(`${portName(draft.port)} of '${path}'`, draft); }

/** A draft, sent to a destination. */
export function requestTo(destination: RequestDestination, draft: Omit<Draft, 'port'>, mesh: MeshFacts): AccessRequest {
  const { http, token } = draft;
  const authority = http?.host === undefined ? {} : { authority: http.host };
  const sent = http && { method: http.method, path: http.path, ...authority, headers: { ...EVERY_CLIENT, ...headersOf(draft.conditions) } };
  return { destination, source: sourceOf(draft, destination, mesh), ...(sent ? { http: sent, tokens: token ? [token] : [] } : {}) };
}

export function principalOf(caller: Caller, mesh: MeshFacts): string {
  const { namespace, name, trustDomain = mesh.trustDomain } = accountOf(caller);
  return `${trustDomain}/ns/${namespace}/sa/${name}`;
}

/** What real clients send without being asked. */
const EVERY_CLIENT = { 'user-agent': [UNNAMED] };

/** A workload of the app that calls a Service, else an identity: a server name that is asked for is one that the client states itself. */
function sourceOf({ caller, sender, conditions }: Omit<Draft, 'port'>, { service }: RequestDestination, mesh: MeshFacts): RequestSource {
  const [ip, sni] = [addressOf(conditions), valueFor('sni', conditions)];
  const address = ip === undefined ? {} : { ip };
  if (!caller) { return address; }
  if (sender !== undefined && service !== undefined && sni === undefined) { return { workload: sender, ...address }; }
  return { principal: principalOf(caller, mesh), ...(sni === undefined ? {} : { sni }), ...address };
}

/** The address of a client by which conditions hold; undefined where they ask for none. */
export function addressOf(conditions: readonly ConditionData[]): string | undefined { return valueFor('sourceIp', conditions); }

function valueFor(kind: 'sourceIp' | 'sni', conditions: readonly ConditionData[]): string | undefined {
  return valuesOf(conditions).find(([condition]) => condition.kind === kind)?.[1];
}

/** The headers by which conditions hold. */
export function headersOf(conditions: readonly ConditionData[]): NonNullable<HttpRequest['headers']> {
  return Object.fromEntries(valuesOf(conditions).flatMap(([condition, value]) => condition.kind === 'header' ? [[condition.name, [value]]] : []));
}

/** What a request must have, with one of the conditions that ask for it; conditions that contradict each other no request meets. */
function valuesOf(conditions: readonly ConditionData[]): [ConditionData, string][] {
  return byAttribute(conditions).map(group => [group[0], valueMeeting(group) ?? valueOf(group[0])]);
}

/** A draft as messages show it, sent to `port 8080 of 'shop/api'`. */
export function textOf(where: string, { caller, sender, http, token, conditions }: Omit<Draft, 'port'>): string {
  const what = http ? `${http.method} ${http.path}` : 'a connection';
  return `${what} on ${where} ${sender === undefined ? fromWhom(caller, conditions) : `from '${sender}'`}${token ? `, with a token of '${token.claims?.iss}'` : ''}`;
}

function fromWhom(caller: Caller | undefined, conditions: readonly ConditionData[]): string {
  if (!caller) { return `in plaintext${conditions.flatMap(({ kind, values: [block] }) => kind === 'sourceIp' ? ` from ${block}` : []).join('')}`; }
  return caller.kind === 'serviceAccount' && accountOf(caller).name === 'stranger' ? 'from a caller that nobody names' : `from ${callerName(caller)}`;
}
