import { allowStage, denyStage } from './decide';
import { enforcedByZtunnel } from './enforced';
import { Evaluation } from './envoy';
import { HopVerdict } from './verdict';
import { Facts } from '../matching/facts';
import { Connection, relayed } from '../request/connection';
import { Stage } from '../request/decision';
import { ZtunnelHop } from '../way/hop';

/** What ztunnel does with a connection: DENY policies, among them what PeerAuthentication became, then ALLOW policies. */
export function passZtunnel(hop: ZtunnelHop, { connection }: Evaluation): HopVerdict {
  const facts = factsOf(hop, relayed(connection, hop.via));
  const verdict = { hop, facts, chain: 'TCP' as const };
  const peerFacts = { port: hop.port, hasPeer: facts.peer !== '' };
  const denials = hop.converted.map(policies => policies.find(policy => policy.denies(peerFacts)));
  if (denials.every(policy => policy !== undefined)) {
    return { ...verdict, passes: 'no', stage: Stage.TRANSPORT, reason: `the port accepts mutual TLS only: ${denials[0]?.name}` };
  }
  const policies = enforcedByZtunnel(hop);
  const deny = denyStage(policies, facts);
  if (deny === 'no') return { ...verdict, passes: 'no', stage: Stage.DENY };
  const allow = allowStage(policies, facts);
  if (allow === 'no') return { ...verdict, passes: 'no', stage: Stage.ALLOW };
  if (denials.some(policy => policy !== undefined)) {
    return { ...verdict, passes: 'unknown', stage: Stage.TRANSPORT, reason: 'it is not known which of several PeerAuthentications is the oldest' };
  }
  if (deny === 'unknown' || allow === 'unknown') return { ...verdict, passes: 'unknown', stage: deny === 'unknown' ? Stage.DENY : Stage.ALLOW };
  return { ...verdict, passes: 'yes' };
}

function factsOf({ port, ip }: ZtunnelHop, { principal, sourceIp }: Connection): Facts {
  return { peer: principal, sourceIp, remoteIp: sourceIp, destinationIp: ip, port, sni: '' };
}
