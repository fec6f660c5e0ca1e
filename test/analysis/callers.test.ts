import { CLOSED, deployment, from, policy, shop } from './support';
import { AccessMap, MeshSettings, PolicySet } from '../../src';

const lines = (policies: PolicySet) => AccessMap.of(policies).toString().split('\n').filter(line => !/^shop\/(web|db|gw):/.test(line)).map(line => line.replace('shop/api:8080, any other port from ', ''));
const api = (rule: object, settings: MeshSettings = {}, action = 'ALLOW') => lines(shop([...CLOSED, policy('api', { action, rules: [rule] })], { settings }));
const source = (one: object) => ({ from: [{ source: one }] });
const foreign = { foreignTrustDomains: ['west.example', 'east.example'] };

describe('callers are told apart', () => {
  test.each<[string, string[], string[]]>([
    ['those of another trust domain but for one that a rule refuses', api(source({ principals: ['west.example/ns/a/sa/a'] }), foreign, 'DENY'),
      ['any identity of the mesh, any other identity of another trust domain']],
    ['those of another trust domain where a rule refuses one of the mesh', api(source({ principals: ['cluster.local/ns/shop/sa/ghost'] }), foreign, 'DENY'),
      ['any other identity, any identity of another trust domain']],
    ['one by an alias of the trust domain, which may be as long', api(source({ principals: ['other-mesh.td/ns/shop/sa/db'] }), { trustDomainAliases: ['other-mesh.td'] }), ['shop/db, spiffe://other-mesh.td/ns/shop/sa/db']],
    ['one that is no service account, beside one', api(source({ principals: ['cluster.local/odd', 'cluster.local/ns/shop/sa/web'] })), ['shop/web, spiffe://cluster.local/odd']],
    ['one that is no service account, beside a pattern', api({ from: [{ source: { principals: ['cluster.local/odd', 'cluster.local/ns/shop/sa/web'] } }, { source: { namespaces: ['ops'] } }] }),
      ['namespaces ops, shop/web, spiffe://cluster.local/odd']],
    ['the account of the name that is made up for others', api(source({ principals: ['cluster.local/ns/x/sa/x'] }), {}, 'DENY'), ['any other identity']],
  ])('%s', (_, said, expected) => {
    expect(said).toEqual(expected);
  });

  test('by whether they show a certificate, where a gateway asks for none', () => {
    const gateway = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: 'gw', namespace: 'shop' },
      spec: { selector: { app: 'gw' }, servers: [{ port: { number: 443, name: 'https', protocol: 'HTTPS' }, hosts: ['*'], tls: { mode: 'SIMPLE', credentialName: 'cert' } }] },
    };

    expect(lines(shop([...CLOSED, policy('api', {}), deployment('gw'), gateway]))).toEqual(['gateway shop/gw:443 from anyone with an identity, TLS without a client certificate']);
  });

  test('by no pattern that Istio 1.29 took for a regular expression', () => {
    const { undecided } = AccessMap.of(shop([...CLOSED, policy('api', { rules: [source({ principals: ['*/ns/(a|b)/sa/x'] })] })], { settings: { istioVersion: '1.29' } }));

    expect(undecided[0].reason).toBe("it cannot be told which identities '*/ns/(a|b)/sa/x' matches: up to Istio 1.29 it is a regular expression");
  });

  describe('where a waypoint is in front', () => {
    const labels = { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'wp' };
    const waypoint = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'wp', namespace: 'shop' },
      spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] },
    };
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'api', namespace: 'shop' }, spec: { selector: { app: 'api' }, ports: [{ port: 80, targetPort: 8080 }] } };
    const behind = (rule: object, more: readonly object[] = []) => {
      const atService = { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'at', namespace: 'shop' }, spec: { targetRefs: [{ group: '', kind: 'Service', name: 'api' }], rules: [rule] } };
      return shop([...CLOSED, service, waypoint, atService, policy('api', { rules: [from(['wp'])] }), ...more], { labels });
    };

    test('by an account that a rule names and nothing runs as', () => {
      expect(lines(behind(from(['ghost'])))).toEqual(['Service shop/api:80 from shop/ghost, shop/wp', 'shop/wp']);
    });

    test('by whatever else is of a namespace, by whichever name', () => {
      const named = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'sa', labels } }, deployment('batch', 'sa')];

      expect(lines(behind(source({ namespaces: ['shop', 'sa'] }), named))).toContain('Service shop/api:80 from any other of namespaces sa, any other of namespaces shop, any other workload of sa, any other workload of shop, sa/batch, shop/api, shop/db, shop/web, shop/wp');
    });

    // an identity that is made up must not be one of these, which go past the waypoint
    test.each(['x', 'xx', 'y'])('the same whether or not the manifests have a namespace %s with sidecars', name => {
      const other = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'istio-injection': 'enabled' } } };

      for (const rule of [from(['ghost']), source({ notNamespaces: ['ops*'] })]) expect(lines(behind(rule, [other]))).toEqual(lines(behind(rule)));
    });
  });
});
