import { Transport } from 'cdk8s-zero-trust';
import { ambient, ask, authorization, Call, peerAuthentication, request, sidecars, WEB } from './support';

const PLAINTEXT = { source: { ip: '10.1.2.3' } };
const FOREIGN = { source: { principal: 'other.td/ns/shop/sa/web' } };
const ONE_WAY = { source: { transport: Transport.ONE_WAY_TLS } };
const OTHER_ALPN = { source: { principal: WEB, alpn: ['h2'] } };

const mesh = (mode: string, spec = {}) => peerAuthentication({ mtls: { mode }, ...spec }, { namespace: 'istio-system', name: 'mesh' });
const own = (mode: string, spec = {}, meta = {}) => peerAuthentication({ mtls: { mode }, ...spec }, { name: 'own', ...meta });
const workload = (mode: string, ports: Record<string, string> = {}, meta = {}) => peerAuthentication({
  selector: { matchLabels: { app: 'api' } },
  mtls: { mode },
  portLevelMtls: Object.fromEntries(Object.entries(ports).map(([port, portMode]) => [port, { mode: portMode }])),
}, { name: 'workload', ...meta });

describe('mutual TLS at sidecars', () => {
  test.each<[string, object[], Call, string, object?]>([
    ['3.3 STRICT, plaintext', [mesh('STRICT')], PLAINTEXT, 'DENY TRANSPORT'],
    ['3.3 STRICT, mutual TLS', [mesh('STRICT')], {}, 'ALLOW 200'],
    ['3.3 STRICT, another trust domain', [mesh('STRICT')], FOREIGN, 'DENY TRANSPORT'],
    ['3.3 STRICT, another trust domain', [mesh('STRICT')], FOREIGN, 'ALLOW 200', { foreignTrustDomains: ['other.td'] }],
    ['3.3 STRICT, any trust domain', [mesh('STRICT')], FOREIGN, 'ALLOW 200', { foreignTrustDomains: ['*'] }],
    ['3.3 STRICT, a trust domain that only begins alike', [mesh('STRICT')], FOREIGN, 'DENY TRANSPORT', { foreignTrustDomains: ['other'] }],
    ['3.3 STRICT, no certificate', [mesh('STRICT')], ONE_WAY, 'DENY TRANSPORT'],
    ['3.3 STRICT, no certificate for any trust domain', [mesh('STRICT')], ONE_WAY, 'DENY TRANSPORT', { foreignTrustDomains: ['*'] }],
    ['3.3 STRICT, mutual TLS without an identity', [mesh('STRICT')], { source: { transport: Transport.MUTUAL_TLS } }, 'DENY TRANSPORT'],
    ['3.4 PERMISSIVE, plaintext', [], PLAINTEXT, 'ALLOW 200'],
    ['3.4 PERMISSIVE, other TLS on an HTTP port', [], OTHER_ALPN, 'DENY TRANSPORT'],
    ['3.4 PERMISSIVE, other TLS on a TCP port', [], { ...OTHER_ALPN, port: 9000 }, 'ALLOW'],
    ['3.5 DISABLE, mutual TLS on an HTTP port', [mesh('DISABLE')], {}, 'DENY TRANSPORT'],
    ['3.5 DISABLE, mutual TLS on a TCP port', [mesh('DISABLE')], { port: 9000 }, 'ALLOW'],
    ['3.2 the namespace wins', [mesh('STRICT'), own('PERMISSIVE')], PLAINTEXT, 'ALLOW 200'],
    ['3.2 UNSET inherits', [mesh('STRICT'), own('UNSET')], PLAINTEXT, 'DENY TRANSPORT'],
    ['3.2 the workload wins', [mesh('STRICT'), workload('PERMISSIVE')], PLAINTEXT, 'ALLOW 200'],
    ['3.2 the port wins', [mesh('STRICT'), workload('STRICT', { 8080: 'PERMISSIVE' })], PLAINTEXT, 'ALLOW 200'],
    ['3.2 the port is the container port', [mesh('STRICT'), workload('STRICT', { 80: 'PERMISSIVE' })], PLAINTEXT, 'DENY TRANSPORT'],
    ['3.1 an empty selector is mesh-wide', [mesh('STRICT', { selector: {} })], PLAINTEXT, 'DENY TRANSPORT'],
    ['3.1 a selector in the root namespace counts for nothing', [mesh('STRICT', { selector: { matchLabels: { app: 'api' } } })], PLAINTEXT, 'ALLOW 200'],
    ['3.1 the oldest counts', [
      own('STRICT', {}, { name: 'a', creationTimestamp: '2024-01-02T00:00:00Z' }),
      own('PERMISSIVE', {}, { name: 'b', creationTimestamp: '2024-01-01T00:00:00Z' }),
    ], PLAINTEXT, 'ALLOW 200'],
    ['3.1 of equally old ones the first by name', [own('STRICT', {}, { name: 'b' }), own('PERMISSIVE', {}, { name: 'a' })], PLAINTEXT, 'ALLOW 200'],
    ['3.6 an unknown age leaves it open', [
      own('STRICT', {}, { name: 'a', creationTimestamp: undefined }), own('PERMISSIVE', {}, { name: 'b' }),
    ], PLAINTEXT, 'UNDECIDED TRANSPORT'],
    ['3.6 an unknown age that does not matter', [
      own('STRICT', {}, { name: 'a', creationTimestamp: undefined }), own('PERMISSIVE', {}, { name: 'b' }),
    ], {}, 'ALLOW 200'],
    ['3.6 an unknown age where both refuse', [
      own('STRICT', {}, { name: 'a', creationTimestamp: undefined }), own('DISABLE', {}, { name: 'b' }),
    ], { source: { transport: Transport.ONE_WAY_TLS } }, 'DENY TRANSPORT'],
    ['3.6 an unknown age where both refuse, one of them later', [
      own('STRICT', {}, { name: 'a', creationTimestamp: undefined }), own('PERMISSIVE', {}, { name: 'b' }), authorization({}),
    ], PLAINTEXT, 'DENY ALLOW 403'],
    ['3.6 an unknown age where both refuse, in any order', [
      own('PERMISSIVE', {}, { name: 'a', creationTimestamp: undefined }), own('STRICT', {}, { name: 'b' }), authorization({}),
    ], PLAINTEXT, 'DENY ALLOW 403'],
  ])('%s', (_, policies, call, expected, settings = {}) => {
    expect(ask(sidecars(policies, settings), call)).toBe(expected);
  });
});

test.each([
  ['a port', [mesh('STRICT'), own('STRICT'), workload('STRICT', { 8080: 'PERMISSIVE' })], 'PERMISSIVE by shop/workload;'],
  ['a workload', [mesh('STRICT'), own('STRICT'), workload('PERMISSIVE', { 8080: 'UNSET' })], 'PERMISSIVE by shop/workload;'],
  ['a namespace', [mesh('PERMISSIVE'), own('STRICT'), workload('UNSET')], 'STRICT by shop/own;'],
  ['the mesh', [mesh('STRICT'), own('UNSET')], 'STRICT by istio-system/mesh;'],
  ['none', [mesh('UNSET')], 'PERMISSIVE;'],
])('3.2 the mode is told with the policy of %s that says it', (_, policies, expected) => {
  expect(sidecars(policies).isAuthorized(request()).hops[0].steps[0].outcome).toContain(expected);
});

describe('mutual TLS in ambient', () => {
  test.each([
    ['4.1 STRICT', [mesh('STRICT')], 'DENY TRANSPORT'],
    ['4.1 DISABLE is PERMISSIVE', [mesh('DISABLE')], 'ALLOW'],
    ['4.2 an empty selector in the root namespace counts for nothing', [mesh('STRICT', { selector: {} })], 'ALLOW'],
    ['4.2 an empty selector in the own namespace counts', [own('STRICT', { selector: {} })], 'DENY TRANSPORT'],
    ['4.1 an open port', [mesh('STRICT'), workload('STRICT', { 8080: 'PERMISSIVE' })], 'ALLOW'],
    ['4.1 an open port closes no other', [mesh('STRICT'), workload('STRICT', { 9000: 'PERMISSIVE' })], 'DENY TRANSPORT'],
    ['4.1 a strict port', [workload('PERMISSIVE', { 8080: 'STRICT' })], 'DENY TRANSPORT'],
    ['4.3 PA-a', [own('STRICT'), workload('UNSET', { 8080: 'DISABLE' })], 'DENY TRANSPORT'],
    ['4.4 PA-b', [mesh('STRICT'), own('UNSET'), workload('UNSET', { 9000: 'PERMISSIVE' })], 'ALLOW'],
    ['4.5 PA-c', [mesh('STRICT'), workload('PERMISSIVE', { 8080: 'STRICT' })], 'ALLOW'],
    ['4.5 PA-c not under a STRICT namespace', [mesh('STRICT'), own('STRICT'), workload('PERMISSIVE', { 8080: 'STRICT' })], 'DENY TRANSPORT'],
    ['4.6 equally old policies', [own('STRICT', {}, { name: 'a' }), own('PERMISSIVE', {}, { name: 'b' })], 'UNDECIDED TRANSPORT'],
  ])('%s, plaintext', (_, policies, expected) => {
    expect(ask(ambient(policies), PLAINTEXT)).toBe(expected);
    expect(ask(ambient(policies))).toBe('ALLOW');
  });
});
