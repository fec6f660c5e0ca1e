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

    expect(notes([...classic, custom('one'), custom('two')])).toEqual([note]);
    expect([notes([...classic, custom('one')]), notes([...classic, custom('one'), custom('two')], { istiodEnvironment: {} })]).toEqual([[], []]);
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
