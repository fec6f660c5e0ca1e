import { MeshSettings, ServiceEntryVisibility } from 'cdk8s-zero-trust';
import { resolveMesh } from '../../../src/policy/request/mesh-settings';
import { Inventory } from '../../../src/policy/resources/inventory';
import { takeManifests } from '../../../src/policy/resources/manifest-reader';
import { fullName } from '../../../src/policy/resources/policy';
import { Binding, bindingOfObject, bindingOfWorkload } from '../../../src/policy/way/waypoint-binding';
import { waypointOf } from '../../../src/policy/workloads/waypoint';
import { findWorkload } from '../../../src/policy/workloads/workload';
import { namespace, pod, service } from '../support';

const GATEWAY_API = 'gateway.networking.k8s.io/v1';
const USE = 'istio.io/use-waypoint';
const FOR = 'istio.io/waypoint-for';
const CANARY = 'istio.io/use-waypoint-canary';
const WEIGHT = 'istio.io/use-waypoint-canary-weight';
const INGRESS = 'istio.io/ingress-use-waypoint';
const BINDING = 'ambient.istio.io/waypoint-inbound-binding';

type Labels = Record<string, string>;

interface GatewayParts {
  readonly namespace?: string;
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly class?: string;
  readonly listeners?: object[];
  readonly status?: object;
  readonly created?: string;
}

function gateway(name: string, { namespace: of = 'shop', labels, annotations, class: gatewayClassName = 'istio-waypoint', listeners, status, created }: GatewayParts = {}): object {
  return {
    apiVersion: GATEWAY_API,
    kind: 'Gateway',
    metadata: { name, namespace: of, labels, annotations, creationTimestamp: created },
    spec: { gatewayClassName, listeners: listeners ?? [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] },
    status,
  };
}

const gatewayClass = (meta: object) => ({ apiVersion: GATEWAY_API, kind: 'GatewayClass', metadata: { name: 'istio-waypoint', ...meta }, spec: { controllerName: 'istio.io/mesh-controller' } });
const allowing = (namespaces: object, more: object = {}) => [{ name: 'mesh', port: 15008, protocol: 'HBONE', allowedRoutes: { namespaces }, ...more }];

function read(manifests: object[], settings?: MeshSettings) {
  return { inventory: new Inventory(takeManifests(manifests)), mesh: resolveMesh(settings) };
}

/** What a binding comes to, in one line. */
function shown({ waypoint, canary, failed, unknown, ingress }: Binding): string {
  const parts = [waypoint && fullName(waypoint.gateway), canary && `${fullName(canary.waypoint.gateway)} ${canary.weight}`, failed?.error, unknown && 'unknown', ingress && 'ingress'];
  return parts.filter(part => part !== undefined && part !== false).join(', ') || 'none';
}

function ofService(labels: Labels, others: object[], { annotations, settings }: { annotations?: Labels; settings?: MeshSettings } = {}): string {
  const api = service('api', [], labels) as { metadata: object };
  const { inventory, mesh } = read([{ ...api, metadata: { ...api.metadata, annotations } }, ...others], settings);
  return shown(bindingOfObject(inventory, mesh, { kind: 'Service', object: inventory.find('Service', 'shop', 'api')! }));
}

describe('A Gateway', () => {
  const addressed = (parts: GatewayParts) => {
    const { inventory, mesh } = read([gateway('wp', parts)]);
    const found = waypointOf(inventory, mesh, inventory.find('KubernetesGateway', 'shop', 'wp')!);
    return found ? found.address ?? 'nowhere' : 'no waypoint';
  };
  const created = '2025-01-01T00:00:00Z';

  test.each<[string, GatewayParts, string]>([
    ['that is not yet in a cluster is taken to get the name of its Service', {}, 'shop/wp.shop.svc.cluster.local'],
    ['of a cluster without status is no waypoint', { created }, 'no waypoint'],
    ['of a cluster without addresses is no waypoint', { created, status: { addresses: [] } }, 'no waypoint'],
    ['whose status is given has what it says', { status: {} }, 'no waypoint'],
    ['is called by the first host name', { created, status: { addresses: [{ type: 'IPAddress', value: '10.0.0.1' }, { type: 'Hostname', value: 'a.b' }] } }, 'shop/a.b'],
    ['is called by its address without a host name', { created, status: { addresses: [{ type: 'IPAddress', value: '10.0.0.1' }] } }, '10.0.0.1'],
    ['is called nowhere by an address without type', { created, status: { addresses: [{ value: '10.0.0.1' }] } }, 'nowhere'],
    ['of any class is a waypoint', { class: 'nginx' }, 'shop/wp.shop.svc.cluster.local'],
  ])('%s', (_, parts, expected) => {
    expect(addressed(parts)).toBe(expected);
  });
});

describe('The waypoint of a Service', () => {
  test.each<[string, Labels, object[], string]>([
    ['is what its label names', { [USE]: 'wp' }, [gateway('wp')], 'shop/wp'],
    ['is what the label of its namespace names', {}, [namespace('shop', { [USE]: 'wp' }), gateway('wp')], 'shop/wp'],
    ['is none without labels', {}, [namespace('shop'), gateway('wp')], 'none'],
    ['is its own before that of its namespace', { [USE]: 'own' }, [namespace('shop', { [USE]: 'wp' }), gateway('wp'), gateway('own')], 'shop/own'],
    ['is none if it says so', { [USE]: 'none' }, [namespace('shop', { [USE]: 'wp' }), gateway('wp')], 'none'],
    ['is none by exactly that word', { [USE]: 'None' }, [gateway('wp')], 'WaypointIsNotReady'],
    ['is none if the namespace says so', {}, [namespace('shop', { [USE]: 'none' })], 'none'],
    ['is never that of its namespace in place of one that is not there', { [USE]: 'gone' }, [namespace('shop', { [USE]: 'wp' }), gateway('wp')], 'WaypointIsNotReady'],
    ['is not there by an empty name', { [USE]: '' }, [namespace('shop', { [USE]: 'wp' }), gateway('wp')], 'WaypointIsNotReady'],
    ['is not there without an address', { [USE]: 'wp' }, [gateway('wp', { status: {} })], 'WaypointIsNotReady'],
    ['stands in the namespace that is named beside it', { [USE]: 'wp', [`${USE}-namespace`]: 'infra' }, [gateway('wp', { namespace: 'infra', listeners: allowing({ from: 'All' }) })], 'infra/wp'],
    ['is not looked for where another level says', { [USE]: 'wp' }, [namespace('shop', { [`${USE}-namespace`]: 'infra' }), gateway('wp')], 'shop/wp'],
    ['is not there by an empty namespace', { [USE]: 'wp', [`${USE}-namespace`]: '' }, [gateway('wp')], 'WaypointIsNotReady'],
    ['is none for Services that controllers make', { [USE]: 'wp', 'gateway.istio.io/managed': 'istio.io-mesh-controller' }, [gateway('wp')], 'none'],
    ['is one for those of an ingress gateway', { [USE]: 'wp', 'gateway.istio.io/managed': 'istio.io-gateway-controller' }, [gateway('wp')], 'shop/wp'],
  ])('%s', (_, labels, others, expected) => {
    expect(ofService(labels, others)).toBe(expected);
  });

  test.each<[Labels | undefined, Labels | undefined, string]>([
    [undefined, undefined, 'shop/wp'],
    [{ [FOR]: 'service' }, undefined, 'shop/wp'],
    [{ [FOR]: 'all' }, undefined, 'shop/wp'],
    [{ [FOR]: 'workload' }, undefined, 'UnsupportedTrafficType'],
    [{ [FOR]: 'Service' }, undefined, 'UnsupportedTrafficType'],
    [undefined, { [FOR]: 'workload' }, 'UnsupportedTrafficType'],
    [{ [FOR]: 'service' }, { [FOR]: 'workload' }, 'shop/wp'],
    [{ [FOR]: '' }, { [FOR]: 'service' }, 'UnsupportedTrafficType'],
  ])('serves it by what the Gateway (%j), else its class (%j) says: %s', (labels, ofClass, expected) => {
    expect(ofService({ [USE]: 'wp' }, [gateway('wp', { labels }), gatewayClass({ labels: ofClass })])).toBe(expected);
  });

  const labelled = namespace('shop', { team: 'red' });

  test.each<[string, object[] | undefined, object[], string]>([
    ['not by default', undefined, [], 'AttachmentDenied'],
    ['not from Same', allowing({ from: 'Same' }), [], 'AttachmentDenied'],
    ['not from what is no word', allowing({ from: 'None' }), [], 'AttachmentDenied'],
    ['from All', allowing({ from: 'All' }), [], 'infra/wp'],
    ['by a selector', allowing({ from: 'Selector', selector: { matchLabels: { team: 'red' } } }), [labelled], 'infra/wp'],
    ['not by one that asks for something else', allowing({ from: 'Selector', selector: { matchLabels: { team: 'blue' } } }), [labelled], 'AttachmentDenied'],
    ['by an expression', allowing({ from: 'Selector', selector: { matchExpressions: [{ key: 'team', operator: 'In', values: ['red'] }] } }), [labelled], 'infra/wp'],
    ['not by one that excludes it', allowing({ from: 'Selector', selector: { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['red'] }] } }), [labelled], 'AttachmentDenied'],
    ['by an empty selector', allowing({ from: 'Selector', selector: {} }), [labelled], 'infra/wp'],
    ['not without the selector', allowing({ from: 'Selector' }), [labelled], 'AttachmentDenied'],
    ['perhaps, where the manifests do not have its namespace', allowing({ from: 'Selector', selector: { matchLabels: { team: 'red' } } }), [], 'unknown'],
    ['not by a listener of another port', allowing({ from: 'All' }, { port: 15009 }), [], 'AttachmentDenied'],
    ['not by a listener of another protocol', allowing({ from: 'All' }, { protocol: 'HTTP' }), [], 'AttachmentDenied'],
  ])('of another namespace admits it %s', (_, listeners, others, expected) => {
    const labels = { [USE]: 'wp', [`${USE}-namespace`]: 'infra' };

    expect(ofService(labels, [gateway('wp', { namespace: 'infra', listeners }), ...others])).toBe(expected);
  });

  const both = [...allowing({ from: 'Same' }), { name: 'wrapped', port: 15088, protocol: 'istio.io/PROXY', allowedRoutes: { namespaces: { from: 'All' } } }];

  test.each<[string | undefined, string | undefined, string, string]>([
    [undefined, undefined, '1.32', 'AttachmentDenied'],
    ['PROXY', undefined, '1.32', 'infra/wp'],
    ['PROXY/15088', undefined, '1.32', 'infra/wp'],
    ['NONE/15088', undefined, '1.32', 'infra/wp'],
    ['PROXY/x', undefined, '1.32', 'infra/wp'],
    ['NONE', undefined, '1.32', 'AttachmentDenied'],
    ['PROXY/15099', undefined, '1.32', 'AttachmentDenied'],
    ['TCP', undefined, '1.32', 'AttachmentDenied'],
    ['PROXY/15088/1', undefined, '1.32', 'AttachmentDenied'],
    [undefined, 'PROXY', '1.32', 'infra/wp'],
    ['TCP', 'PROXY', '1.32', 'AttachmentDenied'],
    ['PROXY', undefined, '1.26', 'AttachmentDenied'],
  ])('admits it by the listener that %s of the Gateway, or %s of its class, binds in Istio %s: %s', (own, ofClass, istioVersion, expected) => {
    const annotated = (binding?: string) => binding === undefined ? undefined : { [BINDING]: binding };
    const others = [gateway('wp', { namespace: 'infra', listeners: both, annotations: annotated(own) }), gatewayClass({ annotations: annotated(ofClass) })];

    expect(ofService({ [USE]: 'wp', [`${USE}-namespace`]: 'infra' }, others, { settings: { istioVersion } })).toBe(expected);
  });

  test.each<[string, Labels, Labels, string]>([
    ['1.32', { [INGRESS]: 'true' }, {}, 'shop/wp, ingress'],
    ['1.32', {}, { [INGRESS]: 'true' }, 'shop/wp, ingress'],
    ['1.32', { [INGRESS]: 'false' }, { [INGRESS]: 'true' }, 'shop/wp'],
    ['1.32', { [INGRESS]: '1' }, {}, 'shop/wp, ingress'],
    ['1.32', { [INGRESS]: 'tRue' }, {}, 'shop/wp'],
    ['1.29', { [INGRESS]: 'tRue' }, {}, 'shop/wp, ingress'],
    ['1.29', { [INGRESS]: '1' }, {}, 'shop/wp'],
    ['1.25', {}, { [INGRESS]: 'true' }, 'shop/wp, ingress'],
    ['1.24', {}, { [INGRESS]: 'true' }, 'shop/wp'],
    ['1.24', { [INGRESS]: 'True' }, {}, 'shop/wp'],
    ['1.24', { [INGRESS]: 'true' }, {}, 'shop/wp, ingress'],
  ])('is that of gateways in Istio %s by the labels %j, else those of the namespace %j: %s', (istioVersion, labels, inherited, expected) => {
    expect(ofService({ [USE]: 'wp', ...labels }, [namespace('shop', inherited), gateway('wp')], { settings: { istioVersion } })).toBe(expected);
  });

  test.each(['1.26', '1.27'])('is none for an east-west gateway since 1.27: %s', istioVersion => {
    expect(ofService({ [USE]: 'wp', 'gateway.istio.io/managed': 'istio.io-eastwest-controller' }, [gateway('wp')], { settings: { istioVersion } }))
      .toBe(istioVersion === '1.26' ? 'shop/wp' : 'none');
  });
});

describe('A canary', () => {
  const own = { [USE]: 'wp', [CANARY]: 'canary' };
  const both = [gateway('wp'), gateway('canary')];
  const weighted = (weight?: string) => weight === undefined ? undefined : { [WEIGHT]: weight };

  test.each<[string, Labels, Labels, string | undefined, string]>([
    ['gets its share', own, {}, '30', 'shop/wp, shop/canary 30'],
    ['gets nothing where nothing is said', own, {}, undefined, 'shop/wp, shop/canary 0'],
    ['gets all', own, {}, '100', 'shop/wp, shop/canary 100'],
    ['is none by more than all', own, {}, '101', 'shop/wp, CanaryInvalidWeight'],
    ['is none by less than nothing', own, {}, '-1', 'shop/wp, CanaryInvalidWeight'],
    ['is none by no number', own, {}, 'abc', 'shop/wp, CanaryInvalidWeight'],
    ['is none by an empty share', own, {}, '', 'shop/wp, CanaryInvalidWeight'],
    ['is never the waypoint itself', { [USE]: 'wp', [CANARY]: 'wp' }, {}, '30', 'shop/wp, CanarySameAsPrimary'],
    ['must be there', { [USE]: 'wp', [CANARY]: 'gone' }, {}, '30', 'shop/wp, WaypointIsNotReady'],
    ['is none by that word', { [USE]: 'wp', [CANARY]: 'none' }, {}, '30', 'shop/wp'],
    ['is none by an empty name', { [USE]: 'wp', [CANARY]: '' }, {}, '30', 'shop/wp'],
    ['comes from the namespace with the waypoint', {}, own, '30', 'shop/wp, shop/canary 30'],
    ['does not come from it to a Service that names its own waypoint', { [USE]: 'wp' }, own, '30', 'shop/wp'],
    ['needs a waypoint beside it', { [CANARY]: 'canary' }, {}, '30', 'none'],
    ['may stand elsewhere', { ...own, [`${CANARY}-namespace`]: 'infra' }, {}, '30', 'shop/wp, AttachmentDenied'],
  ])('%s', (_, labels, inherited, weight, expected) => {
    const others = [namespace('shop', inherited), gateway('canary', { namespace: 'infra' }), ...both];

    expect(ofService(labels, others, { annotations: weighted(weight) })).toBe(expected);
  });

  test('has a share by the annotation of the namespace that names it', () => {
    const shop = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: own, annotations: weighted('40') } };

    expect(ofService({}, [shop, ...both])).toBe('shop/wp, shop/canary 40');
  });

  test.each([['1.30', 'shop/wp'], ['1.31', 'shop/wp, shop/canary 30']])('is one since 1.31: %s', (istioVersion, expected) => {
    expect(ofService(own, both, { annotations: weighted('30'), settings: { istioVersion } })).toBe(expected);
  });
});

describe('The waypoint of a ServiceEntry', () => {
  const entry = (labels: Labels) => ({ apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', metadata: { name: 'ext', namespace: 'shop', labels }, spec: { hosts: ['a.example.com'] } });
  const elsewhere = { [USE]: 'wp', [`${USE}-namespace`]: 'infra' };
  const others = [gateway('wp'), gateway('wp', { namespace: 'infra', listeners: allowing({ from: 'All' }) })];

  test.each<[Labels, MeshSettings | undefined, string]>([
    [{ [USE]: 'wp' }, undefined, 'shop/wp'],
    [elsewhere, undefined, 'infra/wp'],
    [elsewhere, { serviceEntryVisibility: ServiceEntryVisibility.PUBLIC }, 'infra/wp'],
    [elsewhere, { serviceEntryVisibility: ServiceEntryVisibility.NAMESPACE }, 'CrossNamespaceWaypointForbidden'],
    [elsewhere, { serviceEntryVisibility: ServiceEntryVisibility.NAMESPACE, istioVersion: '1.30' }, 'infra/wp'],
    [{ [USE]: 'wp' }, { serviceEntryVisibility: ServiceEntryVisibility.NAMESPACE }, 'shop/wp'],
  ])('is named as that of a Service, %j, by settings %j: %s', (labels, settings, expected) => {
    const { inventory, mesh } = read([entry(labels), ...others], settings);

    expect(shown(bindingOfObject(inventory, mesh, { kind: 'ServiceEntry', object: inventory.find('ServiceEntry', 'shop', 'ext')! }))).toBe(expected);
  });
});

describe('The waypoint of a workload', () => {
  const ofPods = gateway('wp', { labels: { [FOR]: 'workload' } });
  const machine = (spec: Labels, meta: Labels) =>
    ({ apiVersion: 'networking.istio.io/v1', kind: 'WorkloadEntry', metadata: { name: 'api', namespace: 'shop', labels: meta }, spec: { address: '10.0.0.9', labels: spec } });

  test.each<[string, object[], string]>([
    ['is what its label names', [pod('api', { [USE]: 'wp' }), ofPods], 'shop/wp'],
    ['is what its namespace names', [pod('api'), namespace('shop', { [USE]: 'wp' }), ofPods], 'shop/wp'],
    ['is none that is for Services', [pod('api', { [USE]: 'wp' }), gateway('wp')], 'UnsupportedTrafficType'],
    ['is one that is for all', [pod('api', { [USE]: 'wp' }), gateway('wp', { labels: { [FOR]: 'all' } })], 'shop/wp'],
    ['is none for the pods of a Gateway', [pod('api', { [USE]: 'wp', 'gateway.networking.k8s.io/gateway-name': 'wp' }), ofPods], 'none'],
    ['is one for pods of a Gateway that has no address', [pod('api', { [USE]: 'wp', 'gateway.networking.k8s.io/gateway-name': 'new' }), gateway('new', { status: {} }), ofPods], 'shop/wp'],
    ['is none of which gateways or canaries are told', [pod('api', { [USE]: 'wp', [INGRESS]: 'true', [CANARY]: 'wp2' }), ofPods], 'shop/wp'],
    ['is what the labels of a WorkloadEntry name', [machine({ [USE]: 'wp' }, {}), ofPods], 'shop/wp'],
    ['is what the labels of its object name before those of its spec', [machine({ [USE]: 'gone' }, { [USE]: 'wp' }), ofPods], 'shop/wp'],
  ])('%s', (_, manifests, expected) => {
    const { inventory, mesh } = read(manifests);

    expect(shown(bindingOfWorkload(inventory, mesh, findWorkload(inventory, 'shop', 'api')!))).toBe(expected);
  });
});
