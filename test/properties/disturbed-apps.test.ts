import { Decision, PolicySet } from 'cdk8s-zero-trust';
import { sample } from 'fast-check';
import { apps } from './faithful/apps';
import { requestOf } from './faithful/ask';
import { build } from './faithful/build';
import { DISTURBANCES } from './faithful/disturbances';
import { meant } from './faithful/meant';
import { Choices, nearRequest } from './faithful/near';
import { settingsOf } from './faithful/recipe';

const [APPS, REQUESTS] = [12, 40];

/** What a disturbed app lets in although nobody states it; undefined where it is not synthesized. */
function openedBy(disturbance: typeof DISTURBANCES[number], seed: number): string[] | undefined {
  const [recipe] = sample(apps, { seed, numRuns: 1 });
  const choices = new Choices(seed);
  const app = build(recipe);
  const yaml = attempt(() => { disturbance.apply(app, choices, recipe); return app.synthYaml(); });
  if (yaml === undefined) { return undefined; }
  const policies = PolicySet.fromYaml(yaml, settingsOf(recipe));
  return Array.from({ length: REQUESTS }, () => nearRequest(recipe, choices)).flatMap(ask => {
    const response = policies.isAuthorized(requestOf(ask));
    return response.decision === Decision.ALLOW && !meant(recipe, ask) ? [`${JSON.stringify(ask)}\n${response.explain()}\n${JSON.stringify(recipe)}`] : [];
  });
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

test.each(DISTURBANCES.map((disturbance): [string, typeof disturbance] => [disturbance.name, disturbance]))('an app with %s opens nothing, or is refused', (_, disturbance) => {
  const opened = Array.from({ length: APPS }, (__, i) => openedBy(disturbance, 100 + i));

  expect(opened.flatMap(found => found ?? []).slice(0, 3)).toEqual([]);
});
