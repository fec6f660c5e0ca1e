import { ApiObject, App, Chart } from 'cdk8s';
import { Decision, Findings, LegacyDestination, LegacyTls, PolicySet } from 'cdk8s-zero-trust';
import { sample } from 'fast-check';
import { apps } from './faithful/apps';
import { requestOf } from './faithful/ask';
import { build } from './faithful/build';
import { meant } from './faithful/meant';
import { Choices, nearRequest } from './faithful/near';
import { AppRecipe, hasSidecars, settingsOf } from './faithful/recipe';
import { chartOf, rawDeployment, rawService } from '../support/shop';

const EXTENT = { seed: 11, numRuns: 60 };
const REQUESTS = 25;
const TLS = [LegacyTls.disable({ reason: 'generated' }), LegacyTls.simple()];

/** The namespaces with sidecars and workloads, half of which call the ledger as somebody says. */
function clientsOf(recipe: AppRecipe): { readonly stated: readonly string[]; readonly others: readonly string[] } {
  const all = [...new Set(recipe.workloads.map(({ namespace }) => namespace))].filter(namespace => hasSidecars(recipe, namespace));
  return { stated: all.slice(0, Math.ceil(all.length / 2)), others: all.slice(Math.ceil(all.length / 2)) };
}

/** A rule of the mesh by which all clients would send mutual TLS to a server that does not end it. */
const WIDE = `
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: wide, namespace: istio-system }
spec: { host: '*.old.svc.cluster.local', trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }
`;

function withLedger(recipe: AppRecipe, tls: LegacyTls): App {
  const app = build(recipe);
  const old = chartOf(app, 'old');
  Findings.of(app).acknowledge('ZT107', { reason: 'not in the mesh' });
  new ApiObject(old, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'old' } });
  rawDeployment(old, 'ledger');
  const service = rawService(old, 'ledger');
  const { stated } = clientsOf(recipe);
  if (stated.length > 0) {
    const chart = app.node.findChild(stated[0]) as Chart;
    new LegacyDestination(chart, 'ledger', { service, tls, clientNamespaces: [...stated] });
    new LegacyDestination(chart, 'pay', { host: 'api.pay.example', tls: LegacyTls.simple(), clientNamespaces: [...stated] });
  }
  return app;
}

function policiesOf(recipe: AppRecipe, tls: LegacyTls): PolicySet {
  return PolicySet.fromYaml(withLedger(recipe, tls).synthYaml() + WIDE, settingsOf(recipe));
}

const drawn = sample(apps, EXTENT).map((recipe, i) => ({ recipe, tls: TLS[i % TLS.length], policies: policiesOf(recipe, TLS[i % TLS.length]), choices: new Choices(i) }));

test('clients reach a legacy destination as is stated, and only those for whom it is', () => {
  const answers = drawn.flatMap(({ recipe, tls, policies }) => {
    const { stated, others } = clientsOf(recipe);
    return recipe.workloads.map(({ namespace, name }) => {
      const response = policies.isAuthorized({ destination: { namespace: 'old', service: 'ledger', port: 80 }, source: { workload: `${namespace}/${name}` }, http: {} });
      const mode = response.notes.flatMap(note => /sets TLS to (\w+)$/.exec(note)?.[1] ?? [])[0];
      return { decision: response.decision, mode, isClient: stated.includes(namespace), isOther: others.includes(namespace), tls: tls._data.mode };
    });
  });

  // ztunnel goes by no rule
  const wanted = answers.map(({ isClient, isOther, tls }) => isClient ? [Decision.ALLOW, tls] : isOther ? [Decision.DENY, 'ISTIO_MUTUAL'] : [Decision.ALLOW, undefined]);
  expect(answers.map(({ decision, mode }) => [decision, mode])).toEqual(wanted);
  expect(new Set(wanted.map(String)).size).toBe(4);
});

test('nothing else means anything else by it', () => {
  const differing = drawn.flatMap(({ recipe, policies, choices }) => Array.from({ length: REQUESTS }, () => nearRequest(recipe, choices)).filter(ask => {
    const { decision } = policies.isAuthorized(requestOf(ask));
    return decision !== (meant(recipe, ask) ? Decision.ALLOW : Decision.DENY);
  }));

  expect(differing).toEqual([]);
});
