import { byAttribute, valueMeeting, valueOf } from './conditions';
import { accountOf } from './samples';
import { Witness } from './witness';
import { Caller, callerName } from '../intent/caller';
import { ConditionData } from '../intent/condition';
import { MeshFacts, NamespaceFacts } from '../intent/mesh';
import { WorkloadFacts } from '../intent/workload';
import { HttpRequest, RequestDestination, RequestSource } from '../policy/request/request';
import { RequestToken } from '../policy/request/request-token';

/** Where an intent holds. */
export interface Place {
  readonly mesh: MeshFacts;
  readonly namespace: NamespaceFacts;
  readonly target: WorkloadFacts;
}

/** What a witness is made of. */
export interface Draft {
  /** Nobody sends plaintext. */
  readonly caller?: Caller;
  /** The container port. */
  readonly port: number;
  readonly http?: { readonly method: string; readonly path: string; readonly host?: string };
  readonly conditions: readonly ConditionData[];
  readonly token?: RequestToken;
}

/** The ways to a port of the target: its Services where a waypoint is in front of them, else its pods. */
export function destinationsOf({ namespace, target }: Place, port: number): RequestDestination[] {
  const services = namespace.waypoint ? target.services.filter(service => !service.headless && service.useWaypoint !== 'none') : [];
  if (services.length === 0) { return [{ namespace: target.namespace, workload: target.path, port }]; }
  return services.flatMap(service => {
    const mapped = service.ports.find(candidate => candidate.targetPort === port && candidate.transport === 'TCP');
    return mapped ? [{ namespace: service.namespace, service: service.name, port: mapped.port }] : [];
  });
}

/** The witnesses of drafts, one for each way to the port. */
export function witnessesFrom(place: Place, drafts: readonly Draft[], outcome: Witness['outcome']): Witness[] {
  return drafts.flatMap(draft => requestsOf(place, draft).map(made => ({ ...made, outcome })));
}

/** The requests of a draft, with the text for messages. */
function requestsOf(place: Place, draft: Draft): Omit<Witness, 'outcome'>[] {
  const { http, token } = draft;
  const authority = http?.host === undefined ? {} : { authority: http.host };
  const sent = http && { method: http.method, path: http.path, ...authority, headers: headersOf(draft.conditions) };
  return destinationsOf(place, draft.port).map(destination => ({
    request: { destination, source: sourceOf(draft, place.mesh), ...(sent ? { http: sent, tokens: token ? [token] : [] } : {}) },
    text: textOf(place.target.path, draft),
  }));
}

export function principalOf(caller: Caller, { trustDomain }: MeshFacts): string {
  const { namespace, name } = accountOf(caller);
  return `${trustDomain}/ns/${namespace}/sa/${name}`;
}

function sourceOf({ caller, conditions }: Draft, mesh: MeshFacts): RequestSource {
  const given = new Map(valuesOf(conditions).map(([{ kind }, value]) => [kind, value]));
  const [ip, sni] = [given.get('sourceIp'), given.get('sni')];
  return {
    ...(caller ? { principal: principalOf(caller, mesh), sni: sni ?? '' } : {}),
    ...(ip === undefined ? {} : { ip }),
  };
}

function headersOf(conditions: readonly ConditionData[]): NonNullable<HttpRequest['headers']> {
  return Object.fromEntries(valuesOf(conditions).flatMap(([condition, value]) => condition.kind === 'header' ? [[condition.name, [value]]] : []));
}

/** What a request must have, with one of the conditions that ask for it; conditions that contradict each other no request meets. */
function valuesOf(conditions: readonly ConditionData[]): [ConditionData, string][] {
  return byAttribute(conditions).map(group => [group[0], valueMeeting(group) ?? valueOf(group[0])]);
}

function textOf(target: string, { caller, http, port, token }: Draft): string {
  const what = http ? `${http.method} ${http.path}` : 'a connection';
  return `${what} on port ${port} of '${target}' ${fromWhom(caller)}${token ? `, with a token of '${token.claims?.iss}'` : ''}`;
}

function fromWhom(caller: Caller | undefined): string {
  if (!caller) { return 'in plaintext'; }
  return caller.kind === 'serviceAccount' && accountOf(caller).name === 'stranger' ? 'from a caller that nobody names' : `from ${callerName(caller)}`;
}
