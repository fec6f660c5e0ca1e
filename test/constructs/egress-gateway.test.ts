import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import {
  DataPlane, EgressAccess, EgressAccessProps, EgressBoundary, EgressGateway, EgressGatewayProps, EgressPort, IngressGateway, IngressServer, LegacyTls, NetworkPolicies, Principal, PublicGateway, Workload, ZeroTrustMesh, ZeroTrustMeshProps, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { admit } from '../../src/istio/admission';
import { testApp } from '../support/app';
import { chartOf, Manifest, manifests, problemsOf, rawDeployment, rawService } from '../support/shop';

interface Shop {
  readonly app: App;
  readonly shop: Chart;
  readonly egress: Chart;
  readonly web: ApiObject;
  readonly batch: ApiObject;
  readonly pods: ApiObject;
  readonly gateway: EgressGateway;
}

const GATEWAY = { annotations: { 'inject.istio.io/templates': 'gateway' }, container: { name: 'istio-proxy', image: 'auto', ports: [] } };
const PORTS = [{ name: 'http', port: 15443 }, { name: 'tls', port: 15444 }];

interface Setting { readonly dataPlane?: DataPlane; readonly gateway?: Partial<EgressGatewayProps>; readonly ports?: object[]; readonly mesh?: ZeroTrustMeshProps }

/** Workloads web and batch of a namespace that is bounded as a whole, and an egress gateway in another. */
function scene({ dataPlane, gateway = {}, ports = PORTS, mesh = {} }: Setting = {}): Shop {
  const app = testApp();
  new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { defaultDeny: true, trustDomain: 'td', publicGateways: [], asOf: '2026-01-01', ...mesh });
  const egress = chartOf(app, 'egress');
  new ZeroTrustNamespace(egress, 'baseline', { name: 'egress' });
  const pods = rawDeployment(egress, 'egw', GATEWAY);
  rawService(egress, 'egw', { ports });
  const made = new EgressGateway(egress, 'gateway', { workload: Workload.of(pods), metadata: { name: 'out' }, ...gateway });
  const shop = chartOf(app, 'shop');
  new ZeroTrustNamespace(shop, 'baseline', { name: 'shop', ...dataPlane ? { dataPlane } : {} });
  const [web, batch] = ['web', 'batch'].map(name => rawDeployment(shop, name));
  if (dataPlane !== DataPlane.AMBIENT) { new EgressBoundary(shop, 'egress', { namespace: 'shop' }); }
  return { app, shop, egress, web, batch, pods, gateway: made };
}

function access({ shop, web, gateway }: Shop, props: Partial<EgressAccessProps> = {}, id = 'pay'): EgressAccess {
  return new EgressAccess(shop, id, { callers: [Principal.workload(web)], host: 'api.pay.example', gateway, metadata: { name: id }, ...props });
}

const ofApp = (app: App, ...kinds: string[]): Manifest[] => manifests(app).filter(({ kind, apiVersion }) => apiVersion.includes('istio.io/') && kinds.includes(kind));
const specOf = (app: App, kind: string, name: string) => ofApp(app, kind).find(({ metadata }) => metadata.name === name)?.spec;

const HTTP_AND_TLS = [EgressPort.startsTls(), EgressPort.tls()];

describe('An EgressAccess through an EgressGateway', () => {
  test('lets one workload of a namespace out, whose boundary others share', () => {
    const made = scene();
    access(made, { ports: HTTP_AND_TLS });

    expect(problemsOf(made.app)).toEqual([]);
  });

  test('leads every port of the host through it, and lets in the callers alone', () => {
    const made = scene();
    access(made, { ports: HTTP_AND_TLS });

    const ofHost = ofApp(made.app, 'DestinationRule', 'AuthorizationPolicy', 'VirtualService', 'ServiceEntry').filter(({ metadata }) => /^pay/.test(metadata.name!));
    expect(ofHost.map(({ kind, metadata: { namespace, name }, spec }) => [kind, `${namespace}/${name}`, spec])).toEqual([
      ['DestinationRule', 'egress/pay-rule', {
        host: 'api.pay.example',
        exportTo: ['.'],
        trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: { mode: 'SIMPLE', sni: 'api.pay.example', subjectAltNames: ['api.pay.example'] } }] },
      }],
      ['AuthorizationPolicy', 'egress/pay-policy', {
        selector: { matchLabels: { app: 'egw' } },
        rules: [
          { from: [{ source: { principals: ['td/ns/shop/sa/web'] } }], to: [{ operation: { hosts: ['api.pay.example', 'api.pay.example:*'], ports: ['15443'] } }] },
          { from: [{ source: { principals: ['td/ns/shop/sa/web'] } }], to: [{ operation: { ports: ['15444'] } }], when: [{ key: 'connection.sni', values: ['api.pay.example'] }] },
        ],
      }],
      ['VirtualService', 'egress/pay-route', {
        hosts: ['api.pay.example'],
        gateways: ['mesh', 'egress/out'],
        exportTo: ['.', 'shop'],
        http: [
          { match: [{ gateways: ['egress/out'], port: 15443 }], route: [{ destination: { host: 'api.pay.example', port: { number: 80 } } }] },
          { match: [{ gateways: ['mesh'], port: 80 }], route: [{ destination: { host: 'egw.egress.svc.cluster.local', subset: 'api-pay-example', port: { number: 15443 } } }] },
        ],
        tls: [{ match: [{ gateways: ['mesh'], port: 443, sniHosts: ['api.pay.example'] }], route: [{ destination: { host: 'egw.egress.svc.cluster.local', subset: 'api-pay-example', port: { number: 15444 } } }] }],
        tcp: [{ match: [{ gateways: ['egress/out'], port: 15444 }], route: [{ destination: { host: 'api.pay.example', port: { number: 443 } } }] }],
      }],
      ['ServiceEntry', 'egress/pay', {
        hosts: ['api.pay.example'],
        ports: [{ number: 80, name: 'http-80', protocol: 'HTTP', targetPort: 443 }, { number: 443, name: 'tls-443', protocol: 'TLS' }],
        location: 'MESH_EXTERNAL',
        resolution: 'DNS',
        exportTo: ['.', 'shop'],
      }],
    ]);
  });

  test('has the gateway serve each host by itself, and sidecars say by the server name which they mean', () => {
    const made = scene();
    access(made, { ports: HTTP_AND_TLS });
    access(made, { host: 'mail.example', callers: [Principal.workload(made.batch)] }, 'mail');

    expect(problemsOf(made.app)).toEqual([]);
    expect(specOf(made.app, 'Gateway', 'out')).toEqual({
      selector: { app: 'egw' },
      servers: [
        { port: { number: 15443, name: 'https-api-pay-example', protocol: 'HTTPS' }, hosts: ['./api.pay.example'], tls: { mode: 'ISTIO_MUTUAL' } },
        { port: { number: 15444, name: 'tls-api-pay-example', protocol: 'TLS' }, hosts: ['./api.pay.example'], tls: { mode: 'ISTIO_MUTUAL' } },
        { port: { number: 15444, name: 'tls-mail-example', protocol: 'TLS' }, hosts: ['./mail.example'], tls: { mode: 'ISTIO_MUTUAL' } },
      ],
    });
    const tls = (sni: string) => ({ mode: 'ISTIO_MUTUAL', sni, subjectAltNames: ['spiffe://td/ns/egress/sa/egw'] });
    expect(specOf(made.app, 'DestinationRule', 'out-rule')).toEqual({
      host: 'egw.egress.svc.cluster.local',
      exportTo: ['.', 'shop'],
      subsets: [
        { name: 'api-pay-example', trafficPolicy: { portLevelSettings: [{ port: { number: 15443 }, tls: tls('api.pay.example') }, { port: { number: 15444 }, tls: tls('api.pay.example') }] } },
        { name: 'mail-example', trafficPolicy: { portLevelSettings: [{ port: { number: 15444 }, tls: tls('mail.example') }] } },
      ],
    });
    expect(specOf(made.app, 'AuthorizationPolicy', 'out-default-deny')).toEqual({ selector: { matchLabels: { app: 'egw' } } });
  });

  test('may share its account with other pods that are one, which are told apart by their labels', () => {
    const made = scene();
    const elsewhere = (app: string) => Workload.fromPods({ namespace: 'egress', labels: { app }, serviceAccount: 'out', services: [{ name: app, ports: PORTS }] });
    ['east', 'west'].forEach(app => new EgressGateway(made.egress, app, { workload: elsewhere(app) }));

    expect(problemsOf(made.app)).toEqual([]);
  });

  test('is listed by the boundaries of the callers, and so is the gateway', () => {
    const made = scene();
    access(made);

    expect(ofApp(made.app, 'Sidecar').map(({ spec }) => spec)).toEqual([
      { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' }, egress: [{ hosts: ['egress/api.pay.example', 'egress/egw.egress.svc.cluster.local', 'istio-system/*'] }] },
    ]);
  });

  test('is of databases, by the addresses that are called', () => {
    const made = scene();
    access(made, { ports: [EgressPort.tcp(5432)], addresses: ['240.240.0.10'] });

    expect(problemsOf(made.app)).toEqual([]);
    expect(specOf(made.app, 'VirtualService', 'pay-route')).toMatchObject({
      tcp: [
        { match: [{ gateways: ['egress/out'], port: 15444 }], route: [{ destination: { host: 'api.pay.example', port: { number: 5432 } } }] },
        { match: [{ gateways: ['mesh'], port: 5432 }], route: [{ destination: { host: 'egw.egress.svc.cluster.local', subset: 'api-pay-example', port: { number: 15444 } } }] },
      ],
    });
  });

  test('is admitted, whatever it says', () => {
    const made = scene();
    access(made, { ports: HTTP_AND_TLS });
    access(made, { host: 'a-b.example', ports: [EgressPort.plaintext(8080, { reason: 'r' }), EgressPort.tcp(5432)], addresses: ['10.9.0.1'] }, 'a');
    access(made, { host: `${'x'.repeat(60)}.${'y'.repeat(60)}.example`, ports: [EgressPort.startsTls({ tls: LegacyTls.mutual({ clientCertificate: '/c.pem', privateKey: '/k.pem' }) })] }, 'b');

    expect(problemsOf(made.app)).toEqual([]);
    const all = ofApp(made.app, 'Gateway', 'VirtualService', 'DestinationRule', 'ServiceEntry', 'Sidecar', 'AuthorizationPolicy');
    expect(all.map(manifest => admit(manifest))).toEqual(all.map(() => ({ problems: [], pruned: [], warnings: [] })));
  });

  test('is through ports and pods as they are stated', () => {
    const app = testApp();
    const shop = chartOf(app, 'shop');
    const web = rawDeployment(shop, 'web');
    const workload = Workload.fromPods({
      namespace: 'infra', labels: { istio: 'out' }, serviceAccount: 'out', services: [{ name: 'out', ports: [{ port: 80, targetPort: 8080 }, { port: 443, targetPort: 8443 }] }],
    });
    const gateway = new EgressGateway(chartOf(app, 'infra'), 'gateway', { workload, httpPort: 80, tlsPort: 443 });
    new ZeroTrustNamespace(shop, 'baseline', { name: 'shop' });
    new EgressBoundary(shop, 'egress', { namespace: 'shop' });
    const pay = new EgressAccess(shop, 'pay', { callers: [Principal.workload(web)], host: 'api.pay.example', ports: HTTP_AND_TLS, gateway, metadata: { name: 'pay' } });

    expect(problemsOf(app)).toEqual([]);
    expect((specOf(app, 'AuthorizationPolicy', 'pay-policy') as { rules: { to: { operation: { ports: string[] } }[] }[] }).rules.map(({ to }) => to[0].operation.ports)).toEqual([['8080'], ['8443']]);
    expect((specOf(app, 'VirtualService', 'pay-route') as { http: { match: { port: number }[] }[] }).http.map(({ match }) => match[0].port)).toEqual([80, 80]);
    expect(pay.describeEgressAccess()).toBe("shop/web may reach api.pay.example through 'infra/gateway': 80 (TLS started to 443), 443 (TLS)");
    expect(gateway.describeEgressGateway()).toMatch(/^Gateway infra\/infra-gateway-.*: api\.pay\.example$/);
  });

  test('lets the network lead callers to the gateway, where it keeps out what nobody states', () => {
    const made = scene({ mesh: { networkPolicies: NetworkPolicies.forIngress() } });
    access(made, { ports: HTTP_AND_TLS });

    expect(problemsOf(made.app)).toEqual([]);
    const into = manifests(made.app).filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.namespace === 'egress').map(({ spec }) => JSON.stringify(spec)).join();
    expect(into).toMatch(/"app":"web".*"port":15443.*"port":15444/);
    expect(into).not.toMatch(/"app":"batch"/);
  });

  test('is none at first: a gateway without accesses lets nothing out, and has no servers', () => {
    const made = scene();

    expect(problemsOf(made.app)).toEqual([]);
    expect(ofApp(made.app, 'Gateway', 'DestinationRule')).toEqual([]);
    expect(specOf(made.app, 'AuthorizationPolicy', 'out-default-deny')).toEqual({ selector: { matchLabels: { app: 'egw' } } });
    expect(made.gateway.describeEgressGateway()).toBe('Gateway egress/out: nothing');
    access(made);
    expect(problemsOf(made.app)).toEqual([]);
    expect(ofApp(made.app, 'Gateway', 'DestinationRule')).toHaveLength(2);
  });
});

describe('Refused is', () => {
  const policy = (chart: Chart, spec: object) => new ApiObject(chart, 'by-hand', { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'by-hand' }, ...{ spec } });
  const networking = (chart: Chart, kind: string, spec: object) => new ApiObject(chart, `by-hand-${kind}`, { apiVersion: 'networking.istio.io/v1', kind, metadata: { name: 'by-hand' }, ...{ spec } });

  test.each<[string, (made: Shop) => void, RegExp]>([
    ['an access to anybody by hand', made => { access(made); policy(made.egress, { selector: { matchLabels: { app: 'egw' } }, rules: [{}] }); },
      /'shop\/batch' is not to reach 'api\.pay\.example' on port 443, and does: .*/],
    ['an access by hand of one other', made => {
      access(made);
      rawDeployment(chartOf(made.app, 'ops'), 'job');
      policy(made.egress, { selector: { matchLabels: { app: 'egw' } }, rules: [{ from: [{ source: { principals: ['td/ns/ops/sa/job'] } }] }] });
    }, /'ops\/job' is not to reach 'api\.pay\.example' on port 443, and the gateway 'egress\/gateway' lets it/],
    ['a route by hand for the host', made => { access(made); networking(made.egress, 'VirtualService', { hosts: ['*.pay.example'], http: [{ route: [{ destination: { host: 'evil.example' } }] }] }); },
      /'api\.pay\.example' must have one VirtualService in the namespace of its gateway, and 'egress\/by-hand-VirtualService' is for it too/],
    ['a rule by hand for the gateway', made => { access(made); networking(made.egress, 'DestinationRule', { host: 'egw.egress.svc.cluster.local', exportTo: ['shop'], subsets: [{ name: 'api-pay-example', trafficPolicy: { tls: { mode: 'DISABLE' } } }] }); },
      /calls of 'shop\/web' to 'api\.pay\.example' on port 443 do not arrive/],
    ['two accesses to a host through it', made => { access(made); access(made, { callers: [Principal.workload(made.batch)] }, 'again'); }, /'api\.pay\.example' must have one EgressAccess in a namespace/],
    ['another access past it', made => { access(made); new EgressAccess(made.shop, 'past', { callers: [Principal.namespace('shop', { reason: 'r' })], host: 'api.pay.example' }); }, /'api\.pay\.example' must have one EgressAccess in a namespace/],
    ['a second port of one kind', made => { access(made, { ports: [EgressPort.tls(), EgressPort.tls(8443)] }); },
      /ports of 'api\.pay\.example' must be one of HTTP and one of anything else where they lead through the gateway 'egress\/gateway', .* got '443 \(TLS\)', '8443 \(TLS\)'/],
    ['callers within no boundary', made => {
      const ops = chartOf(made.app, 'ops');
      access(made, { callers: [Principal.workload(rawDeployment(ops, 'job'))] });
    }, /callers must be within an EgressBoundary, .* got 'ops\/job'/],
    ['a route that is changed', made => { (access(made).node.findChild('route') as ApiObject).addJsonPatch(JsonPatch.replace('/spec/tls/0/route/0/destination/host', 'evil.example')); },
      /'shop\/pay\/route' must stay as it was made, got another spec/],
    ['a gateway that is changed', made => { access(made); (made.gateway.node.findChild('Resource') as ApiObject).addJsonPatch(JsonPatch.replace('/spec/servers/0/tls/mode', 'SIMPLE')); },
      /'egress\/gateway\/Resource' must stay as it was made, got another spec/],
    ['a default deny that is taken out', made => { access(made); made.gateway.node.tryRemoveChild('default-deny'); }, /'egress\/gateway\/default-deny' must stay as it was made, got taken out/],
    ['a gateway that is taken out', made => { access(made); made.egress.node.tryRemoveChild('gateway'); }, /gateway must be of the same cluster, got 'egress\/gateway', which is of another, of another App, or was taken out/],
    ['two gateways for the same pods', made => { new EgressGateway(made.egress, 'again', { workload: Workload.of(made.pods) }); },
      /a gateway must be stated by one IngressGateway or EgressGateway, got 'egress\/again', 'egress\/gateway'/],
    ['the same pods by another name', made => {
      new EgressGateway(made.egress, 'again', { workload: Workload.fromPods({ namespace: 'egress', name: 'again', labels: { app: 'egw' }, serviceAccount: 'egw', services: [{ name: 'egw', ports: PORTS }] }) });
    }, /a gateway must be stated by one IngressGateway or EgressGateway, got 'egress\/again', 'egress\/gateway'/],
    ['an ingress through the same pods', made => {
      new IngressGateway(made.egress, 'in', { workload: Workload.of(made.pods), servers: [IngressServer.plaintext({ hosts: ['a.example'], port: 15443, reason: 'r' })] });
    }, /a gateway must be stated by one IngressGateway or EgressGateway/],
    ['pods elsewhere with its labels', made => { rawDeployment(chartOf(made.app, 'ops'), 'egw', GATEWAY); },
      /the Gateway of 'egress\/gateway' would have pods of other namespaces serve its hosts, got 'ops\/egw'/],
    ['pods that run as its account', made => { rawDeployment(made.egress, 'tools', { spec: { serviceAccountName: 'egw' } }); },
      /\[egress\/gateway\] the service account 'egw' must be that of the gateway 'egress\/gateway' alone, as which whoever runs as it is let in and taken for it, but 'egress\/tools' runs as it too; give it another, or say why by allowSharedServiceAccount/],
    ['pods elsewhere that carry its labels as well', made => { rawDeployment(made.egress, 'twin', { selector: { app: 'egw', role: 'twin' }, ...GATEWAY }); },
      /'egress\/egw'.*'egress\/twin'/],
    ['callers that share their account', made => {
      access(made);
      rawDeployment(made.shop, 'other', { spec: { serviceAccountName: 'web' } });
    }, /\[shop\/pay\] callers must name who calls, got 'shop\/web', which runs as the service account 'web', as does 'shop\/other'/],
    ['callers of another App', made => { access(made, { callers: [Principal.workload(scene().web)] }); }, /\[shop\/pay\] 'shop\/web' \(Deployment\) must be a workload of this app, and is one of another App/],
    ['pods of another App', made => { new EgressGateway(made.egress, 'again', { workload: Workload.of(scene().pods) }); }, /\[egress\/again\] 'egress\/egw' \(Deployment\) must be a workload of this app, and is one of another App/],
    ['a rule in the root namespace, by which the gateway would start TLS in what callers have started', made => {
      access(made);
      networking(chartOf(made.app, 'istio-system'), 'DestinationRule', { host: '*.pay.example', trafficPolicy: { tls: { mode: 'SIMPLE' } } });
    }, /what the gateway 'egress\/gateway' sends to 'api\.pay\.example' on port 443 does not go out as this says: .*istio-system\/by-hand/],
    ['pods that are no gateway', made => { new EgressGateway(made.shop, 'gateway', { workload: Workload.of(made.web) }); }, /workload must be a gateway, got 'shop\/web', /],
  ])('%s', (_, add, message) => {
    const made = scene();
    add(made);

    expect(problemsOf(made.app).join('\n')).toMatch(message);
  });

  test.each<[string, Setting, RegExp]>([
    ['a gateway whose Service has not its ports', { ports: [{ name: 'http', port: 15443 }] }, /port 15444 must be one of a Service of the gateway 'egress\/egw', .*there are 15443 of 'egw'/],
    ['a gateway that everybody may use', { mesh: { publicGateways: [PublicGateway.classic({ namespace: 'egress', labels: { app: 'egw' }, ports: [15443], reason: 'r' })] } },
      /publicGateways of 'mesh\/mesh' admits everyone to what accesses through 'egress\/gateway' name clients for/],
    ['callers in ambient', { dataPlane: DataPlane.AMBIENT }, /callers must have sidecars, got those of 'shop', in ambient, whose ztunnel goes by no VirtualService and so past the gateway 'egress\/gateway'/],
  ])('%s', (_, setting, message) => {
    const made = scene(setting);
    access(made);

    expect(problemsOf(made.app).join('\n')).toMatch(message);
  });

  test('a gateway of another cluster', () => {
    const app = testApp();
    const [east, west] = ['east', 'west'].map(name => {
      const cluster = new Chart(app, name, { namespace: 'egress' });
      new ZeroTrustMesh(cluster, 'mesh', { trustDomain: name, appliesTo: cluster });
      return cluster;
    });
    const gateway = new EgressGateway(east, 'gateway', {});
    new EgressAccess(west, 'pay', { callers: [Principal.serviceAccount('shop', 'web')], host: 'api.pay.example', gateway });

    expect(problemsOf(app).join('\n')).toMatch(/\[west\/pay\] gateway must be of the same cluster, got 'east\/gateway', which is of another/);
  });

  test('a gateway in the root namespace, where its policies would be for the pods of all', () => {
    const app = testApp();
    const root = chartOf(app, 'istio-system');
    rawService(root, 'egw', { ports: PORTS });
    new EgressGateway(root, 'gateway', { workload: Workload.of(rawDeployment(root, 'egw', GATEWAY)) });

    expect(problemsOf(app).join('\n')).toMatch(/'istio-system\/egw' is in the root namespace 'istio-system'/);
  });

  test.each<[string, Partial<EgressGatewayProps>, RegExp]>([
    ['no workload', { workload: undefined }, /^\[egress\/gateway\] EgressGateway: 'workload' must have a value/],
    ['no Workload', { workload: {} as Workload }, /^\[egress\/gateway\] workload must be of class Workload, got 'Object'; write Workload\.of/],
    ['one port for both', { httpPort: 15444 }, /^\[egress\/gateway\] tlsPort must be another than httpPort, got '15444' for both/],
    ['an HTTP port that is none', { httpPort: 0 }, /^\[egress\/gateway\] httpPort must be a whole number from 1 to 65535, got '0'/],
    ['a port that is none', { tlsPort: 0 }, /^\[egress\/gateway\] tlsPort must be a whole number from 1 to 65535, got '0'/],
    ['a misspelt prop', { port: 1 } as object, /'port' must be a member of EgressGatewayProps/],
  ])('%s', (_, gateway, message) => {
    expect(() => scene({ gateway })).toThrow(message);
  });

  test('a gateway that is none', () => {
    expect(() => access(scene(), { gateway: {} as EgressGateway })).toThrow(/^\[shop\/pay\] gateway must be of class EgressGateway, got 'Object'; make one by new EgressGateway/);
  });
});
