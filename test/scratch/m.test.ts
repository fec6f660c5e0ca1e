import { ApiObject, App, Chart } from 'cdk8s';
import * as z from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, problemsOf, rawDeployment, rawService } from '../support/shop';

const { Operation, Principal, Workload, ServiceAccess } = z;
const ISSUER = z.JwtIssuer.of({ issuer: 'https://i.example', audiences: ['api'] });
const WEB = Principal.serviceAccount('shop', 'web');
function shop(app = testApp(), mesh: z.ZeroTrustMeshProps = { asOf: '2026-12-01' }) {
  new z.ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', mesh);
  const chart = chartOf(app, 'shop');
  new z.ZeroTrustNamespace(chart, 'baseline');
  const [web, api] = ['web', 'api'].map(n => { rawService(chart, n); return rawDeployment(chart, n); });
  return { app, chart, web, api };
}
const out: string[] = [];
function run(name: string, make: () => App): void {
  test(name, () => {
    let r: string[];
    try { const app = make(); r = problemsOf(app); const f = r.length ? [] : z.Findings.of(app).all().map(x => `F ${x.rule} ${x.constructPaths.join()}: ${x.message}`); r = [...r, ...f]; } catch (e) { r = ['THROWS ' + (e as Error).message]; }
    out.push(`## ${name}\n${r.join('\n')}\n`);
  });
}
afterAll(() => require('fs').writeFileSync('/tmp/w/around/m.txt', out.join('\n')));
const raw = (c: Chart, id: string, apiVersion: string, kind: string, spec: object, ns?: string) => new ApiObject(c, id, { apiVersion, kind, metadata: { name: id, namespace: ns }, spec } as never);
const NET = 'networking.istio.io/v1';

run('plaintext beside jwt', () => { const { app, chart, api } = shop(); new z.JwtProtectedApi(chart, 'jwt', { workload: Workload.of(api), issuers: [ISSUER], rules: [{ anyToken: true, operations: [Operation.get('/a')] }] });
  new z.PlaintextException(chart, 'x', { workload: Workload.of(api), operations: [Operation.get('/legacy')], fromNetworks: ['10.0.0.0/8'], reason: 'r', owner: 'o', expires: '2026-12-31' } as never); return app; });
run('plaintext beside jwt, public', () => { const { app, chart, api } = shop(); new z.JwtProtectedApi(chart, 'jwt', { workload: Workload.of(api), issuers: [ISSUER], rules: [{ anyToken: true, operations: [Operation.get('/a')] }], publicOperations: [Operation.get('/legacy')] });
  new z.PlaintextException(chart, 'x', { workload: Workload.of(api), operations: [Operation.get('/legacy')], fromNetworks: ['10.0.0.0/8'], reason: 'r', owner: 'o', expires: '2026-12-31' } as never); return app; });
for (const [n, http] of Object.entries({ abort: { fault: { abort: { httpStatus: 503, percentage: { value: 100 } } }, route: [{ destination: { host: 'legacy.example.com' } }] }, delay: { fault: { delay: { fixedDelay: '5s', percentage: { value: 100 } } }, route: [{ destination: { host: 'legacy.example.com' } }] }, direct: { directResponse: { status: 200 } }, redirect: { redirect: { uri: '/x' } } })) {
  run('legacy with ' + n, () => { const { app, chart } = shop(); new z.LegacyDestination(chart, 'l', { host: 'legacy.example.com', ports: [{ number: 80, protocol: z.PortProtocol.HTTP }], tls: z.LegacyTls.disable({ reason: 'old' }) } as never);
    raw(chart, 'vs', NET, 'VirtualService', { hosts: ['legacy.example.com'], http: [http] }); return app; });
}
run('zt109 dry', () => { const { app, chart, api } = shop(); new z.JwtProtectedApi(chart, 'jwt', { workload: Workload.of(api), issuers: [ISSUER], rules: [{ anyToken: true, operations: [Operation.get('/a')] }], exemptCallers: [WEB] });
  new ServiceAccess(chart, 'a', { callers: [WEB], to: Workload.of(api), operations: [Operation.get('/b')], enforcement: z.Enforcement.DRY_RUN }); return app; });
run('zt109 dry other', () => { const { app, chart, api } = shop(); new z.JwtProtectedApi(chart, 'jwt', { workload: Workload.of(api), issuers: [ISSUER], rules: [{ anyToken: true, operations: [Operation.get('/a')] }] });
  new ServiceAccess(chart, 'a', { callers: [WEB], to: Workload.of(api), operations: [Operation.get('/b')], enforcement: z.Enforcement.DRY_RUN }); return app; });
for (const [n, tp] of Object.entries({ proxyProtocol: { proxyProtocol: { version: 'V2' } }, tunnel: { tunnel: { protocol: 'CONNECT', targetHost: 'x.example.com', targetPort: 443 } } })) {
  run('dr ' + n, () => { const { app, chart, api } = shop(); new ServiceAccess(chart, 'a', { callers: [WEB], to: Workload.of(api), operations: [Operation.get('/b')] });
    raw(chart, 'dr', NET, 'DestinationRule', { host: 'api', trafficPolicy: tp }); return app; });
  run('dr subset ' + n, () => { const { app, chart, api } = shop(); new ServiceAccess(chart, 'a', { callers: [WEB], to: Workload.of(api), operations: [Operation.get('/b')] });
    raw(chart, 'dr', NET, 'DestinationRule', { host: 'api', subsets: [{ name: 's', labels: { app: 'api' }, trafficPolicy: tp }] }); return app; });
}
const probe = { readinessProbe: { httpGet: { port: 8080, path: '/' } } };
run('probe annotation', () => { const { app, chart } = shop(); rawDeployment(chart, 'p', { container: probe, annotations: { 'sidecar.istio.io/rewriteAppHTTPProbers': 'false' } }); return app; });
run('probe annotation misspelt', () => { const { app, chart } = shop(); rawDeployment(chart, 'p', { container: probe, annotations: { 'sidecar.istio.io/rewriteAppHTTPProbe': 'false' } }); return app; });
run('probe values IstioOperator', () => { const { app, chart } = shop(); rawDeployment(chart, 'p', { container: probe }); raw(chart, 'io', 'install.istio.io/v1alpha1', 'IstioOperator', { values: { sidecarInjectorWebhook: { rewriteAppHTTPProbe: false } } }, 'istio-system'); return app; });
run('probe values configmap', () => { const { app, chart } = shop(); rawDeployment(chart, 'p', { container: probe }); new ApiObject(chart, 'cm', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio-sidecar-injector', namespace: 'istio-system' }, data: { values: JSON.stringify({ sidecarInjectorWebhook: { rewriteAppHTTPProbe: false } }) } }); return app; });
run('service entry with selector', () => { const { app, chart, api } = shop(); new ServiceAccess(chart, 'a', { callers: [WEB], to: Workload.of(api), operations: [Operation.get('/b')] });
  raw(chart, 'se', NET, 'ServiceEntry', { hosts: ['old.example.com'], location: 'MESH_INTERNAL', resolution: 'STATIC', ports: [{ number: 8080, name: 'tcp', protocol: 'TCP' }], workloadSelector: { labels: { app: 'api' } } }); return app; });
run('service entry with selector, http', () => { const { app, chart, api } = shop(); new ServiceAccess(chart, 'a', { callers: [WEB], to: Workload.of(api), operations: [Operation.get('/b')] });
  raw(chart, 'se', NET, 'ServiceEntry', { hosts: ['old.example.com'], location: 'MESH_INTERNAL', resolution: 'STATIC', ports: [{ number: 80, name: 'http', protocol: 'HTTP', targetPort: 8080 }], workloadSelector: { labels: { app: 'api' } } }); return app; });
run('service entry with selector, undeclared svc', () => { const { app, chart } = shop(); const x = rawDeployment(chart, 'x'); new ServiceAccess(chart, 'a', { callers: [WEB], to: Workload.of(x, { ports: [{ number: 8080 }] }), operations: [Operation.tcp(8080)] });
  raw(chart, 'se', NET, 'ServiceEntry', { hosts: ['old.example.com'], location: 'MESH_INTERNAL', resolution: 'STATIC', ports: [{ number: 80, name: 'http', protocol: 'HTTP', targetPort: 8080 }], workloadSelector: { labels: { app: 'x' } } }); return app; });
run('vs and httproute', () => { const { app, chart, api, web } = shop(); new ServiceAccess(chart, 'a', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/b')] });
  raw(chart, 'vs', NET, 'VirtualService', { hosts: ['api'], http: [{ route: [{ destination: { host: 'api' } }] }] });
  raw(chart, 'route', 'gateway.networking.k8s.io/v1', 'HTTPRoute', { parentRefs: [{ group: '', kind: 'Service', name: 'api' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] }); return app; });
run('vs and httproute reversed', () => { const { app, chart, api, web } = shop(); new ServiceAccess(chart, 'a', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/b')] });
  raw(chart, 'vs', NET, 'VirtualService', { hosts: ['api'], http: [{ route: [{ destination: { host: 'web' } }] }] });
  raw(chart, 'route', 'gateway.networking.k8s.io/v1', 'HTTPRoute', { parentRefs: [{ group: '', kind: 'Service', name: 'api' }], rules: [{ backendRefs: [{ name: 'api', port: 80 }] }] }); return app; });
run('httproute alone', () => { const { app, chart, api, web } = shop(); new ServiceAccess(chart, 'a', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/b')] });
  raw(chart, 'route', 'gateway.networking.k8s.io/v1', 'HTTPRoute', { parentRefs: [{ group: '', kind: 'Service', name: 'api' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] }); return app; });
run('vs alone', () => { const { app, chart, api, web } = shop(); new ServiceAccess(chart, 'a', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/b')] });
  raw(chart, 'vs', NET, 'VirtualService', { hosts: ['api'], http: [{ route: [{ destination: { host: 'web' } }] }] }); return app; });
run('authorizer service in list elsewhere', () => { const { app, chart, api } = shop(); const o = chartOf(app, 'other'); 
  new ApiObject(o, 'l', { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'opa', namespace: 'authz' }, spec: { selector: { app: 'opa' }, ports: [{ name: 'http', port: 9191 }] } }] } as never);
  new z.ExternalAuthorization(chart, 'x', { workload: Workload.of(api), provider: z.ExtensionProvider.extAuthzGrpc({ name: 'opa', service: 'opa.authz.svc.cluster.local', port: 9000 }) }); return app; });
run('authorizer misspelt, service in list elsewhere', () => { const { app, chart, api } = shop(); const o = chartOf(app, 'other'); 
  new ApiObject(o, 'l', { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'opa', namespace: 'authz' }, spec: { selector: { app: 'opa' }, ports: [{ name: 'grpc', port: 9000 }] } }] } as never);
  new z.ExternalAuthorization(chart, 'x', { workload: Workload.of(api), provider: z.ExtensionProvider.extAuthzGrpc({ name: 'opa', service: 'opaa.authz.svc.cluster.local', port: 9000 }) }); return app; });

test('se', () => { for (const spec of [{ protocol: 'TCP', number: 8080 }, { protocol: 'HTTP', number: 80, targetPort: 8080 }, { protocol: 'HTTP', number: 8080 }]) { const { app, chart, api, web } = shop(); new ServiceAccess(chart, 'a', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/b')] });
  raw(chart, 'se', NET, 'ServiceEntry', { hosts: ['old.example.com'], location: 'MESH_INTERNAL', resolution: 'STATIC', ports: [{ name: 'x', ...spec }], workloadSelector: { labels: { app: 'api' } } });
  for (const d of [{ service: 'api', port: 80 }, { serviceEntry: 'se', port: spec.number }, { workload: 'api', port: 8080 }]) for (const path of ['/b', '/c']) { const r = z.PolicySet.fromApp(app).isAuthorized({ destination: { namespace: 'shop', ...d }, source: { workload: 'shop/web' }, http: { method: 'GET', path } }); out.push([JSON.stringify(spec), JSON.stringify(d), path, r.decision, r.undecidedReason, r.reason].join(' | ')); } } });
