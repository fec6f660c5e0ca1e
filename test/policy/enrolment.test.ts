import { MeshSettings, PolicySet, ProxyKind, Transport } from 'cdk8s-zero-trust';
import { ambient, authorization, namespace, peerAuthentication, pod, request, service, verdict, WEB } from './support';

const INJECTION = { 'istio-injection': 'enabled' };
const AMBIENT = { 'istio.io/dataplane-mode': 'ambient' };
const NO_RULES = "'shop/api': nothing in its manifest leads connections to its container istio-proxy: that is not evaluated";
const INIT = { name: 'istio-init', args: ['istio-iptables', '-b', '*'] };

interface Written {
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly spec?: object;
}

/** The pods `api`, and a policy that allows nothing. */
function denied(namespaceLabels: Record<string, string>, { labels, annotations, spec }: Written = {}, settings?: MeshSettings): PolicySet {
  const api = pod('api', labels) as { metadata: object; spec: object };
  const written = { ...api, metadata: { ...api.metadata, annotations }, spec: { ...api.spec, ...spec } };
  return PolicySet.fromManifests([namespace('shop', namespaceLabels), written, authorization({})], settings);
}

function proxies(policies: PolicySet, port = 8080): string[] {
  return policies.isAuthorized(request({ port })).hops.map(({ proxy }) => proxy);
}

describe('which proxy stands by a workload', () => {
  test.each<[string, Record<string, string>, Written, string[]]>([
    ['an annotation alone brings no sidecar', {}, { annotations: { 'sidecar.istio.io/inject': 'true' } }, []],
    ['a namespace that says no cannot be overruled', { 'istio-injection': 'disabled' }, { labels: { 'sidecar.istio.io/inject': 'true' } }, []],
    ['an empty revision brings none', { 'istio.io/rev': '' }, {}, []],
    ['the revision of a pod brings one', {}, { labels: { 'istio.io/rev': 'canary' } }, ['sidecar of shop/api']],
    ['an odd wish does not keep it out', INJECTION, { labels: { 'sidecar.istio.io/inject': 'no' } }, ['sidecar of shop/api']],
    ['gRPC without proxy has none', INJECTION, { annotations: { 'inject.istio.io/templates': 'grpc-agent' } }, []],
    ['a sidecar that is given nothing enforces nothing', INJECTION, { annotations: { 'sidecar.istio.io/interceptionMode': 'NONE' } }, []],
    ['what is injected leaves ambient mode', { ...AMBIENT, ...INJECTION }, { annotations: { 'inject.istio.io/templates': 'grpc-simple' } }, []],
    ['a status of injection leaves ambient mode', AMBIENT, { annotations: { 'sidecar.istio.io/status': '' } }, []],
    ['the network of the host has none', AMBIENT, { spec: { hostNetwork: true } }, []],
    ['a proxy in the manifest is what it says', {}, { spec: { containers: [{ name: 'istio-proxy', args: ['proxy', 'sidecar'] }], initContainers: [INIT] } }, ['sidecar of shop/api']],
    ['also where nothing is injected', INJECTION, { labels: { 'sidecar.istio.io/inject': 'false' }, spec: { initContainers: [INIT, { name: 'istio-proxy', args: ['proxy', 'sidecar'] }] } }, ['sidecar of shop/api']],
    ['also where its pod waits for the network plugin', {}, { spec: { containers: [{ name: 'istio-proxy', args: ['proxy', 'sidecar'] }], initContainers: [{ ...INIT, name: 'istio-validation', args: [...INIT.args, '--run-validation', '--skip-rule-apply'] }] } }, ['sidecar of shop/api']],
    ['a proxy without arguments is to be injected', INJECTION, { spec: { containers: [{ name: 'istio-proxy' }] } }, ['sidecar of shop/api']],
    ['other arguments are none', {}, { spec: { containers: [{ name: 'istio-proxy', args: ['run', 'sidecar'] }, { name: 'app', args: ['proxy', 'sidecar'] }] } }, []],
  ])('%s', (_, namespaceLabels, written, expected) => {
    expect(proxies(denied(namespaceLabels, written))).toEqual(expected);
  });

  test('says what is assumed of revisions', () => {
    const { notes } = denied({ 'istio.io/rev': 'stable' }).isAuthorized(request());

    expect(notes).toEqual(["revision 'stable' is taken to be installed, as the labels of 'shop/api' rely on it"]);
  });

  test.each<[string, Record<string, string>, Written, MeshSettings, string]>([
    ['a revision that is not there', { 'istio.io/rev': 'nosuch' }, {}, { revisions: ['default'] }, "'shop/api' is not in the mesh, which has no revision 'nosuch' for it: no proxy enforces policy for it"],
    ['nothing', {}, {}, {}, "'shop/api' is not in the mesh, as its namespace has no label of the mesh for it: no proxy enforces policy for it"],
    ['the network of the host', INJECTION, { spec: { hostNetwork: true } }, {}, "'shop/api' runs on the network of its host: no proxy enforces policy for it"],
    ['a template', INJECTION, { annotations: { 'inject.istio.io/templates': 'grpc-simple' } }, {}, "the template 'grpc-simple' gives 'shop/api' no proxy that captures anything: no proxy enforces policy for it"],
    ['a mode', INJECTION, {}, { injection: { interceptionMode: 'NONE' as never } }, "the sidecar of 'shop/api' is given nothing, by interceptionMode NONE: no proxy enforces policy for it"],
  ])('says why there is none: %s', (_, namespaceLabels, written, settings, note) => {
    const response = denied(namespaceLabels, written, settings).isAuthorized(request());

    expect([verdict(response), response.notes]).toEqual(['ALLOW', [note]]);
  });

  test.each<[string, Written, MeshSettings, string]>([
    ['an annotation', { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '*' } }, {}, "the pods of 'shop/api' are never created: its annotation traffic.sidecar.istio.io/excludeInboundPorts must be ports, got '*'"],
    ['a template', { annotations: { 'inject.istio.io/templates': 'custom' } }, {}, "the pods of 'shop/api' are never created: there is no template 'custom'"],
    ['the network plugin', { annotations: { 'sidecar.istio.io/interceptionMode': 'NONE' } }, { injection: { networkPlugin: true } }, "the pods of 'shop/api' cannot start: Istio's network plugin refuses interceptionMode NONE"],
  ])('nothing arrives where there are no pods, because of %s', (_, written, settings, note) => {
    const response = denied(INJECTION, written, settings).isAuthorized(request());

    expect([verdict(response), response.notes]).toEqual(['DENY TRANSPORT', [note]]);
  });

  test.each<[string, Written, MeshSettings, string]>([
    ['a template of its own', { annotations: { 'inject.istio.io/templates': 'custom' } }, { injection: { ownTemplates: ['custom'] } }, "the template 'custom' of 'shop/api' is not evaluated"],
    ['a gateway that captures', { annotations: { 'inject.istio.io/templates': 'sidecar,gateway' } }, {}, "the templates 'sidecar, gateway' make a gateway of 'shop/api' that captures what comes in: that is not evaluated"],
    ['interfaces that are led elsewhere', { annotations: { 'istio.io/reroute-virtual-interfaces': 'eth0' } }, {}, "'shop/api': its annotation istio.io/reroute-virtual-interfaces takes what comes in for what goes out: that is not evaluated"],
    ['rules that its own container makes', { spec: { initContainers: [{ name: 'istio-init', command: ['true'] }] } }, {}, "'shop/api': its own container istio-init takes the place of the one that injection adds: that is not evaluated"],
    ['rules that its own arguments make', { spec: { initContainers: [{ name: 'istio-init', args: ['istio-iptables', '-b', ''] }] } }, {}, "'shop/api': its own container istio-init takes the place of the one that injection adds: that is not evaluated"],
    ['pods that the network plugin leaves alone', { spec: { containers: [{ name: 'istio-init' }] } }, { injection: { networkPlugin: true } }, "'shop/api': its own container istio-init takes the place of the one that injection adds: that is not evaluated"],
    ['rules that nobody sees to', { spec: { initContainers: [{ name: 'istio-validation', command: ['true'] }] } }, { injection: { networkPlugin: true } }, "'shop/api': its own container istio-validation takes the place of the one that injection adds: that is not evaluated"],
    ['a proxy by another command', { spec: { containers: [{ name: 'istio-proxy', command: ['nc'] }] } }, {}, "'shop/api': its own container istio-proxy has another command: that is not evaluated"],
    ['a proxy by other arguments', { spec: { containers: [{ name: 'istio-proxy', args: ['wait'] }] } }, {}, "'shop/api': its own container istio-proxy has another args: that is not evaluated"],
    ['containers by annotation', { annotations: { 'proxy.istio.io/overrides': '{"initContainers":[{"name":"istio-init","command":["true"]}]}' } }, {}, "'shop/api': its annotation proxy.istio.io/overrides changes containers that injection adds: that is not evaluated"],
    ['a proxy without Envoy', { spec: { containers: [{ name: 'istio-proxy', env: [{ name: 'DISABLE_ENVOY', value: 'true' }] }] } }, { injection: { networkPlugin: true } }, "'shop/api': DISABLE_ENVOY leaves it without an Envoy: that is not evaluated"],
    ['a proxy without Envoy by annotation', { annotations: { 'proxy.istio.io/config': 'proxyMetadata: { DISABLE_ENVOY: "true" }' } }, {}, "'shop/api': DISABLE_ENVOY leaves it without an Envoy: that is not evaluated"],
    ['another proxy, of pods that were injected before', { spec: { containers: [{ name: 'istio-proxy', command: ['sleep'], args: ['proxy', 'sidecar'] }] } }, {},
      "'shop/api': its container istio-proxy is not the one that injection adds: that is not evaluated"],
    ['another init container, of pods that were injected before', { spec: { containers: [{ name: 'istio-proxy', args: ['proxy', 'sidecar'] }], initContainers: [{ name: 'istio-init', command: ['true'] }] } }, {},
      "'shop/api': its container istio-init is not the one that injection adds: that is not evaluated"],
    ['an init container that makes no rules', { spec: { containers: [{ name: 'istio-proxy', args: ['proxy', 'sidecar'] }], initContainers: [{ ...INIT, args: [...INIT.args, '--dry-run'] }] } }, {},
      "'shop/api': its container istio-init is not the one that injection adds: that is not evaluated"],
    ['a proxy without rules', { spec: { containers: [{ name: 'istio-proxy', args: ['proxy', 'sidecar'] }] } }, {}, NO_RULES],
    ['a proxy without rules, with the mark of injection', { annotations: { 'sidecar.istio.io/status': '{}' }, spec: { containers: [{ name: 'istio-proxy', args: ['proxy', 'sidecar'] }] } }, {}, NO_RULES],
    ['one that only looks as if it saw to the rules', { spec: { containers: [{ name: 'istio-proxy', args: ['proxy', 'sidecar'] }], initContainers: [{ ...INIT, name: 'istio-validation' }] } }, {}, NO_RULES],
  ])('leaves open what becomes of %s', (_, written, settings, note) => {
    const response = denied(INJECTION, written, settings).isAuthorized(request());

    expect([verdict(response), response.notes]).toEqual(['UNDECIDED', [note]]);
  });

  test.each([
    ['resources, an image and ports', { image: 'proxyv2:1.29', resources: { limits: { cpu: '2' } }, ports: [{ containerPort: 9999 }] }],
    ['variables', { image: 'auto', env: [{ name: 'ISTIO_META_X', value: 'y' }, { name: 'DISABLE_ENVOY', value: 'false' }] }],
  ])('is a sidecar with %s of its own', (_, own) => {
    expect(proxies(denied(INJECTION, { spec: { containers: [{ name: 'istio-proxy', ...own }] } }))).toEqual(['sidecar of shop/api']);
  });

  test('is what a cluster runs, whatever led connections to it', () => {
    const api = pod('api') as { metadata: object; spec: object };
    const running = { ...api, metadata: { ...api.metadata, creationTimestamp: '2026-01-01T00:00:00Z' }, spec: { containers: [{ name: 'istio-proxy', args: ['proxy', 'sidecar'] }] } };

    expect(proxies(PolicySet.fromManifests([namespace('shop', {}), running, authorization({})]))).toEqual(['sidecar of shop/api']);
  });

  test('a namespace that is not in the manifests is taken to be as others where that matters', () => {
    const found = (labels: Record<string, string>, defaultProxy?: ProxyKind) => {
      const { hops, notes } = PolicySet.fromManifests([pod('api', labels)], { defaultProxy }).isAuthorized(request());
      return [hops[0]?.proxy, notes.length];
    };

    expect(found({})).toEqual(['sidecar of shop/api', 1]);
    expect(found({}, ProxyKind.ZTUNNEL)).toEqual(['ztunnel of shop/api', 1]);
    expect(found({ 'sidecar.istio.io/inject': 'true' }, ProxyKind.ZTUNNEL)).toEqual(['sidecar of shop/api', 0]);
    expect(found(AMBIENT)).toEqual(['ztunnel of shop/api', 0]);
    expect(found({ 'istio.io/dataplane-mode': 'none' }, ProxyKind.ZTUNNEL)).toEqual([undefined, 1]);
  });
});

describe('1.7 what a proxy gets', () => {
  test.each([[15020, []], [15021, []], [15090, []], [8080, ['sidecar of shop/api']]])('port %i of a sidecar', (port, expected) => {
    expect(proxies(denied(INJECTION), port)).toEqual(expected);
  });

  test('what an init container of the manifest says', () => {
    const initContainers = [{ name: 'istio-init', args: ['istio-iptables', '-p', '15001', '-z', '15006', '-m', 'REDIRECT', '-b', '*', '-d', '15090,9000'] }];
    const policies = denied({}, { spec: { containers: [{ name: 'istio-proxy', args: ['proxy', 'sidecar'] }], initContainers } });

    expect([proxies(policies), proxies(policies, 9000), proxies(policies, 15020)]).toEqual([['sidecar of shop/api'], [], ['sidecar of shop/api']]);
  });

  test('nothing of the workload is on the port of the sidecar itself', () => {
    const response = denied(INJECTION).isAuthorized(request({ port: 15006 }));

    expect([verdict(response), response.notes]).toEqual(['DENY TRANSPORT', ["port 15006 is the sidecar's own: nothing of the workload is reached there"]]);
  });

  test('nothing arrives where the network plugin leads to a port on which nobody listens', () => {
    const response = denied(INJECTION, {}, { injection: { networkPlugin: true, listeningPort: 16006 } }).isAuthorized(request());

    expect([verdict(response), response.notes]).toEqual(['DENY TRANSPORT', [
      "connections are led to port 15006, and the sidecar listens on 16006: meshConfig.proxyInboundListenPort does not hold for Istio's network plugin",
    ]]);
  });

  test.each(['169.254.7.127', 'fd16:9254:7127:1337:ffff:ffff:ffff:ffff'])('processes on the node of a pod go past ztunnel: %s', ip => {
    const response = ambient([peerAuthentication({ mtls: { mode: 'STRICT' } })]).isAuthorized(request({ source: { ip } }));

    expect([verdict(response), response.notes]).toEqual(['ALLOW', ["the client is a process on the node of 'shop/api', of which ztunnel captures nothing: no proxy enforces policy for it"]]);
  });

  test('other clients do not, and sidecars know no such exception', () => {
    const strict = peerAuthentication({ mtls: { mode: 'STRICT' } });
    const bySidecar = PolicySet.fromManifests([namespace('shop', INJECTION), service('api', []), pod('api'), strict]);

    expect(verdict(ambient([strict]).isAuthorized(request({ source: { ip: '169.254.7.126' } })))).toBe('DENY TRANSPORT');
    expect(verdict(bySidecar.isAuthorized(request({ source: { ip: '169.254.7.127' } })))).toBe('DENY TRANSPORT');
  });

  test('nothing of the workload is on the port of tunnels', () => {
    for (const source of [{ principal: WEB }, { ip: '10.1.2.3' }, { ip: '169.254.7.127' }]) {
      expect(verdict(ambient([]).isAuthorized(request({ port: 15008, source })))).toBe('DENY TRANSPORT');
    }
  });

  test('a proxy that a request names gets everything', () => {
    const { destination, ...rest } = request({ port: 15008, source: { ip: '169.254.7.127' } });
    const asked = (policies: PolicySet, proxy: ProxyKind) => policies.isAuthorized({ ...rest, destination: { ...destination, proxy } }).hops.length;

    expect([asked(ambient([]), ProxyKind.ZTUNNEL), asked(denied(INJECTION), ProxyKind.SIDECAR)]).toEqual([1, 1]);
  });

  test('a pod that bypasses ztunnel gets tunnels through it, and all else without', () => {
    const bypassing = (settings?: MeshSettings) => denied(AMBIENT, { annotations: { 'ambient.istio.io/bypass-inbound-capture': 'true' } }, settings);
    const by = (source: object, settings?: MeshSettings) => verdict(bypassing(settings).isAuthorized(request({ source })));

    expect([by({ ip: '10.1.2.3' }), by({ principal: WEB }), by({ transport: Transport.ONE_WAY_TLS })]).toEqual(['ALLOW', 'DENY ALLOW', 'ALLOW']);
    expect([by({ ip: '10.1.2.3' }, { istioVersion: '1.28' }), by({ principal: WEB }, { istioVersion: '1.28' })]).toEqual(['ALLOW', 'DENY TRANSPORT']);
    expect(bypassing().isAuthorized(request({ source: {} })).notes)
      .toEqual(["ztunnel takes only tunnels to 'shop/api', by ambient.istio.io/bypass-inbound-capture: no proxy enforces policy for what comes otherwise"]);
  });
});

describe('18.11 a sender on the network of its host', () => {
  const from = (spec: object) => {
    const agent = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'agent', namespace: 'shop', labels: { app: 'agent' } }, spec };
    const policies = PolicySet.fromManifests([namespace('shop', AMBIENT), service('api', [{ name: 'http', port: 80, targetPort: 8080 }]), pod('api'), agent, peerAuthentication({ mtls: { mode: 'STRICT' } })]);
    return policies.isAuthorized({ source: { workload: 'shop/agent' }, destination: { namespace: 'shop', service: 'api', port: 80 }, http: {} });
  };

  test('may be on the node of the pod, and then goes past ztunnel', () => {
    expect(verdict(from({ hostNetwork: true }))).toBe('UNDECIDED');
    expect(from({ hostNetwork: true }).notes).toContain(
      "DENY if 'shop/agent' sends plaintext, without identity, ALLOW if 'shop/agent' sends plaintext, without identity and from the same node",
    );
    expect(verdict(from({}))).toBe('ALLOW');
  });
});

describe('18.5 pods that are proxies themselves', () => {
  const proxy = (role: string) => denied({}, { spec: { containers: [{ name: 'istio-proxy', args: ['proxy', role] }] } });

  test('of a waypoint are not evaluated', () => {
    const response = proxy('waypoint').isAuthorized(request());

    expect([verdict(response), response.notes]).toEqual(['UNDECIDED', ['what a waypoint does with what is sent to its own pods is not evaluated']]);
  });

  test('of a gateway are one, by their template too', () => {
    const injected = denied(INJECTION, { annotations: { 'inject.istio.io/templates': 'gateway' } });

    expect([proxies(proxy('router')), proxies(injected)]).toEqual([['gateway shop/api'], ['gateway shop/api']]);
  });
});

describe('1.9 the port that a Service leads to', () => {
  const api = service('api', [{ name: 'http', port: 80, targetPort: 'web' }]);

  test.each<[ProxyKind | undefined]>([[undefined], [ProxyKind.SIDECAR]])('may not be known, at %s', proxy => {
    const policies = PolicySet.fromManifests([namespace('shop', { 'istio.io/rev': 'stable' }), api, pod('api')]);
    const response = policies.isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 80, proxy }, http: {} });

    expect(verdict(response)).toBe('UNDECIDED');
    expect(response.notes).toContain('the container port that the Service leads to is not in the manifests');
    expect(response.notes.length).toBe(proxy === undefined ? 2 : 1);
  });
});

describe('18.11 behind a waypoint', () => {
  test('everything comes by a tunnel', () => {
    const waypoint = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'wp', namespace: 'shop' }, spec: { gatewayClassName: 'istio-waypoint' } };
    const api = pod('api') as { metadata: object };
    const policies = PolicySet.fromManifests([
      namespace('shop', AMBIENT), waypoint, service('api', [{ name: 'http', port: 80, targetPort: 8080 }], { 'istio.io/use-waypoint': 'wp' }),
      { ...api, metadata: { ...api.metadata, annotations: { 'ambient.istio.io/bypass-inbound-capture': 'true' } } },
    ]);
    const through = (source: object) => policies.isAuthorized({ source, destination: { namespace: 'shop', service: 'api', port: 80 }, http: {} }).hops.map(hop => hop.proxy);

    expect(through({ principal: WEB, ip: '169.254.7.127' })).toEqual(['waypoint shop/wp', 'ztunnel of shop/api']);
  });
});
