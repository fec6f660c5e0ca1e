import { Decision, NetworkPolicies, PolicySet, Stage } from 'cdk8s-zero-trust';
import { sample } from 'fast-check';
import { apps } from './faithful/apps';
import { Ask, requestOf } from './faithful/ask';
import { build } from './faithful/build';
import { meant } from './faithful/meant';
import { Choices, nearRequest } from './faithful/near';
import { AppRecipe, settingsOf } from './faithful/recipe';

const EXTENT = { seed: 31, numRuns: 40 };
const REQUESTS = 60;

/** Callers of the neighbour are on the same network, wherever. */
const ELSEWHERE = { otherClusters: ['10.0.0.0/8', '192.0.2.0/24', '198.51.100.0/24'] };
const NETWORKS = [NetworkPolicies.forIngress(ELSEWHERE), NetworkPolicies.forIngressAndEgress(ELSEWHERE)];

function policiesOf(recipe: AppRecipe, networks: NetworkPolicies): PolicySet {
  return PolicySet.fromYaml(build(recipe, networks).synthYaml(), settingsOf(recipe));
}

/** What nobody protects and nobody says anything of everyone may call, whom his own network lets out: it knows nothing of that. */
function isUnstated({ mesh, sites, accesses, apis, exceptions }: AppRecipe, { to }: Ask): boolean {
  if ('gateway' in to || mesh?.defaultDeny) { return false; }
  return sites.some(({ name, plane }) => name === to.namespace && plane === 'bare') && ![...accesses, ...apis, ...exceptions].some(stated => stated.to === to.name);
}

test('what is meant passes the network and the mesh, and nothing else', () => {
  const kept = { meant: 0, others: 0, byNetwork: 0 };
  const disagreements = sample(apps, EXTENT).flatMap((recipe, index) => {
    const policies = policiesOf(recipe, NETWORKS[index % 2]);
    const choices = new Choices(EXTENT.seed * 1_000_003 + index);
    return Array.from({ length: REQUESTS }, () => nearRequest(recipe, choices)).filter(ask => !isUnstated(recipe, ask)).flatMap(ask => {
      const isMeant = meant(recipe, ask);
      const response = policies.isAuthorized(requestOf(ask));
      kept[isMeant ? 'meant' : 'others']++;
      if (response.stage === Stage.NETWORK) { kept.byNetwork++; }
      return response.decision === (isMeant ? Decision.ALLOW : Decision.DENY) ? [] : [{ ask, isMeant, explanation: response.explain() }];
    });
  });

  expect(disagreements.slice(0, 5)).toEqual([]);
  expect(kept.meant).toBeGreaterThan(600);
  expect(kept.byNetwork).toBeGreaterThan(100);
});
