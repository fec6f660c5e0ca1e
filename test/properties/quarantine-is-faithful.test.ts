import { App, Chart } from 'cdk8s';
import { Decision, NetworkPolicies, PolicySet, Principal, Quarantine, Stage, Workload } from 'cdk8s-zero-trust';
import { sample } from 'fast-check';
import { apps } from './faithful/apps';
import { Ask, requestOf } from './faithful/ask';
import { build } from './faithful/build';
import { meant } from './faithful/meant';
import { Choices, nearRequest } from './faithful/near';
import { AppRecipe, isOfNeighbour, ownWaypoints, Pods, settingsOf } from './faithful/recipe';

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

function policiesOf({ recipe, pods: { namespace, name }, isWhole }: Cut, networks?: NetworkPolicies): PolicySet {
  const app = build(recipe, networks);
  const chart = app.node.findChild(namespace) as Chart;
  new Quarantine(chart, 'incident', {
    reason: 'generated', ...isWhole ? { workload: Workload.named(chart, name) } : { account: Principal.serviceAccount(namespace, name) },
  });
  return read(app, recipe);
}

function read(app: App, recipe: AppRecipe): PolicySet { return PolicySet.fromYaml(app.synthYaml(), settingsOf(recipe)); }

/** What passes without a quarantine: what is meant, but that NetworkPolicies keep in who goes where nobody states, be it open to all. */
function passingBefore(recipe: AppRecipe, networks?: NetworkPolicies): (ask: Ask) => boolean {
  if (!networks) { return ask => meant(recipe, ask); }
  const policies = read(build(recipe, networks), recipe);
  return ask => policies.isAuthorized(requestOf(ask)).isAllowed;
}

function isCut({ caller, to }: Ask, { pods, isWhole }: Cut): boolean {
  const isFrom = caller === `${pods.namespace}/${pods.name}` && !isOfNeighbour(caller);
  return isFrom || (isWhole && 'name' in to && to.name === pods.name);
}

/** Callers of the neighbour are on the same network, wherever. */
const ELSEWHERE = { otherClusters: ['10.0.0.0/8', '192.0.2.0/24', '198.51.100.0/24'] };

test.each<[string, NetworkPolicies | undefined]>([
  ['', undefined],
  [', beside NetworkPolicies for what comes in', NetworkPolicies.forIngress(ELSEWHERE)],
  [', beside NetworkPolicies for what comes in and leaves', NetworkPolicies.forIngressAndEgress(ELSEWHERE)],
])('a quarantine cuts its workload, and what its account may call, and changes nothing else%s', (_, networks) => {
  const answers = sample(apps, EXTENT).flatMap(cutsOf).flatMap((cut, i) => {
    const [policies, passes, choices] = [policiesOf(cut, networks), passingBefore(cut.recipe, networks), new Choices(i)];
    const hasNetworks = networks !== undefined && cut.recipe.sites.some(({ name, plane }) => name === cut.pods.namespace && plane !== 'bare');
    return Array.from({ length: REQUESTS }, () => nearRequest(cut.recipe, choices)).map(ask => {
      const [before, isOut, { decision, stage }] = [passes(ask), isCut(ask, cut), policies.isAuthorized(requestOf(ask))];
      return { ask, before, isOut, isBelow: isOut && cut.isWhole && hasNetworks, wanted: before && !isOut ? Decision.ALLOW : Decision.DENY, got: decision, stage };
    });
  });

  expect(answers.filter(({ wanted, got }) => wanted !== got)).toEqual([]);
  // it cuts something, and leaves something
  expect(answers.filter(({ before, isOut }) => before && isOut).length).toBeGreaterThan(50);
  expect(answers.filter(({ before, isOut }) => before && !isOut).length).toBeGreaterThan(50);
  // of what would pass the mesh alone the network ends all
  expect(answers.filter(({ before, isBelow, stage }) => before && isBelow && stage !== Stage.NETWORK)).toEqual([]);
  expect(answers.filter(({ before, isBelow }) => before && isBelow).length).toBeGreaterThan(networks ? 50 : -1);
});
