import { ApiObject, App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  AuthorizationPolicy, DataPlane, Findings, JwtIssuer, JwtProtectedApi, Operation, PolicySet, PortProtocol, Principal, ServiceAccess, Waypoint, Workload, WorkloadIdentity,
  ZeroTrustMesh, ZeroTrustMeshProps, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { Construct } from 'constructs';
import { testApp } from '../support/app';
import { chartOf, deployment, manifests, policies, problemsOf, rawDeployment, rawService } from '../support/shop';

beforeEach(() => { jest.spyOn(process.stderr, 'write').mockReturnValue(true); });

afterEach(() => { jest.restoreAllMocks(); });

const GET = [Operation.get('/a')];

/** A cluster of an app, with web and api in namespace `shop`; what a mesh, a baseline or an access says there is for the tests. */
class Cluster extends Construct {
  public readonly mesh: Chart;
  public readonly shop: Chart;
  public readonly web: ApiObject;
  public readonly api: ApiObject;

  public constructor(app: App, name: string, mesh: ZeroTrustMeshProps | undefined = {}) {
    super(app, name);
    this.mesh = new Chart(this, 'mesh');
    new ZeroTrustMesh(this.mesh, 'mesh', { trustDomain: `${name}.example.com`, appliesTo: this, ...mesh });
    this.shop = chartOf(this, 'shop');
    this.web = rawDeployment(this.shop, 'web');
    this.api = rawDeployment(this.shop, 'api');
    rawService(this.shop, 'api');
  }

  public baseline(props: object = {}): this { new ZeroTrustNamespace(this.shop, 'baseline', props); return this; }

  public access(props: object = {}): this {
    new ServiceAccess(this.shop, 'web-to-api', { callers: [Principal.workload(this.web)], to: Workload.of(this.api), operations: GET, ...props });
    return this;
  }
}

interface Two { readonly app: App; readonly dev: Cluster; readonly prod: Cluster }

function two(dev: ZeroTrustMeshProps = {}, prod: ZeroTrustMeshProps = {}): Two {
  const app = testApp();
  return { app, dev: new Cluster(app, 'dev', dev), prod: new Cluster(app, 'prod', prod) };
}

const specsOf = (app: App, path: string) => policies(app).filter(({ metadata }) => metadata.annotations?.['cdk8s-zero-trust/construct'] === path).map(({ spec }) => spec);

describe('Two clusters of an app', () => {
  test('may have the same namespaces, workloads and objects, each under its own mesh', () => {
    const { app, dev, prod } = two();
    [dev, prod].forEach(cluster => cluster.baseline().access());

    expect(problemsOf(app)).toEqual([]);
    expect(['dev', 'prod'].map(name => specsOf(app, `${name}/shop/web-to-api`))).toEqual(['dev', 'prod'].map(name => [expect.objectContaining({
      rules: [expect.objectContaining({ from: [{ source: { principals: [`${name}.example.com/ns/shop/sa/web`] } }] })],
    })]));
  });

  describe('see nothing of each other:', () => {
    const OPEN = { rules: [{ to: [{ operation: { methods: ['GET'] } }] }] };
    const issuers = [JwtIssuer.of({ issuer: 'https://i.example', audiences: ['a'] })];
    const PODS = Workload.fromPods({ namespace: 'shop', labels: { app: 'api' }, serviceAccount: 'api', ports: [{ number: 8080, protocol: PortProtocol.HTTP }] });

    // what is wrong with the access of dev when all is one cluster, and what makes it so
    test.each<[string, string, (other: Cluster) => unknown]>([
      ['the data plane of a namespace', 'must have one ZeroTrustNamespace', ({ shop }) => new ZeroTrustNamespace(shop, 'baseline', { dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create() })],
      ['the ports of Services', 'port 8080', ({ shop }) => rawService(shop, 'tcp', { selector: { app: 'api' }, ports: [{ name: 'tcp', port: 81, targetPort: 8080 }] })],
      ['what labels select', 'for which not the same is stated', ({ shop }) => rawDeployment(shop, 'other', { selector: { app: 'api', tier: 'back' } })],
      ['who runs as an account', 'as does', ({ shop }) => rawDeployment(shop, 'job', { spec: { serviceAccountName: 'web' } })],
      ['the names of objects', 'must be one object of the app', ({ shop }) => new ApiObject(shop, 'twin', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'twin' } })],
      ['tokens that an API asks for', 'token', ({ shop }) => new JwtProtectedApi(shop, 'users', { workload: PODS, issuers, rules: [{ operations: GET, claims: { role: ['a'] } }] })],
      ['what lets in', 'lets in what this refuses', ({ shop }) => new AuthorizationPolicy(shop, 'open', OPEN)],
      ['plaintext', 'PeerAuthentication', ({ shop }) => new ApiObject(shop, 'loose', { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'loose' }, spec: { mtls: { mode: 'DISABLE' } } })],
    ])('%s', (_, problem, change) => {
      const problems = (isOther: boolean) => {
        const { app, dev, prod } = two();
        dev.baseline().access();
        new ApiObject(dev.shop, 'twin', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'twin', labels: { a: 'b' } } });
        change(isOther ? prod : { ...dev, shop: new Chart(dev, 'more', { namespace: 'shop' }) } as Cluster);
        return problemsOf(app).filter(line => line.startsWith('[dev/'));
      };

      expect(problems(true)).toEqual([]);
      expect(problems(false).join()).toContain(problem);
    });
  });

  test('are asked for slips by what each has', () => {
    const { app, dev, prod } = two();
    rawDeployment(prod.shop, 'worker');
    [dev, prod].forEach(cluster => cluster.baseline().access({ callers: [Principal.serviceAccount('shop', 'workr')] }));

    expect(problemsOf(app)).toEqual([expect.stringMatching(/^\[prod\/shop\/web-to-api\] .*did you mean 'worker'/)]);
  });

  test('tell the same mistake each by itself', () => {
    const { app, dev, prod } = two();
    for (const cluster of [dev, prod]) { new ZeroTrustNamespace(cluster.baseline().mesh, 'again', { name: 'shop', exists: true }); }

    expect(problemsOf(app)).toEqual(['dev', 'prod'].map(name => `[${name}/mesh/again] namespace 'shop' must have one ZeroTrustNamespace, got 2; keep one (also at 1 more: '${name}/shop/baseline')`));
  });

  test('are each put to the test, whatever is wrong with the other', () => {
    const { app, dev, prod } = two();
    [dev, prod].forEach(cluster => cluster.baseline().access());
    new ZeroTrustNamespace(dev.mesh, 'again', { name: 'shop', exists: true });
    new AuthorizationPolicy(prod.shop, 'open', { rules: [{}] });

    expect(problemsOf(app)).toEqual([
      expect.stringMatching(/^\[dev\/mesh\/again\] namespace 'shop' must have one ZeroTrustNamespace, got 2; keep one \(also at 1 more: 'dev\/shop\/baseline'\)$/),
      expect.stringMatching(/^\[prod\/shop\/baseline\] AuthorizationPolicy 'shop\/prod-shop-open-.*' lets in what this refuses/),
    ]);
  });

  test('have findings of their own, acknowledged in one of them or in the app', () => {
    const found = (acknowledge: (made: Two) => void) => {
      const made = two();
      [made.dev, made.prod].forEach(cluster => cluster.access());
      acknowledge(made);
      const { app, dev, prod } = made;
      return [app, dev, prod].map(scope => Findings.of(scope).unacknowledged().map(({ rule, constructPaths }) => `${rule} ${constructPaths.join()}`));
    };
    const reason = { reason: 'they are next' };
    const [ofDev, ofProd] = [['ZT107 dev/shop/web'], ['ZT107 prod/shop/web']];

    expect(found(() => undefined)).toEqual([[...ofDev, ...ofProd], ofDev, ofProd]);
    expect(found(({ dev }) => Findings.of(dev).acknowledge('ZT107', reason))).toEqual([ofProd, [], ofProd]);
    expect(found(({ app }) => Findings.of(app).acknowledge('ZT107', reason))).toEqual([[], [], []]);
  });

  test('have the protocols of their own Services', () => {
    const { app, dev, prod } = two();
    for (const { shop } of [dev, prod]) { rawDeployment(shop, 'grpc'); rawService(shop, 'grpc', { ports: [{ port: 90, targetPort: 8080 }] }); }
    Workload.of(dev.shop.node.findChild('grpc'), { ports: [{ number: 8080, protocol: PortProtocol.HTTP }] });

    const written = manifests(app).filter(({ kind, metadata }) => kind === 'Service' && metadata.name === 'grpc').map(({ spec }) => (spec as { ports: { appProtocol?: string }[] }).ports[0].appProtocol);
    expect(written).toEqual(['http', undefined]);
  });
});

describe('A mesh for the app beside one for a part of it', () => {
  test('is for what the other does not apply to', () => {
    const app = testApp();
    const prod = new Cluster(app, 'prod').baseline().access();
    const rest = new Construct(app, 'rest');
    new ZeroTrustMesh(new Chart(rest, 'mesh'), 'mesh', { trustDomain: 'rest.example.com' });
    const shop = chartOf(rest, 'shop');
    new ServiceAccess(shop, 'web-to-api', { callers: [Principal.serviceAccount('shop', 'web')], to: Workload.of(deployment(shop, 'api')), operations: GET });

    expect(problemsOf(app)).toEqual([]);
    expect(['prod', 'rest'].map(name => JSON.stringify(specsOf(app, `${name}/shop/web-to-api`)).includes(`"${name}.example.com/ns/shop/sa/web"`))).toEqual([true, true]);
    expect(prod.node.path).toBe('prod');
  });
});

describe('A ZeroTrustMesh', () => {
  test.each<[string, (made: { app: App; part: Construct; chart: Chart }) => unknown, string]>([
    ['for nothing', ({ chart }) => new ZeroTrustMesh(chart, 'mesh', { appliesTo: 'prod' as never }), "[prod/chart/mesh] appliesTo must be a construct, got 'prod'; pass the chart, or the construct that holds the charts of the cluster"],
    ['for what does not hold it', ({ app, chart }) => new ZeroTrustMesh(chart, 'mesh', { appliesTo: new Chart(app, 'other') }),
      "[prod/chart/mesh] appliesTo must hold this ZeroTrustMesh, got 'other', in which 'prod/chart/mesh' is not; make it in a chart of that cluster"],
    ['for a part of a chart', ({ chart }) => { const inner = new Construct(chart, 'inner'); new ZeroTrustMesh(inner, 'mesh', { appliesTo: inner }); },
      "[prod/chart/inner/mesh] appliesTo must be a chart, or a construct that holds charts, got 'prod/chart/inner', a part of chart 'prod/chart', which is written to one file; pass the chart"],
  ])('%s is refused at once', (_, make, message) => {
    const app = testApp();
    const part = new Construct(app, 'prod');
    expect(() => make({ app, part, chart: new Chart(part, 'chart') })).toThrow(new Error(message));
  });

  test.each<[string, (made: Two) => unknown, string]>([
    ['where another is for the same part', ({ dev }) => new ZeroTrustMesh(new Chart(dev, 'more'), 'mesh', { appliesTo: dev, exists: true }),
      "[dev/mesh/mesh] 'dev' must have one ZeroTrustMesh, got 2; keep one, or where they are of several clusters say by appliesTo which part of the app each is for (also at 1 more: 'dev/more/mesh')"],
    ['where another is for the rest', ({ app }) => { for (const name of ['a', 'b']) { new ZeroTrustMesh(new Chart(app, name), 'mesh', { exists: true }); } },
      "[a/mesh] what no other ZeroTrustMesh applies to must have one ZeroTrustMesh, got 2; keep one, or where they are of several clusters say by appliesTo which part of the app each is for (also at 1 more: 'b/mesh')"],
    ['for a part of a part', ({ dev }) => new ZeroTrustMesh(dev.shop, 'mesh', { appliesTo: dev.shop, exists: true }),
      "[dev/shop/mesh] appliesTo must be in no other cluster, got 'dev/shop', which is in 'dev', to which 'dev/mesh/mesh' applies; keep one of them"],
    ['for the app, in a part that has one', ({ dev }) => new ZeroTrustMesh(dev.shop, 'mesh', { exists: true }),
      "[dev/shop/mesh] appliesTo must be given, as this stands in 'dev', to which 'dev/mesh/mesh' applies already; keep one, or move it to where it applies"],
  ])('%s is refused', (_, make, problem) => {
    const made = two();
    make(made);
    expect(problemsOf(made.app)).toEqual([problem]);
  });

  test('that is for a part says nothing of what is outside: there must be one for it', () => {
    const { app } = two();
    const other = chartOf(app, 'shop');
    new ZeroTrustNamespace(other, 'baseline');

    expect(problemsOf(app)).toEqual(["[shop/baseline] must be in the cluster of a ZeroTrustMesh: those of this app apply to 'dev', 'prod' only; move it there, or declare one for the rest of the app"]);
  });

  test('that comes after what another cluster has been given is refused', () => {
    const app = testApp();
    const [dev, prod] = ['dev', 'prod'].map(name => new Construct(app, name));
    const [ofDev, ofProd] = [dev, prod].map(cluster => chartOf(cluster, 'shop'));
    for (const shop of [ofDev, ofProd]) { rawDeployment(shop, 'api'); rawService(shop, 'api', { ports: [{ port: 90, targetPort: 8080 }] }); }
    Workload.of(ofDev.node.findChild('api'), { ports: [{ number: 8080, protocol: PortProtocol.HTTP }] });
    for (const cluster of [dev, prod]) { new ZeroTrustMesh(new Chart(cluster, 'mesh'), 'mesh', { appliesTo: cluster }); }

    expect(problemsOf(app)).toEqual(["[prod/mesh/mesh] the protocol of a port of 'dev/shop/api' was written to Service 'prod/shop/api-service' of another cluster, "
      + 'which nobody could know yet; make the ZeroTrustMesh before Workload.of']);
  });
});

describe('What is of another cluster is refused', () => {
  const OF_PROD = (name: string) => `'prod/shop/${name}' (Deployment) must be a workload of the same cluster, 'dev', and is one of another, 'prod'; `
    + "name who calls by Principal.serviceAccount with trustDomain: 'prod.example.com', and pods that are made elsewhere by Workload.fromPods";

  test.each<[string, (made: Two) => unknown, string]>([
    ['a caller', ({ dev, prod }) => dev.access({ callers: [Principal.workload(prod.web)] }), `[dev/shop/web-to-api] ${OF_PROD('web')}`],
    ['who is called', ({ dev, prod }) => dev.access({ to: Workload.of(prod.api) }), `[dev/shop/web-to-api] ${OF_PROD('api')}`],
    ['a reader of metrics', ({ dev, prod }) => dev.baseline({ metricsReaders: [Principal.workload(prod.web)] }), `[dev/shop/baseline] ${OF_PROD('web')}`],
    ['what is outside the mesh', ({ dev, prod }) => dev.baseline({ outsideMesh: [{ workload: Workload.of(prod.web), reason: 'r' }] }), `[dev/shop/baseline] ${OF_PROD('web')}`],
    ['a Namespace', ({ dev, prod }) => dev.baseline({ namespace: new kplus.Namespace(prod.shop, 'ns', { metadata: { name: 'shop' } }) }),
      "[dev/shop/baseline] namespace must be a Namespace of the same cluster, got 'prod/shop/ns/Resource' of another; adopt it by a ZeroTrustNamespace there"],
    ['who gets an identity', ({ dev, prod }) => {
      const jobs = rawDeployment(prod.shop, 'jobs', { spec: { serviceAccountName: undefined } });
      new WorkloadIdentity(dev.shop, 'identity', { workload: Workload.of(jobs) });
    }, "[dev/shop/identity] workload must be one of the same cluster, got 'prod/shop/jobs' (Deployment) of another; make its WorkloadIdentity there"],
  ])('%s', (_, make, problem) => {
    const made = two();
    make(made);
    expect(problemsOf(made.app)).toEqual([problem]);
  });
});

describe('Questions', () => {
  const WEB_GETS = (trustDomain: string) => ({
    source: { principal: `${trustDomain}/ns/shop/sa/web` }, destination: { namespace: 'shop', service: 'api', port: 80 }, http: { path: '/a' },
  });

  test('are answered for a cluster, or a chart of it, by its own mesh', () => {
    const { dev, prod } = two();
    [dev, prod].forEach(cluster => cluster.baseline().access());
    const asked = [dev, prod, prod.shop].map(scope => ['dev', 'prod'].map(name => PolicySet.fromApp(scope).isAuthorized(WEB_GETS(`${name}.example.com`)).decision));

    expect(asked).toEqual([['ALLOW', 'DENY'], ['DENY', 'ALLOW'], ['DENY', 'ALLOW']]);
  });

  test('have no answer for several clusters at once', () => {
    const { app } = two();
    expect(() => PolicySet.fromApp(app)).toThrow(new Error("app must be of one cluster, got '', which holds those of 'dev', 'prod'; pass the construct to which a ZeroTrustMesh applies, or a chart"));
    new ApiObject(new Chart(app, 'crds'), 'config', { apiVersion: 'v1', kind: 'ConfigMap' });
    expect(() => PolicySet.fromApp(app)).toThrow("which holds those of 'dev', 'prod' and what is in none of them; pass");
  });

  test('are answered for the app where all of it is in one cluster', () => {
    const app = testApp();
    new Cluster(app, 'prod').baseline().access();

    expect(PolicySet.fromApp(app).isAuthorized(WEB_GETS('prod.example.com')).decision).toBe('ALLOW');
  });
});

describe('A caller of another cluster of the app', () => {
  test.each<[string, string, string, string | undefined, string]>([
    ['trust domain', 'shop', 'web', 'dev.exmaple.com', "no such mesh; did you mean 'dev.example.com'?"],
    ['account', 'shop', 'wbe', 'dev.example.com', "no such service account; did you mean 'web'?"],
    ['namespace', 'shpo', 'web', 'dev.example.com', "no such namespace; did you mean 'shop'?"],
  ])('must have no slip in its %s', (_, namespace, name, trustDomain, problem) => {
    const { app, prod } = two();
    prod.access({ callers: [Principal.serviceAccount(namespace, name, { trustDomain })] });

    expect(problemsOf(app)).toEqual([expect.stringMatching(`^\\[prod/shop/web-to-api\\] .*${problem.replace('?', '\\?')} If it is another app's, say so: .*, reason: '…' }\\)$`)]);
  });

  test.each([
    Principal.serviceAccount('shop', 'web', { trustDomain: 'dev.example.com' }), Principal.serviceAccount('shop', 'wbe', { trustDomain: 'dev.example.com', reason: 'of another app' }),
    Principal.serviceAccount('billing', 'any', { trustDomain: 'dev.example.com' }), Principal.serviceAccount('shop', 'wbe', { trustDomain: 'west.example.com' }),
  ])('may be %s', caller => {
    const { app, prod } = two();
    prod.access({ callers: [caller] });

    expect(problemsOf(app)).toEqual([]);
  });
});

describe('Principal.serviceAccount with a trust domain', () => {
  const WEST = Principal.serviceAccount('shop', 'web', { trustDomain: 'west.example.com' });

  test.each<[string, ZeroTrustMeshProps, string[]]>([
    ['at sidecars', {}, ['west.example.com/ns/shop/sa/web']],
    ['in a mesh with aliases', { trustDomainAliases: ['old.example.com'] }, ['west.example.com/ns/shop/sa/web']],
    ['in ambient, where aliases are written out', { trustDomainAliases: ['old.example.com'], dataPlane: DataPlane.AMBIENT }, ['west.example.com/ns/shop/sa/web']],
  ])('is rendered as it is %s', (_, mesh, principals) => {
    const app = testApp();
    const { shop } = new Cluster(app, 'east', mesh).baseline();
    new ServiceAccess(shop, 'remote', {
      callers: [WEST], to: Workload.of(rawDeployment(shop, 'db', { container: { ports: [{ containerPort: 5432 }] } }), { ports: [{ number: 5432, protocol: PortProtocol.TCP }] }), operations: [Operation.tcp(5432)],
    });

    expect(problemsOf(app)).toEqual([]);
    expect(specsOf(app, 'east/shop/remote')).toEqual([expect.objectContaining({ rules: [expect.objectContaining({ from: [{ source: { principals } }] })] })]);
  });

  test('is somebody else than who has the name in this mesh', () => {
    const app = testApp();
    const east = new Cluster(app, 'east').baseline().access({ callers: [WEST] });
    const set = PolicySet.fromApp(east, { foreignTrustDomains: ['west.example.com'] });
    const asked = ['east', 'west'].map(name => set.isAuthorized({
      source: { principal: `${name}.example.com/ns/shop/sa/web` }, destination: { namespace: 'shop', service: 'api', port: 80 }, http: { path: '/a' },
    }).decision);

    expect(asked).toEqual(['DENY', 'ALLOW']);
    expect(WEST.describePrincipal()).toBe('west.example.com/ns/shop/sa/web');
  });

  test('is no workload of this mesh, which may run as a waypoint or share its name', () => {
    const app = testApp();
    const east = new Cluster(app, 'east', { dataPlane: DataPlane.AMBIENT }).baseline({ waypoint: Waypoint.create({ name: 'wp' }) });
    east.access({ callers: [Principal.serviceAccount('shop', 'wp', { trustDomain: 'west.example.com' })] });

    expect(problemsOf(app)).toEqual([]);
  });

  test('needs a token of its own where the namesake of this mesh needs none', () => {
    const app = testApp();
    const { shop, api } = new Cluster(app, 'east').baseline().access({ callers: [WEST] });
    const issuers = [JwtIssuer.of({ issuer: 'https://i.example', audiences: ['a'] })];
    new JwtProtectedApi(shop, 'users', { workload: Workload.of(api), issuers, rules: [{ operations: GET, claims: { role: ['a'] } }], exemptCallers: [Principal.serviceAccount('shop', 'web')] });

    expect(problemsOf(app).join()).toContain("answers 403, got 'west.example.com/ns/shop/sa/web'; add them");
  });

  test.each<[string, ZeroTrustMeshProps, string]>([
    ['its own', { trustDomain: 'west.example.com' }, "got 'west.example.com', which is the mesh's own; leave it out"],
    ['an alias', { trustDomainAliases: ['west.example.com'] }, "got 'west.example.com', an alias, by which Istio admits 'shop/web' of this mesh as well; "
      + 'leave it out where both are meant, else take it out of trustDomainAliases and accept it by caCertificates of the ZeroTrustMesh'],
  ])('must be that of another mesh, and not %s', (_, mesh, problem) => {
    const app = testApp();
    new Cluster(app, 'east', mesh).baseline().access({ callers: [WEST] });

    expect(problemsOf(app)).toEqual([`[east/shop/web-to-api] trustDomain of Principal.serviceAccount('shop', 'web') must be that of another mesh, ${problem}`]);
  });

  test('must not be cluster.local, which sidecars take for their own', () => {
    const app = testApp();
    new Cluster(app, 'east').baseline().access({ callers: [Principal.serviceAccount('shop', 'web', { trustDomain: 'cluster.local' })] });

    expect(problemsOf(app)).toEqual(["[east/shop/web-to-api] trustDomain of Principal.serviceAccount('shop', 'web') must be that of another mesh, got 'cluster.local', "
      + "by which sidecars admit 'shop/web' of this mesh, whatever its trust domain; give the other mesh a trust domain of its own"]);
  });

  test.each<[string, object, string]>([
    ['what is none', { trustDomain: 'spiffe://west' }, "trustDomain must be a trust domain such as 'prod.example.com', got 'spiffe://west'; take it from meshConfig.trustDomain, without spiffe://"],
    ['a gateway', { trustDomain: 'west.example.com', gateway: true }, "gateway must be left out with trustDomain, got 'true'; gateways between meshes pass on the identity of the caller, so name the account of that"],
  ])('refuses %s', (_, options, message) => {
    expect(() => Principal.serviceAccount('shop', 'web', options)).toThrow(new Error(message));
  });
});
