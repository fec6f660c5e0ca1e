import { AuthorizerProviderData } from '../../src/intent/extension-provider';
import { ExternalAuthorizationIntent } from '../../src/intent/external-authorization-intent';
import { Operation } from '../../src/intent/operation';
import { HttpOperationData } from '../../src/intent/operation-data';
import { render } from '../../src/render/render';
import { AMBIENT, http, MESH, namespace, service, tcp, undeclared, WAYPOINT, workload } from '../support/facts';

const GRPC: AuthorizerProviderData = { kind: 'extAuthzGrpc', name: 'opa', service: 'opa.authz.svc.cluster.local', port: 9191, timeoutMillis: 2000 };
const HTTP: AuthorizerProviderData = { ...GRPC, kind: 'extAuthzHttp', includeRequestHeadersInCheck: [], headersToUpstreamOnAllow: [], headersToDownstreamOnDeny: [] };
const API = workload([http(8080), http(9090), tcp(9000)], [service('api', { 80: 8080, 90: 9000 })]);

function rendered(more: Partial<ExternalAuthorizationIntent>) {
  return render({ kind: 'external-authorization', mesh: MESH, target: API, namespace: namespace('shop'), provider: GRPC, ports: [], unaskedOperations: [], ...more });
}

function unasked(...operations: Operation[]): Partial<ExternalAuthorizationIntent> { return { unaskedOperations: operations.map(({ _data }) => _data as HttpOperationData) }; }

const all = (...ports: string[]) => [{ ports }];

describe('An external authorizer is asked about', () => {
  test.each<[string, Partial<ExternalAuthorizationIntent>, object[]]>([
    ['all HTTP ports, but those of the metrics', { namespace: namespace('shop', { metrics: { readers: [], ports: [9090], path: '/metrics' } }) }, all('8080')],
    ['the ports that are named', { ports: [8080, 9000] }, all('8080', '9000')],
    ['connections only', { ports: [9000] }, all('9000')],
    ['everything but a path', { ports: [8080], ...unasked(Operation.http({ methods: ['*'], paths: ['/healthz', '/ready'] })) }, [{ notPaths: ['/healthz', '/ready'], ports: ['8080'] }]],
    ['everything but an operation', { ports: [8080], ...unasked(Operation.get('/healthz')) }, [{ notMethods: ['GET'], ports: ['8080'] }, { notPaths: ['/healthz'], ports: ['8080'] }]],
    ['everything but preflights', { ports: [8080], ...unasked(Operation.http({ methods: ['OPTIONS'], paths: ['*'] })) }, [{ notMethods: ['OPTIONS'], ports: ['8080'] }]],
    ['everything but a path of a host', { ports: [8080], ...unasked(Operation.http({ methods: ['*'], paths: ['/a'], hosts: ['h.example'] })) },
      [{ notPaths: ['/a'], ports: ['8080'] }, { notHosts: ['h.example', 'h.example:*'], ports: ['8080'] }]],
    ['connections whole, and requests but a path', { ports: [8080, 9000], ...unasked(Operation.http({ methods: ['*'], paths: ['/a'] })) },
      [{ notPaths: ['/a'], ports: ['8080'] }, { ports: ['9000'] }]],
    ['everything but a path of one port', { ports: [8080, 9090], ...unasked(Operation.http({ methods: ['*'], paths: ['/a'], ports: [8080] })) },
      [{ notPaths: ['/a'], ports: ['8080'] }, { ports: ['9090'] }]],
  ])('%s', (_, intent, operations) => {
    expect(rendered(intent)).toEqual({
      specs: { 'custom-policy': { selector: { matchLabels: { app: 'api' } }, action: 'CUSTOM', provider: { name: 'opa' }, rules: [{ to: operations.map(operation => ({ operation })) }] } },
      problems: [],
    });
  });

  test('the ports of Services at a waypoint', () => {
    expect(rendered({ namespace: WAYPOINT, ports: [8080, 9000], ...unasked(Operation.http({ methods: ['*'], paths: ['/a'] })) })).toEqual({
      specs: {
        'custom-policy': {
          targetRefs: [{ group: '', kind: 'Service', name: 'api' }],
          action: 'CUSTOM',
          provider: { name: 'opa' },
          rules: [{ to: [{ operation: { notPaths: ['/a'], ports: ['80'] } }, { operation: { ports: ['90'] } }] }],
        },
      },
      problems: [],
    });
  });
});

describe('An external authorizer is not rendered for', () => {
  test.each<[string, Partial<ExternalAuthorizationIntent>, string]>([
    ['ambient without waypoint', { namespace: AMBIENT }, "an external authorizer can be enforced only by a waypoint, but namespace 'shop' has no waypoint"],
    ['pods that are called past the waypoint', { namespace: WAYPOINT, target: workload([http(8080)]) }, "an external authorizer can be enforced only by a waypoint, but 'shop/api' has no Service"],
    ['TCP over HTTP', { provider: HTTP, ports: [8080, 9000] }, "ports must speak HTTP, got 9000 of 'shop/api'"],
    ['a port whose protocol is guessed', { target: workload([undeclared(8080)]), ports: [8080] }, 'port 8080 of \'shop/api\' declares no protocol'],
    ['no HTTP port', { target: workload([tcp(9000)]) }, "no port of 'shop/api' is declared HTTP"],
    ['pods of the root namespace', { target: workload([http(8080)], [], { namespace: 'istio-system' }) }, "'shop/api' is in the root namespace"],
    ['a port with nothing left', { ports: [8080, 9090], ...unasked(Operation.anyHttp({ ports: [9090] })) }, 'unaskedOperations must leave something that the authorizer is asked about, got every request on port 9090'],
    ['a port with nothing left at a waypoint', { namespace: WAYPOINT, ports: [8080], ...unasked(Operation.anyHttp()) }, 'got every request on port 8080'],
    ['what is unasked in too many ways', { ports: [8080], ...unasked(...Array.from({ length: 7 }, (_, i) => Operation.http({ methods: [['GET', 'POST', 'PUT', 'HEAD', 'PATCH', 'DELETE', 'OPTIONS'][i]], paths: [`/${i}`], hosts: [`h${i}`] }))) },
      'unaskedOperations must differ in fewer ways'],
  ])('%s', (_, intent, problem) => {
    expect(rendered(intent).problems).toContainEqual(expect.stringContaining(problem));
  });
});
