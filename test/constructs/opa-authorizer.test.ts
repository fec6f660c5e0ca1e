import { ApiObject, App, Chart, Duration, JsonPatch } from 'cdk8s';
import {
  Condition, DataPlane, DayOfWeek, Decision, JwtIssuer, MeshSettingsOutput, OpaAuthorizer, OpaAuthorizerProps, OpaPolicy, OpaRule, Operation, PolicySet, Principal, ServiceAccess, Waypoint, Workload,
  ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, Manifest, manifests, problemsOf, rawDeployment, rawService, specAt } from '../support/shop';

const IMAGE = 'docker.io/openpolicyagent/opa:1.17.0-envoy-static';
const READING = { operations: [Operation.get('/a')] };
const RULES = OpaPolicy.rules([READING]);
const REGO = 'package envoy.authz\n\ndefault allow := false\n\nallow if input.attributes.request.http.method == "GET"\n';

interface Shop { readonly app: App; readonly shop: Chart; readonly api: ApiObject; readonly web: ApiObject; readonly authz: Chart }

type Plane = 'sidecar' | 'waypoint' | 'ambient';

/** A shop in which web calls api, and a namespace for OPA. */
function shopOf(plane: Plane = 'sidecar', ofOpa: Plane = 'sidecar'): Shop {
  const app = testApp();
  new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { settings: MeshSettingsOutput.istioOperator(), trustDomain: 'td', trustDomainAliases: ['old'] });
  const shop = chartOf(app, 'shop');
  new ZeroTrustNamespace(shop, 'baseline', placed(plane));
  const [web, api] = ['web', 'api'].map(name => { rawService(shop, name); return rawDeployment(shop, name); });
  new ServiceAccess(shop, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.anyHttp()] });
  const authz = chartOf(app, 'authz');
  new ZeroTrustNamespace(authz, 'baseline', placed(ofOpa));
  return { app, shop, api, web, authz };
}

function placed(plane: Plane): object {
  return plane === 'sidecar' ? {} : { dataPlane: DataPlane.AMBIENT, ...plane === 'waypoint' ? { waypoint: Waypoint.create() } : {} };
}

function opaOf({ authz, api }: Pick<Shop, 'authz' | 'api'>, props: Partial<OpaAuthorizerProps> = {}): OpaAuthorizer {
  return new OpaAuthorizer(authz, 'opa', { image: IMAGE, policy: RULES, protects: [Workload.of(api)], metadata: { name: 'opa' }, ...props });
}

function ofKind(app: App, kind: string): any { return manifests(app).find(one => one.kind === kind && one.metadata.namespace === 'authz') as Manifest; }

function podsOf(app: App): any { return ofKind(app, 'Deployment').spec.template; }

/** What becomes of a request of web, as OPA agrees or refuses. */
function decided(app: App, path: string): Decision[] {
  const set = PolicySet.fromApp(app);
  return [true, false].map(allows => set.isAuthorized({
    destination: { namespace: 'shop', service: 'api', port: 80 }, source: { workload: 'shop/web' }, http: { method: 'GET', path }, authorizerAnswers: [{ provider: 'opa', allows }],
  }).decision);
}

/** Whether somebody may ask OPA, by its Service. */
function mayAsk(app: App, account: string, port = 9191, path = '/envoy.service.auth.v3.Authorization/Check'): Decision {
  return PolicySet.fromApp(app).isAuthorized({ destination: { namespace: 'authz', workload: 'opa', port }, source: { serviceAccount: account }, http: { method: 'POST', path } }).decision;
}

const [YES, NO] = [Decision.ALLOW, Decision.DENY];

describe('OpaAuthorizer', () => {
  test('has OPA asked about what it protects, by a provider in the settings of the mesh', () => {
    const made = shopOf();
    opaOf(made, { unaskedOperations: [Operation.get('/healthz')], timeout: Duration.millis(500), statusOnError: 503 });

    expect(problemsOf(made.app)).toEqual([]);
    expect(manifests(made.app).find(({ kind }) => kind === 'IstioOperator')!.spec).toMatchObject({
      meshConfig: { extensionProviders: [{ name: 'opa', envoyExtAuthzGrpc: { service: 'opa.authz.svc.cluster.local', port: 9191, timeout: '0.5s', failOpen: false, statusOnError: '503' } }] },
    });
    expect([decided(made.app, '/a'), decided(made.app, '/healthz')]).toEqual([[YES, NO], [YES, YES]]);
  });

  test('says in writing why it may fail open', () => {
    const made = shopOf();
    opaOf(made, { failOpen: { reason: 'not yet trusted' } });

    expect(manifests(made.app).find(({ kind }) => kind === 'IstioOperator')).toMatchObject({
      metadata: { annotations: { 'cdk8s-zero-trust/reason': expect.stringContaining('not yet trusted') as string } }, spec: { meshConfig: { extensionProviders: [{ envoyExtAuthzGrpc: { failOpen: true } }] } },
    });
  });

  test.each<[asked: Plane, opa: Plane, asker: string, other: string]>([
    ['sidecar', 'sidecar', 'shop/api', 'shop/web'], ['waypoint', 'sidecar', 'shop/shop-waypoint', 'shop/api'], ['waypoint', 'ambient', 'shop/shop-waypoint', 'shop/api'],
    ['waypoint', 'waypoint', 'shop/shop-waypoint', 'shop/api'], ['sidecar', 'ambient', 'shop/api', 'shop/web'], ['sidecar', 'waypoint', 'shop/api', 'shop/web'],
  ])('by a %s lets in at a %s the account that asks and nobody else, at one port', (asked, ofOpa, asker, other) => {
    const made = shopOf(asked, ofOpa);
    opaOf(made);

    expect(problemsOf(made.app)).toEqual([]);
    expect([mayAsk(made.app, asker), mayAsk(made.app, other), mayAsk(made.app, asker, 8282), mayAsk(made.app, asker, 8181)]).toEqual([YES, NO, NO, NO]);
    expect(decided(made.app, '/a')).toEqual([YES, NO]);
  });

  test('lets in, at sidecars, the call that asks and no other', () => {
    const made = shopOf();
    opaOf(made);

    expect(mayAsk(made.app, 'shop/api', 9191, '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo')).toBe(NO);
    expect(specAt(made.app, 'authz/opa/asking')).toEqual({
      selector: { matchLabels: { 'app.kubernetes.io/name': 'opa', 'app.kubernetes.io/instance': 'opa' } },
      rules: [{ from: [{ source: { principals: ['td/ns/shop/sa/api'] } }], to: [{ operation: { methods: ['POST'], paths: ['/envoy.service.auth.v3.Authorization/Check'], ports: ['9191'] } }] }],
    });
  });

  test('lets in each account once, where several workloads are protected', () => {
    const made = shopOf('waypoint');
    rawService(made.shop, 'more');
    const more = rawDeployment(made.shop, 'more');
    opaOf(made, { protects: [Workload.of(made.api), Workload.of(more)] });

    expect(problemsOf(made.app)).toEqual([]);
    expect(specAt(made.app, 'authz/opa/asking')).toMatchObject({ rules: [{ from: [{ source: { principals: ['td/ns/shop/sa/shop-waypoint'] } }] }] });
  });

  test('runs as nobody in particular, in two pods at least, of which one is always left', () => {
    const { app, ...made } = shopOf();
    opaOf(made);

    const { spec } = podsOf(app);
    expect(ofKind(app, 'Deployment').spec.replicas).toBe(2);
    expect(ofKind(app, 'PodDisruptionBudget').spec).toEqual({ maxUnavailable: 1, selector: { matchLabels: podsOf(app).metadata.labels } });
    expect(ofKind(app, 'ServiceAccount').automountServiceAccountToken).toBe(false);
    expect(spec).toMatchObject({ serviceAccountName: 'opa', automountServiceAccountToken: false, securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } });
    expect(spec.containers).toMatchObject([{
      image: IMAGE,
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsNonRoot: true, capabilities: { drop: ['ALL'] } },
      resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
      readinessProbe: { httpGet: { path: '/health?plugins', port: 8282 } },
      livenessProbe: { httpGet: { path: '/health', port: 8282 } },
    }]);
    expect(ofKind(app, 'Service').spec).toEqual({ selector: podsOf(app).metadata.labels, ports: [{ name: 'grpc', port: 9191, targetPort: 9191 }] });
  });

  test('loads every file of its ConfigMap, and answers others on its own interface only', () => {
    const { app, ...made } = shopOf();
    opaOf(made, { policy: OpaPolicy.rego({ 'b.rego': 'package b\n', 'a.rego': REGO }) });

    const { data } = ofKind(app, 'ConfigMap');
    const { args } = podsOf(app).spec.containers[0];
    expect(Object.keys(data).sort()).toEqual(['a.rego', 'b.rego', 'config.yaml', 'zero-trust-mask.rego']);
    expect(args.filter((arg: string) => arg.includes('/etc/opa/')).map((arg: string) => arg.replace(/.*\//, '')).sort()).toEqual(Object.keys(data).sort());
    expect(args).toEqual(expect.arrayContaining(['--addr=localhost:8181', '--diagnostic-addr=:8282']));
    expect(data['a.rego']).toBe(REGO);
    expect(data['config.yaml']).toContain('path: envoy/authz/allow');
    expect(data['config.yaml']).toContain('console: true');
  });

  test('keeps tokens out of its log, unless the Rego says itself what is logged', () => {
    const masks: { [name: string]: string }[] = [{}, { 'mask.rego': 'package system.log\n\nmask contains "/input/attributes/request/http/path"\n' }];
    const [ours, theirs] = masks.map(more => {
      const { app, ...made } = shopOf();
      opaOf(made, { policy: OpaPolicy.rego({ 'policy.rego': REGO, ...more }) });
      return ofKind(app, 'ConfigMap').data;
    });

    expect(ours['zero-trust-mask.rego']).toContain('mask contains "/input/attributes/request/http/headers/authorization"');
    expect(theirs).not.toHaveProperty(['zero-trust-mask.rego']);
  });

  test('has its pods replaced when what it decides by changes, and else not', () => {
    const [one, same, other] = ['/a', '/a', '/b'].map(path => {
      const { app, ...made } = shopOf();
      opaOf(made, { policy: OpaPolicy.rules([{ operations: [Operation.get(path)] }]) });
      return podsOf(app).metadata.annotations['cdk8s-zero-trust/policy-checksum'];
    });

    expect(one).toMatch(/^[0-9a-f]{64}$/);
    expect([same === one, other === one]).toEqual([true, false]);
  });

  test('names callers as their certificates do, by each trust domain of the mesh, and reads accounts late', () => {
    const { app, ...made } = shopOf();
    opaOf(made, { policy: OpaPolicy.rules([{ ...READING, callers: [Principal.workload(made.web)] }]) });
    made.web.addJsonPatch(JsonPatch.replace('/spec/template/spec/serviceAccountName', 'front'));

    expect(ofKind(app, 'ConfigMap').data['policy.rego']).toContain('principal in {"spiffe://td/ns/shop/sa/front", "spiffe://old/ns/shop/sa/front"}');
  });

  test('has a name of its own wherever it stands, which all its objects share', () => {
    const { app, ...made } = shopOf();
    new OpaAuthorizer(made.authz, 'opa', { image: IMAGE, policy: RULES, protects: [Workload.of(made.api)] });

    expect(problemsOf(app)).toEqual([]);
    const names = ['Deployment', 'Service', 'ServiceAccount', 'ConfigMap', 'PodDisruptionBudget'].map(kind => ofKind(app, kind).metadata.name as string);
    expect(new Set(names)).toEqual(new Set([expect.stringMatching(/^authz-opa-[0-9a-z]+$/)]));
  });

  test('keeps the reasons of what is wide on the objects that they are about', () => {
    const { app, shop, authz, ...made } = shopOf();
    const api = Workload.of(made.api, { allowSharedServiceAccount: { reason: 'one image' } });
    opaOf({ authz, ...made }, { protects: [api], policy: OpaPolicy.rules([{ ...READING, callers: [Principal.namespace('ops', { reason: 'many jobs' })] }]) });

    expect(problemsOf(app)).toEqual([]);
    const reasons = manifests(app).map(({ kind, metadata: { name, annotations } }) => [kind, name, annotations?.['cdk8s-zero-trust/reason']]).filter(([, , reason]) => reason);
    expect(reasons).toEqual([['ConfigMap', 'opa', 'many jobs'], ['AuthorizationPolicy', 'opa-asking', 'one image'], ['AuthorizationPolicy', expect.stringContaining('shop-api'), 'one image']]);
  });

  test('protects nothing of another cluster, which it says once', () => {
    const made = shopOf();
    const east = chartOf(made.app, 'east');
    new ZeroTrustMesh(east, 'mesh', { appliesTo: east, trustDomain: 'east' });
    rawService(east, 'api');
    opaOf({ authz: made.authz, api: rawDeployment(east, 'api') });

    expect(problemsOf(made.app)).toEqual([expect.stringContaining("'east/api' (Deployment) must be a workload of the same cluster")]);
  });

  test('may stand in the namespace of what it protects', () => {
    const { app, shop, api, web } = shopOf();
    opaOf({ authz: shop, api }, { policy: OpaPolicy.rules([{ ...READING, callers: [Principal.workload(web)] }]) });

    expect(problemsOf(app)).toEqual([]);
    expect(decided(app, '/a')).toEqual([YES, NO]);
  });

  test('says who decides for whom', () => {
    const made = shopOf();

    expect(opaOf(made).describeOpaAuthorizer()).toBe('OPA authz/opa decides by 1 rule for Deployment shop/api');
    expect(OpaPolicy.rego({ 'x.rego': REGO }).describeOpaPolicy()).toBe('x.rego');
  });

  test.each<[string, (made: Shop) => void, string]>([
    ['callers, where a waypoint asks', ({ web, ...made }) => { opaOf(made, { policy: OpaPolicy.rules([{ ...READING, callers: [Principal.workload(web)] }]) }); },
      "[authz/opa] policy must not name callers, as for 'shop/api' a waypoint asks, which does not tell OPA who calls"],
    ['a second authorizer', made => { opaOf(made); new OpaAuthorizer(made.authz, 'more', { image: IMAGE, policy: RULES, protects: [Workload.of(made.api)] }); }, "'shop/api' must have one authorizer, got 'opa' and"],
    ['two of one name', made => {
      const elsewhere = chartOf(made.app, 'elsewhere');
      new ZeroTrustNamespace(elsewhere, 'baseline', {});
      opaOf(made);
      opaOf({ authz: elsewhere, api: made.web });
    }, "extension provider 'opa' must be the same wherever it is stated"],
  ])('is refused for %s', (what, make, problem) => {
    const made = shopOf(what.includes('waypoint') ? 'waypoint' : 'sidecar');
    make(made);

    expect(problemsOf(made.app).join('\n')).toContain(problem);
  });

  test('is refused in ambient without a waypoint, where nobody asks', () => {
    const made = shopOf();
    const bare = chartOf(made.app, 'bare');
    new ZeroTrustNamespace(bare, 'baseline', { dataPlane: DataPlane.AMBIENT });
    rawService(bare, 'api');
    opaOf({ authz: made.authz, api: rawDeployment(bare, 'api') });

    expect(problemsOf(made.app).join('\n')).toContain("an external authorizer can be enforced only by a waypoint, but namespace 'bare' has no waypoint");
  });

  test('tells of a slip in the name of a caller', () => {
    const made = shopOf();
    opaOf(made, { policy: OpaPolicy.rules([{ ...READING, callers: [Principal.serviceAccount('shop', 'wbe')] }]) });

    expect(problemsOf(made.app)).toEqual([expect.stringContaining("nothing of this app runs as service account 'wbe' of namespace 'shop'; did you mean 'web'?")]);
  });

  test.each<[string, Partial<OpaAuthorizerProps>, string]>([
    ['an image of no version', { image: 'openpolicyagent/opa' }, "image must have a tag that names a version, or a digest, got 'openpolicyagent/opa'"],
    ['the latest image', { image: 'registry:5000/opa:latest' }, 'image must have a tag that names a version'],
    ['the latest image of a kind', { image: 'openpolicyagent/opa:latest-envoy-static' }, 'image must have a tag that names a version'],
    ['an image that moves', { image: 'openpolicyagent/opa:edge-envoy' }, 'image must have a tag that names a version'],
    ['an image without the plugin', { image: 'docker.io/openpolicyagent/opa:1.17.0-static' }, "image must be OPA with the Envoy plugin, got 'docker.io/openpolicyagent/opa:1.17.0-static', which has none and does not start; did you mean 'docker.io/openpolicyagent/opa:1.17.0-envoy-static'?"],
    ['an image of old', { image: 'openpolicyagent/opa:0.70.0-envoy' }, 'image must be OPA 1.0 or later'],
    ['what is no image', { image: 'opa 1.0' }, "image must be the reference of an image, got 'opa 1.0'"],
    ['a short digest', { image: 'opa@sha256:abc' }, 'image must be the reference of an image'],
    ['nothing to protect', { protects: [] }, 'protects must have at least one entry'],
    ['one pod', { replicas: 1 }, "replicas must be a whole number from 2, got '1'"],
    ['a misspelt prop', { protect: [] } as object, "did you mean 'protects'?"],
    ['a missing policy', { policy: undefined }, "'policy' must have a value"],
    ['no namespace', { metadata: { name: 'x', namespace: '' } }, 'metadata.namespace must be a namespace name'],
    ['a name that no Service has', { metadata: { name: 'Opa' } }, 'metadata.name must be a name of at most 63'],
  ])('must not be of %s', (_, props, message) => {
    expect(() => opaOf(shopOf(), props)).toThrow(message);
  });

  test.each(['openpolicyagent/opa:1.17.0-envoy', 'registry.example:5000/mirror/opa:2024-01', `docker.io/openpolicyagent/opa@sha256:${'a'.repeat(64)}`, `opa:latest@sha256:${'a'.repeat(64)}`])('may be of %s', image => {
    expect(() => opaOf(shopOf(), { image })).not.toThrow();
  });

  test.each<[string, string, (object: ApiObject) => void, string]>([
    ['other Rego', 'config', object => object.addJsonPatch(JsonPatch.replace('/data/rules.rego', 'package envoy.authz\nallow := true\n')), 'got another data'],
    ['another file', 'config', object => object.addJsonPatch(JsonPatch.add('/data/more.rego', 'package envoy.authz\nallow := true\n')), 'got another data'],
    ['other arguments', 'deployment', object => object.addJsonPatch(JsonPatch.add('/spec/template/spec/containers/0/args/0', 'version')), 'got another way to run OPA'],
    ['flags in its environment', 'deployment', object => object.addJsonPatch(JsonPatch.add('/spec/template/spec/containers/0/env', [{ name: 'OPA_RUN_SET', value: 'plugins.envoy_ext_authz_grpc.dry-run=true' }])), 'got another way to run OPA'],
    ['the environment of others', 'deployment', object => object.addJsonPatch(JsonPatch.add('/spec/template/spec/containers/0/envFrom', [{ configMapRef: { name: 'other' } }])), 'got another way to run OPA'],
    ['another image', 'deployment', object => object.addJsonPatch(JsonPatch.replace('/spec/template/spec/containers/0/image', 'example.com/other')), 'got another way to run OPA'],
    ['files of others', 'deployment', object => object.addJsonPatch(JsonPatch.replace('/spec/template/spec/volumes/0', { name: 'policy', configMap: { name: 'other' } })), 'got another way to run OPA'],
    ['hooks', 'deployment', object => object.addJsonPatch(JsonPatch.add('/spec/template/spec/containers/0/lifecycle', { postStart: { exec: { command: ['sh'] } } })), 'got another way to run OPA'],
    ['others in its pods, who may change its policies', 'deployment', object => object.addJsonPatch(JsonPatch.add('/spec/template/spec/containers/-', { name: 'x', image: 'y' })), 'got another way to run OPA'],
    ['others beside it from the start', 'deployment', object => object.addJsonPatch(JsonPatch.add('/spec/template/spec/initContainers', [{ name: 'x', image: 'y', restartPolicy: 'Always' }])), 'got another way to run OPA'],
    ['other pods', 'service', object => object.addJsonPatch(JsonPatch.replace('/spec/selector', { app: 'other' })), 'got another spec'],
    ['nobody who is asked', 'service', ({ node }) => node.scope!.node.tryRemoveChild(node.id), 'got taken out'],
    ['nobody who asks', 'shop-api', ({ node }) => node.scope!.node.tryRemoveChild(node.id), 'got taken out'],
  ])('must stay as it was made, and is refused with %s', (_, id, change, message) => {
    const made = shopOf();
    change(opaOf(made).node.findChild(id) as ApiObject);

    expect(problemsOf(made.app)).toContainEqual(expect.stringContaining(`[authz/opa] 'authz/opa/${id}' must stay as it was made, ${message}`));
  });

  test('may be given what is no matter of its decisions: a limit, a toleration, a label, resources of its proxy', () => {
    const made = shopOf();
    const deployment = opaOf(made).node.findChild('deployment') as ApiObject;
    deployment.addJsonPatch(JsonPatch.add('/spec/template/spec/tolerations', [{ operator: 'Exists' }]), JsonPatch.add('/spec/template/spec/containers/0/resources/limits/cpu', '1'));
    deployment.addJsonPatch(JsonPatch.add('/spec/template/spec/containers/-', { name: 'istio-proxy', image: 'auto', resources: { limits: { cpu: '1' } } }));
    deployment.metadata.addLabel('team', 'platform');

    expect(problemsOf(made.app)).toEqual([]);
  });

  test('names each workload once', () => {
    const made = shopOf();

    expect(() => opaOf(made, { protects: [Workload.of(made.api), Workload.of(made.api)] })).toThrow("protects must name each workload once, got 'Deployment shop/api' twice");
  });
});

const ISSUER = { issuer: 'https://i.example', audiences: ['a'], jwksUri: 'https://i.example/keys' };
const HOURS = { timeZone: 'Europe/Zurich', days: [DayOfWeek.MONDAY], start: '08:00', end: '18:00' };

describe('OpaPolicy', () => {
  test.each<[string, Partial<OpaRule>, string]>([
    ['no operations', { operations: [] }, 'rules[0].operations must have at least one entry'],
    ['TCP', { operations: [Operation.tcp(5432)] }, 'rules[0].operations[0] must be an HTTP operation, got TCP on port 5432'],
    ['a host', { operations: [Operation.http({ methods: ['GET'], paths: ['/a'], hosts: ['a.example'] })] }, 'rules[0].operations[0] must name methods and paths only'],
    ['a port', { operations: [Operation.anyHttp({ ports: [80] })] }, 'rules[0].operations[0] must name methods and paths only'],
    ['no callers', { callers: [] }, 'rules[0].callers must have at least one entry'],
    ['a misspelt member', { caller: [] } as object, "did you mean 'callers'?"],
    ['an undefined member', { callers: undefined }, "'callers' must have a value"],
    ['conditions without issuers', { conditions: [Condition.claim('role', 'admin')] }, 'rules[0].conditions must come with issuers'],
    ['a condition on a header', { issuers: [JwtIssuer.of(ISSUER)], conditions: [Condition.header('x', 'y')] }, "rules[0].conditions[0] must be about the token, got 'header x is y'"],
    ['an issuer of any audience', { issuers: [JwtIssuer.of({ issuer: 'i', anyAudience: { reason: 'r' }, jwksUri: ISSUER.jwksUri })] }, 'rules[0].issuers[0] must name audiences'],
    ['an issuer whose keys are looked for', { issuers: [JwtIssuer.of({ issuer: 'https://i.example', audiences: ['a'] })] }, 'rules[0].issuers[0] must have jwks or jwksUri'],
    ['tokens elsewhere', { issuers: [JwtIssuer.of({ ...ISSUER, fromHeaders: [{ name: 'x-token' }] })] }, 'rules[0].issuers[0] must have its tokens in Authorization: Bearer'],
    ['hours over midnight', { hours: { ...HOURS, start: '22:00', end: '06:00' } }, "rules[0].hours.end must be after start, '22:00', got '06:00'"],
    ['no hours', { hours: { ...HOURS, end: '08:00' } }, 'rules[0].hours.end must be after start'],
    ['a time of no clock', { hours: { ...HOURS, start: '8:00' } }, "rules[0].hours.start must be a time of day from '00:00' to '24:00', got '8:00'"],
    ['a minute after midnight', { hours: { ...HOURS, end: '24:01' } }, 'rules[0].hours.end must be a time of day'],
    ['no days', { hours: { ...HOURS, days: [] } }, 'rules[0].hours.days must have at least one entry'],
    ['a day of no week', { hours: { ...HOURS, days: ['Monay' as DayOfWeek] } }, 'rules[0].hours.days[0] must be one of'],
    ['a misspelt zone', { hours: { ...HOURS, timeZone: 'Europe/Zürich' } }, "rules[0].hours.timeZone must be the name of a time zone, got 'Europe/Zürich'; did you mean 'Europe/Zurich'?"],
    ['a zone in small letters', { hours: { ...HOURS, timeZone: 'europe/zurich' } }, "did you mean 'Europe/Zurich'?"],
    ['the zone of the machine', { hours: { ...HOURS, timeZone: 'Local' } }, 'must be the name of a time zone'],
  ])('refuses %s', (_, rule, message) => {
    expect(() => OpaPolicy.rules([{ ...READING, ...rule }])).toThrow(message);
  });

  test.each(['UTC', 'Europe/Zurich', 'Asia/Calcutta', 'Asia/Kolkata', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])('knows the time zone %s', timeZone => {
    expect(() => OpaPolicy.rules([{ ...READING, hours: { ...HOURS, timeZone } }])).not.toThrow();
  });

  test('refuses callers whom a ServiceAccess must name', () => {
    const made = shopOf();
    opaOf(made, { policy: OpaPolicy.rules([{ ...READING, callers: [Principal.anyone({ reason: 'r' })] }]) });

    expect(problemsOf(made.app)).toEqual([expect.stringContaining("rules[0].callers must name service accounts or a namespace, got 'anyone'")]);
  });

  test.each<[string, { [name: string]: string }, string]>([
    ['no files', {}, 'files must have at least one entry'],
    ['an empty file', { 'a.rego': ' ' }, "files['a.rego'] must be the text of a Rego file"],
    ['data', { 'data.json': '{}' }, "ending in '.rego', got 'data.json'"],
    ['a path', { '../a.rego': REGO }, "files must be named by letters, digits, '-', '_' and '.'"],
    ['the name of ours', { 'zero-trust-mask.rego': REGO }, "files must not have 'zero-trust-mask.rego'"],
    ['no package', { 'a.rego': 'allow := false' }, "files['a.rego'] must say its package"],
    ['another package', { 'a.rego': REGO.replace('envoy.authz', 'envoy.auth') }, "files must have one of 'package envoy.authz', which is asked as envoy/authz/allow, got 'package envoy.auth' in 'a.rego'"],
    ['the package in a comment', { 'a.rego': '# package envoy.authz\npackage x\nallow := false\n' }, "files must have one of 'package envoy.authz'"],
    ['no such rule', { 'a.rego': REGO.replaceAll('allow', 'allowed') }, "files must have the rule 'allow'"],
    ['the rule in a comment', { 'a.rego': 'package envoy.authz\n# allow := true\n`\nallow := true`\n' }, "files must have the rule 'allow'"],
    ['the rule of another package', { 'a.rego': 'package envoy.authz\n', 'b.rego': REGO.replace('envoy.authz', 'b') }, "files must have the rule 'allow'"],
    ['Rego of old', { 'a.rego': 'package envoy.authz\n\nallow {\n\ttrue\n}\n' }, "must be Rego v1, got a rule without 'if'"],
    ...['allow := true', 'allow = true  # for now', 'allow if true'].map((rule): [string, Record<string, string>, string] =>
      ['what lets everything pass', { 'a.rego': `package envoy.authz\n\n${rule}\n` }, `files['a.rego'] must not let everything pass, got '${rule.replace(/ +#.*/, '')}'; write on what it hangs: 'allow if { … }'`]),
    ['what lets pass by default', { 'a.rego': 'package envoy.authz\n\ndefault allow := true\n' }, "must deny by default, got 'default allow := true'"],
  ])('refuses Rego of %s', (_, files, message) => {
    expect(() => OpaPolicy.rego(files)).toThrow(message);
  });

  test.each([
    REGO, 'package envoy.authz # decides\n\nallow := {"allowed": false}\n', 'package envoy.authz\nimport rego.v1\ndefault allow = false\nallow if { true }\n', 'package envoy.authz\n\nallow if "#" == "#"\n',
  ])('takes Rego as it is written', rego => {
    expect(() => OpaPolicy.rego({ 'a.rego': rego })).not.toThrow();
  });
});
