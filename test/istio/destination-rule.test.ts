import { admitSpec, refusing, said } from './admitted';

const refuse = (spec: unknown, metadata?: object): string[] => refusing('DestinationRule', spec, metadata);
const rule = (trafficPolicy: unknown): object => ({ host: 'api.foo.svc.cluster.local', trafficPolicy });
const balancer = (loadBalancer: object): object => rule({ loadBalancer });
const hash = (consistentHash: object): object => balancer({ consistentHash });
const tls = (settings: object): object => rule({ tls: settings });
const subset = (more: object): object => ({ host: 'api', subsets: [{ name: 'v1', labels: { version: 'v1' }, ...more }] });
const shares = (to: object): object => balancer({ localityLbSetting: { distribute: [{ from: 'eu/*', to }] } });
const selected = (...exportTo: string[]): object => ({ host: 'api', workloadSelector: { matchLabels: { app: 'a' } }, exportTo });

describe('DestinationRule', () => {
  test.each([
    ['a host alone', { host: '*.example.com' }],
    ['mutual TLS of the mesh', tls({ mode: 'ISTIO_MUTUAL' })],
    ['mutual TLS from files', tls({ mode: 'MUTUAL', clientCertificate: '/c', privateKey: '/k', caCertificates: '/ca' })],
    ['a certificate of a ConfigMap of its namespace', tls({ mode: 'SIMPLE', credentialName: 'configmap://foo/ca' })],
    ['a subset', subset({ trafficPolicy: { connectionPool: { tcp: { maxConnections: 1 } } } })],
    ['settings of a port', rule({ portLevelSettings: [{ port: { number: 80 }, tls: {} }] })],
    ['a port of nobody', rule({ portLevelSettings: [{ port: {}, tls: {} }] })],
    ['a hash of a cookie', hash({ httpCookie: { name: 'a', ttl: '0s', attributes: [{ name: 'SameSite' }] }, maglev: { tableSize: 65537 } })],
    ['shares of localities', shares({ 'eu/a': 60, 'eu/b': 40 })],
    ['zones', balancer({ zoneAwareLbSetting: { enabled: null, minClusterSize: null } })],
    ['ejection', rule({ outlierDetection: { consecutive5xxErrors: 1, consecutiveLocalOriginFailures: 2, splitExternalLocalOriginErrors: true } })],
    ['workloads that it is for', selected('.')],
    ['a tunnel', rule({ tunnel: { protocol: 'POST', targetHost: '192.0.2.1', targetPort: 443 } })],
  ])('admits %s', (_, spec) => {
    expect(said('DestinationRule', spec)).toEqual([]);
  });

  test.each([
    ['no host', {}, [
      'schema spec.host: must be given, got nothing; add host',
      "webhook spec.host: must be a DNS name, got ''; name the host",
    ]],
    ['a policy without anything', rule({}), [
      "webhook spec.trafficPolicy: must not be empty, got '{}'; say what is to be done, or leave it out",
    ]],
    ['mutual TLS without certificate', tls({ mode: 'MUTUAL' }), [
      "webhook spec.trafficPolicy.tls.clientCertificate: must be given with mode MUTUAL, got ''; name the file, or a credentialName",
      "webhook spec.trafficPolicy.tls.privateKey: must be given with mode MUTUAL, got ''; name the file, or a credentialName",
    ]],
    ['names to verify, and no verification', tls({ mode: 'SIMPLE', insecureSkipVerify: true, subjectAltNames: ['a.b'] }), [
      'webhook spec.trafficPolicy.tls.subjectAltNames: must be left out with insecureSkipVerify, which verifies nothing; drop insecureSkipVerify',
    ]],
    ['a certificate from two places', tls({ mode: 'SIMPLE', credentialName: 'a', caCertificates: '/ca' }), [
      "webhook spec.trafficPolicy.tls.caCertificates: must be left out beside credentialName, which holds it, got '/ca'; keep one of them",
    ]],
    ['workloads of other namespaces', selected('*'), [
      "webhook spec.exportTo: must be '.' or nothing beside workloadSelector, got '*'; workloads elsewhere cannot be selected",
    ]],
    ['two hashes', hash({ useSourceIp: true, httpHeaderName: 'x' }), [
      'schema spec.trafficPolicy.loadBalancer.consistentHash: must have at most one of these, got httpHeaderName and useSourceIp, where empty counts; keep one',
    ]],
    ['shares that are not all', shares({ 'eu/a': 60, 'eu/b': 30 }), [
      "webhook spec.trafficPolicy.loadBalancer.localityLbSetting.distribute[0].to: must have shares of 100 together, got '90'; correct them",
    ]],
    ['a misspelled field', rule({ tls: { mode: 'SIMPLE', credential_name: 'a' } }), [
      "unknown-field spec.trafficPolicy.tls.credential_name: must be a field of the API, got 'credential_name'; did you mean 'credentialName'?",
    ]],
  ])('refuses %s', (_, spec, lines) => {
    expect(said('DestinationRule', spec)).toEqual(lines);
  });

  test.each([
    ['an address for a host', { host: '192.0.2.1' }, ['webhook']],
    ['a subset twice', { host: 'a', subsets: [{ name: 'v1' }, { name: 'v1' }] }, ['webhook']],
    ['a subset with a dot', subset({ name: 'v1.1' }), ['webhook']],
    ['a label that no pod can have', subset({ labels: { 'a/b/c': 'd' } }), ['webhook']],
    ['an empty policy of a subset', subset({ trafficPolicy: {} }), ['webhook']],
    ['mode MUTUAL at a port without certificate', rule({ portLevelSettings: [{ port: { number: 80 }, tls: { mode: 'MUTUAL' } }] }), ['webhook']],
    ['settings without port', rule({ portLevelSettings: [{ tls: {} }] }), ['webhook']],
    ['a port without settings', rule({ portLevelSettings: [{ port: { number: 80 } }] }), ['webhook']],
    ['a TLS mode of servers', tls({ mode: 'PASSTHROUGH' }), ['schema', 'webhook']],
    ['a TLS mode by number', tls({ mode: 1 }), ['schema']],
    ['a ConfigMap of another namespace', tls({ mode: 'SIMPLE', credentialName: 'configmap://bar/ca' }), ['webhook']],
    ['a ConfigMap without a name', tls({ mode: 'SIMPLE', credentialName: 'configmap://foo' }), ['webhook']],
    ['a tunnel beside a proxy protocol', rule({ tunnel: { targetHost: 'a.b', targetPort: 1 }, proxyProtocol: {} }), ['webhook']],
    ['a tunnel by GET', rule({ tunnel: { protocol: 'GET', targetHost: 'a.b', targetPort: 1 } }), ['webhook']],
    ['a tunnel to nowhere', rule({ tunnel: { targetHost: '*.b', targetPort: 0 } }), ['webhook']],
    ['more than all ejected', rule({ outlierDetection: { maxEjectionPercent: 101 } }), ['webhook']],
    ['failures that are not told apart', rule({ outlierDetection: { consecutiveLocalOriginFailures: 1 } }), ['webhook']],
    ['an error code of 600', rule({ outlierDetection: { outlierDetectionHttpErrorCodes: [600] } }), ['schema']],
    ['two algorithms', balancer({ simple: 'RANDOM', consistentHash: {} }), ['schema']],
    ['a cookie without name', hash({ httpCookie: {} }), ['schema', 'webhook']],
    ['an attribute twice', hash({ httpCookie: { name: 'a', attributes: [{ name: 'b' }, { name: 'b' }] } }), ['webhook']],
    ['a table of even size', hash({ maglev: { tableSize: 65536 } }), ['webhook']],
    ['a table of the square of a prime', hash({ maglev: { tableSize: 25 } }), ['webhook']],
    ['a table that is too large', hash({ maglev: { tableSize: 5000011 } }), ['webhook']],
    ['a ring size in two places', hash({ minimumRingSize: 1, ringHash: {} }), ['webhook']],
    ['localities and zones', balancer({ localityLbSetting: {}, zoneAwareLbSetting: {} }), ['webhook']],
    ['a share of 0', shares({ 'eu/a': 100, 'eu/b': 0 }), ['webhook']],
    ['localities that overlap, in any order', shares({ 'eu/a': 50, 'eu/*': 50 }), ['webhook']],
    ['a star inside a locality', shares({ 'eu*/a': 100 }), ['webhook']],
    ['an empty zone', shares({ 'eu//a': 100 }), ['webhook']],
    ['failover to itself', balancer({ localityLbSetting: { failover: [{ from: 'eu', to: 'eu' }] } }), ['webhook']],
    ['failover of a zone', balancer({ localityLbSetting: { failover: [{ from: 'eu/a', to: 'us' }] } }), ['webhook']],
    ['a zone beside failover', balancer({ localityLbSetting: { failover: [{ from: 'eu', to: 'us' }], failoverPriority: ['topology.kubernetes.io/zone'] } }), ['webhook']],
    ['a warmup without duration', balancer({ warmup: {} }), ['schema', 'webhook']],
    ['a warmup of no aggression', balancer({ warmup: { duration: '1s', aggression: 0 } }), ['webhook']],
    ['nobody to be exported to', { host: 'a', exportTo: ['~'] }, ['webhook']],
    ['selected workloads, exported to two', selected('.', 'bar'), ['webhook']],
    ['a star in a selected label', { host: 'a', workloadSelector: { matchLabels: { 'a*': 'b' } } }, ['schema', 'webhook']],
  ])('refuses %s in the right layers', (_, spec, layers) => {
    expect(refuse(spec)).toEqual(layers);
  });

  test.each([
    ['errors of old', rule({ outlierDetection: { consecutiveErrors: 1 } }), ['spec.trafficPolicy.outlierDetection.consecutiveErrors']],
    ['a ring size of old', hash({ minimumRingSize: 1 }), ['spec.trafficPolicy.loadBalancer.consistentHash.minimumRingSize']],
    ['failover that nothing starts', balancer({ localityLbSetting: { failoverPriority: ['a'] } }), ['spec.trafficPolicy.loadBalancer.localityLbSetting']],
    ['an empty selector', { host: 'a', workloadSelector: {} }, ['spec.workloadSelector']],
    ['nothing inside a subset, as istiod does', subset({ trafficPolicy: { outlierDetection: { consecutiveErrors: 1 } } }), []],
  ])('warns of %s', (_, spec, fields) => {
    expect(admitSpec('DestinationRule', spec).warnings.map(({ field }) => field)).toEqual(fields);
    expect(refuse(spec)).toEqual([]);
  });

  test('takes both names of a field as istiod does, and calls the other one unknown', () => {
    expect(refuse(rule({ outlierDetection: { consecutive_5xx_errors: -1 } }))).toEqual(['unknown-field', 'webhook']);
    expect(refuse(rule({ outlierDetection: { consecutive_5xx_errors: 1 } }))).toEqual(['unknown-field']);
  });
});
