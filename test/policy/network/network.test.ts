import { PolicySet, Stage } from 'cdk8s-zero-trust';
import { labelled, letsIn, letsOut, network, ofNamespace } from './support';
import { AMBIENT, call, Call, FROM_WEB, mesh, STRICT } from '../sending';
import { authorization, namespace, pod, service } from '../support';

const answer = (objects: object[], asked: Call = {}, labels: Parameters<typeof mesh>[1] = {}) => {
  const { decision, stage } = call(mesh(objects, labels), asked);
  return stage === undefined ? decision : `${decision} ${stage}`;
};
const REFUSED = 'DENY NETWORK';
const UNKNOWN = 'UNDECIDED NETWORK';

describe('a pod that takes connections', () => {
  test.each<[string, object[], string]>([
    ['no policy at all', [], 'ALLOW'],
    ['a policy of another namespace', [network({}, { namespace: 'client' })], 'ALLOW'],
    ['a policy for other pods', [network({ podSelector: labelled({ app: 'db' }) })], 'ALLOW'],
    ['a policy without rules', [network({})], REFUSED],
    ['a policy for all pods without rules', [network({ podSelector: {} })], REFUSED],
    ['a policy without a podSelector', [network({ podSelector: undefined })], REFUSED],
    ['an empty list of rules', [network({ ingress: [] })], REFUSED],
    ['an empty rule', [network({ ingress: [{}] })], 'ALLOW'],
    ['a rule of which only the dash is there', [network({ ingress: [null] })], 'ALLOW'],
    ['a port of which only the dash is there', [network({ ingress: [{ ports: [null, { port: 1 }] }] })], 'ALLOW'],
    ['a rule with an empty list of peers', [network({ ingress: [{ from: [] }] })], 'ALLOW'],
    ['a rule with an empty list of ports', [network({ ingress: [{ from: [ofNamespace('client')], ports: [] }] })], 'ALLOW'],
    ['a policy for egress alone', [network({ policyTypes: ['Egress'] })], 'ALLOW'],
    ['a policy that has egress rules, and says of no types', [network({ egress: [{}] })], REFUSED],
    ['an empty list of types', [network({ policyTypes: [] })], REFUSED],
    ['one of two policies', [network({}), network({ ingress: [{}] }, { name: 'other' })], 'ALLOW'],
    ['pods of its own namespace', [letsIn([{ podSelector: {} }])], REFUSED],
    ['all namespaces', [letsIn([{ namespaceSelector: {} }])], 'ALLOW'],
    ['the namespace by its name', [letsIn([ofNamespace('client')])], 'ALLOW'],
    ['another namespace by its name', [letsIn([ofNamespace('shop')])], REFUSED],
    ['the namespace by a label', [letsIn([{ namespaceSelector: labelled({ 'istio-injection': 'enabled' }) }])], 'ALLOW'],
    ['the namespace and the pod', [letsIn([{ ...ofNamespace('client'), podSelector: labelled({ app: 'web' }) }])], 'ALLOW'],
    ['the namespace and another pod', [letsIn([{ ...ofNamespace('client'), podSelector: labelled({ app: 'db' }) }])], REFUSED],
    ['the namespace or another pod', [letsIn([ofNamespace('client'), { podSelector: labelled({ app: 'db' }) }])], 'ALLOW'],
    ['expressions that are met', [letsIn([{ namespaceSelector: {}, podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }, { key: 'x', operator: 'DoesNotExist' }] } }])], 'ALLOW'],
    ['expressions that are not', [letsIn([{ namespaceSelector: {}, podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] } }])], REFUSED],
    ['labels that injection adds', [letsIn([{ namespaceSelector: {}, podSelector: labelled({ 'service.istio.io/canonical-name': 'web' }) }])], 'ALLOW'],
    ['a block with the address', [letsIn([{ ipBlock: { cidr: '10.1.0.0/16' } }])], 'ALLOW'],
    ['a block without it', [letsIn([{ ipBlock: { cidr: '10.2.0.0/16' } }])], REFUSED],
    ['a block that excepts it', [letsIn([{ ipBlock: { cidr: '10.1.0.0/16', except: ['10.1.1.0/24'] } }])], REFUSED],
    ['a block that the API server takes for none', [letsIn([{ ipBlock: { cidr: '10.1.0.0' } }])], UNKNOWN],
    ['an exception that it takes for none', [letsIn([{ ipBlock: { cidr: '10.1.0.0/16', except: ['10.1.1.0/33'] } }])], UNKNOWN],
    ['an operator in lower case', [letsIn([{ namespaceSelector: {}, podSelector: { matchExpressions: [{ key: 'app', operator: 'in', values: ['web'] }] } }])], UNKNOWN],
    ['an operator without its values', [letsIn([{ namespaceSelector: {}, podSelector: { matchExpressions: [{ key: 'app', operator: 'In' }] } }])], UNKNOWN],
    ['an operator with values that it has none of', [letsIn([{ namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['b'] }] } }])], UNKNOWN],
    ['an operator for its own pods in lower case', [network({ podSelector: { matchExpressions: [{ key: 'app', operator: 'in', values: ['api'] }] } })], UNKNOWN],
    ['an exception that is no part of the block', [letsIn([{ ipBlock: { cidr: '10.1.0.0/16', except: ['10.2.0.0/24'] } }])], UNKNOWN],
    ['an exception that is all of the block', [letsIn([{ ipBlock: { cidr: '10.1.0.0/16', except: ['10.1.0.0/16'] } }])], UNKNOWN],
    ['a block beside selectors', [letsIn([{ ipBlock: { cidr: '10.1.0.0/16' }, podSelector: {} }])], UNKNOWN],
    ['a block without addresses', [letsIn([{ ipBlock: {} }])], UNKNOWN],
    ['a peer of which only the dash is there', [letsIn([null as never])], UNKNOWN],
    ['a peer without fields', [letsIn([{}])], UNKNOWN],
    ['a block of the other family', [letsIn([{ ipBlock: { cidr: '::/0' } }])], REFUSED],
    ['the port of the pod', [letsIn([], [{ port: 8080 }])], 'ALLOW'],
    ['the port of the Service', [letsIn([], [{ port: 80 }])], REFUSED],
    ['a range with the port', [letsIn([], [{ port: 8000, endPort: 8080 }])], 'ALLOW'],
    ['a range before it', [letsIn([], [{ port: 8000, endPort: 8079 }])], REFUSED],
    ['all ports of TCP', [letsIn([], [{ protocol: 'TCP' }])], 'ALLOW'],
    ['the port of UDP', [letsIn([], [{ protocol: 'UDP', port: 8080 }])], REFUSED],
    ['the name of no port', [letsIn([], [{ port: 'http' }])], REFUSED],
  ])('has %s', (_, policies, expected) => {
    expect(answer(policies)).toBe(expected);
  });

  test.each(['http', 'metrics'])('names its ports: %s', name => {
    const named = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'api', namespace: 'shop', labels: { app: 'api' } }, spec: { containers: [{ name: 'api', ports: [{ name, containerPort: 8080 }] }] } };
    const policies = PolicySet.fromManifests([namespace('client'), pod('web', {}, 'client'), namespace('shop'), service('api', [{ port: 80, targetPort: 8080 }]), named, letsIn([], [{ port: 'http' }])]);

    expect(call(policies).decision).toBe(name === 'http' ? 'ALLOW' : 'DENY');
  });
});

describe('a pod that sends', () => {
  test.each<[string, object[], string]>([
    ['nothing', [letsOut({})], REFUSED],
    ['nothing, by an empty list that counts for ingress alone', [network({ podSelector: {}, egress: [] }, { namespace: 'client' })], 'ALLOW'],
    ['to anything', [letsOut({ egress: [{}] })], 'ALLOW'],
    ['to the namespace', [letsOut({ egress: [{ to: [ofNamespace('shop')] }] })], 'ALLOW'],
    ['to the pod, by its port', [letsOut({ egress: [{ to: [{ ...ofNamespace('shop'), podSelector: labelled({ app: 'api' }) }], ports: [{ port: 8080 }] }] })], 'ALLOW'],
    ['to another port', [letsOut({ egress: [{ to: [ofNamespace('shop')], ports: [{ port: 80 }] }] })], REFUSED],
    ['to addresses of others', [letsOut({ egress: [{ to: [{ ipBlock: { cidr: '192.0.2.0/24' } }] }] })], REFUSED],
    ['to what does not take it', [letsOut({ egress: [{}] }), network({})], REFUSED],
  ])('may send %s', (_, policies, expected) => {
    expect(answer(policies)).toBe(expected);
  });
});

describe('a client', () => {
  const KNOWN = { workload: undefined, serviceAccount: 'client/web' };
  const OTHER = { workload: undefined, serviceAccount: 'client/other' };
  const leavingOut = (app: string) => ({ matchExpressions: [{ key: 'app', operator: 'NotIn', values: [app] }] });
  const byPod = letsIn([{ ...ofNamespace('client'), podSelector: labelled({ app: 'web' }) }]);

  test.each<[string, object[], Call, string]>([
    ['that is known by its identity is the pods that run as it', [byPod], { source: KNOWN }, 'ALLOW'],
    ['that no manifest has is some pod of its namespace', [letsIn([ofNamespace('client')])], { source: OTHER }, 'ALLOW'],
    ['that no manifest has may have any labels', [byPod], { source: OTHER }, UNKNOWN],
    ['that no manifest has is in no other namespace', [letsIn([ofNamespace('shop')])], { source: OTHER }, REFUSED],
    ['that no manifest has is selected by what selects all pods', [letsOut({})], { source: OTHER }, REFUSED],
    ['that no manifest has is none of those of the manifests', [network({ podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'] }, { namespace: 'client' })], { source: OTHER }, 'ALLOW'],
    ['that no manifest has may be selected', [network({ podSelector: labelled({ app: 'other' }), policyTypes: ['Egress'] }, { namespace: 'client' })], { source: OTHER }, UNKNOWN],
    ['that no manifest has may be selected by what lets it', [network({ podSelector: labelled({ app: 'other' }), policyTypes: ['Egress'], egress: [{}] }, { namespace: 'client' })], { source: OTHER }, 'ALLOW'],
    ['that no manifest has is none of those of the manifests that are left out', [network({ podSelector: leavingOut('web'), policyTypes: ['Egress'] }, { namespace: 'client' })], { source: OTHER }, REFUSED],
    ['that no manifest has may be left out, where the manifests do not have those', [network({ podSelector: leavingOut('other'), policyTypes: ['Egress'] }, { namespace: 'client' })], { source: OTHER }, UNKNOWN],
    ['that no manifest has is let in where those of the manifests are left out', [letsIn([{ ...ofNamespace('client'), podSelector: leavingOut('web') }])], { source: OTHER }, 'ALLOW'],
    ['that no manifest has may not be let in, where the manifests do not have those that are left out', [letsIn([{ ...ofNamespace('client'), podSelector: leavingOut('other') }])], { source: OTHER }, UNKNOWN],
    ['of another mesh is perhaps no pod', [letsIn([ofNamespace('client')])], { source: { workload: undefined, principal: 'other.example/ns/client/sa/web' } }, 'DENY TRANSPORT'],
    ['without identity may be anybody', [byPod], { source: { workload: undefined } }, UNKNOWN],
    ['without identity is refused by what lets nobody in', [network({})], { source: { workload: undefined } }, REFUSED],
    ['without identity that a proxy refuses is refused, whoever it is', [byPod, STRICT], { source: { workload: undefined } }, 'DENY TRANSPORT'],
    ['with an address is known by that', [letsIn([{ ipBlock: { cidr: '203.0.113.0/24' } }])], { source: { workload: undefined, ip: '203.0.113.7' } }, 'ALLOW'],
    ['on the node of the pod is always let in', [network({})], { source: { workload: undefined, ip: '169.254.7.127' } }, 'ALLOW'],
  ])('%s', (_, policies, asked, expected) => {
    expect(answer(policies, asked)).toBe(expected);
  });

  test('that is one of several must be let in whichever it is', () => {
    const twin = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'batch', namespace: 'client', labels: { app: 'batch' } }, spec: { serviceAccountName: 'web' } };

    expect(answer([byPod, twin], { source: KNOWN })).toBe(UNKNOWN);
    expect(answer([letsIn([ofNamespace('client')]), twin], { source: KNOWN })).toBe('ALLOW');
  });

  test('on the network of its host may be taken for a pod, or for that', () => {
    const host = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'agent', namespace: 'client', labels: { app: 'agent' } }, spec: { hostNetwork: true } };
    const sent = { source: { workload: 'client/agent' } };

    expect(answer([letsIn([ofNamespace('client')]), host], sent)).toBe(UNKNOWN);
    expect(answer([network({ ingress: [{}] }), host], sent)).toBe('ALLOW');
    expect(answer([letsIn([ofNamespace('shop')]), host], sent)).toBe(REFUSED);
  });

  test('has labels that its controller makes up, and nobody knows', () => {
    const made = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'jobs', namespace: 'client' }, spec: { template: { metadata: { labels: { app: 'jobs' } } } } };

    expect(answer([letsIn([{ namespaceSelector: {}, podSelector: labelled({ 'pod-template-hash': '1' }) }]), made], { source: { workload: 'client/jobs' } })).toBe(UNKNOWN);
  });

  test('is never kept from itself', () => {
    expect(answer([network({})], { source: { workload: 'shop/api' } })).toBe('ALLOW');
    expect(answer([network({})], { source: { workload: 'shop/api' }, destination: { service: undefined, workload: 'api', port: 8080 } })).toBe('ALLOW');
  });

  test('of a namespace that the manifests do not have has its name, and any labels', () => {
    const source = { workload: undefined, serviceAccount: 'far/away' };

    expect(answer([letsIn([ofNamespace('far')])], { source })).toBe('ALLOW');
    expect(answer([letsIn([{ namespaceSelector: labelled({ team: 'a' }) }])], { source })).toBe(UNKNOWN);
  });
});

describe('what the network sees', () => {
  const both = { client: AMBIENT, server: AMBIENT };
  const port = (number: number) => letsIn([ofNamespace('client')], [{ port: number }]);

  test('in ambient mode is the tunnel, from the address of the pod', () => {
    expect(answer([port(15008)], {}, both)).toBe('ALLOW');
    expect(answer([port(8080)], {}, both)).toBe(REFUSED);
    expect(answer([port(15008)], { source: { workload: undefined, serviceAccount: 'client/web' } }, both)).toBe('ALLOW');
    expect(answer([letsOut({ egress: [{ ports: [{ port: 15008 }] }] })], {}, both)).toBe('ALLOW');
  });

  test('of what sends without a proxy is the port of the pod', () => {
    expect(answer([port(8080)], {}, { client: {}, server: AMBIENT })).toBe('ALLOW');
    expect(answer([port(15008)], {}, { client: {}, server: AMBIENT })).toBe(REFUSED);
    expect(answer([port(8080)], {}, { client: {}, server: {} })).toBe('ALLOW');
    expect(answer([port(80)], {}, { client: {}, server: {} })).toBe(REFUSED);
  });

  test('between ambient mode and a sidecar is the tunnel', () => {
    expect(answer([port(15008)], {}, { client: AMBIENT })).toBe('ALLOW');
    expect(answer([port(8080)], {}, { client: AMBIENT })).toBe(REFUSED);
  });

  test('of an identity that may send by either is what both are', () => {
    const twin = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'batch', namespace: 'client', labels: { 'app': 'batch', 'sidecar.istio.io/inject': 'true' } }, spec: { serviceAccountName: 'web' } };
    const source = { workload: undefined, serviceAccount: 'client/web' };

    expect(answer([port(15008), twin], { source }, { client: AMBIENT })).toBe(UNKNOWN);
    expect(answer([letsIn([ofNamespace('client')], [{ port: 15008 }, { port: 8080 }]), twin], { source }, { client: AMBIENT })).toBe('ALLOW');
  });

  const waypoint = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'waypoint', namespace: 'shop' }, spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] } };
  const bound = { client: AMBIENT, server: { ...AMBIENT, 'istio.io/use-waypoint': 'waypoint' } };
  const ofWaypoint = labelled({ 'gateway.networking.k8s.io/gateway-name': 'waypoint' });
  const toWaypoint = network({ podSelector: ofWaypoint, ingress: [{ from: [ofNamespace('client')], ports: [{ port: 15008 }] }] }, { name: 'waypoint' });

  test('past a waypoint is a connection to it, and one of it', () => {
    expect(answer([waypoint, toWaypoint, letsIn([{ podSelector: ofWaypoint }], [{ port: 15008 }])], {}, bound)).toBe('ALLOW');
    expect(answer([waypoint, toWaypoint, letsIn([ofNamespace('client')], [{ port: 15008 }])], {}, bound)).toBe(REFUSED);
    expect(answer([waypoint, network({ podSelector: ofWaypoint }, { name: 'waypoint' })], {}, bound)).toBe(REFUSED);
    expect(answer([waypoint, network({ podSelector: ofWaypoint, policyTypes: ['Egress'] }, { name: 'waypoint' })], {}, bound)).toBe(REFUSED);
    expect(answer([waypoint, letsOut({ egress: [{ to: [{ ...ofNamespace('shop'), podSelector: ofWaypoint }] }] })], {}, bound)).toBe('ALLOW');
  });

  test('of what a waypoint refuses is what comes before it', () => {
    const refusing = authorization({ targetRefs: [{ kind: 'Gateway', group: 'gateway.networking.k8s.io', name: 'waypoint' }] });

    expect(answer([waypoint, network({}), refusing], {}, bound)).toBe('DENY ALLOW');
    expect(answer([waypoint, network({ podSelector: ofWaypoint }), refusing], {}, bound)).toBe(REFUSED);
  });

  test('is nothing of a proxy that is asked about by itself', () => {
    expect(answer([network({})], { destination: { proxy: 'SIDECAR' as never, service: undefined, workload: 'api', port: 8080 }, source: { workload: undefined } })).toBe('ALLOW');
  });

  test('of what is outside the cluster are its addresses', () => {
    const entry = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: { name: 'pay', namespace: 'client' },
      spec: { hosts: ['pay.example'], location: 'MESH_EXTERNAL', resolution: 'STATIC', ports: [{ number: 443, name: 'tls', protocol: 'TLS' }], endpoints: [{ address: '203.0.113.7' }] },
    };
    const destination = { service: undefined, namespace: 'client', serviceEntry: 'pay', port: 443 };

    expect(call(mesh([entry, letsOut({ egress: [{ to: [{ namespaceSelector: {} }] }] })]), { destination }).decision).toBe('DENY');
    expect(call(mesh([entry, letsOut({ egress: [{ to: [{ ipBlock: { cidr: '198.51.100.0/24' } }] }] })]), { destination }).decision).toBe('DENY');
    expect(call(mesh([entry, letsOut({ egress: [{ to: [{ ipBlock: { cidr: '203.0.113.0/24' } }], ports: [{ port: 443 }] }] })]), { destination }).stage).not.toBe(Stage.NETWORK);
  });
});

describe('an answer', () => {
  test('names the policies that refuse, and why', () => {
    const response = call(mesh([letsIn([ofNamespace('shop')]), letsOut({ egress: [{}] }), FROM_WEB]));

    expect(response.explain()).toBe(`DENY, as the network lets nothing through from client/web to shop/api, port 8080, as no rule of NetworkPolicy shop/net allows it
NETWORK: client/web to shop/api, port 8080
   egress    allowed by NetworkPolicy client/out rule 0
   ingress   refused, as no rule of NetworkPolicy shop/net allows it
1. sidecar of shop/api, port 8080
   TRANSPORT PERMISSIVE; HTTP connection of peer spiffe://cluster.local/ns/client/sa/web
   ALLOW     allowed by ALLOW shop/policy rule 0
   attached: shop/policy`);
    expect([response.determiningPolicies, response.httpStatus]).toEqual([[{ kind: 'NetworkPolicy', namespace: 'shop', name: 'net' }], undefined]);
  });

  test('names the rules that allow', () => {
    const response = call(mesh([letsIn([ofNamespace('x'), ofNamespace('client')]), FROM_WEB]));

    expect(response.determiningPolicies.map(({ kind, rule }) => [kind, rule])).toEqual([['NetworkPolicy', 0], ['AuthorizationPolicy', 0]]);
    expect(response.connections).toEqual([{ source: 'client/web', destination: 'shop/api', port: 8080, ingress: 'allowed by NetworkPolicy shop/net rule 0' }]);
  });

  test('says of what is not known what it hangs on', () => {
    const response = call(mesh([letsIn([{ namespaceSelector: {}, podSelector: labelled({ app: 'web' }) }])]), { source: { workload: undefined, serviceAccount: 'client/other' } });

    expect([response.undecidedReason, response.reason]).toEqual(['UNKNOWN_FACT',
      "it is not known whether NetworkPolicy shop/net let the network through from the client in 'client' to shop/api, port 8080: neither the request nor the manifests say enough of the pods"]);
  });

  test('is undecided by a policy that cannot be read, where that matters', () => {
    const misread = network({ ingress: [{ from: [{ ipBlock: 'any' }] }] });

    expect(call(mesh([misread])).undecidedReason).toBe('MANIFEST_IN_DOUBT');
    expect(call(mesh([network({ ingress: 'x' }, { namespace: 'else' })])).decision).toBe('ALLOW');
  });
});
