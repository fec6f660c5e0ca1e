import {
  AccessRequest, AuthorizerProtocol, EscapedSlashes, HeadersWithUnderscores, InterceptionMode, LabelSelector, MeshSettings, PathNormalization, PolicySet, ProxyKind, ServiceEntryVisibility,
} from 'cdk8s-zero-trust';
import { request, sidecars } from './support';

const policies = sidecars([]);

/** A good request with some members replaced, as JavaScript lets anybody do. */
function asked(members: object): () => unknown {
  return () => policies.isAuthorized({ ...request(), ...members } as AccessRequest);
}

const to = request().destination;
const http = (members: object) => ({ http: members });
const source = (members: object) => ({ source: members });
const destination = (members: object) => ({ destination: { ...to, ...members } });
const tokens = (...list: unknown[]) => ({ tokens: list });
const answers = (...list: unknown[]) => ({ authorizerAnswers: list });

describe('a request that does not say what it seems to say', () => {
  test.each<[unknown, string]>([
    [null, "request must be an object, got 'null'; say what is asked"],
    ['x', "request must be an object, got 'x'; say what is asked"],
    [{}, "destination must be an object, got 'undefined'; say where the request goes"],
    [{ destination: {} }, "destination.namespace must be text, got 'undefined'; give its name"],
    [{ destination: { namespace: 'shop' } }, "destination.port must be a whole number from 1 to 65535, got 'undefined'; give the port that the client addresses"],
  ])('%j is refused', (given, message) => {
    expect(() => policies.isAuthorized(given as AccessRequest)).toThrow(message);
  });

  test.each<[object, string]>([
    [{ htpp: {} }, "htpp must be a member of AccessRequest, got 'htpp'; did you mean 'http'?"],
    [{ token: [] }, "token must be a member of AccessRequest, got 'token'; did you mean 'tokens'?"],
    [{ 'x y': 1 }, "x y must be a member of AccessRequest, got 'x y'; known here: destination, source, http, tokens, authorizerAnswers"],
    [source({ transprot: 'PLAINTEXT' }), "source.transprot must be a member of RequestSource, got 'transprot'; did you mean 'transport'?"],
    [source({ transport: 'mtls' }), "source.transport must be one of 'MUTUAL_TLS', 'ONE_WAY_TLS', 'PLAINTEXT', got 'mtls'; choose one"],
    [source({ transport: 'plaintext' }), "source.transport must be one of 'MUTUAL_TLS', 'ONE_WAY_TLS', 'PLAINTEXT', got 'plaintext'; did you mean 'PLAINTEXT'?"],
    [source({ principal: 5 }), "source.principal must be text, got '5'"],
    [source({ ip: '10.0.0' }), "source.ip must be an IP address, got '10.0.0'"],
    [source({ alpn: 'h2' }), "source.alpn must be a list, got 'h2'"],
    [source({ alpn: [2] }), "source.alpn[0] must be text, got '2'"],
    [{ source: null }, "source must be an object, got 'null'; leave it out for a plaintext client"],
    [destination({ proxy: 'sidecar' }), "destination.proxy must be one of 'SIDECAR', 'GATEWAY', 'WAYPOINT', 'ZTUNNEL', got 'sidecar'; did you mean 'SIDECAR'?"],
    [destination({ ip: 'localhost' }), "destination.ip must be an IP address, got 'localhost'"],
    [destination({ labels: { app: 1 } }), "destination.labels['app'] must be text, got '1'"],
    [destination({ worklaod: 'api' }), "destination.worklaod must be a member of RequestDestination, got 'worklaod'; did you mean 'workload'?"],
    ...[NaN, '8080', 0, 70000, 80.5, null].map((port): [object, string] => [destination({ port }), `destination.port must be a whole number from 1 to 65535, got '${port}'`]),
    [{ http: null }, "http must be an object, got 'null'; leave it out for a connection of another protocol"],
    [{ http: [] }, "http must be an object, got '[]'"],
    [http({ headers: { a: 5 } }), "http.headers['a'] must be a list, got '5'; give the lines of the header, such as ['a']"],
    [http({ headers: { a: 'b' } }), "http.headers['a'] must be a list, got 'b'; give the lines of the header, such as ['a']"],
    [http({ headers: { a: ['b', 5] } }), "http.headers['a'][1] must be text, got '5'"],
    [http({ headers: [] }), "http.headers must be an object, got '[]'"],
    [http({ method: 1n }), "http.method must be text, got '1'"],
    [http({ version: '3' }), "http.version must be '1.1' or '2', got '3'"],
    [{ tokens: {} }, "tokens must be a list, got '{}'; give the tokens of the request"],
    [tokens('eyJ'), "tokens[0] must be an object, got 'eyJ'; give its claims"],
    [tokens({}, { state: 'expired' }), "tokens[1].state must be one of 'VALID', 'EXPIRED', 'NOT_YET_VALID', 'BAD_SIGNATURE', 'UNKNOWN_KEY', 'MALFORMED', got 'expired'; did you mean 'EXPIRED'?"],
    [tokens({ claims: [] }), "tokens[0].claims must be an object, got '[]'"],
    [tokens({ claim: {} }), "tokens[0].claim must be a member of RequestToken, got 'claim'; did you mean 'claims'?"],
    [tokens({ header: 'x', cookie: 'y' }), 'tokens[0] must be in one place, got several of header, query and cookie; state a token for each'],
    [answers({ provider: 'opa' }), "authorizerAnswers[0].allows must be true or false, got 'undefined'"],
    [answers({ provider: 'opa', allows: 'no' }), "authorizerAnswers[0].allows must be true or false, got 'no'"],
    [answers({ allows: true }), "authorizerAnswers[0].provider must be text, got 'undefined'"],
  ])('%p is refused', (members, message) => {
    expect(asked(members)).toThrow(message);
    expect(asked(members)).toThrow(/; [a-z]/);
  });

  test('is one with members that are undefined', () => {
    expect(asked({ http: { method: undefined, headers: undefined }, tokens: undefined, source: { ip: undefined } })).not.toThrow();
  });
});

const SELECTORS: Required<LabelSelector>[] = [{ matchLabels: { app: 'api' }, matchExpressions: [{ key: 'app', operator: 'In', values: ['api'] }] }];
/** Every setting there is. */
const EVERYTHING: Required<MeshSettings> = {
  trustDomain: 'mesh',
  trustDomainAliases: ['old'],
  foreignTrustDomains: ['other'],
  rootNamespace: 'root',
  istioNamespace: 'istio',
  revisions: ['default'],
  otherRevisions: true,
  revisionTags: { prod: 'default' },
  defaultRevision: '',
  discoverySelectors: SELECTORS,
  injection: {
    automatic: true,
    inEveryNamespace: true,
    defaultByName: true,
    neverFor: SELECTORS,
    alwaysFor: SELECTORS,
    ownTemplates: ['own'],
    defaultTemplates: ['sidecar'],
    includedPorts: '*',
    excludedPorts: '9090',
    statusPort: 15021,
    interceptionMode: InterceptionMode.REDIRECT,
    listeningPort: 15006,
    networkPlugin: true,
  },
  ambientExcludedNamespaces: ['kube-system'],
  pathNormalization: PathNormalization.BASE,
  connectionSettings: { mergeSlashes: true, escapedSlashes: EscapedSlashes.KEEP_UNCHANGED, headersWithUnderscores: HeadersWithUnderscores.ALLOW, edgeProfile: true },
  authorizerProviders: [{ name: 'opa', protocol: AuthorizerProtocol.HTTP, headersToUpstreamOnAllow: ['x-a'] }],
  trustedProxies: 1,
  autoMutualTls: true,
  outbound: {
    serviceExportTo: ['*'],
    virtualServiceExportTo: ['*'],
    destinationRuleExportTo: ['*'],
    registryOnly: true,
    sidecarHbone: true,
    includedBlocks: '*',
    excludedBlocks: '10.0.0.0/8',
    includedPorts: '80',
    excludedPorts: '81',
  },
  serviceEntryVisibility: ServiceEntryVisibility.NONE,
  istioVersion: '1.30',
  istiodEnvironment: { PILOT_ENABLE_IP_AUTOALLOCATE: 'true' },
  defaultProxy: ProxyKind.SIDECAR,
};
const OF_ANY_NAMES = /(revisionTags|istiodEnvironment|matchLabels)$/;

/** Something with null at one of its places, for each of these by its name. */
function withNull(whole: object, at = ''): [place: string, object][] {
  return Object.entries(whole).flatMap(([name, value]: [string, unknown]) => {
    const inBrackets = OF_ANY_NAMES.test(at) ? `['${name}']` : Array.isArray(whole) ? `[${name}]` : undefined;
    const place = `${at}${inBrackets ?? (at === '' ? name : `.${name}`)}`;
    const having = (one: unknown) => Array.isArray(whole) ? [one] : { ...whole, [name]: one };
    const within = typeof value === 'object' && value !== null ? withNull(value, place) : [];
    return [[place, having(null)], ...within.map(([inner, one]): [string, object] => [inner, having(one)])];
  });
}

describe('settings that do not say what they seem to say', () => {
  test('are none of those that there are', () => {
    expect(() => sidecars([], EVERYTHING)).not.toThrow();
  });

  test.each(withNull(EVERYTHING))('are those with null in place of %s', (place, settings) => {
    expect(() => sidecars([], settings as MeshSettings)).toThrow(`${place} must be `);
  });

  test.each<[MeshSettings]>([
    [{ trustedProxies: 0 }],
    [{ injection: { statusPort: 0, listeningPort: 1 } }],
    [{ injection: { statusPort: 65535, listeningPort: 65535 } }],
  ])('are none with the first and last of numbers: %p', settings => {
    expect(() => sidecars([], settings)).not.toThrow();
  });

  test.each<[unknown, string]>([
    [null, "settings must be an object, got 'null'"],
    ['abc', "settings must be an object, got 'abc'"],
    [{ trustdomain: 'x' }, "trustdomain must be a member of MeshSettings, got 'trustdomain'; did you mean 'trustDomain'?"],
    [{ trustDomain: '' }, "trustDomain must be the name of a trust domain, got ''"],
    [{ trustDomainAliases: 'abc' }, "trustDomainAliases must be a list, got 'abc'"],
    [{ foreignTrustDomains: [5] }, "foreignTrustDomains[0] must be the name of a trust domain, got '5'"],
    [{ rootNamespace: 5 }, "rootNamespace must be the name of a namespace, got '5'"],
    [{ pathNormalization: 'merge' }, "pathNormalization must be one of 'NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES', got 'merge'; did you mean 'MERGE_SLASHES'?"],
    [{ defaultProxy: 'AMBIENT' }, "defaultProxy must be one of 'SIDECAR', 'ZTUNNEL', got 'AMBIENT'; choose one"],
    [{ trustedProxies: -1 }, "trustedProxies must be a whole number of at least 0, got '-1'"],
    [{ trustedProxies: Infinity }, "trustedProxies must be a whole number of at least 0, got 'Infinity'"],
    [{ autoMutualTls: 'false' }, "autoMutualTls must be true or false, got 'false'"],
    [{ istioVersion: 1.29 }, "istioVersion must be like 1.29 or 1.30.1, got '1.29'; give the version of istiod as a text"],
    [{ istioVersion: 'latest' }, "istioVersion must be like 1.29 or 1.30.1, got 'latest'"],
    ...['1.10', '1.23.9', '1.50', '1.240', '2.29', '0.30'].map((istioVersion): [object, string] => [{ istioVersion }, `istioVersion must be from 1.24 to 1.32, got '${istioVersion}'`]),
    [{ authorizerProviders: { name: 'opa' } }, "authorizerProviders must be a list, got '{\"name\":\"opa\"}'"],
    [{ authorizerProviders: [{ name: 'opa' }] }, "authorizerProviders[0].protocol must be one of 'HTTP', 'GRPC', got 'undefined'"],
    ...[-1, 65536].map((statusPort): [object, string] => [{ injection: { statusPort } }, `injection.statusPort must be a whole number from 0 to 65535, got '${statusPort}'`]),
    ...[0, 65536].map((listeningPort): [object, string] => [{ injection: { listeningPort } }, `injection.listeningPort must be a whole number from 1 to 65535, got '${listeningPort}'`]),
    [{ authorizerProviders: [{ protocol: 'HTTP' }] }, "authorizerProviders[0].name must be text, got 'undefined'"],
    [{ discoverySelectors: [{ matchExpressions: [{ operator: 'In' }] }] }, "discoverySelectors[0].matchExpressions[0].key must be text, got 'undefined'"],
    [{ discoverySelectors: [{ matchExpressions: [{ key: 'app' }] }] }, "discoverySelectors[0].matchExpressions[0].operator must be text, got 'undefined'"],
    [{ rootNamespace: '' }, "rootNamespace must be the name of a namespace, got ''"],
    [{ authorizerProviders: [{ name: 'opa', protocol: 'grpc' }] }, "authorizerProviders[0].protocol must be one of 'HTTP', 'GRPC', got 'grpc'; did you mean 'GRPC'?"],
  ])('%p are refused', (settings, message) => {
    expect(() => sidecars([], settings as MeshSettings)).toThrow(message);
    expect(() => PolicySet.fromYaml('', settings as MeshSettings)).toThrow(message);
    expect(() => PolicySet.fromApp({} as never, settings as MeshSettings)).toThrow(message);
  });

  test.each(['1.24', '1.29.3', '1.32', '1.28.0-distroless'])('are none with Istio %s', istioVersion => {
    expect(() => sidecars([], { istioVersion, trustDomain: undefined })).not.toThrow();
  });
});

describe('manifests that are none', () => {
  test.each<[unknown]>([[null], [undefined], ['x'], [{}]])('%j are refused', given => {
    expect(() => PolicySet.fromManifests(given as object[])).toThrow(/^manifests must be a list of objects, got '.*'; pass what a chart renders, or use fromYaml$/);
    expect(() => PolicySet.fromApp(given as never)).toThrow(/^app must be an App or a Chart, got '.*'; pass the App, or the Chart that it is part of$/);
  });

  test.each<[unknown]>([[5], [null], [{}], [[]]])('%j is refused in place of YAML', given => {
    expect(() => PolicySet.fromYaml(given as string)).toThrow(/^text must be YAML as a text, got '.*'; pass what a file holds$/);
  });
});
