import { deployment } from './support';
import { AccessGate, AccessMap, PolicyComparison, PolicySet } from '../../src';

const WAYPOINT = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'out', namespace: 'egress' },
  spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE', allowedRoutes: { namespaces: { from: 'All' } } }] },
  status: { addresses: [{ type: 'Hostname', value: 'out.egress.svc.cluster.local' }] },
};
const istio = (kind: string, name: string, spec: object, labels = {}) =>
  ({ apiVersion: kind === 'ServiceEntry' ? 'networking.istio.io/v1' : 'security.istio.io/v1', kind, metadata: { name, namespace: 'egress', labels }, spec });
const entry = (spec: object = {}, labels: object = { 'istio.io/use-waypoint': 'out' }) => istio('ServiceEntry', 'github', {
  hosts: ['api.github.com'], addresses: ['240.0.0.1'], location: 'MESH_EXTERNAL', resolution: 'DNS', ports: [{ number: 80, name: 'http', protocol: 'HTTP' }, { number: 53, name: 'dns', protocol: 'UDP' }], ...spec,
}, labels);
const target = { targetRefs: [{ group: 'networking.istio.io', kind: 'ServiceEntry', name: 'github' }] };
const policy = (...rules: object[]) => istio('AuthorizationPolicy', 'github', { ...target, rules });
const web = (...methods: string[]) => ({ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }], to: [{ operation: { methods } }] });

function egress(...more: object[]): PolicySet {
  const ambient = { 'istio.io/dataplane-mode': 'ambient' };
  return PolicySet.fromManifests([
    ...['shop', 'egress'].map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: ambient } })),
    deployment('web'), deployment('db'),
    ...more,
  ]);
}

const rows = (policies: PolicySet) => AccessMap.of(policies).rows.filter(({ destination }) => destination.startsWith('ServiceEntry')).map(row => row.toString());
const changes = (before: object[], after: object[]) => PolicyComparison.of(egress(...before), egress(...after)).toString();

/** Who does not pass the waypoint is stopped by nothing that is known. */
const PAST = 'ServiceEntry egress/github:80 from egress/out, plaintext (UNDECIDED)';

describe('a ServiceEntry for what is outside', () => {
  test('is a destination where a waypoint is in front, by its TCP ports', () => {
    expect(rows(egress(WAYPOINT, entry(), policy(web('GET'))))).toEqual(['ServiceEntry egress/github:80 from shop/web: GET', PAST]);
    expect(AccessMap.of(egress(WAYPOINT, entry())).into('egress/github').map(row => row.toString())).toEqual([expect.stringContaining('any other identity'), PAST]);
  });

  test('is not decided for who does not pass the waypoint', () => {
    expect(AccessGate.noAnonymousAccess().violations(egress(WAYPOINT, entry())).map(({ message }) => message)).toContain(PAST);
    expect(AccessGate.noAnonymousAccess(['egress/github', 'shop/web', 'shop/db']).violations(egress(WAYPOINT, entry()))).toEqual([]);
  });

  test('is compared by the policies that name it', () => {
    expect(changes([WAYPOINT, entry(), policy(web('GET'))], [WAYPOINT, entry(), policy(web('GET', 'POST'))])).toBe('MORE_PERMISSIVE\nGRANTED ServiceEntry egress/github:80 to shop/web: POST');
  });

  test('is reached by everyone once it has left its waypoint, as far as that can be told', () => {
    expect(changes([WAYPOINT, entry(), policy(web('GET'))], [WAYPOINT, entry({}, {}), policy(web('GET'))]).split('\n')[0]).toBe('INCOMPARABLE');
  });

  test('that policies name without a waypoint is told, as nothing enforces them', () => {
    expect(rows(egress(entry({}, {}), policy(web('GET'))))).toEqual(['ServiceEntry egress/github:80 from anyone, also in plaintext (UNDECIDED)']);
  });

  test('is none where nobody asks', () => {
    expect(rows(egress(entry({}, {})))).toEqual([]);
  });

  test('is new where it was not there', () => {
    expect(changes([WAYPOINT], [WAYPOINT, entry(), policy(web('GET'))])).toContain('GRANTED ServiceEntry egress/github:80 to shop/web: GET');
  });

  test.each<[string, object | undefined, boolean]>([
    ['and there without being asked about', {}, false],
    ['and there by another port', { ports: [{ number: 443, name: 'tls', protocol: 'TLS' }] }, true],
    ['and there without a port', { ports: undefined }, true],
    ['and not there', undefined, true],
  ])('is named on one side %s', (_, spec, isGone) => {
    const named = [WAYPOINT, entry(), policy(web('GET'))];
    const other = spec ? [entry(spec, {})] : [];

    expect(changes(named, other).includes('REVOKED ServiceEntry egress/github:80 to shop/web: GET')).toBe(isGone);
    expect(changes(other, named).includes('GRANTED ServiceEntry egress/github:80 to shop/web: GET')).toBe(isGone);
  });

  test('holds gates', () => {
    const gate = AccessGate.neverGranted({ callers: ['shop/web', 'shop/db'], to: 'egress/github' });

    expect(gate.violations(egress(WAYPOINT, entry(), policy(web('GET')))).map(({ message }) => message)).toEqual(['ServiceEntry egress/github:80 from shop/web: GET']);
  });
});

describe('a ServiceEntry for machines', () => {
  const machine = { address: '10.2.2.2', serviceAccount: 'vm', labels: { app: 'vm' } };
  const closed = (spec: object = {}) => istio('AuthorizationPolicy', 'vm', { selector: { matchLabels: { app: 'vm' } }, ...spec });

  test('is a destination, as nothing else names them', () => {
    const group = entry({ resolution: 'STATIC', location: 'MESH_INTERNAL', endpoints: [machine] }, {});

    expect(changes([group, closed()], [group, closed({ rules: [web('GET')] })])).toContain('GRANTED ServiceEntry egress/github:80 to shop/web: GET');
  });

  test('has no policy that is for other machines', () => {
    const group = entry({ resolution: 'STATIC', location: 'MESH_INTERNAL', endpoints: [machine] }, {});
    const others = closed({ selector: { matchLabels: { app: 'other' } } });

    expect(changes([WAYPOINT, group], [WAYPOINT, group, others])).toBe('INCOMPARABLE\nUNDECIDED AuthorizationPolicy egress/vm: it differs, and is for nothing in the manifests; add the workloads that it is for');
  });

  test('is none where it leads to pods that have a name', () => {
    const pods = { ...deployment('api') as { metadata: object }, metadata: { name: 'api', namespace: 'egress' } };

    expect(rows(egress(pods, entry({ resolution: 'STATIC', location: 'MESH_INTERNAL', workloadSelector: { labels: { app: 'api' } } }, {})))).toEqual([]);
  });

  test('leads to pods behind a waypoint, too', () => {
    const pods = { ...deployment('api') as { metadata: object }, metadata: { name: 'api', namespace: 'egress' } };
    const selecting = entry({ resolution: 'STATIC', location: 'MESH_INTERNAL', workloadSelector: { labels: { app: 'api' } } });
    const map = AccessMap.of(egress(WAYPOINT, pods, selecting, policy(web('GET'))));

    expect(map.into('egress/api').map(row => row.toString())).toContain('ServiceEntry egress/github:80 from shop/web: GET');
    expect(map.blastRadius('shop/web').map(({ access }) => access.destination)).toContain('ServiceEntry egress/github:80');
  });
});
