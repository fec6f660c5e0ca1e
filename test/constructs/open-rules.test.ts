import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import {
  DataPlane, JwtIssuer, JwtProtectedApi, Operation, Principal, PublicGateway, ServiceAccess, Waypoint, Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, problemsOf, rawDeployment, rawService } from '../support/shop';

const API = { selector: { matchLabels: { app: 'api' } } };

let policies = 0;

function policy(chart: Chart, spec: object, namespace = 'shop'): ApiObject {
  return new ApiObject(chart, `policy-${++policies}`, { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: `policy-${policies}`, namespace }, ...{ spec } });
}

interface Shop { readonly app: App; readonly chart: Chart; readonly api: ApiObject }

/** A namespace with an api that somebody may call. */
function shop({ isDeclared = true, atWaypoint = false } = {}): Shop {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  if (isDeclared) {
    new ZeroTrustNamespace(chart, 'baseline', { name: 'shop', ...(atWaypoint ? { dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create({ name: 'wp' }) } : {}) });
  }
  rawService(chart, 'api');
  return { app, chart, api: rawDeployment(chart, 'api') };
}

function access({ chart, api }: Shop, caller = Principal.serviceAccount('ops', 'cron'), path = '/api/*'): void {
  new ServiceAccess(chart, 'access', { callers: [caller], to: Workload.of(api), operations: [Operation.get(path)] });
}

/** The constructs that report something. */
function reporters(app: App): string[] { return [...new Set(problemsOf(app).map(line => /^\[([^\]]*)\]/.exec(line)?.[1] ?? line))]; }

describe('A rule is asked for each of its values', () => {
  const deny = (rule: object) => ({ ...API, action: 'DENY', rules: [rule] });
  const paths = (...values: string[]) => ({ to: [{ operation: { paths: values } }] });
  const namespaces = (...values: string[]) => ({ from: [{ source: { namespaces: values } }] });

  test.each<[string, object, object | undefined, boolean]>([
    ['a second path, where the first is denied', paths('/a', '/b'), deny(paths('/a')), true],
    ['no path, where all are denied', paths('/a', '/b'), deny(paths('/a', '/b')), false],
    ['a second namespace, where the first is denied', namespaces('a', 'b'), deny(namespaces('a')), true],
    ['no namespace, where all are denied', namespaces('a', 'b'), deny(namespaces('a', 'b')), false],
    ['ports but some', { to: [{ operation: { notPorts: ['8080'] } }] }, undefined, true],
    ['no port that it names, as it excludes it', { to: [{ operation: { ports: ['8080'], notPorts: ['8080'] } }] }, undefined, false],
    ['methods but the usual ones', { to: [{ operation: { notMethods: ['GET', 'POST', 'DELETE', 'TRACE'] } }] }, undefined, true],
    ['methods by how they begin', { to: [{ operation: { methods: ['G*'], paths: ['/admin'] } }] }, undefined, true],
    ['methods by how they begin, but one', { to: [{ operation: { methods: ['P*'], notMethods: ['POST'], paths: ['/admin'] } }] }, undefined, true],
    ['a path, as a header has it', { to: [{ operation: { methods: ['GET'] } }], when: [{ key: 'request.headers[:path]', values: ['/adm*'] }] }, undefined, true],
    ['a method, as a header has it', { to: [{ operation: { paths: ['/admin'] } }], when: [{ key: 'request.headers[:method]', values: ['PUT'] }] }, undefined, true],
    ['a host, as a header has it', { to: [{ operation: { paths: ['/admin'] } }], when: [{ key: 'request.headers[Host]', values: ['api'] }] }, undefined, true],
    ['addresses but the first', { from: [{ source: { ipBlocks: ['0.0.0.0/0'], notIpBlocks: ['0.0.0.0/8'] } }], to: [{ operation: { paths: ['/x'] } }] }, undefined, true],
    ['addresses behind proxies but the first', { from: [{ source: { remoteIpBlocks: ['203.0.113.0/24'], notRemoteIpBlocks: ['203.0.113.0/28'] } }], to: [{ operation: { paths: ['/x'] } }] }, undefined, true],
    ['addresses of a condition but the first', { when: [{ key: 'source.ip', values: ['203.0.113.0/24'], notValues: ['203.0.113.0/28'] }] }, undefined, true],
    ['hosts but that of the Service', { to: [{ operation: { notHosts: ['api*'] } }] }, undefined, true],
    ['values of a header but one', { when: [{ key: 'request.headers[x]', values: ['a', 'b'], notValues: ['a'] }] }, undefined, true],
    ['identities by their end, across a namespace', { from: [{ source: { principals: ['*-team/sa/web'] } }] }, undefined, true],
    ['identities by their end', { from: [{ source: { principals: ['*-web'] } }] }, undefined, true],
    ['one identity in any namespace', { from: [{ source: { principals: ['*/web'] } }] }, undefined, true],
    ['addresses behind proxies', { to: [{ operation: { paths: ['/x'] } }], when: [{ key: 'remote.ip', values: ['0.0.0.0/0'] }] }, undefined, true],
    ['everybody, by an empty list', { from: [], to: [{ operation: { paths: ['/x'] } }] }, undefined, true],
    ['everybody, by an empty list of identities', { from: [{ source: { principals: [] } }] }, undefined, true],
    ['any path, by an empty list', { from: [{ source: { namespaces: ['a'] } }], to: [{ operation: { paths: [] } }] }, undefined, true],
  ])('%s', (_, rule, other, isOpen) => {
    for (const isDeclared of [true, false]) {
      const made = shop({ isDeclared });
      access(made);
      policy(made.chart, { ...API, rules: [rule] });
      if (other) { policy(made.chart, other); }

      expect(reporters(made.app)).toEqual(!isOpen ? [] : [isDeclared ? 'shop/baseline' : 'shop/access']);
    }
  });

  test.each<[string, object]>([
    ['nobody who has an identity', { from: [{ source: { notPrincipals: ['*'] } }] }],
    ['nobody who has an identity, by a condition', { when: [{ key: 'source.principal', notValues: ['*'] }] }],
    ['nobody who has an identity, from a second network', { from: [{ source: { notPrincipals: ['*'], ipBlocks: ['10.0.0.0/8', '192.0.2.0/24'] } }] }],
    ['nobody who has an identity, from a second network by a condition', {
      from: [{ source: { notPrincipals: ['*'] } }], when: [{ key: 'source.ip', values: ['10.0.0.0/8', '192.0.2.0/24'] }],
    }],
  ])('in plaintext, where it is for %s', (_, rule) => {
    const made = shop({ isDeclared: false });
    access(made);
    policy(made.chart, { ...API, rules: [{ to: [{ operation: { paths: ['/x'] } }], ...rule }] });
    policy(made.chart, { ...API, action: 'DENY', rules: [{ from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }] }] });

    expect(reporters(made.app)).toEqual(['shop/access']);
  });

  test('by the names of the trust domain', () => {
    const made = shop();
    new ZeroTrustMesh(new Chart(made.app, 'mesh'), 'mesh', { trustDomain: 'new.example', trustDomainAliases: ['old.example'] });
    policy(made.chart, { ...API, rules: [{ from: [{ source: { principals: ['old.example/ns/a/sa/*'] } }] }] });

    expect(reporters(made.app)).toEqual(['shop/baseline']);
  });

  test('and may allow once more what an intent allows', () => {
    const rules = [{ to: [{ operation: { methods: ['GET'], paths: ['/public'], ports: ['8080'] } }] }];
    const made = shop();
    access(made, Principal.anyone({ reason: 'a public page' }), '/public');
    policy(made.chart, { ...API, rules });
    expect(problemsOf(made.app)).toEqual([]);

    policy(made.chart, { ...API, rules: [{ to: [{ operation: { methods: ['GET'], paths: ['/public', '/admin'], ports: ['8080'] } }] }] });
    expect(problemsOf(made.app)).toEqual([expect.stringContaining('GET /admin')]);
  });
});

describe('A rule for bearers of tokens is asked for with one that a RequestAuthentication by hand verifies', () => {
  const verified = { ...API, jwtRules: [{ issuer: 'https://other.example.com', fromHeaders: [{ name: 'x-token' }] }] };
  const opened = (rule: object, { isDeclared = true, spec = verified as object } = {}): App => {
    const made = shop({ isDeclared });
    if (!isDeclared) { access(made); }
    new ApiObject(made.chart, 'tokens', { apiVersion: 'security.istio.io/v1', kind: 'RequestAuthentication', metadata: { name: 'tokens' }, ...{ spec } });
    policy(made.chart, { ...API, rules: [rule] });
    return made.app;
  };

  test.each<[string, object, boolean]>([
    ['any', { from: [{ source: { requestPrincipals: ['*'] } }] }, true],
    ['with a claim', { when: [{ key: 'request.auth.claims[role]', values: ['viewer'] }] }, true],
    ['for an audience', { when: [{ key: 'request.auth.audiences', values: ['api'] }] }, true],
    ['of one subject', { from: [{ source: { requestPrincipals: ['https://other.example.com/root'] } }] }, false],
    ['of a named caller', { from: [{ source: { requestPrincipals: ['*'], principals: ['cluster.local/ns/ops/sa/cron'] } }] }, false],
  ])('%s', (_, rule, isOpen) => {
    expect(reporters(opened(rule))).toEqual(isOpen ? ['shop/baseline'] : []);
    expect(reporters(opened(rule, { isDeclared: false }))).toEqual(isOpen ? ['shop/access'] : []);
  });

  test('and only with such a one', () => {
    expect(problemsOf(opened({ from: [{ source: { requestPrincipals: ['*'] } }] }, { spec: { ...verified, selector: { matchLabels: { app: 'other' } } } }))).toEqual([]);
  });
});

describe('A rule at an API that asks for tokens is asked for with one', () => {
  const api = (atWaypoint: boolean): Shop => {
    const made = shop({ atWaypoint });
    new JwtProtectedApi(made.chart, 'users', {
      workload: Workload.of(made.api),
      issuers: [JwtIssuer.of({ issuer: 'https://auth.example.com', audiences: ['api'] })],
      rules: [{ anyToken: true, operations: [Operation.get('/users')] }],
    });
    return made;
  };

  test.each<[string, { readonly from?: object[]; readonly when?: object[]; readonly to?: { readonly operation: object }[] }, boolean]>([
    ['of a path, whose bearers are anybody', { to: [{ operation: { paths: ['/admin'] } }] }, true],
    ['for bearers of any token', { from: [{ source: { requestPrincipals: ['*'] } }] }, true],
    ['for bearers of any token of an issuer', { from: [{ source: { requestPrincipals: ['https://auth.example.com/*'] } }] }, true],
    ['for bearers of any token, by a condition', { when: [{ key: 'request.auth.claims[iss]', values: ['https://auth.example.com'] }] }, true],
    ['for bearers with a claim', { when: [{ key: 'request.auth.claims[role]', values: ['admin'] }] }, true],
    ['for bearers with a nested claim', { when: [{ key: 'request.auth.claims[realm][roles]', values: ['admin'] }] }, true],
    ['for bearers by whom the token was asked for', { when: [{ key: 'request.auth.presenter', values: ['app'] }] }, true],
    ['for bearers whose name ends so', { from: [{ source: { requestPrincipals: ['*-admins'] } }] }, true],
    ['for bearers whose name begins so', { from: [{ source: { requestPrincipals: ['https://auth.example.com/svc-*'] } }] }, true],
    ['for one subject, by a claim', { when: [{ key: 'request.auth.claims[sub]', values: ['root'] }] }, false],
    ['for bearers of tokens of others', { from: [{ source: { requestPrincipals: ['https://other.example.com/*'] } }] }, false],
    ['for one subject', { from: [{ source: { requestPrincipals: ['https://auth.example.com/root'] } }] }, false],
    ['of what the API allows them anyway', { to: [{ operation: { methods: ['GET'], paths: ['/users'] } }] }, false],
  ])('%s', (_, rule, isOpen) => {
    for (const atWaypoint of [true, false]) {
      const made = api(atWaypoint);
      // on the ports of the API; on others the namespace is opened as well
      const to = [{ operation: { ...rule.to?.[0].operation, ports: [atWaypoint ? '80' : '8080'] } }];
      policy(made.chart, { ...(atWaypoint ? { targetRefs: [{ group: '', kind: 'Service', name: 'api' }] } : API), rules: [{ ...rule, to }] });

      expect(reporters(made.app)).toEqual(isOpen ? ['shop/users'] : []);
    }
  });
});

describe('Services behind a waypoint are closed, whether or not anything is stated for them', () => {
  const gateway = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'wp' };

  test.each<[string, object, string, boolean]>([
    ['a rule for the Service', { targetRefs: [{ group: '', kind: 'Service', name: 'api' }], rules: [{ to: [{ operation: { methods: ['POST'] } }] }] }, 'shop', true],
    ['a rule for its port', { targetRefs: [{ group: '', kind: 'Service', name: 'api' }], rules: [{ to: [{ operation: { ports: ['80'] } }] }] }, 'shop', true],
    ['a rule for another port', { targetRefs: [{ group: '', kind: 'Service', name: 'api' }], rules: [{ to: [{ operation: { ports: ['8080'] } }] }] }, 'shop', false],
    ['a rule for all of the waypoint', { targetRefs: [gateway], rules: [{}] }, 'shop', true],
    ['a rule for all waypoints', { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: 'istio-waypoint' }], rules: [{}] }, 'istio-system', true],
    ['a rule for one who is named', { targetRefs: [gateway], rules: [{ from: [{ source: { principals: ['cluster.local/ns/ops/sa/cron'] } }] }] }, 'shop', false],
  ])('to %s', (_, spec, namespace, isOpen) => {
    const { app, chart } = shop({ atWaypoint: true });
    policy(chart, spec, namespace);

    expect(reporters(app)).toEqual(isOpen ? ['shop/baseline'] : []);
  });

  test('to a rule at the waypoint that another namespace makes', () => {
    const app = testApp();
    const [infra, shopChart] = [chartOf(app, 'infra'), chartOf(app, 'shop')];
    new ZeroTrustNamespace(infra, 'baseline', { name: 'infra', dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create({ name: 'wp', usedBy: ['shop'] }) });
    new ZeroTrustNamespace(shopChart, 'baseline', { name: 'shop', dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.existing('infra', 'wp') });
    rawService(shopChart, 'api');
    rawDeployment(shopChart, 'api');
    policy(infra, { targetRefs: [gateway], rules: [{}] }, 'infra');

    expect(reporters(app)).toEqual(['shop/baseline']);
  });

  test('once their default deny is there', () => {
    const { app, chart } = shop({ atWaypoint: true });
    chart.node.findChild('baseline').node.tryRemoveChild('waypoint-deny-all');

    expect(problemsOf(app)).toEqual([expect.stringContaining("port 80 of Service 'shop/api'")]);
  });
});

describe('A mesh that denies by default', () => {
  const mesh = (spec: object, workload: (chart: Chart) => unknown = chart => rawDeployment(chart, 'api')) => {
    const app = testApp();
    new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { defaultDeny: true, publicGateways: [] });
    const chart = chartOf(app, 'shop');
    workload(chart);
    policy(chart, spec);
    return app;
  };

  test.each<[string, object, boolean]>([
    ['by a rule for everything', { rules: [{}] }, true],
    ['by a rule for a path of a workload', { ...API, rules: [{ to: [{ operation: { paths: ['/x'] } }] }] }, true],
    ['by no rule for one who is named', { ...API, rules: [{ from: [{ source: { principals: ['cluster.local/ns/ops/sa/cron'] } }] }] }, false],
  ])('is opened also where nothing is declared %s', (_, spec, isOpen) => {
    expect(reporters(mesh(spec))).toEqual(isOpen ? ['mesh/mesh'] : []);
  });

  test('says nothing of what gateways admit', () => {
    const gateway = (chart: Chart) => rawDeployment(chart, 'api', { annotations: { 'inject.istio.io/templates': 'gateway' }, container: { name: 'istio-proxy' } });
    expect(problemsOf(mesh({ ...API, rules: [{ to: [{ operation: { hosts: ['shop.example.com'] } }] }] }, gateway))).toEqual([]);
  });
});

describe('Labels that pods are given later', () => {
  test.each<[string, object, 'ALLOW' | 'DENY', boolean]>([
    ['let a rule open an access', { 'service.istio.io/canonical-name': 'api' }, 'ALLOW', true],
    ['let a rule close an access', { 'service.istio.io/canonical-name': 'api' }, 'DENY', true],
    ['of sidecars', { 'security.istio.io/tlsMode': 'istio' }, 'DENY', true],
    ['are those of others', { 'service.istio.io/canonical-name': 'db' }, 'DENY', false],
    ['are none that nobody gives them', { tier: 'back' }, 'DENY', false],
  ])('%s', (_, matchLabels, action, isFound) => {
    const made = shop({ isDeclared: false });
    access(made);
    policy(made.chart, { selector: { matchLabels }, action, rules: [{}] });

    expect(reporters(made.app)).toEqual(isFound ? ['shop/access'] : []);
  });
});

describe('What cannot be read is told, and nothing stumbles over it', () => {
  test.each<[string, object]>([
    ['paths', { rules: [{ to: [{ operation: { paths: [null, 5] } }] }] }],
    ['ports', { rules: [{ to: [{ operation: { ports: ['http'] } }] }] }],
    ['addresses', { rules: [{ when: [{ key: 'source.ip', values: ['x'] }] }] }],
    ['labels', { selector: { matchLabels: [5] }, rules: [{}] }],
    ['targets', { targetRefs: 5 }],
    ['target', { targetRefs: [null] }],
  ])('%s of a policy', (_, spec) => {
    const made = shop();
    access(made);
    policy(made.chart, spec);

    expect(problemsOf(made.app).join()).not.toMatch(/TypeError|Cannot read|is not a function|destination\./);
  });

  test.each<[string, unknown]>([['patches', [null]], ['a patch', [{ applyTo: 5, patch: { operation: 'REMOVE' } }]], ['no list', 5]])('%s of an EnvoyFilter', (_, configPatches) => {
    const made = shop();
    new ApiObject(made.chart, 'filter', { apiVersion: 'networking.istio.io/v1alpha3', kind: 'EnvoyFilter', metadata: { name: 'filter' }, ...{ spec: { configPatches } } });

    expect(problemsOf(made.app)).toEqual([]);
  });
});

describe('A public gateway', () => {
  const edge = (labels: { [label: string]: string }, ...publicGateways: PublicGateway[]) => {
    const app = testApp();
    const chart = chartOf(app, 'edge');
    rawDeployment(chart, 'gateway', { labels: { istio: 'edge', team: 'net' }, annotations: { 'inject.istio.io/templates': 'gateway' }, container: { name: 'istio-proxy' } });
    rawDeployment(chart, 'admin', { labels });
    new ZeroTrustNamespace(chart, 'baseline', { name: 'edge', publicGateways });
    return app;
  };
  const classic = (labels: { [label: string]: string }) => PublicGateway.classic({ namespace: 'edge', labels, ports: [8080], reason: 'the shop is open' });

  test('has labels that nothing else carries', () => {
    expect(problemsOf(edge({ team: 'net' }, classic({ istio: 'edge' })))).toEqual([]);
    expect(problemsOf(edge({ team: 'net' }, classic({ team: 'net' })))).toEqual([
      "[edge/baseline] publicGateways[0] must have labels of its own, got team: 'net', by which its policy also opens 'edge/admin' to everyone; give the gateway a label of its own",
    ]);
  });

  test('is no waypoint', () => {
    const { app, chart } = shop({ atWaypoint: true });
    chart.node.tryRemoveChild('baseline');
    new ZeroTrustNamespace(chart, 'open', {
      name: 'shop',
      dataPlane: DataPlane.AMBIENT,
      waypoint: Waypoint.create({ name: 'wp' }),
      publicGateways: [PublicGateway.gatewayApi({ namespace: 'shop', name: 'wp', ports: [80], reason: 'the shop is open' })],
    });

    expect(problemsOf(app)).toEqual([expect.stringContaining("[shop/open] publicGateways[0] must be a gateway at the edge, got 'shop/wp', a waypoint")]);
  });
});

describe('What intents do not see', () => {
  const template = { metadata: { labels: { app: 'db' } }, spec: { hostNetwork: true, containers: [] } };
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'db', namespace: 'shop' }, spec: { selector: { matchLabels: { app: 'db' } }, template } };
  const list = (...items: object[]) => ({ apiVersion: 'v1', kind: 'List', ...{ items } });

  test.each<[string, object, string | undefined]>([
    ['a workload in a List', list(deployment), "Deployment 'shop/db' at 'shop/unseen' must be an object that intents can read; write it by itself instead of in a List"],
    ['several', list(deployment, { ...deployment, metadata: { name: 'db2', namespace: 'shop' } }), "Deployment 'shop/db' at 'shop/unseen' and 1 more must be"],
    ['a ReplicationController', { apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'db' }, spec: { template } }, 'make it a ReplicaSet or a Deployment'],
    ['but not what is in another namespace', list({ ...deployment, metadata: { name: 'db', namespace: 'other' } }), undefined],
    ['nor what they need not see', list({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db', namespace: 'shop' } }), undefined],
  ])('is told: %s', (_, unseen, problem) => {
    const made = shop();
    access(made);
    new ApiObject(made.chart, 'unseen', unseen as { apiVersion: string; kind: string });

    expect(problemsOf(made.app)).toEqual(problem === undefined ? [] : [expect.stringContaining(problem)]);
  });

  test('is a Namespace that gets another name', () => {
    const { app, chart } = shop();
    (chart.node.findChild('baseline').node.findChild('namespace') as ApiObject).addJsonPatch(JsonPatch.replace('/metadata/name', 'other'));

    expect(problemsOf(app)).toEqual([expect.stringContaining("must keep its name 'shop', by which policies are placed, got 'other'")]);
  });

  test('is not what tokens of another Service are good by', () => {
    const made = shop({ atWaypoint: true });
    rawService(made.chart, 'db');
    rawDeployment(made.chart, 'db');
    new JwtProtectedApi(made.chart, 'users', {
      workload: Workload.of(made.api),
      issuers: [JwtIssuer.of({ issuer: 'https://auth.example.com', audiences: ['api'] })],
      rules: [{ anyToken: true, operations: [Operation.get('/users')] }],
    });
    const spec = { targetRefs: [{ group: '', kind: 'Service', name: 'db' }], jwtRules: [{ issuer: 'https://auth.example.com', jwksUri: 'https://other.example/jwks' }] };
    new ApiObject(made.chart, 'other', { apiVersion: 'security.istio.io/v1', kind: 'RequestAuthentication', metadata: { name: 'other' }, ...{ spec } });

    expect(problemsOf(made.app)).toEqual([]);
  });
});
