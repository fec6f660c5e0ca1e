import { Chart } from 'cdk8s';
import { Decision, PolicySet, Principal, Quarantine, Workload } from 'cdk8s-zero-trust';
import { sample } from 'fast-check';
import { apps } from './faithful/apps';
import { Ask, requestOf } from './faithful/ask';
import { build } from './faithful/build';
import { meant } from './faithful/meant';
import { Choices, nearRequest } from './faithful/near';
import { AppRecipe, isOfNeighbour, NEIGHBOUR, ownWaypoints, Pods } from './faithful/recipe';

const EXTENT = { seed: 13, numRuns: 60 };
const REQUESTS = 40;

/** An app with one of its workloads in quarantine, or but the account of it. */
interface Cut { readonly recipe: AppRecipe; readonly pods: Pods; readonly isWhole: boolean }

function cutsOf(recipe: AppRecipe, i: number): Cut[] {
  const pods = recipe.workloads.find(({ hasTwin }) => !hasTwin);
  // without a mesh no version of Istio is stated, which waypoints ask for
  const isStated = recipe.mesh !== undefined || recipe.sites.every(site => site.plane !== 'waypoint' && ownWaypoints(site, recipe.workloads).length === 0);
  return pods && isStated ? [{ recipe, pods, isWhole: i % 3 > 0 }] : [];
}

function policiesOf({ recipe, pods: { namespace, name }, isWhole }: Cut): PolicySet {
  const app = build(recipe);
  const chart = app.node.findChild(namespace) as Chart;
  new Quarantine(chart, 'incident', {
    reason: 'generated', ...isWhole ? { workload: Workload.named(chart, name) } : { account: Principal.serviceAccount(namespace, name) },
  });
  const { trustDomain, aliases = [] } = recipe.mesh ?? {};
  return PolicySet.fromYaml(app.synthYaml(), { foreignTrustDomains: [NEIGHBOUR], ...(recipe.mesh ? { trustDomain, trustDomainAliases: [...aliases] } : {}) });
}

function isCut({ caller, to }: Ask, { pods, isWhole }: Cut): boolean {
  const isFrom = caller === `${pods.namespace}/${pods.name}` && !isOfNeighbour(caller);
  return isFrom || (isWhole && 'name' in to && to.name === pods.name);
}

test('a quarantine cuts its workload, and what its account may call, and changes nothing else', () => {
  const answers = sample(apps, EXTENT).flatMap(cutsOf).flatMap((cut, i) => {
    const [policies, choices] = [policiesOf(cut), new Choices(i)];
    return Array.from({ length: REQUESTS }, () => nearRequest(cut.recipe, choices)).map(ask => {
      const [before, isOut] = [meant(cut.recipe, ask), isCut(ask, cut)];
      return { ask, before, isOut, wanted: before && !isOut ? Decision.ALLOW : Decision.DENY, got: policies.isAuthorized(requestOf(ask)).decision };
    });
  });

  expect(answers.filter(({ wanted, got }) => wanted !== got)).toEqual([]);
  // it cuts something, and leaves something
  expect(answers.filter(({ before, isOut }) => before && isOut).length).toBeGreaterThan(50);
  expect(answers.filter(({ before, isOut }) => before && !isOut).length).toBeGreaterThan(50);
});
