import { ApiObject, App, Chart } from 'cdk8s';
import { DataPlane, JwtIssuer, JwtProtectedApi, Operation, Principal, ServiceAccess, Waypoint, Workload, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, problemsOf, rawDeployment, rawService } from '../support/shop';

const GATEWAY_API = 'gateway.networking.k8s.io';
const PORTS = [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'tcp', port: 5432, targetPort: 5432 }];

interface Shop { readonly app: App; readonly chart: Chart }

/** An api and an admin behind a waypoint, of which web may call the first. */
function shop(dataPlane = DataPlane.AMBIENT): Shop {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  new ZeroTrustNamespace(chart, 'baseline', { dataPlane, ...dataPlane === DataPlane.AMBIENT ? { waypoint: Waypoint.create({ name: 'wp' }) } : {} });
  rawService(chart, 'api', { ports: PORTS });
  const api = rawDeployment(chart, 'api', { container: { ports: [{ containerPort: 8080 }, { containerPort: 5432 }] } });
  rawService(chart, 'admin', { ports: PORTS });
  rawDeployment(chart, 'admin');
  new ServiceAccess(chart, 'web-to-api', { callers: [Principal.serviceAccount('elsewhere', 'web')], to: Workload.of(api), operations: [Operation.get('/api/*'), Operation.tcp(5432)] });
  return { app, chart };
}

function object(chart: Chart, apiVersion: string, kind: string, spec: object, metadata: { name: string; namespace?: string } = { name: 'r' }): ApiObject {
  return new ApiObject(chart, `${kind}-${metadata.name}`, { apiVersion, kind, metadata, spec });
}

const parent = (name = 'api', more: object = {}) => ({ group: '', kind: 'Service', name, ...more });
const backend = (name = 'api', port = 80, more: object = {}) => ({ name, port, ...more });
const httpRoute = (rules: object[], parentRef: object = parent('api', { port: 80 })) => (chart: Chart) => object(chart, `${GATEWAY_API}/v1`, 'HTTPRoute', { parentRefs: [parentRef], rules });
const grpcRoute = (rules: object[]) => (chart: Chart) => object(chart, `${GATEWAY_API}/v1`, 'GRPCRoute', { parentRefs: [parent('api', { port: 80 })], rules });
const tcpRoute = (kind: string, rules: object[]) => (chart: Chart) => object(chart, `${GATEWAY_API}/v1alpha2`, kind, { parentRefs: [parent('api', { port: 5432 })], rules });
const virtualService = (spec: object) => (chart: Chart) => object(chart, 'networking.istio.io/v1', 'VirtualService', { hosts: ['api'], ...spec });
const to = (host: string, port?: number) => ({ destination: { host, ...port ? { port: { number: port } } : {} } });

describe('Routes at a waypoint', () => {
  test('nothing is wrong without any', () => {
    expect(problemsOf(shop().app)).toEqual([]);
  });

  const AFTER = 'after its policies were asked, so that what is stated holds for something else than what is reached; '
    + 'take that out of the route, and let callers call what they are to reach by its own Service, for which a ServiceAccess says who may';

  test('that send requests elsewhere are refused, with a cure', () => {
    const { app, chart } = shop();

    httpRoute([{ backendRefs: [backend('admin')] }])(chart);

    expect(problemsOf(app)).toEqual([
      "[shop/web-to-api] HTTPRoute 'shop/r' at 'shop/HTTPRoute-r' has the waypoint 'shop/wp', for port 80 of Service 'shop/api', "
      + `send requests to port 80 of 'admin.shop.svc.cluster.local', ${AFTER}`,
    ]);
  });

  test.each<[string, (chart: Chart) => ApiObject, string]>([
    ['an HTTPRoute that splits them', httpRoute([{ backendRefs: [backend('api', 80, { weight: 9 }), backend('admin', 80, { weight: 1 })] }]), "send requests to port 80 of 'admin.shop.svc.cluster.local'"],
    ['an HTTPRoute to another port', httpRoute([{ backendRefs: [backend('api', 5432)] }]), "send requests to port 5432 of 'api.shop.svc.cluster.local'"],
    ['an HTTPRoute for a path only', httpRoute([{ matches: [{ path: { value: '/api/v1' } }], backendRefs: [backend('admin')] }, { backendRefs: [backend()] }]), "send requests to port 80 of 'admin"],
    ['an HTTPRoute to something that is no Service', httpRoute([{ backendRefs: [backend('api', 80, { kind: 'Other', group: 'x' })] }]), 'do what is not evaluated: it sends to something else than a Service'],
    ['an HTTPRoute to nothing', httpRoute([{}]), 'send requests nowhere'],
    ['an HTTPRoute that rewrites paths', httpRoute([{ filters: [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplaceFullPath', replaceFullPath: '/admin' } } }], backendRefs: [backend()] }]), 'rewrite the path'],
    ['an HTTPRoute that rewrites hosts', httpRoute([{ filters: [{ type: 'URLRewrite', urlRewrite: { hostname: 'admin' } }], backendRefs: [backend()] }]), 'rewrite the host'],
    ['an HTTPRoute that sets the host as a header', httpRoute([{ filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'Host', value: 'admin' }] } }], backendRefs: [backend()] }]), 'rewrite the host'],
    ['an HTTPRoute that redirects', httpRoute([{ filters: [{ type: 'RequestRedirect', requestRedirect: { statusCode: 301 } }] }]), 'redirect requests'],
    ['an HTTPRoute that mirrors', httpRoute([{ filters: [{ type: 'RequestMirror', requestMirror: { backendRef: backend('admin') } }], backendRefs: [backend()] }]), "mirror requests to port 80 of 'admin.shop.svc.cluster.local'"],
    ['an HTTPRoute with a filter of somebody', httpRoute([{ filters: [{ type: 'ExtensionRef', extensionRef: { group: 'x', kind: 'Y', name: 'z' } }], backendRefs: [backend()] }]), 'do what is not evaluated: its filter ExtensionRef is not evaluated'],
    ['a GRPCRoute to another Service', grpcRoute([{ backendRefs: [backend('admin')] }]), "GRPCRoute 'shop/r' at 'shop/GRPCRoute-r' has"],
    ['a TCPRoute to another Service', tcpRoute('TCPRoute', [{ backendRefs: [backend('admin', 5432)] }]), "send connections to port 5432 of 'admin.shop.svc.cluster.local'"],
    ['a TLSRoute to another Service', tcpRoute('TLSRoute', [{ backendRefs: [backend('admin', 5432)] }]), "TLSRoute 'shop/r' at 'shop/TLSRoute-r' has"],
    ['a TCPRoute to nothing', tcpRoute('TCPRoute', [{}]), 'send connections nowhere'],
    ['a VirtualService to another Service', virtualService({ http: [{ route: [to('admin', 80)] }] }), "send requests to port 80 of 'admin.shop.svc.cluster.local'"],
    ['a VirtualService by a wildcard', virtualService({ hosts: ['*.shop.svc.cluster.local'], http: [{ route: [to('admin', 80)] }] }), "send requests to port 80 of 'admin.shop.svc.cluster.local'"],
    ['a VirtualService that rewrites paths', virtualService({ http: [{ rewrite: { uri: '/admin' }, route: [to('api', 80)] }] }), 'rewrite the path'],
    ['a VirtualService that rewrites by an expression', virtualService({ http: [{ rewrite: { uriRegexRewrite: { match: 'a', rewrite: 'b' } }, route: [to('api', 80)] }] }), 'do what is not evaluated: it rewrites the path by'],
    ['a VirtualService that rewrites hosts', virtualService({ http: [{ headers: { request: { set: { ':authority': 'admin' } } }, route: [to('api', 80)] }] }), 'rewrite the host'],
    ['a VirtualService that redirects', virtualService({ http: [{ redirect: { uri: '/' } }] }), 'redirect requests'],
    ['a VirtualService that answers', virtualService({ http: [{ directResponse: { status: 200 } }] }), 'answer requests itself'],
    ['a VirtualService that aborts', virtualService({ http: [{ fault: { abort: { httpStatus: 500, percentage: { value: 5 } } }, route: [to('api', 80)] }] }), 'do what is not evaluated: it aborts some requests'],
    ['a VirtualService that mirrors', virtualService({ http: [{ route: [to('api', 80)], mirror: { host: 'admin', port: { number: 80 } } }] }), "mirror requests to port 80 of 'admin"],
    ['a VirtualService that mirrors to some', virtualService({ http: [{ route: [to('api', 80)], mirrors: [{ destination: { host: 'admin', port: { number: 80 } } }] }] }), "mirror requests to port 80 of 'admin"],
    ['a VirtualService for connections', virtualService({ tcp: [{ match: [{ port: 5432 }], route: [to('admin', 5432)] }] }), "send connections to port 5432 of 'admin"],
    ['an HTTPRoute of another Service that leads here', httpRoute([{ backendRefs: [backend('api')] }], parent('admin', { port: 80 })), "has the waypoint 'shop/wp', for port 80 of Service 'shop/admin', send requests to port 80 of 'api"],
    ['an HTTPRoute in a List', chart => new ApiObject(chart, 'list', {
      apiVersion: 'v1',
      kind: 'List',
      items: [
        { apiVersion: `${GATEWAY_API}/v1`, kind: 'HTTPRoute', metadata: { name: 'r', namespace: 'shop' }, spec: { parentRefs: [parent()], rules: [{ backendRefs: [backend('admin')] }] } },
      ],
    }), "HTTPRoute 'shop/r' at 'shop/list' has the waypoint"],
  ])('are refused: %s', (_, add, message) => {
    const { app, chart } = shop();

    add(chart);

    expect(problemsOf(app)).toEqual([expect.stringContaining(message)]);
    expect(problemsOf(app)).toEqual([expect.stringContaining(AFTER)]);
  });

  test.each<[string, (chart: Chart) => unknown]>([
    ['an HTTPRoute', httpRoute([{ backendRefs: [backend()] }])],
    ['an HTTPRoute with headers, answers and origins', httpRoute([{
      filters: [
        { type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-a', value: 'b' }] } },
        { type: 'ResponseHeaderModifier', responseHeaderModifier: {} }, { type: 'CORS', cors: {} },
      ],
      backendRefs: [backend()],
    }])],
    ['an HTTPRoute for what is promised', httpRoute([{ matches: [{ path: { value: '/api' } }], timeouts: { request: '1s' }, backendRefs: [backend()] }])],
    ['an HTTPRoute to some of the same pods', chart => {
      rawService(chart, 'api-v1', { selector: { app: 'api' }, ports: PORTS });
      return httpRoute([{ backendRefs: [backend('api', 80, { weight: 1 }), backend('api-v1', 80, { weight: 9 })] }])(chart);
    }],
    ['a route without weight to another Service', httpRoute([{ backendRefs: [backend(), backend('admin', 80, { weight: 0 })] }])],
    ['a GRPCRoute', chart => grpcRoute([{ matches: [{ method: { service: 'api' } }], backendRefs: [backend()] }])(chart)],
    ['a TCPRoute', tcpRoute('TCPRoute', [{ backendRefs: [backend('api', 5432)] }])],
    ['a VirtualService', virtualService({ http: [{ timeout: '1s', retries: { attempts: 2 }, fault: { delay: { fixedDelay: '1s', percentage: { value: 1 } } }, route: [to('api', 80)] }] })],
    ['a VirtualService that leaves the port as it is', virtualService({ http: [{ route: [to('api')] }] })],
    ['a VirtualService for a gateway', virtualService({ gateways: ['edge'], http: [{ route: [to('admin', 80)] }] })],
    ['a VirtualService for another host', virtualService({ hosts: ['admin'], http: [{ rewrite: { uri: '/' }, route: [to('admin', 80)] }] })],
    ['an HTTPRoute at a gateway', chart => object(chart, `${GATEWAY_API}/v1`, 'HTTPRoute', { parentRefs: [{ name: 'edge' }], rules: [{ backendRefs: [backend('admin')] }] })],
    ['an HTTPRoute of another namespace, which is for clients there', chart => object(
      chart, `${GATEWAY_API}/v1`, 'HTTPRoute', { parentRefs: [parent('api', { namespace: 'shop' })], rules: [{ backendRefs: [backend('admin')] }] }, { name: 'r', namespace: 'elsewhere' },
    )],
  ])('are accepted where they change nothing: %s', (_, add) => {
    const { app, chart } = shop();

    add(chart);

    expect(problemsOf(app)).toEqual([]);
  });

  test('that take less than is promised are refused', () => {
    const { app, chart } = shop();

    httpRoute([{ matches: [{ path: { value: '/v2' } }], backendRefs: [backend()] }])(chart);

    expect(problemsOf(app)).toEqual([
      "[shop/web-to-api] HTTPRoute 'shop/r' at 'shop/HTTPRoute-r' has the waypoint 'shop/wp', for port 80 of Service 'shop/api', answer 404, "
      + "as no rule is for GET /api/zero-trust-witness on port 8080 of 'shop/api' from elsewhere/web; add a rule for it, or one for all",
    ]);
  });

  test('count together where there are several', () => {
    const { app, chart } = shop();

    httpRoute([{ matches: [{ path: { value: '/v2' } }], backendRefs: [backend()] }])(chart);
    object(chart, `${GATEWAY_API}/v1`, 'HTTPRoute', { parentRefs: [parent()], rules: [{ matches: [{ path: { value: '/api' } }], backendRefs: [backend()] }] }, { name: 's' });

    expect(problemsOf(app)).toEqual([]);
  });

  test('are refused for tokens as well', () => {
    const { app, chart } = shop();
    rawService(chart, 'users');
    new JwtProtectedApi(chart, 'tokens', {
      workload: Workload.of(rawDeployment(chart, 'users')),
      issuers: [JwtIssuer.of({ issuer: 'https://auth.example.com', audiences: ['api'] })],
      rules: [{ anyToken: true, operations: [Operation.get('/users')] }],
    });

    httpRoute([{ filters: [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/admin' } } }], backendRefs: [backend('users')] }], parent('users'))(chart);

    expect(problemsOf(app)).toEqual([expect.stringContaining("[shop/tokens] HTTPRoute 'shop/r' at 'shop/HTTPRoute-r' has the waypoint 'shop/wp', for port 80 of Service 'shop/users', rewrite the path")]);
  });

  test('are left to the clients where there is no waypoint', () => {
    const { app, chart } = shop(DataPlane.SIDECAR);

    httpRoute([{ backendRefs: [backend('admin')] }])(chart);

    expect(problemsOf(app)).toEqual([]);
  });
});
