import { ApiObject, App, Chart } from 'cdk8s';
import { AuthorizationResponse, Decision, EgressAccess, EgressBoundary, EgressGateway, EgressPort, Findings, PolicySet, Principal, RequestDestination, Workload } from 'cdk8s-zero-trust';
import { sample } from 'fast-check';
import { apps } from './faithful/apps';
import { requestOf } from './faithful/ask';
import { boundable, callersOf } from './faithful/bounded';
import { build } from './faithful/build';
import { gatewayPods, principalOf } from './faithful/egress-gateway';
import { meant } from './faithful/meant';
import { Choices, nearRequest } from './faithful/near';
import { AppRecipe, hasSidecars, Pods, settingsOf, twinOf, Who } from './faithful/recipe';

const EXTENT = { seed: 23, numRuns: 60 };
const REQUESTS = 15;

/** What is bounded: some namespaces with sidecars, one workload of the first of them by itself; and who of the last of them reaches a host through a gateway. */
interface Bounded { readonly namespaces: readonly string[]; readonly alone?: Pods; readonly gated?: Pods }

function boundedIn(recipe: AppRecipe): Bounded {
  const all = [...new Set(recipe.workloads.map(({ namespace }) => namespace))].filter(namespace => hasSidecars(recipe, namespace));
  const possible = boundable(recipe);
  const namespaces = all.filter((namespace, i) => i % 3 < 2 && possible.includes(namespace));
  return { namespaces, alone: recipe.workloads.find(({ namespace, hasTwin }) => namespace === namespaces[0] && !hasTwin), gated: recipe.workloads.filter(({ namespace }) => namespace === namespaces.at(-1)).at(-1) };
}

function withBoundaries(recipe: AppRecipe): App {
  const app = build(recipe);
  Findings.of(app).acknowledge('ZT119', { reason: 'generated' });
  const { namespaces, alone, gated } = boundedIn(recipe);
  const [first] = namespaces.map(name => {
    const chart = app.node.findChild(name) as Chart;
    new EgressBoundary(chart, 'egress', { namespace: name });
    return chart;
  });
  if (first) {
    new EgressAccess(first, 'cdn', { callers: namespaces.map(name => Principal.namespace(name, { reason: 'generated' })), host: 'cdn.example', ports: [EgressPort.startsTls()], metadata: { name: 'cdn' } });
  }
  if (first && alone) {
    const workload = Workload.of(first.node.findChild(alone.name) as ApiObject);
    new EgressBoundary(first, 'alone', { workload });
    new EgressAccess(first, 'pay', { callers: [Principal.of(workload)], host: 'pay.example', metadata: { name: 'pay' } });
  }
  if (gated) { addGateway(app, gated); }
  return app;
}

/** A gateway that lets one workload out. */
function addGateway(app: App, gated: Pods): void {
  const chart = new Chart(app, 'way-out', { namespace: 'way-out' });
  const gateway = new EgressGateway(chart, 'gateway', { workload: gatewayPods(chart) });
  new EgressAccess(chart, 'gated', { callers: [principalOf(app, gated)], host: 'gated.example', ports: [EgressPort.startsTls(), EgressPort.tls()], gateway, metadata: { name: 'gated' } });
}

/** An entry that somebody in a bounded namespace adds. */
function tenantEntry(namespace: string): string {
  return `
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: tenant, namespace: ${namespace} }
spec: { hosts: [evil.example], resolution: NONE, location: MESH_EXTERNAL, ports: [{ number: 443, name: tls, protocol: TLS }] }
`;
}

function policiesOf(recipe: AppRecipe): PolicySet {
  return PolicySet.fromYaml(withBoundaries(recipe).synthYaml() + boundedIn(recipe).namespaces.map(tenantEntry).join(''), settingsOf(recipe));
}

const drawn = sample(apps, EXTENT).map((recipe, i) => ({ recipe, bounded: boundedIn(recipe), policies: policiesOf(recipe), choices: new Choices(i) }));

interface Client { readonly namespace: string; readonly name: string }

function clientsOf(recipe: AppRecipe, { namespaces }: Bounded): Client[] {
  return recipe.workloads.filter(({ namespace }) => namespaces.includes(namespace)).flatMap(({ namespace, name, hasTwin }) => [name, ...hasTwin ? [twinOf(name)] : []].map(one => ({ namespace, name: one })));
}

function isBlocked({ decision, reason = '', notes }: AuthorizationResponse): boolean {
  return decision === Decision.DENY && [reason, ...notes].some(note => note.includes('and blocks it'));
}

const ask = (policies: PolicySet, { namespace, name }: Client, destination: RequestDestination) => isBlocked(policies.isAuthorized({ destination, source: { workload: `${namespace}/${name}` } }));

test('a workload within a boundary reaches the hosts outside that it is a caller of, and no other, whoever makes it known', () => {
  const answers = drawn.flatMap(({ recipe, bounded, policies }) => clientsOf(recipe, bounded).map(client => ({
    got: [['cdn', 80], ['pay', 443], ['tenant', 443]].map(([serviceEntry, port]) => {
      const isThere = serviceEntry !== 'pay' || (bounded.alone !== undefined && client.namespace === bounded.alone.namespace);
      return isThere && !ask(policies, client, { namespace: client.namespace, serviceEntry: String(serviceEntry) + (serviceEntry === 'cdn' && client.namespace !== bounded.namespaces[0] ? `-${client.namespace}-entry` : ''), port: Number(port) });
    }),
    wanted: [true, client.name === bounded.alone?.name, false],
  })));

  expect(answers.map(({ got }) => got)).toEqual(answers.map(({ wanted }) => wanted));
  expect(new Set(answers.map(({ wanted }) => String(wanted))).size).toBe(2);
});

test('through a gateway a workload reaches the hosts outside that it is a caller of, and no other does', () => {
  const withGateway = drawn.filter(({ bounded }) => bounded.gated);
  const answers = withGateway.flatMap(({ recipe, bounded: { namespaces, gated }, policies }) => clientsOf(recipe, { namespaces }).map(client => ({
    got: [80, 443].map(port => policies.isAuthorized({
      destination: { namespace: 'way-out', serviceEntry: 'gated', port },
      source: { workload: `${client.namespace}/${client.name}` },
      ...port === 80 ? { http: { authority: 'gated.example' } } : {},
    }).decision),
    wanted: Array(2).fill(client.namespace === gated!.namespace && client.name === gated!.name ? Decision.ALLOW : Decision.DENY),
  })));

  expect(answers.map(({ got }) => got)).toEqual(answers.map(({ wanted }) => wanted));
  expect(new Set(answers.map(({ wanted }) => wanted[0])).size).toBe(2);
});

test('a workload within a boundary knows the Services that somebody within it is to call, and no other', () => {
  const answers = drawn.flatMap(({ recipe, bounded, policies }) => clientsOf(recipe, bounded).flatMap(client => {
    const isAlone = (name: string) => name === bounded.alone?.name;
    const isWithin = (who: Who) => 'all' in who || ('namespace' in who ? who.namespace === client.namespace
      : who.account.startsWith(`${client.namespace}/`) && !who.account.includes('@')
        && (isAlone(client.name) ? who.account === `${client.namespace}/${client.name}` : !isAlone(who.account.split('/')[1])));
    return recipe.workloads.filter(({ service }) => service !== 'none').map(pods => ({
      got: !ask(policies, client, { namespace: pods.namespace, service: pods.name, port: 80 }), wanted: callersOf(recipe, pods).some(isWithin),
    }));
  }));

  expect(answers.map(({ got }) => got)).toEqual(answers.map(({ wanted }) => wanted));
  expect(new Set(answers.map(({ wanted }) => wanted)).size).toBe(2);
});

test('nothing else means anything else by it', () => {
  const differing = drawn.flatMap(({ recipe, policies, choices }) => Array.from({ length: REQUESTS }, () => nearRequest(recipe, choices)).filter(one => {
    const { decision } = policies.isAuthorized(requestOf(one));
    return decision !== (meant(recipe, one) ? Decision.ALLOW : Decision.DENY);
  }));

  expect(differing).toEqual([]);
});
