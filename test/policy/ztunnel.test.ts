import { ambient, ask, authorization, request, sidecars, WEB } from './support';

const SLEEP = 'cluster.local/ns/shop/sa/sleep';

describe('ztunnel', () => {
  test.each<[string, object, string]>([
    ['12.3 DENY by method only never fires', { action: 'DENY', rules: [{ to: [{ operation: { methods: ['GET'] } }] }] }, 'ALLOW'],
    ['12.3 DENY by method and port closes the port', { action: 'DENY', rules: [{ to: [{ operation: { methods: ['POST'], ports: ['8080'] } }] }] }, 'DENY DENY'],
    ['12.3 DENY by identity and method never fires', { action: 'DENY', rules: [{ from: [{ source: { principals: [WEB] } }], to: [{ operation: { methods: ['GET'] } }] }] }, 'ALLOW'],
    ['12.3 one operation of two remains', { action: 'DENY', rules: [{ to: [{ operation: { ports: ['8080'] } }, { operation: { methods: ['GET'] } }] }] }, 'DENY DENY'],
    ['12.3 DENY when a header never fires', { action: 'DENY', rules: [{ when: [{ key: 'request.headers[a]', notValues: ['b'] }] }] }, 'ALLOW'],
    ['12.2 ALLOW with a method is dropped', { rules: [{ to: [{ operation: { methods: ['GET'] } }, { operation: { ports: ['8080'] } }] }] }, 'DENY ALLOW'],
    ['12.2 ALLOW when a service account is dropped', { rules: [{ when: [{ key: 'source.serviceAccount', values: ['web'] }] }] }, 'DENY ALLOW'],
    ['12.3 a source of empty lists never matches', { rules: [{ from: [{ source: { requestPrincipals: [] } }], to: [{ operation: { methods: [], ports: ['8080'] } }] }] }, 'DENY ALLOW'],
    ['9.1 an empty list beside another', { rules: [{ to: [{ operation: { methods: [], ports: ['8080'] } }] }] }, 'ALLOW'],
    ['a port that is none', { rules: [{ to: [{ operation: { ports: ['65536'] } }] }] }, 'DENY ALLOW'],
    ['a port beside one that is none', { rules: [{ to: [{ operation: { ports: ['65536', '8080'] } }] }] }, 'ALLOW'],
    ['ALLOW by service account', { rules: [{ from: [{ source: { serviceAccounts: ['web'] } }] }] }, 'ALLOW'],
    ['12.4 ALLOW by trust domain matches nothing', { rules: [{ from: [{ source: { trustDomains: ['cluster.local'] } }] }] }, 'DENY ALLOW'],
    ['12.4 a trust domain beside a principal is not looked at', { rules: [{ from: [{ source: { trustDomains: ['x'], principals: [WEB] } }] }] }, 'ALLOW'],
    ['12.5 no star in the middle', { rules: [{ from: [{ source: { namespaces: ['s*p'] } }] }] }, 'DENY ALLOW'],
    ['a rule of nothing matches', { action: 'DENY', rules: [{}] }, 'DENY DENY'],
    ['9.2 ALLOW without rules', {}, 'DENY ALLOW'],
    ['2.5 an empty selector', { selector: {} }, 'ALLOW'],
    ['2.5 a targetRef', { targetRefs: [{ kind: 'Service', name: 'api' }] }, 'ALLOW'],
    ['2.5 CUSTOM', { action: 'CUSTOM', provider: { name: 'x' }, rules: [{}] }, 'ALLOW'],
  ])('%s', (_, spec, expected) => {
    expect(ask(ambient([authorization(spec as Record<string, unknown>)]))).toBe(expected);
  });

  test.each([[{ namespaces: ['*'] }], [{ namespaces: ['*x'] }], [{ namespaces: [''] }], [{ serviceAccounts: ['shop/web'] }], [{ serviceAccounts: ['/'] }]])('an identity of another form is of no namespace: %j', source => {
    expect(ask(ambient([authorization({ rules: [{ from: [{ source }] }] })]), { source: { principal: 'cluster.local/web' } })).toBe('DENY ALLOW');
    expect(ask(ambient([authorization({ rules: [{ from: [{ source }] }] })]), { source: { principal: 'cluster.local/ns/shop/x/sa/web' } })).toBe('DENY ALLOW');
  });

  test.each([[{ namespaces: [''] }], [{ serviceAccounts: ['/'] }]])('10.4 a connection without identity is not of what has no name: %j', source => {
    expect(ask(ambient([authorization({ rules: [{ from: [{ source }] }] })]), { source: {} })).toBe('DENY ALLOW');
  });

  test('12.4 tells of trust domains that are not looked at', () => {
    const policy = authorization({ rules: [{ from: [{ source: { trustDomains: ['x'], notTrustDomains: ['y'], principals: [WEB] } }] }] });

    expect(ambient([policy]).isAuthorized(request()).hops[0].widened)
      .toEqual(['ALLOW shop/policy rule 0: from[0].source.trustDomains is not supported by ztunnel; from[0].source.notTrustDomains is not supported by ztunnel']);
  });

  test('2.5 dry run is not given to ztunnel', () => {
    expect(ask(ambient([authorization({}, { annotations: { 'istio.io/dry-run': 'true' } })]))).toBe('ALLOW');
  });
});

describe('trust domains', () => {
  const settings = { trustDomain: 'td1', trustDomainAliases: ['old'] };
  const peer = { source: { principal: 'td1/ns/shop/sa/web' } };
  const alias = { source: { principal: 'old/ns/shop/sa/web' } };

  test.each<[string, object, object, string, string]>([
    ['11.1 cluster.local is the own one', { principals: [WEB] }, peer, 'ALLOW 200', 'DENY ALLOW'],
    ['11.1 an alias is the own one', { principals: ['old/ns/shop/sa/web'] }, peer, 'ALLOW 200', 'DENY ALLOW'],
    ['11.1 the own one is the alias', { principals: ['td1/ns/shop/sa/web'] }, alias, 'ALLOW 200', 'DENY ALLOW'],
    ['11.1 a shorter name is another', { principals: ['td/ns/shop/sa/web'] }, peer, 'DENY ALLOW 403', 'DENY ALLOW'],
    ['11.1 a longer name is another', { principals: ['td12/ns/shop/sa/web'] }, peer, 'DENY ALLOW 403', 'DENY ALLOW'],
    ['11.1 a prefix of the own one', { principals: ['td*/ns/shop/sa/web'] }, alias, 'ALLOW 200', 'DENY ALLOW'],
    ['11.1 a prefix of none', { principals: ['tdx*/ns/shop/sa/web'] }, peer, 'DENY ALLOW 403', 'DENY ALLOW'],
    ['11.1 a suffix of the own one', { principals: ['*d1/ns/shop/sa/web'] }, alias, 'ALLOW 200', 'DENY ALLOW'],
    ['11.1 a suffix of none', { principals: ['*x1/ns/shop/sa/web'] }, alias, 'DENY ALLOW 403', 'DENY ALLOW'],
    ['11.1 five segments with a star', { principals: ['cluster.local/ns/shop/sa/*'] }, peer, 'ALLOW 200', 'DENY ALLOW'],
    ['11.1 four segments are not rewritten', { principals: ['cluster.local/ns/shop/*'] }, peer, 'DENY ALLOW 403', 'DENY ALLOW'],
    ['11.1 the real name in four segments', { principals: ['td1/ns/shop/*'] }, peer, 'ALLOW 200', 'ALLOW'],
    ['11.2 a name stands for all', { trustDomains: ['old'] }, peer, 'ALLOW 200', 'DENY ALLOW'],
    ['11.2 cluster.local does not', { trustDomains: ['cluster.local'] }, peer, 'DENY ALLOW 403', 'DENY ALLOW'],
  ])('%s', (_, source, call, atSidecar, atZtunnel) => {
    const policy = authorization({ rules: [{ from: [{ source }] }] });

    expect(ask(sidecars([policy], settings), call)).toBe(atSidecar);
    expect(ask(ambient([policy], settings), call)).toBe(atZtunnel);
  });
});

describe('versions', () => {
  test.each([
    ['15.1 serviceAccounts are unknown', '1.24', { serviceAccounts: ['nobody'] }, 'ALLOW 200'],
    ['15.1 serviceAccounts are known', '1.32', { serviceAccounts: ['nobody'] }, 'DENY ALLOW 403'],
    ['15.1 serviceAccounts are known', '1.25', { serviceAccounts: ['nobody'] }, 'DENY ALLOW 403'],
    ['15.1 notServiceAccounts are unknown', '1.24', { notServiceAccounts: ['sleep'] }, 'ALLOW 200'],
    ['15.1 notServiceAccounts are known', '1.25', { notServiceAccounts: ['sleep'] }, 'DENY ALLOW 403'],
    ['15.1 trustDomains are unknown', '1.30.1', { trustDomains: ['nowhere'] }, 'ALLOW 200'],
    ['15.1 trustDomains are unknown', '1.30', { trustDomains: ['nowhere'] }, 'ALLOW 200'],
    ['15.1 trustDomains are known', '1.30.2', { trustDomains: ['nowhere'] }, 'DENY ALLOW 403'],
    ['15.2 a dot is any sign', '1.29', { namespaces: ['sh.p'] }, 'ALLOW 200'],
    ['15.2 a letter is itself', '1.29', { namespaces: ['shxp'] }, 'DENY ALLOW 403'],
    ['15.2 what is no regular expression matches nothing', '1.29', { namespaces: ['shop', '(shop'] }, 'ALLOW 200'],
    ['15.2 what is no regular expression matches nothing', '1.29', { namespaces: ['(shop'] }, 'DENY ALLOW 403'],
    ['15.2 a dot is a dot', '1.30.0', { namespaces: ['sh.p'] }, 'DENY ALLOW 403'],
  ])('%s in %s', (_, istioVersion, source, expected) => {
    expect(ask(sidecars([authorization({ rules: [{ from: [{ source }] }] })], { istioVersion }), { source: { principal: SLEEP } })).toBe(expected);
  });

  test.each([
    ['1.24', 'source.serviceAccount', 'sleep', 'ALLOW 200'], ['1.25', 'source.serviceAccount', 'sleep', 'DENY DENY 403'],
    ['1.30.1', 'source.trustDomain', 'cluster.local', 'ALLOW 200'], ['1.30.2', 'source.trustDomain', 'cluster.local', 'DENY DENY 403'],
  ])('15.1 in %s a condition on %s drops its rule, unless it is known', (istioVersion, key, value, expected) => {
    expect(ask(sidecars([authorization({ action: 'DENY', rules: [{ when: [{ key, values: [value] }] }] })], { istioVersion }), { source: { principal: SLEEP } })).toBe(expected);
  });

  test('refuses a version that is none', () => {
    expect(() => sidecars([], { istioVersion: 'latest' })).toThrow("istioVersion must be like 1.29 or 1.30.1, got 'latest'");
  });
});
