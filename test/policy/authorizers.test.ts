import { AccessRequest, AuthorizationResponse, AuthorizerAnswer, AuthorizerProtocol, AuthorizerProvider, PolicySet, ProxyKind } from 'cdk8s-zero-trust';
import { ask, authorization, namespace, pod, request, requestAuthentication, service, sidecars, verdict } from './support';

const HTTP: AuthorizerProvider = { name: 'login', protocol: AuthorizerProtocol.HTTP, headersToUpstreamOnAllow: ['Authorization', 'x-auth-*', '*-role'] };
const GRPC: AuthorizerProvider = { name: 'login', protocol: AuthorizerProtocol.GRPC };

const login = authorization({ action: 'CUSTOM', provider: { name: 'login' }, rules: [{ to: [{ operation: { notPaths: ['/open'] } }] }] }, { name: 'login' });
const jwt = requestAuthentication({ jwtRules: [{ issuer: 'https://idp', jwks: '{}' }] });
const requireToken = authorization({ action: 'DENY', rules: [{ from: [{ source: { notRequestPrincipals: ['*'] } }] }] }, { name: 'require-token' });
const alice = { claims: { iss: 'https://idp', sub: 'alice' } };

const byHeader = (name: string, value: string, action = 'ALLOW') => authorization({ action, rules: [{ when: [{ key: `request.headers[${name}]`, values: [value] }] }] }, { name: 'by-header' });
const yes = (more: Partial<AuthorizerAnswer> = {}): AuthorizerAnswer => ({ provider: 'login', allows: true, ...more });

function asked(policies: object[], provider: AuthorizerProvider, answer?: AuthorizerAnswer, call: Parameters<typeof request>[0] = {}): string {
  const response = sidecars([login, ...policies], { authorizerProviders: [provider] }).isAuthorized({ ...request(call), authorizerAnswers: answer && [answer] });
  return verdict(response);
}

describe('a login by an external authorizer, which adds the token', () => {
  const policies = [jwt, requireToken];

  test.each<[string, AuthorizerAnswer | undefined, string]>([
    ['without an answer is conditional', undefined, 'CONDITIONAL CUSTOM'],
    ['with an answer that does not say which headers it sets is undecided', yes(), 'UNDECIDED TOKEN'],
    ['with an answer that sets none is refused', yes({ headers: {} }), 'DENY DENY 403'],
    ['with an answer that sets the token passes', yes({ tokens: [alice] }), 'ALLOW 200'],
    ['with an answer that sets another header is refused', yes({ headers: { 'x-auth-user': ['alice'] } }), 'DENY DENY 403'],
    ['with an answer that sets a token of somebody else is refused', yes({ tokens: [{ claims: { iss: 'https://other', sub: 'alice' } }] }), 'DENY TOKEN 401'],
    ['with an answer that sets the token where nobody looks is refused', yes({ tokens: [{ ...alice, header: 'x-auth-token' }] }), 'DENY DENY 403'],
    ['with a refusal is refused', { provider: 'login', allows: false }, 'DENY CUSTOM 403'],
  ])('8.6 %s', (_, answer, expected) => {
    expect(asked(policies, HTTP, answer)).toBe(expected);
    expect(asked(policies, GRPC, answer)).toBe(expected);
  });

  test('8.6 names what is missing', () => {
    const policySet = sidecars([login, ...policies], { authorizerProviders: [HTTP] });
    const told = (answer?: AuthorizerAnswer) => policySet.isAuthorized({ ...request(), authorizerAnswers: answer && [answer] });

    expect(told().authorizers).toEqual(['login']);
    expect(told().explain()).toContain("CUSTOM    'login' must be asked");
    expect(told(yes())).toMatchObject({ undecidedReason: 'UNKNOWN_FACT', reason: "it is not known which headers are set by 'login': the answers may say so" });
    expect(told(yes()).explain()).toContain("TOKEN     it is not known which headers are set by 'login': the answers may say so");
  });

  test('8.6 takes the place of the token that the client sent', () => {
    const byAlice = authorization({ rules: [{ from: [{ source: { requestPrincipals: ['https://idp/alice'] } }] }] }, { name: 'alice' });
    const eve = { claims: { iss: 'https://idp', sub: 'eve' } };

    expect(asked([jwt, byAlice], HTTP, yes({ tokens: [alice] }), { tokens: [eve] })).toBe('ALLOW 200');
    expect(asked([jwt, byAlice], HTTP, yes({ tokens: [eve] }), { tokens: [alice] })).toBe('DENY ALLOW 403');
    expect(asked([jwt, byAlice], HTTP, yes({ headers: { Authorization: [] } }), { tokens: [alice] })).toBe('DENY ALLOW 403');
  });

  test('8.6 of which nothing is passed on is as if it did not add any', () => {
    const silent = { ...HTTP, headersToUpstreamOnAllow: ['x-other'] };

    expect(asked(policies, silent)).toBe('DENY DENY 403');
    expect(asked(policies, silent, yes())).toBe('DENY DENY 403');
    expect(asked(policies, silent, yes({ tokens: [alice] }))).toBe('DENY DENY 403');
  });

  test('8.1 does not matter where the authorizer is not asked', () => {
    expect(asked(policies, HTTP, undefined, { http: { path: '/open' } })).toBe('DENY DENY 403');
    expect(asked(policies, HTTP, undefined, { http: { path: '/open' }, tokens: [alice] })).toBe('ALLOW 200');
  });

  test('8.6 matters to nobody who does not look at it', () => {
    expect(asked([authorization({ rules: [{ to: [{ operation: { paths: ['/x'] } }] }] })], HTTP)).toBe('DENY ALLOW 403');
    expect(asked([authorization({ rules: [{ to: [{ operation: { paths: ['/x'] } }] }] })], GRPC, yes(), { http: { path: '/x' } })).toBe('ALLOW 200');
    expect(asked([jwt], { ...HTTP, headersToUpstreamOnAllow: ['x-auth-*'] }, yes(), { tokens: [alice] })).toBe('ALLOW 200');
    expect(asked([jwt], { ...HTTP, headersToUpstreamOnAllow: ['x-auth-*'] }, yes(), { tokens: [{ text: 'x' }] })).toBe('DENY TOKEN 401');
  });
});

describe('a header that an external authorizer may overwrite', () => {
  const forged = { http: { headers: { 'X-Role': ['admin'] } } };

  test.each<[string, AuthorizerProvider, string, string]>([
    ['a name', HTTP, 'authorization', 'UNDECIDED ALLOW'],
    ['a prefix', HTTP, 'x-auth-user', 'UNDECIDED ALLOW'],
    ['a suffix', HTTP, 'x-role', 'UNDECIDED ALLOW'],
    ['all', { ...HTTP, headersToUpstreamOnAllow: ['*'] }, 'x-other', 'UNDECIDED ALLOW'],
    ['no such name', HTTP, 'x-other', 'ALLOW 200'],
    ['nothing at all', { ...HTTP, headersToUpstreamOnAllow: undefined }, 'x-role', 'ALLOW 200'],
    ['any, over gRPC', GRPC, 'x-other', 'UNDECIDED ALLOW'],
    ['but no path, over gRPC', GRPC, ':path', 'ALLOW 200'],
  ])('8.6 is one of those that the settings pass on: %s', (_, provider, name, expected) => {
    const call = { http: { path: '/v', headers: { [name]: ['/v'] } } };

    expect(asked([byHeader(name, '/v')], provider, yes(), call)).toBe(expected);
    expect(asked([byHeader(name, '/v')], provider, undefined, call)).toBe('CONDITIONAL CUSTOM');
  });

  test.each<[string, AuthorizerAnswer | undefined, string, string]>([
    ['no answer', undefined, 'CONDITIONAL CUSTOM', 'CONDITIONAL CUSTOM'],
    ['an answer', yes(), 'UNDECIDED ALLOW', 'UNDECIDED DENY'],
    ['an answer that leaves it', yes({ headers: {} }), 'ALLOW 200', 'DENY DENY 403'],
    ['an answer that replaces it', yes({ headers: { 'X-ROLE': ['guest'] } }), 'DENY ALLOW 403', 'ALLOW 200'],
    ['an answer that takes it out', yes({ headers: { 'x-role': [] } }), 'DENY ALLOW 403', 'ALLOW 200'],
    ['an answer that gives it another line', yes({ headers: { 'x-role': ['guest', 'admin'] } }), 'ALLOW 200', 'DENY DENY 403'],
  ])('8.6 is not taken as sent: %s', (_, answer, allowed, denied) => {
    for (const provider of [HTTP, GRPC]) {
      expect(asked([byHeader('x-role', 'admin')], provider, answer, forged)).toBe(allowed);
      expect(asked([byHeader('x-role', 'admin', 'DENY')], provider, answer, forged)).toBe(denied);
    }
  });

  test('8.6 does not hide what refuses for sure', () => {
    expect(asked([authorization({}, { name: 'none' }), byHeader('x-role', 'admin', 'DENY')], HTTP, undefined, forged)).toBe('DENY ALLOW 403');
  });

  test('8.6 does not hide what is not known for another reason', () => {
    const call = { ...forged, source: { principal: 'cluster.local/ns/shop/sa/web' } };
    const byAddress = authorization({ rules: [{ from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }], when: [{ key: 'request.headers[x-role]', values: ['admin'] }] }] }, { name: 'by-address' });
    const response = sidecars([login, byAddress], { authorizerProviders: [HTTP] }).isAuthorized({ ...request(call), authorizerAnswers: [yes()] });

    expect([verdict(response), response.explain().includes('shop/by-address rule 0 from[0].source.ipBlocks')]).toEqual(['UNDECIDED ALLOW', true]);
    expect(asked([byAddress], HTTP, undefined, call)).toBe('UNDECIDED ALLOW');
  });

  test('8.6 may or may not be overwritten where it is not known whether the authorizer is asked', () => {
    const fromAfar = authorization({ action: 'CUSTOM', provider: { name: 'login' }, rules: [{ from: [{ source: { notIpBlocks: ['10.0.0.0/8'] } }] }] }, { name: 'login' });
    const answer = (more: object, ip?: string) => verdict(sidecars([fromAfar, byHeader('x-role', 'admin')], { authorizerProviders: [HTTP] })
      .isAuthorized({ ...request({ ...forged, source: { ip } }), authorizerAnswers: [yes(more)] }));

    expect([answer({ headers: { 'x-role': ['guest'] } }), answer({ headers: {} }), answer({})]).toEqual(['UNDECIDED ALLOW', 'ALLOW 200', 'UNDECIDED ALLOW']);
    expect([answer({ headers: { 'x-role': ['guest'] } }, '10.1.1.1'), answer({ headers: { 'x-role': ['guest'] } }, '11.1.1.1')]).toEqual(['ALLOW 200', 'DENY ALLOW 403']);
  });

  test('8.6 that is an output header of a token rule is removed, whoever set it', () => {
    const writing = requestAuthentication({ jwtRules: [{ issuer: 'https://idp', jwks: '{}', fromHeaders: [{ name: 'x-jwt' }], outputClaimToHeaders: [{ header: 'x-role', claim: 'role' }] }] });

    expect(asked([writing, byHeader('x-role', 'admin')], HTTP, yes(), forged)).toBe('DENY ALLOW 403');
    expect(asked([writing, byHeader('x-role', 'admin')], HTTP, yes(), { tokens: [{ claims: { iss: 'https://idp', role: 'admin' }, header: 'x-jwt' }] })).toBe('ALLOW 200');
    expect(asked([writing, byHeader('x-role', 'admin')], GRPC, yes(), forged)).toBe('UNDECIDED TOKEN');
  });

  test('8.6 may make a preflight of what is none', () => {
    const preflight = { http: { method: 'OPTIONS', headers: { origin: ['https://x'] } }, tokens: [{ text: 'x', header: 'x-jwt' }] };
    const rule = requestAuthentication({ jwtRules: [{ issuer: 'https://idp', jwks: '{}', fromHeaders: [{ name: 'x-jwt' }] }] });
    const may = { ...HTTP, headersToUpstreamOnAllow: ['access-control-*'] };

    expect([asked([rule], may, yes(), preflight), asked([rule], HTTP, yes(), preflight)]).toEqual(['UNDECIDED TOKEN', 'DENY TOKEN 401']);
  });

  test('8.6 is none that the answer names in vain', () => {
    const policies = sidecars([login, byHeader('x-other', 'b')], { authorizerProviders: [HTTP] });
    const response = policies.isAuthorized({ ...request({ http: { headers: { 'x-other': ['b'] } } }), authorizerAnswers: [yes({ headers: { 'x-other': ['c'] } })] });

    expect([verdict(response), response.notes]).toEqual(['ALLOW 200', ["authorizer 'login' cannot change header 'x-other': the mesh settings do not pass it on"]]);
  });
});

describe('answers that nobody asks for', () => {
  test('8.7 have a note', () => {
    const policies = sidecars([login], { authorizerProviders: [HTTP] });
    const notes = (provider: string) => policies.isAuthorized({ ...request(), authorizerAnswers: [{ provider, allows: true }] }).notes;

    expect(notes('logn')).toEqual(["no CUSTOM policy names 'logn' of authorizerAnswers; did you mean 'login'?"]);
    expect(notes('login')).toEqual([]);
    expect(sidecars([]).isAuthorized({ ...request(), authorizerAnswers: [yes()] }).notes).toEqual(["no CUSTOM policy names 'login' of authorizerAnswers; drop it"]);
  });

  test('8.7 have a note that lists whom CUSTOM policies ask', () => {
    const by = (name: string, action: string) => authorization({ action, provider: { name }, rules: [{}] }, { name });
    const policies = sidecars([by('opa', 'CUSTOM'), by('auth', 'CUSTOM'), by('none', 'ALLOW')], { authorizerProviders: [], istiodEnvironment: {} });

    expect(policies.isAuthorized({ ...request(), authorizerAnswers: [{ provider: 'xyz', allows: true }] }).notes)
      .toEqual(["no CUSTOM policy names 'xyz' of authorizerAnswers; known here: auth, opa", 'what an authorizer would be asked about is refused, as the workload has several authorizers: auth, opa']);
  });
});

describe('authorizers of which nobody says whether they exist', () => {
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: 'trustDomain: cluster.local' } };
  const note = "the mesh settings are not in the manifests: the provider 'login' is taken to exist";

  test('8.2 are taken to exist, with a note', () => {
    const response = sidecars([login]).isAuthorized(request());

    expect([verdict(response), response.authorizers, response.notes]).toEqual(['CONDITIONAL CUSTOM', ['login'], [note]]);
    expect(response.explain()).toContain(`note: ${note}`);
  });

  test.each<[string, PolicySet, string]>([
    ['no settings, whatever else is set', sidecars([login], { trustDomain: 'cluster.local' }), 'CONDITIONAL CUSTOM'],
    ['a MeshConfig', sidecars([login, configMap]), 'DENY CUSTOM 403'],
    ['an IstioOperator', sidecars([login, { apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator', metadata: { name: 'x' }, spec: {} }]), 'DENY CUSTOM 403'],
    ['settings', sidecars([login], { authorizerProviders: [] }), 'DENY CUSTOM 403'],
    ['settings that have it, beside a MeshConfig that does not', sidecars([login, configMap], { authorizerProviders: [HTTP] }), 'CONDITIONAL CUSTOM'],
  ])('8.2 are those that neither manifests nor settings list: %s', (_, policies, expected) => {
    expect(ask(policies)).toBe(expected);
  });

  test('8.6 may set any header', () => {
    const answer = (...answers: AuthorizerAnswer[]) => verdict(sidecars([login, jwt, requireToken]).isAuthorized({ ...request(), authorizerAnswers: answers }));

    expect([answer(), answer(yes()), answer(yes({ tokens: [alice] })), answer(yes({ headers: {} }))]).toEqual(['CONDITIONAL CUSTOM', 'UNDECIDED TOKEN', 'ALLOW 200', 'DENY DENY 403']);
  });

  test('8.3 may be asked about connections', () => {
    const any = authorization({ action: 'CUSTOM', provider: { name: 'login' }, rules: [{}] });
    const response = sidecars([any]).isAuthorized(request({ port: 9000, tcp: true }));

    expect([verdict(response), response.notes]).toEqual(['CONDITIONAL CUSTOM', [`${note}, and to be asked about connections, too`]]);
  });

  test('8.2 have no note where they are not asked', () => {
    expect(sidecars([login]).isAuthorized(request({ http: { path: '/open' } })).notes).toEqual([]);
  });
});

describe('authorizers of operators', () => {
  const mesh = { extensionProviders: [{ name: 'login', envoyExtAuthzHttp: { service: 'x', port: 80, headersToUpstreamOnAllow: ['x-role'] } }] };
  const kyma = (config: object) => ({ apiVersion: 'operator.kyma-project.io/v1alpha2', kind: 'Istio', metadata: { name: 'default', namespace: 'kyma-system' }, spec: { config } });
  const forged = { http: { headers: { 'x-role': ['admin'] } } };
  const answer = (settings: object, name: string) => verdict(sidecars([login, byHeader(name, 'admin'), settings])
    .isAuthorized({ ...request({ http: { headers: { [name]: ['admin'] } } }), authorizerAnswers: [yes()] }));

  test.each<[string, object]>([
    ['an Istio of sail', { apiVersion: 'sailoperator.io/v1', kind: 'Istio', metadata: { name: 'default' }, spec: { values: { meshConfig: mesh } } }],
    ['an Istio of Kyma', kyma({ authorizers: [{ name: 'login', service: 'x', port: 80, headers: { toUpstream: { onAllow: ['x-role'] } } }] })],
    ['an IstioOperator', { apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator', metadata: { name: 'x' }, spec: { meshConfig: mesh } }],
  ])('1.8 are read from %s', (_, settings) => {
    expect([answer(settings, 'x-role'), answer(settings, 'x-other')]).toEqual(['UNDECIDED ALLOW', 'ALLOW 200']);
    expect(sidecars([settings]).problems).toEqual([]);
  });

  test('1.8 of Kyma are all there are, unless a MeshConfig says more', () => {
    const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: JSON.stringify({ ...mesh, trustDomain: 'cluster.local' }) } };

    expect(ask(sidecars([login, kyma({ numTrustedProxies: 1 })]), forged)).toBe('DENY CUSTOM 403');
    expect(ask(sidecars([login, kyma({}), configMap]), forged)).toBe('CONDITIONAL CUSTOM');
  });
});

describe('authorizers and token rules of a waypoint', () => {
  const gateway = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'wp', namespace: 'shop' },
    spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] },
  };
  const atWaypoint = { targetRefs: [{ kind: 'Service', name: 'api', group: '' }] };
  const forged = { http: { headers: { 'x-role': ['admin'] } } };

  /** A mesh in ambient mode, where the pods of api have a sidecar of their own behind the waypoint. */
  function world(...policies: object[]): PolicySet {
    const behind = [namespace('shop', { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'wp' }), gateway, pod('api', { 'sidecar.istio.io/inject': 'true' })];
    return PolicySet.fromManifests([...behind, service('api', [{ name: 'http', port: 80, targetPort: 8080 }]), ...policies], { authorizerProviders: [HTTP] });
  }

  function through(policies: PolicySet, call: Parameters<typeof request>[0], answers?: AuthorizerAnswer[], proxy?: ProxyKind): string {
    const to: AccessRequest = { ...request(call), destination: { namespace: 'shop', service: 'api', port: 80, proxy } };
    return verdict(policies.isAuthorized({ ...to, authorizerAnswers: answers }));
  }

  const custom = authorization({ ...atWaypoint, action: 'CUSTOM', provider: { name: 'login' }, rules: [{}] }, { name: 'login' });
  const byRole = { rules: [{ when: [{ key: 'request.headers[x-role]', values: ['admin'] }] }] };

  test('8.6 are heard there', () => {
    const policies = world(custom, authorization({ ...atWaypoint, ...byRole }, { name: 'by-role' }));
    const answers = [undefined, [yes()], [yes({ headers: {} })]].map(answer => through(policies, forged, answer, ProxyKind.WAYPOINT));

    expect(answers).toEqual(['CONDITIONAL CUSTOM', 'UNDECIDED ALLOW', 'ALLOW 200']);
  });

  test('1.10 are heard at the next proxy, too', () => {
    const policies = world(custom, authorization(byRole, { name: 'by-role' }));
    const answers = [undefined, [yes()], [yes({ headers: {} })], [yes({ headers: { 'x-role': ['guest'] } })]].map(answer => through(policies, forged, answer));

    expect(answers).toEqual(['CONDITIONAL CUSTOM', 'UNDECIDED ALLOW', 'ALLOW 200', 'DENY ALLOW 403']);
  });

  test('1.10 write headers and take tokens that the next proxy sees and does not see', () => {
    const jwtRules = [{ issuer: 'https://idp', jwks: '{}', outputClaimToHeaders: [{ header: 'x-role', claim: 'role' }] }];
    const writing = (more: object = {}) => requestAuthentication({ ...atWaypoint, jwtRules: [{ ...jwtRules[0], ...more }] }, { name: 'writing' });
    const admin = { tokens: [{ claims: { iss: 'https://idp', sub: 'alice', role: 'admin' } }] };

    expect([through(world(writing(), authorization(byRole)), forged), through(world(writing(), authorization(byRole)), admin)]).toEqual(['DENY ALLOW 403', 'ALLOW 200']);
    expect(through(world(writing(), jwt, requireToken), admin)).toBe('DENY DENY 403');
    expect(through(world(writing({ forwardOriginalToken: true }), jwt, requireToken), admin)).toBe('ALLOW 200');
  });

  describe('8.6 and those of the next proxy', () => {
    const second: AuthorizerProvider = { name: 'second', protocol: AuthorizerProtocol.HTTP, headersToUpstreamOnAllow: ['x-role', 'x-jwt'] };
    const customBehind = (rule: object = {}) => authorization({ action: 'CUSTOM', provider: { name: 'second' }, rules: [rule] }, { name: 'second' });
    const also = (more: Partial<AuthorizerAnswer> = {}): AuthorizerAnswer => ({ provider: 'second', allows: true, ...more });

    function response(policies: object[], answers: AuthorizerAnswer[], seconds: AuthorizerProvider = second): AuthorizationResponse {
      const behind = [namespace('shop', { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'wp' }), gateway, pod('api', { 'sidecar.istio.io/inject': 'true' })];
      return PolicySet.fromManifests([...behind, service('api', [{ name: 'http', port: 80, targetPort: 8080 }]), custom, ...policies], { authorizerProviders: [HTTP, seconds] })
        .isAuthorized({ ...request(forged), destination: { namespace: 'shop', service: 'api', port: 80 }, authorizerAnswers: answers });
    }

    test.each<[string, AuthorizerAnswer[], string]>([
      ['nobody answers', [], 'CONDITIONAL CUSTOM'],
      ['the first says nothing of headers, the second is not heard', [yes()], 'UNDECIDED ALLOW'],
      ['neither says anything of headers', [yes(), also()], 'UNDECIDED ALLOW'],
      ['the second leaves what is not known of the first', [yes(), also({ headers: {} })], 'UNDECIDED ALLOW'],
      ['the second leaves what hangs on the first', [also({ headers: {} })], 'CONDITIONAL CUSTOM'],
      ['the second sets what the first may have', [yes(), also({ headers: { 'x-role': ['admin'] } })], 'ALLOW 200'],
      ['the second sets it otherwise', [also({ headers: { 'x-role': ['guest'] } })], 'DENY ALLOW 403'],
      ['both leave it', [yes({ headers: {} }), also({ headers: {} })], 'ALLOW 200'],
      ['the second takes out what the first sets', [yes({ headers: { 'x-role': ['admin'] } }), also({ headers: { 'x-role': [] } })], 'DENY ALLOW 403'],
    ])('work one after the other: %s', (_, answers, expected) => {
      expect(verdict(response([customBehind(), authorization(byRole, { name: 'by-role' })], answers))).toBe(expected);
    });

    test('are named where they are to say what they set', () => {
      expect(response([customBehind(), authorization(byRole, { name: 'by-role' })], [yes(), also()]).explain()).toContain("it is not known which headers are set by 'login', 'second'");
    });

    test('are asked by what the first makes of the request', () => {
      const guests = customBehind({ when: [{ key: 'request.headers[x-role]', values: ['guest'] }] });
      const answers = [[], [yes({ headers: {} })], [yes({ headers: { 'x-role': ['guest'] } })], [yes()]];

      expect(answers.map(given => verdict(response([guests], given)))).toEqual(['CONDITIONAL CUSTOM', 'ALLOW 200', 'CONDITIONAL CUSTOM', 'UNDECIDED CUSTOM']);
    });

    test('tell of what each sets in vain', () => {
      const answers = [yes({ headers: { 'x-a': ['1'] } }), also({ headers: { 'x-b': ['1'] } })];

      expect(response([customBehind()], answers).notes.filter(note => note.startsWith('authorizer'))).toEqual([
        "authorizer 'login' cannot change header 'x-a': the mesh settings do not pass it on", "authorizer 'second' cannot change header 'x-b': the mesh settings do not pass it on",
      ]);
    });

    test.each<[string, boolean]>([['in their order', false], ['in another', true]])('set tokens each, answers %s', (_, turned) => {
      const bob = { claims: { iss: 'https://idp', sub: 'bob' }, header: 'x-jwt' };
      const looking = requestAuthentication({ jwtRules: [{ issuer: 'https://idp', jwks: '{}', fromHeaders: [{ name: 'x-jwt' }] }] });
      const byBob = authorization({ rules: [{ from: [{ source: { requestPrincipals: ['https://idp/bob'] } }] }] }, { name: 'bob' });
      const answers = [yes({ tokens: [alice, { ...alice, header: 'x-auth-token' }] }), also({ tokens: [bob] })];

      expect(verdict(response([customBehind(), looking, byBob], turned ? answers.reverse() : answers))).toBe('ALLOW 200');
    });
  });
});
