import { hasSidecar } from './client-proxy';
import { askedFor, BoundedClient, EgressClient, EgressObjects, named, startsAsStated, whyOf } from './egress-faults';
import { Opening, tokensOf } from './openings';
import { accountOf, STRANGER, UNNAMED } from './samples';
import { addressOf, headersOf, podsOf } from './witness-request';
import { EgressGatewayData, EgressIntent, gatewayService, policyPortThrough, portThrough } from '../intent/egress-intent';
import { EgressPortData } from '../intent/egress-port';
import { PolicySet } from '../policy/policy-set';
import { Decision } from '../policy/request/decision';
import { AccessRequest } from '../policy/request/request';
import { RequestToken } from '../policy/request/request-token';
import { AuthorizationResponse } from '../policy/response';
import { oneOfEach } from '../util/grouped';
import { quoted, unique } from '../util/text';

type Through = EgressIntent & { readonly gateway: EgressGatewayData };

/** What keeps callers from a host that they reach through a gateway, lets them go past it, or lets others through: those within the same boundaries, and at the gateway itself some service accounts. */
export function egressGatewayFaults(intent: Through, { clients, objects, strangers, openings }: AskedThrough, policies: PolicySet): string[] {
  const each = (find: (port: EgressPortData) => string[]) => intent.ports.flatMap(find);
  const knocking = knockingOf(strangers, openings);
  return unique([
    ...clients.filter(client => hasSidecar(client, policies)).flatMap(client => each(port => faultOf({ intent, port, objects }, client, policies))),
    ...each(port => leavingFault({ intent, port, objects }, policies)),
    ...each(port => strangerFaults({ intent, port, objects }, knocking, policies)),
  ]);
}

/** Who is asked for. */
interface AskedThrough {
  readonly clients: readonly EgressClient[];
  readonly objects: EgressObjects;
  /** Service accounts, `NAMESPACE/NAME`, none of which is a caller. */
  readonly strangers: readonly string[];
  /** What policies by hand would let through. */
  readonly openings: readonly Opening[];
}

/** A request of somebody who is no caller. */
interface Knocking extends Pick<Opening, 'http' | 'conditions'> { readonly account: string; readonly token?: RequestToken }

/** Strangers that ask for nothing in particular; and by what each rule by hand would let through each of them, and whom it names itself. */
function knockingOf(strangers: readonly string[], openings: readonly Opening[]): Knocking[] {
  const plain = strangers.map((account): Knocking => ({ account, http: { method: 'GET', path: `/${UNNAMED}` }, conditions: [] }));
  const opened = openings.flatMap(opening => {
    const { namespace, name } = accountOf(opening.caller ?? STRANGER);
    const { http, conditions } = opening;
    return unique([...strangers, `${namespace}/${name}`]).flatMap(account => tokensOf(opening, []).map((token): Knocking => ({ account, http, conditions, token })));
  });
  return oneOfEach([...plain, ...opened], one => JSON.stringify(one));
}

interface Asked { readonly intent: Through; readonly port: EgressPortData; readonly objects: EgressObjects }

function faultOf({ intent, port, objects }: Asked, client: EgressClient, policies: PolicySet): string[] {
  const { host, gateway } = intent;
  const response = askedFor({ host, port, objects }, client, policies._ofMesh);
  const where = whereOf(intent, port);
  if (!client.isCaller) {
    return response.decision === Decision.DENY ? [] : [`${named(client)} is not to reach ${where}, and does: ${whyOf(response)}; mend that, or name it among the callers`];
  }
  if (response.decision !== Decision.ALLOW) { return [`calls of ${named(client)} to ${where} do not arrive: ${whyOf(response)}; mend that, or take the EgressAccess out`]; }
  return isLed(response, gateway, port) ? [] : [`calls of ${named(client)} to ${where} do not go through the gateway ${quoted(gateway.path)}: ${whyOf(response)}; mend that, or take the EgressAccess out`];
}

function isLed({ notes }: AuthorizationResponse, gateway: EgressGatewayData, port: EgressPortData): boolean {
  // ambient callers are led to a waypoint by themselves
  if (!gateway.pods) { return true; }
  const service = gatewayService(gateway);
  return notes.some(note => note.endsWith(` sends it to '${service?.name}.${service?.namespace}.svc.cluster.local', port ${portThrough(gateway, port)}`));
}

/** The name by which the pods of a gateway are asked for; they send as well, by a name without slashes. */
export function podsOfGateway({ pods, name }: EgressGatewayData): string { return pods ? podsOf(pods).replace(/\//g, ' ') : name; }

/** What the gateway itself sends. */
function leavingFault({ intent, port, objects }: Asked, policies: PolicySet): string[] {
  const { host, gateway } = intent;
  const { namespace, path } = gateway;
  const sender: BoundedClient = { namespace, name: podsOfGateway(gateway) };
  const response = askedFor({ host, port, objects }, sender, policies._ofMesh);
  const isGone = response.decision !== Decision.DENY && startsAsStated(response, port, objects);
  return isGone ? [] : [`what the gateway ${quoted(path)} sends to ${whereOf(intent, port)} does not go out as this says: ${whyOf(response)}; mend that, or take the EgressAccess out`];
}

/** At the gateway, by whatever way somebody comes there: each account once, by the first request that passes. */
function strangerFaults({ intent, port, objects }: Asked, knocking: readonly Knocking[], policies: PolicySet): string[] {
  const { host, gateway: { path } } = intent;
  const passing = knocking.flatMap(one => {
    const asked = strangerAt({ intent, port, objects }, one);
    if (!asked) { return []; }
    const http = one.http && { method: one.http.method, path: one.http.path, authority: host, headers: headersOf(one.conditions) };
    const response = policies._ofMesh.isAuthorized({ ...asked, ...port.protocol === 'http' ? { http, tokens: one.token ? [one.token] : [] } : {} });
    return response.decision === Decision.DENY ? [] : [{ ...one, response }];
  });
  return oneOfEach(passing, ({ account }) => account).map(({ account, response }) =>
    `${quoted(account)} is not to reach ${whereOf(intent, port)}, and the gateway ${quoted(path)} lets it: ${whyOf(response)}; mend that, or name it among the callers`);
}

/** A call of an account to the gateway, or to the host in front of which a waypoint stands. */
function strangerAt({ intent: { host, gateway }, port, objects }: Asked, { account: serviceAccount, conditions }: Knocking): Pick<AccessRequest, 'destination' | 'source'> | undefined {
  const ip = addressOf(conditions);
  const source = { serviceAccount, ...ip === undefined ? {} : { ip } };
  if (!gateway.pods) { return { destination: { namespace: objects.namespace, serviceEntry: objects.entry, port: port.number }, source }; }
  const listening = policyPortThrough(gateway, port);
  return listening === undefined ? undefined
    : { destination: { namespace: gateway.namespace, gateway: podsOfGateway(gateway), port: listening }, source: { ...source, sni: host } };
}

function whereOf({ host }: Through, { number }: EgressPortData): string { return `'${host}' on port ${number}`; }
