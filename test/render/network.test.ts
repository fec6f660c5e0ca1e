import { DataPlane } from '../../src/intent/mesh';
import { NetworkCut, NetworkFlow, NetworkIntent, NetworkParty, tcpPorts } from '../../src/intent/network-intent';
import { renderNetwork } from '../../src/render/network';
import { MESH } from '../support/facts';

const pods = (name: string, namespace = 'shop'): NetworkParty => ({ kind: 'pods', namespace, name, labels: { app: name } });
const ANYWHERE: NetworkParty = { kind: 'anywhere' };
const toApi = (from: NetworkParty, ports?: NetworkFlow['ports']): NetworkFlow => ({ from, to: pods('api'), ports });
const tcp = (...ports: number[]) => ports.map(port => ({ protocol: 'TCP', port }));

function network(ingress: readonly NetworkFlow[], more: Partial<NetworkIntent> = {}): NetworkIntent {
  return { kind: 'network', mesh: MESH, namespace: { name: 'shop', dataPlane: DataPlane.SIDECAR }, twins: { otherClusters: [] }, ingress, egress: [], cuts: [], ...more };
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

  describe('where a quarantine lasts', () => {
    const DNS: NetworkParty = { kind: 'namespace', namespace: 'kube-system' };
    const BOTH = { egress: { parties: [DNS], ports: [53] }, otherClusters: [] };
    const cut = (name: string, more: Partial<NetworkCut> = {}): NetworkCut => ({ namespace: 'shop', labels: { app: name }, podLabels: { app: name }, isKnown: true, isWhole: true, ...more });
    const selector = (name: string) => ({ podSelector: { matchLabels: { app: name } } });
    const ALL_BUT_API = { podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['api'] }] } };
    const SHOP: NetworkParty = { kind: 'namespace', namespace: 'shop' };

    test('let nothing in to its pods by the policy that did, which stays, and leave them out of those for all', () => {
      const toAll: NetworkFlow = { from: { kind: 'namespace', namespace: 'ops' }, to: SHOP, ports: tcpPorts(9090) };
      const { specs } = renderNetwork(network([toApi(pods('web'), tcpPorts(8080)), toAll], { cuts: [cut('api')] }));

      expect(specs).toEqual({
        'deny-all': { podSelector: {}, policyTypes: ['Ingress'] },
        'to-api': { ...selector('api'), policyTypes: ['Ingress'], ingress: [] },
        'to-all': { ...ALL_BUT_API, policyTypes: ['Ingress'], ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ops' } } }], ports: tcp(9090) }] },
      });
    });

    test('let its pods in nowhere, and by nobody else when it was alone', () => {
      const to = (name: string, ...from: NetworkParty[]) => from.map((party): NetworkFlow => ({ from: party, to: pods(name), ports: tcpPorts(80) }));
      const { specs } = renderNetwork(network([...to('db', pods('api'), pods('web')), ...to('cache', pods('api')), ...to('log', SHOP), ...to('open', ANYWHERE, pods('api'))], { cuts: [cut('api')] }));

      expect(specs).toEqual({
        'deny-all': { podSelector: {}, policyTypes: ['Ingress'] },
        'to-db': { ...selector('db'), policyTypes: ['Ingress'], ingress: [{ from: [selector('web')], ports: tcp(80) }] },
        // a rule without peers would be for everybody
        'to-cache': { ...selector('cache'), policyTypes: ['Ingress'], ingress: [] },
        'to-log': { ...selector('log'), policyTypes: ['Ingress'], ingress: [{ from: [ALL_BUT_API], ports: tcp(80) }] },
        'to-open': { ...selector('open'), policyTypes: ['Ingress'], ingress: [{ ports: tcp(80) }] },
      });
    });

    test('leave its pods neither names nor the control plane, which others keep', () => {
      const flows = [{ from: pods('api'), to: pods('db'), ports: tcpPorts(80) }, { from: pods('web'), to: pods('api', 'ops'), ports: tcpPorts(80) }];
      const { specs } = renderNetwork(network([], { twins: BOTH, egress: flows, cuts: [cut('api', { namespace: 'ops' }), cut('api', { labels: { app: 'api', tier: 'back' } })] }));
      const names = [{ to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }], ports: [{ protocol: 'UDP', port: 53 }, { protocol: 'TCP', port: 53 }] }];
      const istiod = [{ to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'istio-system' } }, podSelector: { matchLabels: { app: 'istiod' } } }], ports: tcp(15012) }];
      const egress = [...names, ...istiod];

      expect(specs).toEqual({
        'deny-all': { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
        'all-others': { ...ALL_BUT_API, policyTypes: ['Egress'], egress },
        'all-others+2': { podSelector: { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['back'] }] }, policyTypes: ['Egress'], egress },
        'from-api': { podSelector: { matchLabels: { app: 'api' }, matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['back'] }] }, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: { matchLabels: { app: 'db' } } }], ports: tcp(80) }] },
        'from-web': { ...selector('web'), policyTypes: ['Egress'], egress: [] },
      });
    });

    test('of an account keep in what its pods send, and leave them names, the control plane and who calls them', () => {
      const egress: NetworkFlow[] = [{ from: pods('api'), to: pods('db'), ports: tcpPorts(80) }, { from: pods('web'), to: pods('api'), ports: tcpPorts(80) }];
      const { specs } = renderNetwork(network([toApi(pods('web'), tcpPorts(8080))], { twins: BOTH, egress, cuts: [cut('api', { isWhole: false })] }));
      const before = renderNetwork(network([toApi(pods('web'), tcpPorts(8080))], { twins: BOTH, egress })).specs;

      expect(specs).toEqual({ ...before, 'from-api': { ...selector('api'), policyTypes: ['Egress'], egress: [] } });
    });

    test.each<[string, NetworkParty, object[]]>([
      ['pods', pods('api', 'ops'), []],
      ['all pods', { kind: 'namespace', namespace: 'ops' },
        [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ops' } }, ...ALL_BUT_API }], ports: tcp(8080) }]],
    ])('of another namespace let %s of it in no more', (_, from, ingress) => {
      const { specs } = renderNetwork(network([{ from, to: pods('web'), ports: tcpPorts(8080) }], { cuts: [cut('api', { namespace: 'ops' })] }));

      expect(specs).toEqual({ 'deny-all': { podSelector: {}, policyTypes: ['Ingress'] }, 'to-web': { ...selector('web'), policyTypes: ['Ingress'], ingress } });
    });
  });
});
