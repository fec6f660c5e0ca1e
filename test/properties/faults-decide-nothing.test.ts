import { App, Chart, Duration } from 'cdk8s';
import { AccessRequest, FaultInjection, PolicySet, Workload, ZeroTrustMesh } from 'cdk8s-zero-trust';
import { sample } from 'fast-check';
import { apps } from './faithful/apps';
import { requestOf } from './faithful/ask';
import { build } from './faithful/build';
import { Choices, nearRequest } from './faithful/near';
import { AppRecipe, calledByRoutes, settingsOf } from './faithful/recipe';

const EXTENT = { seed: 23, numRuns: 25 };
const REQUESTS = 40;

/** The app of a recipe in which the calls of all workloads fail, all or of some callers, that a fault can be injected for; and how many these are. */
function failingApp(recipe: AppRecipe): { readonly app: App; readonly count: number } {
  const app = build(recipe);
  if (!recipe.mesh) { new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { asOf: '2026-01-01', exists: true }); }
  const planes = new Map(recipe.sites.map(({ name, plane }) => [name, plane]));
  const found = calledByRoutes(recipe);
  found.forEach(({ name, namespace }, i) => {
    const chart = app.node.findChild(namespace) as Chart;
    const workload = Workload.named(chart, name);
    const callers = i % 2 === 1 && planes.get(namespace) !== 'waypoint' ? { callers: [workload] } : {};
    const how = [{ abort: { status: 503, percentage: 100 } }, { delay: { time: Duration.seconds(1), percentage: 50 } }][i % 3] ?? { abort: { status: 403, percentage: 1 }, delay: { time: Duration.millis(1), percentage: 1 } };
    new FaultInjection(chart, `fails-${name}`, { workload, ...how, ...callers, reason: 'generated', expires: '2026-12-31' });
  });
  return { app, count: found.length };
}

/** A request, which at every other turn is that of a workload of the app to a Service: its proxy goes by the routes that are for it. */
function sentBy(recipe: AppRecipe, turn: number, request: AccessRequest): AccessRequest {
  const { destination: { namespace, service }, http } = request;
  const client = recipe.workloads[turn % recipe.workloads.length];
  if (turn % 2 === 0 || service === undefined) { return request; }
  return { ...request, source: { workload: `${client.namespace}/${client.name}` }, ...http ? { http: { ...http, authority: `${service}.${namespace}.svc.cluster.local` } } : {} };
}

test('requests whose calls fail on purpose are decided as before', () => {
  const asked = sample(apps, EXTENT).map((recipe, i) => {
    const { app, count } = failingApp(recipe);
    const [before, after] = [build(recipe), app].map(one => PolicySet.fromYaml(one.synthYaml(), settingsOf(recipe)));
    const choices = new Choices(i);
    const results = Array.from({ length: REQUESTS }, (_, turn) => {
      const request = sentBy(recipe, turn, requestOf(nearRequest(recipe, choices)));
      return { request, before: before.isAuthorized(request), after: after.isAuthorized(request) };
    });
    return { count, results };
  });
  const results = asked.flatMap(one => one.results);

  expect(results.filter(one => JSON.stringify(decided(one.before)) !== JSON.stringify(decided(one.after)))).toEqual([]);
  expect(results.filter(({ after }) => after.notes.some(note => note.includes('fail before they are sent'))).length).toBeGreaterThan(EXTENT.numRuns);
  expect(asked.filter(({ count }) => count > 0).length).toBeGreaterThan(EXTENT.numRuns / 2);
});

/** What is decided, why, by which policies, on which way, and what is said but of the fault itself. */
function decided({ decision, reason, determiningPolicies, hops, notes }: ReturnType<PolicySet['isAuthorized']>): object {
  return { decision, reason, determiningPolicies, hops: hops.map(({ proxy }) => proxy), notes: notes.filter(note => !/^VirtualService \S+-fails-/.test(note)) };
}
