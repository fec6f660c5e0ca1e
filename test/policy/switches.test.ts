import { MeshSettings, PolicySet } from 'cdk8s-zero-trust';
import { askGateway, gateway, HTTP, ingress, kubernetes, virtualService } from './gateway-support';
import { authorization, namespace, pod, service, verdict, WEB } from './support';

const WAYPOINT = kubernetes('Gateway', { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] }, { name: 'waypoint', namespace: 'shop', labels: { team: 'x' } });
const toGateway = { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' }] };
const toService = { targetRefs: [{ group: '', kind: 'Service', name: 'api' }] };
const LAYERED = { istiodEnvironment: { ENABLE_LAYERED_WAYPOINT_AUTHORIZATION_POLICIES: 'true' } };
const denying = { action: 'DENY', rules: [{}] };

function throughWaypoint(policies: object[], settings = {}, waypoint = WAYPOINT) {
  const api = service('api', [{ name: 'http', port: 80, targetPort: 8080 }], { 'istio.io/use-waypoint': 'waypoint' });
  // captured by nothing behind the waypoint, so that only the waypoint answers
  const world = [namespace('shop', { 'istio.io/dataplane-mode': 'ambient' }), api, pod('api', { 'istio.io/dataplane-mode': 'none' }), waypoint, ...policies];
  return PolicySet.fromManifests(world, settings).isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 80 }, source: { principal: WEB, ip: '10.1.2.3' }, http: {} });
}

describe('2.4 policies without targetRefs at waypoints', () => {
  test.each<[string, object, object, string]>([
    ['do not hold', { ...denying }, {}, 'ALLOW 200'],
    ['hold with the switch for layers', { ...denying }, LAYERED, 'DENY DENY'],
    ['hold with their selector', { ...denying, selector: { matchLabels: { team: 'x' } } }, LAYERED, 'DENY DENY'],
    ['do not with that of others', { ...denying, selector: { matchLabels: { team: 'y' } } }, LAYERED, 'ALLOW 200'],
    ['do not where selectors are switched off', { ...denying }, { istiodEnvironment: { ...LAYERED.istiodEnvironment, ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY: 'false' } }, 'ALLOW 200'],
    ['see the address of the client', { action: 'DENY', rules: [{ from: [{ source: { ipBlocks: ['10.1.2.3'] } }] }] }, LAYERED, 'DENY DENY'],
    ['see the port of tunnels', { action: 'DENY', rules: [{ to: [{ operation: { ports: ['15008'] } }] }] }, LAYERED, 'DENY DENY'],
    ['see nothing of HTTP', { action: 'ALLOW', rules: [{ to: [{ operation: { methods: ['GET'] } }] }] }, LAYERED, 'DENY ALLOW'],
  ])('%s', (_, spec, settings, expected) => {
    expect(verdict(throughWaypoint([authorization(spec as Record<string, unknown>)], settings))).toBe(expected);
  });

  test('leave policies with targetRefs as they are; those for the Gateway hold in both layers', () => {
    const considered = (spec: object) => throughWaypoint([authorization({ ...denying, ...spec })], LAYERED).hops.map(hop => hop.considered.length);

    expect([considered(toGateway), considered(toService), considered({})]).toEqual([[1, 1], [0, 1], [1, 0]]);
  });
});

describe('14.3 a switch of istiod that is not known', () => {
  const custom = (name: string) => authorization({ action: 'CUSTOM', provider: { name }, rules: [{}] }, { name, namespace: 'edge' });
  const classic = [...ingress(), gateway([HTTP]), virtualService({ http: [{ route: [] }] })];
  const ofApi = kubernetes('Gateway', { gatewayClassName: 'istio', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] });
  const deny = authorization(denying, { namespace: 'edge' });
  const notes = (manifests: object[], settings: MeshSettings = {}, name = 'ingress', port = 8080) => askGateway(PolicySet.fromManifests(manifests, { authorizerProviders: [], ...settings }), { port }, name).notes;

  test('is told of where there are several authorizers', () => {
    const note = 'istiod is taken to run with PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS=false: there are several external authorizers';

    const several = 'what an authorizer would be asked about is refused, as the workload has several authorizers: one, two';
    const missing = "what an authorizer would be asked about is refused, as the mesh settings have no authorizer 'one'";

    expect(notes([...classic, custom('one'), custom('two')])).toEqual([note, several]);
    expect([notes([...classic, custom('one')]), notes([...classic, custom('one'), custom('two')], { istiodEnvironment: {} })]).toEqual([[missing], [several]]);
  });

  test('is told of where a policy without targetRefs holds at a gateway of the Gateway API', () => {
    const note = 'istiod is taken to run with ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY=true: a policy without targetRefs is attached to a gateway of the Gateway API';

    expect(notes([ofApi, deny], {}, 'gw', 80)).toEqual([note]);
    expect([notes([ofApi], {}, 'gw', 80), notes([...classic, deny])]).toEqual([[], []]);
  });

  test('is told of where a policy selects the pods of a waypoint', () => {
    const note = 'istiod is taken to run with ENABLE_LAYERED_WAYPOINT_AUTHORIZATION_POLICIES=false: a policy selects the pods of a waypoint';
    const about = (spec: object) => throughWaypoint([authorization({ ...denying, ...spec })]).notes.filter(one => one.includes('istiod'));

    expect([about({ selector: { matchLabels: { team: 'x' } } }), about({ selector: { matchLabels: { team: 'y' } } }), about({})]).toEqual([[note], [], []]);
  });
});

describe('13.1 a classic Gateway that selects the pods of a Gateway of the Gateway API', () => {
  const ofApi = kubernetes('Gateway', { gatewayClassName: 'istio', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] }, { labels: { istio: 'ingress' } });
  const answer = (ofNamespace: string, settings: MeshSettings = {}) => {
    const classic = gateway([{ ...HTTP, port: { ...HTTP.port, number: 8081 } }], { name: 'classic', namespace: ofNamespace });
    return verdict(askGateway(PolicySet.fromManifests([namespace('edge'), namespace('other'), ofApi, classic], settings), { port: 8081 }, 'gw'));
  };

  test.each<[what: string, ofNamespace: string, settings: MeshSettings, expected: string]>([
    ['of their namespace gives them servers', 'edge', {}, 'ALLOW 404'],
    ['of another does not', 'other', {}, 'DENY TRANSPORT'],
    ['of another does where istiod is told so', 'other', { istiodEnvironment: { PILOT_ENABLE_STRICT_GATEWAY_MERGING: 'false' } }, 'ALLOW 404'],
    ['of another did up to 1.30', 'other', { istioVersion: '1.30' }, 'ALLOW 404'],
  ])('%s', (_, ofNamespace, settings, expected) => {
    expect(answer(ofNamespace, settings)).toBe(expected);
  });
});

describe('2.5 the policy that istiod makes for the waypoint of a workload, where it is told to,', () => {
  const told = { istiodEnvironment: { PILOT_AUTO_ALLOW_WAYPOINT_POLICY: 'true' } };
  const api = (labels: Record<string, string>) => service('api', [{ name: 'http', port: 80, targetPort: 8080 }], labels);
  const world = (labels: Record<string, string>, policies: object[], settings: MeshSettings) =>
    PolicySet.fromManifests([namespace('shop', { 'istio.io/dataplane-mode': 'ambient' }), api(labels), pod('api'), WAYPOINT, ...policies], settings);
  const BOUND = { 'istio.io/use-waypoint': 'waypoint' };
  const to = { service: { service: 'api', port: 80 }, pod: { workload: 'api', port: 8080 } };
  const onlyOthers = authorization({ rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/other'] } }] }] });

  test.each<[what: string, destination: object, labels: Record<string, string>, policies: object[], settings: MeshSettings, expected: string]>([
    ['lets it in beside other policies', to.service, BOUND, [onlyOthers], told, 'ALLOW 200'],
    ['is not there by default', to.service, BOUND, [onlyOthers], {}, 'DENY ALLOW'],
    ['refuses those that go past it', to.pod, BOUND, [], told, 'DENY ALLOW'],
    ['is not there without a waypoint', to.pod, {}, [], told, 'ALLOW'],
  ])('%s', (_, destination, labels, policies, settings, expected) => {
    const response = world(labels, policies, settings).isAuthorized({ destination: { namespace: 'shop', port: 80, ...destination }, source: { principal: WEB }, http: {} });

    expect(verdict(response)).toBe(expected);
  });

  test('is named', () => {
    const { hops, determiningPolicies } = world(BOUND, [], told).isAuthorized({ destination: { namespace: 'shop', ...to.service }, source: { principal: WEB }, http: {} });

    expect(hops.map(({ considered }) => considered)).toEqual([[], ['shop/istio_allow_waypoint_shop_waypoint']]);
    expect(determiningPolicies.map(({ name }) => name)).toEqual(['istio_allow_waypoint_shop_waypoint']);
  });
});

describe('1.14 a ServiceEntry without addresses', () => {
  const entry = { apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', metadata: { name: 'ext', namespace: 'shop', labels: { 'istio.io/use-waypoint': 'waypoint' } }, spec: { hosts: ['a.example.com'], ports: [{ number: 80, name: 'http', protocol: 'HTTP' }], resolution: 'DNS' } };

  test.each([['true', ['waypoint shop/waypoint']], ['false', []]])('is given one with PILOT_ENABLE_IP_AUTOALLOCATE=%s', (value, hops) => {
    const policies = PolicySet.fromManifests([namespace('shop', { 'istio.io/dataplane-mode': 'ambient' }), WAYPOINT, entry], { istiodEnvironment: { PILOT_ENABLE_IP_AUTOALLOCATE: value } });

    expect(policies.isAuthorized({ destination: { namespace: 'shop', serviceEntry: 'ext', port: 80 }, source: { principal: WEB }, http: {} }).hops.map(({ proxy }) => proxy)).toEqual(hops);
  });
});
