import { Chart } from 'cdk8s';
import { AuthorizerProtocol, Decision, ExtensionProvider, ExternalAuthorization, OpaAuthorizer, OpaPolicy, Operation, PolicySet, Workload } from 'cdk8s-zero-trust';
import { sample } from 'fast-check';
import { apiPorts, apps } from './faithful/apps';
import { Ask, requestOf } from './faithful/ask';
import { build } from './faithful/build';
import { calls, goesPastWaypoint, meant } from './faithful/meant';
import { Choices, nearRequest } from './faithful/near';
import { AppRecipe, enforced, enforcement, Op, Pods, settingsOf, siteOf, TRUST_DOMAIN, twinOf } from './faithful/recipe';

const EXTENT = { seed: 13, numRuns: 160 };
const REQUESTS = 100;
const OWN = 'own';
const PROVIDER = ExtensionProvider.extAuthzGrpc({ name: OWN, service: 'own.authz.svc.cluster.local', port: 9191 });

/** Who is asked is somebody's own authorizer, or an OPA of the app. */
interface Asked { readonly to: string; readonly provider: string; readonly ports?: readonly number[]; readonly unasked: readonly Exclude<Op, { readonly tcp: number }>[] }

const POLICY = OpaPolicy.rules([{ operations: [Operation.anyHttp()] }]);

const PORTS = [undefined, [8080], [8080, 9000], [9000], [8080, 8081]];
const UNASKED: Asked['unasked'][] = [
  [], [{ methods: ['GET'], paths: ['/a'] }], [{ methods: ['*'], paths: ['/a/*', '*.html'] }], [{ methods: ['OPTIONS'], paths: ['*'] }, { methods: ['POST'], paths: ['/u/{*}'] }],
  [{ methods: ['GET', 'POST'], paths: ['/', '/f/{**}'], hosts: ['a.example'] }], [{ methods: ['GET'], paths: ['/a/*'], port: 8080 }],
];

/** Half of the workloads whose HTTP is seen wait for the authorizer, where something says who may call them. */
function askedIn(recipe: AppRecipe, choices: Choices): Asked[] {
  const isClosed = ({ name, namespace }: Pods) => siteOf(recipe, namespace)!.plane !== 'bare' || recipe.mesh!.defaultDeny || [...enforced(recipe), ...recipe.apis].some(({ to }) => to === name);
  const fitting = recipe.workloads.filter(pods => pods.service !== 'none' && enforcement(recipe, pods) !== 'ztunnel' && isClosed(pods));
  return fitting.filter(() => choices.below(4) > 0).map(({ name }, i) => {
    const ports = choices.of(PORTS);
    return { to: name, provider: ports === undefined && choices.below(2) > 0 ? `opa-${i}` : OWN, ports, unasked: ports?.includes(8080) ? choices.of(UNASKED) : ports ? [] : choices.of(UNASKED.slice(0, -1)) };
  });
}

function policiesOf(recipe: AppRecipe, asked: readonly Asked[]): PolicySet {
  const app = build(recipe);
  const authz = new Chart(app, 'authz', { namespace: 'authz' });
  asked.forEach(({ to, provider, ports, unasked }, i) => {
    const { namespace, hasTwin } = recipe.workloads.find(({ name }) => name === to)!;
    const chart = app.node.findChild(namespace) as Chart;
    const workload = Workload.of(chart.node.findChild(to), hasTwin ? { alsoCovers: [Workload.of(chart.node.findChild(twinOf(to)))] } : {});
    const unaskedOperations = unasked.length === 0 ? {} : { unaskedOperations: unasked.map(operationOf) };
    if (provider === OWN) {
      new ExternalAuthorization(chart, `asked-${i}`, { workload, provider: PROVIDER, ...ports ? { ports: [...ports] } : {}, ...unaskedOperations });
    } else {
      new OpaAuthorizer(authz, provider, { image: 'opa:1.17.0', policy: POLICY, protects: [workload], ...unaskedOperations, metadata: { name: provider } });
    }
  });
  const authorizerProviders = providersOf(asked).map(name => ({ name, protocol: AuthorizerProtocol.GRPC }));
  return PolicySet.fromYaml(app.synthYaml(), { ...settingsOf(recipe), authorizerProviders });
}

function providersOf(asked: readonly Asked[]): string[] { return [OWN, ...asked.map(({ provider }) => provider).filter(provider => provider !== OWN)]; }

function operationOf({ methods, paths, hosts, port }: Asked['unasked'][number]): Operation {
  return Operation.http({ methods: [...methods], paths: [...paths], ...hosts ? { hosts: [...hosts] } : {}, ...port ? { ports: [port] } : {} });
}

/** Whether the authorizer is meant to be asked about a request, as the documentation has it. */
function isAsked(recipe: AppRecipe, asked: readonly Asked[], ask: Ask): boolean {
  const { to } = ask;
  const one = 'gateway' in to ? undefined : asked.find(other => other.to === to.name);
  if (!one) { return false; }
  const pods = recipe.workloads.find(({ name }) => name === one.to)!;
  if (enforcement(recipe, pods) === 'waypoint' && goesPastWaypoint(recipe, ask)) { return false; }
  const ports = one.ports ?? apiPorts(recipe, pods);
  return ports.includes(ask.port) && !one.unasked.some(op => calls(op, ask, 'sidecar', ports.filter(port => port !== 9000)));
}

/** Somebody must say how the provider gets to istiod. */
const MESH: AppRecipe['mesh'] = { trustDomain: TRUST_DOMAIN, aliases: [], defaultDeny: false };

const drawn = sample(apps, EXTENT).map((made, index) => {
  const recipe: AppRecipe = { ...made, mesh: made.mesh ?? MESH };
  const choices = new Choices(13_000_003 + index);
  const asked = askedIn(recipe, choices);
  const policies = policiesOf(recipe, asked);
  return { recipe, asked, policies, asks: Array.from({ length: REQUESTS }, () => nearRequest(recipe, choices)) };
});

test('what an authorizer is asked about passes if it agrees and is meant to, and never where it refuses', () => {
  const answers = drawn.flatMap(({ recipe, asked, policies, asks }) => asks.flatMap(ask => [true, false].map(allows => {
    const { decision } = policies.isAuthorized({ ...requestOf(ask), authorizerAnswers: asked.length === 0 ? [] : providersOf(asked).map(provider => ({ provider, allows, headers: {} })) });
    const [isHeld, isMeant] = [isAsked(recipe, asked, ask), meant(recipe, ask)];
    return { ask, asked, allows, isHeld, isMeant, decision, wanted: isMeant && (allows || !isHeld) ? Decision.ALLOW : Decision.DENY };
  })));

  expect(answers.filter(({ decision, wanted }) => decision !== wanted).slice(0, 5)).toEqual([]);
  // it must hold where the authorizer makes the difference, and where it makes none
  const made = (isDifferent: boolean) => answers.filter(({ isMeant, isHeld, allows }) => isMeant && !allows && isHeld === isDifferent).length;
  expect(Math.min(made(true), made(false))).toBeGreaterThan(200);
  const ofOpa = answers.filter(({ asked, ask: { to }, isHeld }) => isHeld && 'name' in to && asked.some(one => one.to === to.name && one.provider !== OWN));
  expect(ofOpa.length).toBeGreaterThan(100);
});
