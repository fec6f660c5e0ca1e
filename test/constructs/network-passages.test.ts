import { NetworkPassages } from '../../src/constructs/private/witnesses/network-passages';
import { PolicySet } from '../../src/policy/policy-set';
import { AccessRequest } from '../../src/policy/request/request';
import { Witness } from '../../src/validation/witness';

/** web may reach api, by the network; api has no policies of the mesh. */
const SHOP = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop, labels: {app: api}}
spec: {serviceAccountName: api, containers: [{name: api, ports: [{containerPort: 8080}, {containerPort: 9090}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {serviceAccountName: web, containers: [{name: web}]}
---
apiVersion: v1
kind: Pod
metadata: {name: batch, namespace: shop, labels: {app: batch}}
spec: {serviceAccountName: batch, containers: [{name: batch}]}
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {selector: {app: api}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: to-api, namespace: shop}
spec: {podSelector: {matchLabels: {app: api}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8080}]}]}`;

const ROUTED = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: led, namespace: shop}
spec: {hosts: [elsewhere.example], http: [{route: [{destination: {host: api}}]}]}`;

const IN_DOUBT = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: other, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, ingress: 7}`;

function call(path: string, more: { readonly workload?: string; readonly port?: number; readonly method?: string } = {}): Witness {
  const { workload = 'shop/web', port = 8080, method = 'GET' } = more;
  const request: AccessRequest = { destination: { namespace: 'shop', workload: 'api', port }, source: { workload }, http: { method, path } };
  return { request, outcome: 'passes', text: path };
}

/** What passes of some promises, one after another, and what was asked for that. */
function asked(yaml: readonly string[], ...promises: readonly Witness[]): { readonly passed: boolean[]; readonly asked: (string | undefined)[] } {
  const policies = PolicySet.fromYaml(yaml.join('\n---'));
  const passesNetwork = jest.spyOn(policies, '_passesNetwork');
  const passages = new NetworkPassages();
  const passed = promises.map(promise => passages.letPass([promise], policies));
  return { passed, asked: passesNetwork.mock.calls.map(([{ http }]) => http?.path) };
}

describe('What passes the network is asked', () => {
  test('once for a caller and a port, whatever its method and path', () => {
    expect(asked([SHOP], call('/a'), call('/b'), call('/c', { method: 'POST' }))).toEqual({ passed: [true, true, true], asked: ['/a'] });
  });

  test('of each caller', () => {
    expect(asked([SHOP], call('/a'), call('/b', { workload: 'shop/batch' }))).toEqual({ passed: [true, false], asked: ['/a', '/b'] });
  });

  test('at each port', () => {
    expect(asked([SHOP], call('/a'), call('/b', { port: 9090 }))).toEqual({ passed: [true, false], asked: ['/a', '/b'] });
  });

  test('by each way to it', () => {
    const service: Witness = { ...call('/b'), request: { ...call('/b').request, destination: { namespace: 'shop', service: 'api', port: 80 } } };
    expect(asked([SHOP], call('/a'), service)).toEqual({ passed: [true, true], asked: ['/a', '/b'] });
  });

  test('of what is no HTTP, and of each host, which clients may go by', () => {
    const { request: { http, ...connection } } = call('/b');
    const toHost: Witness = { ...call('/c'), request: { ...connection, http: { ...http, authority: 'elsewhere.example', path: '/c' } } };
    expect(asked([SHOP], call('/a'), { ...call('/b'), request: connection }, toHost).asked).toEqual(['/a', undefined, '/c']);
  });

  test('again where it did not pass for certain', () => {
    expect(asked([SHOP], call('/a', { workload: 'shop/batch' }), call('/b', { workload: 'shop/batch' }))).toEqual({ passed: [false, false], asked: ['/a', '/b'] });
  });

  test('of each method and path where anything leads requests by these', () => {
    expect(asked([SHOP, ROUTED], call('/a'), call('/b'), call('/b'))).toEqual({ passed: [true, true, true], asked: ['/a', '/b'] });
  });

  test('of each method and path where something is in doubt', () => {
    expect(asked([SHOP, IN_DOUBT], call('/a'), call('/b')).asked).toEqual(['/a', '/b']);
  });
});
