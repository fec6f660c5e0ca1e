import { App, Chart } from 'cdk8s';
import { AccessGuardrail, AccessGuardrailProps, AccessRequest, DataPlane, Decision, GuardrailScope, Operation, PolicySet, Principal, Transport, Waypoint, Workload, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { Arbitrary, array, constantFrom, oneof, option, property, record, subarray } from 'fast-check';
import { testApp } from '../support/app';
import { expectLaw } from '../support/law';
import { chartOf, rawDeployment, rawService } from '../support/shop';

/** Namespace `a` with one workload `w`, and a guardrail in it. Callers are of namespaces that the app does not have, or of this one, as its waypoint is. */
interface Recipe {
  readonly plane: 'sidecar' | 'ambient' | 'waypoint';
  readonly services: readonly ('cluster' | 'headless' | 'opted-out')[];
  readonly aliases: readonly string[];
  readonly scope: 'workload' | 'namespace' | 'mesh';
  readonly law: Law;
}

type Op = { readonly methods: readonly string[]; readonly paths: readonly string[]; readonly port: number } | { readonly tcp: number };
type Law =
  | { readonly only: boolean; readonly callers: readonly string[] }
  | { readonly only: boolean; readonly operations: readonly Op[] };

interface Ask {
  readonly by: 'service' | 'pod';
  readonly port: number;
  readonly caller?: string;
  readonly domain: 'own' | 'alias';
  readonly http?: { readonly method: string; readonly path: string };
}

const SERVICE_PORTS: { readonly [port: number]: number } = { 8080: 80, 8081: 81, 9000: 90 };
const CALLERS = ['dev/a', 'dev/b', 'ops/a', 'ops/*', 'a/*'];

const callers: Arbitrary<Law> = record({ only: constantFrom(true, false), callers: subarray(CALLERS, { minLength: 1 }) });
const tcp: Arbitrary<Op> = constantFrom<Op>({ tcp: 9000 });
const anyHttp: Arbitrary<Op> = record({ methods: constantFrom(['*']), paths: constantFrom(['*']), port: constantFrom(8080, 8081) });
const methodsOnly: Arbitrary<Op> = record({ methods: subarray(['GET', 'POST', 'DELETE'], { minLength: 1 }), paths: constantFrom(['*']), port: constantFrom(8080, 8081) });
const http: Arbitrary<Op> = record({ methods: constantFrom(['GET'], ['GET', 'POST'], ['*']), paths: constantFrom(['/a'], ['/a', '/a/*'], ['/b'], ['*']), port: constantFrom(8080, 8081) });
const lawOf = (only: boolean, op: Arbitrary<Op>): Arbitrary<Law> => array(op, { minLength: 1, maxLength: 3 }).map(operations => ({ only, operations }));

const recipes: Arbitrary<Recipe> = record({
  plane: constantFrom<Recipe['plane']>('sidecar', 'ambient', 'waypoint'),
  services: subarray<Recipe['services'][number]>(['cluster', 'headless', 'opted-out'], { minLength: 1 }),
  aliases: constantFrom<string[]>([], ['old.example']),
}).chain(place => {
  const seesHttp = place.plane === 'sidecar' || (place.plane === 'waypoint' && place.services.includes('cluster'));
  const connections = oneof(lawOf(true, oneof(tcp, anyHttp)), lawOf(false, oneof(tcp, anyHttp)));
  const operations = seesHttp ? oneof(lawOf(true, oneof(http, tcp)), lawOf(false, oneof(methodsOnly, anyHttp, tcp))) : connections;
  const inNamespace = place.plane === 'sidecar' ? operations : connections;
  const options: Arbitrary<Pick<Recipe, 'scope' | 'law'>>[] = [
    record({ scope: constantFrom<Recipe['scope']>('workload', 'namespace'), law: callers }),
    record({ scope: constantFrom<Recipe['scope']>('workload'), law: operations }),
    record({ scope: constantFrom<Recipe['scope']>('mesh'), law: callers.map(law => ({ ...law, only: false })) }),
    ...place.plane === 'waypoint' ? [] : [record({ scope: constantFrom<Recipe['scope']>('namespace'), law: inNamespace })],
    ...place.plane === 'sidecar' ? [record({ scope: constantFrom<Recipe['scope']>('mesh'), law: lawOf(false, oneof(methodsOnly, tcp)) })] : [],
  ];
  return oneof(...options).map(said => ({ ...place, ...said }));
});

const asks: Arbitrary<Ask[]> = array(record({
  by: constantFrom<Ask['by']>('service', 'pod'),
  port: constantFrom(8080, 8081, 9000, 1234),
  caller: option(constantFrom('dev/a', 'dev/b', 'dev/c', 'ops/a', 'ops/z', 'qa/a', 'a/b'), { nil: undefined, freq: 5 }),
  domain: constantFrom<Ask['domain']>('own', 'own', 'alias'),
  http: record({ method: constantFrom('GET', 'POST', 'DELETE', 'TRACE'), path: constantFrom('/a', '/a/x', '//a', '/A', '/b', '/%2fa', '/c') }),
}), { minLength: 1, maxLength: 60, size: 'max' });

function build({ plane, services, aliases, scope, law }: Recipe): App {
  const app = testApp();
  const mesh = new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { istioVersion: '1.32', trustDomain: 'prod.example', trustDomainAliases: [...aliases], dataPlane: plane === 'sidecar' ? DataPlane.SIDECAR : DataPlane.AMBIENT });
  const chart = chartOf(app, 'a');
  if (plane === 'waypoint') { new ZeroTrustNamespace(chart, 'baseline', { name: 'a', waypoint: Waypoint.create() }); }
  const container = { ports: [8080, 8081, 9000].map(containerPort => ({ containerPort })) };
  const object = rawDeployment(chart, 'w', { container });
  for (const service of services) {
    const ports = [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'http-admin', port: 81, targetPort: 8081 }, { name: 'tcp-raw', port: 90, targetPort: 9000 }];
    rawService(new Chart(app, service, { namespace: 'a' }), `w-${service}`, { selector: { app: 'w' }, ...service === 'headless' ? { clusterIP: 'None' } : {}, ports },
      service === 'opted-out' ? { 'istio.io/use-waypoint': 'none' } : {});
  }
  const appliesTo = scope === 'workload' ? GuardrailScope.workload(Workload.of(object)) : scope === 'namespace' ? GuardrailScope.namespace('a') : GuardrailScope.mesh(mesh);
  new AccessGuardrail(chart, 'guard', { appliesTo, ...lawProps(law) });
  return app;
}

function lawProps(law: Law): Omit<AccessGuardrailProps, 'appliesTo'> {
  if ('callers' in law) {
    const principals = law.callers.map(name => {
      const [namespace, account] = name.split('/');
      return account === '*' ? Principal.namespace(namespace, { reason: 'generated' }) : Principal.serviceAccount(namespace, account);
    });
    return law.only ? { onlyCallers: principals } : { forbiddenCallers: principals };
  }
  const operations = law.operations.map(op => 'tcp' in op ? Operation.tcp(op.tcp) : Operation.http({ methods: [...op.methods], paths: [...op.paths], ports: [op.port] }));
  return law.only ? { onlyOperations: operations } : { forbiddenOperations: operations };
}

/** Everything is allowed, also in plaintext, but what the guardrail forbids. */
function policiesOf(recipe: Recipe): PolicySet {
  const yaml = build(recipe).synthYaml().split(/^---$/m).filter(document => !document.includes('kind: PeerAuthentication')).join('---');
  const allow = (namespace: string, scope = '{}') => `---\napiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: open-${scope.length}, namespace: ${namespace}}\nspec: {rules: [{}]${scope === '{}' ? '' : `, ${scope}`}}\n`;
  const open = allow('a') + allow('istio-system') + allow('istio-system', 'targetRefs: [{group: gateway.networking.k8s.io, kind: GatewayClass, name: istio-waypoint}]');
  return PolicySet.fromYaml(yaml + open, { trustDomain: 'prod.example', trustDomainAliases: [...recipe.aliases] });
}

function requestOf({ aliases, services }: Recipe, { by, port, caller, domain, http: asked }: Ask): AccessRequest {
  const [namespace, account] = caller?.split('/') ?? [];
  const isHttp = port === 8080 || port === 8081;
  const service = by === 'service' && caller !== undefined && SERVICE_PORTS[port] ? `w-${services[0]}` : undefined;
  return {
    destination: service ? { namespace: 'a', service, port: SERVICE_PORTS[port] } : { namespace: 'a', workload: 'w', port },
    source: caller === undefined ? { transport: Transport.PLAINTEXT } : { principal: `${domain === 'alias' && aliases.length > 0 ? aliases[0] : 'prod.example'}/ns/${namespace}/sa/${account}` },
    ...isHttp ? { http: { ...asked!, authority: 'h' } } : {},
  };
}

/** What the guardrail says, and nothing else. */
function isForbidden(recipe: Recipe, ask: Ask): boolean {
  const { law, plane, services, scope } = recipe;
  if ('callers' in law) {
    const isNamed = ask.caller !== undefined && law.callers.some(one => one === ask.caller || one === ask.caller!.replace(/\/.*/, '/*'));
    const nobody = ask.caller === undefined && scope !== 'mesh';
    return law.only ? !isNamed : isNamed || nobody;
  }
  const throughWaypoint = plane === 'waypoint' && services[0] === 'cluster' && ask.by === 'service' && ask.caller !== undefined && SERVICE_PORTS[ask.port] !== undefined;
  const seesHttp = plane === 'sidecar' || throughWaypoint;
  const isWide = (op: Op) => 'tcp' in op || (op.methods.includes('*') && op.paths.includes('*'));
  // past the waypoint nobody sees more than connections: whatever is asked of them there is refused
  const bypasses = plane === 'waypoint' && services.includes('cluster') && !throughWaypoint;
  const atPort = law.operations.filter(op => ('tcp' in op ? op.tcp : op.port) === ask.port);
  if (bypasses && atPort.some(op => !isWide(op))) { return true; }
  const matches = atPort.some(op => isWide(op) || (seesHttp && 'methods' in op && matchesHttp(op, ask.http!)));
  return law.only ? !matches : matches;
}

function matchesHttp({ methods, paths }: Extract<Op, { readonly methods: unknown }>, { method, path }: NonNullable<Ask['http']>): boolean {
  return ['*', method].some(one => methods.includes(one)) && paths.some(pattern => pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1))));
}

test('a guardrail refuses what it forbids, whatever else allows it, and nothing else', () => {
  const seen = { forbidden: 0, open: 0 };
  expectLaw(property(recipes, asks, (recipe, requests) => {
    const policies = policiesOf(recipe);
    for (const ask of requests) {
      const isMeant = !isForbidden(recipe, ask);
      const response = policies.isAuthorized(requestOf(recipe, ask));
      seen[isMeant ? 'open' : 'forbidden']++;
      if (response.decision !== (isMeant ? Decision.ALLOW : Decision.DENY)) { throw new Error(`${JSON.stringify(recipe)}\n${JSON.stringify(ask)}\n${response.explain()}`); }
    }
  }), 200);
  expect(seen.open / (seen.open + seen.forbidden)).toBeGreaterThan(0.2);
  expect(seen.open / (seen.open + seen.forbidden)).toBeLessThan(0.8);
});
