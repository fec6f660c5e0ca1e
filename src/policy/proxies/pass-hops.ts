import { Evaluation, passEnvoy } from './envoy';
import { HopVerdict } from './verdict';
import { passZtunnel } from './ztunnel';
import { Hop } from '../topology/hop';

/** What the proxies on a way do with a request, one after the other: each gets it as the one before it passes it on. */
export function passHops(hops: readonly Hop[], sent: Evaluation): HopVerdict[] {
  const verdicts: HopVerdict[] = [];
  let evaluation = sent;
  for (const hop of hops) {
    const verdict = hop.at === 'ztunnel' ? passZtunnel(hop, evaluation) : passEnvoy(hop, evaluation);
    verdicts.push(verdict);
    if (verdicts.length < hops.length) evaluation = { ...sent, before: verdict };
  }
  return verdicts;
}
