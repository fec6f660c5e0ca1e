import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import { ContainerProps, EnvValue } from 'cdk8s-plus-28';
import {
  AuthorizationPolicy, DataPlane, JwtIssuer, JwtProtectedApi, Operation, Principal, PublicGateway, ServiceAccess, ServiceAccessProps, Waypoint, Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, deployment, problemsOf, rawDeployment, RawFacets, rawService } from '../support/shop';

type Plane = 'sidecar' | 'ambient' | 'waypoint';

interface Shop {
  readonly app: App;
  readonly chart: Chart;
  readonly namespace: ZeroTrustNamespace;
  readonly api: ApiObject;
}

/** A declared namespace with an api. */
function shop(plane: Plane = 'sidecar', facets: RawFacets = {}): Shop {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  const namespace = new ZeroTrustNamespace(chart, 'baseline', {
    name: 'shop', dataPlane: plane === 'sidecar' ? DataPlane.SIDECAR : DataPlane.AMBIENT, ...(plane === 'waypoint' ? { waypoint: Waypoint.create({ name: 'wp' }) } : {}),
  });
  rawService(chart, 'api');
  return { app, chart, namespace, api: rawDeployment(chart, 'api', facets) };
}

function access({ chart, api }: Shop, caller = Principal.serviceAccount('elsewhere', 'web'), id = 'web-to-api', more: Partial<ServiceAccessProps> = {}): ServiceAccess {
  return new ServiceAccess(chart, id, { callers: [caller], to: Workload.of(api), operations: [Operation.get('/api/*')], ...more });
}

function tokens({ chart, api }: Shop): JwtProtectedApi {
  return new JwtProtectedApi(chart, 'users', {
    workload: Workload.of(api),
    issuers: [JwtIssuer.of({ issuer: 'https://auth.example.com', audiences: ['api'] })],
    rules: [{ anyToken: true, operations: [Operation.get('/users')] }],
  });
}

function raw(chart: Chart, apiVersion: string, kind: string, rest: object, metadata: { name?: string; namespace?: string } = {}): ApiObject {
  return new ApiObject(chart, 'raw', { apiVersion, kind, metadata: { name: 'raw', ...metadata }, ...rest });
}

/** The constructs that report something. */
function reporters(app: App): string[] { return [...new Set(problemsOf(app).map(line => /^\[([^\]]*)\]/.exec(line)?.[1] ?? line))]; }

describe('The guard of an API stays as it was made', () => {
  test.each<[string, (guard: ApiObject) => unknown]>([
    ['that is only tried out', guard => guard.metadata.addAnnotation('istio.io/dry-run', 'true')],
    ['that only audits', guard => guard.addJsonPatch(JsonPatch.replace('/spec/action', 'AUDIT'))],
    ['that selects other pods', guard => guard.addJsonPatch(JsonPatch.replace('/spec/selector/matchLabels', { app: 'other' }))],
    ['without rules', guard => guard.addJsonPatch(JsonPatch.remove('/spec/rules'))],
    ['for other paths', guard => guard.addJsonPatch(JsonPatch.add('/spec/rules/0/to/0/operation/paths', ['/nothing']))],
    ['that leaves a path to whoever has no token', guard => guard.addJsonPatch(JsonPatch.add('/spec/rules/0/to/0/operation/notPaths', ['/secret']))],
    ['in another namespace', guard => guard.addJsonPatch(JsonPatch.replace('/metadata/namespace', 'elsewhere'))],
    ['that was taken out', guard => guard.node.scope!.node.tryRemoveChild(guard.node.id)],
  ])('one %s is found', (_, change) => {
    const made = shop();
    access(made, undefined, undefined, { callersSendToken: true });
    const guard = tokens(made).node.findChild('guard') as ApiObject;
    expect(problemsOf(made.app)).toEqual([]);

    change(guard);

    expect(problemsOf(made.app)).toEqual([expect.stringContaining("[shop/users] 'shop/users/guard' must stay as it was made, got ")]);
  });
});

describe('Of several namespaces, and of several accesses, each is looked at that differs', () => {
  const inEach = (change: (namespace: ZeroTrustNamespace) => unknown, changed: string): App => {
    const app = testApp();
    for (const name of ['a', 'b', 'c']) {
      const namespace = new ZeroTrustNamespace(chartOf(app, name), 'baseline', { name });
      if (name === changed) { change(namespace); }
    }
    return app;
  };
  const child = (namespace: ZeroTrustNamespace, id: string) => namespace.node.findChild(id) as ApiObject;

  test.each<[string, (namespace: ZeroTrustNamespace) => unknown]>([
    ['its Namespace keeps sidecars out', namespace => child(namespace, 'namespace').metadata.addLabel('istio-injection', 'disabled')],
    ['its Namespace lost its label', namespace => child(namespace, 'namespace').addJsonPatch(JsonPatch.remove('/metadata/labels/istio-injection'))],
    ['its default deny is elsewhere', namespace => child(namespace, 'deny-all').addJsonPatch(JsonPatch.replace('/metadata/namespace', 'elsewhere'))],
    ['its mutual TLS is elsewhere', namespace => child(namespace, 'mtls').addJsonPatch(JsonPatch.replace('/metadata/namespace', 'elsewhere'))],
    ['its default deny was taken out', namespace => namespace.node.tryRemoveChild('deny-all')],
    ['its policies are for another control plane', namespace => child(namespace, 'deny-all').metadata.addLabel('istio.io/rev', 'canary')],
  ])('where %s', (_, change) => {
    expect(['a', 'b', 'c'].map(changed => reporters(inEach(change, changed)))).toEqual([['a/baseline'], ['b/baseline'], ['c/baseline']]);
  });

  test('an access whose policy was made to select other pods', () => {
    const made = shop();
    access(made);
    rawDeployment(made.chart, 'admin');
    access(made, Principal.serviceAccount('elsewhere', 'ops'), 'ops-to-api').addJsonPatch(JsonPatch.replace('/spec/selector/matchLabels', { app: 'admin' }));

    expect(reporters(made.app)).toContain('shop/ops-to-api');
  });

  test('an access of a class that writes it otherwise', () => {
    class ForAll extends ServiceAccess {
      public override toJson() {
        const written = super.toJson();
        return { ...written, spec: { ...written.spec, rules: [{}] } };
      }
    }
    const made = shop();
    new ForAll(made.chart, 'for-all', { callers: [Principal.serviceAccount('elsewhere', 'web')], to: Workload.of(made.api), operations: [Operation.get('/api/*')] });

    expect(reporters(made.app)).toEqual(['shop/baseline']);
  });
});

describe('A workload of a declared namespace that leaves the mesh is said, whether or not anything is stated for it', () => {
  const annotation = (name: string, value: string): RawFacets => ({ annotations: { [name]: value } });
  const label = (name: string, value: string): RawFacets => ({ labels: { [name]: value } });

  test.each<[Plane, RawFacets, string]>([
    ['sidecar', label('sidecar.istio.io/inject', 'false'), "'shop/api' is not in the mesh, by label sidecar.istio.io/inject: 'false'"],
    ['sidecar', annotation('sidecar.istio.io/inject', 'false'), "'shop/api' is not in the mesh, by annotation sidecar.istio.io/inject: 'false'"],
    ['sidecar', { spec: { hostNetwork: true } }, "'shop/api' runs on the network of its host"],
    ['sidecar', annotation('traffic.sidecar.istio.io/excludeInboundPorts', '8080'), 'port 8080 is not captured by the sidecar'],
    ['sidecar', annotation('traffic.sidecar.istio.io/excludeInboundPorts', '5005'), 'port 5005 is not captured by the sidecar'],
    ['sidecar', annotation('traffic.sidecar.istio.io/excludeInboundPorts', '15050'), 'port 15050 is not captured by the sidecar'],
    ['sidecar', annotation('traffic.sidecar.istio.io/includeInboundPorts', '8080'), 'a port that nobody lists of'],
    ['sidecar', annotation('traffic.sidecar.istio.io/includeInboundPorts', ''), 'port 8080 is not captured by the sidecar'],
    ['sidecar', annotation('traffic.sidecar.istio.io/excludeInterfaces', 'eth0'), 'port 8080 is not captured by the sidecar'],
    ['sidecar', annotation('istio.io/reroute-virtual-interfaces', 'eth0'), 'istio.io/reroute-virtual-interfaces'],
    ['sidecar', annotation('traffic.sidecar.istio.io/kubevirtInterfaces', 'eth0'), 'traffic.sidecar.istio.io/kubevirtInterfaces'],
    ['sidecar', annotation('sidecar.istio.io/interceptionMode', 'NONE'), 'by interceptionMode NONE'],
    ['sidecar', annotation('proxy.istio.io/config', 'interceptionMode: NONE'), 'by interceptionMode NONE'],
    ['sidecar', { spec: { initContainers: [{ name: 'istio-init', image: 'busybox', command: ['true'] }] } }, 'its own container istio-init takes the place of the one that injection adds'],
    ['sidecar', { spec: { initContainers: [{ name: 'istio-proxy', command: ['sleep'], restartPolicy: 'Always' }] } }, 'its own container istio-proxy has another command'],
    ['sidecar', { spec: { initContainers: [{ name: 'istio-proxy', args: ['sleep'], restartPolicy: 'Always' }] } }, 'its own container istio-proxy has another args'],
    ['sidecar', { spec: { initContainers: [{ name: 'istio-proxy', env: [{ name: 'DISABLE_ENVOY', value: 'true' }], restartPolicy: 'Always' }] } }, 'DISABLE_ENVOY leaves it without an Envoy'],
    ['sidecar', { ...label('sidecar.istio.io/inject', 'false'), spec: { initContainers: [{ name: 'istio-proxy', image: 'busybox', args: ['proxy', 'sidecar'], restartPolicy: 'Always' }] } }, 'writes a container istio-proxy as if injection had added it'],
    ...(['sidecar', 'ambient'] as const).map((plane): [Plane, RawFacets, string] => [plane, {
      ...label('sidecar.istio.io/inject', 'false'),
      ...annotation('sidecar.istio.io/status', '{}'),
      spec: { initContainers: [{ name: 'istio-proxy', image: 'busybox', args: ['proxy', 'sidecar'], restartPolicy: 'Always' }] },
    }, 'whatever its annotation sidecar.istio.io/status says of it']),
    ['sidecar', annotation('proxy.istio.io/overrides', '{}'), 'proxy.istio.io/overrides'],
    ['sidecar', annotation('inject.istio.io/templates', 'grpc-agent'), "the template 'grpc-agent'"],
    ['sidecar', annotation('inject.istio.io/templates', 'gateway'), 'publicGateways must be given'],
    ['ambient', label('istio.io/dataplane-mode', 'none'), "by label istio.io/dataplane-mode: 'none'"],
    ['ambient', annotation('ambient.istio.io/bypass-inbound-capture', 'true'), 'by ambient.istio.io/bypass-inbound-capture'],
    ['ambient', { spec: { hostNetwork: true } }, "'shop/api' runs on the network of its host"],
  ])('in %s mode: %j', (plane, facets, why) => {
    const alone = shop(plane, facets);
    const beside = shop(plane, facets);
    new AuthorizationPolicy(beside.chart, 'other', { action: 'DENY' as never, rules: [{ from: [{ source: { principals: ['cluster.local/ns/evil/sa/evil'] } }] }] });

    for (const { app } of [alone, beside]) {
      expect(problemsOf(app)).toEqual([expect.stringMatching(/^\[shop\/baseline\] /)]);
      expect(problemsOf(app)[0]).toContain(why);
    }
  });

  test.each<[string, Partial<ContainerProps>]>([
    ['has another command', { command: ['sleep'] }],
    ['DISABLE_ENVOY leaves it without an Envoy', { envVariables: { DISABLE_ENVOY: EnvValue.fromValue('true') } }],
  ])('by a container of cdk8s-plus in the place of its sidecar: %s', (why, proxy) => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    new ZeroTrustNamespace(chart, 'baseline');
    deployment(chart, 'api').addContainer({ name: 'istio-proxy', image: 'i', securityContext: { user: 1337, group: 1337 }, ...proxy });

    expect(problemsOf(app)).toEqual([expect.stringContaining(why)]);
  });

  test('unless it is said to, with a reason that stays in the output', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const agent = rawDeployment(chart, 'agent', { spec: { hostNetwork: true } });
    const baseline = new ZeroTrustNamespace(chart, 'baseline', { name: 'shop', outsideMesh: [{ workload: Workload.of(agent), reason: 'reads the network of its node' }] });

    expect(problemsOf(app)).toEqual([]);
    expect((baseline.node.findChild('mtls') as ApiObject).toJson().metadata.annotations['cdk8s-zero-trust/reason']).toContain('reads the network of its node');
  });

  test('and so it is in namespaces that no sidecar is given to', () => {
    const app = testApp();
    new ZeroTrustNamespace(chartOf(app, 'kube-system'), 'baseline', { name: 'kube-system', exists: true });

    expect(problemsOf(app)).toEqual([expect.stringContaining("as nothing of namespace 'kube-system' is injected")]);
  });
});

test('A workload may list ports of its own proxy', () => {
  const made = shop('sidecar', { container: { ports: [{ containerPort: 8080 }, { name: 'http-envoy-prom', containerPort: 15090 }] } });
  access(made);
  new AuthorizationPolicy(made.chart, 'other', { action: 'DENY' as never, rules: [{ from: [{ source: { principals: ['cluster.local/ns/evil/sa/evil'] } }] }] });

  expect(problemsOf(made.app)).toEqual([]);
});

describe('Gateways of a namespace are closed by its default deny', () => {
  const edge = (publicGateways?: PublicGateway[]) => {
    const app = testApp();
    const chart = chartOf(app, 'edge');
    rawDeployment(chart, 'gateway', { labels: { istio: 'ingressgateway' }, annotations: { 'inject.istio.io/templates': 'gateway' }, container: { name: 'istio-proxy' } });
    new ZeroTrustNamespace(chart, 'baseline', { name: 'edge', ...(publicGateways ? { publicGateways } : {}) });
    return app;
  };
  const classic = (namespace: string) => PublicGateway.classic({ namespace, labels: { istio: 'ingressgateway' }, ports: [8080], reason: 'the shop is open' });

  test.each<[string, PublicGateway[] | undefined, string[]]>([
    ['must be named', undefined, ["[edge/baseline] publicGateways must be given, as the default deny closes the gateways of this namespace: 'edge/gateway'; "
      + 'name those for everyone by PublicGateway.classic or PublicGateway.gatewayApi, or write [] where accesses name who may call them']],
    ['may be for named callers only', [], []],
    ['may be for everyone', [classic('edge')], []],
  ])('%s', (_, publicGateways, problems) => {
    expect(problemsOf(edge(publicGateways))).toEqual(problems);
  });

  test('and are named in their own namespace', () => {
    expect(() => edge([classic('other')])).toThrow("publicGateways[0] must be in namespace 'edge', got 'other'; name it at the ZeroTrustNamespace of its own namespace");
  });
});

describe('What the app itself says of the mesh', () => {
  const said = (mesh: string) => {
    const made = shop();
    new ZeroTrustMesh(new Chart(made.app, 'mesh'), 'mesh', { trustDomainAliases: ['old.example'] });
    access(made);
    raw(made.chart, 'v1', 'ConfigMap', { data: { mesh } }, { name: 'istio', namespace: 'istio-system' });
    return problemsOf(made.app);
  };

  test.each([
    ['rootNamespace: shop', "[mesh/mesh] 'shop/raw' sets rootNamespace 'shop', but the ZeroTrustMesh says 'istio-system'; state the same in both"],
    ['trustDomain: other.example', "[mesh/mesh] 'shop/raw' sets trustDomain 'other.example', but the ZeroTrustMesh says 'cluster.local'; state the same in both"],
    ['trustDomainAliases: [new.example]', "[mesh/mesh] 'shop/raw' sets trustDomainAliases 'new.example', but the ZeroTrustMesh says 'old.example'; state the same in both"],
    ["defaultConfig: {proxyMetadata: {DISABLE_ENVOY: 'true'}}", "[mesh/mesh] 'shop/raw' sets DISABLE_ENVOY 'true', which leaves sidecars without the Envoy that enforces what is stated; take it out"],
    ['pathNormalization: {normalization: NONE}', "[mesh/mesh] 'shop/raw' sets pathNormalization NONE, under which '/public/../admin' is matched as it is sent, while servers take it for '/admin'; set BASE or more"],
    ["configSources: [{address: 'fs:///etc/istio'}]", "[mesh/mesh] 'shop/raw' sets configSources, so that istiod reads none of the policies in the cluster; take them out, or add { address: 'k8s://' }"],
    ['defaultConfig: {interceptionMode: NONE}', "[shop/baseline] ConfigMap 'istio-system/istio' at 'shop/raw' lets in what this refuses: a plaintext connection to a port that nobody lists of pods of namespace 'shop'; change it, or remove it (also at 2 more: 'shop/web-to-api', 'mesh/mesh')"],
  ])('must not contradict intents: %s', (mesh, problem) => {
    expect(said(mesh)).toContain(problem);
  });

  test.each(['*.istio.io', '*.security.istio.io,x', 'authorizationpolicies.security.istio.io'])('must not have istiod ignore kinds of Istio: %s', value => {
    const made = shop();
    new ZeroTrustMesh(new Chart(made.app, 'mesh'), 'mesh');
    access(made);
    raw(made.chart, 'install.istio.io/v1alpha1', 'IstioOperator', { spec: { values: { pilot: { env: { PILOT_IGNORE_RESOURCES: value } } } } }, { name: 'mesh', namespace: 'istio-system' });

    expect(problemsOf(made.app).join()).toContain(`sets PILOT_IGNORE_RESOURCES '${value}', so that istiod reads none of these in the cluster; take Istio's out`);
  });

  test('may say the same', () => {
    expect(said("configSources: [{address: 'fs:///etc/istio'}, {address: 'k8s://'}]")).toEqual([]);
    expect(said('rootNamespace: istio-system\ntrustDomain: cluster.local\ntrustDomainAliases: [old.example]\npathNormalization: {normalization: MERGE_SLASHES}')).toEqual([]);
  });
});

describe('A hand-written rule that is open to callers whom nobody names', () => {
  const rules: [string, object, boolean][] = [
    ['on a path', { to: [{ operation: { paths: ['/admin/*'] } }] }, true],
    ['by a method', { to: [{ operation: { methods: ['DELETE'] } }] }, true],
    ['with a header', { when: [{ key: 'request.headers[x-a]', values: ['b'] }] }, true],
    ['by a host', { to: [{ operation: { hosts: ['api.example.com'] } }] }, true],
    ['on another port', { to: [{ operation: { ports: ['9999'] } }] }, true],
    ['for every identity', { from: [{ source: { principals: ['*'] } }], to: [{ operation: { paths: ['/admin*'] } }] }, true],
    ['for a namespace', { from: [{ source: { namespaces: ['elsewhere'] } }] }, true],
    ['for namespaces by a pattern', { from: [{ source: { namespaces: ['team-*'] } }] }, true],
    ['for a namespace, by a condition', { when: [{ key: 'source.namespace', values: ['elsewhere'] }] }, true],
    ['for accounts of one name in every namespace', { from: [{ source: { principals: ['*/sa/web'] } }] }, true],
    ['for addresses', { from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }], to: [{ operation: { paths: ['/x'] } }] }, true],
    ['for whoever is not somebody', { from: [{ source: { notPrincipals: ['cluster.local/ns/a/sa/b'] } }], to: [{ operation: { paths: ['/x'] } }] }, true],
    ['is fine for a caller by name', { from: [{ source: { principals: ['cluster.local/ns/a/sa/b'] } }] }, false],
    ['is fine for a caller by name, in a condition', { when: [{ key: 'source.principal', values: ['cluster.local/ns/a/sa/b'] }] }, false],
    ['is fine for bearers of tokens', { from: [{ source: { requestPrincipals: ['https://auth.example.com/*'] } }], to: [{ operation: { paths: ['/x'] } }] }, false],
  ];

  test.each(rules)('%s is found under a default deny', (_, rule, isOpen) => {
    const { app, chart } = shop();
    raw(chart, 'security.istio.io/v1', 'AuthorizationPolicy', { spec: { rules: [rule] } });

    expect(reporters(app)).toEqual(isOpen ? ['shop/baseline'] : []);
  });

  test.each(rules)('%s is found beside an access', (_, rule, isOpen) => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const api = rawDeployment(chart, 'api');
    rawService(chart, 'api');
    new ServiceAccess(chart, 'web-to-api', { callers: [Principal.serviceAccount('ops', 'cron')], to: Workload.of(api), operations: [Operation.get('/api/*')] });
    raw(chart, 'security.istio.io/v1', 'AuthorizationPolicy', { spec: { selector: { matchLabels: { app: 'api' } }, rules: [rule] } });

    expect(reporters(app)).toEqual(isOpen ? ['shop/web-to-api'] : []);
  });
});

describe('A hand-written rule for the pods of a gateway that istiod makes', () => {
  const NAMED = { 'gateway.networking.k8s.io/gateway-name': 'wp' };
  const admits = (chart: Chart, metadata: { namespace?: string } = {}) =>
    raw(chart, 'security.istio.io/v1', 'AuthorizationPolicy', { spec: { selector: { matchLabels: NAMED }, rules: [{ to: [{ operation: { ports: ['15020'] } }] }] } }, metadata);

  test('opens nothing that a namespace with a waypoint closes', () => {
    const made = shop('waypoint');
    access(made);
    admits(made.chart);

    expect(problemsOf(made.app)).toEqual([]);
  });

  test.each(['open', 'istio-system'])('opens nothing that a mesh closes, from namespace %s', namespace => {
    const app = testApp();
    new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { defaultDeny: true, publicGateways: [], dataPlane: DataPlane.AMBIENT, istioVersion: '1.29' });
    admits(chartOf(app, 'open'), { namespace });

    expect(problemsOf(app)).toEqual([]);
  });

  test.each(['open', 'istio-system'])('is found where workloads of the app carry their label, from namespace %s', namespace => {
    const app = testApp();
    const chart = chartOf(app, 'open');
    rawDeployment(chart, 'api', { labels: NAMED });
    new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { defaultDeny: true, publicGateways: [], dataPlane: DataPlane.AMBIENT, istioVersion: '1.29' });
    admits(chart, { namespace });

    expect(reporters(app)).toEqual(['mesh/mesh']);
  });
});

describe('A hand-written policy for one pod of a StatefulSet', () => {
  const database = (replicas: number, kind: string, spec: object) => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const template = { metadata: { labels: { app: 'db' } }, spec: { serviceAccountName: 'db', containers: [{ name: 'db', ports: [{ containerPort: 8080 }] }] } };
    const db = new ApiObject(chart, 'db', {
      apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' }, ...{ spec: { replicas, selector: { matchLabels: { app: 'db' } }, template } },
    });
    rawService(chart, 'db');
    new ServiceAccess(chart, 'web-to-db', { callers: [Principal.serviceAccount('elsewhere', 'web')], to: Workload.of(db), operations: [Operation.get('/api/*')] });
    raw(chart, 'security.istio.io/v1', kind, { spec: { selector: { matchLabels: { 'statefulset.kubernetes.io/pod-name': 'db-2' } }, ...spec } });
    return app;
  };

  test('is found by its name where there is such a pod', () => {
    expect(problemsOf(database(3, 'AuthorizationPolicy', { rules: [{}] }))).toEqual([
      expect.stringMatching(/^\[shop\/web-to-db\] AuthorizationPolicy 'shop\/raw' at 'shop\/raw' lets in what this refuses: .* of 'shop\/db' from a caller that nobody names;/),
    ]);
  });

  test.each<[string, number, object]>([
    ['there is none', 2, { rules: [{}] }],
    ['it refuses a part of the promise', 3, { action: 'DENY', rules: [{}] }],
  ])('is none of it where %s', (_, replicas, spec) => {
    expect(problemsOf(database(replicas, 'AuthorizationPolicy', spec))).toEqual([]);
  });
});

describe('A DENY of whoever lacks the header of tokens', () => {
  const denied = (key: string, forwardOriginalToken: boolean) => {
    const made = shop();
    new JwtProtectedApi(made.chart, 'users', {
      workload: Workload.of(made.api),
      issuers: [JwtIssuer.of({ issuer: 'https://auth.example.com', audiences: ['api'], forwardOriginalToken })],
      rules: [{ anyToken: true, operations: [Operation.get('/users')] }],
    });
    const rule = { to: [{ operation: { ports: ['8080'] } }], when: [{ key, notValues: ['*'] }] };
    raw(made.chart, 'security.istio.io/v1', 'AuthorizationPolicy', { spec: { action: 'DENY', selector: { matchLabels: { app: 'api' } }, rules: [rule] } });
    return reporters(made.app);
  };

  test('refuses everybody, as a token that is verified is taken out before policies look', () => {
    expect(denied('request.headers[authorization]', false)).toEqual(['shop/users']);
  });

  test.each([['request.headers[authorization]', true], ['request.auth.principal', false]])('refuses nobody who has a token by %s, forwarded: %s', (key, forwarded) => {
    expect(denied(key, forwarded)).toEqual([]);
  });
});

describe('A Service that a JSON patch moves', () => {
  const moved = (from: string, to: string) => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    rawService(from === 'shop' ? chart : chartOf(app, from), 'api').addJsonPatch(JsonPatch.replace('/metadata/namespace', to));
    new ServiceAccess(chart, 'web-to-api', { callers: [Principal.serviceAccount('elsewhere', 'web')], to: Workload.of(rawDeployment(chart, 'api')), operations: [Operation.get('/api/*')] });
    return app;
  };

  test('is one of the namespace that it ends up in', () => {
    expect(problemsOf(moved('other', 'shop'))).toEqual([]);
    expect(problemsOf(moved('shop', 'other'))).toEqual([expect.stringContaining("[shop/web-to-api] port 8080 of 'shop/api' declares no protocol, as no Service of this app in namespace 'shop' has it")]);
  });
});

describe('What no request shows', () => {
  test.each([
    ['a filter is taken out', 'HTTP_FILTER', 'REMOVE', true],
    ['a whole listener is taken out', 'LISTENER', 'REMOVE', true],
    ['a filter is added', 'HTTP_FILTER', 'INSERT_BEFORE', false],
  ])('is that %s by an EnvoyFilter', (_, applyTo, operation, isRefused) => {
    const made = shop();
    const subFilter = { name: 'envoy.filters.http.rbac' };
    const configPatches = [{ applyTo, match: { listener: { filterChain: { filter: { name: 'envoy.filters.network.http_connection_manager', subFilter } } } }, patch: { operation } }];
    raw(made.chart, 'networking.istio.io/v1alpha3', 'EnvoyFilter', { spec: { configPatches } });

    expect(problemsOf(made.app)).toEqual(isRefused
      ? [`[shop/baseline] EnvoyFilter 'shop/raw' at 'shop/raw' takes out what enforces policies (${applyTo}, ${operation}); remove that patch`] : []);
  });

  const RBAC = { listener: { filterChain: { filter: { name: 'envoy.filters.network.http_connection_manager', subFilter: { name: 'envoy.filters.http.rbac' } } } } };
  const MANAGER = { listener: { filterChain: { filter: { name: 'envoy.filters.network.http_connection_manager' } } } };
  const FAULT = { listener: { filterChain: { filter: { name: 'envoy.filters.network.http_connection_manager', subFilter: { name: 'envoy.filters.http.fault' } } } } };

  test.each<[string, object, boolean]>([
    ['a filter is disabled', { applyTo: 'HTTP_FILTER', match: RBAC, patch: { operation: 'MERGE', value: { disabled: true } } }, true],
    ['a route does without a filter', { applyTo: 'HTTP_ROUTE', patch: { operation: 'MERGE', value: { typed_per_filter_config: { 'envoy.filters.http.rbac': {} } } } }, true],
    ['a route does without a filter, in the other spelling', { applyTo: 'HTTP_ROUTE', patch: { operation: 'MERGE', value: { typedPerFilterConfig: { 'envoy.filters.http.rbac': {} } } } }, true],
    ['all filters of requests are taken out', { applyTo: 'HTTP_FILTER', match: MANAGER, patch: { operation: 'REMOVE' } }, true],
    ['all filters of connections are taken out', { applyTo: 'NETWORK_FILTER', match: { context: 'SIDECAR_INBOUND' }, patch: { operation: 'REMOVE' } }, true],
    ['what is said in requests is sent to somebody else', { applyTo: 'NETWORK_FILTER', match: MANAGER, patch: { operation: 'REPLACE', value: {} } }, true],
    ['faults are taken out', { applyTo: 'HTTP_FILTER', match: FAULT, patch: { operation: 'REMOVE' } }, false],
    ['what is seen of connections is taken out', { applyTo: 'LISTENER_FILTER', patch: { operation: 'REMOVE' } }, false],
    ['a filter of more rules is added', { applyTo: 'HTTP_FILTER', match: RBAC, patch: { operation: 'INSERT_BEFORE', value: { name: 'envoy.filters.http.rbac' } } }, false],
    ['a chain has other filters', { applyTo: 'FILTER_CHAIN', patch: { operation: 'MERGE_AND_REPLACE_LIST', value: { filters: [{ name: 'envoy.filters.network.tcp_proxy' }] } } }, true],
    ['a listener has other chains', { applyTo: 'LISTENER', patch: { operation: 'MERGE_AND_REPLACE_LIST', value: { filterChains: [{ filters: [] }] } } }, true],
    ['requests have other filters', { applyTo: 'NETWORK_FILTER', match: MANAGER, patch: { operation: 'MERGE_AND_REPLACE_LIST', value: { typed_config: { http_filters: [] } } } }, true],
    ['policies have other lists', { applyTo: 'HTTP_FILTER', match: RBAC, patch: { operation: 'MERGE_AND_REPLACE_LIST', value: { disabled: true } } }, true],
    ['a listener has other options', { applyTo: 'LISTENER', patch: { operation: 'MERGE_AND_REPLACE_LIST', value: { socket_options: [{ level: 1 }] } } }, false],
    ['what is upgraded passes other filters', { applyTo: 'NETWORK_FILTER', match: MANAGER, patch: { operation: 'MERGE', value: { typed_config: { upgrade_configs: [{ upgrade_type: 'websocket', filters: [{ name: 'envoy.filters.http.router' }] }] } } } }, true],
    ['what is upgraded passes the same filters', { applyTo: 'NETWORK_FILTER', match: MANAGER, patch: { operation: 'MERGE', value: { typed_config: { upgrade_configs: [{ upgrade_type: 'CONNECT' }] } } } }, false],
    ['paths are taken as they come', { applyTo: 'NETWORK_FILTER', match: MANAGER, patch: { operation: 'MERGE', value: { typedConfig: { normalizePath: false } } } }, true],
    ['what is sent is taken as it comes', { applyTo: 'NETWORK_FILTER', match: { ...MANAGER, context: 'SIDECAR_OUTBOUND' }, patch: { operation: 'MERGE', value: { typedConfig: { normalizePath: false } } } }, false],
    ['some connections have a chain of their own', { applyTo: 'FILTER_CHAIN', match: { context: 'SIDECAR_INBOUND' }, patch: { operation: 'ADD', value: { filters: [{ name: 'envoy.filters.network.tcp_proxy' }] } } }, true],
    ['some that are sent have a chain of their own', { applyTo: 'FILTER_CHAIN', match: { context: 'SIDECAR_OUTBOUND' }, patch: { operation: 'ADD', value: { filters: [{ name: 'envoy.filters.network.tcp_proxy' }] } } }, false],
    ['some have a chain with policies of its own', { applyTo: 'FILTER_CHAIN', match: { context: 'SIDECAR_INBOUND' }, patch: { operation: 'ADD', value: { filters: [{ name: 'envoy.filters.network.rbac' }, { name: 'envoy.filters.network.tcp_proxy' }] } } }, false],
    ['the connection manager has other timeouts', { applyTo: 'NETWORK_FILTER', match: MANAGER, patch: { operation: 'MERGE', value: { idle_timeout: '5s' } } }, false],
  ])('is that %s', (_, patch, isRefused) => {
    const made = shop();
    raw(made.chart, 'networking.istio.io/v1alpha3', 'EnvoyFilter', { spec: { configPatches: [patch] } });

    expect(reporters(made.app)).toEqual(isRefused ? ['shop/baseline'] : []);
  });

  test.each([true, false])('is that what is upgraded passes a waypoint by other filters (%s)', hasFilters => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    new ZeroTrustNamespace(chart, 'baseline', { dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create() });
    const upgrade = { upgrade_type: 'websocket', ...hasFilters ? { filters: [{ name: 'envoy.filters.http.router' }] } : {} };
    raw(chart, 'networking.istio.io/v1alpha3', 'EnvoyFilter', {
      spec: {
        targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' }],
        configPatches: [{ applyTo: 'NETWORK_FILTER', match: MANAGER, patch: { operation: 'MERGE', value: { typed_config: { upgrade_configs: [upgrade] } } } }],
      },
    });

    expect(reporters(app)).toEqual(hasFilters ? ['shop/baseline'] : []);
  });

  test('is that tokens of an issuer are good by other keys, too', () => {
    const made = shop();
    tokens(made);
    const spec = { selector: { matchLabels: { app: 'api' } }, jwtRules: [{ issuer: 'https://auth.example.com', audiences: ['api'], jwksUri: 'https://evil.example/jwks' }] };
    raw(made.chart, 'security.istio.io/v1', 'RequestAuthentication', { spec });

    expect(problemsOf(made.app)).toEqual([
      "[shop/users] RequestAuthentication 'shop/raw' at 'shop/raw' accepts tokens of 'https://auth.example.com' by other keys than this, which are pooled; remove it, or give it the same keys",
    ]);
  });

  test('is that tokens of an issuer are good for an audience that nobody stated', () => {
    const made = shop();
    tokens(made);
    const spec = { selector: { matchLabels: { app: 'api' } }, jwtRules: [{ issuer: 'https://auth.example.com', audiences: ['api', 'other'] }] };
    raw(made.chart, 'security.istio.io/v1', 'RequestAuthentication', { spec });

    expect(problemsOf(made.app)).toEqual([
      "[shop/users] RequestAuthentication 'shop/raw' at 'shop/raw' accepts tokens of 'https://auth.example.com' for other audiences than this, which are pooled; remove it, or give it the same audiences",
    ]);
  });

  test.each<[string, object, boolean]>([
    ['a cookie', { fromCookies: ['session'] }, true],
    ['a header', { fromHeaders: [{ name: 'x-token' }] }, true],
    ['the same place', {}, false],
  ])('is that tokens of an issuer are looked for elsewhere, too: in %s', (_, place, isRefused) => {
    const made = shop();
    tokens(made);
    const known = { issuer: 'https://auth.example.com', audiences: ['api'] };
    raw(made.chart, 'security.istio.io/v1', 'RequestAuthentication', { spec: { selector: { matchLabels: { app: 'api' } }, jwtRules: [{ ...known, ...place }] } });

    expect(problemsOf(made.app)).toEqual(isRefused ? [
      "[shop/users] RequestAuthentication 'shop/raw' at 'shop/raw' accepts tokens of 'https://auth.example.com' at other places than this, which are pooled; remove it, or let it look for them at the same",
    ] : []);
  });
});

describe('A caller of the app that never gets in', () => {
  const SENDS_PLAINTEXT = 'it sends plaintext, without identity';

  test.each<[string, Plane, RawFacets, string]>([
    ['has no sidecar', 'sidecar', { labels: { 'sidecar.istio.io/inject': 'false' } }, SENDS_PLAINTEXT],
    ['is on the network of its node', 'sidecar', { spec: { hostNetwork: true } }, SENDS_PLAINTEXT],
    ['has a sidecar that sends nothing of it on', 'sidecar', { annotations: { 'traffic.sidecar.istio.io/excludeOutboundPorts': '80' } }, 'is refused'],
    ['has a sidecar, before a waypoint', 'waypoint', { labels: { 'sidecar.istio.io/inject': 'true' } }, 'goes past the waypoint'],
  ])('%s', (_, plane, facets, why) => {
    const made = shop(plane);
    const chart = plane === 'sidecar' ? chartOf(made.app, 'front') : made.chart;
    access(made, Principal.workload(rawDeployment(chart, 'web', facets)));

    expect(problemsOf(made.app)).toEqual([expect.stringContaining('[shop/web-to-api] ')]);
    expect(problemsOf(made.app)[0]).toContain(why);
  });

  test('is in a namespace without a label of the mesh', () => {
    const made = shop();
    const chart = chartOf(made.app, 'front');
    new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'front' } });
    access(made, Principal.workload(rawDeployment(chart, 'web')));

    expect(problemsOf(made.app)).toEqual([expect.stringContaining("'front/web' is not in the mesh, as its namespace has no label of the mesh for it")]);
  });

  test('is told to use plaintext by a DestinationRule', () => {
    const made = shop();
    access(made, Principal.workload(rawDeployment(made.chart, 'web')));
    raw(made.chart, 'networking.istio.io/v1', 'DestinationRule', { spec: { host: 'api', trafficPolicy: { tls: { mode: 'DISABLE' } } } });

    expect(problemsOf(made.app)).toEqual([
      "[shop/web-to-api] DestinationRule 'shop/raw' at 'shop/raw' refuses what this promises: GET /api/zero-trust-witness on port 8080 of 'shop/api' from 'shop/web'; change it, or remove it",
    ]);
  });

  test('reads metrics, and has no identity', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const prometheus = rawDeployment(chartOf(app, 'monitoring'), 'prometheus', { labels: { 'sidecar.istio.io/inject': 'false' } });
    new ZeroTrustNamespace(chart, 'baseline', { name: 'shop', metricsReaders: [Principal.workload(prometheus)] });

    expect(problemsOf(app)).toEqual([expect.stringMatching(/^\[shop\/baseline\] metricsReaders must have an identity of the mesh, but 'monitoring\/prometheus' is not in the mesh/)]);
  });
});

describe('What every real client does is no reason to refuse', () => {
  test.each<[string, object]>([
    ['a DENY of all hosts but those of the Service', { to: [{ operation: { notHosts: ['api', 'api.shop', 'api.shop.svc.cluster.local', 'api:*', 'api.shop:*', 'api.shop.svc.cluster.local:*'] } }] }],
    ['a DENY of whoever names no user agent', { when: [{ key: 'request.headers[user-agent]', notValues: ['*'] }] }],
    ['a DENY of other server names than that of the Service', { when: [{ key: 'connection.sni', notValues: ['outbound_.80_._.api.shop.svc.cluster.local'] }] }],
    ['a DENY of one short path', { to: [{ operation: { paths: ['/api/w'] } }] }],
  ])('%s', (_, rule) => {
    const made = shop();
    access(made, Principal.workload(rawDeployment(made.chart, 'web')));
    raw(made.chart, 'security.istio.io/v1', 'AuthorizationPolicy', { spec: { action: 'DENY', rules: [rule] } });

    expect(problemsOf(made.app)).toEqual([]);
  });
});
