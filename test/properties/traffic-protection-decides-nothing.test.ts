import { App, Chart } from 'cdk8s';
import { PolicySet, TrafficProtection, TrafficProtectionProps, Workload } from 'cdk8s-zero-trust';
import { sample } from 'fast-check';
import { apps } from './faithful/apps';
import { requestOf } from './faithful/ask';
import { build } from './faithful/build';
import { Choices, nearRequest } from './faithful/near';
import { AppRecipe, calledByRoutes, settingsOf } from './faithful/recipe';

const EXTENT = { seed: 17, numRuns: 30 };
const REQUESTS = 30;

/** The app of a recipe with all of its workloads protected that can be, and how many these are. */
function protectedApp(recipe: AppRecipe): { readonly app: App; readonly count: number } {
  const app = build(recipe);
  const planes = new Map(recipe.sites.map(({ name, plane }) => [name, plane]));
  const found = calledByRoutes(recipe);
  for (const { name, namespace, service, hasTwin } of found) {
    const chart = app.node.findChild(namespace) as Chart;
    const ejects = service === 'headless' ? {} : { outlierDetection: {} };
    new TrafficProtection(chart, `protects-${name}`, { workload: Workload.named(chart, name), circuitBreaker: { maxConnections: 1 }, ...ejects, subsets: { v2: { version: '2' } }, ...hasTwin ? {} : limited(planes.get(namespace)) });
  }
  return { app, count: found.length };
}

/** Sidecars and waypoints limit requests as well, unless other pods carry the same labels. */
function limited(plane: string | undefined): Pick<TrafficProtectionProps, 'rateLimit'> {
  return plane === 'sidecar' || plane === 'bare' || plane === 'waypoint' ? { rateLimit: { requests: 1 } } : {};
}

test('what is protected is decided as before, and called by the same transport', () => {
  const asked = sample(apps, EXTENT).map((recipe, i) => {
    const { app, count } = protectedApp(recipe);
    const [before, after] = [build(recipe), app].map(one => PolicySet.fromYaml(one.synthYaml(), settingsOf(recipe)));
    const choices = new Choices(i);
    const differing = Array.from({ length: REQUESTS }, () => requestOf(nearRequest(recipe, choices)))
      .filter(ask => JSON.stringify(answer(before, ask)) !== JSON.stringify(answer(after, ask)));
    return { count, differing };
  });

  expect(asked.flatMap(({ differing }) => differing)).toEqual([]);
  expect(asked.filter(({ count }) => count > 0).length).toBeGreaterThan(EXTENT.numRuns / 2);
});

/** What is decided, and what is said of the way, but for the limit itself. */
function answer(policies: PolicySet, ask: ReturnType<typeof requestOf>): object {
  const { decision, reason, notes, hops } = policies.isAuthorized(ask);
  return { decision, reason, notes: notes.filter(note => !note.includes('those beyond are answered 429')), hops: hops.map(({ proxy }) => proxy) };
}
