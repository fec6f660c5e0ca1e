import { ConnectionSettings, EscapedSlashes, HeadersWithUnderscores, HttpRequest, MeshSettings, PathNormalization, PolicySet } from 'cdk8s-zero-trust';
import { answerOf, gateway, HTTP, ingress, virtualService } from './gateway-support';
import { ask, authorization, namespace, service, sidecars, verdict } from './support';
import { normalizePath } from '../../src/policy/proxies/path-normalization';
import { requestRules } from '../../src/policy/request/connection-settings';
import { resolveMesh } from '../../src/policy/request/mesh-settings';
import { meshSettingsOf } from '../../src/policy/resources/mesh-config';
import { settingsOf } from '../../src/policy/workloads/proxy-settings';

const { NONE, BASE, MERGE_SLASHES, DECODE_AND_MERGE_SLASHES } = PathNormalization;
const { REJECT_REQUEST, UNESCAPE_AND_FORWARD, UNESCAPE_AND_REDIRECT, KEEP_UNCHANGED } = EscapedSlashes;
const ADMIN = authorization({ action: 'DENY', rules: [{ to: [{ operation: { paths: ['/admin', '/a/b'] } }] }] });
const answer = (http: HttpRequest, settings: MeshSettings) => ask(sidecars([ADMIN], settings), { http });

describe('6.3 settings of connections win over the normalization of paths', () => {
  test.each<[string, PathNormalization, ConnectionSettings, string]>([
    ['//admin', BASE, {}, 'ALLOW 200'],
    ['//admin', BASE, { mergeSlashes: true }, 'DENY DENY 403'],
    ['//admin', MERGE_SLASHES, { mergeSlashes: false }, 'ALLOW 200'],
    ['//admin', MERGE_SLASHES, {}, 'DENY DENY 403'],
    ['//admin', NONE, { mergeSlashes: true }, 'DENY DENY 403'],
    ['/a%2fb', BASE, {}, 'ALLOW 200'],
    ['/a%2fb', BASE, { escapedSlashes: UNESCAPE_AND_FORWARD }, 'DENY DENY 403'],
    ['/a%2fb', NONE, { escapedSlashes: UNESCAPE_AND_FORWARD }, 'DENY DENY 403'],
    ['/a%5Cb', BASE, { escapedSlashes: UNESCAPE_AND_FORWARD }, 'DENY DENY 403'],
    ['/a%2fb', BASE, { escapedSlashes: REJECT_REQUEST }, 'DENY PROTOCOL 400'],
    ['/a/b', BASE, { escapedSlashes: REJECT_REQUEST }, 'DENY DENY 403'],
    ['/c?x=%2f', BASE, { escapedSlashes: REJECT_REQUEST }, 'ALLOW 200'],
    ['/a%2fb', BASE, { escapedSlashes: UNESCAPE_AND_REDIRECT }, 'DENY PROTOCOL 307'],
    ['/a/b', BASE, { escapedSlashes: UNESCAPE_AND_REDIRECT }, 'DENY DENY 403'],
    ['/a%2fb', DECODE_AND_MERGE_SLASHES, { escapedSlashes: KEEP_UNCHANGED }, 'ALLOW 200'],
    ['/a%2fb', DECODE_AND_MERGE_SLASHES, {}, 'DENY DENY 403'],
    ['//admin', BASE, { edgeProfile: true }, 'ALLOW 200'],
  ])('%s under %s with %j', (path, pathNormalization, connectionSettings, expected) => {
    expect(answer({ path }, { pathNormalization, connectionSettings })).toBe(expected);
  });

  test('a client of gRPC is refused rather than sent elsewhere', () => {
    const headers = { 'content-type': ['application/grpc'] };

    expect(answer({ path: '/a%2fb', headers }, { connectionSettings: { escapedSlashes: UNESCAPE_AND_REDIRECT } })).toBe('DENY PROTOCOL grpc 13');
  });

  test('says where the client is sent', () => {
    expect(normalizePath('/a%2F..%2fb?x', requestRules(BASE, { escapedSlashes: UNESCAPE_AND_REDIRECT })))
      .toEqual({ httpStatus: 307, reason: "the path has escaped slashes: the client is sent on to '/b?x'" });
  });

  test.each<[ConnectionSettings, string]>([
    [{}, 'ALLOW 200'],
    [{ headersWithUnderscores: HeadersWithUnderscores.REJECT_REQUEST }, 'DENY PROTOCOL 400'],
    [{ headersWithUnderscores: HeadersWithUnderscores.DROP_HEADER }, 'DENY ALLOW 403'],
    [{ headersWithUnderscores: HeadersWithUnderscores.ALLOW }, 'ALLOW 200'],
  ])('6.1 a header with an underscore, with %j', (connectionSettings, expected) => {
    const policies = sidecars([authorization({ rules: [{ when: [{ key: 'request.headers[x_a]', values: ['b'] }] }] })], { connectionSettings });

    expect(ask(policies, { http: { headers: { x_a: ['b'] } } })).toBe(expected);
  });

  test('came with Istio 1.31', () => {
    const settings = { connectionSettings: { mergeSlashes: true } };

    expect(['1.30', '1.31'].map(istioVersion => answer({ path: '//admin' }, { ...settings, istioVersion }))).toEqual(['ALLOW 200', 'DENY DENY 403']);
  });

  test('are read from a MeshConfig', () => {
    const connectionSettings = {
      profile: 'EDGE', httpMergeSlashes: false, httpPathWithEscapedSlashesAction: 'REJECT_REQUEST', httpHeadersWithUnderscoresAction: 'HEADERS_WITH_UNDERSCORES_DROP_HEADER',
    };

    expect(meshSettingsOf({ defaultConfig: { connectionSettings } }).connectionSettings).toEqual({
      edgeProfile: true, mergeSlashes: false, escapedSlashes: REJECT_REQUEST, headersWithUnderscores: HeadersWithUnderscores.DROP_HEADER,
    });
  });
});

describe('6.3 at gateways the edge profile changes what is not said', () => {
  const world = [gateway([HTTP]), virtualService({ http: [{ route: [] }] })];
  const at = (http: HttpRequest, settings: ConnectionSettings) => answerOf(world, http, { connectionSettings: { edgeProfile: true, ...settings } });

  test.each<[string, HttpRequest, ConnectionSettings, string]>([
    ['escaped slashes are sent elsewhere', { path: '/a%2fb' }, {}, 'DENY PROTOCOL 307'],
    ['unless they are kept', { path: '/a%2fb' }, { escapedSlashes: KEEP_UNCHANGED }, 'ALLOW 200'],
    ['headers with underscores are refused', { headers: { x_a: ['b'] } }, {}, 'DENY PROTOCOL 400'],
    ['unless they are taken', { headers: { x_a: ['b'] } }, { headersWithUnderscores: HeadersWithUnderscores.ALLOW }, 'ALLOW 200'],
  ])('%s', (_, http, settings, expected) => {
    expect(at(http, settings)).toBe(expected);
  });

  test('slashes are merged', () => {
    expect([requestRules(BASE, { edgeProfile: true }, true), requestRules(BASE, { edgeProfile: true, mergeSlashes: false }, true)].map(({ mergesSlashes }) => mergesSlashes)).toEqual([true, false]);
  });
});

describe('what the annotation of pods says of their proxy', () => {
  const annotated = (config: string) => ({ annotations: { 'proxy.istio.io/config': config } });
  const mesh = resolveMesh({ trustedProxies: 1, connectionSettings: { mergeSlashes: true } });

  test.each<[string, number]>([
    ['{"gatewayTopology":{"numTrustedProxies":2}}', 2],
    ['gatewayTopology:\n  numTrustedProxies: 0', 0],
    ['gatewayTopology: { forwardClientCertDetails: SANITIZE }', 0],
    ['concurrency: 1', 1],
    ['', 1],
    ['[]', 1],
  ])('6.4 %j means %d trusted proxies, where the mesh has 1', (config, trusted) => {
    expect(settingsOf(mesh, annotated(config).annotations, true).trustedProxies).toBe(trusted);
  });

  test('is all of the settings of connections, if it has any', () => {
    const rules = (config: string) => settingsOf(mesh, annotated(config).annotations, false).requestRules;

    expect(rules('connectionSettings: { httpPathWithEscapedSlashesAction: REJECT_REQUEST }')).toEqual({ ...requestRules(BASE), escapedSlashes: REJECT_REQUEST });
    expect(rules('concurrency: 1').mergesSlashes).toBe(true);
  });

  test('changes nothing where it says nothing', () => {
    expect([settingsOf(mesh, {}, false), settingsOf(resolveMesh(), annotated('concurrency: 1').annotations, true).requestRules]).toEqual([mesh, requestRules(BASE)]);
  });

  test.each([[1, '10.0.0.1'], [2, '203.0.113.7']])('6.4 holds for its gateway: %d proxies see %s', (trusted, address) => {
    const allow = authorization({ rules: [{ from: [{ source: { remoteIpBlocks: [address] } }] }] }, { namespace: 'edge' });
    const pods = ingress(annotated(`gatewayTopology: { numTrustedProxies: ${trusted} }`));
    const policies = PolicySet.fromManifests([...pods, gateway([HTTP]), virtualService({ http: [{ route: [] }] }), allow], { trustedProxies: 5 });
    const headers = { 'x-forwarded-for': ['203.0.113.7, 10.0.0.1'] };

    expect(verdict(policies.isAuthorized({ destination: { namespace: 'edge', gateway: 'ingress', port: 8080 }, source: { ip: '10.9.9.9' }, http: { authority: 'a.com', headers } }))).toBe('ALLOW 200');
  });

  test('6.3 holds for its sidecar', () => {
    const pods = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'api', namespace: 'shop', labels: { app: 'api' }, ...annotated('connectionSettings: { httpMergeSlashes: true }') }, spec: {} };
    const policies = PolicySet.fromManifests([namespace('shop', { 'istio-injection': 'enabled' }), service('api', [{ name: 'http', port: 80, targetPort: 8080 }]), pods, ADMIN]);

    expect(ask(policies, { http: { path: '//admin' } })).toBe('DENY DENY 403');
  });
});

describe('6.1 HTTP/1.0', () => {
  test.each([[undefined, 'DENY PROTOCOL 426'], ['true', 'ALLOW 200'], ['1', 'ALLOW 200'], ['0', 'DENY PROTOCOL 426']])('with PILOT_HTTP10 %s', (value, expected) => {
    expect(answer({ version: '1.0' }, value === undefined ? {} : { istiodEnvironment: { PILOT_HTTP10: value } })).toBe(expected);
  });
});
