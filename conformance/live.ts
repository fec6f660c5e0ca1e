import { apiServers } from './live/api-server';
import { liveAdmission, Outcome, ownAdmission, readRecordings, recordedAdmission, recordedForOlder } from './live/checks';
import { missingFields } from './live/coverage';
import { dashboardOutcome } from './live/dashboard';
import { networkOutcomes } from './live/network';
import { isNetworkPolicy } from './live/network-twins';
import { regoOutcome } from './live/opa';
import { alertOutcome } from './live/prometheus';
import { envoyOutcomes } from './live/proxies';
import { addExamples, Rendered, Renderings } from './live/rendered';
import { addGeneratedInParallel } from './live/slices';
import { resourceKindOf } from '../src/istio/resource-kinds';

/**
 * Asks the API server's own libraries, with the definitions of several versions of the Istio API, whether they store what this library renders, OPA itself what the Rego of this library decides,
 * Cyclonus what NetworkPolicies let pass, Prometheus what its rules tell, Grafana whether it takes its dashboard, and Envoy what a rate limit lets through, whom ejection spares, and what the log of refusals has:
 * `npm run conformance:live [-- COUNT [SEED]]`, by default all examples, 10,000 generated apps of resources, and a third as many of intents. Needs Go, promtool and Python.
 */

const SHOWN = 3;

function report({ title, passed, failures }: Outcome): void {
  console.log(`${title}: ${passed} pass, ${failures.length} fail`);
  const shortest = [...failures].sort((left, right) => left.text.length - right.text.length).slice(0, SHOWN);
  for (const { where, text, reason } of shortest) {
    console.log(`\n--- ${where}\n${text.trimEnd()}\n--- refused\n${reason}\n`);
  }
}

/** Everything that is to be checked, and whether enough was rendered for that to mean something. */
async function render(count: number, seed: number): Promise<{ readonly objects: Rendered[]; readonly policies: Rendered[]; readonly outcome: Outcome }> {
  const renderings = new Renderings();
  addExamples(renderings);
  await addGeneratedInParallel(renderings, count, seed);
  const all = [...renderings.objects.values()];
  const objects = all.filter(({ object }) => resourceKindOf(object) !== undefined);
  const policies = all.filter(isNetworkPolicy);
  const missing = missingFields(objects).map(field => ({ where: 'fields', text: field, reason: 'no app renders it' }));
  const refused = renderings.refused.map(message => ({ where: 'app', text: message, reason: 'refused by this library' }));
  console.log(`${renderings.apps} apps render ${objects.length} different resources; ${policies.length} NetworkPolicies; ${all.length - objects.length - policies.length} of other kinds are ignored`);
  return { objects, policies, outcome: { title: 'apps', passed: renderings.apps - refused.length, failures: [...missing, ...refused] } };
}

async function main([count = '10000', seed = '1']: readonly string[]): Promise<void> {
  const servers = apiServers();
  const newest = servers[servers.length - 1];
  const { objects, policies, outcome } = await render(Number(count), Number(seed));
  const recordings = readRecordings();
  const outcomes = [
    outcome,
    ownAdmission(objects),
    await regoOutcome(),
    ...networkOutcomes(policies, Number(count), Number(seed)),
    await alertOutcome(),
    dashboardOutcome(),
    ...await envoyOutcomes(),
    ...await Promise.all(servers.map(server => liveAdmission(objects, server))),
    ...await Promise.all(servers.map(server => (server === newest ? recordedAdmission : recordedForOlder)(recordings, server))),
  ];
  outcomes.forEach(report);
  const passed = outcomes.reduce((sum, each) => sum + each.passed, 0);
  const failed = outcomes.reduce((sum, each) => sum + each.failures.length, 0);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
});
