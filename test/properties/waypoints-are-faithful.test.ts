import { Decision, PolicySet } from 'cdk8s-zero-trust';
import { sample } from 'fast-check';
import { apps } from './faithful/apps';
import { build, waypointOf } from './faithful/build';
import { AppRecipe, ownWaypoints, Pods, settingsOf, siteOf, twinOf } from './faithful/recipe';

const EXTENT = { seed: 47, numRuns: 60 };

/** A port that nothing stated is for, so that whoever reaches it reaches all that pods listen on. */
const ANY_PORT = 7777;

/** All waypoints of an app, as their namespace and name, which is that of their account. */
function waypointsOf({ sites, workloads }: AppRecipe): string[] {
  return sites.flatMap(site => [
    ...site.plane === 'waypoint' ? [`${site.name}/${site.name}-waypoint`] : [],
    ...new Set(ownWaypoints(site, workloads).map(pods => waypointOf(pods, site, workloads))),
  ]);
}

/** That of the Service of pods, else that of their namespace. */
function theirs(recipe: AppRecipe, pods: Pods): string | undefined {
  const site = siteOf(recipe, pods.namespace)!;
  if (ownWaypoints(site, recipe.workloads).includes(pods)) { return waypointOf(pods, site, recipe.workloads); }
  return site.plane === 'waypoint' ? `${site.name}/${site.name}-waypoint` : undefined;
}

test('pods of a namespace admit the waypoint that is theirs, and no other of the app', () => {
  const asked = { theirs: 0, others: 0 };
  const wrong = sample(apps, EXTENT).filter(({ guardrails }) => guardrails.length === 0).flatMap(recipe => {
    const policies = PolicySet.fromYaml(build(recipe).synthYaml(), settingsOf(recipe));
    const inAmbient = recipe.workloads.filter(({ namespace }) => ['ambient', 'waypoint'].includes(siteOf(recipe, namespace)!.plane));
    return inAmbient.flatMap(pods => waypointsOf(recipe).flatMap(waypoint => {
      const isTheirs = theirs(recipe, pods) === waypoint;
      asked[isTheirs ? 'theirs' : 'others']++;
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
  expect(asked.others).toBeGreaterThan(20);
});
