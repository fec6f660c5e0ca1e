import { allowStage, customStage, denyStage, Passes, strictest } from './decide';
import { enforcedByEnvoy } from './enforced';
import { Accepted, isRefused, Refused, sidecarChain, terminate } from './filter-chain';
import { gatewayChain, isServed } from './gateway-chain';
import { isMalformed, looksLikeHttp, policyPath, receive, ReceivedRequest } from './http-request';
import { appendForwarded, forwardedAddress, trustedAddress } from './remote-address';
import { HopVerdict } from './verdict';
import { IpBits } from '../../util/ip';
import { Facts, Headers, HttpFacts } from '../matching/facts';
import { Connection, relayed } from '../request/connection';
import { Stage } from '../request/decision';
import { Mesh } from '../request/mesh-settings';
import { AccessRequest } from '../request/request';
import { TokenVerdict, verifyTokens } from '../token/token';
import { EnvoyHop } from '../topology/hop';
import { Chain, Protocol } from '../topology/protocol';

/** Everything an evaluation reads beside the hop itself. */
export interface Evaluation {
  readonly request: AccessRequest;
  readonly connection: Connection;
  readonly mesh: Mesh;
}

/** What an Envoy proxy does with a request: transport, protocol, CUSTOM, tokens, DENY, ALLOW, in this order. */
export function passEnvoy(hop: EnvoyHop, sent: Evaluation): HopVerdict {
  const evaluation = { ...sent, connection: relayed(sent.connection, hop.via) };
  const [verdict, ...others] = acceptances(hop, evaluation).map(accepted => passChain(hop, accepted, evaluation));
  // what is the same either way is told by the stage that it may get to
  if (others.every(({ passes }) => passes === verdict.passes)) return others.reduce((a, b) => stageNumber(b) > stageNumber(a) ? b : a, verdict);
  return { hop, passes: 'unknown', stage: Stage.TRANSPORT, reason: 'it is not known which of several PeerAuthentications is the oldest' };
}

function stageNumber({ stage }: HopVerdict): number { return Object.values(Stage).findIndex(one => one === stage); }

function passChain(hop: EnvoyHop, accepted: Accepted | Refused, evaluation: Evaluation): HopVerdict {
  if (isRefused(accepted)) return { hop, passes: 'no', stage: Stage.TRANSPORT, reason: accepted.refusal };
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
      return [gatewayChain(hop.servers, connection)];
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
  const custom = customStage(policies.authorizers, facts, request.authorizerAnswers ?? []);
  const { passes, stage } = conclude(custom, 'yes', denyStage(policies, facts), allowStage(policies, facts));
  return { hop, passes, stage, chain: 'TCP', facts, customFacts: facts };
}

function passHttp(hop: EnvoyHop, accepted: Accepted, evaluation: Evaluation): HopVerdict {
  const { request, connection, mesh } = evaluation;
  if (!request.http) return { hop, chain: 'HTTP', passes: 'no', stage: Stage.PROTOCOL, httpStatus: 400, reason: 'the port speaks HTTP, and the client does not' };
  const received = receive(request.http, request.tokens ?? [], defaultHost(request), mesh);
  if (isMalformed(received)) {
    const { httpStatus, grpc, reason } = received;
    return { hop, chain: 'HTTP', passes: 'no', stage: Stage.PROTOCOL, httpStatus, grpc, reason };
  }
  const { grpc } = received;
  const policies = enforcedByEnvoy(hop, 'HTTP');
  const remoteIp = clientAddress(hop, received, evaluation);
  const http = httpFacts(received.headers);
  const customFacts = factsOf(hop, accepted, connection, remoteIp, http);
  const routed = hop.at === 'gateway' ? isServed(hop.servers, http.authority) : true;
  const asked = routed ? policies.authorizers : policies.authorizers.filter(({ broken }) => broken !== undefined);
  const token = verifyTokens(policies.jwtRules, received.headers, request.tokens ?? [], mesh);
  const facts = policies.jwtRules.length === 0 ? customFacts : { ...customFacts, http: httpFacts(token.headers, token) };
  const custom = customStage(asked, customFacts, request.authorizerAnswers ?? []);
  const verified = token.refused === undefined ? 'yes' : 'no';
  const { passes, stage } = conclude(custom, verified, denyStage(policies, facts), allowStage(policies, facts));
  const httpStatus = statusOf(passes, stage, token, routed);
  return { hop, passes, stage, chain: 'HTTP', httpStatus, grpc, facts, customFacts, token };
}

/** The first stage that refuses ends the request; what is unknown or conditional before it then does not matter. */
function conclude(custom: Passes, token: Passes, deny: Passes, allow: Passes): Pick<HopVerdict, 'passes' | 'stage'> {
  const passes = strictest([custom, token, deny, allow]);
  switch (passes) {
    case 'yes': return { passes };
    case custom: return { passes, stage: Stage.CUSTOM };
    case token: return { passes, stage: Stage.TOKEN };
    case deny: return { passes, stage: Stage.DENY };
    default: return { passes, stage: Stage.ALLOW };
  }
}

/** What the client sees; undefined where it is not known whether the request passes. */
function statusOf(passes: Passes, stage: Stage | undefined, token: TokenVerdict, routed: boolean): number | undefined {
  if (passes === 'yes') return routed ? 200 : 404;
  if (passes !== 'no') return undefined;
  return stage === Stage.TOKEN ? token.refused : 403;
}

function factsOf(hop: EnvoyHop, { peer, sni }: Accepted, connection: Connection, remoteIp: IpBits | undefined, http?: HttpFacts): Facts {
  // INVARIANT: inside a waypoint the TCP peer is an internal address, which is in no block
  const sourceIp = hop.at === 'waypoint' ? '' : connection.sourceIp;
  return { peer, sni, sourceIp, remoteIp, destinationIp: hop.ip, port: hop.port, http };
}

function clientAddress(hop: EnvoyHop, { headers }: ReceivedRequest, { request, connection, mesh }: Evaluation): IpBits | undefined {
  if (hop.at !== 'gateway') return forwardedAddress(headers, connection.sourceIp);
  const client = trustedAddress(headers, connection.sourceIp, mesh.trustedProxies);
  appendForwarded(headers, request.source?.ip);
  return client;
}

function httpFacts(headers: Headers, token?: TokenVerdict): HttpFacts {
  const first = (name: string) => headers.get(name)?.[0] ?? '';
  return { method: first(':method'), authority: first(':authority'), path: policyPath(first(':path')), headers, claims: token?.claims };
}

function defaultHost({ destination: { service, serviceEntry, workload, gateway, namespace } }: AccessRequest): string {
  return `${service ?? serviceEntry ?? workload ?? gateway}.${namespace}`;
}
