import { accessLogOutcome } from './access-log';
import { Outcome } from './checks';
import { ejectionOutcome } from './ejection';
import { withEnvoy } from './envoy';
import { rateLimitOutcome } from './rate-limit';

/** What a real Envoy does with what is rendered. */
export async function envoyOutcomes(): Promise<Outcome[]> {
  const outcomes = await withEnvoy(async envoy => [await rateLimitOutcome(envoy), await ejectionOutcome(envoy), await accessLogOutcome(envoy)]);
  return outcomes ?? [{ title: "Envoy: not asked, as there is no command 'python3' to install it by", passed: 0, failures: [] }];
}
