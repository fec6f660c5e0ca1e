import { ApiObject, App, Chart, Duration, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  DataPlane, Decision, FaultInjection, FaultInjectionProps, Operation, PolicySet, Principal, ServiceAccess, VirtualService, Waypoint, Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, deployment, Manifest, manifests, problemsOf } from '../support/shop';

interface Shop { readonly app: App; readonly shop: Chart; readonly web: kplus.Deployment; readonly api: kplus.Deployment }

function scene({ name = 'shop', asOf = '2026-06-01', waypoint, labels }: { name?: string; asOf?: string; waypoint?: Waypoint; labels?: { [label: string]: string } } = {}): Shop {
  const app = testApp();
  new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { asOf });
  const shop = chartOf(app, name);
  const namespace = new ApiObject(shop, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  new ZeroTrustNamespace(shop, 'baseline', { namespace, ...waypoint ? { dataPlane: DataPlane.AMBIENT, waypoint } : {} });
  const [web, api] = [deployment(shop, 'web'), deployment(shop, 'api')];
  new ServiceAccess(shop, 'access', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/a')] });
  return { app, shop, web, api };
}

const FAULT = { abort: { status: 503, percentage: 50 }, reason: 'a test', expires: '2026-06-30' };

function inject({ shop, api }: Shop, props: Partial<FaultInjectionProps> = {}): FaultInjection {
  return new FaultInjection(shop, 'fault', { workload: Workload.of(api), ...FAULT, ...props });
}

function routes(app: App): Manifest[] { return manifests(app).filter(({ kind }) => kind === 'VirtualService'); }

describe('A FaultInjection', () => {
  test('has calls fail until a day, for a reason, which both stay on the object', () => {
    const made = scene();
    const fault = inject(made, { delay: { time: Duration.seconds(2), percentage: 10 }, callers: [Workload.of(made.web)] });

    expect(problemsOf(made.app)).toEqual([]);
    const [{ metadata, spec }] = routes(made.app);
    expect(metadata.annotations).toEqual({ 'cdk8s-zero-trust/construct': 'shop/fault', 'cdk8s-zero-trust/reason': 'a test', 'cdk8s-zero-trust/expires': '2026-06-30' });
    expect((spec as { hosts: unknown }).hosts).toEqual(['api.shop.svc.cluster.local']);
    expect(fault.describeFaultInjection()).toMatch(/^50 % of calls of Deployment shop\/[\w-]+ answer 503, 10 % of calls of Deployment shop\/[\w-]+ wait 2000 ms, until 2026-06-30$/);
  });

  test.each<[string, Waypoint | undefined]>([['in the proxies of callers', undefined], ['at a waypoint', Waypoint.create()]])('changes no decision: %s', (_, waypoint) => {
    const scenes = [scene({ waypoint }), scene({ waypoint })];
    inject(scenes[1]);

    expect(problemsOf(scenes[1].app)).toEqual([]);
    const answers = scenes.map(({ app, web }) => ['/a', '/b'].map(path => PolicySet.fromApp(app)
      .isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 80 }, source: Workload.of(web).asSource(), http: { path } })));
    expect(answers.map(each => each.map(({ decision }) => decision))).toEqual([[Decision.ALLOW, Decision.DENY], [Decision.ALLOW, Decision.DENY]]);
    const [{ notes }] = answers[1];
    expect(notes.filter(note => note.startsWith('VirtualService shop/'))).toHaveLength(1);
    if (!waypoint) { expect(notes.join()).toContain('has some requests fail before they are sent, which decides nothing of who may call'); }
  });

  test('is meant at a waypoint, also beside what somebody writes for other hosts', () => {
    const made = scene({ waypoint: Waypoint.create() });
    inject(made);
    new VirtualService(made.shop, 'other', { metadata: { name: 'other' }, hosts: ['other.example'], http: [{ route: [{ destination: { host: 'other.example' } }] }] });

    expect(problemsOf(made.app)).toEqual([]);
  });

  test.each<[string, Partial<FaultInjectionProps>, string]>([
    ['without a fault', { abort: undefined }, "FaultInjection: 'abort' must have a value"],
    ['without a reason', { reason: ' ' }, 'FaultInjection must have a reason'],
    ['without a day', { expires: 'soon' }, "expires must be a day such as '2026-12-31', got 'soon'"],
    ['with a status that is no error', { abort: { status: 200, percentage: 1 } }, "abort.status must be a whole number from 400 to 599, got '200'"],
    ['with no requests', { abort: { status: 503, percentage: 0 } }, "abort.percentage must be a number of more than 0 and up to 100, got '0'"],
    ['with more than all', { abort: { status: 503, percentage: 101 } }, "abort.percentage must be a number of more than 0 and up to 100, got '101'"],
    ['with no callers in the list', { callers: [] }, 'callers must have at least one entry'],
  ])('is refused %s', (_, props, message) => {
    expect(() => inject(scene(), props)).toThrow(message);
  });

  test('is refused without anything that happens', () => {
    const { shop, api } = scene();

    expect(() => new FaultInjection(shop, 'x', { workload: Workload.of(api), reason: 'r', expires: '2026-06-30' })).toThrow("FaultInjection must have 'abort' or 'delay', got neither; ");
  });

  test('is refused after its last day, and holds on it', () => {
    const [late, last] = [scene({ asOf: '2026-07-01' }), scene({ asOf: '2026-06-30' })].map(made => { inject(made); return problemsOf(made.app); });

    expect(late).toEqual([expect.stringMatching(/^\[shop\/fault\] expires was '2026-06-30', which is past on '2026-07-01'; take it out/)]);
    expect(last).toEqual([]);
  });

  test('lasts a year at most', () => {
    const made = scene();
    inject(made, { expires: '2099-12-31' });

    expect(problemsOf(made.app)).toEqual([expect.stringMatching(/^\[shop\/fault\] expires must be within 366 days of '2026-06-01', got '2099-12-31'; state a day within weeks, and a new one after a review, or take it out/)]);
  });

  test.each<[string, { name?: string; labels?: { [label: string]: string } }, string | undefined]>([
    ['by a label', { labels: { environment: 'production' } }, "its label 'environment: production'"],
    ['by a label with a prefix', { labels: { 'example.com/env': 'Prod' } }, "its label 'example.com/env: Prod'"],
    ['by a label of several words', { labels: { env: 'prd-eu' } }, "its label 'env: prd-eu'"],
    ['by its name', { name: 'shop-prod' }, 'its name'],
    ['by its name in short', { name: 'shop-prd' }, 'its name'],
    ['by its name with a number', { name: 'shop-prod1' }, 'its name'],
    ['by a label with a number', { labels: { env: 'prod02' } }, "its label 'env: prod02'"],
    ['by a label with a region', { labels: { env: 'euprd' } }, "its label 'env: euprd'"],
    ['by its name with a region and a number', { name: 'shop-apacprod2' }, 'its name'],
    ['not where it says that it is not, by number', { name: 'shop-preprod1', labels: { environment: 'non-prod1', tier: 'nonprod' } }, undefined],
    ['not by words that hold one', { name: 'reproduce', labels: { env: 'productivity', stage: 'product1', tier: 'olive' } }, undefined],
    ['not where it says that it is not', { name: 'shop-non-prod', labels: { environment: 'pre-prod' } }, undefined],
    ['not of another stage', { labels: { environment: 'staging' } }, undefined],
    ['not by what only begins alike', { name: 'products' }, undefined],
  ])('is refused where the namespace says production: %s', (_, place, said) => {
    const made = scene(place);
    inject(made);

    expect(problemsOf(made.app)).toEqual(said === undefined ? [] : [expect.stringContaining(`a fault must not be injected where people are served, got namespace '${place.name ?? 'shop'}', which is for production by ${said}; `)]);
  });

  test('is refused beside another route for the Service', () => {
    const made = scene();
    inject(made);
    new VirtualService(made.shop, 'route', { metadata: { name: 'route' }, hosts: ['api'], http: [{ route: [{ destination: { host: 'api' } }] }] });
    const twice = scene();
    inject(twice);
    new FaultInjection(twice.shop, 'again', { workload: Workload.of(twice.api), ...FAULT });

    expect(problemsOf(made.app)).toContainEqual(expect.stringMatching(/must have one route while a fault is injected, and VirtualService 'shop\/route' at 'shop\/route\/Resource' is for it too/));
    expect(problemsOf(twice.app)).toContainEqual(expect.stringMatching(/must have one FaultInjection, and 'shop\/again' is for it too/));
  });

  const ofApi = (more: object = {}) => ({ parentRefs: [{ group: '', kind: 'Service', name: 'api', ...more }], rules: [{ backendRefs: [{ name: 'api', port: 80 }] }] });

  test.each<[string, string, string, object, boolean]>([
    ['of requests', 'HTTPRoute', 'shop', ofApi(), true],
    ['of calls of gRPC', 'GRPCRoute', 'shop', ofApi(), true],
    ['of another namespace', 'HTTPRoute', 'ops', ofApi({ namespace: 'shop' }), true],
    ['for the Service of that name in another namespace', 'HTTPRoute', 'ops', ofApi(), false],
    ['for a Gateway of that name', 'HTTPRoute', 'shop', ofApi({ group: 'gateway.networking.k8s.io', kind: 'Gateway' }), false],
  ])('is refused beside a route of the Gateway API for the Service, and no other: %s', (_, kind, namespace, spec, isRefused) => {
    const made = scene();
    inject(made);
    new ApiObject(made.shop, 'by-hand', { apiVersion: 'gateway.networking.k8s.io/v1', kind, metadata: { name: 'by-hand', namespace }, ...{ spec } });

    expect(problemsOf(made.app).filter(problem => problem.includes('must have one route'))).toEqual(isRefused
      ? [`[shop/fault] 'api.shop.svc.cluster.local' must have one route while a fault is injected, and ${kind} '${namespace}/by-hand' at 'shop/by-hand' is for it too; take that out for the test`] : []);
  });

  test('must stay as it was made', () => {
    const made = scene();
    ApiObject.of(inject(made)).addJsonPatch(JsonPatch.replace('/spec/exportTo', ['*']));

    expect(problemsOf(made.app)).toEqual([expect.stringContaining('must stay as it was made, got another spec')]);
  });
});
