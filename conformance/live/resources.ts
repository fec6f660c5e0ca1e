import { Chart } from 'cdk8s';
import {
  AuthorizationOperation, AuthorizationPolicy, AuthorizationPolicyAction, AuthorizationPolicySpec, AuthorizationRule, AuthorizationSource, JwtRule,
  DestinationRule, EnvoyFilter, Gateway, HttpRoute, KubernetesGateway, MutualTlsMode, PeerAuthentication, PeerAuthenticationSpec, PolicyTargetReference, RequestAuthentication, RequestAuthenticationSpec,
  ServiceEntry, Sidecar, Telemetry, VirtualService,
} from 'cdk8s-zero-trust';
import { drawSpec } from './networking';
import { Random } from './random';
import { admit } from '../../src/istio/admission';
import { kindNamed } from '../../src/istio/resource-kinds';
import { unknownTo, VersionedManifest } from '../../src/istio/versions';

/** What resources must fit to. */
export interface Limits {
  readonly istioVersion: string;
  readonly modes: readonly MutualTlsMode[];
}

/** Adds resources of the Istio API, with any field that the library lets through. */
export function addResources(chart: Chart, { istioVersion, modes }: Limits, random: Random): void {
  random.times(2 + random.below(9), number => {
    const id = `resource-${number}`;
    const [kind, construct, draw] = random.one(KINDS);
    const spec = draw(random, modes);
    const { group, versions, kind: written } = kindNamed(kind);
    const manifest = { apiVersion: `${group}/${versions[0]}`, kind: written, metadata: { name: id, namespace: chart.namespace }, spec };
    const problems = [...admit(manifest).problems, ...unknownTo(istioVersion, manifest as VersionedManifest)];
    if (problems.length === 0) { new construct(chart, id, spec as never); }
  });
}

const KINDS = [
  ['AuthorizationPolicy', AuthorizationPolicy, authorizationPolicy],
  ['PeerAuthentication', PeerAuthentication, peerAuthentication],
  ['RequestAuthentication', RequestAuthentication, requestAuthentication],
  ['DestinationRule', DestinationRule, (random: Random) => drawSpec('DestinationRule', random)],
  ['EnvoyFilter', EnvoyFilter, (random: Random) => drawSpec('EnvoyFilter', random)],
  ['Gateway', Gateway, (random: Random) => drawSpec('Gateway', random)],
  ['HttpRoute', HttpRoute, (random: Random) => drawSpec('HttpRoute', random)],
  ['KubernetesGateway', KubernetesGateway, (random: Random) => drawSpec('KubernetesGateway', random)],
  ['ServiceEntry', ServiceEntry, (random: Random) => drawSpec('ServiceEntry', random)],
  ['Sidecar', Sidecar, (random: Random) => drawSpec('Sidecar', random)],
  ['Telemetry', Telemetry, (random: Random) => drawSpec('Telemetry', random)],
  ['VirtualService', VirtualService, (random: Random) => drawSpec('VirtualService', random)],
] as const;

const LONG = 'x'.repeat(63);
const LABELS = { 'app': 'web', 'example.com/version': '1.10', [LONG]: LONG, 'empty': '' };
const REFERENCES: PolicyTargetReference[] = [
  { kind: 'Service', group: '', name: 'web' }, { kind: 'Service', group: 'core', name: 'web' }, { kind: 'Service', name: 'web' },
  { kind: 'Gateway', group: 'gateway.networking.k8s.io', name: 'waypoint' }, { kind: 'GatewayClass', group: 'gateway.networking.k8s.io', name: 'istio-waypoint' },
  { kind: 'ServiceEntry', group: 'networking.istio.io', name: 'outside' },
];

function attachment(random: Random): object {
  const reference = (): PolicyTargetReference => ({ ...random.one(REFERENCES), ...random.maybe(() => ({ name: 'n'.repeat(253) }), 0.02) });
  return random.one<() => object>([
    () => ({}),
    () => ({ selector: { matchLabels: Object.fromEntries(random.some(Object.entries(LABELS))) } }),
    () => ({ targetRef: reference() }),
    () => ({ targetRefs: random.times(random.one([1, 2, 16]), reference) }),
  ])();
}

function authorizationPolicy(random: Random): AuthorizationPolicySpec {
  const action = random.one(Object.values(AuthorizationPolicyAction));
  return {
    ...attachment(random),
    ...action === AuthorizationPolicyAction.CUSTOM ? { action, provider: { name: 'ext-authz' } } : random.maybe(() => ({ action })),
    ...random.maybe(() => ({ rules: random.times(random.one([0, 1, 2, 3, 3]), () => rule(random)) }), 0.9),
    ...random.maybe(() => ({ rules: random.times(512, () => ({ from: [{ source: { principals: ['td/ns/a/sa/b'] } }] })) }), 0.003),
  };
}

function rule(random: Random): AuthorizationRule {
  const count = (): number => 1 + random.below(2);
  return {
    ...random.maybe(() => ({ from: random.times(count(), () => ({ source: source(random) })) }), 0.6),
    ...random.maybe(() => ({ to: random.times(count(), () => ({ operation: operation(random) })) }), 0.6),
    ...random.maybe(() => ({ when: random.times(count(), () => condition(random)) }), 0.4),
  };
}

/** Some of the fields, each with some of its values. */
function fields(values: Readonly<Record<string, readonly string[]>>, random: Random): Record<string, string[]> {
  return Object.fromEntries(random.some(Object.keys(values)).map(field => [field, random.some(values[field])]));
}

const PRINCIPALS = ['cluster.local/ns/shop/sa/web', 'td/ns/shop/sa/*', '*/sa/web', '*', '1.2/ns/a/sa/b'];
const REQUEST_PRINCIPALS = ['https://one.example/me', 'https://one.example/*', '*/me', '*'];
const NAMESPACES = ['shop', 'shop-*', '*-prod', 'on'];
const ACCOUNTS = ['web', 'shop/web', `${'n'.repeat(63)}/${'s'.repeat(253)}`];
const ADDRESSES = ['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '::1'];
const DOMAINS = ['cluster.local', 'prod.*', '*.example', '*'];
const WIDE = { principals: PRINCIPALS, notPrincipals: PRINCIPALS, namespaces: NAMESPACES, notNamespaces: NAMESPACES };
const NARROW = { serviceAccounts: ACCOUNTS, notServiceAccounts: ACCOUNTS };
const REST = {
  requestPrincipals: REQUEST_PRINCIPALS,
  notRequestPrincipals: REQUEST_PRINCIPALS,
  ipBlocks: ADDRESSES,
  notIpBlocks: ADDRESSES,
  remoteIpBlocks: ADDRESSES,
  notRemoteIpBlocks: ADDRESSES,
  trustDomains: DOMAINS,
  notTrustDomains: DOMAINS,
};

function source(random: Random): AuthorizationSource {
  return { ...random.chance(0.7) ? fields(random.chance(0.6) ? WIDE : NARROW, random) : {}, ...random.chance(0.4) ? fields(REST, random) : {} };
}

const HOSTS = ['a.example', '*.example', 'a.*', '*'];
const PORTS = ['1', '80', '65535'];
const METHODS = ['GET', 'P*', '*T', '*'];
const PATHS = ['/a', '/a/*', '*/b', '*', '/u/{*}', '/f/{**}', '/~', '/yes: no'];
const OPERATIONS = {
  hosts: HOSTS, notHosts: HOSTS, ports: PORTS, notPorts: PORTS, methods: METHODS, notMethods: METHODS, paths: PATHS, notPaths: PATHS,
};

function operation(random: Random): AuthorizationOperation { return fields(OPERATIONS, random); }

const CONDITIONS: Readonly<Record<string, readonly string[]>> = {
  'request.headers[x-tenant]': ['a', 'b*', 'true', '1.10', '0x10', '2001-01-01', '~', '- a', '#'],
  'source.ip': ADDRESSES,
  'remote.ip': ADDRESSES,
  'destination.ip': ADDRESSES,
  'source.namespace': NAMESPACES,
  'source.principal': PRINCIPALS,
  'source.serviceAccount': ['shop/web', 'web'],
  'source.trustDomain': DOMAINS,
  'request.auth.principal': REQUEST_PRINCIPALS,
  'request.auth.audiences': ['api', '*'],
  'request.auth.presenter': ['cli'],
  'request.auth.claims[role]': ['admin'],
  'request.auth.claims[realm][roles]': ['x*'],
  'destination.port': PORTS,
  'connection.sni': HOSTS,
  'experimental.envoy.filters.a.b[c]': ['v'],
};

function condition(random: Random): { key: string; values?: string[]; notValues?: string[] } {
  const key = random.one(Object.keys(CONDITIONS));
  return { key, ...fields({ values: CONDITIONS[key], notValues: CONDITIONS[key] }, random) };
}

function peerAuthentication(random: Random, modes: readonly MutualTlsMode[]): PeerAuthenticationSpec {
  const mode = (): { mode: MutualTlsMode } => ({ mode: random.one(modes) });
  return {
    ...random.maybe(() => ({ mtls: random.chance(0.1) ? {} : mode() }), 0.8),
    ...random.maybe(() => ({
      selector: { matchLabels: Object.fromEntries(random.some(Object.entries(LABELS))) },
      ...random.maybe(() => ({ portLevelMtls: Object.fromEntries(random.some(['1', '8080', '65535']).map(port => [port, mode()])) })),
    }), 0.6),
  };
}

function requestAuthentication(random: Random): RequestAuthenticationSpec {
  return { ...attachment(random), ...random.maybe(() => ({ jwtRules: random.times(1 + random.below(2), () => jwtRule(random)) }), 0.95) };
}

function jwtRule(random: Random): JwtRule {
  return {
    ...random.maybe(() => ({ issuer: random.one(['https://one.example', 'me@example.com']) }), 0.9),
    ...random.maybe(() => ({ audiences: random.some(['api', '1.0', 'no']) })),
    ...random.one<object>([{}, { jwksUri: `https://keys.example/${'k'.repeat(2027)}` }, { jwksUri: 'http://keys.example:8080/a?b=c' }, { jwks: '{"keys":[]}' }]),
    ...random.maybe(() => ({ fromHeaders: [{ name: 'x-token', prefix: 'Bearer ' }, { name: 'x-plain' }] })),
    ...random.maybe(() => ({ fromParams: ['token'] })),
    ...random.maybe(() => ({ fromCookies: ['session'] })),
    ...random.maybe(() => ({ outputPayloadToHeader: 'x-payload' })),
    ...random.maybe(() => ({ outputClaimToHeaders: [{ header: 'X-Sub_1', claim: 'sub' }] })),
    ...random.maybe(() => ({ forwardOriginalToken: random.chance(0.5) })),
    ...random.maybe(() => ({ timeout: random.one(['1ms', '5s', '1h2m3.5s', '0.001s']) })),
    ...random.maybe(() => ({ spaceDelimitedClaims: random.some(['scp', 'groups']) })),
  };
}
