import { ApiObject, App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  AuthorizationPolicy, AuthorizationPolicyAction, ClientTlsMode, Condition, DataPlane, DestinationRule, Findings, JwtAccessRule, JwtIssuer, JwtIssuerProps, JwtProtectedApi, JwtProtectedApiProps,
  Operation, Principal, ServiceAccess, ServiceAccessProps, Waypoint, Workload, ZeroTrustMesh, ZeroTrustMeshProps, ZeroTrustNamespace, ZeroTrustNamespaceProps,
} from 'cdk8s-zero-trust';
import * as library from 'cdk8s-zero-trust';
import { Construct } from 'constructs';
import { testApp } from '../support/app';
import { chartOf, deployment, problemsOf, rawDeployment } from '../support/shop';

/* eslint-disable @typescript-eslint/no-explicit-any -- half of these mistakes the compiler sees, where it looks */

interface Shop { readonly app: App; readonly chart: Chart; readonly web: kplus.Deployment; readonly api: kplus.Deployment }

interface Facets { readonly mesh?: Partial<ZeroTrustMeshProps>; readonly baseline?: ZeroTrustNamespaceProps | false }

/** What a newcomer begins with. */
function shop({ mesh = {}, baseline = {} }: Facets = {}): Shop {
  const app = testApp();
  new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', mesh);
  const chart = chartOf(app, 'shop');
  if (baseline) { new ZeroTrustNamespace(chart, 'baseline', baseline); }
  return { app, chart, web: deployment(chart, 'web'), api: deployment(chart, 'api') };
}

/** An access of web to api, but for what is given. */
function access({ chart, web, api }: Shop, given: object = {}, id = 'access'): ServiceAccess {
  const props: ServiceAccessProps = { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/a')], ...given };
  return new ServiceAccess(chart, id, props);
}

function issuer(given: object = {}): JwtIssuer {
  const props: JwtIssuerProps = { issuer: 'https://auth.example.com', jwksUri: 'https://auth.example.com/jwks', audiences: ['api'], ...given };
  return JwtIssuer.of(props);
}

function tokens({ chart, api }: Shop, rule: object = {}, given: object = {}, id = 'tokens'): void {
  const rules = [{ operations: [Operation.get('/u')], anyToken: true, ...rule } as JwtAccessRule];
  const props: JwtProtectedApiProps = { workload: Workload.of(api), issuers: [issuer()], rules, ...given };
  new JwtProtectedApi(chart, id, props);
}

/** Claims in place of any token. */
function claiming({ chart, api }: Shop, claims: object): void {
  const rules = [{ operations: [Operation.get('/u')], claims } as JwtAccessRule];
  new JwtProtectedApi(chart, 'tokens', { workload: Workload.of(api), issuers: [issuer()], rules });
}

function policy({ chart }: Shop, props: object): void { new AuthorizationPolicy(chart, 'block', { metadata: { name: 'block' }, ...props }); }

/** Pods that run as `default`. */
function bare(chart: Chart, name: string): ApiObject {
  return new ApiObject(chart, name, { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } }, spec: { containers: [{ name, ports: [{ containerPort: 8080 }] }] } });
}

function elsewhere({ app }: Shop, namespace: string, labels: { [label: string]: string } = {}): Chart {
  const chart = chartOf(app, namespace);
  new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } });
  return chart;
}

/** All that an app is told: what throws at once, or what is refused, or what is found, each by itself. */
function told(mistake: (made: Shop) => App | unknown, facets: Facets = {}): string[] {
  let app: App;
  try {
    const made = shop(facets);
    const other = mistake(made);
    app = other instanceof App ? other : made.app;
  } catch (error) {
    return [(error as Error).message];
  }
  const problems = problemsOf(app);
  return problems.length > 0 ? problems : Findings.of(app).unacknowledged().map(({ rule, constructPaths, message }) => `${rule} [${constructPaths.join()}] ${message}`);
}

const MISSING = "must have a value, got 'undefined'; check the lookup or the setting that it comes from";

/** What people new to it did wrong, as they did it, with a part of the only thing that they are told. */
const MISTAKES: readonly (readonly [mistake: string, make: (made: Shop) => unknown, message: string, facets?: Facets])[] = [
  ['a prop by another name', made => access(made, { form: [] }), "'form' must be a member of ServiceAccessProps; known here: callers, to, operations"],
  ['a version that is a number', () => undefined, "istioVersion must be text, got the number 1.29; write it in quotes, such as '1.29'", { mesh: { istioVersion: 1.29 as any } }],
  ['a method that there is not', made => access(made, { operations: [Operation.http({ methods: ['GTE'], paths: ['/a'] })] }), "methods[0] must be an HTTP method that proxies let pass or '*', got 'GTE'; did you mean 'GET'?"],
  ['a slip in the name of a port', made => access(made, { operations: [Operation.anyHttp({ portNames: ['htpp'] })] }), "port 'htpp' is not one that 'shop/api' listens on; it has 8080 'http' (http): did you mean 'http'? Else declare it"],
  ['the name of a port that only a Service has', made => {
    const db = deployment(made.chart, 'db', { ports: {}, service: { 'tcp-pg': [5432, 5432] } });
    access(made, { to: Workload.of(db), operations: [Operation.tcpNamed('tcp-pq')] });
  }, "port 'tcp-pq' is not one that 'shop/db' listens on; it has 5432 (tcp): did you mean 5432, which is 'tcp-pg' to a Service? Else declare it"],
  ['the name of a port where none has one', made => {
    const db = deployment(made.chart, 'db', { ports: {}, service: { 'tcp-pg': [5432, 5432] } });
    access(made, { to: Workload.of(db), operations: [Operation.tcpNamed('database')] });
  }, 'it has 5432 (tcp): write the number of one, as none has a name, declare it as a container port'],
  ['a target without service account', made => access(made, { to: Workload.of(bare(made.chart, 'bare')) }), "'shop/bare' (Pod) runs as the service account 'default', which it shares with every other pod that names none; give it a WorkloadIdentity"],
  ['many accesses of a caller without service account', made => {
    const callers = [Principal.workload(bare(made.chart, 'bare'))];
    for (let i = 0; i < 40; i++) { access(made, { callers, operations: [Operation.get(`/${i}`)] }, `access-${i}`); }
  }, "give it a WorkloadIdentity: new WorkloadIdentity(chart, 'identity', { workload }), or say why not by allowDefaultServiceAccount: { reason: '…' } (also at 39 more: 'shop/access-1'"],
  ['two Services that disagree on a port', made => {
    new kplus.Service(made.chart, 'other', { metadata: { name: 'other' }, selector: made.api, ports: [{ name: 'tcp', port: 8080, targetPort: 8080 }] });
    access(made);
  }, "make these agree: Service 'api' port 'http' (http), Service 'other' port 'tcp' (tcp)"],
  ['a workload whose namespace nobody knows', made => access(made, { to: Workload.of(deployment(new Chart(made.app, 'nowhere'), 'db')) }),
    "the namespace of 'nowhere/db' (Deployment) is not known; give its chart a namespace, or set metadata.namespace on it"],
  ['a Service in another namespace than its pods', made => {
    const db = deployment(made.chart, 'db', { service: {} });
    new kplus.Service(chartOf(made.app, 'other'), 'db', { metadata: { name: 'db' }, selector: db, ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
    access(made, { to: Workload.of(db) });
  }, "as no Service of this app in namespace 'shop' has it ('other/db' would select its pods, from another namespace), so proxies guess it"],
  ['no baseline', made => access(made), "everyone may call 'shop/web', as namespace 'shop' has no ZeroTrustNamespace; add one", { baseline: false }],
  ['no baseline, and a Namespace out of the mesh', made => {
    new kplus.Namespace(made.chart, 'namespace', { metadata: { name: 'shop' } });
    access(made);
  }, 'adopt its Namespace by a ZeroTrustNamespace: new ZeroTrustNamespace(…, { namespace: … })', { baseline: false }],
  ['no callers', made => access(made, { callers: [] }), "callers must have at least one entry, got '[]'; name who calls, as in callers: [Principal.workload(web)]"],
  ['undefined callers', made => access(made, { callers: undefined }), `ServiceAccess: 'callers' ${MISSING}`],
  ['undefined conditions', made => access(made, { conditions: undefined }), "'conditions' must have a value where it is written, got 'undefined'; give it one, or leave it out on purpose"],
  ['a caller that a lookup misses', () => Principal.workload(undefined as any), "workload must be a construct, got 'undefined'; pass the construct of the workload that calls, and check the lookup that it comes from"],
  ['a target that a lookup misses', () => Workload.of(undefined as any), "workload must be a construct, got 'undefined'; pass the construct of the workload, and check the lookup that it comes from"],
  ['a slip in a prop that is spread', made => access(made, { conditons: [Condition.header('x-tenant', 'acme')] }), "ServiceAccess: 'conditons' must be a member of ServiceAccessProps; did you mean 'conditions'?"],
  ['tokens for anybody', () => JwtIssuer.of({ issuer: 'https://i.example', jwksUri: 'https://i.example/jwks' }), "audiences must have at least one entry, got 'undefined'; name what the tokens are issued for"],
  ['an undefined audience', () => issuer({ audiences: [undefined] }), "audiences[0] must have a value, got 'undefined'; name what the tokens are issued for"],
  ['a path without its slash', () => Operation.get('api'), "paths[0] must begin with '/', got 'api'; did you mean '/api'?"],
  ['a star after letters', () => Operation.get('/a*'), "write both '/a' and '/a/*'"],
  ['a star in the middle', () => Operation.get('/users/*/orders'), "for one variable segment write '{*}', as in '/users/{*}/orders'"],
  ['an id twice', made => { access(made); access(made); }, "There is already a Construct with name 'access' in Chart [shop]"],
  ['a name twice', made => {
    access(made, { metadata: { name: 'same' } }, 'one');
    access(made, { metadata: { name: 'same' }, operations: [Operation.get('/b')] }, 'two');
  }, "AuthorizationPolicy 'shop/same' must be one object of the app, got 2, of which the one that is applied last wins; give each a name of its own"],
  ['pods without labels', made => access(made, { to: Workload.of(rawDeployment(made.chart, 'db', { selector: {} })) }), "the pods of 'shop/db' (Deployment) have no labels, so no policy can select them; give its pod template a label"],
  ['the port of a Service', made => access(made, { operations: [Operation.anyHttp({ ports: [80] })] }), "port 80 is the port of Service 'api', which sends it to 8080 of 'shop/api'; write 8080"],
  ['a port that nobody has', made => access(made, { operations: [Operation.tcp(9999)] }), "port '9999' is not one that 'shop/api' listens on; it has 8080 'http' (http): name one of these"],
  ['a workload of another App', made => access(made, { callers: [Principal.workload(shop().web)] }), "'shop/web' (Deployment) must be a workload of this app, and is one of another App; name who calls by Principal.serviceAccount"],
  ['two meshes', made => new ZeroTrustMesh(made.chart, 'mesh'), 'an app must have one ZeroTrustMesh, got 2; keep one'],
  ['a version that is too old', () => undefined, 'istioVersion must be from 1.24 to', { mesh: { istioVersion: '1.20' } }],
  ['HTTP in ambient without waypoint', made => { for (const path of ['/a', '/b', '/c']) { access(made, { operations: [Operation.get(path)] }, `access${path.replace('/', '-')}`); } },
    "declare one on its ZeroTrustNamespace: new ZeroTrustNamespace(…, { name: 'shop', waypoint: Waypoint.create() }) (also at 2 more: 'shop/access-b', 'shop/access-c')", { baseline: { dataPlane: DataPlane.AMBIENT } }],
  ['HTTP of a headless Service behind a waypoint', made => {
    const db = deployment(made.chart, 'db', { service: {} });
    new kplus.Service(made.chart, 'db-headless', { metadata: { name: 'db' }, selector: db, clusterIP: 'None', ports: [{ name: 'http', port: 8080, targetPort: 8080 }] });
    access(made, { to: Workload.of(db) });
  }, "Service 'db' is headless, so clients call pods by address, past the waypoint; give the workload a Service with a cluster IP", { baseline: { dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create() } }],
  ['a namespace that its chart no longer has', () => {
    const app = testApp();
    const chart = new Chart(app, 'shop', { namespace: 'shop-prod' });
    new ZeroTrustNamespace(chart, 'baseline', { name: 'shop' });
    deployment(chart, 'api');
    return app;
  }, "name must be 'shop-prod', the namespace of its chart, whose workloads nothing protects ('shop/api'), got 'shop', in which this app has none; leave name out"],
  ['a slip in a service account', made => access(made, { callers: [Principal.serviceAccount('shop', 'wbe')] }), "nothing of this app runs as service account 'wbe' of namespace 'shop'; did you mean 'web'?"],
  ['an access beside tokens', made => { access(made); tokens(made); }, "callers must bring a token for 'GET /a', without which JwtProtectedApi 'shop/tokens' answers 403, got 'shop/web'; add them to its exemptCallers"],
  ['an exempt caller without access', made => tokens(made, {}, { exemptCallers: [Principal.workload(made.web)] }), "exemptCallers should be callers of 'shop/api', got 'shop/web', for which no ServiceAccess is stated there"],
  ['two APIs of a workload', made => { tokens(made, {}, {}, 'one'); tokens(made, {}, {}, 'two'); }, "'shop/api' must have one JwtProtectedApi, got several, each of which would refuse the tokens of the others; state all issuers and rules in one (also at 1 more: 'shop/two')"],
  ['an issuer by its name', made => tokens(made, { issuers: ['https://auth.example.com/'] }), "rules[0].issuers[0] must be of class JwtIssuer, got 'https://auth.example.com/'; name issuers of this API, as they stand in its issuers"],
  ['a claim that is no list', made => claiming(made, { role: 'admin' }), "rules[0].claims.role must be a list, got 'admin'; write ['admin']"],
  ['a claim below another', made => claiming(made, { 'realm_access.roles': ['admin'] }), "write Condition.nestedClaim(['realm_access', 'roles'], …) in rules[0].conditions"],
  ['keys over http', () => issuer({ jwksUri: 'http://auth.example.com/jwks' }), "jwksUri must be an https address, got 'http://auth.example.com/jwks'"],
  ['two baselines', made => new ZeroTrustNamespace(made.chart, 'other'), "namespace 'shop' must have one ZeroTrustNamespace, got 2; keep one (also at 1 more: 'shop/other')"],
  ['a Namespace beside the baseline', made => new kplus.Namespace(made.chart, 'namespace', { metadata: { name: 'shop' } }), "this app has a Namespace 'shop' at 'shop/namespace/Resource' already; adopt it by the prop namespace instead of name"],
  ['a Workload as caller', made => access(made, { callers: [Workload.of(made.web)] }), "callers[0] must be of class Principal, got 'Workload'; name who calls, as in callers: [Principal.workload(web)]"],
  ['a Deployment as target', made => access(made, { to: made.api }), "to must be of class Workload, got 'Deployment'; write Workload.of(…) around the construct"],
  ['a slip in the name of a workload', made => access(made, { to: Workload.named(made.chart, 'shop-api') }), "'shop' holds no workload named 'shop-api'; it holds Deployment"],
  ['a caller in a namespace out of the mesh', made => access(made, { callers: [Principal.workload(deployment(elsewhere(made, 'legacy'), 'cron'))] }),
    'is not in the mesh, as its namespace has no label of the mesh for it: it sends plaintext, without identity; adopt its Namespace by a ZeroTrustNamespace'],
  ['a caller without sidecar', made => access(made, { callers: [Principal.workload(rawDeployment(made.chart, 'cron', { labels: { 'sidecar.istio.io/inject': 'false' } }))] }),
    "'shop/cron' is not in the mesh, by label sidecar.istio.io/inject: 'false': no proxy enforces policy for it; mend that, or name the workload in outsideMesh with a reason (also at 1 more: 'shop/access')"],
  ['a caller on the network of its host', made => access(made, { callers: [Principal.workload(rawDeployment(made.chart, 'cron', { spec: { hostNetwork: true, serviceAccountName: 'cron', containers: [{ name: 'c', ports: [{ containerPort: 8080 }] }] } }))] }),
    "'shop/cron' runs on the network of its host: no proxy enforces policy for it; mend that, or name the workload in outsideMesh with a reason (also at 1 more: 'shop/access')"],
  ['metrics for who has no identity', made => {
    const readers = [Principal.workload(deployment(elsewhere(made, 'monitoring'), 'prometheus'))];
    new ZeroTrustNamespace(made.chart, 'baseline', { metricsReaders: readers, metricsPorts: [8080] });
  }, 'metricsReaders must have an identity of the mesh, but ', { baseline: false }],
  ['clients that send plaintext', made => {
    access(made);
    new DestinationRule(made.chart, 'plain', { metadata: { name: 'plain' }, host: 'api.shop.svc.cluster.local', trafficPolicy: { tls: { mode: ClientTlsMode.DISABLE } } });
  }, "DestinationRule 'shop/plain' at 'shop/plain/Resource' refuses what this promises: GET /a on port 8080 of 'shop/api' from 'shop/"],
  ['a gateway that is closed', made => {
    const chart = chartOf(made.app, 'ingress');
    new ZeroTrustNamespace(chart, 'baseline');
    rawDeployment(chart, 'gateway', { annotations: { 'inject.istio.io/templates': 'gateway' } });
    new ApiObject(chart, 'public', { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'public' }, spec: { selector: { app: 'gateway' }, servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['shop.example.com'] }] } });
  }, "publicGateways must be given, as the default deny closes the gateways of this namespace: 'ingress/gateway'; name those for everyone"],
  ['connections on an HTTP port', made => access(made, { operations: [Operation.tcp(8080)] }), 'name the requests by Operation.http, or mean all by Operation.anyHttp({ ports: [8080] })'],
  ['HTTP on a port that speaks TLS', made => {
    const db = deployment(made.chart, 'db', { ports: { https: 8443 }, service: { https: [443, 8443] } });
    access(made, { to: Workload.of(db) });
  }, "no port of 'shop/db' is declared HTTP; it has 8443 'https' (tcp): state connections by Operation.tcp, or declare an HTTP port"],
  ['a rule from undefined', made => policy(made, { rules: [{ from: undefined }] }), "[shop/block] AuthorizationPolicy: rules[0].from must have a value where it is written, got 'undefined'"],
  ['a misspelt member of a rule', made => policy(made, { rules: [{ whenn: [] }] }), "rules[0].whenn must be a field of the API, got 'whenn'; did you mean 'when'?"],
  ['a policy for no pods', made => policy(made, { action: AuthorizationPolicyAction.DENY, selector: { matchLabels: { app: 'database' } }, rules: [{}] }),
    "ZT102 [shop/block/Resource] AuthorizationPolicy 'shop/block' does nothing: no workload of this app in namespace 'shop' ('shop/web', 'shop/api') has pods with app: database"],
  ['a principal with a scheme', made => policy(made, { action: AuthorizationPolicyAction.DENY, rules: [{ from: [{ source: { principals: ['spiffe://cluster.local/ns/shop/sa/bad'] } }] }] }),
    "which no request has: principals are compared without spiffe://; write 'cluster.local/ns/shop/sa/bad'"],
  ['one account of two workloads', made => {
    deployment(made.chart, 'twin', { serviceAccount: 'web' });
    access(made);
  }, "callers must name who calls, got 'shop/web', which runs as the service account 'web', as does 'shop/twin'; give each a service account of its own"],
];

describe('Who is new here is told once, with what to do, of', () => {
  test.each(MISTAKES.map(([mistake, make, message, facets = {}]) => ({ mistake, make, message, facets })))('$mistake', ({ make, message, facets }) => {
    expect(told(make, facets)).toEqual([expect.stringContaining(message)]);
  });

  test('nothing, where all is right', () => {
    expect(told(made => { access(made); })).toEqual([]);
  });
});

describe('What a constructor refuses', () => {
  test('says which construct it is about, of the many that a loop makes', () => {
    const { chart, api } = shop();
    const make = () => { for (const id of ['a', 'b']) { new ServiceAccess(chart, id, { callers: id === 'b' ? [] : [Principal.serviceAccount('x', 'y')], to: Workload.of(api), operations: [Operation.get('/a')] }); } };

    expect(make).toThrow(/^\[shop\/b\] callers must have at least one entry/);
  });

  test('says so once, also below the App itself, and in what is printed', () => {
    const thrown = (make: () => unknown) => { try { make(); } catch (error) { return error as Error; } throw new Error('nothing is thrown'); };
    const alone = thrown(() => new ZeroTrustMesh(testApp(), 'mesh', { trustDomian: 'x' } as any));
    const resource = thrown(() => new AuthorizationPolicy(shop().chart, 'block', { rules: [{ from: [] }] }));

    expect(alone.message).toMatch(/^\[mesh\] ZeroTrustMesh: 'trustDomian' must be/);
    expect(alone.stack).toMatch(/^Error: \[mesh\] ZeroTrustMesh: 'trustDomian' must be/);
    expect(resource.message).toMatch(/^\[shop\/block\] AuthorizationPolicy: /);
  });

  test('is told where the scope is none', () => {
    const props = { callers: [Principal.serviceAccount('x', 'y')], to: Workload.of(shop().api), operations: [Operation.get('/a')] };

    expect(() => new ServiceAccess(undefined as any, 'a', props)).toThrow(new Error("scope must be a construct, got 'undefined'; pass the chart, or the construct that the ServiceAccess belongs to"));
  });

  test('is told so by every class of constructs', () => {
    const classes = Object.values(library).filter(value => typeof value === 'function' && Construct.isPrototypeOf(value)) as (new (...args: unknown[]) => unknown)[];

    expect(classes.length).toBeGreaterThan(30);
    expect(classes.filter(one => { try { new one('no scope', 'id', {}); } catch (error) { return !(error as Error).message.startsWith('scope must be a construct'); } return true; }).map(({ name }) => name)).toEqual([]);
  });
});
