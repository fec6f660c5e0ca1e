import { AuthorizerProtocol, PolicySet } from 'cdk8s-zero-trust';
import { ambient, ask, authorization, namespace, peerAuthentication, pod, request, requestAuthentication, service, sidecars, verdict, WEB } from './support';

const names = (policies: { name: string; rule?: number }[]) => policies.map(({ name, rule }) => `${name} ${rule}`);

describe('determining policies', () => {
  test('of AUDIT are none at ztunnel', () => {
    const audit = authorization({ action: 'AUDIT', rules: [{}] });

    expect(names(sidecars([audit]).isAuthorized(request()).auditingPolicies)).toEqual(['policy 0']);
    expect(ambient([audit]).isAuthorized(request()).auditingPolicies).toEqual([]);
  });

  test('9.3 come in the order of their ids', () => {
    const rules = Array.from({ length: 11 }, () => ({}));
    const response = sidecars([authorization({ rules }, { name: 'z' }), authorization({ rules: [{}] }, { name: 'a' })]).isAuthorized(request());

    expect(names(response.determiningPolicies)).toEqual(['a 0', 'z 0', 'z 10', 'z 1', 'z 2', 'z 3', 'z 4', 'z 5', 'z 6', 'z 7', 'z 8', 'z 9']);
  });

  test('14.1 are those that may match, where it is not known', () => {
    const rules = [{ from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }] }, { from: [{ source: { principals: ['x'] } }] }];
    const response = sidecars([authorization({ action: 'DENY', rules })]).isAuthorized(request({ source: { principal: WEB } }));

    expect([verdict(response), names(response.determiningPolicies)]).toEqual(['UNDECIDED DENY', ['policy 0']]);
  });

  test('14.1 are those that match for sure, where one does', () => {
    const rules = [{ from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }] }, {}];
    const response = sidecars([authorization({ action: 'DENY', rules })]).isAuthorized(request({ source: { principal: WEB } }));

    expect([verdict(response), names(response.determiningPolicies)]).toEqual(['DENY DENY 403', ['policy 1']]);
  });

  test('7.6 are the RequestAuthentications where a token is refused', () => {
    const response = sidecars([requestAuthentication({ jwtRules: [{ issuer: 'a', jwks: '{}' }] }, { name: 'tokens' })]).isAuthorized(request({ tokens: [{ text: 'x' }] }));

    expect([verdict(response), response.determiningPolicies]).toEqual(['DENY TOKEN 401', [{ kind: 'RequestAuthentication', namespace: 'shop', name: 'tokens' }]]);
  });

  test('8.1 are those of CUSTOM that match the request as sent', () => {
    const custom = authorization({ action: 'CUSTOM', provider: { name: 'opa' }, rules: [{ when: [{ key: 'request.headers[x-sub]', values: ['a'] }] }] }, { name: 'custom' });
    const policies = [custom, requestAuthentication({ jwtRules: [{ issuer: 'a', jwks: '{}', outputClaimToHeaders: [{ header: 'x-sub', claim: 'sub' }] }] })];
    const response = sidecars(policies, { authorizerProviders: [{ name: 'opa', protocol: AuthorizerProtocol.GRPC }] }).isAuthorized(request({ http: { headers: { 'x-sub': ['a'] } } }));

    expect([verdict(response), names(response.determiningPolicies)]).toEqual(['CONDITIONAL CUSTOM', ['custom 0']]);
  });

  test('8.2 are those of every authorizer, once', () => {
    const custom = (name: string, year: number) => authorization({ action: 'CUSTOM', provider: { name }, rules: [{}] }, { name, creationTimestamp: `${year}-01-01T00:00:00Z` });
    const response = sidecars([custom('b', 2023), custom('a', 2024)]).isAuthorized(request());

    expect([verdict(response), names(response.determiningPolicies)]).toEqual(['DENY CUSTOM 403', ['a 0', 'b 0']]);
    expect(response.explain()).toContain('CUSTOM    refused, as the workload has several authorizers: a, b');
  });
});

describe('what is not known', () => {
  test('14.1 is named where it is a condition', () => {
    const rules = [{ when: [{ key: 'source.ip', values: ['10.0.0.0/8'] }] }];

    expect(sidecars([authorization({ action: 'DENY', rules })]).isAuthorized(request({ source: { principal: WEB } })).explain())
      .toContain('not known, for want of shop/policy rule 0 when[0].values of source.ip');
  });

  test('14.1 is named, and nothing else', () => {
    const rules = [{ from: [{ source: { principals: [WEB], ipBlocks: ['10.0.0.0/8'] } }], to: [{ operation: { ports: ['8080'] } }] }];

    expect(sidecars([authorization({ action: 'DENY', rules })]).isAuthorized(request({ source: { principal: WEB } })).explain())
      .toContain('not known, for want of shop/policy rule 0 from[0].source.ipBlocks\n');
  });
});

describe('authorizers', () => {
  const settings = { authorizerProviders: [{ name: 'opa', protocol: AuthorizerProtocol.GRPC }] };
  const custom = (rule: object) => authorization({ action: 'CUSTOM', provider: { name: 'opa' }, rules: [rule] });

  test('8.5 are named where they must be asked', () => {
    expect(sidecars([custom({})], settings).isAuthorized(request()).authorizers).toEqual(['opa']);
    expect(sidecars([custom({ to: [{ operation: { ports: ['1'] } }] })], settings).isAuthorized(request()).authorizers).toEqual([]);
  });

  test('8.1 are not spoken of where none of their rules matches', () => {
    expect(sidecars([custom({ to: [{ operation: { ports: ['1'] } }] })], settings).isAuthorized(request()).explain({ full: true }))
      .toContain('CUSTOM    no external authorizer is asked');
  });

  test.each([[true, "'opa' agrees"], [false, "'opa' refuses"]])('8.5 are told of when they answered %s', (allows, outcome) => {
    const response = sidecars([custom({})], settings).isAuthorized({ ...request(), authorizerAnswers: [{ provider: 'opa', allows }] });

    expect(response.hops[0].steps[2]).toEqual({ stage: 'CUSTOM', outcome });
  });

  test('8.5 are told of where something else refuses', () => {
    const policies = sidecars([custom({}), authorization({ action: 'DENY', rules: [{}] }, { name: 'none' })], settings);

    expect(policies.isAuthorized({ ...request(), authorizerAnswers: [{ provider: 'opa', allows: true }] }).hops[0].steps[2]).toEqual({ stage: 'CUSTOM', outcome: "'opa' agrees" });
  });

  test('8.5 are not said to agree where nobody asked them', () => {
    const policies = sidecars([custom({}), authorization({ action: 'DENY', rules: [{}] }, { name: 'none' })], settings);
    const outcomes = [{}, { tcp: true, port: 9000 }].map(call => policies.isAuthorized(request(call)).hops[0].steps.find(({ stage }) => stage === 'CUSTOM')?.outcome);

    expect(outcomes).toEqual(["'opa' must be asked", "'opa' must be asked"]);
  });

  test('8.5 leave open what comes after them', () => {
    const response = sidecars([custom({}), authorization({ rules: [{}] }, { name: 'all' })], settings).isAuthorized(request());

    expect(response.hops[0].steps.map(({ stage, outcome }) => `${stage} ${outcome}`).slice(2))
      .toEqual(["CUSTOM 'opa' must be asked", 'TOKEN no token is looked for', 'AUDIT no AUDIT rule matches', 'DENY no DENY rule matches', 'ALLOW 1 ALLOW rules']);
  });
});

describe('authorizers that cannot be asked', () => {
  const custom = (provider?: object) => authorization({ action: 'CUSTOM', provider, rules: [{}] });
  const named = (name: string, istioVersion?: string) => sidecars([custom({ name })], { istioVersion, authorizerProviders: [{ name, protocol: AuthorizerProtocol.GRPC }] });

  test('8.2 refuse, and say why', () => {
    expect(sidecars([custom()]).isAuthorized(request()).explain()).toContain("CUSTOM    refused, as the mesh settings have no authorizer ''");
    expect(named('My_Opa').isAuthorized(request()).explain()).toContain("CUSTOM    refused, as the name 'My_Opa' is not a DNS label");
    expect(sidecars([custom({ name: 'opa' })], { authorizerProviders: ['opa', 'opa'].map(name => ({ name, protocol: AuthorizerProtocol.GRPC })) }).isAuthorized(request()).explain())
      .toContain("CUSTOM    refused, as the mesh settings have several authorizers 'opa'");
  });

  test.each([['1.29', 'CONDITIONAL CUSTOM'], ['1.30', 'DENY CUSTOM 403']])('15.3 in %s by their name: %s', (version, expected) => {
    expect(ask(named('My_Opa', version))).toBe(expected);
    expect(ask(named('opa', version))).toBe('CONDITIONAL CUSTOM');
  });
});

describe('explanations', () => {
  const outcome = (policies: object[], call: Parameters<typeof request>[0]) => sidecars(policies).isAuthorized(request(call)).explain();

  test('say that no proxy is on the way', () => {
    const response = PolicySet.fromManifests([namespace('shop'), pod('api')]).isAuthorized(request());

    expect(response.explain().split('\n')[0]).toBe('ALLOW: no proxy enforces policy on the way');
    expect(outcome([], {}).split('\n')[0]).toBe('ALLOW');
  });

  test('say which rules decide', () => {
    const policies = [authorization({ rules: [{}] }, { name: 'all' }), authorization({ action: 'DENY', rules: [{ to: [{ operation: { methods: ['PUT'] } }] }] }, { name: 'no-put' })];

    const get = authorization({ rules: [{ to: [{ operation: { methods: ['GET'] } }] }] });

    expect(outcome([get], { port: 9000, tcp: true })).toContain('ALLOW     refused, as none of 0 ALLOW rules matches');
    expect(outcome([requestAuthentication({ jwtRules: [] })], {})).toContain('attached: shop/policy');
    expect(outcome(policies, {})).toContain('ALLOW     allowed by ALLOW shop/all rule 0');
    expect(outcome(policies, { http: { method: 'PUT' } })).toContain('DENY      refused by DENY shop/no-put rule 0');
    expect(outcome([], {})).toContain('ALLOW     no ALLOW policy is attached, so everything passes');
    expect(outcome([authorization({ action: 'AUDIT', rules: [{}] }, { name: 'audit' })], {})).toContain('AUDIT     AUDIT shop/audit rule 0');
  });

  test('say what is wrong with a request', () => {
    expect(outcome([peerAuthentication({ mtls: { mode: 'DISABLE' } })], {})).toContain('TRANSPORT the port speaks HTTP, and the client TLS');
    expect(outcome([], { tcp: true })).toMatch(/TRANSPORT PERMISSIVE; HTTP connection of .*\n {3}PROTOCOL {2}the port speaks HTTP, and the client does not/);
    expect(outcome([], { http: { method: 'FOO', path: '/' } })).toMatch(/TRANSPORT PERMISSIVE; HTTP connection of .*\n {3}PROTOCOL {2}the request line is not HTTP/);
  });

  test('tell of stages that were not reached for sure', () => {
    const peers = [peerAuthentication({ mtls: { mode: 'STRICT' } }, { name: 'a', creationTimestamp: undefined }), peerAuthentication({}, { name: 'b', creationTimestamp: undefined })];

    expect(outcome(peers, { source: {} })).toContain('TRANSPORT it is not known which of several PeerAuthentications is the oldest');
    expect(sidecars(peers).isAuthorized(request({ source: {} })).hops[0].steps).toContainEqual({ stage: 'TOKEN', outcome: 'no token is looked for' });
  });

  test('tell that an authorizer may have to be asked', () => {
    const custom = authorization({ action: 'CUSTOM', provider: { name: 'opa' }, rules: [{ from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }] }] });
    const settings = { authorizerProviders: [{ name: 'opa', protocol: AuthorizerProtocol.GRPC }] };

    expect(sidecars([custom], settings).isAuthorized(request({ source: { principal: WEB } })).explain()).toContain("CUSTOM    'opa' may have to be asked");
  });

  test('have the stages of ztunnel, and the policies that it does not get', () => {
    const custom = authorization({ action: 'CUSTOM', provider: { name: 'x' }, rules: [{}] }, { name: 'custom' });
    const [hop] = ambient([authorization({ rules: [{}] }), custom]).isAuthorized(request()).hops;

    expect(hop.steps.map(({ stage }) => stage)).toEqual(['TRANSPORT', 'DENY', 'ALLOW']);
    expect(hop.detached).toEqual(['shop/custom: ztunnel does not support action CUSTOM']);
  });

  test('say how ztunnel came to its answer', () => {
    const lines = (policies: object[], source = {}) => ambient(policies).isAuthorized(request({ source })).explain().split('\n');
    const allow = authorization({ rules: [{ from: [{ source: { principals: [WEB], notNamespaces: ['x'] } }] }, { when: [{ key: 'request.headers[a]', values: ['b'] }] }] });

    expect(lines([peerAuthentication({ mtls: { mode: 'STRICT' } })])).toEqual([
      'DENY', '1. ztunnel of shop/api, port 8080', '   TRANSPORT the port accepts mutual TLS only: istio-system/istio_converted_static_strict',
    ]);
    expect(lines([peerAuthentication({ selector: { matchLabels: { app: 'api' } }, portLevelMtls: { 8080: { mode: 'STRICT' } } }, { name: 'ports' })])[2])
      .toBe('   TRANSPORT the port accepts mutual TLS only: shop/converted_peer_authentication_ports');
    expect(lines([peerAuthentication({ mtls: { mode: 'STRICT' } }, { name: 'a', creationTimestamp: undefined }), peerAuthentication({}, { name: 'b' })])[2])
      .toBe('   TRANSPORT it is not known which of several PeerAuthentications is the oldest');
    expect(lines([authorization({ rules: [{}] })])[3]).toBe('   ALLOW     allowed by ALLOW shop/policy rule 0');
    expect(lines([authorization({ action: 'DENY', rules: [{ to: [{ operation: { methods: ['GET'], ports: ['1'] } }] }] })]).slice(-1))
      .toEqual(['   widened: DENY shop/policy rule 0: to[0].operation.methods is not supported by ztunnel']);
    expect(ambient([authorization({ rules: [{ from: [{ source: { trustDomains: ['x'] } }] }] })]).isAuthorized(request()).hops[0].nearest)
      .toEqual({ rule: 'ALLOW shop/policy rule 0', unmatched: [{ field: 'nothing that ztunnel enforces', values: [] }] });
    expect(ambient([authorization({ rules: [{ from: [{ source: { principals: ['x'], notNamespaces: ['shop'] } }] }] })]).isAuthorized(request()).hops[0].nearest?.unmatched)
      .toEqual([{ field: 'from[0].source.principals', values: ['x'] }, { field: 'from[0].source.notNamespaces', values: ['shop'] }]);
    expect(lines([allow], { principal: 'cluster.local/ns/shop/sa/other' })).toEqual([
      'DENY',
      '1. ztunnel of shop/api, port 8080',
      '   TRANSPORT TCP connection of peer spiffe://cluster.local/ns/shop/sa/other',
      '   ALLOW     refused, as none of 1 ALLOW rules matches',
      `   nearest   ALLOW shop/policy rule 0, but for from[0].source.principals [${WEB}]`,
      '   attached: shop/policy',
      '   dropped: ALLOW shop/policy rule 1: when[0] on request.headers[a] is not supported by ztunnel',
    ]);
  });

  test('note what no proxy sees', () => {
    const api = pod('api', { 'sidecar.istio.io/inject': 'true' }) as { metadata: object };
    const notes = (more: object) => PolicySet.fromManifests([{ ...api, ...more }]).isAuthorized(request()).notes;

    expect(notes({ spec: { hostNetwork: true } })).toEqual(["'shop/api' runs on the network of its host: no proxy enforces policy for it"]);
    expect(notes({ metadata: { ...api.metadata, annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' } } }))
      .toEqual(["port 8080 is not captured by the sidecar, by annotation traffic.sidecar.istio.io/excludeInboundPorts: '8080': no proxy enforces policy for it"]);
    expect(PolicySet.fromManifests([namespace('shop'), pod('api')]).isAuthorized(request()).notes)
      .toEqual(["'shop/api' is not in the mesh, as its namespace has no label of the mesh for it: no proxy enforces policy for it"]);
  });

  test('1.9 note a port that the pods do not have', () => {
    const policies = PolicySet.fromManifests([service('api', [{ port: 80, targetPort: 'web' }]), pod('api', { 'sidecar.istio.io/inject': 'true' })]);
    const response = policies.isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 80 }, http: {} });

    expect([verdict(response), response.notes]).toEqual(['UNDECIDED', ['the container port that the Service leads to is not in the manifests']]);
  });

  test('list rules with a key that Istio does not know', () => {
    expect(outcome([authorization({ rules: [{}, { when: [{ key: 'request.color', values: ['red'] }, { key: 'x', values: ['y'] }] }] })], {}))
      .toContain("\n   dropped: ALLOW shop/policy rule 1: unknown condition key 'request.color'");
  });

  test('list what is dropped and what is widened', () => {
    const text = outcome([
      authorization({ rules: [{ to: [{ operation: { methods: ['GET'] } }] }] }, { name: 'get' }),
      authorization({ action: 'DENY', rules: [{ to: [{ operation: { methods: ['PUT'], ports: ['1'] } }] }] }, { name: 'put' }),
    ], { port: 9000, tcp: true });

    expect(text).toContain('\n   dropped: ALLOW shop/get rule 0: to[0].operation.methods needs HTTP');
    expect(text).toContain('\n   widened: DENY shop/put rule 0: to[0].operation.methods needs HTTP');
  });
});

describe('ztunnel of any version', () => {
  test('15.2 takes texts as they are', () => {
    const source = (principals: string[]) => ambient([authorization({ rules: [{ from: [{ source: { principals } }] }] })], { istioVersion: '1.29' });

    expect(ask(source(['*/sa/w.b']))).toBe('DENY ALLOW');
    expect(ask(source(['*/sa/web']))).toBe('ALLOW');
  });
});

describe('a policy that cannot be read', () => {
  test.each(['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication'])('in the root namespace concerns everything: %s', kind => {
    const odd = { ...peerAuthentication({ unknown: 1, action: 'AUDIT' }, { namespace: 'istio-system' }), kind };

    expect(ask(sidecars([odd]))).toBe('UNDECIDED');
    expect(ask(sidecars([{ ...odd, metadata: { name: 'x', namespace: 'other' } }]))).toBe('ALLOW 200');
  });
});
