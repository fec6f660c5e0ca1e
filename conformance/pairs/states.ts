import { AuthorizerProtocol, MeshSettings, RequestDestination } from 'cdk8s-zero-trust';
import { ABOUT_TOKENS, ISSUER, OTHER, Topic, TOPICS, WrittenRule } from './topics';
import { Random } from '../fuzz/random';

/** Where policies are enforced. */
const PLANES = ['sidecar', 'ztunnel', 'waypoint', 'gateway', 'entry'] as const;
export type Plane = typeof PLANES[number];

/** Two states of one small mesh. */
export interface Pair {
  readonly plane: Plane;
  readonly topics: readonly string[];
  readonly before: readonly object[];
  readonly after: readonly object[];
  /** What requests are sent to, by the names that an analysis may give it. */
  readonly destinations: readonly { readonly names: readonly string[]; readonly destination: RequestDestination }[];
}

export const SETTINGS: MeshSettings = { authorizerProviders: ['opa', 'other'].map(name => ({ name, protocol: AuthorizerProtocol.GRPC })), istioVersion: '1.32' };

interface State {
  readonly mode: string;
  readonly policies: readonly object[];
  readonly jwtRules: readonly object[];
}

/** How many combinations of values a pair may have. */
const MOST = 120;

/** A pair about some topics, by default a few of all. */
export function pairOf(random: Random, given?: readonly Topic[]): Pair {
  const plane = random.pick(PLANES);
  const topics = given ?? topicsOf(random);
  const protocol = random.pick(['http', 'http', 'tcp', undefined]);
  const before = stateOf(topics, random);
  const after = random.below(3) === 0 ? stateOf(topics, random) : edited(before, topics, random);
  const [old, now] = [before, after].map(state => manifests(state, plane, protocol));
  return { plane, topics: topics.map(({ name }) => name), before: old, after: now, destinations: destinationsOf(plane) };
}

/** Parts that rules ask about, of which all combinations can be gone through. */
function topicsOf(random: Random): Topic[] {
  const topics = [random.pick(TOPICS)];
  for (let tries = 0; tries < 4; tries++) {
    const more = random.pick(TOPICS);
    const size = [...topics, more].reduce((product, topic) => product * topic.size, 1);
    if (!topics.includes(more) && size <= MOST && topics.length < 3) topics.push(more);
  }
  return topics;
}

function stateOf(topics: readonly Topic[], random: Random): State {
  const isAboutTokens = topics.some(({ name }) => ABOUT_TOKENS.includes(name));
  return {
    mode: random.pick(['STRICT', 'PERMISSIVE', 'DISABLE']),
    policies: Array.from({ length: random.below(3) + 1 }, () => policyOf(topics, random)),
    jwtRules: isAboutTokens ? jwtRulesOf(random) : [],
  };
}

/** With one thing otherwise. */
function edited(state: State, topics: readonly Topic[], random: Random): State {
  const { policies, jwtRules } = state;
  switch (random.below(8)) {
    case 0: return { ...state, mode: random.pick(['STRICT', 'PERMISSIVE', 'DISABLE']) };
    case 1: return { ...state, policies: policies.slice(1) };
    case 2: return { ...state, policies: [...policies, policyOf(topics, random)] };
    case 3: return { ...state, jwtRules: jwtRules.length > 0 ? jwtRulesOf(random) : jwtRules };
    default: return { ...state, policies: [policyOf(topics, random), ...policies.slice(1)] };
  }
}

function policyOf(topics: readonly Topic[], random: Random): object {
  const action = random.pick(['ALLOW', 'ALLOW', 'ALLOW', 'DENY', 'DENY', 'CUSTOM']);
  const rules = Array.from({ length: random.below(3) }, () => ruleOf(topics, random));
  return { action, rules, ...action === 'CUSTOM' ? { provider: { name: random.pick(['opa', 'other']) } } : {} };
}

function ruleOf(topics: readonly Topic[], random: Random): object {
  const rule: WrittenRule = { source: {}, operation: {}, when: [] };
  topics.filter(() => random.below(3) > 0).forEach(topic => topic.write(rule, random));
  return {
    ...Object.keys(rule.source).length > 0 ? { from: [{ source: rule.source }] } : {},
    ...Object.keys(rule.operation).length > 0 ? { to: [{ operation: rule.operation }] } : {},
    ...rule.when.length > 0 ? { when: rule.when } : {},
  };
}

function jwtRulesOf(random: Random): object[] {
  const rule = (issuer: string | undefined) => ({
    ...issuer === undefined ? {} : { issuer },
    jwks: '{"keys":[]}',
    ...random.below(3) === 0 ? { fromHeaders: [{ name: 'x-a' }] } : {},
    ...random.below(3) === 0 ? { audiences: ['aud'] } : {},
  });
  return random.pick([[], [ISSUER], [ISSUER], [OTHER], [ISSUER, OTHER], [undefined], [undefined, ISSUER]]).map(rule);
}

function destinationsOf(plane: Plane): Pair['destinations'] {
  const namespace = 'shop';
  if (plane === 'waypoint') return [{ names: ['Service shop/api:8080'], destination: { namespace, service: 'api', port: 8080 } }];
  if (plane === 'entry') return [{ names: ['ServiceEntry shop/ext:8080'], destination: { namespace, serviceEntry: 'ext', port: 8080 } }];
  if (plane === 'gateway') return [80, 443].map(port => ({ names: [`gateway shop/ingress:${port}`], destination: { namespace, gateway: 'ingress', port } }));
  return [8080, 9000].map(port => ({ names: [`shop/api:${port}`, 'shop/api:any other port'], destination: { namespace, workload: 'api', port } }));
}

const AMBIENT: readonly Plane[] = ['ztunnel', 'waypoint', 'entry'];
const TARGETS: Readonly<Record<Plane, object>> = {
  sidecar: { selector: { matchLabels: { app: 'api' } } },
  ztunnel: { selector: { matchLabels: { app: 'api' } } },
  gateway: { selector: { matchLabels: { app: 'ingress' } } },
  waypoint: { targetRefs: [{ group: '', kind: 'Service', name: 'api' }] },
  entry: { targetRefs: [{ group: 'networking.istio.io', kind: 'ServiceEntry', name: 'ext' }] },
};

function manifests({ mode, policies, jwtRules }: State, plane: Plane, protocol: string | undefined): object[] {
  const of = (kind: string, name: string, spec: object) => ({ apiVersion: 'security.istio.io/v1', kind, metadata: { name, namespace: 'shop' }, spec });
  return [
    ...meshOf(plane, protocol),
    of('PeerAuthentication', 'mtls', { mtls: { mode } }),
    ...policies.map((one, index) => of('AuthorizationPolicy', `p${index}`, { ...one, ...TARGETS[plane] })),
    ...jwtRules.length > 0 ? [of('RequestAuthentication', 'tokens', { jwtRules, ...TARGETS[plane] })] : [],
  ];
}

function meshOf(plane: Plane, protocol: string | undefined): object[] {
  const labels = AMBIENT.includes(plane) ? { 'istio.io/dataplane-mode': 'ambient', ...plane === 'ztunnel' ? {} : { 'istio.io/use-waypoint': 'wp' } } : { 'istio-injection': 'enabled' };
  const ports = [{ name: protocol ?? 'x', port: 8080 }];
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ops', labels: { 'istio-injection': 'enabled' } } },
    pods('api'), pods('web'), pods('batch', 'ops'),
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'api', namespace: 'shop' }, spec: { selector: { app: 'api' }, ports } },
    ...plane === 'gateway' ? gateway() : [],
    ...plane === 'waypoint' || plane === 'entry' ? [WAYPOINT] : [],
    ...plane === 'entry' ? [entry(protocol)] : [],
  ];
}

function pods(name: string, namespace = 'shop'): object {
  const spec = { serviceAccountName: name, containers: [{ name, ports: [{ containerPort: 8080 }] }] };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace }, spec: { template: { metadata: { labels: { app: name } }, spec } } };
}

/** Plaintext on one port; on the other mutual TLS for one name, and TLS without client certificate for another. */
function gateway(): object[] {
  const server = (number: number, host: string, tls?: object) => ({ port: { number, name: `p${host}`, protocol: tls ? 'HTTPS' : 'HTTP' }, hosts: [host], ...tls ? { tls: { credentialName: 'c', ...tls } } : {} });
  const servers = [server(80, '*'), server(443, 'a.example', { mode: 'MUTUAL' }), server(443, 'x.example', { mode: 'SIMPLE' })];
  return [pods('ingress'), { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'public', namespace: 'shop' }, spec: { selector: { app: 'ingress' }, servers } }];
}

const WAYPOINT = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'wp', namespace: 'shop' },
  spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] },
  status: { addresses: [{ type: 'Hostname', value: 'wp.shop.svc.cluster.local' }] },
};

function entry(protocol = 'http'): object {
  const spec = { hosts: ['ext.example'], addresses: ['240.0.0.1'], location: 'MESH_EXTERNAL', resolution: 'DNS', ports: [{ number: 8080, name: 'x', protocol: protocol.toUpperCase() }] };
  return { apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', metadata: { name: 'ext', namespace: 'shop' }, spec };
}
