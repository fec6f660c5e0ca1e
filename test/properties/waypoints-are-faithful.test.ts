import { Decision, PolicySet } from 'cdk8s-zero-trust';
import { sample } from 'fast-check';
import { apps } from './faithful/apps';
import { requestOf } from './faithful/ask';
import { build } from './faithful/build';
import { meant } from './faithful/meant';
import { Choices, nearRequest } from './faithful/near';
import { AppRecipe, Pods, settingsOf, siteOf, twinOf } from './faithful/recipe';
import { Place, waypointOfSite, waypointsIn, waypointsOfServices } from './faithful/waypoints';

const EXTENT = { seed: 47, numRuns: 60 };
const REQUESTS = 15;

/** A port that nothing stated is for, so that whoever reaches it reaches all that pods listen on. */
const ANY_PORT = 7777;

/** All waypoints of an app, as their namespace and name, which is that of their account. */
function waypointsOf(recipe: AppRecipe): string[] {
  return [...new Set(recipe.sites.flatMap(site => waypointsIn(recipe, site)).map(textOf))];
}

/** That of the Service of pods, else that of their namespace. */
function theirs(recipe: AppRecipe, pods: Pods): string | undefined {
  const site = siteOf(recipe, pods.namespace)!;
  const place = waypointsOfServices(recipe, site).find(({ services }) => services.includes(pods.name))?.waypoint ?? waypointOfSite(recipe, site);
  return place && textOf(place);
}

function textOf({ namespace, name }: Place): string { return `${namespace}/${name}`; }

/** Whether what is called in some namespace passes a waypoint in another. */
function crosses(recipe: AppRecipe): boolean { return recipe.sites.some(site => waypointsIn(recipe, site).some(({ namespace }) => namespace !== site.name)); }

const drawn = [apps.filter(({ guardrails }) => guardrails.length === 0), apps.filter(crosses)].flatMap(some => sample(some, EXTENT)).map((recipe, i) => {
  return { recipe, policies: PolicySet.fromYaml(build(recipe).synthYaml(), settingsOf(recipe)), choices: new Choices(i) };
});

test('pods of a namespace admit the waypoint that is theirs, and no other of the app', () => {
  const asked = { theirs: 0, others: 0, elsewhere: 0 };
  const unguarded = drawn.filter(({ recipe }) => recipe.guardrails.length === 0);
  const wrong = unguarded.flatMap(({ recipe, policies }) => {
    const inAmbient = recipe.workloads.filter(({ namespace }) => ['ambient', 'waypoint'].includes(siteOf(recipe, namespace)!.plane));
    return inAmbient.flatMap(pods => waypointsOf(recipe).flatMap(waypoint => {
      const isTheirs = theirs(recipe, pods) === waypoint;
      asked[isTheirs ? waypoint.startsWith(`${pods.namespace}/`) ? 'theirs' : 'elsewhere' : 'others']++;
      return [pods.name, ...pods.hasTwin ? [twinOf(pods.name)] : []].flatMap(workload => {
        const response = policies.isAuthorized({
          destination: { namespace: pods.namespace, workload, port: ANY_PORT },
          source: { principal: `${recipe.mesh?.trustDomain ?? 'cluster.local'}/ns/${waypoint.split('/')[0]}/sa/${waypoint.split('/')[1]}` },
        });
        return response.decision === (isTheirs ? Decision.ALLOW : Decision.DENY) ? [] : [{ workload, waypoint, isTheirs, explanation: response.explain() }];
      });
    }));
  });

  expect(wrong.slice(0, 3)).toEqual([]);
  expect(asked.theirs).toBeGreaterThan(20);
  expect(asked.elsewhere).toBeGreaterThan(20);
  expect(asked.others).toBeGreaterThan(20);
});

test('what passes waypoints, also those in other namespaces, is what is meant', () => {
  const asked = { passing: 0, refused: 0 };
  const wrong = drawn.filter(({ recipe }) => crosses(recipe)).flatMap(({ recipe, policies, choices }) => Array.from({ length: REQUESTS }, () => nearRequest(recipe, choices)).flatMap(ask => {
    const isMeant = meant(recipe, ask);
    if ('name' in ask.to) { asked[isMeant ? 'passing' : 'refused']++; }
    const response = policies.isAuthorized(requestOf(ask));
    return response.isAllowed === isMeant ? [] : [{ ask, isMeant, explanation: response.explain() }];
  }));

  expect(wrong.slice(0, 3)).toEqual([]);
  expect(asked.passing).toBeGreaterThan(50);
  expect(asked.refused).toBeGreaterThan(50);
});
