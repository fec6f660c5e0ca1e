import { ApiObject, App, Chart, Include } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { DataPlane, Operation, Principal, ServiceAccess, Waypoint, Workload, ZeroTrustMesh, ZeroTrustNamespace, ZeroTrustNamespaceProps } from 'cdk8s-zero-trust';
import { tempFile, testApp } from '../support/app';
import { chartOf, deployment, Manifest, manifests, policies, problemsOf, rawDeployment, rawService, specAt } from '../support/shop';

const PROMETHEUS = Principal.serviceAccount('monitoring', 'prometheus');
const WEB = Principal.serviceAccount('front', 'web');

function baseline(props: ZeroTrustNamespaceProps = { name: 'shop' }) {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  return { app, chart, make: () => new ZeroTrustNamespace(chart, 'baseline', props) };
}

/** Kind, namespace and spec of each object, by what of its path follows the construct's. */
function summary(objects: Manifest[]) {
  return objects.map(({ kind, metadata, spec }) => [kind, metadata.namespace, spec]);
}

function namespaceOf(objects: Manifest[]): Manifest {
  return objects.find(({ kind }) => kind === 'Namespace')!;
}

describe('ZeroTrustNamespace', () => {
  test('creates the Namespace, STRICT and default deny', () => {
    const { app, make } = baseline();
    make();

    expect(manifests(app)[0]).toEqual({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', annotations: { 'cdk8s-zero-trust/construct': 'shop/baseline' }, labels: { 'istio-injection': 'enabled' } },
    });
    expect(summary(manifests(app).slice(1))).toEqual([
      ['PeerAuthentication', 'shop', { mtls: { mode: 'STRICT' } }],
      ['AuthorizationPolicy', 'shop', {}],
    ]);
  });

  test('lets metrics readers in, and nobody else', () => {
    const { app, make } = baseline({ name: 'shop', metricsReaders: [PROMETHEUS, Principal.namespace('ops', { reason: 'many' })], metricsPorts: [15], metricsPath: '/m' });
    make();

    expect(specAt(app, 'shop/baseline/metrics')).toEqual({
      rules: [{
        from: [{ source: { principals: ['cluster.local/ns/monitoring/sa/prometheus', 'cluster.local/ns/ops/sa/*'] } }],
        to: [{ operation: { methods: ['GET'], paths: ['/m'], ports: ['15'] } }],
      }],
    });
    const reasonOf = (path: string) => policies(app).find(({ metadata }) => metadata.name === (app.node.findAll().find(({ node }) => node.path === path) as ApiObject).name)!.metadata.annotations!['cdk8s-zero-trust/reason'];
    expect(['mtls', 'metrics', 'deny-all'].map(id => reasonOf(`shop/baseline/${id}`))).toEqual([undefined, 'many', undefined]);
  });

  const labels = { team: 'a' };
  test.each<[string, (chart: Chart) => ZeroTrustNamespaceProps['namespace']]>([
    ['of cdk8s-plus', chart => new kplus.Namespace(chart, 'ns', { metadata: { name: 'shop', labels } })],
    ['as a raw object', chart => new ApiObject(chart, 'ns', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } })],
    ['of an Include', chart => new Include(chart, 'yaml', { url: tempFile('ns.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: a}}\n') }).apiObjects[0]],
  ])('adopts a Namespace %s, and keeps its labels', (_, make) => {
    const chart = new Chart(testApp(), 'cluster');
    new ZeroTrustNamespace(chart, 'baseline', { namespace: make(chart), dataPlane: DataPlane.AMBIENT });

    const objects = manifests(chart.node.root as never);

    expect(objects.filter(({ kind }) => kind === 'Namespace')).toHaveLength(1);
    expect(namespaceOf(objects).metadata.labels).toMatchObject({ 'team': 'a', 'istio.io/dataplane-mode': 'ambient' });
    expect(namespaceOf(objects).metadata.labels).not.toHaveProperty('istio-injection');
    expect(policies(chart.node.root as never).map(({ metadata }) => metadata.namespace)).toEqual(['shop', 'shop']);
  });

  test('is for the namespace of its chart, unless another is named', () => {
    const { app, make } = baseline({});

    expect(make().namespaceName).toBe('shop');
    expect(() => new ZeroTrustNamespace(new Chart(app, 'nowhere'), 'baseline'))
      .toThrow(new Error("[nowhere/baseline] name must be given, as the chart has no namespace, got 'undefined'; name the namespace, or give the chart one"));
  });

  test('gives the Namespace the labels and annotations that it is told', () => {
    const { app, make } = baseline({ namespaceMetadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' }, annotations: { owner: 'a' } } });
    make();

    expect(namespaceOf(manifests(app)).metadata).toEqual({
      name: 'shop',
      labels: { 'istio-injection': 'enabled', 'pod-security.kubernetes.io/enforce': 'restricted' },
      annotations: { 'cdk8s-zero-trust/construct': 'shop/baseline', 'owner': 'a' },
    });
    expect(policies(app).flatMap(({ metadata }) => Object.keys(metadata.labels ?? {}))).toEqual([]);
  });

  test.each<[string, ZeroTrustNamespaceProps, string[]]>([
    ['as Istio calls it', {}, ['default', 'shop-baseline-deny-all-c80c2977']],
    ['as Istio calls it, whatever the others are called', { metadata: { name: 'baseline' } }, ['default', 'baseline-deny-all']],
    ['as it is told', { peerAuthenticationName: 'strict' }, ['strict', 'shop-baseline-deny-all-c80c2977']],
  ])('names the PeerAuthentication %s', (_, props, names) => {
    const { app, make } = baseline(props);
    make();

    expect(policies(app).map(({ metadata }) => metadata.name)).toEqual(names);
  });

  describe('beside the workloads of a chart', () => {
    function renamed(name: string | undefined, add: (app: App, chart: Chart) => unknown = () => undefined): string[] {
      const app = testApp();
      const chart = new Chart(app, 'chart', { namespace: 'shop-prod' });
      new ZeroTrustNamespace(chart, 'baseline', name === undefined ? {} : { name });
      rawDeployment(chart, 'api');
      add(app, chart);
      return problemsOf(app);
    }

    test('is refused for another namespace, in which the app has none', () => {
      expect(renamed('shop')).toEqual(["[chart/baseline] name must be 'shop-prod', the namespace of its chart, whose workloads nothing protects ('chart/api'), got 'shop', "
        + 'in which this app has none; leave name out']);
    });

    test('is refused for a slip of the one that has workloads, also where the chart says none', () => {
      const app = testApp();
      new ZeroTrustNamespace(new Chart(app, 'chart'), 'baseline', { name: 'shpo' });
      rawDeployment(chartOf(app, 'shop'), 'api');

      expect(problemsOf(app)).toEqual(["[chart/baseline] name must be that of a namespace, got 'shpo', in which this app has nothing, while nobody protects 'shop'; did you mean that?"]);
      new ZeroTrustNamespace(app.charts[1], 'baseline');
      expect(problemsOf(app)).toEqual([]);
    });

    test.each<[string, string | undefined, (app: App, chart: Chart) => unknown]>([
      ['for that of its chart', undefined, () => undefined],
      ['for another namespace that has workloads', 'shop', app => rawDeployment(chartOf(app, 'shop'), 'web')],
      ['for another namespace, beside one for that of its chart', 'shop', (_, chart) => new ZeroTrustNamespace(chart, 'own')],
    ])('is not %s', (_, name, add) => {
      expect(renamed(name, add)).toEqual([]);
    });
  });

  test('makes no Namespace where it exists', () => {
    const { app, make } = baseline({ name: 'shop', exists: true });
    make();

    expect(manifests(app).map(({ kind }) => kind)).toEqual(['PeerAuthentication', 'AuthorizationPolicy']);
  });

  test.each<[string, ZeroTrustNamespaceProps, object]>([
    ['for sidecars of the default revision', { name: 'shop' }, { 'istio-injection': 'enabled' }],
    ['for sidecars of a revision', { name: 'shop', revision: 'canary' }, { 'istio.io/rev': 'canary' }],
    ['for ambient', { name: 'shop', dataPlane: DataPlane.AMBIENT }, { 'istio.io/dataplane-mode': 'ambient' }],
    ['for a waypoint, which gateways must not go round either', { name: 'shop', dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create() },
      { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'shop-waypoint', 'istio.io/ingress-use-waypoint': 'true' }],
    ['for a waypoint of another namespace', { name: 'shop', dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.existing('infra', 'wp') },
      { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'wp', 'istio.io/use-waypoint-namespace': 'infra', 'istio.io/ingress-use-waypoint': 'true' }],
  ])('labels the Namespace %s', (_, props, expected) => {
    const { app, make } = baseline(props);
    make();

    expect(namespaceOf(manifests(app)).metadata.labels).toEqual(expected);
  });

  test('follows the data plane of a mesh that is declared later', () => {
    const { app, make } = baseline();
    make();
    new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { dataPlane: DataPlane.AMBIENT });

    expect(namespaceOf(manifests(app)).metadata.labels).toEqual({ 'istio.io/dataplane-mode': 'ambient' });
  });

  test('FG-67: with a waypoint creates it, denies at it, and locks the pods to it', () => {
    const { app, make } = baseline({ name: 'shop', dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create({ name: 'wp', usedBy: ['front'] }) });
    make();

    const objects = manifests(app);
    expect(objects[1]).toEqual({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'wp', namespace: 'shop', labels: { 'istio.io/waypoint-for': 'service' }, annotations: { 'cdk8s-zero-trust/construct': 'shop/baseline' } },
      spec: {
        gatewayClassName: 'istio-waypoint',
        listeners: [{
          name: 'mesh',
          port: 15008,
          protocol: 'HBONE',
          allowedRoutes: { namespaces: { from: 'Selector', selector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['shop', 'front'] }] } } },
        }],
      },
    });
    expect(summary(objects.slice(2))).toEqual([
      ['PeerAuthentication', 'shop', { mtls: { mode: 'STRICT' } }],
      ['AuthorizationPolicy', 'shop', { rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/wp'] } }] }] }],
      ['AuthorizationPolicy', 'shop', { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'wp' }] }],
      ['AuthorizationPolicy', 'shop', {}],
    ]);
  });

  test('FG-60: denies at a waypoint of another namespace in that namespace', () => {
    const { app, make } = baseline({ name: 'shop', dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.existing('infra', 'wp') });
    make();

    expect(summary(policies(app)).slice(1)).toEqual([
      ['AuthorizationPolicy', 'shop', { rules: [{ from: [{ source: { principals: ['cluster.local/ns/infra/sa/wp'] } }] }] }],
      ['AuthorizationPolicy', 'infra', { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'wp' }] }],
      ['AuthorizationPolicy', 'shop', {}],
    ]);
  });

  const missing = undefined as never;
  const someObject = (chart: Chart) => new ApiObject(chart, 'cm', { apiVersion: 'v1', kind: 'ConfigMap' });
  const noReader = "name who calls, as in metricsReaders: [Principal.workload(web)]; anyone must be asked for by Principal.anyone({ reason: '…' })";
  const undefinedProp = (prop: string) => `ZeroTrustNamespace: '${prop}' must have a value where it is written, got 'undefined'; give it one, or leave it out on purpose`;
  test.each<[string, ZeroTrustNamespaceProps, string]>([
    ['a name beside a Namespace', { name: 'shop', namespace: new ApiObject(chartOf(testApp(), 'x'), 'ns', { apiVersion: 'v1', kind: 'Namespace' }) },
      "name must not be given with 'namespace', got 'shop'; name creates a Namespace, namespace adopts one of this app"],
    ['metadata of a Namespace that exists', { exists: true, namespaceMetadata: { labels: { a: 'b' } } },
      "namespaceMetadata must be left out with 'exists', as nothing of this app makes the Namespace; write it where that is made"],
    ['metadata of a Namespace that is adopted', { namespace: new ApiObject(chartOf(testApp(), 'x'), 'ns', { apiVersion: 'v1', kind: 'Namespace' }), namespaceMetadata: {} },
      "namespaceMetadata must be left out with 'namespace', whose labels and annotations stand on its own construct; write them there"],
    ['a name in the metadata of its Namespace', { namespaceMetadata: { name: 'x' } as never }, "namespaceMetadata: 'name' must be a member of NamespaceMetadata; known here: labels, annotations"],
    ['a label of its Namespace without value', { namespaceMetadata: { labels: { team: missing } } },
      "namespaceMetadata.labels.team must be text, got 'undefined'; give it, or leave it out"],
    ['a label of the mesh on its Namespace', { namespaceMetadata: { labels: { 'istio.io/dataplane-mode': 'none' } } },
      "Namespace 'shop/baseline/namespace' must leave its mesh labels to ZeroTrustNamespace, got istio.io/dataplane-mode: 'none'; remove the label, and use the props dataPlane, revision, waypoint"],
    ['a name of its PeerAuthentication that is none', { peerAuthenticationName: 'De Fault' }, "peerAuthenticationName must be an object name of lower-case letters, digits, '-' and '.', got 'De Fault'; did you mean 'de-fault'?"],
    ['a name that is none', { name: 'Shop' }, "name must be a namespace name of lower-case letters, digits and '-', got 'Shop'; did you mean 'shop'?"],
    ['an empty data plane', { name: 'shop', dataPlane: '' as never }, "dataPlane must be one of 'sidecar', 'ambient', got ''; choose one"],
    ['no reader', { name: 'shop', metricsReaders: [] }, `metricsReaders must have at least one entry, got '[]'; ${noReader}`],
    ['undefined readers', { name: 'shop', metricsReaders: missing }, undefinedProp('metricsReaders')],
    ['an undefined waypoint', { name: 'shop', waypoint: missing }, undefinedProp('waypoint')],
    ['a metrics port without readers', { name: 'shop', metricsPorts: [9090] }, "metricsPorts and metricsPath must come with 'metricsReaders'; name who reads the metrics"],
    ['a pattern of metrics paths', { name: 'shop', metricsReaders: [PROMETHEUS], metricsPath: '/*' }, "metricsPath must be one path, got '/*'; as in '/metrics'"],
    ['a metrics port that is none', { name: 'shop', metricsReaders: [PROMETHEUS], metricsPorts: [0] },
      "metricsPorts[0] must be a whole number from 1 to 65535, got '0'; give the port that the workload listens on"],
    ['a waypoint for sidecars', { name: 'shop', dataPlane: DataPlane.SIDECAR, waypoint: Waypoint.create() },
      "waypoint must come with DataPlane.AMBIENT, got 'sidecar'; sidecars enforce HTTP themselves"],
    ['a waypoint with too long a name', { name: 'x'.repeat(60), dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create() },
      `name of the waypoint must have at most 63 characters, got '${'x'.repeat(60)}-waypoint'; give it a shorter one by Waypoint.create({ name: '…' })`],
    ['an empty revision, by which nothing would be injected', { name: 'shop', revision: '' }, "revision must be a revision of istiod of lower-case letters, digits and '-', got ''; leave it out for the default revision"],
    ['the same of a namespace elsewhere', { name: 'shop', exists: true, revision: '' }, "revision must be a revision of istiod of lower-case letters, digits and '-', got ''; leave it out for the default revision"],
    ['a revision that is no label', { name: 'shop', revision: 'Not a label!' }, "revision must be a revision of istiod of lower-case letters, digits and '-', got 'Not a label!'; leave it out for the default revision"],
    ['a revision that no istiod can have', { name: 'shop', revision: 'Canary-1.29' }, "revision must be a revision of istiod of lower-case letters, digits and '-', got 'Canary-1.29'; did you mean 'canary-1-29'?"],
    ['another kind of object', { namespace: someObject(chartOf(testApp(), 'x')) },
      "namespace must be a Namespace, got ConfigMap 'x/cm'; pass the construct of the Namespace, or its name as 'name'"],
  ])('refuses %s', (_, props, message) => {
    expect(baseline(props).make).toThrow(new Error(`[shop/baseline] ${message}`));
  });

  test('refuses a Namespace with mesh labels of its own, which it would overwrite', () => {
    const chart = new Chart(testApp(), 'cluster');
    const namespace = new kplus.Namespace(chart, 'ns', { metadata: { name: 'shop', labels: { 'istio.io/rev': 'old' } } });

    expect(() => new ZeroTrustNamespace(chart, 'baseline', { namespace })).toThrow(new Error("[cluster/baseline] Namespace 'cluster/ns/Resource' must leave its mesh labels to ZeroTrustNamespace, "
      + "got istio.io/rev: 'old'; remove the label, and use the props dataPlane, revision, waypoint"));
  });

  test('refuses, at synthesis, what only the whole app shows', () => {
    const { app, chart, make } = baseline({ name: 'shop', waypoint: Waypoint.create() });
    make();
    new ZeroTrustNamespace(chart, 'twin', { name: 'shop', exists: true });
    new ApiObject(chart, 'again', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    new ZeroTrustNamespace(chart, 'root', { name: 'istio-system', exists: true });

    expect(problemsOf(app)).toEqual([
      "[shop/baseline] namespace 'shop' must have one ZeroTrustNamespace, got 2; keep one (also at 1 more: 'shop/twin')",
      "[shop/baseline] this app has a Namespace 'shop' at 'shop/again' already; adopt it by the prop namespace instead of name (also at 1 more: 'shop/twin')",
      '[shop/baseline] waypoint must come with DataPlane.AMBIENT, but the mesh uses sidecars; set dataPlane here or on the ZeroTrustMesh',
      "[shop/root] namespace must not be the root namespace 'istio-system', whose policies hold for the whole mesh; use ZeroTrustMesh for what holds there",
    ]);
  });

  test('FG-68: refuses a waypoint that does not admit the namespace', () => {
    const app = testApp();
    const [infra, shop, front] = ['infra', 'shop', 'front'].map(name => chartOf(app, name));
    const dataPlane = DataPlane.AMBIENT;
    new ZeroTrustNamespace(infra, 'baseline', { name: 'infra', dataPlane, waypoint: Waypoint.create({ name: 'wp', usedBy: ['front'] }) });
    new ZeroTrustNamespace(front, 'baseline', { name: 'front', dataPlane, waypoint: Waypoint.existing('infra', 'wp') });
    new ZeroTrustNamespace(shop, 'baseline', { name: 'shop', dataPlane, waypoint: Waypoint.existing('infra', 'wp') });

    expect(problemsOf(app)).toEqual(["[shop/baseline] waypoint 'infra/wp' does not admit namespace 'shop', whose traffic would go straight to the pods; "
      + "add 'shop' to usedBy of its Waypoint.create at 'infra/baseline'"]);
  });

  test.each<[string, string, string, boolean]>([
    ['two letters exchanged in its name', 'infra', 'shraed', true],
    ['one letter dropped', 'infra', 'shred', true],
    ['a slip in its namespace', 'infa', 'shared', true],
    ['its namespace and name exchanged', 'shared', 'infra', true],
    ['another one, of another app', 'infra', 'egress', false],
    ['the same name elsewhere', 'edge', 'shared', false],
  ])('a waypoint that the app makes, with %s: refused is %4$s', (_, namespace, name, isRefused) => {
    const app = testApp();
    new ZeroTrustNamespace(chartOf(app, 'infra'), 'baseline', { dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create({ name: 'shared', usedBy: ['shop'] }) });
    new ZeroTrustNamespace(chartOf(app, 'shop'), 'baseline', { dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.existing(namespace, name) });

    expect(problemsOf(app)).toEqual(isRefused ? [`[shop/baseline] waypoint '${namespace}/${name}' is not in this app, which has 'infra/shared' at 'infra/baseline/waypoint'; `
      + "did you mean Waypoint.existing('infra', 'shared')?"] : []);
  });

  test('refuses a metrics path in ambient, where it cannot be checked', () => {
    const { app, make } = baseline({ name: 'shop', dataPlane: DataPlane.AMBIENT, metricsReaders: [PROMETHEUS], metricsPath: '/metrics' });
    make();

    expect(problemsOf(app)).toEqual(['[shop/baseline] metricsPath cannot be checked in ambient, where metrics are read from the pods past any waypoint; '
      + 'leave it out: readers may use the whole ports']);
  });

  test('refuses probes that are not rewritten, workload by workload, and once', () => {
    const { app, chart, make } = baseline();
    make();
    const api = rawDeployment(chart, 'api', {
      annotations: { 'sidecar.istio.io/rewriteAppHTTPProbers': 'false' },
      container: { livenessProbe: { httpGet: { port: 8080 } }, readinessProbe: { tcpSocket: { port: 8080 } }, startupProbe: { exec: { command: ['true'] } } },
    });
    rawService(chart, 'api');
    new ServiceAccess(chart, 'access', { callers: [WEB], to: Workload.of(api), operations: [Operation.get('/a')] });

    expect(problemsOf(app)).toEqual([
      "[shop/baseline] at 'shop/api', the readiness probe of container 'api' (tcp on port 8080) always succeeds, as the sidecar answers it; "
      + "remove annotation sidecar.istio.io/rewriteAppHTTPProbers: 'false'",
      "[shop/baseline] at 'shop/api', the liveness probe of container 'api' (http on port 8080) is refused, as the kubelet has no identity in the mesh; "
      + "remove annotation sidecar.istio.io/rewriteAppHTTPProbers: 'false'",
    ]);
  });
});

describe('A namespace with a waypoint', () => {
  function ambient() {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    new ZeroTrustNamespace(chart, 'baseline', { name: 'shop', dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create() });
    return { app, chart };
  }
  const access = (chart: Chart, to: Workload, operations: Operation[], from = [WEB]) => new ServiceAccess(chart, 'access', { callers: from, to, operations });

  test('has its accesses enforced at the Service', () => {
    const { app, chart } = ambient();
    access(chart, Workload.of(deployment(chart, 'api')), [Operation.get('/a')]);

    expect(specAt(app, 'shop/access')).toEqual({
      targetRefs: [{ kind: 'Service', group: '', name: 'api' }],
      rules: [{
        from: [{ source: { principals: ['cluster.local/ns/front/sa/web'] } }],
        to: [{ operation: { methods: ['GET'], paths: ['/a'], ports: ['80'] } }],
      }],
    });
  });

  test.each([
    ['a headless Service', { clusterIP: 'None' }, {}],
    ['a Service that opts out', {}, { 'istio.io/use-waypoint': 'none' }],
  ])('has connections to %s enforced at the pods', (_, spec, labels) => {
    const { app, chart } = ambient();
    const db = rawDeployment(chart, 'db');
    rawService(chart, 'db', { ...spec, ports: [{ name: 'tcp', port: 80, targetPort: 8080 }] }, labels);
    access(chart, Workload.of(db), [Operation.tcp(8080)]);

    expect(specAt(app, 'shop/access')).toEqual({
      selector: { matchLabels: { app: 'db' } },
      rules: [{ from: [{ source: { principals: ['cluster.local/ns/front/sa/web'] } }], to: [{ operation: { ports: ['8080'] } }] }],
    });
  });

  test.each([
    ['a ZeroTrustNamespace', (chart: Chart) => new ZeroTrustNamespace(chart, 'baseline', { name: 'front' })],
    ['its label', (chart: Chart) => new ApiObject(chart, 'ns', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'front', labels: { 'istio-injection': 'enabled' } } })],
    ['its revision', (chart: Chart) => new ApiObject(chart, 'ns', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'front', labels: { 'istio.io/rev': 'v1' } } })],
  ])('refuses callers with sidecars, known by %s', (_, declareFront) => {
    const { app, chart } = ambient();
    declareFront(new Chart(app, 'front'));
    access(chart, Workload.of(deployment(chart, 'api')), [Operation.get('/a')]);

    expect(problemsOf(app)).toEqual([
      "[shop/access] the app does not do what this says, as GET /a on port 8080 of 'shop/api' from front/web is refused: the client goes past the waypoint shop/shop-waypoint: "
      + 'only clients in ambient mode use it; make its namespace ambient, or where it is a gateway say so: Principal.serviceAccount(…, { gateway: true }), '
      + 'or label the Service istio.io/use-waypoint: none and state TCP operations',
    ]);
  });

  test('is passed by gateways, though their namespace has sidecars', () => {
    const { app, chart } = ambient();
    new ZeroTrustNamespace(new Chart(app, 'edge'), 'baseline', { name: 'edge' });
    const callers = [Principal.serviceAccount('edge', 'gateway', { gateway: true })];
    new ServiceAccess(chart, 'access', { callers, to: Workload.of(deployment(chart, 'api')), operations: [Operation.get('/a')] });

    expect(problemsOf(app)).toEqual([]);
  });

  test('is gone past by gateways in Istio 1.24, unless the Service itself is labelled', () => {
    const { app, chart } = ambient();
    new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { istioVersion: '1.24' });
    new ZeroTrustNamespace(new Chart(app, 'edge'), 'baseline', { name: 'edge' });
    const service = rawService(chart, 'api');
    const callers = [Principal.serviceAccount('edge', 'gateway', { gateway: true })];
    new ServiceAccess(chart, 'access', { callers, to: Workload.of(rawDeployment(chart, 'api')), operations: [Operation.get('/a')] });

    expect(problemsOf(app)).toEqual([expect.stringMatching(/; label the Service istio\.io\/ingress-use-waypoint: 'true', or from Istio 1\.25 on its Namespace$/)]);
    service.metadata.addLabel('istio.io/ingress-use-waypoint', 'true');
    expect(problemsOf(app)).toEqual([]);
  });

  test('must be declared: labels alone are refused', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    new ApiObject(new Chart(app, 'cluster'), 'ns', {
      apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'wp' } },
    });
    access(chart, Workload.of(deployment(chart, 'api')), [Operation.get('/a')]);

    expect(problemsOf(app)).toEqual(["[shop/access] namespace 'shop' is labelled istio.io/use-waypoint: wp, but nothing keeps callers from going round it; "
      + "declare it on a ZeroTrustNamespace: new ZeroTrustNamespace(…, { namespace, waypoint: Waypoint.existing('shop', 'wp') })"]);
  });
});
