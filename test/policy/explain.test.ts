import { ambient, ask, authorization, peerAuthentication, request, sidecars, verdict, WEB } from './support';

const POLICIES = [
  peerAuthentication({ mtls: { mode: 'STRICT' } }, { namespace: 'istio-system', name: 'mesh' }),
  authorization({
    rules: [{ from: [{ source: { principals: [WEB] } }], to: [{ operation: { methods: ['GET'], paths: ['/api/*'] } }] }, { from: [{ source: { namespaces: ['x'] } }], to: [{ operation: { methods: ['PUT'] } }] }],
  }, { name: 'web' }),
  authorization({ action: 'DENY', rules: [{ to: [{ operation: { methods: ['POST'] } }] }] }, { name: 'no-post' }),
  authorization({ selector: { matchLabels: { app: 'db' } } }, { name: 'db' }),
];

describe('an explanation', () => {
  const refused = sidecars(POLICIES).isAuthorized(request({ http: { path: '/admin' } }));

  test('tells what decided, of the policies that are attached', () => {
    expect(refused.explain()).toBe(`DENY
1. sidecar of shop/api, port 8080
   TRANSPORT STRICT by istio-system/mesh; HTTP connection of peer spiffe://cluster.local/ns/shop/sa/web
   ALLOW     refused, as none of 2 ALLOW rules matches
   nearest   ALLOW shop/web rule 0, but for to[0].operation.paths [/api/*]
   attached: shop/no-post
   attached: shop/web`);
  });

  test('tells in full what passed everything, and what is not attached', () => {
    expect(refused.explain({ full: true })).toBe(`DENY
1. sidecar of shop/api, port 8080
   TRANSPORT STRICT by istio-system/mesh; HTTP connection of peer spiffe://cluster.local/ns/shop/sa/web
   PROTOCOL  the request is well-formed
   CUSTOM    no external authorizer is asked
   TOKEN     no token is looked for
   AUDIT     no AUDIT rule matches
   DENY      no DENY rule matches
   ALLOW     refused, as none of 2 ALLOW rules matches
   nearest   ALLOW shop/web rule 0, but for to[0].operation.paths [/api/*]
   attached: shop/no-post
   attached: shop/web
   not attached: shop/db: the selector does not match the labels`);
  });

  test.each([
    ['what is allowed', { ip: '10.1.2.3', principal: WEB }, 'ALLOW 200'],
    ['what is not known', { principal: WEB }, 'UNDECIDED ALLOW'],
    ['what a DENY rule refuses', { ip: '10.1.2.3', principal: 'cluster.local/ns/x/sa/x' }, 'DENY DENY 403'],
    ['what TLS refuses', { ip: '10.1.2.3', principal: 'td/ns/x/sa/x' }, 'DENY TRANSPORT'],
  ])('names no nearest rule of %s', (_, source, expected) => {
    const byAddress = authorization({ rules: [{ from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }] }] });
    const response = sidecars([byAddress, authorization({ action: 'DENY', rules: [{ from: [{ source: { namespaces: ['x'] } }] }] }, { name: 'no-x' })]).isAuthorized(request({ source }));

    expect([verdict(response), response.hops[0].nearest]).toEqual([expected, undefined]);
  });

  test('names conditions that do not match', () => {
    const rules = [{ from: [{ source: { namespaces: ['shop'] } }], when: [{ key: 'destination.port', values: ['1', '2'] }, { key: 'source.namespace', notValues: ['shop'] }] }];

    expect(sidecars([authorization({ rules })]).isAuthorized(request()).hops[0].nearest?.unmatched)
      .toEqual([{ field: 'when[0].values of destination.port', values: ['1', '2'] }, { field: 'when[1].notValues of source.namespace', values: ['shop'] }]);
  });

  test('names the alternative that comes closest, of the rule that does', () => {
    const far = { source: { principals: ['x'], namespaces: ['x'] } };
    const near = { source: { principals: ['x'], namespaces: ['shop'] } };
    const rules = [{ from: [far] }, { from: [far, near], when: [{ key: 'destination.port', values: ['8080'] }] }, { from: [far], when: [{ key: 'destination.port', values: ['1'] }] }];

    expect(sidecars([authorization({ rules })]).isAuthorized(request()).hops[0].nearest)
      .toEqual({ rule: 'ALLOW shop/policy rule 1', unmatched: [{ field: 'from[1].source.principals', values: ['x'] }] });
  });

  test('names rules that are dropped and widened on TCP', () => {
    const [hop] = sidecars(POLICIES).isAuthorized(request({ port: 9000, tcp: true })).hops;

    expect(hop.dropped).toEqual([
      'ALLOW shop/web rule 0: to[0].operation.methods needs HTTP; to[0].operation.paths needs HTTP',
      'ALLOW shop/web rule 1: to[0].operation.methods needs HTTP',
    ]);
    expect(hop.widened).toEqual(['DENY shop/no-post rule 0: to[0].operation.methods needs HTTP']);
    for (const action of ['ALLOW', 'AUDIT']) {
      const [{ dropped, widened }] = sidecars([authorization({ action, rules: [{ to: [{ operation: { methods: ['GET'] } }] }] })]).isAuthorized(request({ port: 9000, tcp: true })).hops;
      expect([...dropped, ...widened]).toEqual([`${action} shop/policy rule 0: to[0].operation.methods needs HTTP`]);
    }
    expect(hop.steps.map(({ stage }) => stage)).toEqual(['TRANSPORT', 'CUSTOM', 'AUDIT', 'DENY']);
  });

  test('names the PeerAuthentication that refuses', () => {
    const response = sidecars(POLICIES).isAuthorized(request({ source: {} }));

    expect(response.determiningPolicies).toEqual([{ kind: 'PeerAuthentication', namespace: 'istio-system', name: 'mesh' }]);
  });
});

describe('what is not known', () => {
  const byAddress = (action: string) => authorization({ action, rules: [{ from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }] }] });
  const unknown = { source: { principal: WEB } };

  test.each([
    ['14.1 an ALLOW rule', [byAddress('ALLOW')], 'UNDECIDED ALLOW'],
    ['14.1 a DENY rule', [byAddress('DENY')], 'UNDECIDED DENY'],
    ['14.1 another rule allows', [byAddress('ALLOW'), authorization({ rules: [{}] }, { name: 'all' })], 'ALLOW 200'],
    ['14.1 another rule denies', [byAddress('DENY'), authorization({ action: 'DENY', rules: [{}] }, { name: 'all' })], 'DENY DENY 403'],
    ['14.1 no rule allows anyway', [byAddress('DENY'), authorization({}, { name: 'none' })], 'DENY ALLOW 403'],
  ])('%s', (_, policies, expected) => {
    expect(ask(sidecars(policies), unknown)).toBe(expected);
  });

  test.each([
    ['14.1 an ALLOW rule', [byAddress('ALLOW')], 'UNDECIDED ALLOW'],
    ['14.1 a DENY rule', [byAddress('DENY')], 'UNDECIDED DENY'],
    ['14.1 both', [byAddress('DENY'), { ...byAddress('ALLOW'), metadata: { name: 'allow', namespace: 'shop' } }], 'UNDECIDED DENY'],
    ['14.1 another rule allows', [byAddress('ALLOW'), authorization({ rules: [{}] }, { name: 'all' })], 'ALLOW'],
    ['14.1 another rule denies', [byAddress('DENY'), authorization({ action: 'DENY', rules: [{}] }, { name: 'all' })], 'DENY DENY'],
    ['14.1 no rule allows anyway', [byAddress('DENY'), authorization({}, { name: 'none' })], 'DENY ALLOW'],
  ])('%s, at ztunnel', (_, policies, expected) => {
    expect(ask(ambient(policies), unknown)).toBe(expected);
  });

  test.each([
    ['its source', { from: [{ source: { namespaces: ['other'] } }], when: [{ key: 'source.ip', values: ['10.0.0.0/8'] }] }],
    ['its operation', { from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }], to: [{ operation: { ports: ['1'] } }] }],
    ['a condition', { from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }], when: [{ key: 'destination.port', values: ['1'] }] }],
  ])('14.1 does not matter in a rule of which %s does not match anyway', (_, rule) => {
    expect(ask(sidecars([authorization({ action: 'DENY', rules: [rule] })]), unknown)).toBe('ALLOW 200');
    expect(ask(ambient([authorization({ action: 'DENY', rules: [rule] })]), unknown)).toBe('ALLOW');
  });

  test.each([['sidecar', sidecars], ['ztunnel', ambient]])('14.1 is as little known where it is not to be, at a %s', (_, inMesh) => {
    const excluding = (action: string) => ask(inMesh([authorization({ action, rules: [{ from: [{ source: { notIpBlocks: ['192.0.2.0/24'] } }] }] })]), unknown);

    expect(['ALLOW', 'DENY'].map(excluding)).toEqual(['UNDECIDED ALLOW', 'UNDECIDED DENY']);
  });

  test.each([['sidecar', sidecars], ['ztunnel', ambient]])('14.1 names the field, at a %s', (_, inMesh) => {
    for (const action of ['DENY', 'ALLOW']) {
      expect(inMesh([byAddress(action)]).isAuthorized(request(unknown)).explain())
        .toContain(`${action.padEnd(9)} not known, for want of shop/policy rule 0 from[0].source.ipBlocks`);
    }
  });
});
