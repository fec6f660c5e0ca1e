import { App, Chart, Yaml } from 'cdk8s';
import {
  AccessGate, AccessMap, DataPlane, EgressAccess, EgressBoundary, EgressGateway, IngressAccess, IngressClients, IngressGateway, IngressServer, JwtIssuer, JwtProtectedApi, Operation, Permissiveness, PolicyComparison,
  PolicySet, Principal, ServiceAccess, Waypoint, Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, manifests, rawDeployment, rawService } from '../support/shop';

/** A namespace behind a waypoint that another app makes. */
function behindExisting(state: (to: Workload, web: Principal) => void, waypoint = Waypoint.existing('infra', 'shared')): App {
  const app = testApp();
  new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { istioVersion: '1.29' });
  const shop = chartOf(app, 'shop');
  new ZeroTrustNamespace(shop, 'baseline', { dataPlane: DataPlane.AMBIENT, waypoint });
  const [api, web] = ['api', 'web'].map(name => rawDeployment(shop, name, { spec: { serviceAccountName: name } }));
  rawService(shop, 'api');
  state(Workload.of(api), Principal.workload(web));
  return app;
}

const access = (...operations: Operation[]) => (to: Workload, web: Principal) => { new ServiceAccess(to._apiObject()!.chart, 'access', { callers: [web], to, operations }); };
const narrow = () => behindExisting(access(Operation.get('/a')));
const wide = () => behindExisting(access(Operation.anyHttp()));
const yamlOf = (app: App) => PolicySet.fromYaml(manifests(app).map(one => Yaml.stringify(one)).join('---\n'));

describe('Behind a waypoint that something else makes', () => {
  test('what is stated is allowed, and nothing else', () => {
    const ask = (path: string) => PolicySet.fromApp(narrow()).isAuthorized({ source: { workload: 'shop/web' }, destination: { namespace: 'shop', service: 'api', port: 80 }, http: { path } }).decision;

    expect(['/a', '/b'].map(ask)).toEqual(['ALLOW', 'DENY']);
    expect(AccessMap.of(PolicySet.fromApp(narrow())).outOf('shop/web').map(String)).toEqual(['Service shop/api:80 from shop/web: GET /a']);
  });

  test.each<[string, () => PolicySet]>([['an app', () => PolicySet.fromApp(narrow())], ['what it rendered', () => yamlOf(narrow())]])('what an access opens newly is told, against %s', (_, before) => {
    expect(AccessGate.noNewAccess(before()).violations(PolicySet.fromApp(wide())).map(({ message }) => message)).toContain('GRANTED Service shop/api:80 to shop/web: any but /a');
    expect(AccessGate.noNewAccess(before()).violations(PolicySet.fromApp(narrow()))).toEqual([]);
  });

  test('a gate finds what it forbids', () => {
    expect(AccessGate.neverGranted({ callers: ['shop/web'], to: 'shop/api' }).violations(PolicySet.fromApp(narrow()))).not.toEqual([]);
  });

  test('a token less that is asked for is told', () => {
    const api = (claims?: Record<string, string[]>) => behindExisting((workload, web) => {
      const issuers = [JwtIssuer.of({ issuer: 'https://i.example', audiences: ['shop'] })];
      new JwtProtectedApi(workload._apiObject()!.chart, 'users', { workload, issuers, callers: [web], rules: [{ operations: [Operation.get('/*')], ...claims ? { claims } : { anyToken: true } }] });
    });
    const comparison = PolicyComparison.of(PolicySet.fromApp(api({ role: ['admin'] })), PolicySet.fromApp(api()));

    expect(comparison.permissiveness).toBe(Permissiveness.MORE_PERMISSIVE);
  });

  test('it is the one of the app where the app has it', () => {
    const app = behindExisting(access(Operation.get('/a')), Waypoint.existing('infra', 'shared'));
    new ZeroTrustNamespace(chartOf(app, 'infra'), 'baseline', { dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create({ name: 'shared', usedBy: ['shop'] }) });

    expect(manifests(app).filter(({ kind }) => kind === 'Gateway')).toHaveLength(1);
    expect(AccessMap.of(PolicySet.fromApp(app)).outOf('shop/web').map(String)).toContain('Service shop/api:80 from shop/web: GET /a');
  });
});

describe('Through a gateway that something else makes', () => {
  const servers = [IngressServer.tls({ hosts: ['shop.example.com'], credentialName: 'shop' })];
  const through = (gateway: (edge: Chart) => IngressGateway) => {
    const app = testApp();
    new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { istioVersion: '1.29', defaultDeny: true });
    const shop = chartOf(app, 'shop');
    new ZeroTrustNamespace(shop, 'baseline');
    const api = rawDeployment(shop, 'api');
    rawService(shop, 'api');
    new IngressAccess(shop, 'in', { gateway: gateway(chartOf(app, 'edge')), hosts: ['shop.example.com'], clients: IngressClients.anyone({ reason: 'public' }), to: Workload.of(api), operations: [Operation.get('/*')] });
    return PolicySet.fromApp(app);
  };
  const pods = ({ namespace }: Chart, app: string, listening: readonly number[] = [443]) => Workload.fromPods({
    namespace: namespace!,
    labels: { app },
    serviceAccount: app,
    ports: listening.map(port => ({ number: port + 8000 })),
    services: [{ name: app, ports: listening.map(port => ({ port, targetPort: port + 8000 })) }],
  });

  test.each<[string, (edge: Chart) => IngressGateway]>([
    ['pods of a classic one', edge => new IngressGateway(edge, 'public', { workload: pods(edge, 'ingress'), servers, metadata: { name: 'public' } })],
    ['a Gateway of the Gateway API', edge => new IngressGateway(edge, 'public', { existing: true, metadata: { name: 'public' }, servers })],
  ])('what anyone may do is told: %s', (_, gateway) => {
    const policies = through(gateway);

    expect(AccessMap.of(policies).anonymous().map(String)).toEqual([expect.stringMatching(/^gateway edge\/public:(8443|443) from anyone/)]);
    expect(AccessGate.noAnonymousAccess().violations(policies)).not.toEqual([]);
  });

  test('callers of a host are told apart', () => {
    const app = testApp();
    new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { istioVersion: '1.29' });
    const shop = chartOf(app, 'shop');
    new ZeroTrustNamespace(shop, 'baseline');
    const [web] = ['web', 'db'].map(name => rawDeployment(shop, name, { spec: { serviceAccountName: name } }));
    const egress = chartOf(app, 'egress');
    const gateway = new EgressGateway(egress, 'out', { workload: pods(egress, 'egress', [15443, 15444]), metadata: { name: 'out' } });
    new EgressAccess(shop, 'pay', { callers: [Principal.workload(web)], host: 'api.pay.example', gateway });
    new EgressBoundary(shop, 'boundary', { namespace: 'shop' });
    const policies = PolicySet.fromApp(app);

    expect(AccessMap.of(policies).outOf('shop/web').map(String).join()).toContain('gateway egress/out');
    expect(AccessMap.of(policies).outOf('shop/db').map(String).join()).not.toContain('gateway egress/out');
  });
});
