import { MetricsFacts } from '../../src/intent/mesh';
import { renderMesh } from '../../src/render/mesh';
import { renderNamespace } from '../../src/render/namespace';
import { AMBIENT, MESH, namespace, WAYPOINT } from '../support/facts';

const METRICS: MetricsFacts = { readers: [{ kind: 'serviceAccount', namespace: 'monitoring', name: 'prometheus' }], ports: [9090], path: '/metrics' };
const STRICT = { mtls: { mode: 'STRICT' } };
const FROM_PROMETHEUS = [{ source: { principals: ['prod.td/ns/monitoring/sa/prometheus'] } }];

describe('A namespace', () => {
  test('of sidecars is STRICT, denies by default, and lets readers GET the metrics path only', () => {
    const { specs } = renderNamespace({ kind: 'namespace', gateways: [], mesh: MESH, namespace: namespace('shop', { metrics: METRICS }) });

    expect(specs).toMatchObject({
      'mtls': STRICT,
      'deny-all': {},
      'metrics': { rules: [{ from: FROM_PROMETHEUS, to: [{ operation: { methods: ['GET'], paths: ['/metrics'], ports: ['9090'] } }] }] },
    });
    expect(specs['deny-all']).toEqual({});
  });

  test('lets readers in on each of several metrics ports', () => {
    const metrics: MetricsFacts = { ...METRICS, ports: [9090, 9187] };

    expect(renderNamespace({ kind: 'namespace', gateways: [], mesh: MESH, namespace: namespace('shop', { metrics }) }).specs.metrics)
      .toEqual({ rules: [{ from: FROM_PROMETHEUS, to: [{ operation: { methods: ['GET'], paths: ['/metrics'], ports: ['9090', '9187'] } }] }] });
  });

  test('in ambient opens the metrics port without HTTP fields, which ztunnel would drop the rule for', () => {
    expect(renderNamespace({ kind: 'namespace', gateways: [], mesh: MESH, namespace: { ...AMBIENT, metrics: METRICS } }).specs.metrics)
      .toEqual({ rules: [{ from: FROM_PROMETHEUS, to: [{ operation: { ports: ['9090'] } }] }] });
  });

  test('FG-61, FG-67: with a waypoint denies there too, and locks the pods to its identity', () => {
    expect(renderNamespace({ kind: 'namespace', gateways: [], mesh: { ...MESH, trustDomainAliases: ['east.td'] }, namespace: WAYPOINT }).specs).toMatchObject({
      'mtls': STRICT,
      'deny-all': {},
      'waypoint-deny-all': { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'wp' }] },
      'waypoint-only': { rules: [{ from: [{ source: { principals: ['prod.td/ns/shop/sa/wp', 'east.td/ns/shop/sa/wp'] } }] }] },
    });
  });

  test('with waypoints of Services denies at each, and locks the pods of these to their own and to no other', () => {
    const serviceWaypoints = [
      { services: ['pay'], waypoint: { namespace: 'shop', name: 'pay-wp' } },
      { services: ['mail', 'sms'], waypoint: { namespace: 'infra', name: 'shared', serviceAccount: 'custom' } },
    ];
    const locks = serviceWaypoints.flatMap(({ services, waypoint }) => services.map(name => ({ service: name, podLabels: { app: name }, waypoint })));
    const from = (...accounts: string[]) => [{ from: [{ source: { principals: accounts.map(account => `prod.td/ns/${account}`) } }] }];
    const gateway = (name: string) => ({ targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name }] });
    const { specs } = renderNamespace({ kind: 'namespace', gateways: [], mesh: MESH, namespace: { ...WAYPOINT, serviceWaypoints }, locks });

    expect(specs).toMatchObject({
      'waypoint-deny-all': gateway('wp'),
      'deny-all-at-pay-wp': gateway('pay-wp'),
      'deny-all-at-infra.shared': gateway('shared'),
      'waypoint-only': { rules: from('shop/sa/wp') },
      'waypoint-only-pay': { selector: { matchLabels: { app: 'pay' } }, rules: from('shop/sa/pay-wp') },
      'no-other-waypoint-pay': { selector: { matchLabels: { app: 'pay' } }, action: 'DENY', rules: from('shop/sa/wp', 'infra/sa/custom') },
      'waypoint-only-sms': { selector: { matchLabels: { app: 'sms' } }, rules: from('infra/sa/custom') },
      'no-other-waypoint-sms': { selector: { matchLabels: { app: 'sms' } }, action: 'DENY', rules: from('shop/sa/wp', 'shop/sa/pay-wp') },
    });
  });

  test('with a waypoint of one Service, and none of its own, closes its pods to no other', () => {
    const waypoint = { namespace: 'shop', name: 'pay-wp' };
    const of = { ...AMBIENT, serviceWaypoints: [{ services: ['pay'], waypoint }] };

    expect(Object.keys(renderNamespace({ kind: 'namespace', gateways: [], mesh: MESH, namespace: of, locks: [{ service: 'pay', podLabels: { app: 'pay' }, waypoint }] }).specs))
      .not.toContain('no-other-waypoint-pay');
  });

  test('admits a waypoint by the service account that its Gateway names', () => {
    const waypoint = { namespace: 'infra', name: 'wp', serviceAccount: 'custom' };

    expect(renderNamespace({ kind: 'namespace', gateways: [], mesh: MESH, namespace: { ...WAYPOINT, waypoint } }).specs['waypoint-only'])
      .toEqual({ rules: [{ from: [{ source: { principals: ['prod.td/ns/infra/sa/custom'] } }] }] });
  });

  test('lets anyone read metrics only where anyone was asked for', () => {
    const anyone: MetricsFacts = { ...METRICS, readers: [{ kind: 'anyone' }] };

    expect(renderNamespace({ kind: 'namespace', gateways: [], mesh: MESH, namespace: namespace('shop', { metrics: anyone }) }).specs.metrics)
      .toEqual({ rules: [{ to: [{ operation: { methods: ['GET'], paths: ['/metrics'], ports: ['9090'] } }] }] });
    expect(() => renderNamespace({ kind: 'namespace', gateways: [], mesh: MESH, namespace: namespace('shop', { metrics: { ...METRICS, readers: [] } }) }))
      .toThrow('a rule must have callers, got none');
  });
});

test('A mesh is STRICT, denies by default in both its parts, and admits everyone to the ports of public gateways', () => {
  expect(renderMesh({
    kind: 'mesh',
    deniesByDefault: true,
    mesh: MESH,
    gateways: [
      { kind: 'classic', namespace: 'edge', labels: { istio: 'ingressgateway' }, ports: [8080, 8443] },
      { kind: 'gateway-api', namespace: 'edge', name: 'public', ports: [443] },
    ],
  })).toEqual({
    specs: {
      'mtls': STRICT,
      'deny-all': {},
      'waypoint-deny-all': { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: 'istio-waypoint' }] },
      'gateway-0': { selector: { matchLabels: { istio: 'ingressgateway' } }, rules: [{ to: [{ operation: { ports: ['8080', '8443'] } }] }] },
      'gateway-1': {
        targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' }], rules: [{ to: [{ operation: { ports: ['443'] } }] }],
      },
    },
    problems: [],
  });
});
