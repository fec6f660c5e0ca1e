import { Evaluation, passEnvoy } from './envoy';
import { HopVerdict } from './verdict';
import { passZtunnel } from './ztunnel';
import { Hop } from '../way/hop';

/** What the proxies on a way do with a request, one after the other: each gets it as the one before it passes it on. */
export function passHops(hops: readonly Hop[], sent: Evaluation): HopVerdict[] {
  let before: HopVerdict | undefined;
  return hops.map(hop => {
    const evaluation = before ? { ...sent, before } : sent;
    return before = hop.at === 'ztunnel' ? passZtunnel(hop, evaluation) : passEnvoy(hop, evaluation);
  });
}
