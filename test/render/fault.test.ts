import { FaultIntent } from '../../src/intent/fault-intent';
import { renderFault } from '../../src/render/fault';
import { AMBIENT, http, MESH, namespace, service, tcp, WAYPOINT, workload } from '../support/facts';

const API = service('api', { 80: 8080 });
const HOST = 'api.shop.svc.cluster.local';
const ABORT = { abort: { status: 503, percentage: 50 } };
const WEB = { namespace: 'shop', labels: { app: 'web' } };

function intent(more: Partial<FaultIntent>, services = [API]): FaultIntent {
  return { kind: 'fault', mesh: MESH, target: workload([http(8080)], services), namespace: namespace('shop'), callers: [], ...more };
}

describe('A fault', () => {
  const route = [{ destination: { host: HOST } }];
  const abort = { abort: { httpStatus: 503, percentage: { value: 50 } } };

  test.each<[string, Partial<FaultIntent>, object]>([
    ['errors for all of the namespace', ABORT, { exportTo: ['.'], http: [{ fault: abort, route }] }],
    ['delays', { delay: { time: 1500, percentage: 0.5 } }, { exportTo: ['.'], http: [{ fault: { delay: { fixedDelay: '1500ms', percentage: { value: 0.5 } } }, route }] }],
    ['both', { ...ABORT, delay: { time: 2000, percentage: 100 } }, { exportTo: ['.'], http: [{ fault: { delay: { fixedDelay: '2s', percentage: { value: 100 } }, ...abort }, route }] }],
    ['some callers only', { ...ABORT, callers: [WEB, { namespace: 'pay', labels: { app: 'a' } }] }, {
      exportTo: ['.', 'pay'],
      http: [{ match: [{ sourceNamespace: 'shop', sourceLabels: { app: 'web' } }, { sourceNamespace: 'pay', sourceLabels: { app: 'a' } }], fault: abort, route }, { route }],
    }],
    ['a waypoint', { ...ABORT, namespace: WAYPOINT }, { exportTo: ['.'], http: [{ fault: abort, route }] }],
    ['a waypoint elsewhere', { ...ABORT, namespace: namespace('shop', { dataPlane: 'ambient', waypoint: { namespace: 'infra', name: 'wp' } }) }, { exportTo: ['.', 'infra'], http: [{ fault: abort, route }] }],
  ])('sends requests where they go without it: %s', (_, more, written) => {
    expect(renderFault(intent(more))).toEqual({ specs: { 'fault-route': { hosts: [HOST], ...written } }, problems: [] });
  });

  test.each<[string, Partial<FaultIntent>, RegExp]>([
    ['at ztunnel', { ...ABORT, namespace: AMBIENT }, /^a fault, of which ztunnel knows nothing, can be enforced only by a waypoint/],
    ['of some callers behind a waypoint, which has all of them fail', { ...ABORT, callers: [WEB], namespace: WAYPOINT }, /^callers must be left out for 'shop\/api' behind a waypoint/],
    ['without a Service', { ...ABORT, target: workload([http(8080)]) }, /must be called through a Service, for whose host a VirtualService is written/],
    ['of TCP', { ...ABORT, target: workload([tcp(9000)], [service('db', {}, { ports: [{ port: 9000, targetPort: 9000, protocol: 'tcp', transport: 'TCP' }] })]) }, /^a fault must be of HTTP, and no port of Service 'db' is declared that/],
  ])('is refused %s', (_, more, problem) => {
    expect(renderFault(intent(more)).problems).toEqual([expect.stringMatching(problem)]);
  });
});
