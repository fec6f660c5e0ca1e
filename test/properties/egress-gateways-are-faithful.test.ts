import { App, Chart } from 'cdk8s';
import {
  AccessRequest, Decision, EgressAccess, EgressBoundary, EgressGateway, EgressPort, PolicySet, Principal, ZeroTrustNamespace, DataPlane,
} from 'cdk8s-zero-trust';
import { sample } from 'fast-check';
import { apps } from './faithful/apps';
import { requestOf } from './faithful/ask';
import { boundable } from './faithful/bounded';
import { build } from './faithful/build';
import { gatewayPods, principalOf } from './faithful/egress-gateway';
import { meant } from './faithful/meant';
import { Choices, nearRequest } from './faithful/near';
import { AppRecipe, hasSidecars, Pods, settingsOf, twinOf } from './faithful/recipe';

const EXTENT = { seed: 41, numRuns: 60 };
const REQUESTS = 5;

/** A host outside of some apps, as data: who reaches it, by the names of workloads or all of a namespace, and at which ports. */
interface Outside {
  readonly host: string;
  readonly address: string;
  readonly callers: readonly ({ readonly workload: Pods } | { readonly namespace: string })[];
  readonly ports: readonly Port[];
}

const PORTS = { 80: EgressPort.startsTls(), 443: EgressPort.tls(), 5432: EgressPort.tcp(5432) };
type Port = keyof typeof PORTS;

/** A way out, for callers that have one kind of proxy. */
interface WayOut {
  readonly namespace: 'way-out' | 'way-out-ambient';
  /** Where its callers may be. */
  readonly clients: readonly string[];
  readonly hosts: readonly Outside[];
}

/** A gateway tells ports apart by no more than whether it sees HTTP there; a waypoint knows them all. */
const AT_GATEWAY: readonly (readonly Port[])[] = [[80], [443], [5432], [80, 443], [80, 5432]];
const AT_WAYPOINT: readonly (readonly Port[])[] = [...AT_GATEWAY, [443, 5432], [80, 443, 5432]];

function waysOut(recipe: AppRecipe, choices: Choices): WayOut[] {
  const ambient = recipe.sites.map(({ name }) => name).filter(name => !hasSidecars(recipe, name) && recipe.workloads.some(({ namespace }) => namespace === name));
  const ways = [['way-out', boundable(recipe), AT_GATEWAY], ['way-out-ambient', ambient, AT_WAYPOINT]] as const;
  return ways.filter(([, clients]) => clients.length > 0).map(([namespace, clients, ports]) => ({
    namespace, clients, hosts: [1, 2, 3].map(number => drawHost(recipe, { namespace, clients, number, ports: choices.of(ports) }, choices)),
  }));
}

interface Drawn extends Pick<WayOut, 'namespace' | 'clients'>, Pick<Outside, 'ports'> { readonly number: number }

function drawHost({ workloads }: AppRecipe, { namespace, clients, number, ports }: Drawn, choices: Choices): Outside {
  const candidates = workloads.filter(pods => clients.includes(pods.namespace));
  const drawn = [0, 1].slice(choices.below(2)).map(() => choices.below(4) === 0 ? { namespace: choices.of(clients) } : { workload: choices.of(candidates) });
  return { host: `host-${number}.${namespace}.example`, address: `240.${clients.length}.${namespace.length}.${number}`, callers: drawn, ports };
}

function withWaysOut(recipe: AppRecipe, ways: readonly WayOut[]): App {
  const app = build(recipe);
  for (const { namespace, clients, hosts } of ways) {
    const chart = new Chart(app, namespace, { namespace });
    const isAmbient = isAtWaypoint({ namespace });
    const gateway = isAmbient ? new EgressGateway(chart, 'gateway', { metadata: { name: 'out' } }) : new EgressGateway(chart, 'gateway', { workload: gatewayPods(chart) });
    if (isAmbient) { new ZeroTrustNamespace(chart, 'baseline', { name: namespace, dataPlane: DataPlane.AMBIENT }); } else { clients.forEach(name => new EgressBoundary(app.node.findChild(name) as Chart, 'egress', { namespace: name })); }
    hosts.forEach(({ host, address, callers, ports }, i) => new EgressAccess(chart, host, {
      callers: callers.map(caller => 'namespace' in caller ? Principal.namespace(caller.namespace, { reason: 'generated' }) : principalOf(app, caller.workload)),
      host,
      addresses: [address],
      ports: ports.map(port => PORTS[port]),
      gateway,
      metadata: { name: `out-${i}` },
    }));
  }
  return app;
}

const drawn = sample(apps, EXTENT).map((recipe, i) => {
  const choices = new Choices(i);
  const ways = waysOut(recipe, choices);
  return { recipe, choices, ways, policies: PolicySet.fromYaml(withWaysOut(recipe, ways).synthYaml(), settingsOf(recipe)) };
});

/** Who asks: what runs in a namespace of callers, and its twin, which has another account. */
function askers({ workloads }: AppRecipe, { clients }: WayOut): { readonly namespace: string; readonly name: string }[] {
  return workloads.filter(({ namespace }) => clients.includes(namespace)).flatMap(({ namespace, name, hasTwin }) => [name, ...hasTwin ? [twinOf(name)] : []].map(one => ({ namespace, name: one })));
}

/** Whether that is meant, in the words of the documentation. */
function isMeant({ callers, ports }: Outside, port: Port, asking: { readonly namespace: string; readonly name: string }): boolean {
  return ports.includes(port) && callers.some(caller => 'namespace' in caller ? caller.namespace === asking.namespace : caller.workload.name === asking.name);
}

interface Asked { readonly request: AccessRequest; readonly wanted: boolean }

const ALL_PORTS: readonly Port[] = [80, 443, 5432];

/** Each host at each port, from each who may be meant; and by the name of another host, which is known by it in HTTP. */
function requests(recipe: AppRecipe, way: WayOut): Asked[] {
  return askers(recipe, way).flatMap(asking => way.hosts.flatMap((outside, i) => ALL_PORTS.flatMap(port => {
    const called = { destination: { namespace: way.namespace, serviceEntry: `out-${i}`, port }, source: { workload: `${asking.namespace}/${asking.name}` } };
    if (port !== 80) { return [{ request: called, wanted: isMeant(outside, port, asking) }]; }
    const names = way.hosts.map(({ host }) => host).filter(host => host === outside.host || isAtWaypoint(way));
    return names.map(authority => ({ request: { ...called, http: { authority } }, wanted: authority === outside.host && isMeant(outside, port, asking) }));
  })));
}

/** At the waypoint itself, by whatever way somebody comes there: who is no workload of the app. */
function strangers(way: WayOut): Asked[] {
  const whole = (account: string, { callers }: Outside) => callers.some(caller => 'namespace' in caller && caller.namespace === account.split('/')[0]);
  return ['elsewhere/web', ...way.clients.map(client => `${client}/nobody`)].flatMap(account => way.hosts.flatMap((outside, i) => outside.ports.map(port => ({
    request: { destination: { namespace: way.namespace, serviceEntry: `out-${i}`, port }, source: { serviceAccount: account }, ...port === 80 ? { http: { authority: outside.host } } : {} },
    wanted: whole(account, outside),
  }))));
}

function isAtWaypoint({ namespace }: Pick<WayOut, 'namespace'>): boolean { return namespace === 'way-out-ambient'; }

function differing(policies: PolicySet, asked: readonly Asked[]): string[] {
  return asked.flatMap(({ request, wanted }) => {
    const response = policies.isAuthorized(request);
    return response.decision === (wanted ? Decision.ALLOW : Decision.DENY) ? [] : [`${JSON.stringify(request)} is meant to ${wanted ? 'pass' : 'be refused'}: ${response.explain()}`];
  });
}

test.each(['way-out', 'way-out-ambient'])('through %s each workload reaches the hosts that it is a caller of, at their ports, and no other does', namespace => {
  const asked = drawn.map(({ recipe, ways, policies }) => ({ policies, all: ways.filter(way => way.namespace === namespace).flatMap(way => [...requests(recipe, way), ...isAtWaypoint(way) ? strangers(way) : []]) }));

  expect(asked.flatMap(({ policies, all }) => differing(policies, all)).slice(0, 5)).toEqual([]);
  const wanted = asked.flatMap(({ all }) => all.map(one => one.wanted));
  expect(wanted.filter(one => one).length).toBeGreaterThan(20);
  expect(wanted.filter(one => !one).length).toBeGreaterThan(20);
});

test('nothing else means anything else by it', () => {
  const others = drawn.flatMap(({ recipe, policies, choices }) => Array.from({ length: REQUESTS }, () => nearRequest(recipe, choices)).filter(one => {
    const { decision } = policies.isAuthorized(requestOf(one));
    return decision !== (meant(recipe, one) ? Decision.ALLOW : Decision.DENY);
  }));

  expect(others).toEqual([]);
});
