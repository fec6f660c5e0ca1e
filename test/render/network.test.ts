import { DataPlane } from '../../src/intent/mesh';
import { NetworkFlow, NetworkIntent, NetworkParty, tcpPorts } from '../../src/intent/network-intent';
import { renderNetwork } from '../../src/render/network';
import { MESH } from '../support/facts';

const pods = (name: string, namespace = 'shop'): NetworkParty => ({ kind: 'pods', namespace, name, labels: { app: name } });
const ANYWHERE: NetworkParty = { kind: 'anywhere' };
const toApi = (from: NetworkParty, ports?: NetworkFlow['ports']): NetworkFlow => ({ from, to: pods('api'), ports });
const tcp = (...ports: number[]) => ports.map(port => ({ protocol: 'TCP', port }));

function network(ingress: readonly NetworkFlow[], more: Partial<NetworkIntent> = {}): NetworkIntent {
  return { kind: 'network', mesh: MESH, namespace: { name: 'shop', dataPlane: DataPlane.SIDECAR }, twins: { otherClusters: [] }, ingress, egress: [], ...more };
}

describe('The NetworkPolicies of a namespace', () => {
  test.each<[string, readonly NetworkFlow[], object[] | undefined]>([
    ['pods of it by their labels', [toApi(pods('web'), tcpPorts(8080))], [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: tcp(8080) }]],
    ['pods elsewhere by their namespace as well', [toApi(pods('web', 'ops'), tcpPorts(8080))],
      [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ops' } }, podSelector: { matchLabels: { app: 'web' } } }], ports: tcp(8080) }]],
    ['a namespace', [toApi({ kind: 'namespace', namespace: 'ops' }, tcpPorts(8080))], [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ops' } } }], ports: tcp(8080) }]],
    ['addresses', [toApi({ kind: 'block', cidr: '10.0.0.0/8' })], [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }]],
    ['anybody, without peers', [toApi(ANYWHERE, tcpPorts(8080))], [{ ports: tcp(8080) }]],
    ['one party once, with all its ports', [toApi(pods('web'), tcpPorts(9090)), toApi(pods('web'), tcpPorts(8080, 9090))], [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: tcp(8080, 9090) }]],
    ['nobody by an empty list of ports, which would be all', [toApi(pods('web'), [])], undefined],
    ['nobody more by one beside others', [toApi(pods('web'), tcpPorts(8080)), toApi(ANYWHERE, [])], [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: tcp(8080) }]],
  ])('let in %s', (_, flows, rules) => {
    const { specs, problems } = renderNetwork(network(flows));

    expect(problems).toEqual([]);
    expect(specs).toEqual({
      'deny-all': { podSelector: {}, policyTypes: ['Ingress'] },
      ...rules ? { 'to-api': { podSelector: { matchLabels: { app: 'api' } }, policyTypes: ['Ingress'], ingress: rules } } : {},
    });
  });

  test('are none where nobody asks for them', () => {
    expect(renderNetwork(network([toApi(ANYWHERE)], { twins: undefined })).specs).toEqual({});
  });

  test('let out to names, to istiod, and to whom flows lead', () => {
    const dns: NetworkParty = { kind: 'namespace', namespace: 'kube-system' };
    const { specs } = renderNetwork(network([], { twins: { egress: { parties: [dns], ports: [53] }, otherClusters: [] }, egress: [{ from: pods('web'), to: pods('api'), ports: tcpPorts(8080) }] }));

    expect(specs).toEqual({
      'deny-all': {
        podSelector: {},
        policyTypes: ['Ingress', 'Egress'],
        egress: [
          { to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }], ports: [{ protocol: 'UDP', port: 53 }, { protocol: 'TCP', port: 53 }] },
          { to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'istio-system' } }, podSelector: { matchLabels: { app: 'istiod' } } }], ports: tcp(15012) },
        ],
      },
      'from-web': { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: { matchLabels: { app: 'api' } } }], ports: tcp(8080) }] },
    });
  });
});
