import { Operation } from 'cdk8s-zero-trust';
import { Caller } from '../../src/intent/caller';
import { GuardrailIntent, GuardrailLaw } from '../../src/intent/guardrail-intent';
import { renderGuardrail } from '../../src/render/guardrail';
import { AMBIENT, http, MESH, namespace, service, tcp, WAYPOINT, workload } from '../support/facts';

const API: Caller = { kind: 'serviceAccount', namespace: 'shop', name: 'api' };
const DEV: Caller = { kind: 'namespace', namespace: 'dev' };
const only = (...callers: Caller[]): GuardrailLaw => ({ kind: 'only callers', callers });
const none = (...callers: Caller[]): GuardrailLaw => ({ kind: 'forbidden callers', callers });
const onlyTo = (...operations: Operation[]): GuardrailLaw => ({ kind: 'only operations', operations: operations.map(({ _data }) => _data) });
const noneTo = (...operations: Operation[]): GuardrailLaw => ({ kind: 'forbidden operations', operations: operations.map(({ _data }) => _data) });

type Given = Partial<GuardrailIntent>;
const SERVICE = service('db', { 80: 8080, 90: 9000 });
const DB = workload([http(8080), tcp(9000)], [SERVICE]);
const SIDECAR = namespace('shop');
const atWorkload = (ns = SIDECAR, target = DB): Given => ({ namespace: ns, target });
const withAlias = { ...MESH, trustDomainAliases: ['old.td'] };

function guardrail(law: GuardrailLaw, given: Given): ReturnType<typeof renderGuardrail> {
  return renderGuardrail({ kind: 'guardrail', mesh: MESH, exempt: [], hasGateways: false, ...given, law });
}

const from = (...sources: object[]) => ({ from: sources.map(source => ({ source })) });
const to = (...operations: object[]) => ({ to: operations.map(operation => ({ operation })) });
const AT_PODS = { selector: { matchLabels: { app: 'api' } } };
const AT_SERVICE = { targetRefs: [{ kind: 'Service', group: '', name: 'db' }] };
const atGateway = (kind: string, name: string) => ({ targetRefs: [{ group: 'gateway.networking.k8s.io', kind, name }] });
const deny = (scope: object, ...rules: object[]) => ({ ...scope, action: 'DENY', rules });

const P_API = 'prod.td/ns/shop/sa/api';
const P_DEV = 'prod.td/ns/dev/sa/*';
const P_WAYPOINT = 'prod.td/ns/shop/sa/wp';
const NOBODY = { notPrincipals: ['*'] };

type Row = [what: string, law: GuardrailLaw, given: Given, specs: object];

describe('Of callers', () => {
  test.each<Row>([
    ['only some, at sidecars', only(API), atWorkload(), { guardrail: deny(AT_PODS, from({ notPrincipals: [P_API] })) }],
    ['only some, at ztunnel, which knows no aliases', only(API), { ...atWorkload(AMBIENT), mesh: withAlias },
      { guardrail: deny(AT_PODS, from({ notPrincipals: [P_API, 'old.td/ns/shop/sa/api'] })) }],
    ['only some, behind a waypoint: there, and at the pods only these and the waypoint', only(API), atWorkload(WAYPOINT),
      { 'guardrail': deny(AT_PODS, from({ notPrincipals: [P_API, P_WAYPOINT] })), 'waypoint-guardrail': deny(AT_SERVICE, from({ notPrincipals: [P_API] })) }],
    ['only some, by a headless Service past the waypoint', only(API), atWorkload(WAYPOINT, workload([http(8080)], [service('db', { 80: 8080 }, { headless: true })])),
      { guardrail: deny(AT_PODS, from({ notPrincipals: [P_API] })) }],
    ['only some, by two Services of which one opts out', only(API), atWorkload(WAYPOINT, workload([http(8080)], [SERVICE, service('direct', { 80: 8080 }, { useWaypoint: 'none' })])),
      { 'guardrail': deny(AT_PODS, from({ notPrincipals: [P_API, P_WAYPOINT] })), 'waypoint-guardrail': deny(AT_SERVICE, from({ notPrincipals: [P_API] })) }],
    ['none of some, nor anyone in plaintext', none(DEV, API), atWorkload(), { guardrail: deny(AT_PODS, from({ principals: [P_DEV, P_API] }, NOBODY)) }],
    ['none of some at a gateway, whose clients have no identity', none(DEV), { ...atWorkload(), hasGateways: true }, { guardrail: deny(AT_PODS, from({ principals: [P_DEV] })) }],
    ['none of some, behind a waypoint', none(DEV), atWorkload(WAYPOINT),
      { 'guardrail': deny(AT_PODS, from({ principals: [P_DEV] }, NOBODY)), 'waypoint-guardrail': deny(AT_SERVICE, from({ principals: [P_DEV] }, NOBODY)) }],
    ['none of a namespace, behind a waypoint of it, which is no such caller', none({ kind: 'namespace', namespace: 'shop' }), atWorkload(WAYPOINT), {
      'guardrail': deny(AT_PODS, from({ principals: ['prod.td/ns/shop/sa/*'], notPrincipals: [P_WAYPOINT] }, NOBODY)),
      'waypoint-guardrail': deny(AT_SERVICE, from({ principals: ['prod.td/ns/shop/sa/*'] }, NOBODY)),
    }],
    ['only some in a namespace', only(API), { namespace: SIDECAR }, { guardrail: deny({}, from({ notPrincipals: [P_API] })) }],
    ['only some in a namespace with a waypoint', only(API), { namespace: WAYPOINT },
      { 'guardrail': deny({}, from({ notPrincipals: [P_API, P_WAYPOINT] })), 'waypoint-guardrail': deny(atGateway('Gateway', 'wp'), from({ notPrincipals: [P_API] })) }],
    ['none of some in the mesh, at pods and waypoints, by every name that the mesh has', none(DEV), { mesh: withAlias, hasGateways: true }, {
      'guardrail': deny({}, from({ principals: [P_DEV, 'old.td/ns/dev/sa/*'] })),
      'waypoint-guardrail': deny(atGateway('GatewayClass', 'istio-waypoint'), from({ principals: [P_DEV, 'old.td/ns/dev/sa/*'] })),
    }],
    ['none of a namespace in the mesh, but the waypoint of it, for whoever calls through that', none(DEV),
      { hasGateways: true, waypoints: [{ namespace: 'dev', name: 'wp' }, { namespace: 'shop', name: 'wp' }] }, {
        'guardrail': deny({}, from({ principals: [P_DEV], notPrincipals: ['prod.td/ns/dev/sa/wp'] })),
        'waypoint-guardrail': deny(atGateway('GatewayClass', 'istio-waypoint'), from({ principals: [P_DEV] })),
      }],
    ['none of some in a mesh that knows no policy for all waypoints', none(DEV), { mesh: { ...MESH, istioVersion: '1.24' }, hasGateways: true }, { guardrail: deny({}, from({ principals: [P_DEV] })) }],
  ])('%s', (_, law, given, specs) => {
    expect(guardrail(law, given)).toEqual({ specs, problems: [] });
  });
});

describe('Of operations', () => {
  const rest = (port: string) => [{ notMethods: ['GET'], ports: [port] }, { notPaths: ['/a'], ports: [port] }];
  test.each<Row>([
    ['only one request', onlyTo(Operation.get('/a')), atWorkload(), { guardrail: deny(AT_PODS, to({ notPorts: ['8080'] }, ...rest('8080'))) }],
    ['only one port', onlyTo(Operation.tcp(9000)), atWorkload(AMBIENT), { guardrail: deny(AT_PODS, to({ notPorts: ['9000'] })) }],
    ['none with a method', noneTo(Operation.http({ methods: ['DELETE'], paths: ['*'] })), atWorkload(), { guardrail: deny(AT_PODS, to({ methods: ['DELETE'], ports: ['8080'] })) }],
    ['none on a port', noneTo(Operation.tcp(9000)), atWorkload(AMBIENT), { guardrail: deny(AT_PODS, to({ ports: ['9000'] })) }],
    ['only one request, behind a waypoint: by the ports of the Service, and past it nothing on that port', onlyTo(Operation.get('/a'), Operation.tcp(9000)), atWorkload(WAYPOINT), {
      'guardrail': deny(AT_PODS, to({ notPorts: ['9000', '8080'] }), { ...from({ notPrincipals: [P_WAYPOINT] }), ...to({ ports: ['8080'] }) }),
      'waypoint-guardrail': deny(AT_SERVICE, to({ notPorts: ['80', '90'] }, ...rest('80'))),
    }],
    ['none with a method, behind a waypoint', noneTo(Operation.http({ methods: ['DELETE'], paths: ['*'] })), atWorkload(WAYPOINT), {
      'guardrail': deny(AT_PODS, { ...from({ notPrincipals: [P_WAYPOINT] }), ...to({ ports: ['8080'] }) }),
      'waypoint-guardrail': deny(AT_SERVICE, to({ methods: ['DELETE'], ports: ['80'] })),
    }],
    ['only a port that no Service offers: nothing by the waypoint', onlyTo(Operation.tcp(9000)), atWorkload(WAYPOINT, workload([http(8080), tcp(9000)], [service('db', { 80: 8080 })])),
      { 'guardrail': deny(AT_PODS, to({ notPorts: ['9000'] })), 'waypoint-guardrail': deny(AT_SERVICE, {}) }],
    ['none on a port that no Service offers', noneTo(Operation.tcp(9000)), atWorkload(WAYPOINT, workload([http(8080), tcp(9000)], [service('db', { 80: 8080 })])),
      { guardrail: deny(AT_PODS, to({ ports: ['9000'] })) }],
    ['only one request in a namespace', onlyTo(Operation.http({ methods: ['GET'], paths: ['/a'], ports: [8080] })), { namespace: SIDECAR }, { guardrail: deny({}, to({ notPorts: ['8080'] }, ...rest('8080'))) }],
    ['none with a method in the mesh, not at waypoints, whose ports are others', noneTo(Operation.http({ methods: ['TRACE'], paths: ['*'], ports: [8080] })), { hasGateways: true },
      { guardrail: deny({}, to({ methods: ['TRACE'], ports: ['8080'] })) }],
  ])('%s', (_, law, given, specs) => {
    expect(guardrail(law, given)).toEqual({ specs, problems: [] });
  });
});

describe('Past a BreakGlass that it names', () => {
  const OPS: Caller = { kind: 'serviceAccount', namespace: 'ops', name: 'breakglass' };
  const P_OPS = 'prod.td/ns/ops/sa/breakglass';
  const exempt = [OPS];

  test.each<Row>([
    ['only some may call, and it', only(API), { ...atWorkload(), exempt }, { guardrail: deny(AT_PODS, from({ notPrincipals: [P_API, P_OPS] })) }],
    ['only some may call, and it, behind a waypoint', only(API), { ...atWorkload(WAYPOINT), exempt },
      { 'guardrail': deny(AT_PODS, from({ notPrincipals: [P_API, P_OPS, P_WAYPOINT] })), 'waypoint-guardrail': deny(AT_SERVICE, from({ notPrincipals: [P_API, P_OPS] })) }],
    ['only some may call, of whom it is one', only(API, OPS), { ...atWorkload(), exempt }, { guardrail: deny(AT_PODS, from({ notPrincipals: [P_API, P_OPS] })) }],
    ['none of some may call but it, nor anyone in plaintext', none(DEV), { ...atWorkload(), exempt },
      { guardrail: deny(AT_PODS, from({ principals: [P_DEV], notPrincipals: [P_OPS] }, NOBODY)) }],
    ['none of some may call in the mesh but it, by every name that it has', none(DEV), { mesh: withAlias, hasGateways: true, exempt }, {
      'guardrail': deny({}, from({ principals: [P_DEV, 'old.td/ns/dev/sa/*'], notPrincipals: [P_OPS, 'old.td/ns/ops/sa/breakglass'] })),
      'waypoint-guardrail': deny(atGateway('GatewayClass', 'istio-waypoint'), from({ principals: [P_DEV, 'old.td/ns/dev/sa/*'], notPrincipals: [P_OPS, 'old.td/ns/ops/sa/breakglass'] })),
    }],
  ])('%s', (_, law, given, specs) => {
    expect(guardrail(law, given)).toEqual({ specs, problems: [] });
  });
});

describe('In a dry run', () => {
  test.each<[string, GuardrailLaw, Given]>([
    ['a workload with sidecars', only(API), atWorkload()],
    ['a namespace with sidecars', none(DEV), { namespace: SIDECAR }],
    ['operations', onlyTo(Operation.get('/a')), atWorkload()],
    ['the mesh', none(DEV), { mesh: withAlias, hasGateways: true }],
  ])('it says of %s what it will say in force', (_, law, given) => {
    expect(guardrail(law, { ...given, isDryRun: true })).toEqual(guardrail(law, given));
  });

  test.each<Row>([
    ['a workload behind a waypoint', only(API), atWorkload(WAYPOINT), { 'waypoint-guardrail': deny(AT_SERVICE, from({ notPrincipals: [P_API] })) }],
    ['a namespace with a waypoint', none(DEV), { namespace: WAYPOINT }, { 'waypoint-guardrail': deny(atGateway('Gateway', 'wp'), from({ principals: [P_DEV] }, NOBODY)) }],
  ])('it is for the waypoint only, of %s: ztunnel is not given it', (_, law, given, specs) => {
    expect(guardrail(law, { ...given, isDryRun: true })).toEqual({ specs, problems: [] });
  });

  test.each<[string, Given]>([
    ['without a waypoint', atWorkload(AMBIENT)], ['of a namespace without a waypoint', { namespace: AMBIENT }],
    ['of pods that are called past the waypoint', atWorkload(WAYPOINT, workload([tcp(9000)]))],
  ])('it is refused %s, where it would say nothing', (_, given) => {
    expect(guardrail(only(API), { ...given, isDryRun: true })).toEqual({
      specs: {},
      problems: ["Enforcement.DRY_RUN says nothing at ztunnel, which is not given it, and nothing here goes through a waypoint of namespace 'shop'; enforce it, or declare a waypoint"],
    });
  });
});

describe('What cannot be enforced is a problem', () => {
  const get = Operation.http({ methods: ['GET'], paths: ['/a'], ports: [8080] });
  test.each<[string, GuardrailLaw, Given, string]>([
    ['requests at ztunnel', onlyTo(get), atWorkload(AMBIENT), "HTTP methods, paths and hosts can be enforced only by a waypoint, but namespace 'shop' has no waypoint; "
      + "declare one on its ZeroTrustNamespace: new ZeroTrustNamespace(…, { name: 'shop', waypoint: Waypoint.create() })"],
    ['requests in an ambient namespace', onlyTo(get), { namespace: AMBIENT }, "HTTP methods, paths and hosts can be closed only by a waypoint, which namespace 'shop' does not have; "
      + 'declare one on its ZeroTrustNamespace, and state it for each workload: GuardrailScope.workload(…)'],
    ['operations in a namespace with a waypoint', noneTo(Operation.tcp(9000)), { namespace: WAYPOINT },
      "operations must not be closed in all of namespace 'shop', whose waypoint goes by the ports of Services; state it for each workload: GuardrailScope.workload(…)"],
    ['a workload in the root namespace', only(API), { ...atWorkload(), mesh: { ...MESH, rootNamespace: 'shop' } },
      "'shop/api' is in the root namespace 'shop', where a policy selects the pods of every namespace by their labels; move it to a namespace of its own"],
    ['a port that is another at a further Service', noneTo(Operation.tcp(9000)), atWorkload(WAYPOINT, workload([http(8080), tcp(9000)], [SERVICE, service('more', { 90: 8080 })])),
      "port 90 of Service 'more' leads to 8080, and that of another Service of the same pods elsewhere, which one policy at their waypoint cannot tell apart; give the Services the same ports"],
    ['a Service with a waypoint of its own', none(DEV), atWorkload(AMBIENT, workload([http(8080)], [service('db', { 80: 8080 }, { useWaypoint: 'other' })])),
      "Service 'db' uses waypoint 'shop/other', but namespace 'shop' declares none; declare it on a ZeroTrustNamespace: new ZeroTrustNamespace(…, { waypoint: Waypoint.existing(…) }), "
      + "for this Service alone by serviceWaypoints: [{ services: ['db'], waypoint: … }], or remove the label istio.io/use-waypoint of the Service"],
    ['pods with a waypoint of their own', none(DEV), atWorkload(AMBIENT, workload([http(8080)], [], { podLabels: { 'app': 'api', 'istio.io/use-waypoint': 'other' } })),
      "the pods of 'shop/api' are labelled istio.io/use-waypoint: other, where nothing of this is enforced; remove the label, and declare the waypoint by a ZeroTrustNamespace"],
  ])('%s', (_, law, given, problem) => {
    expect(guardrail(law, given).problems).toEqual([problem]);
  });
});
