import { PolicySet, Transport } from 'cdk8s-zero-trust';
import { Operation } from '../../src/intent/operation';
import { renderPlaintext } from '../../src/render/plaintext';
import { AMBIENT, http, MESH, namespace, service, tcp, undeclared, WAYPOINT, workload } from '../support/facts';

const TARGET = workload([http(8080), http(9090, 'metrics'), tcp(9000), undeclared(7000)], [service('api', { 80: 8080 })]);
const NETWORKS = ['10.20.0.0/16', '192.0.2.7'];
const SELECTOR = { selector: { matchLabels: { app: 'api' } } };
const FROM = [{ source: { notPrincipals: ['*'], ipBlocks: NETWORKS } }];
const ELSEWHERE = { from: [{ source: { notPrincipals: ['*'], notIpBlocks: NETWORKS } }] };
const ANYWHERE = { from: [{ source: { notPrincipals: ['*'] } }] };
const on = (...operations: object[]) => ({ to: operations.map(operation => ({ operation })) });

function rendered(operations: Operation[], place = namespace('shop')): ReturnType<typeof renderPlaintext> {
  return renderPlaintext({ kind: 'plaintext', mesh: MESH, target: TARGET, namespace: place, operations: operations.map(({ _data }) => _data), networks: NETWORKS });
}

const GET_METRICS = Operation.http({ methods: ['GET'], paths: ['/metrics'], portNames: ['metrics'] });

describe('A plaintext exception', () => {
  test('for requests makes their port permissive, and closes what else comes in plaintext', () => {
    expect(rendered([GET_METRICS])).toEqual({
      problems: [],
      specs: {
        'mtls': { ...SELECTOR, mtls: { mode: 'STRICT' }, portLevelMtls: { 9090: { mode: 'PERMISSIVE' } } },
        'exception': { ...SELECTOR, rules: [{ from: FROM, ...on({ methods: ['GET'], paths: ['/metrics'], ports: ['9090'] }) }] },
        'plaintext-deny': {
          ...SELECTOR,
          action: 'DENY',
          rules: [ELSEWHERE, { ...ANYWHERE, ...on({ notPorts: ['9090'] }, { notMethods: ['GET'], ports: ['9090'] }, { notPaths: ['/metrics'], ports: ['9090'] }) }],
        },
      },
    });
  });

  test.each([['sidecars', namespace('shop')], ['ztunnel', AMBIENT], ['a waypoint', WAYPOINT]])('for ports is the same with %s', (_, place) => {
    expect(rendered([Operation.tcp(9000), Operation.tcp(7000), Operation.anyHttp({ ports: [9090] })], place)).toEqual({
      problems: [],
      specs: {
        'mtls': { ...SELECTOR, mtls: { mode: 'STRICT' }, portLevelMtls: { 7000: { mode: 'PERMISSIVE' }, 9000: { mode: 'PERMISSIVE' }, 9090: { mode: 'PERMISSIVE' } } },
        'exception': { ...SELECTOR, rules: [{ from: FROM, ...on({ ports: ['9000'] }, { ports: ['7000'] }, { ports: ['9090'] }) }] },
        'plaintext-deny': { ...SELECTOR, action: 'DENY', rules: [ELSEWHERE, { ...ANYWHERE, ...on({ notPorts: ['9000', '7000', '9090'] }) }] },
      },
    });
  });

  test('keeps HTTP and TCP in rules of their own', () => {
    expect(rendered([GET_METRICS, Operation.tcp(9000)]).specs.exception).toEqual({
      ...SELECTOR, rules: [{ from: FROM, ...on({ ports: ['9000'] }) }, { from: FROM, ...on({ methods: ['GET'], paths: ['/metrics'], ports: ['9090'] }) }],
    });
  });

  test.each([['sidecars', namespace('shop')], ['ztunnel', AMBIENT], ['a waypoint', WAYPOINT]])('for the whole workload is the same with %s', (_, place) => {
    expect(rendered([], place)).toEqual({
      problems: [],
      specs: {
        'mtls': { ...SELECTOR, mtls: { mode: 'PERMISSIVE' } },
        'exception': { ...SELECTOR, rules: [{ from: FROM }] },
        'plaintext-deny': { ...SELECTOR, action: 'DENY', rules: [ELSEWHERE] },
      },
    });
  });

  test.each<[string, Operation[], ReturnType<typeof namespace>, RegExp]>([
    ['requests in ambient', [GET_METRICS], AMBIENT, /must be ports, got 'GET \/metrics on port metrics' at 'shop\/api'/],
    ['HTTP on a TCP port', [Operation.http({ methods: ['GET'], paths: ['/a'], ports: [9000] })], namespace('shop'), /is declared TCP/],
    ['a port that there is not', [Operation.tcp(1234)], namespace('shop'), /port '1234' is not one that 'shop\/api' listens on/],
  ])('is refused for %s', (_, operations, place, message) => {
    expect(rendered(operations, place).problems).toEqual([expect.stringMatching(message)]);
  });

  test('is refused in the root namespace, where it would select the pods of every namespace', () => {
    const target = { ...TARGET, namespace: 'istio-system', path: 'istio-system/api' };
    const { problems } = renderPlaintext({ kind: 'plaintext', mesh: MESH, target, namespace: namespace('istio-system'), operations: [], networks: NETWORKS });

    expect(problems).toEqual([expect.stringContaining('is in the root namespace')]);
  });
});

/** PeerAuthentications around it, of the mesh or of the namespace: none, or of a mode. */
const MODES = [undefined, 'UNSET', 'PERMISSIVE', 'STRICT', 'DISABLE'];
const AROUND = MODES.flatMap(ofMesh => MODES.map((ofNamespace): [string | undefined, string | undefined] => [ofMesh, ofNamespace]));

describe.each([['a sidecar', namespace('shop'), { 'istio-injection': 'enabled' }], ['ztunnel', AMBIENT, { 'istio.io/dataplane-mode': 'ambient' }]])('Under any modes around it, at %s', (_, place, labels) => {
  const security = (kind: string, name: string, at: string, spec: object) => ({ apiVersion: 'security.istio.io/v1', kind, metadata: { name, namespace: at }, spec });
  const wide = (at: string, mode: string | undefined) => mode === undefined ? [] : [security('PeerAuthentication', 'default', at, { mtls: { mode } })];

  function opened(operations: Operation[], ofMesh: string | undefined, ofNamespace: string | undefined): [number, string][] {
    const { specs } = rendered(operations, place);
    const policies = PolicySet.fromManifests([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'api', namespace: 'shop', labels: { app: 'api' } }, spec: { serviceAccountName: 'api', containers: [{ name: 'api' }] } },
      security('PeerAuthentication', 'mtls', 'shop', specs.mtls),
      security('AuthorizationPolicy', 'allow', 'shop', specs.exception),
      security('AuthorizationPolicy', 'deny', 'shop', specs['plaintext-deny']),
      ...wide('istio-system', ofMesh),
      ...wide('shop', ofNamespace),
    ]);
    return [8080, 9090].flatMap(port => ['10.20.0.1', '10.21.0.1'].map((ip): [number, string] => [port, ip])).filter(([port, ip]) => {
      const { isAllowed } = policies.isAuthorized({ destination: { namespace: 'shop', workload: 'api', port }, source: { ip, transport: Transport.PLAINTEXT } });
      return isAllowed;
    });
  }

  test.each(AROUND)('PA-a, PA-b, PA-c: mesh %s, namespace %s', (ofMesh, ofNamespace) => {
    expect(opened([Operation.anyHttp({ ports: [9090] })], ofMesh, ofNamespace)).toEqual([[9090, '10.20.0.1']]);
    expect(opened([], ofMesh, ofNamespace)).toEqual([[8080, '10.20.0.1'], [9090, '10.20.0.1']]);
  });
});
