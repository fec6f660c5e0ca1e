import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import {
  AuditTrail, AuditTrailProps, AuthorizationPolicy, AuthorizationPolicyAction, DataPlane, ExtensionProvider, Findings, MeshSettingsOutput, Operation, PolicySet, Principal, ServiceAccess, Waypoint,
  Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { admitSpec } from '../istio/admitted';
import { testApp } from '../support/app';
import { chartOf, manifests, problemsOf, rawDeployment, rawService } from '../support/shop';

interface Shop { readonly app: App; readonly chart: Chart; readonly mesh: ZeroTrustMesh; readonly api: ApiObject; readonly db: ApiObject; readonly access: ServiceAccess; readonly toDb: ServiceAccess }

/** A shop in which web may read api, and api may call db. */
function shop({ ambient = false, waypoint = ambient }: { readonly ambient?: boolean; readonly waypoint?: boolean } = {}): Shop {
  const app = testApp();
  const mesh = new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { settings: MeshSettingsOutput.helmValues() });
  const chart = chartOf(app, 'shop');
  new ZeroTrustNamespace(chart, 'baseline', ambient ? { dataPlane: DataPlane.AMBIENT, ...waypoint ? { waypoint: Waypoint.create() } : {} } : {});
  const [web, api, db] = ['web', 'api', 'db'].map(name => { rawService(chart, name); return rawDeployment(chart, name); });
  const access = new ServiceAccess(chart, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [waypoint || !ambient ? Operation.get('/a') : Operation.anyHttp({ ports: [8080] })] });
  const toDb = new ServiceAccess(chart, 'api-to-db', { callers: [Principal.workload(api)], to: Workload.of(db), operations: [Operation.anyHttp({ ports: [8080] })] });
  return { app, chart, mesh, api, db, access, toDb };
}

function audit(chart: Chart, props: AuditTrailProps, id = 'audit'): AuditTrail { return new AuditTrail(chart, id, props); }

function rendered(app: App, path = 'shop/audit'): [string, unknown][] {
  const own = manifests(app).filter(({ metadata: { annotations } }) => annotations?.['cdk8s-zero-trust/construct'] === path);
  return own.map(({ kind, metadata: { namespace }, spec }) => [`${kind} ${namespace}`, spec]);
}

const FILTER = { expression: "'envoy.common' in metadata.filter_metadata && metadata.filter_metadata['envoy.common']['access_log_hint'] == true" };
const LOG = { providers: [{ name: 'zero-trust-audit' }], filter: FILTER };
const PODS = { selector: { matchLabels: { app: 'api' } } };
const FROM_WEB = [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }];

const asked = (from: string, path: string) => ({
  destination: { namespace: 'shop', service: 'api', port: 80 }, source: { workload: `shop/${from}` }, http: { method: 'GET', path },
});

function auditedBy(app: App, from: string, path: string): string[] {
  return PolicySet.fromApp(app).isAuthorized(asked(from, path)).auditingPolicies.map(({ construct }) => construct ?? '');
}

describe('An audit', () => {
  test('of accesses has their rules, and the access log that shows what matches', () => {
    const { app, chart, access } = shop();
    audit(chart, { watches: [access] });

    expect(rendered(app)).toEqual([
      ['AuthorizationPolicy shop', { ...PODS, action: 'AUDIT', rules: [{ from: FROM_WEB, to: [{ operation: { methods: ['GET'], paths: ['/a'], ports: ['8080'] } }] }] }],
      ['Telemetry shop', { ...PODS, accessLogging: [LOG] }],
    ]);
  });

  test('at a waypoint is for the Services of the workload, and so is its log', () => {
    const { app, chart, access } = shop({ ambient: true });
    audit(chart, { watches: [access] });

    const targetRefs = [{ kind: 'Service', group: '', name: 'api' }];
    expect(rendered(app)).toEqual([
      ['AuthorizationPolicy shop', { targetRefs, action: 'AUDIT', rules: [{ from: FROM_WEB, to: [{ operation: { methods: ['GET'], paths: ['/a'], ports: ['80'] } }] }] }],
      ['Telemetry shop', { targetRefs, accessLogging: [LOG] }],
    ]);
  });

  test.each<[string, AuditTrailProps, object]>([
    ['everything', {}, {}],
    ['what somebody calls', { callers: [Principal.serviceAccount('shop', 'web')] }, { from: FROM_WEB }],
    ['some operations', { operations: [Operation.http({ methods: ['DELETE'], paths: ['/*'] })] }, { to: [{ operation: { methods: ['DELETE'], paths: ['/*'], ports: ['8080'] } }] }],
  ])('of a workload is of %s', (_, props, rule) => {
    const { app, chart, api } = shop();
    audit(chart, { workload: Workload.of(api), ...props });

    expect(rendered(app)[0][1]).toEqual({ ...PODS, action: 'AUDIT', rules: [rule] });
  });

  test.each([[false], [true]])('sees what the access allows, and decides nothing (ambient: %s)', ambient => {
    const { app, chart, access } = shop({ ambient });
    audit(chart, { watches: [access] });

    expect([auditedBy(app, 'web', '/a'), auditedBy(app, 'web', '/b'), auditedBy(app, 'db', '/a')]).toEqual([['shop/audit'], [], []]);
    const isAllowed = (from: string, path: string) => PolicySet.fromApp(app).isAuthorized(asked(from, path)).isAllowed;
    expect([isAllowed('web', '/a'), isAllowed('web', '/b')]).toEqual([true, false]);
  });

  test('of everything sees what is refused, too', () => {
    const { app, chart, api } = shop();
    audit(chart, { workload: Workload.of(api) });

    expect(auditedBy(app, 'db', '/b')).toEqual(['shop/audit']);
  });

  test('has its log among the settings of the mesh', () => {
    const { app, chart, access, mesh } = shop();
    audit(chart, { watches: [access], provider: ExtensionProvider.accessLog({ name: 'payments-log' }) });

    app.synth();
    expect(JSON.stringify(mesh.helmValues())).toContain('"extensionProviders":[{"name":"payments-log","envoyFileAccessLog":{"path":"/dev/stdout"}}]');
  });

  test('keeps other logs that are named', () => {
    const { app, chart, access } = shop();
    audit(chart, { watches: [access], keepProviders: ['envoy'] });

    expect(rendered(app)[1][1]).toEqual({ ...PODS, accessLogging: [LOG, { providers: [{ name: 'envoy' }] }] });
  });

  test('beside another one for the same pods goes by its log', () => {
    const { app, chart, access, api } = shop();
    audit(chart, { watches: [access] });
    audit(chart, { workload: Workload.of(api) }, 'all');

    expect(rendered(app).map(([kind]) => kind)).toEqual(['AuthorizationPolicy shop', 'Telemetry shop']);
    expect(rendered(app, 'shop/all').map(([kind]) => kind)).toEqual(['AuthorizationPolicy shop']);
  });

  test('for other pods has a log of its own', () => {
    const { app, chart, access, toDb } = shop();
    audit(chart, { watches: [access] });
    audit(chart, { watches: [toDb] }, 'audit-db');

    expect(rendered(app, 'shop/audit-db').map(([kind]) => kind)).toEqual(['AuthorizationPolicy shop', 'Telemetry shop']);
  });

  test('is admitted', () => {
    const { app, chart, access } = shop();
    audit(chart, { watches: [access], keepProviders: ['envoy'] });

    const [[, policy], [, log]] = rendered(app);
    expect([admitSpec('AuthorizationPolicy', policy), admitSpec('Telemetry', log)].flatMap(({ problems, warnings }) => [...problems, ...warnings])).toEqual([]);
  });

  test.each<[string, (made: Shop) => void, string]>([
    ['accesses to several workloads', ({ chart, access, toDb }) => audit(chart, { watches: [access, toDb] }),
      "watches[1] must be an access to 'shop/api', as watches[0] is, got 'shop/api may call Deployment shop/db: any HTTP request on port 8080'; state an AuditTrail for each workload"],
    ['a Telemetry for the same pods', ({ chart, access }) => {
      telemetry(chart, { selector: { matchLabels: { app: 'api' } } });
      audit(chart, { watches: [access] });
    }, "the access log would be left out, as Telemetry 'shop/written' at 'shop/written' is for the same pods, of which Istio takes the oldest; "
      + 'take that out, and add metrics and tracing that it has to the Telemetry of this by addJsonPatch'],
    ['a Telemetry for the same pods in a List', ({ chart, access }) => {
      new ApiObject(chart, 'list', { apiVersion: 'v1', kind: 'List', ...{ items: [writtenTelemetry({ selector: { matchLabels: { app: 'api' } } })] } });
      audit(chart, { watches: [access] });
    }, "the access log would be left out, as Telemetry 'shop/written' at 'shop/list' is for the same pods"],
    ['logs of the namespace that would end, by an empty selector', ({ chart, access }) => {
      telemetry(chart, { selector: { matchLabels: {} }, accessLogging: [{ providers: [{ name: 'envoy' }] }] });
      audit(chart, { watches: [access] });
    }, "keepProviders must name the other access logs of 'shop/api'"],
    ['logs of the namespace that would end', ({ chart, access }) => {
      telemetry(chart, { accessLogging: [{ providers: [{ name: 'envoy' }] }] });
      audit(chart, { watches: [access] });
    }, "keepProviders must name the other access logs of 'shop/api', which would end there, got none of 'envoy', which 'shop/written' has; write keepProviders: ['envoy']"],
    ['two logs for the same pods', ({ chart, access }) => {
      audit(chart, { watches: [access] });
      audit(chart, { watches: [access], keepProviders: ['envoy'] }, 'other');
    }, "provider and keepProviders must be the same for all that is audited of 'shop/api', whose pods have one Telemetry, but differ from those of 'shop/audit'; state the same in both"],
    ['a policy that was taken out', ({ chart, access }) => { audit(chart, { watches: [access] }).node.tryRemoveChild('Resource'); },
      "'shop/audit/Resource' must stay as it was made, got taken out; leave it in, or take its construct out as a whole"],
    ['a policy that was changed', ({ chart, access }) => {
      (audit(chart, { watches: [access] }).node.findChild('Resource') as ApiObject).addJsonPatch(JsonPatch.replace('/spec/rules/0/to/0/operation/ports/0', '9'));
    }, "'shop/audit/Resource' must stay as it was made, got another spec"],
  ])('refuses %s', (_, make, message) => {
    const made = shop();
    make(made);

    expect(problemsOf(made.app).join()).toContain(message);
  });

  test.each<[string, object]>([
    ['its Gateway', { targetRefs: [{ kind: 'Gateway', group: 'gateway.networking.k8s.io', name: 'shop-waypoint' }] }],
    ['the Service', { targetRefs: [{ kind: 'Service', group: '', name: 'api' }] }],
    ['the Service, by the older field', { targetRef: { kind: 'Service', group: '', name: 'api' } }],
  ])('refuses at a waypoint another Telemetry for %s', (_, spec) => {
    const { app, chart, access } = shop({ ambient: true });
    telemetry(chart, { ...spec, accessLogging: [{ disabled: true }] });
    audit(chart, { watches: [access] });

    expect(problemsOf(app)).toEqual([expect.stringContaining("[shop/audit] the access log would be left out, as Telemetry 'shop/written' at 'shop/written' is for the same pods")]);
  });

  test.each<[string, object]>([
    ['another Gateway', { targetRefs: [{ kind: 'Gateway', group: 'gateway.networking.k8s.io', name: 'edge' }] }],
    ['another Service', { targetRef: { kind: 'Service', group: '', name: 'db' } }],
  ])('is not disturbed at a waypoint by a Telemetry for %s', (_, spec) => {
    const { app, chart, access } = shop({ ambient: true });
    telemetry(chart, { ...spec, accessLogging: [{ providers: [{ name: 'envoy' }] }] });
    audit(chart, { watches: [access] });

    expect(problemsOf(app)).toEqual([]);
  });

  test('refuses ambient without waypoint', () => {
    const { app, chart, access } = shop({ ambient: true, waypoint: false });
    audit(chart, { watches: [access] });

    expect(problemsOf(app).join()).toContain("AUDIT, which ztunnel does not know, can be enforced only by a waypoint, but namespace 'shop' has no waypoint; declare one on its ZeroTrustNamespace");
  });

  test('protects nothing: a workload without policies beside it is told', () => {
    const { app, chart } = shop();
    const legacy = chartOf(app, 'legacy');
    rawService(legacy, 'old');
    audit(chart, { workload: Workload.of(rawDeployment(legacy, 'old')) });
    app.synth();

    expect(Findings.of(app).all().filter(({ constructPaths }) => constructPaths.includes('legacy/old')).map(({ rule }) => rule)).toContain('ZT107');
  });

  test('is not disturbed by policies that decide', () => {
    const { app, chart, access } = shop();
    audit(chart, { watches: [access] });
    const rules = [{ to: [{ operation: { paths: ['/b'], ports: ['8080'] } }] }];
    new AuthorizationPolicy(chart, 'more', { selector: { matchLabels: { app: 'api' } }, action: AuthorizationPolicyAction.DENY, rules });

    expect(problemsOf(app)).toEqual([]);
  });

  test.each<[string, (made: Shop) => AuditTrailProps, string]>([
    ['nothing', () => ({}), "one of 'watches' and 'workload' must say what is audited, got neither; give the accesses, or the workload"],
    ['both', ({ access, api }) => ({ watches: [access], workload: Workload.of(api) }), "workload must not be given beside 'watches', whose accesses say it; leave one of them out"],
    ['no accesses', () => ({ watches: [] }), 'watches must have at least one'],
    ['no callers', ({ api }) => ({ workload: Workload.of(api), callers: [] }), 'callers must have at least one'],
    ['no operations', ({ api }) => ({ workload: Workload.of(api), operations: [] }), 'operations must have at least one'],
    ['an authorizer for a log', ({ access }) => ({ watches: [access], provider: ExtensionProvider.extAuthzGrpc({ name: 'opa', service: 'opa.a.svc.cluster.local', port: 9191 }) }),
      "provider must be an access log, got 'opa: authorizer over gRPC at opa.a.svc.cluster.local:9191, refuses where it fails'"],
    ['its own log beside it', ({ access }) => ({ watches: [access], keepProviders: ['zero-trust-audit'] }), "keepProviders must be other ones, got 'zero-trust-audit', the provider of this; leave it out"],
    ['an empty name of a log', ({ access }) => ({ watches: [access], keepProviders: [''] }), 'keepProviders[0] must be'],
  ])('is refused where it stands, for %s', (_, props, message) => {
    const made = shop();
    expect(() => audit(made.chart, props(made))).toThrow(message);
  });

  test('says what it audits', () => {
    const { chart, access, api } = shop();

    expect(audit(chart, { watches: [access] }).describeAuditTrail()).toBe('shop/web may call Deployment shop/api: GET /a');
    expect(audit(chart, { workload: Workload.of(api) }, 'all').describeAuditTrail()).toBe('all calls of Deployment shop/api by anyone');
  });
});

function writtenTelemetry(spec: object): { readonly apiVersion: string; readonly kind: string } {
  return { apiVersion: 'telemetry.istio.io/v1', kind: 'Telemetry', ...{ metadata: { name: 'written', namespace: 'shop' }, spec } };
}

function telemetry(chart: Chart, spec: object): void {
  new ApiObject(chart, 'written', writtenTelemetry(spec));
}
