import { MeshSettings, PolicySet, RequestDestination, RequestSource, ServiceEntryVisibility } from 'cdk8s-zero-trust';
import { authorization, namespace, pod, service, verdict, WEB } from './support';

const AMBIENT = { 'istio.io/dataplane-mode': 'ambient' };
const SIDECARS = { 'istio-injection': 'enabled' };
const USE_WAYPOINT = { 'istio.io/use-waypoint': 'wp' };
const INGRESS = { 'istio.io/ingress-use-waypoint': 'true' };
const PORTS = [{ name: 'http', port: 80, targetPort: 8080 }];

type Labels = Record<string, string>;

function gateway(name: string, { namespace: of = 'shop', class: gatewayClassName = 'istio-waypoint', ...meta }: { namespace?: string; class?: string; annotations?: Labels; labels?: Labels } = {}): object {
  const listeners = [{ name: 'mesh', port: 15008, protocol: 'HBONE' }];
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name, namespace: of, ...meta }, spec: { gatewayClassName, listeners } };
}

/** The waypoint refuses everything, so that an answer of ALLOW is one past it. */
const CLOSED = authorization({ targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'wp' }] });
const SHOP = [namespace('shop', AMBIENT), pod('api'), gateway('wp'), CLOSED];
const TO_SERVICE: RequestDestination = { namespace: 'shop', service: 'api', port: 80 };

function asked(manifests: object[], source: RequestSource, { destination = TO_SERVICE, settings }: { destination?: RequestDestination; settings?: MeshSettings } = {}) {
  return PolicySet.fromManifests([...SHOP, ...manifests], settings).isAuthorized({ source, destination, http: {} });
}

const BEHIND = service('api', PORTS, USE_WAYPOINT);
const runs = (account: string, labels: Labels = {}, of = 'client', more: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: `of-${account}`, namespace: of },
  spec: { template: { metadata: { labels: { app: account, ...labels }, ...more }, spec: { serviceAccountName: account } } },
});

describe('A client that is known by its identity', () => {
  const CLIENT: RequestSource = { serviceAccount: 'client/web' };

  test.each<[string, object[], string]>([
    ['uses the waypoint if its pods are in ambient mode', [namespace('client', AMBIENT), runs('web')], 'DENY'],
    ['goes past it if they have a sidecar', [namespace('client', SIDECARS), runs('web')], 'ALLOW'],
    ['goes past it if they have one in a namespace in ambient mode', [namespace('client', AMBIENT), runs('web', { 'sidecar.istio.io/inject': 'true' })], 'ALLOW'],
    ['uses it if they are in ambient mode in a namespace with sidecars', [namespace('client', { ...SIDECARS }), runs('web', { 'sidecar.istio.io/inject': 'false', ...AMBIENT })], 'DENY'],
    ['goes past it if they are not in the mesh', [namespace('client'), runs('web')], 'ALLOW'],
    ['may do either if they differ', [namespace('client', AMBIENT), runs('web'), { ...runs('web', { 'sidecar.istio.io/inject': 'true' }), metadata: { name: 'side', namespace: 'client' } }], 'UNDECIDED'],
    ['uses it by its namespace if nothing tells of its pods', [namespace('client', AMBIENT)], 'DENY'],
    ['goes past it by its namespace', [namespace('client', SIDECARS)], 'ALLOW'],
    ['is taken to use it if nothing tells of its namespace either', [], 'DENY'],
    ['is not what runs as an account of that name elsewhere', [namespace('client', AMBIENT), namespace('other', SIDECARS), runs('web', {}, 'other')], 'DENY'],
    ['may be a WorkloadEntry', [namespace('client', AMBIENT), { apiVersion: 'networking.istio.io/v1', kind: 'WorkloadEntry', metadata: { name: 'vm', namespace: 'client' }, spec: { address: '10.9.9.9', serviceAccount: 'web' } }], 'ALLOW'],
  ])('%s', (_, manifests, expected) => {
    expect(asked([BEHIND, ...manifests], CLIENT).decision).toBe(expected);
  });

  test.each<[string, MeshSettings, string]>([
    ['of another mesh is in no namespace of the manifests', { foreignTrustDomains: ['west'] }, 'DENY'],
    ['of an alias is in those', { trustDomainAliases: ['west'] }, 'ALLOW'],
  ])('%s', (_, settings, expected) => {
    expect(asked([BEHIND, namespace('client', SIDECARS)], { principal: 'west/ns/client/sa/web' }, { settings }).decision).toBe(expected);
  });

  test('says what it hangs on if its pods differ', () => {
    const side = { ...runs('web', { 'sidecar.istio.io/inject': 'true' }), metadata: { name: 'side', namespace: 'client' } };

    expect(asked([BEHIND, namespace('client', AMBIENT), runs('web'), side], CLIENT).notes).toContain("DENY if it is sent by 'client/of-web', ALLOW if it is sent by 'client/side'");
  });

  test('says what was assumed', () => {
    expect(asked([BEHIND], CLIENT).notes)
      .toEqual(["nothing in the manifests runs as 'spiffe://cluster.local/ns/client/sa/web'; it is taken to be in ambient mode, so that it uses waypoints"]);
  });

  test('is not looked for where it cannot matter', () => {
    expect(asked([service('api', PORTS)], CLIENT).notes).toEqual([]);
  });

  test('of another trust domain is not one of the manifests', () => {
    expect(asked([BEHIND, namespace('client', AMBIENT), runs('web', { 'sidecar.istio.io/inject': 'true' })], { principal: 'other.td/ns/client/sa/web' }).decision).toBe('DENY');
  });

  test('is the waypoint itself, which uses no waypoint', () => {
    for (const labels of [USE_WAYPOINT, { ...USE_WAYPOINT, ...INGRESS }]) expect(asked([service('api', PORTS, labels)], { serviceAccount: 'shop/wp' }).decision).toBe('ALLOW');
  });
});

describe('A gateway', () => {
  const classic = runs('edge', {}, 'client', { annotations: { 'inject.istio.io/templates': 'gateway' } });
  const selected = { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'edge', namespace: 'client' }, spec: { selector: { app: 'edge' } } };
  const started = { ...pod('edge', {}, 'client') as object, spec: { serviceAccountName: 'edge', containers: [{ name: 'istio-proxy', args: ['proxy', 'router'] }] } };
  const ofClass = (name: string, annotations?: Labels) => gateway('front', { namespace: 'client', class: name, annotations });

  const ofController = (name: string, controllerName: string) => ({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name }, spec: { controllerName } });

  test.each<[string, object[], RequestSource]>([
    ['classic, by its account', [classic], { serviceAccount: 'client/edge' }],
    ['classic, as a workload', [classic], { workload: 'client/of-edge' }],
    ['that a Gateway selects', [runs('edge'), selected], { serviceAccount: 'client/edge' }],
    ['whose proxy stands in its pod', [started], { serviceAccount: 'client/edge' }],
    ['of the Gateway API, by the account that is made for it', [ofClass('istio')], { serviceAccount: 'client/front-istio' }],
    ['of the Gateway API, as a workload', [ofClass('istio')], { workload: 'client/front' }],
    ['of the Gateway API, as a workload by the name of its pods', [ofClass('istio')], { workload: 'client/front-istio' }],
    ['of the Gateway API, as a workload by the name that it is given', [ofClass('istio', { 'gateway.istio.io/name-override': 'door' })], { workload: 'client/door' }],
    ['of a class of that controller', [ofClass('mine'), ofController('mine', 'istio.io/gateway-controller')], { serviceAccount: 'client/front-mine' }],
    ['of the Gateway API, by an account of its own', [ofClass('istio', { 'gateway.istio.io/service-account': 'mine' })], { serviceAccount: 'client/mine' }],
  ])('%s goes past the waypoint unless it is told to use it', (_, manifests, source) => {
    const all = [namespace('client', AMBIENT), ...manifests];

    expect(verdict(asked([BEHIND, ...all], source))).toBe('ALLOW');
    expect(verdict(asked([service('api', PORTS, { ...USE_WAYPOINT, ...INGRESS }), ...all], source))).toBe('DENY ALLOW 403');
  });

  const asks = (labels: Labels, spec: object = {}) => ({ ...service('api', PORTS, labels) as { spec: object }, spec: { selector: { app: 'api' }, ports: PORTS, ...spec } });
  const toService = { ...USE_WAYPOINT, ...INGRESS };

  test.each<[string, object, MeshSettings, string, string]>([
    ['a Service that does not ask for it', asks(USE_WAYPOINT), {}, 'ALLOW', "neither what it calls nor its namespace is labelled 'istio.io/ingress-use-waypoint'"],
    ['one that does, where istiod does not listen', asks(toService), { istiodEnvironment: { ENABLE_INGRESS_WAYPOINT_ROUTING: 'false' } }, 'ALLOW', 'as istiod is told by ENABLE_INGRESS_WAYPOINT_ROUTING'],
    ['one without address of its own', asks(toService, { clusterIP: 'None' }), {}, 'UNDECIDED', 'without naming it'],
    ['one without address of its own in Istio 1.24', asks(toService, { clusterIP: 'None' }), { istioVersion: '1.24' }, 'ALLOW', 'as what it calls has no address'],
  ])('to %s', (_, api, settings, expected, note) => {
    const response = asked([namespace('client'), classic, api], { serviceAccount: 'client/edge' }, { settings });

    expect([response.decision, response.notes.join()]).toEqual([expected, expect.stringContaining(note)]);
  });

  test.each<[string, object, string]>([
    ['has an address of its own', { addresses: ['240.0.0.1'], resolution: 'STATIC' }, 'DENY'],
    ['has only an address that istiod gave it', { resolution: 'STATIC' }, 'UNDECIDED'],
    ['is resolved by DNS', { addresses: ['240.0.0.1'], resolution: 'DNS' }, 'ALLOW'],
    ['has no address', { resolution: 'NONE' }, 'ALLOW'],
  ])('to a ServiceEntry that asks for the waypoint and %s', (_, spec, expected) => {
    const ext = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: { name: 'ext', namespace: 'shop', labels: toService },
      spec: { hosts: ['a.example.com'], ports: [{ number: 80, name: 'http', protocol: 'HTTP' }], workloadSelector: { labels: { app: 'api' } }, ...spec },
    };

    expect(asked([namespace('client'), classic, ext], { serviceAccount: 'client/edge' }, { destination: { namespace: 'shop', serviceEntry: 'ext', port: 80 } }).decision).toBe(expected);
  });

  test.each<[string, object[], string]>([
    ['a classic Gateway that selects everything', [namespace('client', AMBIENT), runs('web'), { ...selected, spec: {} }], 'DENY'],
    ['a classic Gateway that selects pods which have a sidecar already', [
      namespace('client', AMBIENT), { ...selected, spec: { selector: { app: 'web' } } },
      { ...pod('web', {}, 'client') as object, spec: { serviceAccountName: 'web', containers: [{ name: 'istio-proxy', args: ['proxy', 'sidecar'] }] } },
    ], 'ALLOW'],
    ['a Gateway of a class that is not of Istio', [namespace('client', AMBIENT), ofClass('web')], 'DENY'],
  ])('is not made by %s', (_, manifests, expected) => {
    expect(asked([service('api', PORTS, expected === 'DENY' ? USE_WAYPOINT : toService), ...manifests], { serviceAccount: 'client/web' }).decision).toBe(expected);
  });

  test('uses no waypoint for what it sends to a pod', () => {
    const ofPods = gateway('wp', { labels: { 'istio.io/waypoint-for': 'workload' } });
    const manifests = [namespace('shop', AMBIENT), { ...pod('api', { ...USE_WAYPOINT, ...INGRESS }) }, ofPods, CLOSED, namespace('client'), classic];
    const response = PolicySet.fromManifests(manifests).isAuthorized({ source: { serviceAccount: 'client/edge' }, destination: { namespace: 'shop', workload: 'api', port: 8080 }, http: {} });

    expect(response.decision).toBe('ALLOW');
  });
});

describe('A waypoint', () => {
  const AMBIENT_CLIENT: RequestSource = { workload: 'shop/web' };
  const forOnly = (name: string) => authorization({ selector: { matchLabels: { app: 'api' } }, rules: [{ from: [{ source: { principals: [`cluster.local/ns/shop/sa/${name}`] } }] }] });
  const behind = (annotations: Labels) => [namespace('shop', AMBIENT), pod('api'), pod('web'), gateway('wp', { annotations }), BEHIND];
  const decision = (manifests: object[]) => PolicySet.fromManifests(manifests).isAuthorized({ source: AMBIENT_CLIENT, destination: TO_SERVICE, http: {} }).decision;

  test('is seen as the account that its Gateway names', () => {
    const custom = behind({ 'gateway.istio.io/service-account': 'custom' });

    expect([decision([...behind({}), forOnly('wp')]), decision([...custom, forOnly('wp')]), decision([...custom, forOnly('custom')])]).toEqual(['ALLOW', 'DENY', 'ALLOW']);
  });

  test.each<[string, string, string]>([['0', 'ALLOW', 'DENY'], ['100', 'DENY', 'ALLOW'], ['50', 'UNDECIDED', 'UNDECIDED']])(
    'with a canary that gets %s %% lets pass by its own policies %s, by those of the canary %s', (weight, byPrimary, byCanary) => {
      const api = {
        ...service('api', PORTS) as object,
        metadata: {
          name: 'api', namespace: 'shop', labels: { ...USE_WAYPOINT, 'istio.io/use-waypoint-canary': 'new' }, annotations: { 'istio.io/use-waypoint-canary-weight': weight },
        },
      };
      const world = [namespace('shop', AMBIENT), pod('api'), pod('web'), gateway('wp'), gateway('new'), api];

      expect([decision([...world, forOnly('wp')]), decision([...world, forOnly('new')])]).toEqual([byPrimary, byCanary]);
    });

  test('with a canary says what the answer hangs on', () => {
    const labels = { ...USE_WAYPOINT, 'istio.io/use-waypoint-canary': 'new' };
    const api = { ...service('api', PORTS) as object, metadata: { name: 'api', namespace: 'shop', labels, annotations: { 'istio.io/use-waypoint-canary-weight': '10' } } };
    const response = PolicySet.fromManifests([namespace('shop', AMBIENT), pod('api'), pod('web'), gateway('wp'), gateway('new'), api, forOnly('wp')])
      .isAuthorized({ source: AMBIENT_CLIENT, destination: TO_SERVICE, http: {} });

    expect(response.notes).toEqual([
      'the waypoint shop/new is a canary, which gets 10 % of the traffic',
      expect.stringMatching(/^ALLOW if it goes through the waypoint shop\/wp and .*, DENY if it goes through the waypoint shop\/new and/),
    ]);
  });

  test.each([['istio.io/mesh-controller', 'DENY'], ['example.com/other', 'UNDECIDED'], [undefined, 'UNDECIDED']])('of a class of %s is %s', (controllerName, expected) => {
    const ofClass = controllerName === undefined ? [] : [{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'mine' }, spec: { controllerName } }];
    const world = [namespace('shop', AMBIENT), pod('api'), gateway('wp', { class: 'mine' }), CLOSED, BEHIND, ...ofClass];

    expect(PolicySet.fromManifests(world).isAuthorized({ source: { principal: WEB }, destination: TO_SERVICE, http: {} }).decision).toBe(expected);
  });

  test.each<[string, object, object, string]>([
    ['admits nothing of this namespace', { namespace: 'infra' }, { 'istio.io/use-waypoint-namespace': 'infra' }, 'the waypoint infra/wp does not admit objects of this namespace by its allowedRoutes; without it traffic goes straight to the pod'],
    ['serves nothing', { labels: { 'istio.io/waypoint-for': 'none' } }, {}, "the waypoint shop/wp is for traffic to 'none', which is none"],
  ])('that %s is passed by, with a note', (_, meta, labels, note) => {
    const response = PolicySet.fromManifests([namespace('shop', AMBIENT), pod('api'), gateway('wp', meta), service('api', PORTS, { ...USE_WAYPOINT, ...labels })])
      .isAuthorized({ source: { principal: WEB }, destination: TO_SERVICE, http: {} });

    expect([response.decision, response.notes]).toEqual(['ALLOW', [note]]);
  });

  test('to which nothing is sent, as its address is of no known type, is passed by', () => {
    const wp = { ...gateway('wp') as object, status: { addresses: [{ value: '10.0.0.1' }] } };
    const response = PolicySet.fromManifests([namespace('shop', AMBIENT), pod('api'), wp, CLOSED, BEHIND]).isAuthorized({ source: { principal: WEB }, destination: TO_SERVICE, http: {} });

    expect([response.decision, response.notes]).toEqual(['ALLOW', ['the waypoint shop/wp has no address of a known type; without it traffic goes straight to the pod']]);
  });

  test('is not known to admit a namespace that the manifests do not have, by its labels', () => {
    const listeners = [{ name: 'mesh', port: 15008, protocol: 'HBONE', allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { team: 'red' } } } } }];
    const wp = { ...gateway('wp', { namespace: 'infra' }) as object, spec: { gatewayClassName: 'istio-waypoint', listeners } };
    const api = service('api', PORTS, { ...USE_WAYPOINT, 'istio.io/use-waypoint-namespace': 'infra' });
    const response = PolicySet.fromManifests([pod('api', AMBIENT), wp, api]).isAuthorized({ source: { principal: WEB }, destination: TO_SERVICE, http: {} });

    expect(response.decision).toBe('UNDECIDED');
    expect(response.notes).toContain("the waypoint infra/wp admits namespaces by their labels, and namespace 'shop' is not in the manifests");
  });
});

describe('A ServiceEntry', () => {
  const entry = (spec: object, meta: object = {}) => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name: 'ext', namespace: 'shop', labels: USE_WAYPOINT, ...meta },
    spec: { hosts: ['a.example.com'], ports: [{ number: 80, name: 'http', protocol: 'HTTP' }], resolution: 'DNS', ...spec },
  });
  const OPEN = [namespace('shop', AMBIENT), namespace('client', AMBIENT), gateway('wp')];
  const ask = (manifests: object[], settings?: MeshSettings, account = 'shop/web') => PolicySet.fromManifests([...OPEN, ...manifests], settings)
    .isAuthorized({ source: { serviceAccount: account }, destination: { namespace: 'shop', serviceEntry: 'ext', port: 80 }, http: {} });

  test.each<[string, object, MeshSettings | undefined, string]>([
    ['with an address is let through by its waypoint', entry({ addresses: ['240.0.0.1'] }), undefined, 'ALLOW 200'],
    ['gets an address', entry({}), undefined, 'ALLOW 200'],
    ['got one', entry({}, { creationTimestamp: '2025-01-01T00:00:00Z' }), undefined, 'UNDECIDED'],
    ['got none by its label', entry({}, { labels: { ...USE_WAYPOINT, 'networking.istio.io/enable-autoallocate-ip': 'False' } }), undefined, 'UNDECIDED'],
    ['gets none for a star', entry({ hosts: ['*.example.com'] }), undefined, 'UNDECIDED'],
    ['gets none where it resolves nothing', entry({ resolution: 'NONE' }), undefined, 'UNDECIDED'],
    ['gets none in Istio 1.24', entry({}), { istioVersion: '1.24' }, 'UNDECIDED'],
    ['that nobody sees', entry({ addresses: ['240.0.0.1'] }), { serviceEntryVisibility: ServiceEntryVisibility.NONE }, 'UNDECIDED'],
    ['that is seen by rules', entry({ addresses: ['240.0.0.1'] }), { serviceEntryVisibility: ServiceEntryVisibility.BY_POLICIES }, 'UNDECIDED'],
  ])('%s', (_, manifest, settings, expected) => {
    expect(verdict(ask([manifest], settings))).toBe(expected);
  });

  test('has the address that istiod gave it', () => {
    const given = { ...entry({}, { creationTimestamp: '2025-01-01T00:00:00Z' }), status: { addresses: [{ value: '240.240.0.1' }] } };

    expect(verdict(ask([given]))).toBe('ALLOW 200');
  });

  test('is there for its own namespace only, if settings say so', () => {
    const settings = { serviceEntryVisibility: ServiceEntryVisibility.NAMESPACE };
    const world = [entry({ addresses: ['240.0.0.1'] })];

    expect(['shop/web', 'client/web'].map(account => verdict(ask(world, settings, account)))).toEqual(['ALLOW 200', 'UNDECIDED']);
    expect(ask(world, settings, 'client/web').notes[0]).toBe("only clients of its own namespace see it: clients go past the waypoint shop/wp of ServiceEntry 'ext'");
  });

  const rival = (creationTimestamp?: string) => ({ ...entry({ addresses: ['240.0.0.2'] }), metadata: { name: 'rival', namespace: 'shop', creationTimestamp } });
  const aged = entry({ addresses: ['240.0.0.1'] }, { creationTimestamp: '2025-01-02T00:00:00Z' });

  test.each<[string, object, string, string]>([
    ['a Service has', { ...service('a', PORTS) as object }, 'UNDECIDED', 'Service shop/a has its host'],
    ['a Service has that is but another name', { ...service('a', PORTS) as { spec: object }, spec: { type: 'ExternalName', externalName: 'b' } }, 'ALLOW', ''],
    ['an older one has', rival('2025-01-01T00:00:00Z'), 'UNDECIDED', 'the older ServiceEntry shop/rival has its host'],
    ['a younger one has', rival('2025-01-03T00:00:00Z'), 'ALLOW', ''],
    ['one of unknown age has', rival(), 'UNDECIDED', "it is not known which of several ServiceEntries with the host 'a.shop.svc.cluster.local' is the oldest"],
  ])('does not count for a host that %s', (_, other, expected, note) => {
    const hosts = ['a.shop.svc.cluster.local'];
    const response = ask([{ ...aged, spec: { ...aged.spec, hosts } }, { ...other, spec: { ...(other as { spec: object }).spec, hosts } }]);

    expect([response.decision, response.notes.join()]).toEqual([expected, expect.stringContaining(note)]);
  });
});

test('A ServiceEntry of which another object has some hosts is undecided', () => {
  const ext = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name: 'ext', namespace: 'shop', labels: USE_WAYPOINT },
    spec: { hosts: ['api.shop.svc.cluster.local', 'a.example.com'], addresses: ['240.0.0.1'], ports: [{ number: 80, name: 'http', protocol: 'HTTP' }] },
  };
  const response = asked([ext, service('api', PORTS)], { serviceAccount: 'shop/web' }, { destination: { namespace: 'shop', serviceEntry: 'ext', port: 80 } });

  expect(response.notes).toContain('other objects have some hosts of ServiceEntry shop/ext');
});

test.each<[string, object]>([
  ['', {}], [', whatever it selects', { selector: { app: 'api' } }],
])('A Service that is another name for a host has no waypoint, and leads to what is asked for by that name%s', (_, spec) => {
  const alias = { ...service('api', PORTS, USE_WAYPOINT) as object, spec: { type: 'ExternalName', externalName: 'a.example.com', ports: PORTS, ...spec } };
  const response = asked([alias], { principal: WEB });

  expect([response.decision, response.notes]).toEqual(['UNDECIDED', ["Service 'api' is another name for 'a.example.com'; address that"]]);
});
