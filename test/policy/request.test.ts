import { AuthorizerProtocol, HttpRequest, PathNormalization } from 'cdk8s-zero-trust';
import { ask, authorization, request, sidecars, verdict, WEB } from './support';
import { normalizePath } from '../../src/policy/proxies/path-normalization';
import { requestRules } from '../../src/policy/request/connection-settings';

const { NONE, BASE, MERGE_SLASHES, DECODE_AND_MERGE_SLASHES } = PathNormalization;

describe('path normalization', () => {
  test.each([
    ['/a/./b/../c', BASE, '/a/c'],
    ['/..', BASE, '/'],
    ['/a/..', BASE, '/'],
    ['/a/b/%2e%2E/c', BASE, '/a/c'],
    ['/a/b/.c/d./e', BASE, '/a/b/.c/d./e'],
    ['/a\u0000', BASE, undefined],
    ['/a\\b', BASE, '/a/b'],
    ['/%61dmin%7e', BASE, '/admin~'],
    ['/a b"<>^`{|}', BASE, '/a%20b%22%3C%3E%5E%60%7B%7C%7D'],
    ['/a[1]*;x', BASE, '/a[1]*;x'],
    ['/a%2Fb%5c%25%zz', BASE, '/a%2Fb%5c%25%zz'],
    ['/a%00', BASE, undefined],
    ['/a%00', NONE, '/a%00'],
    ['/a/../b', NONE, '/a/../b'],
    ['//a///b/?x=//', MERGE_SLASHES, '/a/b/?x=//'],
    ['///', MERGE_SLASHES, '//'],
    ['//a', BASE, '//a'],
    ['/a%2F%2fb', DECODE_AND_MERGE_SLASHES, '/a/b'],
    ['/a/%5C../b', DECODE_AND_MERGE_SLASHES, '/a/b'],
  ])('6.3 %s under %s is %s', (path, how, expected) => {
    const normalized = normalizePath(path, requestRules(how));

    expect('path' in normalized ? normalized.path : undefined).toBe(expected);
  });
});

describe('the request', () => {
  test.each<[string, HttpRequest, string]>([
    ['6.1 an unknown method', { method: 'get' }, 'DENY PROTOCOL 400'],
    ['6.1 any method of HTTP/2', { method: 'get', version: '2' }, 'ALLOW 200'],
    ['6.1 a byte that is not ASCII', { path: '/café' }, 'DENY PROTOCOL 400'],
    ['6.1 a byte that is not ASCII, over HTTP/2', { path: '/café', version: '2' }, 'ALLOW 200'],
    ['6.1 no host', { authority: '' }, 'DENY PROTOCOL 400'],
    ['6.1 no host beside an absolute target', { path: 'http://admin/x', authority: '' }, 'DENY PROTOCOL 400'],
    ['6.1 a null byte', { path: '/a%00' }, 'DENY PROTOCOL 400'],
    ['6.1 a relative path', { path: 'a' }, 'DENY PROTOCOL 404'],
    ['6.2 an absolute target is none over HTTP/2', { path: 'http://admin/x', version: '2' }, 'DENY PROTOCOL 404'],
  ])('%s', (_, http, expected) => {
    expect(ask(sidecars([]), { http })).toBe(expected);
  });

  test.each<[string, HttpRequest, string]>([
    ['6.2 an absolute target', { path: 'http://admin/x', authority: 'api' }, 'DENY DENY 403'],
    ['6.2 an absolute target without a path', { path: 'http://x', authority: 'api' }, 'ALLOW 200'],
    ['6.2 an absolute target with a query only', { path: 'http://admin?x=1', authority: 'api' }, 'DENY DENY 403'],
    ['6.2 a fragment', { path: '/secret#x', authority: 'api' }, 'DENY DENY 403'],
    ['neither', { path: '/x', authority: 'api' }, 'ALLOW 200'],
  ])('%s', (_, http, expected) => {
    const policy = authorization({ action: 'DENY', rules: [{ to: [{ operation: { hosts: ['admin'] } }, { operation: { paths: ['/secret'] } }] }] });

    expect(ask(sidecars([policy]), { http })).toBe(expected);
  });

  test.each([
    ['203.0.113.7', 'ALLOW 200'],
    ['203.0.113.7, 1.1.1.1', 'DENY ALLOW 403'],
    ['not an address', 'DENY ALLOW 403'],
  ])('6.4 a sidecar takes the last of X-Forwarded-For: %s', (forwarded, expected) => {
    const policy = authorization({ rules: [{ from: [{ source: { remoteIpBlocks: ['203.0.113.0/24'] } }] }] });

    expect(ask(sidecars([policy]), { http: { headers: { 'X-Forwarded-For': [forwarded] } } })).toBe(expected);
  });

  test.each([
    ['5.2 HTTP on a sniffed port', { port: 6000 }, 'ALLOW 200'],
    ['5.4 HTTP on a TCP port', { port: 9000 }, 'DENY ALLOW'],
    ['5.2 TCP on a sniffed port', { port: 6000, tcp: true }, 'DENY ALLOW'],
    ['5.2 a port that no Service has', { port: 7777 }, 'ALLOW 200'],
    ['5.3 a byte that is not ASCII is no HTTP', { port: 6000, http: { path: '/café' }, source: {} }, 'DENY ALLOW'],
    ['5.4 other bytes on an HTTP port', { tcp: true }, 'DENY PROTOCOL 400'],
  ])('%s', (_, call, expected) => {
    const policy = authorization({ rules: [{ to: [{ operation: { methods: ['GET'] } }] }] });

    expect(ask(sidecars([policy]), call)).toBe(expected);
  });
});

test.each<[string[], string]>([
  [['istio-http/1.0'], 'ALLOW 200'], [['istio-http/1.1', 'istio'], 'ALLOW 200'], [['istio-h2'], 'ALLOW 200'],
  [['istio', 'istio-h2'], 'DENY ALLOW'], [['istio-peer-exchange'], 'DENY ALLOW'], [['h2', 'istio-h2'], 'ALLOW 200'], [['h2', 'http/1.1'], 'DENY ALLOW'],
])('5.3 on a sniffed port the first ALPN of Istio tells: %j', (alpn, expected) => {
  const policy = authorization({ rules: [{ to: [{ operation: { methods: ['GET'] } }] }] });

  expect(ask(sidecars([policy]), { port: 6000, source: { principal: WEB, alpn } })).toBe(expected);
});

describe('CUSTOM', () => {
  const policy = authorization({ action: 'CUSTOM', provider: { name: 'opa' }, rules: [{ to: [{ operation: { paths: ['/a*'] } }] }] });
  const authorizerProviders = [{ name: 'opa', protocol: AuthorizerProtocol.GRPC }];
  const overHttp = [{ name: 'opa', protocol: AuthorizerProtocol.HTTP }];

  test.each([
    ['8.5 no answer', '/a', undefined, 'CONDITIONAL CUSTOM'],
    ['8.5 yes', '/a', true, 'ALLOW 200'],
    ['8.5 no', '/a', false, 'DENY CUSTOM 403'],
    ['8.1 not asked', '/b', false, 'ALLOW 200'],
  ])('%s', (_, path, allows, expected) => {
    const answers = allows === undefined ? [] : [{ provider: 'opa', allows }];
    const response = sidecars([policy], { authorizerProviders }).isAuthorized({ ...request({ http: { path } }), authorizerAnswers: answers });

    expect(verdict(response)).toBe(expected);
    expect(response.authorizers).toEqual(expected.startsWith('CONDITIONAL') ? ['opa'] : []);
  });

  test.each([
    ['as about a request', { allows: true }, 'ALLOW'],
    ['no', { allows: true, allowsConnection: false }, 'DENY CUSTOM'],
    ['yes', { allows: false, allowsConnection: true }, 'ALLOW'],
  ])('8.5 answers about a connection %s', (_, answer, expected) => {
    const policies = sidecars([policy], { authorizerProviders });

    expect(verdict(policies.isAuthorized({ ...request({ port: 9000, tcp: true }), authorizerAnswers: [{ provider: 'opa', ...answer }] }))).toBe(expected);
  });

  test('8.5 a later refusal needs no answer', () => {
    expect(ask(sidecars([policy, authorization({}, { name: 'none' })], { authorizerProviders }), { http: { path: '/a' } })).toBe('DENY ALLOW 403');
  });

  test.each([
    ['8.2 an unknown authorizer', [], { http: { path: '/a' } }, 'DENY CUSTOM 403'],
    ['8.2 an unknown authorizer on TCP, where the path is lost', [], { port: 9000, tcp: true }, 'DENY CUSTOM'],
    ['8.3 an authorizer over HTTP on TCP', overHttp, { port: 9000, tcp: true }, 'ALLOW'],
    ['8.3 an authorizer over gRPC on TCP', authorizerProviders, { port: 9000, tcp: true }, 'CONDITIONAL CUSTOM'],
  ])('%s', (_, providers, call, expected) => {
    expect(ask(sidecars([policy], { authorizerProviders: providers }), call)).toBe(expected);
  });

  test('8.2 two authorizers on one workload', () => {
    const other = authorization({ action: 'CUSTOM', provider: { name: 'other' }, rules: [{}] }, { name: 'other' });

    expect(ask(sidecars([policy, other], { authorizerProviders: [...authorizerProviders, { name: 'other', protocol: AuthorizerProtocol.GRPC }] }))).toBe('DENY CUSTOM 403');
  });
});
