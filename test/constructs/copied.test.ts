import { Chart } from 'cdk8s';
import {
  AuthorizationPolicy, JwtIssuer, JwtProtectedApi, Operation, Principal, PublicGateway, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, policies } from '../support/shop';

/* eslint-disable @typescript-eslint/no-explicit-any -- props of every construct, which their constructors check */

/** Empties every list and object of plain data, as its owner may do after it was handed in. */
function empty(data: any): void {
  if (data === null || typeof data !== 'object' || ![Object.prototype, Array.prototype].includes(Object.getPrototypeOf(data))) { return; }
  Object.values(data).forEach(empty);
  if (Array.isArray(data)) { data.length = 0; } else { Object.keys(data).forEach(key => delete data[key]); }
}

const PODS = { namespace: 'shop', labels: { app: 'api' }, serviceAccount: 'api', services: [{ name: 'api', ports: [{ name: 'http', port: 80, targetPort: 8080 }] }] };
const api = () => Workload.fromPods(structuredClone(PODS));
const callers = () => [Principal.serviceAccount('shop', 'web')];
const issuer = () => JwtIssuer.of({ issuer: 'https://i.example', audiences: ['a'] });

/** Props as they are handed in, and what is made of them. */
const MADE: [string, any, (chart: Chart, given: any) => unknown][] = [
  ['labels of a public gateway', { namespace: 'istio-system', labels: { istio: 'ingressgateway' }, ports: [8080], reason: 'r' },
    (chart, given) => new ZeroTrustMesh(chart, 'x', { defaultDeny: true, publicGateways: [PublicGateway.classic(given)] })],
  ['props of a mesh', { trustDomainAliases: ['old'], metadata: { labels: { a: 'b' } } }, (chart, given) => new ZeroTrustMesh(chart, 'x', given)],
  ['props of a namespace', { name: 'shop', metricsReaders: callers(), metadata: { labels: { a: 'b' }, annotations: { c: 'd' } } }, (chart, given) => new ZeroTrustNamespace(chart, 'x', given)],
  ['props of an access', { callers: callers(), to: api(), operations: [Operation.get('/a')], metadata: { labels: { a: 'b' } } }, (chart, given) => new ServiceAccess(chart, 'x', given)],
  ['pods', structuredClone(PODS), (chart, given) => new ServiceAccess(chart, 'x', { callers: callers(), to: Workload.fromPods(given), operations: [Operation.get('/a')] })],
  ['an operation', { methods: ['GET'], paths: ['/a'], hosts: ['a.example'] }, (chart, given) => new ServiceAccess(chart, 'x', { callers: callers(), to: api(), operations: [Operation.http(given)] })],
  ['an issuer', { issuer: 'https://i.example', audiences: ['a'], fromHeaders: [{ name: 'x' }], outputClaimToHeaders: [{ claim: 'sub', header: 'x-sub' }] },
    (chart, given) => new JwtProtectedApi(chart, 'x', { workload: api(), issuers: [JwtIssuer.of(given)], rules: [{ anyToken: true, operations: [Operation.get('/a')] }] })],
  ['props of an API', {
    workload: api(),
    issuers: [issuer()],
    rules: [{ claims: { role: ['admin'] }, scopes: ['s'], operations: [Operation.get('/a')] }],
    exemptCallers: callers(),
    ports: [8080],
    corsPreflight: { origins: ['https://o.example'] },
    publicOperations: [Operation.get('/b')],
    publicCallers: callers(),
    metadata: { labels: { a: 'b' } },
  }, (chart, given) => new JwtProtectedApi(chart, 'x', given)],
  ['fields of a resource', { selector: { matchLabels: { app: 'api' } }, rules: [{ from: [{ source: { principals: ['p'] } }] }], metadata: { labels: { a: 'b' }, annotations: { c: 'd' } } },
    (chart, given) => new AuthorizationPolicy(chart, 'x', given)],
];

test.each(MADE)('what becomes of %s after they were handed in does not count', (_, given, make) => {
  const rendered = [false, true].map(isEmptied => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    make(chart, given);
    if (isEmptied) { empty(given); }
    return policies(app);
  });

  expect(rendered[1]).toEqual(rendered[0]);
  expect(rendered[0].length).toBeGreaterThan(0);
});
