import { MeshSettings, PolicySet, ProxyKind } from 'cdk8s-zero-trust';
import { authorization, namespace, peerAuthentication, pod, request, service, verdict, WEB } from './support';

const REV = 'istio.io/rev';
const AMBIENT = { 'istio.io/dataplane-mode': 'ambient' };
const labelled = (object: object, revision: string) => {
  const { metadata, ...rest } = object as { metadata: object };
  return { ...rest, metadata: { ...metadata, labels: { [REV]: revision } } };
};
const TWO = { revisions: ['default', 'canary'], revisionTags: { prod: 'canary' } };

describe('18.12 a control plane reads', () => {
  const denied = (namespaceRevision: string, policyRevision: string, settings: MeshSettings = TWO) =>
    PolicySet.fromManifests([namespace('shop', { [REV]: namespaceRevision }), pod('api'), labelled(authorization({}), policyRevision)], settings).isAuthorized(request());

  test.each([
    ['policies of its revision', 'canary', 'canary', 'DENY ALLOW 403'],
    ['none of another revision', 'canary', 'default', 'ALLOW 200'],
    ['none of a tag of its own', 'prod', 'prod', 'ALLOW 200'],
    ['those of the revision of a tag', 'prod', 'canary', 'DENY ALLOW 403'],
    ['none of an empty revision', 'canary', '', 'ALLOW 200'],
  ])('%s', (_, namespaceRevision, policyRevision, expected) => {
    expect(verdict(denied(namespaceRevision, policyRevision))).toBe(expected);
  });

  test('and an answer says what it does not read', () => {
    const response = denied('stable', 'canary', {});

    expect(response.notes).toEqual([
      "revision 'stable' is taken to be installed, as the labels of 'shop/api' rely on it", "the control plane of 'shop/api', 'stable', does not read shop/policy",
    ]);
    expect(response.hops[0].detached).toEqual(["shop/policy: it is labelled for revision 'canary', and the proxy is of 'stable'"]);
  });

  test('PeerAuthentications of its revision only', () => {
    const strict = peerAuthentication({ mtls: { mode: 'STRICT' } });
    const by = (labels: Record<string, string>, policy: object) =>
      verdict(PolicySet.fromManifests([namespace('shop', labels), pod('api'), policy], TWO).isAuthorized(request({ source: {} })));

    expect([by({ [REV]: 'canary' }, labelled(strict, 'canary')), by({ [REV]: 'canary' }, labelled(strict, 'default'))]).toEqual(['DENY TRANSPORT', 'ALLOW 200']);
    expect([by(AMBIENT, labelled(strict, 'default')), by(AMBIENT, labelled(strict, 'canary'))]).toEqual(['DENY TRANSPORT', 'ALLOW']);
  });

  test('Gateways and routes of its revision only', () => {
    const gateway = { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'gw', namespace: 'edge' }, spec: { selector: { app: 'gw' }, servers: [{ port: { number: 80, protocol: 'HTTP' }, hosts: ['*'] }] } };
    const by = (revision: string) => PolicySet.fromManifests([namespace('edge', { [REV]: 'canary' }), pod('gw', {}, 'edge'), labelled(gateway, revision)], TWO)
      .isAuthorized({ source: { ip: '192.0.2.1' }, destination: { namespace: 'edge', gateway: 'gw', port: 80 }, http: {} }).decision;

    expect([by('canary'), by('default')]).toEqual(['ALLOW', 'DENY']);
  });

  describe('for a client', () => {
    const istio = (kind: string, spec: object, at = 'client') => ({ apiVersion: 'networking.istio.io/v1', kind, metadata: { name: 'one', namespace: at }, spec });
    const host = 'api.shop.svc.cluster.local';
    const entry = istio('ServiceEntry', {
      hosts: ['db.example.com'],
      location: 'MESH_INTERNAL',
      resolution: 'STATIC',
      ports: [{ number: 80, name: 'http', protocol: 'HTTP', targetPort: 8080 }],
      workloadSelector: { labels: { app: 'api' } },
    }, 'shop');
    const disabled = peerAuthentication({ mtls: { mode: 'DISABLE' } }, { name: 'old', creationTimestamp: '2020-01-01T00:00:00Z' });
    const sends = (revision: string | undefined, object: object, destination: object = { service: 'api' }) => PolicySet.fromManifests([
      namespace('client', revision === undefined ? { 'istio-injection': 'enabled' } : { [REV]: revision }), pod('web', {}, 'client'),
      namespace('shop', { 'istio-injection': 'enabled' }), service('api', [{ name: 'http', port: 80, targetPort: 8080 }]), pod('api'),
      peerAuthentication({ mtls: { mode: 'STRICT' } }), labelled(object, 'canary'),
    ], TWO).isAuthorized({ source: { workload: 'client/web' }, destination: { namespace: 'shop', port: 80, ...destination }, http: {} }).decision;

    test.each<[string, object, string]>([
      ['DestinationRules', istio('DestinationRule', { host, trafficPolicy: { tls: { mode: 'DISABLE' } } }), 'DENY'],
      ['VirtualServices', istio('VirtualService', { hosts: [host], http: [{ directResponse: { status: 200 } }] }), 'DENY'],
      ['Sidecars', istio('Sidecar', { egress: [{ hosts: ['./*'] }] }), 'DENY'],
      ['PeerAuthentications', disabled, 'DENY'],
    ])('%s of its revision only', (_, object, expected) => {
      expect([sends(undefined, object), sends('default', object), sends('canary', object), sends('prod', object)]).toEqual(['ALLOW', 'ALLOW', expected, expected]);
    });

    test('ServiceEntries of its revision only: others it does not know', () => {
      expect([sends('canary', entry, { serviceEntry: 'one' }), sends('default', entry, { serviceEntry: 'one' })]).toEqual(['ALLOW', 'DENY']);
    });

    test.each<[string, MeshSettings['outbound'], string]>([
      ['does not know', {}, 'does not know ServiceEntry shop/one, which its control plane does not read, and passes it on: plaintext, without identity'],
      ['may not get, by its addresses', { excludedBlocks: '10.0.0.0/8' }, 'does not get what is sent to ServiceEntry shop/one, by the ports or addresses that it takes: plaintext, without identity'],
      ['does not get, by its port', { excludedPorts: '80' }, 'does not get what is sent to ServiceEntry shop/one, by the ports or addresses that it takes: plaintext, without identity'],
    ])('and says which ServiceEntry it %s', (_, outbound, note) => {
      const policies = PolicySet.fromManifests([
        namespace('client', { [REV]: 'default' }), pod('web', {}, 'client'), namespace('shop', { 'istio-injection': 'enabled' }), pod('api'), labelled(entry, 'canary'),
      ], { ...TWO, outbound });

      expect(policies.isAuthorized({ source: { workload: 'client/web' }, destination: { namespace: 'shop', serviceEntry: 'one', port: 80 }, http: {} }).notes).toContain(`the sidecar of 'client/web' ${note}`);
    });

    test('what is undecided where it is not known which control plane serves it', () => {
      const rule = labelled(istio('DestinationRule', { host, trafficPolicy: { tls: { mode: 'DISABLE' } } }), 'canary');
      const response = PolicySet.fromManifests([
        namespace('client'), { ...pod('web', {}, 'client'), spec: { containers: [{ name: 'istio-proxy', args: ['proxy', 'sidecar'] }] } },
        namespace('shop', { [REV]: 'canary' }), service('api', [{ name: 'http', port: 80, targetPort: 8080 }]), pod('api'), rule,
      ], { revisions: ['canary', 'blue'] }).isAuthorized({ source: { workload: 'client/web' }, destination: { namespace: 'shop', service: 'api', port: 80 }, http: {} });

      expect([response.decision, response.reason]).toEqual(
        ['UNDECIDED', "it is not known which control plane serves 'client/web', and some objects are labelled istio.io/rev for one only"]);
    });

    test('and so it is with the server name of one that is known by its identity', () => {
      const rule = labelled(istio('DestinationRule', { host, trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL', sni: 'other' } } }), 'canary');
      const named = authorization({ action: 'DENY', rules: [{ when: [{ key: 'connection.sni', values: ['other'] }] }] });
      const by = (revision: string) => PolicySet.fromManifests([
        namespace('client', { [REV]: revision }), pod('web', {}, 'client'), namespace('shop', { 'istio-injection': 'enabled' }),
        service('api', [{ name: 'http', port: 80, targetPort: 8080 }]), pod('api'), rule, named,
      ], TWO).isAuthorized({ source: { serviceAccount: 'client/web' }, destination: { namespace: 'shop', service: 'api', port: 80 }, http: {} }).decision;

      expect([by('canary'), by('default')]).toEqual(['DENY', 'ALLOW']);
    });
  });

  test('for a port of a workload, ServiceEntries of its revision only', () => {
    const entry = labelled({
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: { name: 'one', namespace: 'shop' },
      spec: {
        hosts: ['db.example.com'], resolution: 'STATIC', ports: [{ number: 8080, name: 'raw', protocol: 'TCP' }], workloadSelector: { labels: { app: 'api' } },
      },
    }, 'canary');
    const get = authorization({ action: 'DENY', rules: [{ to: [{ operation: { methods: ['POST'] } }] }] });
    const by = (policy: object, revision: string) => PolicySet.fromManifests([namespace('shop', { [REV]: revision }), pod('api'), policy, entry], TWO).isAuthorized(request());

    expect([by(get, 'canary'), by(get, 'default')].map(verdict)).toEqual(['DENY DENY', 'ALLOW 200']);
  });

  test('for a waypoint what its Gateway belongs to', () => {
    const waypoint = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'wp', namespace: 'shop' }, spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] } };
    const deny = labelled(authorization({ targetRefs: [{ group: '', kind: 'Service', name: 'api' }] }), 'canary');
    const by = (gateway: object) => PolicySet.fromManifests([
      namespace('shop', AMBIENT), service('api', [{ name: 'http', port: 80, targetPort: 8080 }], { 'istio.io/use-waypoint': 'wp' }), pod('api'), gateway, deny,
    ], TWO).isAuthorized({ source: { principal: WEB }, destination: { namespace: 'shop', service: 'api', port: 80 }, http: {} });

    expect([verdict(by(waypoint)), verdict(by(labelled(waypoint, 'canary')))]).toEqual(['ALLOW 200', 'DENY ALLOW 403']);
  });

  test('nobody knows which, where none is the default', () => {
    const policies = (policy: object) => PolicySet.fromManifests([namespace('shop', AMBIENT), pod('api'), policy], { revisions: ['a', 'b'] }).isAuthorized(request());

    expect(verdict(policies(authorization({ rules: [{}] })))).toBe('ALLOW');
    expect(verdict(policies(labelled(authorization({ rules: [{}] }), 'a')))).toBe('UNDECIDED');
    expect(policies(labelled(authorization({}), 'a')).notes).toContain("it is not known which control plane serves 'shop/api', and some objects are labelled istio.io/rev for one only");
  });

  test('only namespaces that it is told to', () => {
    const selected = (matchLabels: Record<string, string>, more: object[] = [], labels = {}) => PolicySet.fromManifests(
      [namespace('shop', { 'istio-injection': 'enabled', ...labels }), pod('api'), ...more], { discoverySelectors: [{ matchLabels }] },
    ).isAuthorized(request());

    expect(verdict(selected({ mesh: 'on' }, [authorization({})]))).toBe('ALLOW 200');
    expect(selected({ mesh: 'on' }, [authorization({})]).hops[0].detached).toEqual(["shop/policy: the control plane does not read namespace 'shop'"]);
    expect(verdict(selected({ mesh: 'on' }, [authorization({})], { mesh: 'on' }))).toBe('DENY ALLOW 403');
    expect(verdict(selected({ 'kubernetes.io/metadata.name': 'shop' }, [authorization({})]))).toBe('DENY ALLOW 403');
    expect(verdict(selected({ mesh: 'on' }, [authorization({}, { namespace: 'istio-system' })], { mesh: 'on' }))).toBe('ALLOW 200');
  });

  test('and nobody knows what ztunnel does for pods of others', () => {
    const policies = PolicySet.fromManifests([namespace('shop', AMBIENT), pod('api')], { discoverySelectors: [{ matchLabels: { mesh: 'on' } }] });

    expect(policies.isAuthorized(request())).toMatchObject({
      decision: 'UNDECIDED', notes: ["the control plane does not read namespace 'shop': what ztunnel does for 'shop/api', of which it is not told, is not evaluated"],
    });
  });

  test('and an answer says which PeerAuthentications it does not', () => {
    const strict = labelled(peerAuthentication({ mtls: { mode: 'STRICT' } }), 'canary');
    const other = { ...labelled(peerAuthentication({ selector: { matchLabels: { app: 'other' } } }), 'canary'), metadata: { name: 'other', namespace: 'shop', labels: { [REV]: 'canary' } } };

    expect(PolicySet.fromManifests([namespace('shop', { 'istio-injection': 'enabled' }), pod('api'), strict, other]).isAuthorized(request()).notes)
      .toEqual(["the control plane of 'shop/api', 'default', does not read shop/policy"]);
  });
});

describe('18.13 a proxy belongs', () => {
  const policies = (made: object, labels: Record<string, string> = {}) => PolicySet.fromManifests([namespace('shop', labels), made, labelled(authorization({}), 'canary')], TWO);
  const started = (annotations: object, labels: object = {}) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'api', namespace: 'shop', labels: { app: 'api', ...labels }, annotations },
    spec: { containers: [{ name: 'istio-proxy', args: ['proxy', 'sidecar'] }], initContainers: [{ name: 'istio-init', args: ['istio-iptables', '-b', '*'] }] },
  });

  test.each<[string, object, Record<string, string>, string]>([
    ['to what injected it, as its annotation says', started({ [REV]: 'canary' }), {}, 'DENY ALLOW 403'],
    ['to that before all', started({ [REV]: 'default' }), { [REV]: 'canary' }, 'ALLOW 200'],
    ['to what its label says', started({}, { [REV]: 'canary' }), {}, 'DENY ALLOW 403'],
    ['to what its namespace says', started({}), { [REV]: 'prod' }, 'DENY ALLOW 403'],
    ['to the default', started({}), {}, 'ALLOW 200'],
  ])('%s', (_, made, labels, expected) => {
    expect(verdict(policies(made, labels).isAuthorized(request()))).toBe(expected);
  });

  test('that a request names to what its labels say', () => {
    const { destination, ...rest } = request();
    const asked = { ...rest, destination: { ...destination, proxy: ProxyKind.SIDECAR } };

    expect(verdict(policies(pod('api', { 'sidecar.istio.io/inject': 'false' }), { [REV]: 'canary' }).isAuthorized(asked))).toBe('DENY ALLOW 403');
  });

  test('nowhere, where two are the default', () => {
    const both = { revisions: ['default', 'canary'], revisionTags: { default: 'canary' } };

    expect(verdict(PolicySet.fromManifests([namespace('shop', AMBIENT), pod('api'), labelled(authorization({}), 'canary')], both).isAuthorized(request()))).toBe('UNDECIDED');
  });
});
