import { ask, authorization, request, requestAuthentication, sidecars, verdict, WEB } from './support';

/** Whether an ALLOW policy with one rule lets a request pass. */
function allows(rule: object, call: Parameters<typeof ask>[1] = {}): boolean {
  return ask(sidecars([authorization({ rules: [rule] })]), call).startsWith('ALLOW');
}

function peer(principal: string) {
  return { source: { principal, ip: '10.1.2.3' } };
}

describe('rules', () => {
  test.each([
    ['9.2 no policy', [], 'ALLOW 200'],
    ['9.2 ALLOW without rules', [authorization({})], 'DENY ALLOW 403'],
    ['9.2 ALLOW of everything', [authorization({ rules: [{}] })], 'ALLOW 200'],
    ['9.2 DENY beats ALLOW', [authorization({ rules: [{}] }), authorization({ action: 'DENY', rules: [{}] }, { name: 'd' })], 'DENY DENY 403'],
    ['9.2 DENY without rules', [authorization({ action: 'DENY', rules: [] })], 'ALLOW 200'],
    ['9.2 AUDIT decides nothing', [authorization({ action: 'AUDIT', rules: [{}] })], 'ALLOW 200'],
    ['9.1 empty lists match', [authorization({ rules: [{ from: [], to: [], when: [] }] })], 'ALLOW 200'],
    ['9.5 an unknown key drops the rule', [authorization({ action: 'DENY', rules: [{ when: [{ key: 'x', values: ['y'] }] }] })], 'ALLOW 200'],
    ['9.5 a key that only begins like one is unknown', [authorization({ action: 'DENY', rules: [{ when: [{ key: 'source.ips', values: ['0.0.0.0/0'] }] }] })], 'ALLOW 200'],
  ])('%s', (_, policies, expected) => {
    expect(ask(sidecars(policies as object[]))).toBe(expected);
  });

  test.each([
    ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text): [string, string] => [text, 'ALLOW 200']),
    ...['0', 'f', 'false', 'yes', 'tRUE', '', ' true'].map((text): [string, string] => [text, 'DENY ALLOW 403']),
  ])("2.7 dry run '%s': %s", (text, expected) => {
    expect(ask(sidecars([authorization({}, { annotations: { 'istio.io/dry-run': text } })]))).toBe(expected);
  });

  test.each([
    ['10.2 exact', { principals: [WEB] }, WEB, true],
    ['10.2 with its scheme never', { principals: [`spiffe://${WEB}`] }, WEB, false],
    ['10.2 suffix', { principals: ['*/sa/web'] }, WEB, true],
    ['10.2 prefix', { principals: ['cluster.local/ns/shop/*'] }, WEB, true],
    ['10.2 any identity', { principals: ['*'] }, WEB, true],
    ['10.1 only the first form counts', { principals: ['*web*'] }, WEB, false],
    ['10.3 namespace', { namespaces: ['shop'] }, WEB, true],
    ['10.3 star in the middle', { namespaces: ['s*p'] }, WEB, true],
    ['10.3 not a part of the name', { namespaces: ['sho'] }, WEB, false],
    ['10.3 a dot is a dot', { namespaces: ['sh.p'] }, WEB, false],
    ['10.3 bare service account', { serviceAccounts: ['web'] }, WEB, true],
    ['10.3 service account of another namespace', { serviceAccounts: ['foo/web'] }, WEB, false],
    ['10.3 service accounts have no stars', { serviceAccounts: ['shop/*'] }, WEB, false],
    ['10.3 service account, between further segments', { serviceAccounts: ['shop/web'] }, 'cluster.local/ns/shop/x/sa/web/y', true],
    ['10.3 service account, not a part of a segment before', { serviceAccounts: ['shop/web'] }, 'cluster.local/ns/shop/x/ysa/web', false],
    ['10.3 service account, not a part of a segment after', { serviceAccounts: ['shop/web'] }, 'cluster.local/ns/shop/sa/webx', false],
    ['10.3 service account, not before an empty segment', { serviceAccounts: ['shop/web'] }, 'cluster.local/ns/shop/sa/web/', false],
    ['10.3 service account, split at the first slash', { serviceAccounts: ['shop/web/x'] }, 'cluster.local/ns/shop/sa/web/x', true],
    ['10.3 trust domain', { trustDomains: ['cluster.local'] }, WEB, true],
    ['10.3 trust domain with a star in the middle', { trustDomains: ['c*.local'] }, WEB, true],
    ['10.3 trust domain with another end', { trustDomains: ['c*xlocal'] }, WEB, false],
    ['10.3 trust domain, not a part of the name', { trustDomains: ['cluster.loca', 'luster.local'] }, WEB, false],
    ['10.3 trust domain by prefix', { trustDomains: ['clu*'] }, WEB, true],
    ['9.1 a not value excludes', { namespaces: ['*'], notPrincipals: [WEB] }, WEB, false],
  ])('%s', (_, source, principal, expected) => {
    expect(allows({ from: [{ source }] }, peer(principal))).toBe(expected);
  });

  test.each([['td', true], ['td/ns/shop/sa/web', true]])('10.3 any trust domain is that of %s', (principal, expected) => {
    const policies = sidecars([authorization({ rules: [{ from: [{ source: { trustDomains: ['*'] } }] }] })], { foreignTrustDomains: ['*'] });

    expect(ask(policies, { source: { principal } })).toBe(expected ? 'ALLOW 200' : 'DENY ALLOW 403');
  });

  test.each([
    [{ principals: ['*'] }, false],
    [{ notPrincipals: ['*'] }, true],
    [{ notNamespaces: ['shop'] }, true],
    [{ notServiceAccounts: ['web'] }, true],
    [{ notTrustDomains: ['*'] }, true],
  ])('10.4 a plaintext client under %j', (source, expected) => {
    expect(allows({ from: [{ source }] }, { source: { ip: '10.1.2.3' } })).toBe(expected);
  });

  test.each([
    ['10.7 host without case', { hosts: ['API.shop'] }, { authority: 'api.SHOP' }, true],
    ['10.7 host with port', { hosts: ['api.shop'] }, { authority: 'api.shop:8080' }, false],
    ['10.7 host prefix', { hosts: ['api.shop:*'] }, { authority: 'api.shop:8080' }, true],
    ['10.1 method with case', { methods: ['get'] }, { method: 'GET' }, false],
    ['10.1 method suffix', { methods: ['*T'] }, { method: 'POST' }, true],
    ['10.1 method suffix in the middle', { methods: ['*T'] }, { method: 'PUTS', version: '2' }, false],
    ['10.8 path without query', { paths: ['/a'] }, { path: '/a?b' }, true],
    ['10.8 path prefix', { paths: ['/a*'] }, { path: '/ab/c' }, true],
    ['10.8 a star in the middle is a star', { paths: ['/a*b'] }, { path: '/axb' }, false],
    ['10.8 template segment', { paths: ['/a/{*}/c'] }, { path: '/a/b/c' }, true],
    ['10.8 template segment is not empty', { paths: ['/a/{*}/c'] }, { path: '/a//c' }, false],
    ['10.8 template rest may be empty', { paths: ['/a/{**}'] }, { path: '/a/' }, true],
    ['10.8 template rest needs its slash', { paths: ['/a/{**}'] }, { path: '/a' }, false],
    ['10.8 brackets are no pchar', { paths: ['/a/{*}'] }, { path: '/a/b[1]' }, false],
    ['10.11 leading zero', { ports: ['08080'] }, {}, true],
    ['10.11 another port', { ports: ['80'] }, {}, false],
    ['10.11 any of several', { ports: ['80', '8080'] }, {}, true],
  ])('%s', (_, operation, http, expected) => {
    expect(allows({ to: [{ operation }] }, { http })).toBe(expected);
  });

  test.each([
    ['10.9 exact', 'request.headers[X-Env]', { values: ['prod'] }, true],
    ['10.9 one of several lines', 'request.headers[x-env]', { values: ['test'] }, true],
    ['10.9 present', 'request.headers[x-env]', { values: ['*'] }, true],
    ['10.9 a not value excludes by one line', 'request.headers[x-env]', { notValues: ['test'] }, false],
    ['10.9 a missing header passes not values', 'request.headers[x-none]', { notValues: ['test'] }, true],
    ['6.2 host is the authority', 'request.headers[host]', { values: ['api.shop'] }, true],
    ['10.10 source address', 'source.ip', { values: ['10.0.0.0/8'] }, true],
    ['10.1 a star is no missing server name', 'connection.sni', { values: ['*'] }, false],
    ['10.10 destination address', 'destination.ip', { values: ['10.1.1.1'] }, true],
    ['10.12 metadata of other filters', 'experimental.envoy.filters.a.b[c]', { values: ['*'] }, false],
  ])('%s', (_, key, values, expected) => {
    const http = { headers: { 'x-env': ['prod', 'test'] } };
    expect(allows({ when: [{ key, ...values }] }, { http })).toBe(expected);
  });

  test('10.11 the last port is one', () => {
    expect(allows({ to: [{ operation: { ports: ['65535'] } }] }, { port: 65535 })).toBe(true);
  });

  test.each([
    ['9.4 HTTP drops an ALLOW rule on TCP', { rules: [{ to: [{ operation: { methods: ['GET'] } }, { operation: { ports: ['9000'] } }] }] }, 'DENY ALLOW'],
    ['9.4 HTTP widens a DENY rule on TCP', { action: 'DENY', rules: [{ to: [{ operation: { methods: ['POST'] } }] }] }, 'DENY DENY'],
    ['9.4 the port of a DENY rule remains', { action: 'DENY', rules: [{ to: [{ operation: { methods: ['POST'], ports: ['80'] } }] }] }, 'ALLOW'],
    ['9.4 a header condition widens, too', { action: 'DENY', rules: [{ when: [{ key: 'request.headers[a]', values: ['b'] }] }] }, 'DENY DENY'],
  ])('%s', (_, spec, expected) => {
    expect(ask(sidecars([authorization(spec)]), { port: 9000, tcp: true })).toBe(expected);
  });

  test.each([
    ['a malformed key', { when: [{ key: 'request.headersX[a]', values: ['b'] }] }],
    ...['65536', '0x1f90', '8080.0', '-1', '', 'http'].map((port): [string, object] => [`port '${port}'`, { to: [{ operation: { ports: [port] } }] }]),
    ...['10.0.0', '10.0.0.0/33', '10.0.0.0/8/8', 'host'].map((block): [string, object] => [`block '${block}'`, { from: [{ source: { ipBlocks: [block] } }] }]),
  ])('9.4 %s widens a DENY rule and drops an ALLOW rule', (_, rule) => {
    const rules = [rule];

    expect(ask(sidecars([authorization({ action: 'DENY', rules })]))).toBe('DENY DENY 403');
    expect(ask(sidecars([authorization({ rules })]))).toBe('DENY ALLOW 403');
  });

  test('names all rules that match as determining', () => {
    const policies = sidecars([authorization({ rules: [{}, { to: [{ operation: { ports: ['1'] } }] }, {}] })]);

    const { determiningPolicies } = policies.isAuthorized(request());

    expect(determiningPolicies.map(({ namespace, name, action, rule }) => `${action} ${namespace}/${name} ${rule}`)).toEqual(['ALLOW shop/policy 0', 'ALLOW shop/policy 2']);
  });

  test.each([
    ['403', {}, [authorization({})], 7],
    ['401', {}, [requestAuthentication({ jwtRules: [{ issuer: 'a', jwks: '{}' }] })], 16],
    ['400', { authority: '' }, [], 13],
    ['404', { path: 'relative' }, [], 12],
  ])('6.5 answers a gRPC client with a gRPC status in place of %s', (status, http, policies, grpcStatus) => {
    const of = (type: string) => sidecars(policies).isAuthorized(request({ http: { ...http, version: '2', headers: { 'content-type': [type] } }, tokens: [{ text: 'x' }] }));

    for (const type of ['application/grpc', 'application/grpc+proto']) expect(of(type)).toMatchObject({ decision: 'DENY', httpStatus: 200, grpcStatus });
    expect(of('application/grpc-web')).toMatchObject({ decision: 'DENY', httpStatus: Number(status), grpcStatus: undefined });
  });

  test('refuses a workload that the manifests do not have', () => {
    const policies = sidecars([]);

    expect(() => verdict(policies.isAuthorized({ destination: { namespace: 'shop', workload: 'apy', port: 80 } })))
      .toThrow("destination.workload must be a workload of the manifests, got 'apy' in namespace 'shop'; add its manifest, or state its labels");
  });
});
