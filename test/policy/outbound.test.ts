import { MeshSettings, PolicySet } from 'cdk8s-zero-trust';
import { AMBIENT, API, call, FROM_WEB, mesh, rule, SIDECARS, STRICT, tls } from './sending';
import { authorization, namespace, pod, service, verdict } from './support';

type Labels = Record<string, string>;

/** `client/web`, with annotations, calls `shop/api` in a mesh that takes mutual TLS only. */
function annotated(annotations: Labels, settings?: MeshSettings): string {
  const web = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'client', labels: { app: 'web' }, annotations }, spec: { serviceAccountName: 'web' } };
  return verdict(call(PolicySet.fromManifests([
    namespace('client', SIDECARS), web, namespace('shop', SIDECARS), service('api', [{ name: 'http', port: 80, targetPort: 8080 }]), pod('api'), STRICT,
  ], settings)));
}

const on = (name: string, value: string) => ({ [`traffic.sidecar.istio.io/${name}`]: value });

describe('A sidecar that does not get what its pod sends', () => {
  test.each<[Labels, string]>([
    [on('excludeOutboundPorts', '80'), 'DENY TRANSPORT'],
    [on('excludeOutboundPorts', '8080'), 'ALLOW 200'],
    [on('includeOutboundIPRanges', ''), 'DENY TRANSPORT'],
    [on('includeOutboundIPRanges', '10.96.0.0/16'), 'ALLOW 200'],
    [on('includeOutboundIPRanges', '10.1.0.0/16'), 'DENY TRANSPORT'],
    [on('excludeOutboundIPRanges', '10.96.0.0/16'), 'DENY TRANSPORT'],
    [on('excludeOutboundIPRanges', '10.1.0.0/16'), 'ALLOW 200'],
    [{ ...on('includeOutboundIPRanges', ''), ...on('includeOutboundPorts', '80') }, 'ALLOW 200'],
    [{ ...on('includeOutboundPorts', '80'), ...on('excludeOutboundPorts', '80') }, 'DENY TRANSPORT'],
    [{ 'sidecar.istio.io/interceptionMode': 'NONE' }, 'DENY TRANSPORT'],
  ])('leaves it plaintext: %j', (annotations, expected) => {
    expect(annotated(annotations)).toBe(expected);
  });

  test.each<[MeshSettings['outbound'], string]>([
    [{ excludedPorts: '80' }, 'DENY TRANSPORT'],
    [{ includedBlocks: '' }, 'DENY TRANSPORT'],
    [{ includedBlocks: '', includedPorts: '80' }, 'ALLOW 200'],
    [{ excludedBlocks: '10.96.0.0/16' }, 'DENY TRANSPORT'],
  ])('is so for all by the settings: %j', (outbound, expected) => {
    expect(annotated({}, { outbound })).toBe(expected);
  });

  test.each<[string, object, string]>([
    ['of the user of the sidecar gets none', { securityContext: { runAsUser: 1337 }, containers: [{ name: 'web' }] }, 'DENY TRANSPORT'],
    ['of its group gets none', { containers: [{ name: 'web', securityContext: { runAsGroup: 1337 } }] }, 'DENY TRANSPORT'],
    ['of another user than that of its pod gets it', { securityContext: { runAsUser: 1337 }, containers: [{ name: 'web', securityContext: { runAsUser: 1000 } }] }, 'ALLOW 200'],
    ['of either is undecided', { containers: [{ name: 'web', securityContext: { runAsUser: 1337 } }, { name: 'other' }] }, 'UNDECIDED'],
    ['of the user, which is the sidecar itself, gets it', { containers: [{ name: 'istio-proxy', securityContext: { runAsUser: 1337 } }, { name: 'web' }] }, 'ALLOW 200'],
  ])('of processes: what is sent by one %s', (_, spec, expected) => {
    const web = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'client' }, spec };
    const api = service('api', [{ name: 'http', port: 80, targetPort: 8080 }]);

    expect(verdict(call(PolicySet.fromManifests([namespace('client', SIDECARS), web, namespace('shop', SIDECARS), api, pod('api'), STRICT])))).toBe(expected);
  });

  test('is undecided where addresses are not in the manifests', () => {
    const headed = { ...service('api', [{ name: 'http', port: 80, targetPort: 8080 }]), spec: { selector: { app: 'api' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } };
    const web = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'client', annotations: on('excludeOutboundIPRanges', '10.96.0.0/16') }, spec: {} };
    const policies = PolicySet.fromManifests([namespace('client', SIDECARS), web, namespace('shop', SIDECARS), headed, pod('api'), STRICT]);

    expect(verdict(call(policies))).toMatch(/^UNDECIDED/);
  });
});

describe('A sidecar that does not know a host', () => {
  const exported = (to: string) => ({ ...service('api', [{ name: 'http', port: 80, targetPort: 8080 }]), metadata: { name: 'api', namespace: 'shop', annotations: { 'networking.istio.io/exportTo': to } } });
  const sidecar = (spec: object, meta: object = {}) => ({ apiVersion: 'networking.istio.io/v1', kind: 'Sidecar', metadata: { name: 'default', namespace: 'client', ...meta }, spec });
  const egress = (...hosts: string[]) => ({ egress: [{ hosts }] });
  const world = (api: object, objects: object[], settings?: MeshSettings) =>
    PolicySet.fromManifests([namespace('client', SIDECARS), pod('web', {}, 'client'), namespace('shop', SIDECARS), api, pod('api'), STRICT, ...objects], settings);

  test.each<[string, string]>([
    ['.', 'DENY TRANSPORT'], ['shop', 'DENY TRANSPORT'], ['~', 'DENY TRANSPORT'], ['*', 'ALLOW 200'], ['client', 'ALLOW 200'], ['., client', 'ALLOW 200'], ['~,*', 'ALLOW 200'],
  ])('as its Service is exported to %s passes on plaintext', (to, expected) => {
    expect(verdict(call(world(exported(to), [])))).toBe(expected);
  });

  test('does so where the settings export nothing', () => {
    expect(verdict(call(mesh([STRICT], {}, { outbound: { serviceExportTo: ['.'] } })))).toBe('DENY TRANSPORT');
  });

  test.each<[what: string, sidecars: object[], expected: string]>([
    ['does not list it', [sidecar(egress('./*'))], 'DENY TRANSPORT'],
    ['lists its namespace', [sidecar(egress('shop/*'))], 'ALLOW 200'],
    ['lists it', [sidecar(egress(`shop/${API}`))], 'ALLOW 200'],
    ['lists its domain', [sidecar(egress('*/*.svc.cluster.local'))], 'ALLOW 200'],
    ['lists it in another namespace', [sidecar(egress(`other/${API}`))], 'DENY TRANSPORT'],
    ['leaves it out', [sidecar(egress('*/*', `~shop/${API}`))], 'DENY TRANSPORT'],
    ['leaves everything out', [sidecar(egress('*/*', '~/*'))], 'DENY TRANSPORT'],
    ['lists it on its port', [sidecar({ egress: [{ port: { number: 80 }, hosts: ['shop/*'] }, { hosts: ['./*'] }] })], 'ALLOW 200'],
    ['lists it on another port only', [sidecar({ egress: [{ port: { number: 81 }, hosts: ['shop/*'] }, { hosts: ['./*'] }] })], 'DENY TRANSPORT'],
    ['does not say what is listed', [sidecar({ ingress: [] })], 'ALLOW 200'],
    ['selects the client and lists it', [sidecar(egress('./*')), sidecar({ ...egress('shop/*'), workloadSelector: { labels: { app: 'web' } } }, { name: 'web' })], 'ALLOW 200'],
    ['selects others', [sidecar({ ...egress('./*'), workloadSelector: { labels: { app: 'other' } } })], 'ALLOW 200'],
    ['is of the root namespace', [sidecar(egress('./*'), { namespace: 'istio-system' })], 'DENY TRANSPORT'],
    ['is of the root namespace, beside one of its own', [sidecar(egress('./*'), { namespace: 'istio-system' }), sidecar(egress('shop/*'))], 'ALLOW 200'],
    ['is one of several of unknown age', [sidecar(egress('./*'), { name: 'a' }), sidecar(egress('shop/*'), { name: 'b' })], 'UNDECIDED'],
  ])('as its Sidecar %s', (_, sidecars, expected) => {
    expect(verdict(call(mesh([STRICT, ...sidecars])))).toBe(expected);
  });

  test('blocks it where the mesh or its Sidecar say so', () => {
    const blocked = "nothing arrives: the sidecar of 'client/web' does not know Service shop/api, by Sidecar client/default, and blocks it";

    expect(call(mesh([sidecar(egress('./*'))], {}, { outbound: { registryOnly: true } })).notes).toEqual([blocked]);
    expect(call(mesh([sidecar({ ...egress('./*'), outboundTrafficPolicy: {} })])).notes).toEqual([blocked]);
    expect(verdict(call(mesh([sidecar({ ...egress('./*'), outboundTrafficPolicy: { mode: 'ALLOW_ANY' } })], {}, { outbound: { registryOnly: true } })))).toBe('ALLOW 200');
    expect(verdict(call(mesh([], {}, { outbound: { registryOnly: true } }), { destination: { service: undefined, workload: 'api', port: 8080 } }))).toBe('DENY TRANSPORT');
  });

  test('says so', () => {
    expect(call(mesh([sidecar(egress('./*'))])).notes).toEqual(["the sidecar of 'client/web' does not know Service shop/api, by Sidecar client/default, and passes it on: plaintext, without identity"]);
    expect(call(world(exported('.'), [])).notes).toEqual(["the sidecar of 'client/web' does not know Service shop/api, which is not exported to its namespace, and passes it on: plaintext, without identity"]);
  });

  test('has no counterpart in ambient', () => {
    const policies = mesh([STRICT, sidecar(egress('./*'))], { client: AMBIENT }, { outbound: { serviceExportTo: ['.'], registryOnly: true } });

    expect(verdict(call(policies))).toBe('ALLOW 200');
  });
});

describe('A server', () => {
  const labelled = (labels: Labels) => PolicySet.fromManifests([
    namespace('client', SIDECARS), pod('web', {}, 'client'), namespace('shop', SIDECARS), service('api', [{ name: 'http', port: 80, targetPort: 8080 }]), pod('api', labels), STRICT, FROM_WEB,
  ]);

  test('that says that it takes no mutual TLS is sent plaintext', () => {
    expect(verdict(call(labelled({ 'security.istio.io/tlsMode': 'disabled' })))).toBe('DENY TRANSPORT');
    expect(verdict(call(labelled({ 'security.istio.io/tlsMode': 'istio' })))).toBe('ALLOW 200');
  });

  test('that takes a tunnel beside mutual TLS is sent mutual TLS', () => {
    expect(verdict(call(labelled({ 'networking.istio.io/tunnel': 'http' })))).toBe('ALLOW 200');
  });

  test.each<[string, Labels, MeshSettings | undefined, string]>([
    ['is taken to accept tunnels', AMBIENT, undefined, 'ALLOW 200'],
    ['does not where the settings say so', AMBIENT, { outbound: { sidecarHbone: false } }, 'DENY TRANSPORT'],
  ])('with a sidecar, called from ambient, %s', (_, client, settings, expected) => {
    expect(verdict(call(mesh([STRICT, FROM_WEB], { client }, settings)))).toBe(expected);
  });

  test('without cluster address is sent mutual TLS only if all of it takes that', () => {
    const headless = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'all', namespace: 'shop' }, spec: { clusterIP: 'None', selector: { tier: 'x' }, ports: [{ name: 'http', port: 8080 }] } };
    const policies = (labels: Labels) => PolicySet.fromManifests([
      namespace('client', SIDECARS), pod('web', {}, 'client'), namespace('shop', SIDECARS), headless, pod('a', { tier: 'x' }), pod('b', { tier: 'x', ...labels }), STRICT,
    ]);
    const all = { destination: { service: 'all', workload: 'a', port: 8080 } };

    expect(verdict(call(policies({}), all))).toBe('ALLOW 200');
    expect(verdict(call(policies({ 'sidecar.istio.io/inject': 'false' }), all))).toBe('DENY TRANSPORT');
  });

  test('behind a waypoint sees it by a tunnel only', () => {
    const waypoint = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'wp', namespace: 'shop' }, spec: { gatewayClassName: 'istio-waypoint' } };
    const fromWaypoint = authorization({ rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/wp'] } }] }] });
    const policies = (settings?: MeshSettings) => PolicySet.fromManifests([
      namespace('client', AMBIENT), pod('web', {}, 'client'), namespace('shop', { ...SIDECARS, 'istio.io/use-waypoint': 'wp' }),
      service('api', [{ name: 'http', port: 80, targetPort: 8080 }]), pod('api'), waypoint, STRICT, fromWaypoint,
    ], settings);

    expect(verdict(call(policies()))).toBe('ALLOW 200');
    expect(verdict(call(policies({ outbound: { sidecarHbone: false } })))).toBe('DENY TRANSPORT');
    expect(call(policies({ outbound: { sidecarHbone: false } })).notes).toContain("the sidecar of 'shop/api' does not accept HBONE: the waypoint sends it plaintext, without identity");
  });
});

describe('An address of a pod', () => {
  const entry = (spec: object) => ({ apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', metadata: { name: 'se', namespace: 'client' }, spec: { hosts: ['fake.b'], ports: [{ number: 8080, name: 'tcp', protocol: 'TCP' }], ...spec } });
  const mutual = rule({ host: 'fake.b', ...tls('ISTIO_MUTUAL') });
  const pods = { destination: { service: undefined, workload: 'api', port: 8080 } };

  test.each<[string, object, object, string]>([
    ['has the DestinationRule of a ServiceEntry that has it', entry({ addresses: ['10.1.1.1'] }), pods, 'ALLOW 200'],
    ['or its block', entry({ addresses: ['10.1.0.0/16'] }), pods, 'ALLOW 200'],
    ['but not of one with another', entry({ addresses: ['10.2.1.1'] }), pods, 'DENY TRANSPORT'],
    ['where it is that by which it is called', entry({ addresses: ['10.2.1.1'] }), { destination: { ...pods.destination, ip: '10.2.1.1' } }, 'ALLOW 200'],
    ['and no other then', entry({ addresses: ['10.1.1.1'] }), { destination: { ...pods.destination, ip: '10.2.1.1' } }, 'DENY TRANSPORT'],
    ['nor of one with another port', entry({ addresses: ['10.1.1.1'], ports: [{ number: 9090, name: 'tcp', protocol: 'TCP' }] }), pods, 'DENY TRANSPORT'],
    ['nor of one that the client does not see', { ...entry({ addresses: ['10.1.1.1'], exportTo: ['other'] }) }, pods, 'DENY TRANSPORT'],
  ])('%s', (_, serviceEntry, where, expected) => {
    expect(verdict(call(mesh([STRICT, serviceEntry, mutual]), where))).toBe(expected);
  });

  test('is one of several', () => {
    const dual = { ...pod('dual'), status: { podIPs: [{ ip: '10.3.1.1' }, { ip: 'fd00::1' }] } };

    expect(verdict(call(mesh([dual, STRICT, entry({ addresses: ['fd00::1'] }), mutual]), { destination: { service: undefined, workload: 'dual', port: 8080 } }))).toBe('ALLOW 200');
  });

  const past = (name: string) => [`the sidecar of 'client/web' does not get what is sent to the address of '${name}', by the ports or addresses that it takes: plaintext, without identity`];
  const edge = [namespace('edge'), { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'gw', namespace: 'edge', labels: { istio: 'gw' } }, spec: { containers: [{ name: 'istio-proxy', args: ['proxy', 'router'] }] }, status: { podIP: '10.4.1.1' } }];

  test.each<[string, excludedBlocks: string, object, notes: string[]]>([
    ['of a workload', '10.1.0.0/16', { workload: 'api', port: 8080 }, past('shop/api')],
    ['that it is called by', '10.2.0.0/16', { workload: 'api', port: 8080, ip: '10.2.1.1' }, past('shop/api')],
    ['of a gateway without a Service', '10.4.0.0/16', { namespace: 'edge', gateway: 'gw', port: 8080 }, past('edge/gw')],
  ])('is not taken where it is left out: that %s', (_, excludedBlocks, destination, notes) => {
    expect(call(mesh(edge, {}, { outbound: { excludedBlocks } }), { destination: { service: undefined, ...destination } }).notes).toEqual(notes);
  });

  test('may be left out where the manifests do not have it', () => {
    const destination = { service: undefined, workload: 'other', labels: {}, port: 8080 };

    expect(verdict(call(mesh([authorization({ rules: [{ from: [{ source: { principals: ['*'] } }] }] })], {}, { outbound: { excludedBlocks: '10.1.0.0/16' } }), { destination }))).toMatch(/^(DENY|UNDECIDED)/);
  });
});
