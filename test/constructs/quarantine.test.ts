import { ApiObject, ApiObjectProps, App, Chart, JsonPatch } from 'cdk8s';
import {
  AccessGuardrail, AuthorizationPolicy, AuthorizationPolicyAction, DataPlane, Findings, GuardrailScope, JwtIssuer, JwtProtectedApi, NetworkPolicies, Operation, PlaintextException, PolicySet, PortProtocol, Principal,
  Quarantine, QuarantineProps, ServiceAccess, Waypoint, Workload, ZeroTrustMesh, ZeroTrustMeshProps, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { Construct } from 'constructs';
import { testApp } from '../support/app';
import { chartOf, manifests, policies, problemsOf, rawDeployment, rawService } from '../support/shop';

interface Shop { readonly app: App; readonly chart: Chart; readonly api: ApiObject; readonly web: ApiObject; readonly db: ApiObject }

/** A shop in which web calls api, and api calls db. */
function shop({ ambient = false, mesh }: { ambient?: boolean; mesh?: ZeroTrustMeshProps } = {}): Shop {
  const app = testApp();
  if (mesh) { new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', mesh); }
  const chart = chartOf(app, 'shop');
  new ZeroTrustNamespace(chart, 'baseline', ambient ? { dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create() } : {});
  const [web, api, db] = ['web', 'api', 'db'].map(name => { rawService(chart, name); return rawDeployment(chart, name); });
  const operations = [Operation.get('/a')];
  new ServiceAccess(chart, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations });
  new ServiceAccess(chart, 'api-to-db', { callers: [Principal.workload(api)], to: Workload.of(db), operations });
  new ServiceAccess(chart, 'web-to-db', { callers: [Principal.workload(web)], to: Workload.of(db), operations });
  return { app, chart, api, web, db };
}

function quarantine(chart: Chart, props: Partial<QuarantineProps>): Quarantine { return new Quarantine(chart, 'incident-4711', { reason: 'calls home', ...props }); }

/** What it renders, as `kind namespace: spec`. */
function rendered(app: App): [string, unknown][] {
  const own = manifests(app).filter(({ metadata: { annotations } }) => annotations?.['cdk8s-zero-trust/construct'] === 'shop/incident-4711');
  return own.map(({ kind, metadata: { namespace }, spec }) => [`${kind} ${namespace}`, spec]);
}

const ALL = { action: 'DENY', selector: { matchLabels: { app: 'api' } }, rules: [{}] };
const fromApi = (...domains: string[]) => ({ action: 'DENY', rules: [{ from: [{ source: { principals: domains.map(domain => `${domain}/ns/shop/sa/api`) } }] }] });
const WAYPOINTS = { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: 'istio-waypoint' }] };

describe('A quarantine', () => {
  test('of a workload closes it, denies its account everything, and keeps in what its sidecar sends', () => {
    const { app, chart, api } = shop();
    quarantine(chart, { workload: Workload.of(api) });

    expect(rendered(app)).toEqual([
      ['AuthorizationPolicy shop', ALL],
      ['AuthorizationPolicy istio-system', fromApi('cluster.local')],
      ['Sidecar shop', { workloadSelector: { labels: { app: 'api' } }, outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' }, egress: [{ hosts: ['~/*'] }] }],
    ]);
  });

  test('in ambient denies the account at waypoints, too, and keeps in what pods send by a NetworkPolicy', () => {
    const { app, chart, api } = shop({ ambient: true, mesh: { istioVersion: '1.29', rootNamespace: 'istio-root', trustDomain: 'prod.td', trustDomainAliases: ['old.td'] } });
    quarantine(chart, { workload: Workload.of(api) });

    expect(rendered(app)).toEqual([
      ['AuthorizationPolicy shop', ALL],
      ['AuthorizationPolicy istio-root', fromApi('prod.td', 'old.td')],
      ['AuthorizationPolicy istio-root', { ...WAYPOINTS, ...fromApi('prod.td', 'old.td') }],
      ['NetworkPolicy shop', { podSelector: { matchLabels: { app: 'api' } }, policyTypes: ['Egress'], egress: [] }],
    ]);
  });

  test('of an account denies it everything, and nothing else', () => {
    const { app, chart } = shop();
    quarantine(chart, { account: Principal.serviceAccount('shop', 'api') });

    expect(rendered(app)).toEqual([['AuthorizationPolicy istio-system', fromApi('cluster.local')]]);
  });

  test.each([[false], [true]])('cuts what accesses allow, and leaves the others (ambient: %s)', ambient => {
    const { app, chart, api } = shop({ ambient, mesh: { istioVersion: '1.29' } });
    quarantine(chart, { workload: Workload.of(api) });

    const set = PolicySet.fromApp(app);
    const isAllowed = (from: string, to: string) => set.isAuthorized({
      destination: { namespace: 'shop', service: to, port: 80 }, source: { workload: `shop/${from}` }, http: { method: 'GET', path: '/a' },
    }).isAllowed;
    expect([isAllowed('web', 'api'), isAllowed('api', 'db'), isAllowed('web', 'db')]).toEqual([false, false, true]);
  });

  test('refuses none of the accesses that it cuts, and says which they are, with each synthesis and in its output', () => {
    const { app, chart, api } = shop();
    const made = quarantine(chart, { workload: Workload.of(api), incident: 'INC-1' });

    expect(problemsOf(app)).toEqual([]);
    expect(made.describeCuts()).toBe('shop/web-to-api, shop/api-to-db');
    expect(policies(app).find(({ metadata: { name } }) => name.startsWith('shop-incident-4711'))!.metadata.annotations).toEqual({
      'cdk8s-zero-trust/construct': 'shop/incident-4711', 'cdk8s-zero-trust/cuts': 'shop/web-to-api, shop/api-to-db', 'cdk8s-zero-trust/reason': 'INC-1: calls home',
    });
    expect(Findings.of(app).all().map(({ message }) => message)).toEqual([
      "'shop/api' is in quarantine, which cuts 'shop/web-to-api', 'shop/api-to-db'; connections that are open live on: restart the pods at their other end",
    ]);
  });

  test.each<[string, (made: Shop) => void]>([
    ['beside a guardrail that leaves them', ({ chart, api, web }) => new AccessGuardrail(chart, 'guard', { appliesTo: GuardrailScope.workload(Workload.of(api)), onlyCallers: [Principal.workload(web)] })],
    ['beside a guardrail that forbids somebody else', ({ chart }) => new AccessGuardrail(chart, 'guard', { appliesTo: GuardrailScope.namespace('shop'), forbiddenCallers: [Principal.serviceAccount('dev', 'x')] })],
    ['beside modes of its pods, for which all of the app is asked', ({ chart }) => {
      new ApiObject(chart, 'strict', { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', spec: { selector: { matchLabels: { app: 'api' } }, mtls: { mode: 'STRICT' } } } as ApiObjectProps);
    }],
  ])('refuses none of them %s', (_, add) => {
    const made = shop();
    add(made);
    quarantine(made.chart, { workload: Workload.of(made.api) });

    expect(problemsOf(made.app)).toEqual([]);
  });

  test('denies the account at waypoints also where only a label of a Namespace says that it is ambient', () => {
    const { app, chart, api } = shop({ mesh: { istioVersion: '1.29' } });
    new ApiObject(chart, 'other', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other', labels: { 'istio.io/dataplane-mode': 'ambient' } } });
    quarantine(chart, { workload: Workload.of(api) });

    expect(rendered(app)).toContainEqual(['AuthorizationPolicy istio-system', { ...WAYPOINTS, ...fromApi('cluster.local') }]);
  });

  test('refuses no API that it cuts either', () => {
    const { app, chart, web } = shop();
    const operations = [Operation.get('/u')];
    new JwtProtectedApi(chart, 'users', { workload: Workload.of(web), issuers: [JwtIssuer.of({ issuer: 'https://i.example', audiences: ['a'] })], rules: [{ operations, anyToken: true }] });
    const made = quarantine(chart, { workload: Workload.of(web) });

    expect(problemsOf(app)).toEqual([]);
    expect(made.describeCuts()).toBe('shop/web-to-api, shop/web-to-db, shop/users');
  });

  test('says where plaintext would still pass', () => {
    const { app, chart, api } = shop();
    rawDeployment(chartOf(app, 'legacy'), 'old');
    quarantine(chart, { workload: Workload.of(api) });

    expect(Findings.of(app).all().map(({ message }) => message).join()).toContain("; what it sends in plaintext still passes in 'legacy', which this app does not make STRICT;");
  });

  test('says what of the account lets in elsewhere: readers of metrics, exceptions, workloads that others make', () => {
    const { app, chart, db } = shop({ mesh: { asOf: '2026-11-27' } });
    const monitored = chartOf(app, 'monitored');
    new ZeroTrustNamespace(monitored, 'baseline', { metricsReaders: [Principal.workload(db)] });
    rawDeployment(monitored, 'app', { container: { ports: [{ name: 'http', containerPort: 8080 }, { name: 'metrics', containerPort: 9090 }] } });
    const elsewhere = Workload.fromPods({ namespace: 'elsewhere', labels: { app: 'x' }, serviceAccount: 'x', ports: [{ number: 8080, protocol: PortProtocol.HTTP }] });
    new ServiceAccess(chart, 'db-to-x', { callers: [Principal.workload(db)], to: elsewhere, operations: [Operation.get('/a')] });
    rawService(chart, 'old');
    new PlaintextException(chart, 'exception', {
      workload: Workload.of(rawDeployment(chart, 'old')), operations: [Operation.anyHttp({ ports: [8080] })], fromNetworks: ['10.20.0.0/16'], reason: 'r', owner: 'o', expires: '2026-12-31',
    });
    const made = quarantine(chart, { account: Principal.workload(db) });

    expect(problemsOf(app)).toEqual([]);
    expect(made.describeCuts()).toBe('shop/db-to-x, monitored/baseline');
    expect(Findings.of(app).all().map(({ message }) => message)).toContainEqual(
      "'shop/db' is in quarantine, which cuts 'shop/db-to-x', 'monitored/baseline'; what it sends in plaintext from the networks of 'shop/exception' still passes there; "
      + 'connections that are open live on: restart the pods at their other end');
  });

  test('says where nothing of the app runs as the account', () => {
    const { app, chart } = shop();
    quarantine(chart, { account: Principal.serviceAccount('shop', 'cron') });
    app.synth();

    expect(Findings.of(app).all().map(({ rule }) => rule)).toEqual(['ZT114', 'ZT108']);
  });

  describe('in one of two clusters', () => {
    const clusters = (west: Partial<ZeroTrustMeshProps> = {}) => {
      const app = testApp();
      const made = ['east', 'west'].map(name => {
        const cluster = new Construct(app, name);
        new ZeroTrustMesh(new Chart(cluster, 'mesh'), 'mesh', { appliesTo: cluster, trustDomain: 'a.example', ...name === 'west' ? west : {} });
        const chart = new Chart(cluster, 'shop', { namespace: 'shop' });
        new ZeroTrustNamespace(chart, 'baseline', {});
        const [web, api] = ['web', 'api'].map(one => { rawService(chart, one); return rawDeployment(chart, one); });
        return { chart, web, api };
      });
      const access = ({ chart, api }: typeof made[0], caller = Principal.serviceAccount('shop', 'web')) =>
        new ServiceAccess(chart, 'access', { callers: [caller], to: Workload.of(api), operations: [Operation.get('/a')] });
      return { app, east: made[0], west: made[1], access };
    };
    const found = (app: App) => { app.synth(); return Findings.of(app).all().filter(({ rule }) => rule === 'ZT114').map(({ message }) => message).join('\n'); };
    const LEFT = "; in 'west', as far as its certificates are accepted there, 'west/shop/access' still lets it in: put it in quarantine there, too";

    test('says who lets it in in the other one, which has the same trust domain', () => {
      const { app, east, west, access } = clusters();
      access(west);
      quarantine(east.chart, { workload: Workload.of(east.web) });

      expect(found(app)).toContain(LEFT);
    });

    test('says who names it in the other one, which has another trust domain', () => {
      const { app, east, west, access } = clusters({ trustDomain: 'b.example' });
      access(west, Principal.serviceAccount('shop', 'web', { trustDomain: 'a.example', reason: 'r' }));
      quarantine(east.chart, { workload: Workload.of(east.web) });

      expect(found(app)).toContain(LEFT);
    });

    test.each<[string, Partial<ZeroTrustMeshProps>, boolean]>([['has another trust domain', { trustDomain: 'b.example' }, false], ['cuts it off itself', {}, true]])('says nothing of one that %s', (_, mesh, isCutOff) => {
      const { app, east, west, access } = clusters(mesh);
      access(west);
      [east, ...isCutOff ? [west] : []].forEach(({ chart, web }) => quarantine(chart, { workload: Workload.of(web) }));

      expect(found(app)).not.toContain('still lets it in');
    });
  });

  test.each([[{ 'istio.io/dataplane-mode': 'ambient', 'sidecar.istio.io/inject': 'false' }, 'NetworkPolicy'], [{ 'istio.io/dataplane-mode': 'ambient' }, 'Sidecar']])(
    'keeps in by the proxy that the pods have: with labels %j by a %s', (labels, kind) => {
      const { app, chart } = shop({ mesh: { istioVersion: '1.29' } });
      quarantine(chart, { workload: Workload.of(rawDeployment(chart, 'odd', { labels })) });

      expect(rendered(app).map(([what]) => what).filter(what => /Network|Sidecar/.test(what))).toEqual([`${kind} shop`]);
    });

  describe('beside NetworkPolicies', () => {
    const BOTH = NetworkPolicies.forIngressAndEgress();
    const CLOSED = { podSelector: { matchLabels: { app: 'api' } }, policyTypes: ['Ingress', 'Egress'], ingress: [], egress: [] };
    const networks = (networkPolicies: NetworkPolicies, ambient = false) => shop({ ambient, mesh: { istioVersion: '1.29', networkPolicies } });
    const written = (app: App) => manifests(app).filter(({ kind }) => kind === 'NetworkPolicy').map(({ spec }) => spec);
    const network = (chart: Chart, spec: object) => new ApiObject(chart, 'mine', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'mine' }, ...{ spec } });

    test.each([[NetworkPolicies.forIngress(), false], [BOTH, false], [BOTH, true]])('closes its pods by one of its own, both ways, and by those of others', (networkPolicies, ambient) => {
      const { app, chart, api } = networks(networkPolicies, ambient);
      const roles = () => app.node.findAll().filter(node => ApiObject.isApiObject(node) && node.kind === 'NetworkPolicy').map(({ node }) => node.path).sort();
      app.synth();
      const before = roles();
      quarantine(chart, { workload: Workload.of(api) });
      app.synth();

      expect(rendered(app)).toContainEqual(['NetworkPolicy shop', CLOSED]);
      // what is gone from the app is not yet gone from the cluster
      expect(roles()).toEqual(expect.arrayContaining(before));
      expect(JSON.stringify(written(app))).not.toContain('[{"podSelector":{"matchLabels":{"app":"api"}}}]');
    });

    test.each<[string, 'workload' | 'account', string[]]>([['workload', 'workload', ['NETWORK', 'NETWORK', '']], ['account', 'account', ['', 'NETWORK', '']]])('ends below all proxies what a %s has to do with', (_, what, stages) => {
      const { app, chart, api } = networks(BOTH);
      quarantine(chart, what === 'workload' ? { workload: Workload.of(api) } : { account: Principal.workload(api) });
      const set = PolicySet.fromApp(app);
      const stage = (from: string, to: string) => {
        const { isAllowed, stage: by } = set.isAuthorized({ destination: { namespace: 'shop', workload: to, port: 8080 }, source: { serviceAccount: `shop/${from}` }, http: { method: 'GET', path: '/a' } });
        return isAllowed ? '' : by;
      };

      expect([stage('web', 'api'), stage('api', 'db'), stage('web', 'db')]).toEqual(stages);
    });

    test('of an account leaves its pods names and the control plane, by which they can be called', () => {
      const { app, chart, api } = networks(BOTH);
      quarantine(chart, { account: Principal.workload(api) });

      expect(written(app)).toContainEqual({ podSelector: { matchLabels: { app: 'api' } }, policyTypes: ['Egress'], egress: [] });
      expect(written(app)).toContainEqual(expect.objectContaining({ podSelector: {}, egress: [expect.anything(), expect.anything()] }));
      expect(written(app)).not.toContainEqual(CLOSED);
    });

    test.each<[string, object]>([
      ['a way past its sidecar', { annotations: { 'traffic.sidecar.istio.io/excludeOutboundPorts': '443' } }],
      ['another Sidecar, which is older', {}],
    ])('passes where a workload has %s, which leads no further', (_, more) => {
      const { app, chart } = networks(NetworkPolicies.forIngress());
      new ApiObject(chart, 'sidecar', { apiVersion: 'networking.istio.io/v1', kind: 'Sidecar', metadata: { name: 'wide' }, ...{ spec: { workloadSelector: { labels: { app: 'odd' } }, egress: [{ hosts: ['*/*'] }] } } });
      quarantine(chart, { workload: Workload.of(rawDeployment(chart, 'odd', more)) });

      expect(problemsOf(app)).toEqual([]);
    });

    test('is refused where the pods are on the network of their host, and let connections past their sidecar', () => {
      const { app, chart } = networks(NetworkPolicies.forIngress());
      quarantine(chart, { workload: Workload.of(rawDeployment(chart, 'odd', { annotations: { 'traffic.sidecar.istio.io/excludeOutboundPorts': '443' }, spec: { hostNetwork: true } })) });

      expect(problemsOf(app)).toEqual([expect.stringContaining("egress stays open, as 'shop/odd' lets connections past its sidecar")]);
    });

    const OPEN = (direction: string) => [`[shop/incident-4711] ${direction} stays open, as NetworkPolicy 'shop/mine' at 'shop/mine' is for the same pods, and Kubernetes adds them up; `
      + 'have its podSelector leave them out, or take it out while the quarantine lasts'];
    const UDP = [{ ports: [{ protocol: 'UDP', port: 514 }] }];

    test.each<[string, 'workload' | 'account', object, string[]]>([
      ['that lets something in, be it by UDP', 'workload', { podSelector: {}, ingress: UDP }, OPEN('ingress')],
      ['that lets something out', 'workload', { podSelector: { matchLabels: { app: 'api' } }, policyTypes: ['Egress'], egress: UDP }, OPEN('egress')],
      ['that lets pods of the account out', 'account', { podSelector: {}, egress: UDP }, OPEN('egress')],
      ['that lets in pods of the account', 'account', { podSelector: {}, ingress: UDP }, []],
      ['that closes', 'workload', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }, []],
      ['with rules for what it is not for', 'workload', { podSelector: {}, policyTypes: ['Ingress'], egress: UDP }, []],
      ['that leaves its pods out', 'workload', { podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['api'] }] }, ingress: UDP }, []],
      ['that lets in probes', 'workload', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '169.254.7.127/32' } }] }] }, []],
    ])('is told another one %s', (_, what, spec, problems) => {
      const { app, chart, api } = networks(BOTH);
      network(chart, spec);
      quarantine(chart, what === 'workload' ? { workload: Workload.of(api) } : { account: Principal.workload(api) });

      expect(problemsOf(app)).toEqual(problems);
    });

    test('is told in ambient what lets its pods out, also where no NetworkPolicies stand beside the mesh', () => {
      const { app, chart, api } = shop({ ambient: true, mesh: { istioVersion: '1.29' } });
      network(chart, { podSelector: {}, egress: UDP });
      quarantine(chart, { workload: Workload.of(api) });

      expect(problemsOf(app)).toEqual(OPEN('egress'));
    });
  });

  test.each([[{}, 'NetworkPolicy'], [{ 'istio-injection': 'enabled' }, 'Sidecar']])('keeps in pods that are in ambient mode by themselves by what holds in their namespace: with labels %j by a %s', (labels, kind) => {
    const { app } = shop({ mesh: { istioVersion: '1.29' } });
    const chart = chartOf(app, 'other');
    new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other', labels } });
    new Quarantine(chart, 'made', { workload: Workload.of(rawDeployment(chart, 'odd', { labels: { 'istio.io/dataplane-mode': 'ambient' } })), reason: 'r' });

    expect(manifests(app).filter(({ metadata: { annotations } }) => annotations?.['cdk8s-zero-trust/construct'] === 'other/made').map(one => one.kind).filter(one => /Network|Sidecar/.test(one))).toEqual([kind]);
  });

  test('of a workload that is in quarantine already is one more', () => {
    const { app, chart, api } = shop();
    quarantine(chart, { workload: Workload.of(api) });
    new Quarantine(chart, 'incident-4712', { workload: Workload.of(api), reason: 'r' });

    expect(problemsOf(app)).toEqual([]);
  });

  test.each<[string, { readonly [name: string]: string }]>([
    ['some addresses only', { 'traffic.sidecar.istio.io/includeOutboundIPRanges': '' }],
    ['all addresses but some', { 'traffic.sidecar.istio.io/excludeOutboundIPRanges': '0.0.0.0/0' }],
    ['all ports but some', { 'traffic.sidecar.istio.io/excludeOutboundPorts': '443' }],
    ['all interfaces but some', { 'traffic.sidecar.istio.io/excludeInterfaces': 'eth1' }],
  ])('is refused where the sidecar is given %s', (_, annotations) => {
    const { app, chart } = shop();
    quarantine(chart, { workload: Workload.of(rawDeployment(chart, 'odd', { annotations })) });
    const [[name, value]] = Object.entries(annotations);

    expect(problemsOf(app)).toEqual([`[shop/incident-4711] egress stays open, as 'shop/odd' lets connections past its sidecar by annotation ${name}: '${value}'; take that out of its pods, `
      + 'or keep them in by a NetworkPolicy without egress and put the account in quarantine']);
  });

  const CHANGES = "lets container 'odd' change what the sidecar gets, by privileged or the capability NET_ADMIN";

  test.each<[string, object, string]>([
    ['runs as the user of its sidecar', { runAsUser: 1337 }, "runs container 'odd' as the user or group 1337, of which the sidecar gets nothing, as it is its own"],
    ['may change what its sidecar gets', { capabilities: { add: ['NET_ADMIN'] } }, CHANGES],
    ['is privileged', { privileged: true }, CHANGES],
    ['may do what an administrator may', { capabilities: { add: ['SYS_ADMIN'] } }, CHANGES],
    ['may do so by another name of it', { capabilities: { add: ['cap_sys_admin'] } }, CHANGES],
    ['may change it by another name of that', { capabilities: { add: ['CAP_NET_ADMIN'] } }, CHANGES],
    ['may do all', { capabilities: { add: ['ALL'] } }, CHANGES],
  ])('is refused where a container %s', (_, securityContext, how) => {
    const { app, chart } = shop();
    quarantine(chart, { workload: Workload.of(rawDeployment(chart, 'odd', { container: { securityContext } })) });

    expect(problemsOf(app)).toEqual([`[shop/incident-4711] egress stays open, as 'shop/odd' ${how}; take that out of its pods, or keep them in by a NetworkPolicy without egress and put the account in quarantine`]);
  });

  test.each<[string, string, object, boolean]>([
    ['shop', 'of its own pods', { workloadSelector: { labels: { app: 'web' } } }, true],
    ['shop', 'of its namespace', {}, true],
    ['istio-system', 'of all of the mesh', {}, true],
    ['shop', 'of other pods', { workloadSelector: { labels: { app: 'db' } } }, false],
    ['other', 'of another namespace', {}, false],
  ])('is refused where an EnvoyFilter in %s lets out what is sent, %s', (namespace, _, selecting, isRefused) => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    quarantine(chart, { workload: Workload.of(rawDeployment(chart, 'web')) });
    const configPatches = [{ applyTo: 'CLUSTER', match: { cluster: { name: 'BlackHoleCluster' } }, patch: { operation: 'MERGE', value: { type: 'ORIGINAL_DST' } } }];
    new ApiObject(chart, 'filter', { apiVersion: 'networking.istio.io/v1alpha3', kind: 'EnvoyFilter', metadata: { name: 'filter', namespace }, ...{ spec: { ...selecting, configPatches } } });

    expect(problemsOf(app)).toEqual(isRefused ? [
      expect.stringContaining(`EnvoyFilter '${namespace}/filter' at 'shop/filter' changes what keeps in what 'shop/web' sends (CLUSTER, MERGE of 'type'), so that egress may stay open; take that patch out`),
    ] : []);
  });

  test.each([[['NET_ADMIN'], true], [['SYS_PTRACE'], false]])('is refused where its own proxy may change what it gets (%j)', (add, isRefused) => {
    const { app, chart } = shop();
    const initContainers = [{ name: 'istio-proxy', restartPolicy: 'Always', securityContext: { capabilities: { add } } }];
    quarantine(chart, { workload: Workload.of(rawDeployment(chart, 'odd', { spec: { initContainers } })) });

    expect(problemsOf(app)).toEqual(isRefused ? [expect.stringContaining("'shop/odd' lets container 'istio-proxy' change what the sidecar gets")] : []);
  });

  test('passes beside a Sidecar for other pods', () => {
    const { app, chart, api } = shop();
    new ApiObject(chart, 'sidecar', { apiVersion: 'networking.istio.io/v1', kind: 'Sidecar', metadata: { name: 'wide' }, ...{ spec: { workloadSelector: { labels: { app: 'other' } }, egress: [{ hosts: ['*/*'] }] } } });
    quarantine(chart, { workload: Workload.of(api) });

    expect(problemsOf(app)).toEqual([]);
  });

  test.each([[false, { 'traffic.sidecar.istio.io/includeOutboundIPRanges': '*', 'traffic.sidecar.istio.io/excludeOutboundPorts': '' }], [true, { 'traffic.sidecar.istio.io/excludeOutboundPorts': '443' }]])(
    'passes where all goes through the sidecar, or where there is none (ambient: %s)', (ambient, annotations) => {
      const { app, chart } = shop({ ambient, mesh: { istioVersion: '1.29' } });
      quarantine(chart, { workload: Workload.of(rawDeployment(chart, 'odd', { annotations })) });

      expect(problemsOf(app)).toEqual([]);
    });

  test.each<[string, (made: Shop) => void, string]>([
    ['of an account that is misspelt', ({ chart }) => { quarantine(chart, { account: Principal.serviceAccount('shop', 'apii') }); },
      "nothing of this app runs as service account 'apii' of namespace 'shop'; did you mean 'api'?"],
    ['of an account of a namespace that is misspelt', ({ chart }) => { quarantine(chart, { account: Principal.serviceAccount('shopp', 'api') }); },
      "this app has no namespace 'shopp', whose service account 'api' is named; did you mean namespace 'shop'?"],
    ['of an account of a trust domain that is an alias', ({ app, chart }) => {
      new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { trustDomain: 'a.example', trustDomainAliases: ['b.example'] });
      quarantine(chart, { account: Principal.serviceAccount('shop', 'api', { trustDomain: 'b.example', reason: 'r' }) });
    }, "trustDomain of Principal.serviceAccount('shop', 'api') must be that of another mesh, got 'b.example', an alias"],
    ['of the account of a waypoint', ({ app, chart }) => {
      new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { istioVersion: '1.29' });
      new ZeroTrustNamespace(chartOf(app, 'ambient'), 'baseline', { dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create({ name: 'wp' }) });
      quarantine(chart, { account: Principal.serviceAccount('ambient', 'wp') });
    }, "account must not be the service account of a waypoint, got 'ambient/wp', that of 'ambient/wp', as which whatever goes through it arrives; name who calls through it"],
    ['beside an older Sidecar in a List', ({ chart, api }) => {
      const item = { apiVersion: 'networking.istio.io/v1', kind: 'Sidecar', metadata: { name: 'wide', namespace: 'shop' }, spec: { workloadSelector: { labels: { app: 'api' } }, egress: [{ hosts: ['*/*'] }] } };
      new ApiObject(chart, 'list', { apiVersion: 'v1', kind: 'List', ...{ items: [item] } });
      quarantine(chart, { workload: Workload.of(api) });
    }, "egress stays open, as Sidecar 'shop/wide' at 'shop/list' selects the same pods, and Istio takes the oldest"],
    ['of an account that others have, too', ({ chart, api }) => {
      rawDeployment(chart, 'cron', { spec: { serviceAccountName: 'api' } });
      quarantine(chart, { workload: Workload.of(api) });
    }, "workload must be alone with its service account 'api', as which 'shop/cron' would be cut off from all that they call, too; "
      + "say that it is meant by Workload.of(…, { allowSharedServiceAccount: { reason: '…' } }), or give 'shop/api' one of its own first"],
    ['of labels that others have, too', ({ chart, api }) => {
      rawDeployment(chart, 'api2', { labels: { app: 'api' } });
      quarantine(chart, { workload: Workload.of(api) });
    }, "policies for 'shop/api' select pods by app: 'api', and so also those of 'shop/api2'"],
    ['beside an older Sidecar for the same pods', ({ chart, api }) => {
      new ApiObject(chart, 'sidecar', { apiVersion: 'networking.istio.io/v1', kind: 'Sidecar', metadata: { name: 'wide' }, spec: { workloadSelector: { labels: { app: 'api' } }, egress: [{ hosts: ['*/*'] }] } });
      quarantine(chart, { workload: Workload.of(api) });
    }, "egress stays open, as Sidecar 'shop/wide' at 'shop/sidecar' selects the same pods, and Istio takes the oldest"],
    ['where a waypoint would let its account through', ({ chart, api }) => {
      new ZeroTrustNamespace(chartOf(chart.node.root as App, 'ambient'), 'baseline', { dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create() });
      quarantine(chart, { workload: Workload.of(api) });
    }, "its account would still reach what is behind the waypoints of 'ambient', as only from Istio 1.25 on there is a policy for all waypoints, and no istioVersion is stated"],
    ['that is past', ({ app, chart, api }) => {
      new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { asOf: '2026-11-27' });
      quarantine(chart, { workload: Workload.of(api), until: '2026-11-26' });
    }, "until was '2026-11-26', which is past on '2026-11-27'; take it out, or state a new day after a review"],
    ['with an end, where no day is stated', ({ chart, api }) => { quarantine(chart, { workload: Workload.of(api), until: '2026-11-26' }); },
      "asOf of a ZeroTrustMesh must say by which day until, '2026-11-26', is judged"],
    ['of a namespace', ({ chart }) => { quarantine(chart, { account: Principal.namespace('shop', { reason: 'r' }) }); }, "account must be one service account, got 'shop/*'"],
    ['made before the mesh said where its root namespace is', ({ app, chart, api }) => {
      quarantine(chart, { workload: Workload.of(api) });
      new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { rootNamespace: 'istio-root' });
    }, "objects must be in the root namespace 'istio-root', which the ZeroTrustMesh said only after 'shop/incident-4711' was made; state the ZeroTrustMesh before it"],
  ])('is refused %s', (_, make, problem) => {
    const made = shop();
    make(made);

    expect(problemsOf(made.app)).toContainEqual(expect.stringContaining(problem));
  });

  test('that is changed after it was made is refused', () => {
    const { app, chart, api } = shop();
    const made = quarantine(chart, { workload: Workload.of(api) });
    (made.node.findChild('Resource') as ApiObject).addJsonPatch(JsonPatch.replace('/spec/action', 'AUDIT'));

    expect(problemsOf(app)).toEqual([
      "[shop/incident-4711] 'shop/incident-4711/Resource' must stay as it was made, got another spec; undo that, and state what is meant by the props of its construct",
    ]);
  });

  test('wins over what is allowed by hand', () => {
    const { app, chart, api } = shop();
    new AuthorizationPolicy(chart, 'all', { selector: { matchLabels: { app: 'api' } }, action: AuthorizationPolicyAction.ALLOW, rules: [{}] });
    quarantine(chart, { workload: Workload.of(api) });

    expect(problemsOf(app).filter(text => text.startsWith('[shop/incident'))).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['nothing', {}, "one of 'workload' and 'account' must say what is cut off, got neither"],
    ['a workload and an account', { workload: Workload.fromPods({ namespace: 'a', labels: { a: 'b' }, serviceAccount: 'x' }), account: Principal.serviceAccount('a', 'b') }, 'got both'],
    ['no reason', { account: Principal.serviceAccount('a', 'b'), reason: ' ' }, 'must have a reason'],
    ['a day that is none', { account: Principal.serviceAccount('a', 'b'), until: '2026-02-30' }, "until must be a day such as '2026-12-31', got '2026-02-30'"],
    ['a misspelt prop', { account: Principal.serviceAccount('a', 'b'), untill: '2026-02-20' }, 'untill'],
  ])('must not be of %s', (_, props, message) => {
    expect(() => quarantine(chartOf(testApp(), 'shop'), props)).toThrow(message);
  });
});
