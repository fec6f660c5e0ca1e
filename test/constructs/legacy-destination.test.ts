import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import {
  DataPlane, Findings, LegacyDestination, LegacyDestinationProps, LegacyTls, MutualTlsMode, Operation, PeerAuthentication, PortProtocol, Principal, ServiceAccess, Workload, ZeroTrustMesh,
  ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { admit } from '../../src/istio/admission';
import { testApp } from '../support/app';
import { chartOf, deployment, Manifest, manifests, problemsOf, rawDeployment, rawService } from '../support/shop';

const PLAINTEXT = LegacyTls.disable({ reason: 'has no sidecar yet' });

interface Shop {
  readonly app: App;
  readonly shop: Chart;
  readonly old: Chart;
  readonly ledger: ApiObject;
}

/** Workload web of a namespace with sidecars, and Service ledger of one without. */
function scene(dataPlane = DataPlane.SIDECAR): Shop {
  const app = testApp();
  new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh');
  const shop = chartOf(app, 'shop');
  new ZeroTrustNamespace(shop, 'baseline', { name: 'shop', dataPlane });
  deployment(shop, 'web');
  const old = chartOf(app, 'old');
  new ApiObject(old, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'old' } });
  rawDeployment(old, 'ledger');
  Findings.of(old).acknowledge('ZT107', { reason: 'is rewritten' });
  return { app, shop, old, ledger: rawService(old, 'ledger') };
}

function networking(app: App): Manifest[] { return manifests(app).filter(({ apiVersion }) => apiVersion.startsWith('networking.istio.io/')); }

/** Object by `KIND NAMESPACE`, with what it says. */
function specs(app: App): { [object: string]: unknown } {
  return Object.fromEntries(networking(app).map(({ kind, metadata, spec }) => [`${kind} ${metadata.namespace}`, spec]));
}

const { disable, simple, mutual } = LegacyTls;
const VERIFIED = { mode: 'SIMPLE', sni: 'api.pay.example', subjectAltNames: ['api.pay.example'] };

describe('A LegacyDestination', () => {
  test('has clients send plaintext to a Service of the app, with the reason on what says so', () => {
    const { app, shop, ledger } = scene();
    new LegacyDestination(shop, 'ledger', { service: ledger, tls: PLAINTEXT });

    expect(problemsOf(app)).toEqual([]);
    expect(networking(app)).toEqual([{
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: {
        name: expect.stringContaining('shop-ledger') as string,
        namespace: 'shop',
        annotations: { 'cdk8s-zero-trust/construct': 'shop/ledger', 'cdk8s-zero-trust/reason': 'has no sidecar yet' },
      },
      spec: { host: 'ledger.old.svc.cluster.local', exportTo: ['.'], trafficPolicy: { tls: { mode: 'DISABLE' } } },
    }]);
  });

  test('has clients call a host outside in the clear, and their proxy verify it, with no way round by another port', () => {
    const { app, shop } = scene();
    new LegacyDestination(shop, 'pay', { host: 'api.pay.example', tls: simple({ caCertificates: '/etc/certs/ca.pem' }) });

    expect(problemsOf(app)).toEqual([]);
    expect(specs(app)).toEqual({
      'DestinationRule shop': {
        host: 'api.pay.example',
        exportTo: ['.'],
        trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: { ...VERIFIED, caCertificates: '/etc/certs/ca.pem' } }] },
      },
      'ServiceEntry shop': {
        hosts: ['api.pay.example'],
        ports: [{ number: 80, name: 'http-80', protocol: 'HTTP', targetPort: 443 }],
        location: 'MESH_EXTERNAL',
        resolution: 'DNS',
        exportTo: ['.'],
      },
    });
    expect(networking(app).map(({ kind }) => kind)).toEqual(['DestinationRule', 'ServiceEntry']);
  });

  test('takes a database outside by the addresses that clients call', () => {
    const { app, shop } = scene();
    new LegacyDestination(shop, 'db', { host: 'db.example', ports: [{ number: 5432, protocol: PortProtocol.TCP }], addresses: ['10.9.8.7'], tls: PLAINTEXT });

    expect(problemsOf(app)).toEqual([]);
    expect(specs(app)).toEqual({
      'DestinationRule shop': { host: 'db.example', exportTo: ['.'], trafficPolicy: { portLevelSettings: [{ port: { number: 5432 }, tls: { mode: 'DISABLE' } }] } },
      'ServiceEntry shop': expect.objectContaining({ addresses: ['10.9.8.7'], ports: [{ number: 5432, name: 'tcp-5432', protocol: 'TCP' }] }) as object,
    });
  });

  test('is for each namespace of clients by itself', () => {
    const { app, shop } = scene();
    new LegacyDestination(shop, 'pay', { host: 'api.pay.example', tls: simple(), clientNamespaces: ['shop', 'billing', 'shop'], metadata: { name: 'pay' } });

    expect(problemsOf(app)).toEqual([]);
    expect(networking(app).map(({ kind, metadata: { namespace, name } }) => `${kind} ${namespace}/${name}`)).toEqual([
      'DestinationRule shop/pay', 'ServiceEntry shop/pay-entry', 'DestinationRule billing/pay-billing-rule', 'ServiceEntry billing/pay-billing-entry',
    ]);
    expect(networking(app).map(({ spec }) => (spec as { exportTo: unknown }).exportTo)).toEqual([['.'], ['.'], ['.'], ['.']]);
  });

  test('has one workload read a secret, and others of its namespace start TLS rather than send plaintext', () => {
    const { app, shop } = scene();
    new LegacyDestination(shop, 'pay', {
      host: 'api.pay.example', tls: mutual({ credentialName: 'pay-client' }), clientWorkload: Workload.of(rawDeployment(shop, 'billing')),
    });
    rawDeployment(shop, 'worker');

    expect(problemsOf(app)).toEqual([]);
    const [own, others] = networking(app);
    expect(own.spec).toEqual({
      host: 'api.pay.example',
      exportTo: ['.'],
      workloadSelector: { matchLabels: { app: 'billing' } },
      trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: { ...VERIFIED, mode: 'MUTUAL', credentialName: 'pay-client' } }] },
    });
    expect(others.spec).toEqual({ host: 'api.pay.example', exportTo: ['.'], trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: VERIFIED }] } });
  });

  test.each<[string, LegacyTls, object]>([
    ['a name that differs', simple({ subjectAltNames: ['spiffe://old/ledger', 'l.example'], sni: 'l.example' }), { mode: 'SIMPLE', sni: 'l.example', subjectAltNames: ['spiffe://old/ledger', 'l.example'] }],
    ['no verification', simple({ insecureSkipVerify: { reason: 'signed by itself' } }), { mode: 'SIMPLE', sni: 'ledger.old.svc.cluster.local', insecureSkipVerify: true }],
    ['a certificate in files', mutual({ clientCertificate: '/etc/certs/cert.pem', privateKey: '/etc/certs/key.pem', caCertificates: '/etc/certs/ca.pem' }), {
      mode: 'MUTUAL',
      sni: 'ledger.old.svc.cluster.local',
      subjectAltNames: ['ledger.old.svc.cluster.local'],
      clientCertificate: '/etc/certs/cert.pem',
      privateKey: '/etc/certs/key.pem',
      caCertificates: '/etc/certs/ca.pem',
    }],
  ])('writes mode and names for %s', (_, tls, written) => {
    const { app, shop, ledger } = scene();
    new LegacyDestination(shop, 'ledger', { service: ledger, tls, ports: [{ number: 80 }] });

    expect(problemsOf(app)).toEqual([]);
    expect(specs(app)).toEqual({ 'DestinationRule shop': expect.objectContaining({ trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: written }] } }) as object });
  });

  test('is admitted, whatever it says', () => {
    const { app, shop, ledger } = scene();
    const billing = Workload.of(rawDeployment(shop, 'billing'));
    new LegacyDestination(shop, 'a', { service: ledger, tls: simple({ insecureSkipVerify: { reason: 'r' } }) });
    new LegacyDestination(shop, 'b', { host: 'b.example', tls: mutual({ credentialName: 'b', insecureSkipVerify: { reason: 'r' } }), clientWorkload: billing });
    new LegacyDestination(shop, 'c', { host: 'c.example', tls: simple({ credentialName: 'c' }), clientWorkload: billing });
    new LegacyDestination(shop, 'd', {
      host: 'd.example', tls: simple(), addresses: ['10.0.0.1', 'fd00::1'], ports: [{ number: 80, targetPort: 8443 }, { number: 6379, targetPort: 6380, protocol: PortProtocol.TCP }],
    });

    expect(problemsOf(app)).toEqual([]);
    expect(networking(app).length).toBe(9);
    expect(networking(app).flatMap(object => { const { problems, warnings } = admit(object); return [...problems, ...warnings]; })).toEqual([]);
  });

  test('tells what it states', () => {
    const { shop, ledger } = scene();
    const stated = (id: string, props: LegacyDestinationProps) => new LegacyDestination(shop, id, props).describeLegacyDestination();

    expect(stated('a', { service: ledger, tls: PLAINTEXT })).toBe('workloads of shop connect to Service old/ledger: plaintext');
    expect(stated('b', { host: 'b.example', tls: simple() })).toBe('workloads of shop connect to b.example: TLS, verified by its host');
  });
});

const REASON = { reason: 'r' };
const FILES = { clientCertificate: '/c.pem', privateKey: '/k.pem' };

describe('LegacyTls refuses', () => {
  test.each<[string, () => LegacyTls, string]>([
    ['plaintext without reason', () => disable({ reason: ' ' }), "LegacyTls.disable is wider than least privilege and must have a reason, got ' '; say why by a reason, as in { reason: '…' }, which stays visible in the output"],
    ['a server name alone', () => simple({ sni: 'a.example' }), "sni must come with subjectAltNames, without which any certificate of a trusted authority would do, got 'a.example'; name what the certificate must have"],
    ['no names', () => simple({ subjectAltNames: [] }), "subjectAltNames must have at least one entry, got '[]'; name what the certificate of the server must have"],
    ['a star', () => simple({ subjectAltNames: ['*.example'] }), "subjectAltNames[0] must be an exact name, got '*.example'; name the host, for which a certificate with a star is good as well"],
    ['verification of nothing without reason', () => simple({ insecureSkipVerify: { reason: '' } }), "insecureSkipVerify is wider than least privilege and must have a reason, got ''; say why by a reason, as in { reason: '…' }, which stays visible in the output"],
    ['names that are not verified', () => simple({ insecureSkipVerify: REASON, subjectAltNames: ['a'] }), "'subjectAltNames' must be left out beside insecureSkipVerify, which verifies nothing; keep one of them"],
    ['a secret that is not read', () => simple({ insecureSkipVerify: REASON, credentialName: 'a' }), "'credentialName' must be left out beside insecureSkipVerify, which verifies nothing; keep one of them"],
    ['files beside the secret', () => mutual({ ...FILES, credentialName: 'a' }), "'clientCertificate', 'privateKey' must be left out beside credentialName, whose secret holds it; keep one of them"],
    ['a certificate without key', () => mutual({ clientCertificate: '/c.pem' }), "privateKey must be given with mode MUTUAL, without which the proxy sends plaintext, got 'undefined'; name the file, or the secret by credentialName"],
    ['a relative path', () => simple({ caCertificates: 'ca.pem' }), "caCertificates must be the absolute path of a file in the proxy, got 'ca.pem'; mount it there, as in '/etc/certs/cert.pem', and keep keys out of the app"],
    ['a key in place of its path, without showing it', () => mutual({ clientCertificate: '/c.pem', privateKey: '-----BEGIN PRIVATE KEY-----\nMIIE' }),
      "privateKey must be the absolute path of a file in the proxy, got something else; mount it there, as in '/etc/certs/key.pem', and keep keys out of the app"],
    ['a ConfigMap as secret', () => simple({ credentialName: 'configmap://shop/ca' }), "credentialName must be an object name of lower-case letters, digits, '-' and '.', got 'configmap://shop/ca'; give the plain name"],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(new Error(message));
  });
});

describe('A LegacyDestination refuses where it stands', () => {
  const outside = { host: 'a.example', tls: simple() };
  test.each<[string, Partial<LegacyDestinationProps>, string]>([
    ['no server', { tls: simple() }, "LegacyDestination must have one of 'service' and 'host', got neither; name the server by one of them"],
    ['a short name', { ...outside, host: 'ledger' }, "host must be a full name of lower-case letters, digits, '-' and '.', got 'ledger'; for a Service write NAME.NAMESPACE.svc.cluster.local"],
    ['a slip in the domain of the cluster', { ...outside, host: 'ledger.old.svc.cluster.locl' }, "host must be a full name of lower-case letters, digits, '-' and '.', got 'ledger.old.svc.cluster.locl'; did you mean 'ledger.old.svc.cluster.local'?"],
    ['half a name', { ...outside, host: 'ledger.old.svc' }, "host must be a full name of lower-case letters, digits, '-' and '.', got 'ledger.old.svc'; did you mean 'ledger.old.svc.cluster.local'?"],
    ['a name without namespace', { ...outside, host: 'ledger.svc.cluster.local' }, "host must be a full name of lower-case letters, digits, '-' and '.', got 'ledger.svc.cluster.local'; for a Service write NAME.NAMESPACE.svc.cluster.local"],
    ['capitals', { ...outside, host: 'A.Example.' }, "host must be a full name of lower-case letters, digits, '-' and '.', got 'A.Example.'; did you mean 'a.example'?"],
    ['all hosts of a domain', { ...outside, host: '*.example' }, "host must be a full name of lower-case letters, digits, '-' and '.', got '*.example'; state one LegacyDestination for each host"],
    ['an address', { ...outside, host: '10.0.0.1' }, "host must be a full name of lower-case letters, digits, '-' and '.', got '10.0.0.1'; give the host that DNS has for it, and the address by addresses"],
    ['a port in the host', { ...outside, host: 'a.example:443' }, "host must be a full name of lower-case letters, digits, '-' and '.', got 'a.example:443'; leave out what is not of its name; ports are said by ports"],
    ['plaintext to any port outside', { ...outside, tls: PLAINTEXT }, "ports must be given for a host outside of the cluster that gets plaintext, got 'undefined'; name those that clients call, as in [{ number: 8080 }]"],
    ['TLS in TLS', { ...outside, ports: [{ number: 443 }] }, 'ports[0].number must not be 443, at which clients start TLS themselves, into which the proxy would put its own; have them call 80 in the clear: { number: 80, targetPort: 443 }'],
    ['HTTP where clients start TLS', { ...outside, ports: [{ number: 443 }], tls: PLAINTEXT }, "ports[0].protocol must be 'tcp' at 443, where clients start TLS, which no proxy takes for HTTP, got 'http'; say PortProtocol.TCP"],
    ['TCP that takes the port of every host', { ...outside, ports: [{ number: 6380, protocol: PortProtocol.TCP }] },
      'ports[0] must come with addresses, as a TCP port says nothing of its host, so that the proxy would send there all that goes to port 6380 of anything; name the addresses that clients call'],
    ['a block of addresses', { ...outside, addresses: ['10.0.0.0/8'] }, "addresses[0] must be an IP address, got '10.0.0.0/8'; name each by itself, without a prefix length"],
    ['a port twice', { ...outside, ports: [{ number: 80 }, { number: 80, targetPort: 81 }] }, "ports[1].number must not be that of another port, got '80' again; leave one out"],
    ['the target port of a Service', { ...outside, host: 'l.old.svc.cluster.local', ports: [{ number: 80, targetPort: 8080 }] }, "ports[0].targetPort must be left out for a Service, which has its own, got '8080'; say it there"],
    ['the address of a Service', { ...outside, host: 'l.old.svc.cluster.local', addresses: ['10.0.0.1'] }, 'addresses must be left out for a Service, which has its own; they are for hosts outside of the cluster'],
    ['no clients', { ...outside, clientNamespaces: [] }, "clientNamespaces must have at least one entry, got '[]'; name those whose workloads call"],
    ['a secret that all proxies would have to read', { ...outside, tls: simple({ credentialName: 'ca' }) }, "clientWorkload must be given with credentialName 'ca', which the proxies of one workload read, while all others would send plaintext; name it by Workload.of(…)"],
    ['a workload without secret', { ...outside, clientWorkload: Workload.fromPods({ namespace: 'shop', labels: { a: 'b' }, serviceAccount: 'a' }) }, 'clientWorkload must come with a secret, credentialName of tls; name the namespaces of clients by clientNamespaces'],
  ])('%s', (_, props, message) => {
    expect(() => new LegacyDestination(scene().shop, 'x', props as LegacyDestinationProps)).toThrow(new Error(`[shop/x] ${message}`));
  });

  test('what is no Service', () => {
    const { shop } = scene();
    expect(() => new LegacyDestination(shop, 'x', { service: rawDeployment(shop, 'db'), tls: PLAINTEXT }))
      .toThrow("service must be a Service of the app, got 'shop/db', a Deployment; pass its construct, or name what is not of the app by host");
  });
});

function external(chart: Chart): ApiObject {
  return new ApiObject(chart, 'ext', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'ext' }, ...{ spec: { type: 'ExternalName', externalName: 'db.example', ports: [{ name: 'http', port: 80 }] } } });
}

/** A Service with a port of TLS, and one that is called in the clear. */
function secured(chart: Chart, port: object): ApiObject {
  return rawService(chart, 'secured', { selector: { app: 'ledger' }, ports: [{ port: 443, targetPort: 8443, ...port }, { name: 'http', port: 80 }] });
}

describe('A LegacyDestination refuses when the app is complete', () => {
  test.each([
    ['STRICT', MutualTlsMode.STRICT], ['PERMISSIVE', MutualTlsMode.PERMISSIVE],
  ])('a server in the mesh that is %s', (_, mode) => {
    const app = testApp();
    const shop = chartOf(app, 'shop');
    new ApiObject(shop, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } });
    rawDeployment(shop, 'web');
    rawDeployment(shop, 'api');
    new PeerAuthentication(shop, 'mode', { mtls: { mode } });
    new LegacyDestination(shop, 'x', { service: rawService(shop, 'api'), tls: PLAINTEXT });

    expect(problemsOf(app)).toEqual([
      "[shop/x] 'api.shop.svc.cluster.local' must be outside of the mesh, and its port 80 leads to the sidecar of shop/api, which refuses plaintext, or takes it without knowing who calls; "
      + 'leave the LegacyDestination out, as clients know by themselves how to call what is in the mesh',
    ]);
  });

  test('TLS to a server in the mesh, which would not end it', () => {
    const { app, shop } = scene();
    rawDeployment(shop, 'api');
    new LegacyDestination(shop, 'x', { service: rawService(shop, 'api'), tls: simple() });

    expect(problemsOf(app)).toEqual([expect.stringMatching(/^\[shop\/x\] 'api.shop.svc.cluster.local' must be outside of the mesh, .* which does not end the TLS that is started; /)]);
  });

  test('no server that a namespace of the mesh says to be outside', () => {
    const { app, shop } = scene();
    const pay = chartOf(app, 'pay');
    const api = rawDeployment(pay, 'api', { annotations: { 'sidecar.istio.io/inject': 'false' }, labels: { 'sidecar.istio.io/inject': 'false' } });
    new ZeroTrustNamespace(pay, 'baseline', { name: 'pay', outsideMesh: [{ workload: Workload.of(api), reason: 'an appliance' }] });
    new LegacyDestination(shop, 'x', { service: rawService(pay, 'api'), tls: PLAINTEXT });

    expect(problemsOf(app)).toEqual([]);
  });

  test.each([[PLAINTEXT, 'which sends plaintext to all that is not in the mesh by itself; leave it out for them'],
    [simple(), 'which starts no TLS; have their workloads start it themselves, give them sidecars by DataPlane.SIDECAR, or send them through a waypoint for a ServiceEntry']])('clients in ambient', (tls, why) => {
    const { app, shop, ledger } = scene(DataPlane.AMBIENT);
    new LegacyDestination(shop, 'x', { service: ledger, tls });

    expect(problemsOf(app)).toEqual([`[shop/x] clientNamespaces must be of sidecars, got 'shop', in ambient, whose ztunnel reads no DestinationRule and ${why}`]);
  });

  test('no plaintext at a port where clients start TLS, which passes as it is', () => {
    const { app, shop, old } = scene();
    rawDeployment(old, 'vault', { annotations: { 'sidecar.istio.io/inject': 'false' }, labels: { 'sidecar.istio.io/inject': 'false' } });
    const vault = rawService(old, 'vault', { ports: [{ name: 'https', port: 443, targetPort: 8443 }] });
    new LegacyDestination(shop, 'x', { service: vault, tls: PLAINTEXT });

    expect(problemsOf(app)).toEqual([]);
  });

  test('clients without sidecars', () => {
    const { app, old, ledger } = scene();
    new LegacyDestination(old, 'x', { service: ledger, tls: PLAINTEXT });

    expect(problemsOf(app)).toEqual([expect.stringMatching(/^\[old\/x\] clientNamespaces must be of workloads with sidecars, which connect as this says, and 'old' has none: .*; name the namespaces of those that call, or give it sidecars by a ZeroTrustNamespace$/)]);
  });

  test('two for one host, whatever their namespaces, and names both', () => {
    const { app, shop, ledger } = scene();
    new LegacyDestination(shop, 'a', { service: ledger, tls: PLAINTEXT });
    new LegacyDestination(shop, 'b', { host: 'ledger.old.svc.cluster.local', tls: simple(), clientNamespaces: ['billing'] });

    expect(problemsOf(app)).toEqual([
      "[shop/a] 'ledger.old.svc.cluster.local' must have one LegacyDestination in the app, as the DestinationRule of one hides that of the other, and 'shop/b' is for it too; state all of it in one (also at 1 more: 'shop/b')",
    ]);
  });

  test.each([['old', 'ledger'], ['old', 'ledger.old.svc.cluster.local'], ['shop', 'Ledger.old.svc.cluster.local']])('a DestinationRule of %s for host %s, and names it', (namespace, host) => {
    const { app, shop, ledger } = scene();
    new LegacyDestination(shop, 'a', { service: ledger, tls: PLAINTEXT });
    new ApiObject(shop, 'raw', { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'raw', namespace }, ...{ spec: { host } } });

    expect(problemsOf(app)).toEqual([
      `[shop/a] 'ledger.old.svc.cluster.local' must have one DestinationRule in the app, as one hides the other, and DestinationRule '${namespace}/raw' at 'shop/raw' is for it too; leave that out, or add what it says by addJsonPatch of this one`,
    ]);
  });

  test('a ServiceEntry beside its own, but not one of others', () => {
    const { app, shop } = scene();
    new LegacyDestination(shop, 'pay', { host: 'api.pay.example', tls: simple() });
    const spec = { hosts: ['api.pay.example'], location: 'MESH_EXTERNAL', resolution: 'DNS', ports: [{ number: 443, name: 'tls', protocol: 'TLS' }], exportTo: ['.'] };
    const entry = (id: string, namespace: string) => new ApiObject(shop, id, { apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', metadata: { name: id, namespace }, ...{ spec } });
    entry('elsewhere', 'billing');
    expect(problemsOf(app)).toEqual([]);

    entry('here', 'shop');
    expect(problemsOf(app)).toEqual(["[shop/pay] 'api.pay.example' must have one ServiceEntry in a namespace, and ServiceEntry 'shop/here' at 'shop/here' is for it too; leave that out, and say its ports by ports"]);
  });

  test('an access by identity to the same server, and names it', () => {
    const app = testApp();
    const shop = chartOf(app, 'shop');
    new ZeroTrustNamespace(shop, 'baseline', { name: 'shop' });
    const web = rawDeployment(shop, 'web');
    const api = rawDeployment(shop, 'api');
    new ServiceAccess(shop, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/a')] });
    new LegacyDestination(shop, 'x', { service: rawService(shop, 'api'), tls: PLAINTEXT });

    expect(problemsOf(app)).toEqual([
      "[shop/x] 'api.shop.svc.cluster.local' must not be called past the mesh, and ServiceAccess 'shop/web-to-api' lets callers in by their identities, which these calls do not show; take one of them out",
    ]);
  });

  test.each<[string, (at: Shop) => LegacyDestinationProps, RegExp]>([
    ['a port that the Service does not have', ({ ledger }) => ({ service: ledger, tls: PLAINTEXT, ports: [{ number: 8080 }] }), /ports must be of the Service, got '8080', and 'ledger.old.svc.cluster.local' has '80'; give the port that clients call$/],
    ['a slip in the name of a Service', () => ({ host: 'leger.old.svc.cluster.local', tls: PLAINTEXT }), /host must be that of a Service, got 'leger.old.svc.cluster.local', and namespace 'old' has none of that name; did you mean 'ledger.old.svc.cluster.local'\?$/],
    ['a Service by a short name', () => ({ host: 'ledger.old', tls: simple() }), /host must be a full name, got 'ledger.old'; did you mean 'ledger.old.svc.cluster.local'\?$/],
    ['a slip in the namespace of a Service', () => ({ host: 'ledger.odl.svc.cluster.local', tls: PLAINTEXT }), /host must be that of a Service, got 'ledger.odl.svc.cluster.local', and this app has no namespace 'odl'; did you mean 'ledger.old.svc.cluster.local'\?$/],
    ['a slip in the namespace of clients', () => ({ host: 'a.example', tls: simple(), clientNamespaces: ['shpo'] }), /clientNamespaces must be those of the app, got 'shpo', which it does not have; did you mean 'shop'\?$/],
    ['another name for a host', ({ old }) => ({ service: external(old), tls: simple() }),
      /service 'old\/ext' must be more than another name, for which no DestinationRule counts, got one for 'db.example'; name that by host, and have clients call it$/],
    ['another name for a host, by its host', ({ old }) => { external(old); return { host: 'ext.old.svc.cluster.local', tls: simple() }; }, /service 'old\/ext' must be more than another name/],
    ['TLS at a port of TLS', ({ old }) => ({ service: secured(old, { name: 'https' }), tls: simple() }),
      /ports must not be those at which clients start TLS themselves, got 443 of 'secured.old.svc.cluster.local', declared 'https', into which the proxy would put its own; name by ports/],
    ['TLS at a port of TLS by its protocol', ({ old }) => ({ service: secured(old, { name: 'web', appProtocol: 'tls' }), tls: simple(), ports: [{ number: 443 }] }), /declared 'tls', into which/],
    ['a Service without ports', ({ old }) => ({ service: rawService(old, 'bare', { ports: [] }), tls: PLAINTEXT }), /service 'old\/bare-service' must have a TCP port, and has none; name what it leads to by host$/],
  ])('%s', (_, props, message) => {
    const made = scene();
    new LegacyDestination(made.shop, 'x', props(made));

    expect(problemsOf(made.app)).toEqual([expect.stringMatching(message)]);
  });

  test('a secret that other workloads would read, too', () => {
    const { app, shop } = scene();
    const billing = rawDeployment(shop, 'billing', { selector: { app: 'b' } });
    rawDeployment(shop, 'batch', { selector: { app: 'b' } });
    new LegacyDestination(shop, 'x', { host: 'a.example', tls: simple({ credentialName: 'ca' }), clientWorkload: Workload.of(billing) });

    expect(problemsOf(app)).toEqual(["[shop/x] clientWorkload must have labels of its own, by which the proxies of 'shop/billing', 'shop/batch' all read the secret; give its pods and its selector one"]);
  });

  test.each<[string, string, object]>([
    ['a route elsewhere', 'VirtualService', { hosts: ['api.pay.example'], http: [{ route: [{ destination: { host: 'web', port: { number: 80 } } }] }] }],
    ['a Sidecar that does not know the host', 'Sidecar', { egress: [{ hosts: ['./web.shop.svc.cluster.local'] }] }],
  ])('%s', (_, kind, spec) => {
    const { app, shop } = scene();
    new LegacyDestination(shop, 'pay', { host: 'api.pay.example', tls: simple() });
    new ApiObject(shop, 'raw', { apiVersion: 'networking.istio.io/v1', kind, metadata: { name: 'raw' }, ...{ spec } });

    expect(problemsOf(app)).toEqual([expect.stringMatching(/^\[shop\/pay\] calls of 'shop\/shop-web-.*' to 'api.pay.example' on port 80 do not go out as this says: .*(VirtualService|Sidecar) shop\/raw.*; mend that, or take the LegacyDestination out$/)]);
  });

  const ELSEWHERE = { destination: { host: 'evil.example' } };
  const OWN = { destination: { host: 'api.pay.example', port: { number: 80 } } };
  test.each<[string, object, boolean]>([
    ['some of the calls', { route: [{ ...OWN, weight: 99 }, { ...ELSEWHERE, weight: 1 }] }, true],
    ['copies', { mirror: { host: 'evil.example' }, route: [OWN] }, true],
    ['several copies', { mirrors: [ELSEWHERE], route: [OWN] }, true],
    ['nothing, and tries again', { retries: { attempts: 2 }, route: [OWN] }, false],
    ['some of the calls into the cluster', { route: [{ ...OWN, weight: 99 }, { destination: { host: 'web' }, weight: 1 }] }, false],
    ['some of the calls to another that is stated', { route: [{ ...OWN, weight: 99 }, { destination: { host: 'new.pay.example' }, weight: 1 }] }, false],
  ])('a route by which %s go elsewhere', (_, rule, isRefused) => {
    const { app, shop } = scene();
    new LegacyDestination(shop, 'pay', { host: 'api.pay.example', tls: simple() });
    new LegacyDestination(shop, 'new', { host: 'new.pay.example', tls: simple() });
    new ApiObject(shop, 'raw', { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'raw' }, ...{ spec: { hosts: ['api.pay.example'], http: [rule] } } });

    expect(problemsOf(app)).toEqual(isRefused ? ["[shop/pay] calls to 'api.pay.example' must go out as this says, and VirtualService 'shop/raw' at 'shop/raw' sends some to 'evil.example', of which nothing says how; "
      + 'state that by a LegacyDestination, or take it out of the route'] : []);
  });

  test('a route of some paths to nobody knows whom', () => {
    const { app, shop } = scene();
    new LegacyDestination(shop, 'pay', { host: 'api.pay.example', tls: simple() });
    const spec = { hosts: ['api.pay.example'], http: [{ match: [{ uri: { prefix: '/admin' } }], route: [ELSEWHERE] }, { route: [OWN] }] };
    new ApiObject(shop, 'raw', { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'raw' }, ...{ spec } });

    expect(problemsOf(app)).toEqual([expect.stringContaining("sends some to 'evil.example'")]);
  });

  const REDIS = { tls: simple(), addresses: ['240.240.0.10'], ports: [{ number: 6379, targetPort: 6380, protocol: PortProtocol.TCP }] };
  const redisEntry = (protocol: string, further: object = {}) => ({ shop }: Shop) => new ApiObject(shop, 'other', {
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name: 'other', namespace: 'shared' },
    ...{ spec: { hosts: ['o.example'], addresses: ['240.240.0.10'], ports: [{ number: 6379, name: 'x', protocol }], resolution: 'DNS', ...further } },
  });
  const shared = (by: string) => `addresses must be of 'redis.example' alone at a port of TCP, got '240.240.0.10' at port 6379, which ${by} has as well, and of both the proxy takes one; give each an address of its own`;
  test.each<[string, (made: Shop) => unknown, string | undefined]>([
    ['another LegacyDestination', ({ shop }) => new LegacyDestination(shop, 'other', { host: 'o.example', ...REDIS }), "LegacyDestination 'shop/other'"],
    ['one over HTTP', ({ shop }) => new LegacyDestination(shop, 'other', { host: 'o.example', ...REDIS, ports: [{ number: 6379 }] }), "LegacyDestination 'shop/other'"],
    ['an entry', redisEntry('TCP'), "ServiceEntry 'shared/other' at 'shop/other'"],
    ['a Service', ({ old }) => rawService(old, 'redis', { clusterIP: '240.240.0.10', ports: [{ name: 'tcp', port: 6379 }] }), "Service 'old/redis-service'"],
    ['an entry that others do not see', redisEntry('TCP', { exportTo: ['.'] }), undefined],
    ['an entry with TLS, which names its host', redisEntry('TLS'), undefined],
    ['one for other namespaces', ({ shop }) => new LegacyDestination(shop, 'other', { host: 'o.example', ...REDIS, clientNamespaces: ['billing'] }), undefined],
    ['one of another port', ({ shop }) => new LegacyDestination(shop, 'other', { host: 'o.example', ...REDIS, ports: [{ number: 6390, protocol: PortProtocol.TCP }] }), undefined],
  ])('an address of TCP that it shares with %s', (_, other, by) => {
    const made = scene();
    new LegacyDestination(made.shop, 'redis', { host: 'redis.example', ...REDIS });
    other(made);

    expect(problemsOf(made.app)).toEqual(by === undefined ? [] : [expect.stringContaining(`[shop/redis] ${shared(by)}`)]);
  });

  test('a client that was taken out', () => {
    const { app, shop } = scene();
    const billing = rawDeployment(shop, 'billing');
    new LegacyDestination(shop, 'x', { host: 'a.example', tls: simple({ credentialName: 'ca' }), clientWorkload: Workload.of(billing) });
    shop.node.tryRemoveChild('billing');

    expect(problemsOf(app)).toEqual(["[shop/x] 'shop/billing' (Deployment) must be a workload of this app, and was taken out of it; leave it in, or take out what is stated of it"]);
  });

  test('ports that the sidecar of a client does not get', () => {
    const { app, shop } = scene();
    rawDeployment(shop, 'raw', { annotations: { 'traffic.sidecar.istio.io/excludeOutboundPorts': '80' } });
    new LegacyDestination(shop, 'pay', { host: 'api.pay.example', tls: simple() });

    expect(problemsOf(app)).toEqual([expect.stringMatching(/^\[shop\/pay\] calls of 'shop\/raw' to 'api.pay.example' on port 80 do not go out as this says: the sidecar of 'shop\/raw' does not get what is sent/)]);
  });

  const UNDO = '; undo that, and state what is meant by the props of its construct';
  test.each<[string, (object: ApiObject) => unknown, string | undefined]>([
    ['taken out', ({ node }) => node.scope!.node.tryRemoveChild(node.id), 'taken out; leave it in, or take its construct out as a whole'],
    ['that no longer verifies', object => object.addJsonPatch(JsonPatch.remove('/spec/trafficPolicy/portLevelSettings/0/tls/subjectAltNames')), `another spec${UNDO}`],
    ['for more namespaces', object => object.addJsonPatch(JsonPatch.add('/spec/exportTo/1', 'billing')), `another spec${UNDO}`],
    ['for one control plane', object => object.metadata.addLabel('istio.io/rev', 'canary'), `another label 'istio.io/rev'${UNDO}`],
    ['that verifies nothing', object => object.addJsonPatch(JsonPatch.add('/spec/trafficPolicy/portLevelSettings/0/tls/insecureSkipVerify', true)), `another spec${UNDO}`],
    ['that trusts another authority', object => object.addJsonPatch(JsonPatch.add('/spec/trafficPolicy/portLevelSettings/0/tls/caCertificates', '/etc/other.pem')), `another spec${UNDO}`],
    ['that reads a secret', object => object.addJsonPatch(JsonPatch.add('/spec/trafficPolicy/portLevelSettings/0/tls/credentialName', 'other')), `another spec${UNDO}`],
    ['through a tunnel', object => object.addJsonPatch(JsonPatch.add('/spec/trafficPolicy/tunnel', { targetHost: 'other.example', targetPort: 443 })), `another spec${UNDO}`],
    ['to whatever address is asked for', object => object.addJsonPatch(JsonPatch.add('/spec/trafficPolicy/loadBalancer', { simple: 'PASSTHROUGH' })), `another spec${UNDO}`],
    ['with pools', object => object.addJsonPatch(JsonPatch.add('/spec/trafficPolicy/portLevelSettings/0/connectionPool', { tcp: { maxConnections: 10 } })), undefined],
    ['with pools for all ports, and more', object => object.addJsonPatch(JsonPatch.add('/spec/trafficPolicy/connectionPool', { tcp: { maxConnections: 10 } }),
      JsonPatch.add('/spec/trafficPolicy/outlierDetection', {}), JsonPatch.add('/spec/trafficPolicy/loadBalancer', { simple: 'LEAST_REQUEST' })), undefined],
  ])('a rule of its own that is changed: one %s', (_, change, got) => {
    const { app, shop } = scene();
    const made = new LegacyDestination(shop, 'pay', { host: 'api.pay.example', tls: simple(), metadata: { name: 'pay' } });
    change(made.node.defaultChild as ApiObject);

    expect(problemsOf(app)).toEqual(got === undefined ? [] : [`[shop/pay] 'shop/pay/Resource' must stay as it was made, got ${got}`]);
  });

  test.each<[string, JsonPatch]>([
    ['leads elsewhere', JsonPatch.add('/spec/endpoints', [{ address: '10.6.6.6' }])],
    ['takes other addresses', JsonPatch.add('/spec/addresses', ['10.0.0.0/8'])],
    ['is for pods', JsonPatch.add('/spec/workloadSelector', { labels: { app: 'web' } })],
    ['has pools, which none has', JsonPatch.add('/spec/connectionPool', {})],
  ])('an entry of its own that %s', (_, patch) => {
    const { app, shop } = scene();
    const made = new LegacyDestination(shop, 'pay', { host: 'api.pay.example', tls: simple(), metadata: { name: 'pay' } });
    (made.node.findChild('entry') as ApiObject).addJsonPatch(patch);

    expect(problemsOf(app)).toEqual([`[shop/pay] 'shop/pay/entry' must stay as it was made, got another spec${UNDO}`]);
  });
});
