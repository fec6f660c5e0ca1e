import { PolicySet } from 'cdk8s-zero-trust';
import { authorization, namespace, peerAuthentication, pod, request, requestAuthentication, service, sidecars, verdict, WEB } from './support';

const WORLD = [namespace('shop', { 'istio-injection': 'enabled' }), service('api', [{ name: 'http', port: 80, targetPort: 8080 }]), pod('api')];
const ALLOW_WEB = authorization({ rules: [{ from: [{ source: { principals: [WEB] } }] }] }, { name: 'web' });
const DENY_WEB = authorization({ action: 'DENY', rules: [{ from: [{ source: { principals: [WEB] } }] }] }, { name: 'web' });

function asked(...policies: object[]): string {
  return verdict(sidecars(policies).isAuthorized(request()));
}

function yaml(...texts: string[]): PolicySet {
  return PolicySet.fromYaml([...WORLD.map(manifest => JSON.stringify(manifest)), ...texts].join('\n---\n'));
}

describe('a policy that cannot be read as it was meant', () => {
  const rule = (from: unknown) => ({ rules: [{ from }] });

  test.each<[string, Record<string, unknown>]>([
    ['a list that is none', rule('all')],
    ['a null in a list of rules', { rules: [null] }],
    ['a null in a list of values', rule([{ source: { notPrincipals: [null] } }])],
    ['a value that is none', rule([{ source: { principals: [{}] } }])],
    ['a number for text', { rules: [{ to: [{ operation: { notPorts: [9000] } }] }] }],
    ['an unknown field', rule([{ source: { principals: [WEB], ipBlock: ['10.0.0.0/8'] } }])],
    ['another unknown field', { rule: [{}] }],
    ['an unknown action', { action: 'Deny', rules: [{}] }],
    ['a selector that is none', { selector: 'app=api', rules: [{}] }],
    ['labels that are none', { selector: { matchLabels: { app: ['api'] } }, rules: [{}] }],
    ['targets that are none', { targetRefs: { kind: 'Gateway' }, rules: [{}] }],
    ['a condition without key', { rules: [{ when: [{ values: ['x'] }] }] }],
  ])('allows nothing, nor stops others from refusing: %s', (_, spec) => {
    for (const action of ['ALLOW', 'DENY', 'CUSTOM', 'AUDIT']) {
      const policy = authorization({ action, ...spec }, { name: 'odd' });

      expect(sidecars([policy]).isAuthorized(request()).isAllowed).toBe(false);
      expect(sidecars([policy, ALLOW_WEB]).isAuthorized(request()).isAllowed).toBe(false);
      expect(asked(policy, DENY_WEB)).toMatch(/^DENY/);
    }
  });

  test.each<[string, object]>([
    ['a mode', peerAuthentication({ mtls: { mode: 'strict' } })],
    ['a port', peerAuthentication({ selector: { matchLabels: { app: 'api' } }, portLevelMtls: { 8080: 'STRICT' } })],
    ['a token rule', requestAuthentication({ jwtRules: [null] })],
    ['an audience', requestAuthentication({ jwtRules: [{ issuer: 'a', audiences: 'b' }] })],
    ['a header to write', requestAuthentication({ jwtRules: [{ issuer: 'a', outputClaimToHeaders: [{ claim: 'sub' }] }] })],
    ['a claim to write', requestAuthentication({ jwtRules: [{ outputClaimToHeaders: [{ header: 'sub' }] }] })],
    ['a place of tokens', requestAuthentication({ jwtRules: [{ fromHeaders: [{ prefix: 'x' }, { name: 'authorization', prefix: 'Bearer ' }] }] })],
    ['an unserved version', { ...authorization({}), apiVersion: 'security.istio.io/v1alpha1' }],
    ['a version of two parts', { ...authorization({}), apiVersion: 'security.istio.io/v1/beta1' }],
    ['a kind with a slip of the pen', { ...authorization({}), kind: 'AuthorisationPolicy' }],
    ['a dry run that is no text', authorization({ rules: [] }, { annotations: { 'istio.io/dry-run': true as unknown as string } })],
  ])('of any kind leaves its namespace undecided: %s', (_, policy) => {
    expect(verdict(sidecars([policy]).isAuthorized(request({ tokens: [{ claims: { sub: 'a' } }] })))).toMatch(/^(UNDECIDED|DENY)/);
  });

  test('says what and where', () => {
    const set = yaml('apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: odd, namespace: shop}\nspec: {rules: [{from: all}]}\n');

    expect(set.problems).toEqual([
      { document: 3, line: 7, object: 'AuthorizationPolicy shop/odd', field: 'spec.rules[0].from', message: "must be a list, got 'all'; correct it" },
    ]);
    expect(sidecars([authorization({ action: 'DENY', rules: [{ from: [{ source: { ns: ['x'] } }] }] })]).isAuthorized(request({ source: {} })).explain())
      .toContain("AuthorizationPolicy shop/policy: spec.rules[0].from[0].source.ns: must be a field of the API, got 'ns'");
  });

  test('is told of by the first that is wrong', () => {
    const odd = (name: string) => authorization({ action: 'DENY', rules: 'all' }, { name });

    expect(sidecars([odd('one'), odd('two')]).isAuthorized(request()).notes)
      .toEqual(["manifest 4, AuthorizationPolicy shop/one: spec.rules: must be a list, got 'all'; correct it"]);
    expect(yaml('kind: b').isAuthorized(request()).notes[0]).toMatch(/^manifest 4 \(line 7\), b default\/: apiVersion: must be text/);
    expect(yaml('a: [').isAuthorized(request()).notes).toEqual([expect.stringMatching(/^manifest 4 \(line 7\): must be YAML, got an error in line /)]);
    expect(yaml('kind: b').ignoredKinds).toEqual({});
    expect(sidecars([{ ...odd('one'), kind: 'AuthorisationPolicy' }]).isAuthorized(request()).notes)
      .toEqual(["manifest 4, AuthorisationPolicy shop/one: kind: must be a kind of security.istio.io, got 'AuthorisationPolicy'; correct it"]);
  });

  test('does not matter elsewhere, unless it is of the root namespace', () => {
    const odd = (namespaceName: string) => authorization({ action: 'DENY', rules: 'all' }, { namespace: namespaceName });

    expect(asked(odd('other'))).toBe('ALLOW 200');
    expect(asked({ ...odd('other'), kind: 'AuthorisationPolicy' })).toBe('ALLOW 200');
    expect(asked(odd('istio-system'))).toBe('UNDECIDED');
    expect(asked(odd(7 as unknown as string))).toBe('UNDECIDED');
    expect(asked({ ...odd('other'), metadata: 'odd' })).toBe('UNDECIDED');
    expect(asked({ ...odd('other'), kind: '' })).toBe('UNDECIDED');
    expect(asked({ ...service('odd', [{ port: {} }]) as object, metadata: { name: 'odd', namespace: 'istio-system' } })).toBe('ALLOW 200');
    expect(asked({ apiVersion: 'v1', kind: 'Service', metadata: ['odd'], spec: {} })).toBe('UNDECIDED');
    expect(asked({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: ['odd'] } })).toBe('UNDECIDED');
    expect(asked({ ...odd('istio-system'), apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', spec: { host: {} } })).toBe('ALLOW 200');
    expect(asked({ ...odd('other'), apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', spec: { host: {} } })).toBe('ALLOW 200');
    expect(asked({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other', namespace: 'shop' }, data: [] })).toBe('ALLOW 200');
  });

  test('is refused without a name, unless the API server makes one up', () => {
    const nameless = (more: object) => ({ ...authorization({ rules: [{}] }) as object, metadata: { namespace: 'shop', ...more } });
    const narrow = authorization({ rules: [{ from: [{ source: { namespaces: ['other'] } }] }] }, { name: 'narrow' });
    const answers = [nameless({}), nameless({ name: '' }), nameless({ generateName: 'open-' })].map(one => verdict(sidecars([narrow, one]).isAuthorized(request())));

    expect(answers).toEqual(['UNDECIDED', 'UNDECIDED', 'ALLOW 200']);
  });

  test('may have null for a field, as for the API server', () => {
    expect(asked(authorization({ selector: null, rules: [{ from: null, to: [{ operation: { ports: ['8080'], hosts: null } }] }] }))).toBe('ALLOW 200');
  });
});

describe('manifests that cannot be read as they were meant', () => {
  const deployment = (spec: object) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' }, spec });
  const forApi = (port: object) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'other', namespace: 'shop' }, spec: { selector: { app: 'api' }, ports: [port] } });

  test.each<[string, object]>([
    ['labels of the pods of a workload', deployment({ template: { metadata: { labels: 'a=b' } } })],
    ['labels of the pods', { ...pod('web'), metadata: { name: 'web', namespace: 'shop', labels: [] } }],
    ['a port', forApi({ name: 'http', port: {} })],
    ['the name of a Service', { ...forApi({ name: 'http', port: 80 }), metadata: { namespace: 'shop' } }],
    ['a target that is neither name nor number', forApi({ name: 'http', port: 80, targetPort: {} })],
    ['what must be true or false', deployment({ template: { metadata: { labels: { app: 'api' } }, spec: { hostNetwork: 'true' } } })],
    ['a port that is no number', forApi({ name: 'http', port: 'http' })],
    ['an object without kind', { apiVersion: 'v1', metadata: { name: 'a' } }],
    ['an API version that is no text', { apiVersion: 1, kind: 'Service' }],
    ['an empty kind', { apiVersion: 'v1', kind: '' }],
    ['a kind that is no text', { apiVersion: 'v1', kind: ['Service'] }],
    ['the text of the settings of the mesh', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: {} } }],
    ['the settings of the mesh', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: 'a: [' } }],
    ['the settings of an operator', { apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator', metadata: { name: 'mesh', namespace: 'other' }, spec: { meshConfig: 'trustDomain: td1' } }],
    ['a setting of the mesh', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: 'trustDomainAliases: x' } }],
  ])('leave what they concern undecided: %s', (_, manifest) => {
    const set = sidecars([ALLOW_WEB, manifest]);
    const toService = { ...request(), destination: { namespace: 'shop', service: 'api', port: 80 } };

    expect([set.problems.length, verdict(set.isAuthorized(toService))]).toEqual([1, 'UNDECIDED']);
  });

  test.each([
    ['broken YAML', 'a: [', 'must be YAML'],
    ['a list that has none', 'kind: List\nitems: {}', 'must be a list'],
    ['a bomb', `a: &a [${'x,'.repeat(999)}]\nb: &b [${'*a,'.repeat(999)}]\nc: [${'*b,'.repeat(999)}]`, 'once its aliases are followed'],
    ['a key of the prototype', '{"__proto__": {"kind": "Service"}}', '__proto__'],
  ])('leave everything undecided: %s', (_, text, message) => {
    const set = yaml(JSON.stringify(ALLOW_WEB), text);

    expect(set.problems).toEqual([expect.objectContaining({ document: 4, message: expect.stringContaining(message) as string })]);
    expect(verdict(set.isAuthorized(request()))).toBe('UNDECIDED');
  });

  test('say what is wrong with an object of any kind', () => {
    expect(sidecars([service('other', [{ name: 'http', port: 'http' }])]).problems).toEqual([
      { document: 3, object: 'Service shop/other', field: 'spec.ports[0].port', message: "must be a number, got 'http'; correct it" },
    ]);
  });

  test('say where the settings of the mesh are no YAML', () => {
    const set = yaml('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: "a: ["\n');

    expect(set.problems).toEqual([{ document: 3, line: 7, object: 'ConfigMap istio-system/istio', field: 'data.mesh', message: expect.stringContaining('must be YAML') as string }]);
  });

  test('say where the settings of the mesh are wrong', () => {
    const set = yaml('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: "trustDomain: [a]"\n');

    expect(set.problems).toEqual([
      { document: 3, line: 7, object: 'ConfigMap istio-system/istio', field: 'data.mesh.trustDomain', message: "must be text, got '[\"a\"]'; correct it" },
    ]);
  });

  test('in the namespace of a waypoint concern what is behind it', () => {
    const waypoint = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'waypoint', namespace: 'edge' },
      spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE', allowedRoutes: { namespaces: { from: 'All' } } }] },
    };
    const world = [
      namespace('shop', { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'waypoint', 'istio.io/use-waypoint-namespace': 'edge' }),
      service('api', [{ name: 'http', port: 80 }]), pod('api'), waypoint,
    ];
    const call = { destination: { namespace: 'shop', service: 'api', port: 80 }, source: { principal: WEB }, http: {} };
    const odd = authorization({ targetRefs: [{ kind: 'Gateway', group: 'gateway.networking.k8s.io', name: 'waypoint' }], rules: 'all' }, { namespace: 'edge' });

    expect(verdict(PolicySet.fromManifests(world).isAuthorized(call))).toBe('ALLOW 200');
    expect(verdict(PolicySet.fromManifests([...world, odd]).isAuthorized(call))).toBe('UNDECIDED');
  });

  test('concern nothing where no proxy enforces policy', () => {
    const manifests = [namespace('shop'), pod('api'), authorization({ rules: 'all' })];

    expect(verdict(PolicySet.fromManifests(manifests).isAuthorized(request({ source: {} })))).toBe('ALLOW');
  });

  test('put in doubt the namespace that they are', () => {
    const odd = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'client', labels: 'a=b' } };
    const from = (name: string) => verdict(sidecars([odd]).isAuthorized(request({ source: { serviceAccount: `${name}/web` } })));

    expect([from('client'), from('other')]).toEqual(['UNDECIDED', 'ALLOW 200']);
  });

  test('may be given twice if they are the same', () => {
    const other = authorization({ rules: [{ from: [{ source: { namespaces: ['x'] } }] }] }, { name: 'web' });

    expect(verdict(sidecars([ALLOW_WEB, ALLOW_WEB]).isAuthorized(request()))).toBe('ALLOW 200');
    expect(verdict(sidecars([ALLOW_WEB, other]).isAuthorized(request()))).toBe('UNDECIDED');
    expect(sidecars([ALLOW_WEB, other]).problems).toEqual([
      { document: 4, object: 'AuthorizationPolicy shop/web', field: 'metadata.name', message: 'must be there once, got two objects of this name that differ; keep the one that counts' },
    ]);
    expect(sidecars([ALLOW_WEB, { ...other, spec: { rules: 'all' } }]).problems.map(({ field }) => field)).toEqual(['spec.rules', 'metadata.name']);
    expect(verdict(sidecars([ALLOW_WEB, { ...other, kind: 'Job', apiVersion: 'batch/v1', spec: {} }]).isAuthorized(request()))).toBe('ALLOW 200');
    expect(sidecars([1, 2].map(data => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, data }))).problems).toEqual([]);
    expect(sidecars(['a', 'b'].map(app => ({ ...pod(app), metadata: { namespace: 'shop', generateName: 'web-', labels: { app } } }))).problems).toEqual([]);
  });

  test.each([
    [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'odd', labels: 7 } }, 'Namespace odd'],
    [{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'odd', namespace: 'shop', labels: 7 } }, 'GatewayClass odd'],
    [{ apiVersion: 'v1', kind: 'Namespace', metadata: 7 }, 'Namespace'],
  ])('are called by their name alone where they are of no namespace: %j', (manifest, object) => {
    const set = sidecars([manifest]);

    expect(set.problems.map(problem => problem.object)).toEqual([object]);
    expect(set.isAuthorized(request()).notes.every(note => note.startsWith(`manifest 4, ${object}: metadata`))).toBe(true);
  });

  test('that are no JSON are problems', () => {
    const circle: Record<string, unknown> = {};
    circle.circle = circle;

    const failing = { toJSON: () => { throw null; } };

    const { problems } = PolicySet.fromManifests([circle, 1, undefined, { apiVersion: 'v1', kind: 'Secret', size: BigInt(1) }, failing]);

    expect(problems.map(({ document, field }) => [document, field])).toEqual([[0, ''], [1, ''], [2, ''], [3, ''], [4, '']]);
    expect(problems[0].message).toMatch(/^must be an object, got 'a value that is no JSON: Converting circular structure/);
    expect(problems[2].message).toBe("must be an object, got 'null'; write apiVersion, kind, metadata and spec");
  });

  test('may repeat a key where it decides nothing, not in a policy', () => {
    const label = 'apiVersion: v1\nkind: Service\nmetadata: {name: x, namespace: shop, labels: {a: b, a: b}}\n';
    const value = 'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: x, namespace: shop}\nspec:\n  rules: []\n  rules: [{}]\n';

    expect(verdict(yaml(label).isAuthorized(request()))).toBe('ALLOW 200');
    expect(verdict(yaml(value).isAuthorized(request()))).toBe('UNDECIDED');
  });
});

describe('policies', () => {
  test('come by age, then by name; one of unknown age counts as the oldest', () => {
    const policy = (name: string, creationTimestamp?: string) => authorization({}, { name, creationTimestamp });
    const considered = (...policies: object[]) => sidecars(policies).isAuthorized(request()).hops[0].considered;

    expect(considered(policy('a', '2024-01-01T00:00:00Z'), policy('z'), policy('c', '2023-01-01T00:00:00Z'), policy('b', '2023-01-01T00:00:00Z'), policy('y')))
      .toEqual(['shop/y', 'shop/z', 'shop/b', 'shop/c', 'shop/a']);
  });
});

describe('manifests', () => {
  const read = (text: string) => PolicySet.fromYaml(text);

  test('of kinds that say nothing about access are counted', () => {
    const set = read('apiVersion: v1\nkind: Secret\n---\napiVersion: v1\nkind: Secret\n---\napiVersion: serving.knative.dev/v1\nkind: Service\n---\napiVersion: a/v1\nkind: __proto__\n');

    expect(Object.entries(set.ignoredKinds)).toEqual([['v1 Secret', 2], ['serving.knative.dev/v1 Service', 1], ['a/v1 __proto__', 1]]);
    expect(set.problems).toEqual([]);
  });

  test('are found in lists of lists, and in lists of one kind', () => {
    const denyAll = { metadata: { name: 'deny', namespace: 'shop' }, spec: { action: 'DENY', rules: [{}] } };
    const typed = { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicyList', items: [denyAll] };
    const all = { apiVersion: 'v1', kind: 'List', items: [...WORLD, { apiVersion: 'v1', kind: 'List', items: [typed] }] };

    expect(verdict(PolicySet.fromYaml(JSON.stringify(all)).isAuthorized(request()))).toBe('DENY DENY 403');
    expect(verdict(PolicySet.fromManifests([all]).isAuthorized(request()))).toBe('DENY DENY 403');
    expect(PolicySet.fromManifests([{ apiVersion: 'v1', kind: 'List', items: [1] }]).problems).toEqual([{ document: 0, field: 'items[0]', message: "must be an object, got '1'; drop it" }]);
  });

  test.each<[string, string]>([
    ['a number for a label, which has lost a digit', 'apiVersion: v1\nkind: Pod\nmetadata: {name: other, namespace: shop, labels: {app: api, version: 1.10}}'],
    ['a word of YAML 1.1 for a label', 'apiVersion: v1\nkind: Pod\nmetadata: {name: other, namespace: shop, labels: {app: api, country: no}}'],
    ['what is true or false for an annotation', 'apiVersion: v1\nkind: Pod\nmetadata: {name: api2, namespace: shop, labels: {app: api}, annotations: {sidecar.istio.io/inject: false}}'],
    ['text for a port', 'apiVersion: v1\nkind: Service\nmetadata: {name: other, namespace: shop}\nspec: {selector: {app: api}, ports: [{name: http, port: "81"}]}'],
    ['a name of a provider that YAML takes for true', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata: {mesh: "extensionProviders: [{name: y}]"}'],
  ])('are refused with %s', (_, text) => {
    const set = yaml(text);
    const toService = { ...request(), destination: { namespace: 'shop', service: 'api', port: 80 } };

    expect([set.problems.length, verdict(set.isAuthorized(toService))]).toEqual([1, 'UNDECIDED']);
  });

  test('of Helm may have numbers and what is true or false for text, and text for numbers, as may a MeshConfig', () => {
    const values = 'pilot: {env: {PILOT_HTTP10: true}}\nglobal: {proxy: {excludeInboundPorts: 8080, statusPort: "15020"}}\nmeshConfig: {proxyInboundListenPort: "15006"}';
    const set = yaml(values);

    expect(set.problems).toEqual([]);
    expect(set.isAuthorized(request()).notes).toEqual([expect.stringContaining('8080')]);
  });

  test('are read as YAML 1.1, as Kubernetes does', () => {
    const text = 'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: x, namespace: shop}\nspec: {rules: [{to: [{operation: {methods: [on]}}]}]}\n';

    expect(yaml(text).problems.map(({ field }) => field)).toEqual(['spec.rules[0].to[0].operation.methods[0]']);
  });
});
