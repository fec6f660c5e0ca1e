import { PolicySet, RequestDestination, RequestSource } from 'cdk8s-zero-trust';
import { authorization, namespace, pod, verdict, WEB } from './support';

const WP = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'wp', namespace: 'shop' }, spec: { gatewayClassName: 'istio-waypoint' } };

function service(clusterIPs: string[], labels: Record<string, string> = {}): object {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'api', namespace: 'shop', labels }, spec: { clusterIP: clusterIPs[0], clusterIPs, selector: { app: 'api' }, ports: [{ name: 'http', port: 80 }] } };
}

function withAddresses(name: string, ...ips: string[]): object {
  return { ...pod(name) as object, status: { podIP: ips[0], podIPs: ips.map(ip => ({ ip })) } };
}

function ask(mode: Record<string, string>, manifests: object[], { to = { service: 'api', port: 80 }, source = { principal: WEB } }: { to?: Partial<RequestDestination>; source?: RequestSource } = {}) {
  return PolicySet.fromManifests([namespace('shop', mode), ...manifests]).isAuthorized({ source, destination: { namespace: 'shop', port: 80, ...to }, http: {} });
}

const SIDECARS = { 'istio-injection': 'enabled' };
const AMBIENT = { 'istio.io/dataplane-mode': 'ambient' };
const BOTH = ['10.96.0.1', 'fd00::1'];
const deny = (when: object, spec: object = {}) => authorization({ action: 'DENY', ...spec, rules: [{ when: [when] }] });
const SIX = deny({ key: 'destination.ip', values: ['fd00::/8'] });
const EITHER = deny({ key: 'destination.ip', values: ['fd00::/8', '10.0.0.0/8'] });

describe('Where there are addresses of both families', () => {
  const pods = withAddresses('api', '10.1.1.1', 'fd00::2');

  test.each<[string, object, string]>([['one of them', SIX, 'UNDECIDED'], ['both', EITHER, 'DENY DENY 403']])('a sidecar refuses by %s', (_, policy, expected) => {
    expect(verdict(ask(SIDECARS, [service(BOTH), pods, policy]))).toBe(expected);
  });

  test('the answer says what it hangs on', () => {
    expect(ask(SIDECARS, [service(BOTH), pods, SIX]).notes).toEqual(['ALLOW if it is called by IPv4, DENY if it is called by IPv6']);
  });

  test('a waypoint sees that of the Service', () => {
    const targetRefs = [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'wp' }];
    const world = [service(BOTH, { 'istio.io/use-waypoint': 'wp' }), withAddresses('api', '10.1.1.1'), WP];

    expect(verdict(ask(AMBIENT, [...world, deny({ key: 'destination.ip', values: ['fd00::1'] }, { targetRefs })]))).toBe('UNDECIDED');
    expect(verdict(ask(AMBIENT, [...world, deny({ key: 'destination.ip', values: ['fd00::2'] }, { targetRefs })]))).toBe('ALLOW 200');
  });

  test('a pod that is called itself has that of the call', () => {
    const to = { service: undefined, workload: 'api', port: 80 };

    expect(verdict(ask(SIDECARS, [pods, SIX], { to }))).toBe('UNDECIDED');
    expect(verdict(ask(SIDECARS, [pods, SIX], { to: { ...to, ip: '10.1.1.1' } }))).toBe('ALLOW 200');
  });

  test('a client calls from that of the family that it calls', () => {
    const fromSix = authorization({ action: 'DENY', rules: [{ from: [{ source: { ipBlocks: ['fd00::/8'] } }] }] });
    const client = withAddresses('web', '10.1.1.9', 'fd00::9');
    const sent = (clusterIPs: string[], podIps: string[]) => verdict(ask(SIDECARS, [service(clusterIPs), withAddresses('api', ...podIps), client, fromSix], { source: { workload: 'shop/web' } }));

    expect([sent(BOTH, ['10.1.1.1', 'fd00::2']), sent(['10.96.0.1'], ['10.1.1.1']), sent(['fd00::1'], ['fd00::2'])]).toEqual(['UNDECIDED', 'ALLOW 200', 'DENY DENY 403']);
  });

  test('a client may call from either where nothing tells of the addresses that it calls', () => {
    const fromSix = authorization({ action: 'DENY', rules: [{ from: [{ source: { ipBlocks: ['fd00::/8'] } }] }] });
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api', namespace: 'shop' }, spec: { template: { metadata: { labels: { app: 'api' } } } } };
    const planned = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'api', namespace: 'shop' }, spec: { selector: { app: 'api' }, ports: [{ name: 'http', port: 80 }] } };
    const response = ask(SIDECARS, [planned, deployment, withAddresses('web', '10.1.1.9', 'fd00::9'), fromSix], { source: { workload: 'shop/web' } });

    expect([response.decision, response.notes]).toEqual(['UNDECIDED', ["ALLOW if 'shop/web' sends mutual TLS from 10.1.1.9, DENY if 'shop/web' sends mutual TLS from fd00::9"]]);
  });
});
