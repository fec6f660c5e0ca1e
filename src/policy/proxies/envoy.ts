import { answersOf, askAuthorizers } from './authorizers';
import { allowStage, denyStage, Passes, strictest } from './decide';
import { enforcedByEnvoy } from './enforced';
import { Accepted, isRefused, Refused, sidecarChain, terminate } from './filter-chain';
import { gatewayAcceptances } from './gateway-chain';
import { httpFacts } from './http-facts';
import { isMalformed, looksLikeHttp, Malformed, receive, receiveAgain, ReceivedRequest } from './http-request';
import { judge } from './judge';
import { appendForwarded, forwardedAddress, trustedAddress } from './remote-address';
import { customAt, routed } from './routing';
import { HopVerdict } from './verdict';
import { IpBits } from '../../util/ip';
import { askedHost } from '../clients/asked-host';
import { RouteFound } from '../gateways/virtual-host';
import { Facts, HttpFacts } from '../matching/facts';
import { Connection, relayed } from '../request/connection';
import { Stage } from '../request/decision';
import { Mesh } from '../request/mesh-settings';
import { AccessRequest, HttpRequest } from '../request/request';
import { Chain, Protocol } from '../services/protocol';
import { TokenVerdict } from '../token/token';
import { EnvoyHop } from '../way/hop';
import { AttachedPolicies } from '../workloads/attached-policies';

/** Everything an evaluation reads beside the hop itself. */
export interface Evaluation {
  readonly request: AccessRequest;
  readonly connection: Connection;
  readonly mesh: Mesh;
  /** What the proxy did that was passed before, if there was one. */
  readonly before?: HopVerdict;
}

/** What an Envoy proxy does with a request: transport, protocol, CUSTOM, tokens, DENY, ALLOW, in this order. */
export function passEnvoy(hop: EnvoyHop, sent: Evaluation): HopVerdict {
  const evaluation = hop.via === undefined ? sent : { ...sent, connection: relayed(sent.connection, hop.via) };
  const accepted = acceptances(hop, evaluation);
  if (accepted.length === 1) return passChain(hop, accepted[0], evaluation);
  return passEither(hop, accepted.map(one => passChain(hop, one, evaluation)));
}

function passEither(hop: EnvoyHop, [verdict, ...others]: readonly HopVerdict[]): HopVerdict {
  // what is the same either way is told by the stage that it may get to
  if (others.every(({ passes }) => passes === verdict.passes)) return others.reduce((a, b) => stageNumber(b) > stageNumber(a) ? b : a, verdict);
  const kind = hop.at === 'gateway' ? 'Gateways' : 'PeerAuthentications';
  return { hop, passes: 'unknown', stage: Stage.TRANSPORT, reason: `it is not known which of several ${kind} is the oldest` };
}

function stageNumber({ stage }: HopVerdict): number { return Object.values(Stage).findIndex(one => one === stage); }

function passChain(hop: EnvoyHop, accepted: Accepted | Refused, evaluation: Evaluation): HopVerdict {
  if (isRefused(accepted)) return { hop, passes: 'no', stage: Stage.TRANSPORT, reason: accepted.refusal };
  if (accepted.isExempt) return passExempt(hop, accepted, evaluation);
  if (accepted.chain === 'TCP') return passTcp(hop, accepted, evaluation);
  if (accepted.opaqueTls) return { hop, passes: 'no', stage: Stage.TRANSPORT, reason: 'the port speaks HTTP, and the client TLS' };
  return passHttp(hop, accepted, evaluation);
}

/** What may become of a connection; more than one where the mode of the port is not known. */
function acceptances(hop: EnvoyHop, { connection, mesh }: Evaluation): (Accepted | Refused)[] {
  switch (hop.at) {
    case 'sidecar':
      return hop.mode.modes.map(mode => sidecarChain(mode, hop.protocol, connection, mesh));
    case 'waypoint':
      return [waypointChain(hop.protocol, connection, mesh)];
    case 'gateway':
      return gatewayAcceptances(hop.listeners, connection);
  }
}

function waypointChain(protocol: Protocol | undefined, connection: Connection, mesh: Mesh): Accepted | Refused {
  if (protocol === undefined) return { refusal: 'the addressed object has no such port' };
  const { http } = connection;
  const chain: Chain = protocol === 'AUTO' ? http && looksLikeHttp(http) ? 'HTTP' : 'TCP' : protocol;
  // the server name is that of TLS inside the tunnel
  const accepted = terminate(chain, connection, mesh);
  return isRefused(accepted) ? accepted : { ...accepted, sni: mesh.has('sniAtWaypoints') ? accepted.sni ?? '' : '' };
}

function passTcp(hop: EnvoyHop, accepted: Accepted, { request, connection }: Evaluation): HopVerdict {
  const policies = enforcedByEnvoy(hop, 'TCP');
  const facts = factsOf(hop, accepted, connection, connection.sourceIp);
  const custom = askAuthorizers(policies.authorizers, facts, answersOf(request));
  const { passes, stage } = conclude(custom.passes, 'yes', denyStage(policies, facts), allowStage(policies, facts));
  return { hop, passes, stage, chain: 'TCP', facts, customFacts: facts, custom: custom.passes, notes: custom.notes };
}

/** What no policy is asked about. */
function passExempt(hop: EnvoyHop, accepted: Accepted, { connection }: Evaluation): HopVerdict {
  const facts = factsOf(hop, accepted, connection, connection.sourceIp);
  return { hop: { ...hop, attached: exempted(hop.attached) }, passes: 'yes', chain: 'TCP', facts, customFacts: facts };
}

/** No policies: those of the proxy are not for this chain. */
function exempted(attached: AttachedPolicies): AttachedPolicies {
  const reason = 'no policy holds for what a gateway passes on between networks';
  const exempt = () => [...attached.authorization, ...attached.authentication].map(policy => ({ policy, reason }));
  return { ...attached, authorization: [], authentication: [], detached: () => [...exempt(), ...attached.detached()] };
}

function passHttp(hop: EnvoyHop, accepted: Accepted, evaluation: Evaluation): HopVerdict {
  const { request, connection } = evaluation;
  const { mesh } = hop;
  const { peer } = accepted;
  if (!request.http) return { hop, chain: 'HTTP', peer, passes: 'no', stage: Stage.PROTOCOL, httpStatus: 400, reason: 'the port speaks HTTP, and the client does not' };
  const received = arriving(request.http, evaluation, mesh);
  if (isMalformed(received)) {
    const { httpStatus, grpc, reason } = received;
    return { hop, chain: 'HTTP', peer, passes: 'no', stage: Stage.PROTOCOL, httpStatus, grpc, reason };
  }
  const { grpc } = received;
  const policies = enforcedByEnvoy(hop, 'HTTP');
  const remoteIp = clientAddress(hop, received, evaluation);
  const http = httpFacts(received.headers);
  const sent = factsOf(hop, accepted, connection, remoteIp, http);
  const customFacts = unsettledBefore(sent, evaluation);
  const route = routed(accepted, received.headers, mesh);
  const given = answersOf(request);
  const custom = customAt(route, policies.authorizers, customFacts, given, evaluation.before?.unheard);
  const { facts, token, verified, deny, allow, reason } = judge(policies, custom, sent, given.tokens, mesh);
  const { passes, stage } = conclude(custom.passes, verified, deny, allow);
  const httpStatus = statusOf(passes, stage, token, route);
  const why = passes === 'unknown' && stage !== Stage.CUSTOM ? reason : undefined;
  const { notes, unheard } = custom;
  return { hop, passes, stage, reason: why, chain: 'HTTP', httpStatus, grpc, facts, customFacts, custom: custom.passes, token, notes, unheard };
}

/** The request as it comes in: as sent, or with the headers that the proxy before it left. */
function arriving(http: HttpRequest, { request, before }: Evaluation, mesh: Mesh): ReceivedRequest | Malformed {
  const left = before?.facts?.http?.headers;
  if (left) return receiveAgain(left, before?.grpc ?? false, mesh);
  return receive(http, request.tokens ?? [], askedHost(request), mesh);
}

/** What was not known of headers at the proxy before is not known here, either; tokens are looked at anew. */
function unsettledBefore(facts: Facts, { before }: Evaluation): Facts {
  const unsettled = before?.facts?.http?.unsettled;
  return unsettled && facts.http ? { ...facts, http: { ...facts.http, unsettled: { header: unsettled.header } } } : facts;
}

/** The first stage that refuses ends the request; what is unknown or conditional before it then does not matter. */
function conclude(custom: Passes, token: Passes, deny: Passes, allow: Passes): Pick<HopVerdict, 'passes' | 'stage'> {
  const passes = strictest(custom, token, deny, allow);
  switch (passes) {
    case 'yes': return { passes };
    case custom: return { passes, stage: Stage.CUSTOM };
    case token: return { passes, stage: Stage.TOKEN };
    case deny: return { passes, stage: Stage.DENY };
    default: return { passes, stage: Stage.ALLOW };
  }
}

/** What the client sees; undefined where it is not known whether the request passes. */
function statusOf(passes: Passes, stage: Stage | undefined, token: TokenVerdict, { status }: RouteFound): number | undefined {
  if (passes === 'yes') return status;
  if (passes !== 'no') return undefined;
  return stage === Stage.TOKEN ? token.refused : 403;
}

function factsOf(hop: EnvoyHop, { peer, sni }: Accepted, connection: Connection, remoteIp: IpBits | undefined, http?: HttpFacts): Facts {
  // INVARIANT: inside a waypoint the TCP peer is an internal address, which is in no block
  const sourceIp = hop.at === 'waypoint' && !hop.proxy.isEntrance ? '' : connection.sourceIp;
  return { peer, sni, sourceIp, remoteIp, destinationIp: hop.ip, port: hop.port, http };
}

function clientAddress(hop: EnvoyHop, { headers }: ReceivedRequest, { request, connection }: Evaluation): IpBits | undefined {
  if (hop.at !== 'gateway') return forwardedAddress(headers, connection.sourceIp);
  const client = trustedAddress(headers, connection.sourceIp, hop.mesh.trustedProxies);
  appendForwarded(headers, request.source?.ip);
  return client;
}
