import { MeshSettings } from 'cdk8s-zero-trust';
import { resolveMesh } from '../../../src/policy/request/mesh-settings';
import { Inventory } from '../../../src/policy/resources/inventory';
import { Kind } from '../../../src/policy/resources/kinds';
import { takeManifests } from '../../../src/policy/resources/manifest-reader';
import { isDiscovered, owners, readBy } from '../../../src/policy/workloads/revision';

const REV = 'istio.io/rev';

describe('18.13 which control plane a Gateway belongs to', () => {
  test.each<[string, MeshSettings, Record<string, string>, Record<string, string>, string[]]>([
    ['the default', { revisions: ['default', 'canary'] }, {}, {}, ['default']],
    ['that of its label', { revisions: ['default', 'canary'] }, { [REV]: 'canary' }, {}, ['canary']],
    ['that of its namespace', { revisions: ['default', 'canary'] }, {}, { [REV]: 'canary' }, ['canary']],
    ['its label before its namespace', { revisions: ['default', 'canary'] }, { [REV]: 'default' }, { [REV]: 'canary' }, ['default']],
    ['that of a tag', { revisions: ['default', 'canary'], revisionTags: { prod: 'canary' } }, { [REV]: 'prod' }, {}, ['canary']],
    ['none, by the name of nothing', { revisions: ['default'] }, { [REV]: 'nosuch' }, {}, []],
    ['that of the default tag', { revisions: ['canary'], revisionTags: { default: 'canary' } }, {}, {}, ['canary']],
    ['two, where a tag stands beside the default', { revisions: ['default', 'canary'], revisionTags: { default: 'canary' } }, {}, {}, ['default', 'canary']],
    ['that of the default revision', { revisions: ['canary', 'stable'], defaultRevision: 'stable' }, {}, {}, ['stable']],
    ['that of the default tag before the default revision', { revisions: ['canary', 'stable'], defaultRevision: 'stable', revisionTags: { default: 'canary' } }, {}, {}, ['canary']],
    ['none, where none is the default', { revisions: ['canary', 'stable'] }, {}, {}, []],
    ['what its label names, where others may be installed', {}, { [REV]: 'stable' }, {}, ['stable']],
    ['the only known one, where others may be installed', { revisions: ['canary'], otherRevisions: true }, {}, {}, ['canary']],
    ['none of several, where others may be installed', { revisions: ['canary', 'stable'], otherRevisions: true }, {}, {}, []],
    ['none, where none is installed', { revisions: [] }, {}, {}, []],
  ])('%s', (_, settings, labels, namespaceLabels, expected) => {
    expect(owners(resolveMesh(settings), labels, namespaceLabels)).toEqual(expected);
  });
});

describe('18.12 what a control plane reads', () => {
  const labelled = (apiVersion: string, kind: string, labels: object) => ({ apiVersion, kind, metadata: { name: 'x', namespace: 'shop', labels }, spec: {} });
  const read = (apiVersion: string, kind: string, labels: object, settings: MeshSettings = {}) => {
    const inventory = new Inventory(takeManifests([labelled(apiVersion, kind, labels), labelled('security.istio.io/v1', 'AuthorizationPolicy', { [REV]: 'x' })]));
    const name = kind === 'Gateway' && apiVersion.startsWith('gateway.') ? 'KubernetesGateway' : kind;
    return readBy(inventory, resolveMesh(settings), 'default').all(name as Kind).length;
  };

  test.each([
    ['security.istio.io/v1', 'PeerAuthentication'], ['security.istio.io/v1', 'RequestAuthentication'], ['networking.istio.io/v1', 'ServiceEntry'],
    ['networking.istio.io/v1', 'DestinationRule'], ['networking.istio.io/v1alpha3', 'EnvoyFilter'], ['extensions.istio.io/v1alpha1', 'WasmPlugin'], ['extensions.istio.io/v1alpha1', 'TrafficExtension'],
    ['networking.istio.io/v1', 'Sidecar'], ['networking.istio.io/v1', 'Gateway'], ['networking.istio.io/v1', 'VirtualService'],
    ['gateway.networking.k8s.io/v1', 'HTTPRoute'], ['gateway.networking.k8s.io/v1', 'GRPCRoute'],
  ])('of %s %s only those that are not for others', (apiVersion, kind) => {
    expect([read(apiVersion, kind, {}), read(apiVersion, kind, { [REV]: 'default' }), read(apiVersion, kind, { [REV]: 'canary' })]).toEqual([1, 1, 0]);
  });

  test('of Gateways of the Gateway API all, since 1.31', () => {
    const gateways = (istioVersion: string) => read('gateway.networking.k8s.io/v1', 'Gateway', { [REV]: 'canary' }, { istioVersion });

    expect([gateways('1.30'), gateways('1.31')]).toEqual([0, 1]);
  });

  test('of Kubernetes all', () => {
    expect([read('v1', 'Service', { [REV]: 'canary' }), read('v1', 'Pod', { [REV]: 'canary' })]).toEqual([1, 1]);
  });

  test('by any of several selectors', () => {
    const inventory = new Inventory(takeManifests([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { mesh: 'on' } } }]));
    const isRead = (...selectors: Record<string, string>[]) => isDiscovered(inventory, resolveMesh({ discoverySelectors: selectors.map(matchLabels => ({ matchLabels })) }), 'shop');

    expect([isRead(), isRead({ a: 'b' }, { mesh: 'on' }), isRead({ a: 'b' }), isRead({ 'kubernetes.io/metadata.name': 'shop' })]).toEqual([true, true, false, true]);
  });
});
