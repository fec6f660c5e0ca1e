import { ApiObject, App, Chart, Include } from 'cdk8s';
import {
  DataPlane, ExtensionProvider, ExternalAuthorization, LegacyDestination, LegacyTls, MtlsMigration, MtlsStage, Operation, PortProtocol, Principal, ServiceAccess, Waypoint, Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { tempFile, testApp } from '../support/app';
import { chartOf, problemsOf, rawDeployment, rawService } from '../support/shop';

interface Written { readonly apiVersion: string; readonly kind: string; readonly metadata: { name: string; namespace?: string; labels?: { [label: string]: string } }; readonly spec?: object }

const NETWORKING = 'networking.istio.io/v1';
const GATEWAY_API = 'gateway.networking.k8s.io/v1';
const AT = "at 'shop/object'";

/** An object as it is, in a List of an app, and in a List of a file; at one path. */
const WAYS: readonly (readonly [string, (chart: Chart, object: Written) => unknown])[] = [
  ['by itself', (chart, object) => new ApiObject(chart, 'object', object)],
  ['in a List', (chart, object) => new ApiObject(chart, 'object', { apiVersion: 'v1', kind: 'List', items: [object] })],
  ['in a List of its kind', (chart, { apiVersion, kind, ...rest }) => new ApiObject(chart, 'object', { apiVersion, kind: `${kind}List`, items: [rest] })],
];

interface Case { readonly make: (chart: Chart) => unknown; readonly object: Written; readonly problem?: string }

function made({ make, object }: Case, write: typeof WAYS[number][1]): App {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  make(chart);
  write(chart, object);
  return app;
}

function pay(chart: Chart): void {
  new ZeroTrustNamespace(chart, 'baseline');
  rawDeployment(chart, 'web');
  new LegacyDestination(chart, 'pay', {
    host: 'pay.example.com', addresses: ['192.0.2.7'], ports: [{ number: 5432, protocol: PortProtocol.TCP }], tls: LegacyTls.disable({ reason: 'old' }),
  });
}

const entry = (spec: object): Written => ({ apiVersion: NETWORKING, kind: 'ServiceEntry', metadata: { name: 'e', namespace: 'shop' }, spec: { ports: [{ number: 5432, name: 'tcp', protocol: 'TCP' }], resolution: 'DNS', ...spec } });
const SHARED = 'addresses must be of \'pay.example.com\' alone at a port of TCP, got \'192.0.2.7\' at port 5432';

function behindWaypoint(chart: Chart): void {
  new ZeroTrustNamespace(chart, 'baseline', { dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.existing('shop', 'wp') });
  rawService(chart, 'api');
  new ServiceAccess(chart, 'web-to-api', { callers: [Principal.serviceAccount('elsewhere', 'web')], to: Workload.of(rawDeployment(chart, 'api')), operations: [Operation.get('/a')] });
}

const gateway = (more: object): Written => ({
  apiVersion: GATEWAY_API, kind: 'Gateway', metadata: { name: 'wp', namespace: 'shop' }, spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }], ...more },
});

function migrating(chart: Chart): void {
  new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } });
  rawDeployment(chart, 'web');
  new MtlsMigration(chart, 'migration', { namespaces: [{ name: 'shop', stage: MtlsStage.OBSERVE }] });
}

function asking(chart: Chart): void {
  new ZeroTrustMesh(chart, 'mesh', { exists: true });
  new ZeroTrustNamespace(chart, 'baseline');
  rawService(chart, 'api');
  rawService(chart, 'opa');
  new ExternalAuthorization(chart, 'asking', {
    workload: Workload.of(rawDeployment(chart, 'api')), provider: ExtensionProvider.extAuthzGrpc({ name: 'opa', service: 'opaa.shop.svc.cluster.local', port: 80 }),
  });
}

const CASES: { readonly [name: string]: Case } = {
  'a DestinationRule beside a LegacyDestination': {
    make: pay,
    object: { apiVersion: NETWORKING, kind: 'DestinationRule', metadata: { name: 'd', namespace: 'shop' }, spec: { host: 'pay.example.com' } },
    problem: `'pay.example.com' must have one DestinationRule in the app, as one hides the other, and DestinationRule 'shop/d' ${AT}`,
  },
  'a ServiceEntry beside a LegacyDestination': { make: pay, object: entry({ hosts: ['pay.example.com'] }), problem: `must have one ServiceEntry in a namespace, and ServiceEntry 'shop/e' ${AT}` },
  'an address beside that of a LegacyDestination': { make: pay, object: entry({ hosts: ['other.example.com'], addresses: ['192.0.2.7'] }), problem: SHARED },
  'the same address as a block': { make: pay, object: entry({ hosts: ['other.example.com'], addresses: ['192.0.2.7/32'] }), problem: SHARED },
  'another address': { make: pay, object: entry({ hosts: ['other.example.com'], addresses: ['192.0.2.8/32'] }) },
  'a route of the host of a LegacyDestination': {
    make: pay,
    object: { apiVersion: NETWORKING, kind: 'VirtualService', metadata: { name: 'v', namespace: 'shop' }, spec: { hosts: ['pay.example.com'], tcp: [{ route: [{ destination: { host: 'x.example.com' } }] }] } },
    problem: `and VirtualService 'shop/v' ${AT} sends some to 'x.example.com'`,
  },
  'a waypoint': { make: behindWaypoint, object: gateway({}) },
  'a waypoint for namespaces of others': {
    make: behindWaypoint,
    object: gateway({ listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE', allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { a: 'b' } } } } }] }),
    problem: 'the waypoint shop/wp does not admit objects of this namespace by its allowedRoutes',
  },
  'a waypoint of a class that nobody knows': { make: behindWaypoint, object: gateway({ gatewayClassName: 'other-waypoint' }), problem: `waypoint 'shop/wp' must be of class 'istio-waypoint', got 'other-waypoint' ${AT}` },
  'a gateway in a namespace that is closed': { make: pay, object: gateway({ gatewayClassName: 'istio' }), problem: "publicGateways must be given, as the default deny closes the gateways of this namespace: 'shop/object'" },
  'a PeerAuthentication beside a migration': {
    make: migrating,
    object: { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'other', namespace: 'shop' }, spec: { mtls: { mode: 'STRICT' } } },
    problem: `PeerAuthentication 'shop/other' ${AT} is for all of namespace 'shop', too`,
  },
  'a ServiceEntry for an authorizer': { make: asking, object: entry({ hosts: ['opaa.shop.svc.cluster.local'] }) },
  'a ServiceEntry for something else than an authorizer': { make: asking, object: entry({ hosts: ['pay.example.com'] }), problem: "did you mean 'opa.shop.svc.cluster.local'?" },
};

describe.each(Object.entries(CASES))('%s is seen', (_, one) => {
  test.each(WAYS)('%s', (__, write) => {
    expect(problemsOf(made(one, write))).toEqual(one.problem === undefined ? [] : [expect.stringContaining(one.problem)]);
  });
});

describe('What a migration reports', () => {
  test.each(WAYS)('goes by an Ingress %s', (_, write) => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    rawService(chart, 'web');
    new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } });
    rawDeployment(chart, 'web');
    const migration = new MtlsMigration(chart, 'migration', { namespaces: [{ name: 'shop', stage: MtlsStage.OBSERVE }] });
    write(chart, { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'edge', namespace: 'shop' }, spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } } });

    expect(migration.report().map(({ kind, constructPath }) => [kind, constructPath])).toEqual([['exposed service', 'shop/object']]);
  });

  test.each(WAYS)('goes by a DestinationRule %s', (_, write) => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    migrating(chart);
    rawService(chart, 'old', { type: 'ExternalName', externalName: 'old.example.com', selector: undefined });
    const { migration } = { migration: chart.node.findChild('migration') as MtlsMigration };
    expect(migration.report().map(({ kind }) => kind)).toEqual(['external server']);

    write(chart, { apiVersion: NETWORKING, kind: 'DestinationRule', metadata: { name: 'd', namespace: 'shop' }, spec: { host: 'old' } });

    expect(migration.report()).toEqual([]);
  });
});

describe('A Namespace in a List', () => {
  const list = (labels: object) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } }] });

  function shop(labels: object, exists: boolean): App {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    new Include(chart, 'included', { url: tempFile('list.yaml', list(labels)) });
    new ZeroTrustNamespace(chart, 'baseline', { exists });
    rawService(chart, 'api');
    new ServiceAccess(chart, 'web-to-api', { callers: [Principal.serviceAccount('elsewhere', 'web')], to: Workload.of(rawDeployment(chart, 'api')), operations: [Operation.get('/a')] });
    return app;
  }

  test('says what it says', () => {
    expect(problemsOf(shop({ 'istio-injection': 'enabled' }, true))).toEqual([]);
  });

  test('keeps its pods out of the mesh where it has no label for it', () => {
    const [problem, ...others] = problemsOf(shop({}, true));

    expect(others).toEqual([]);
    expect(problem).toContain('as its namespace has no label of the mesh for it');
    expect(problem).not.toContain('default/shop');
  });

  test('cannot be made once more', () => {
    expect(problemsOf(shop({ 'istio-injection': 'enabled' }, false))).toContainEqual(expect.stringContaining(
      "[shop/baseline] this app has a Namespace 'shop' in the List at 'shop/included/object0-list' already; write it by itself and adopt it"));
  });
});
