import { ApiObject, Chart, Duration, Helm, JsonPatch, Lazy } from 'cdk8s';
import {
  AuthorizationPolicy, AuthorizationPolicyAction, CaCertificate, ExtensionProvider, MeshSettingsOutput, Operation, OutboundTrafficPolicy, PathNormalization,
  PolicySet, Principal, ServiceAccess, TlsVersion, Workload, ZeroTrustMesh, ZeroTrustMeshProps, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { Construct } from 'constructs';
import { contributeToMesh } from '../../src/constructs/private/statements/mesh-contribution';
import { MeshConfigData } from '../../src/intent/mesh-config';
import { readDocuments } from '../../src/istio/documents';
import { testApp, tempFile } from '../support/app';
import { EAST, LEAF, WEST } from '../support/certificates';
import { chartOf, deployment, Manifest, manifests, problemsOf, refusalOf } from '../support/shop';

const HOST = 'opa.authz.svc.cluster.local';
const opa = (further: object = {}) => ExtensionProvider.extAuthzGrpc({ name: 'opa', service: HOST, port: 9191, ...further });
const OPA = { name: 'opa', envoyExtAuthzGrpc: { service: HOST, port: 9191, timeout: '2s', failOpen: false } };
const KEY = '-----BEGIN PRIVATE KEY-----\nMHcCAQEEIE\n-----END PRIVATE KEY-----\n';

function mesh(props: ZeroTrustMeshProps) {
  const app = testApp();
  return { app, made: new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', props) };
}

/** The MeshConfig that comes of some settings. */
function rendered(props: ZeroTrustMeshProps): object {
  const { app } = mesh({ ...props, settings: MeshSettingsOutput.istioOperator() });
  return (manifests(app).find(({ kind }) => kind === 'IstioOperator')!.spec as { meshConfig: object }).meshConfig;
}

/** A construct that needs something of the mesh. */
class Needing extends Construct {
  constructor(scope: Construct, id: string, config: MeshConfigData) {
    super(scope, id);
    contributeToMesh(this, config);
  }
}

describe('What a ZeroTrustMesh is set to', () => {
  const names = { trustDomain: 'cluster.local', rootNamespace: 'istio-system' };

  test.each<[string, ZeroTrustMeshProps, object]>([
    ['nothing but names where nothing is said', {}, {}],
    ['its own names', { trustDomain: 'prod.td', trustDomainAliases: ['old.td'], rootNamespace: 'istio-config' },
      { trustDomain: 'prod.td', trustDomainAliases: ['old.td'], rootNamespace: 'istio-config' }],
    ['pathNormalization', { pathNormalization: PathNormalization.DECODE_AND_MERGE_SLASHES }, { pathNormalization: { normalization: 'DECODE_AND_MERGE_SLASHES' } }],
    ['outboundTrafficPolicy', { outboundTrafficPolicy: OutboundTrafficPolicy.REGISTRY_ONLY }, { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } }],
    ['numTrustedProxies, also none', { numTrustedProxies: 0 }, { defaultConfig: { gatewayTopology: { numTrustedProxies: 0 } } }],
    ['minProtocolVersion', { minProtocolVersion: TlsVersion.TLSV1_3 }, { meshMTLS: { minProtocolVersion: 'TLSV1_3' } }],
    ['caCertificates, in order', { caCertificates: [{ pem: WEST, trustDomains: ['west.td'] }, { pem: `\r\n${EAST.replaceAll('\n', '\r\n')}`, trustDomains: ['east.td'] }] },
      { caCertificates: [{ pem: EAST, trustDomains: ['east.td'] }, { pem: WEST, trustDomains: ['west.td'] }] }],
    ['an authorizer over gRPC, closed where it fails and asked for two seconds at most', { extensionProviders: [opa()] }, { extensionProviders: [OPA] }],
    ['one that is told otherwise', { extensionProviders: [opa({ service: `authz/${HOST}`, timeout: Duration.millis(250), failOpen: { reason: 'r' }, statusOnError: 503 })] },
      { extensionProviders: [{ name: 'opa', envoyExtAuthzGrpc: { service: `authz/${HOST}`, port: 9191, timeout: '0.25s', failOpen: true, statusOnError: '503' } }] }],
    ['one over HTTP', {
      extensionProviders: [ExtensionProvider.extAuthzHttp({
        name: 'sso', service: 'sso.example.com', port: 80, pathPrefix: '/check', includeRequestHeadersInCheck: ['cookie'], headersToUpstreamOnAllow: ['x-auth-*'], headersToDownstreamOnDeny: ['set-cookie'],
      })],
    }, {
      extensionProviders: [{
        name: 'sso',
        envoyExtAuthzHttp: {
          service: 'sso.example.com',
          port: 80,
          timeout: '2s',
          failOpen: false,
          pathPrefix: '/check',
          includeRequestHeadersInCheck: ['cookie'],
          headersToUpstreamOnAllow: ['x-auth-*'],
          headersToDownstreamOnDeny: ['set-cookie'],
        },
      }],
    }],
    ['access logs', { extensionProviders: [ExtensionProvider.accessLog({ name: 'text' }), ExtensionProvider.accessLog({ name: 'json', path: '/dev/stderr', labels: { status: '%RESPONSE_CODE%' } })] }, {
      extensionProviders: [
        { name: 'json', envoyFileAccessLog: { path: '/dev/stderr', logFormat: { labels: { status: '%RESPONSE_CODE%' } } } },
        { name: 'text', envoyFileAccessLog: { path: '/dev/stdout' } },
      ],
    }],
  ])('is rendered: %s', (_, props, config) => {
    expect(rendered(props)).toEqual({ ...names, ...config });
  });

  const noPem = (what: string) => `caCertificates[0].pem ${what}`;
  const certificate = (pem: string, further: object = {}) => ({ caCertificates: [{ pem, trustDomains: ['east.td'], ...further } as CaCertificate] });
  test.each<[string, () => ZeroTrustMeshProps, string]>([
    ['paths as they are sent', () => ({ pathNormalization: PathNormalization.NONE }), "pathNormalization must not be 'NONE', under which '/public/../admin' is matched as it is sent, "
      + "while servers take it for '/admin'; use DECODE_AND_MERGE_SLASHES, or BASE"],
    ['a normalization that is none', () => ({ pathNormalization: 'MERGE' as never }), "pathNormalization must be one of 'NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES', got 'MERGE'; did you mean 'MERGE_SLASHES'?"],
    ['a policy that is none', () => ({ outboundTrafficPolicy: 'registry_only' as never }), "outboundTrafficPolicy must be one of 'REGISTRY_ONLY', 'ALLOW_ANY', got 'registry_only'; did you mean 'REGISTRY_ONLY'?"],
    ['a version that is none', () => ({ minProtocolVersion: 'TLSV1_1' as never }), "minProtocolVersion must be one of 'TLSV1_2', 'TLSV1_3', got 'TLSV1_1'; did you mean 'TLSV1_2'?"],
    ['half a proxy', () => ({ numTrustedProxies: 0.5 }), "numTrustedProxies must be a whole number from 0 to 100, got '0.5'; count the proxies in front of gateways that append to X-Forwarded-For"],
    ['a private key', () => certificate(KEY), noPem('must be a certificate, which is public, got a private key; take it out, and replace the key if anybody else may have read it')],
    ['a private key behind a certificate', () => certificate(EAST + KEY), noPem('must be a certificate, which is public, got a private key; take it out, and replace the key if anybody else may have read it')],
    ['several certificates', () => certificate(EAST + WEST), noPem(`must be one certificate as PEM and nothing else, got 2 with ${EAST.length + WEST.length} characters in all; give each certificate by itself`)],
    ['a certificate that is broken', () => certificate(EAST.replace('MIIB', 'MIIC')), noPem("must be a certificate as PEM, got one that cannot be parsed; give what a file such as 'root-cert.pem' holds")],
    ['a certificate of no authority', () => certificate(LEAF), noPem('must be the certificate of an authority, got one that cannot sign others (no CA:TRUE); give the root of the other mesh')],
    ['no certificate', () => certificate(5 as never), noPem("must be a certificate as PEM text, got something else; give what a file such as 'root-cert.pem' holds")],
    ['a certificate for everybody', () => certificate(EAST, { trustDomains: [] }), "caCertificates[0].trustDomains must have at least one entry, got '[]'; name whose it is, since one without counts for all of them"],
    ['a trust domain with its scheme', () => certificate(EAST, { trustDomains: ['spiffe://east'] }),
      "caCertificates[0].trustDomains[0] must be a trust domain such as 'prod.example.com', got 'spiffe://east'; take it from meshConfig.trustDomain, without spiffe://"],
    ['two providers of one name', () => ({ extensionProviders: [opa(), opa()] }), "extensionProviders must have names of their own, got 'opa' twice; rename one, or leave it out"],
    ['a provider that is none', () => ({ extensionProviders: [{ name: 'opa' } as never] }), "extensionProviders[0] must be of class ExtensionProvider, got 'Object'; as in ExtensionProvider.extAuthzGrpc({ … })"],
    ['an output that is none', () => ({ settings: 'configMap' as never }), "settings must be of class MeshSettingsOutput, got 'configMap'; as in MeshSettingsOutput.istioOperator()"],
    ['an output of a mesh that exists', () => ({ exists: true, settings: MeshSettingsOutput.configMap() }), "exists must not come with 'settings', which is for what is rendered; leave one of them out"],
    ['a revision that is none', () => ({ settings: MeshSettingsOutput.configMap({ revision: '1.30' }) }), "revision must be a revision of istiod of lower-case letters, digits and '-', got '1.30'; did you mean '1-30'?"],
  ])('refuses %s', (_, props, message) => {
    expect(refusalOf(() => mesh(props()))).toBe(message);
  });

  test('refuses an authority for names of its own, by which it could stand for anybody here', () => {
    const { app } = mesh({ trustDomainAliases: ['east.td'], caCertificates: [{ pem: EAST, trustDomains: ['east.td', 'west.td'] }] });

    expect(problemsOf(app)).toEqual(["[mesh/mesh] caCertificates[].trustDomains must be those of others, got 'east.td', which is a name of this mesh itself; "
      + 'leave it out, and an alias whose callers are to be told apart out of trustDomainAliases']);
  });
});

describe('ExtensionProvider', () => {
  const log = (labels: object) => () => ExtensionProvider.accessLog({ name: 'log', labels: labels as never });
  const noHost = (got: string) => `service must be a whole host name such as 'opa.authz.svc.cluster.local', got '${got}'; give NAME.NAMESPACE.svc.cluster.local, without port or scheme`;
  const noName = (got: string) => `name must be a name of at most 63 lower-case letters, digits and '-', got '${got}'; choose one like that, since from Istio 1.30 policies that name another refuse all that they match`;
  const noTimeout = (got: string) => `timeout must be a Duration from 1 millisecond to 1 minute, got '${got}'; as in Duration.seconds(2)`;
  const noFormat = (got: string) => `labels.a must have each command of Envoy between two '%', got '${got}'; as in '%RESPONSE_CODE%', or '%%' for the sign itself`;
  const noHeader = (got: string) => `headersToUpstreamOnAllow[0] must be the name of a header, or one with '*' at its beginning or end, got '${got}'; as in 'x-user' or 'x-auth-*'`;
  const http = (options: object) => () => ExtensionProvider.extAuthzHttp({ name: 'sso', service: HOST, port: 80, ...options });

  test.each<[string, () => unknown, string]>([
    ['a name in capitals', () => opa({ name: 'OPA' }), noName('OPA')],
    ['a name with dots', () => opa({ name: 'opa.authz' }), noName('opa.authz')],
    ['a name of Istio', () => opa({ name: 'prometheus' }), "name must not be one of Istio's own providers, got 'prometheus', whose place it would take; choose another"],
    ['a short name of a Service', () => opa({ service: 'opa' }), noHost('opa')],
    ['an address', () => opa({ service: '10.0.0.1' }), noHost('10.0.0.1')],
    ['a host with its port', () => opa({ service: `${HOST}:9191` }), noHost(`${HOST}:9191`)],
    ['a port that is none', () => opa({ port: 0 }), "port must be a whole number from 1 to 65535, got '0'; give the port of the Service"],
    ['no time', () => opa({ timeout: Duration.millis(0) }), noTimeout('0 ms')],
    ['as long as Istio waits', () => opa({ timeout: Duration.minutes(10) }), noTimeout('600000 ms')],
    ['a text for a Duration', () => opa({ timeout: '2s' }), noTimeout('2s')],
    ['failing open without a reason', () => opa({ failOpen: { reason: '' } }),
      "failOpen is wider than least privilege and must have a reason, got ''; say why by a reason, as in { reason: '…' }, which stays visible in the output"],
    ['failing open by a flag', () => opa({ failOpen: true }),
      "failOpen is wider than least privilege and must have a reason, got 'true'; say why by a reason, as in { reason: '…' }, which stays visible in the output"],
    ['a status that looks like an answer', () => opa({ statusOnError: 200 }), "statusOnError must be an HTTP status from 400 to 599 that Envoy knows, got '200'; as in 403 or 503"],
    ['a path prefix without slash', http({ pathPrefix: 'check' }), "pathPrefix must be the beginning of a path, got 'check'; as in '/check'"],
    ['any header', http({ headersToUpstreamOnAllow: ['*'] }), noHeader('*')],
    ['a header with a colon', http({ headersToUpstreamOnAllow: ['x-user:'] }), noHeader('x-user:')],
    ['an empty list of headers', http({ includeRequestHeadersInCheck: [] }), "includeRequestHeadersInCheck must have at least one entry, got '[]'; name headers, or leave it out"],
    ['a log that is thrown away', () => ExtensionProvider.accessLog({ name: 'log', path: '/dev/./null' }), "path must be where somebody reads, got '/dev/./null', which keeps nothing; leave it out, or take out the log"],
    ['a log in no file', () => ExtensionProvider.accessLog({ name: 'log', path: 'stdout' }), "path must be an absolute path such as '/dev/stdout', got 'stdout'; name a file that proxies can write, or a stream"],
    ['a log of nothing', log({}), "labels must have at least one field, got '{}'; leave it out for Istio's own format"],
    ['a command that is not closed', log({ a: '%RESPONSE_CODE' }), noFormat('%RESPONSE_CODE')],
    ['a command in small letters', log({ a: '%response_code%' }), noFormat('%response_code%')],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(new Error(message));
  });

  test.each(['%REQ(X-FORWARDED-FOR?:AUTHORITY):20%', '%START_TIME(%Y/%m/%dT%H:%M:%S%z)%', "%CEL(request.headers['a'])% of %%", '%DYNAMIC_METADATA(envoy.common:access_log_hint)%'])('takes the format %s', value => {
    expect(log({ a: value })).not.toThrow();
  });

  test('says what it is', () => {
    expect([opa(), opa({ failOpen: { reason: 'r' } }), ExtensionProvider.accessLog({ name: 'log' })].map(one => one.describeExtensionProvider())).toEqual([
      `opa: authorizer over gRPC at ${HOST}:9191, refuses where it fails`, `opa: authorizer over gRPC at ${HOST}:9191, lets pass where it fails`, 'log: access log in /dev/stdout',
    ]);
  });
});

describe('The settings of a mesh', () => {
  const others = (app: ReturnType<typeof testApp>) => manifests(app).filter(({ kind }) => kind !== 'PeerAuthentication');

  test('are rendered nowhere unless asked for', () => {
    expect(others(mesh({ extensionProviders: [opa()] }).app)).toEqual([]);
  });

  test('are an IstioOperator in a file of its own, with the reasons of all constructs', () => {
    const { app } = mesh({ settings: MeshSettingsOutput.istioOperator(), metadata: { name: 'prod' } });
    new Needing(chartOf(app, 'shop'), 'authz', { extensionProviders: [opa({ failOpen: { reason: 'the shop must go on' } })._data] });

    expect(app.charts.map(chart => [chart.node.path, chart.toJson().map((object: Manifest) => object.kind)])).toEqual([
      ['mesh', ['PeerAuthentication']], ['mesh/mesh/settings', ['IstioOperator']], ['shop', []],
    ]);
    expect(others(app)).toEqual([{
      apiVersion: 'install.istio.io/v1alpha1',
      kind: 'IstioOperator',
      metadata: { name: 'prod', namespace: 'istio-system', annotations: { 'cdk8s-zero-trust/construct': 'mesh/mesh', 'cdk8s-zero-trust/reason': 'the shop must go on' } },
      spec: {
        meshConfig: {
          trustDomain: 'cluster.local',
          rootNamespace: 'istio-system',
          extensionProviders: [{ ...OPA, envoyExtAuthzGrpc: { ...OPA.envoyExtAuthzGrpc, failOpen: true } }],
        },
      },
    }]);
  });

  test.each<[MeshSettingsOutput, string, string]>([
    [MeshSettingsOutput.configMap(), 'istio', 'istiod'],
    [MeshSettingsOutput.configMap({ revision: '1-30' }), 'istio-1-30', 'istiod-1-30'],
  ])('are the ConfigMap of istiod, with what proxies and metrics need', (settings, name, istiod) => {
    const { app } = mesh({ rootNamespace: 'istio-config', numTrustedProxies: 1, settings });
    const [{ data, ...configMap }] = others(app) as (Manifest & { data: { mesh: string; meshNetworks: string } })[];

    expect(configMap).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'istio-config', annotations: { 'cdk8s-zero-trust/construct': 'mesh/mesh' } } });
    expect(readDocuments(data.mesh).objects[0].object).toEqual({
      trustDomain: 'cluster.local',
      rootNamespace: 'istio-config',
      defaultConfig: { discoveryAddress: `${istiod}.istio-config.svc:15012`, gatewayTopology: { numTrustedProxies: 1 } },
      defaultProviders: { metrics: ['prometheus'] },
    });
    expect(data.meshNetworks).toBe('networks: {}\n');
  });

  test.each<[MeshSettingsOutput, string | undefined]>([
    [MeshSettingsOutput.configMap(), 'istio-system'], [MeshSettingsOutput.istioOperator(), 'istio-system'], [MeshSettingsOutput.helmValues(), undefined],
  ])('are where istiod is, and say so where that is not the root namespace', (settings, namespace) => {
    const { app, made } = mesh({ rootNamespace: 'istio-config', istioNamespace: 'istio-system', settings });
    const [written] = others(app) as (Manifest & { data?: { mesh: string }; spec?: { values?: object } })[];
    const said = settings._output.kind === 'helmValues' ? made.helmValues() : written.spec?.values ?? readDocuments(written.data!.mesh).objects[0].object;

    expect(written?.metadata.namespace).toBe(namespace);
    expect(said).toMatchObject(settings._output.kind === 'configMap' ? { rootNamespace: 'istio-config', defaultConfig: { discoveryAddress: 'istiod.istio-system.svc:15012' } } : { global: { istioNamespace: 'istio-system' } });
  });

  test("are Helm's values, for charts that are rendered with the app", () => {
    const { app, made } = mesh({ settings: MeshSettingsOutput.helmValues() });
    new ApiObject(chartOf(app, 'flux'), 'istiod', { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', spec: { values: Lazy.any({ produce: () => made.helmValues() }) } });
    new Needing(chartOf(app, 'shop'), 'authz', { extensionProviders: [opa()._data] });

    expect(problemsOf(app)).toEqual([]);
    expect(others(app).map(({ spec }) => spec)).toEqual([{ values: { meshConfig: { trustDomain: 'cluster.local', rootNamespace: 'istio-system', extensionProviders: [OPA] } } }]);
    expect(made.helmValues()).toEqual({ meshConfig: { trustDomain: 'cluster.local', rootNamespace: 'istio-system', extensionProviders: [OPA] } });
    new Needing(chartOf(app, 'more'), 'log', { extensionProviders: [ExtensionProvider.accessLog({ name: 'log' })._data] });
    expect(problemsOf(app)).toEqual([]);
  });

  test('that are asked for too early are refused, as Helm would install less than the app needs', () => {
    const app = testApp();
    const chart = new Chart(app, 'mesh');
    const made = new ZeroTrustMesh(chart, 'mesh', { settings: MeshSettingsOutput.helmValues() });
    // what Helm was told, in the place of what it renders
    const helmExecutable = tempFile('helm', '#!/bin/sh\ncat "$3" | sed "s/^meshConfig:/apiVersion: v1\\nkind: Values\\nspec:/"\n', 0o755);
    const install = (id: string) => new Helm(chart, id, { chart: 'istio/istiod', helmExecutable, values: made.helmValues() });
    install('early');
    expect(problemsOf(app)).toEqual([]);

    new Needing(chart, 'authz', { extensionProviders: [opa()._data] });

    expect(problemsOf(app)).toEqual(['[mesh/mesh] helmValues() must be asked for when all that adds to the settings is there, got values that lack what came later; '
      + 'ask for them below it, or when the app is synthesized: Lazy.any({ produce: () => mesh.helmValues() })']);
  });

  test('are values only where that is where they go', () => {
    const message = (got: string) => `helmValues() must come with settings: MeshSettingsOutput.helmValues(), got ${got}; state at the ZeroTrustMesh where its settings go, which is one place`;

    expect(() => mesh({}).made.helmValues()).toThrow(new Error(message('none')));
    expect(() => mesh({ settings: MeshSettingsOutput.configMap() }).made.helmValues()).toThrow(new Error(message("'configMap'")));
  });

  test('say where they go', () => {
    expect([MeshSettingsOutput.helmValues(), MeshSettingsOutput.istioOperator(), MeshSettingsOutput.configMap({ revision: 'a' })].map(output => output.describeMeshSettingsOutput()))
      .toEqual(["values of Helm's chart istiod", 'IstioOperator', 'ConfigMap istio-a']);
  });
});

describe('What constructs of an app need of the mesh', () => {
  const needing = (props: ZeroTrustMeshProps, ...configs: MeshConfigData[]) => {
    const { app, made } = mesh({ settings: MeshSettingsOutput.helmValues(), ...props });
    configs.forEach((config, i) => new Needing(chartOf(app, `n${i}`), 'x', config));
    return { app, made };
  };
  const provider = (further: object = {}): MeshConfigData => ({ extensionProviders: [opa(further)._data] });

  test('is rendered with what the ZeroTrustMesh says, each once', () => {
    const { app, made } = needing({ caCertificates: [{ pem: EAST, trustDomains: ['east.td'] }], extensionProviders: [ExtensionProvider.accessLog({ name: 'a-log' })] },
      provider(), { ...provider(), pathNormalization: 'BASE' }, { caCertificates: [{ pem: EAST, trustDomains: ['far.td'] }], pathNormalization: 'BASE' });

    expect(problemsOf(app)).toEqual([]);
    expect(made.helmValues().meshConfig).toEqual({
      trustDomain: 'cluster.local',
      rootNamespace: 'istio-system',
      caCertificates: [{ pem: EAST, trustDomains: ['east.td', 'far.td'] }],
      pathNormalization: { normalization: 'BASE' },
      extensionProviders: [{ name: 'a-log', envoyFileAccessLog: { path: '/dev/stdout' } }, OPA],
    });
  });

  test.each<[string, ZeroTrustMeshProps, MeshConfigData[], string]>([
    ['than the ZeroTrustMesh', { pathNormalization: PathNormalization.BASE }, [{ pathNormalization: 'MERGE_SLASHES' }], "pathNormalization must be the same wherever it is stated, got 'BASE' at 'mesh/mesh' and 'MERGE_SLASHES' at 'n0/x'"],
    ['than each other', {}, [provider(), provider({ port: 9192, statusOnError: 503 })],
      "extension provider 'opa' must be the same wherever it is stated, got port '9191', statusOnError 'undefined' at 'n0/x' and port '9192', statusOnError '503' at 'n1/x'"],
    ['of what a provider is', { extensionProviders: [ExtensionProvider.accessLog({ name: 'opa' })] }, [provider()],
      "extension provider 'opa' must be the same wherever it is stated, got an access log at 'mesh/mesh' and an authorizer over gRPC at 'n0/x'"],
    ['of how far proxies are trusted', { numTrustedProxies: 0 }, [{ numTrustedProxies: 1 }], "numTrustedProxies must be the same wherever it is stated, got '0' at 'mesh/mesh' and '1' at 'n0/x'"],
  ])('must not be said otherwise %s', (_, props, configs, message) => {
    const { app, made } = needing(props, ...configs);

    expect(problemsOf(app)).toEqual([`[mesh/mesh] ${message}; state it once, or the same in both`]);
    expect(() => made.helmValues()).toThrow(`[mesh/mesh] ${message}`);
    const elsewhere = needing({ ...props, settings: MeshSettingsOutput.istioOperator() }, ...configs).app;
    expect(() => elsewhere.charts.map(chart => chart.toJson())).toThrow(message);
  });

  test('must have a ZeroTrustMesh that says how it gets there', () => {
    const app = testApp();
    new Needing(chartOf(app, 'a'), 'x', provider());
    new Needing(chartOf(app, 'b'), 'x', { caCertificates: [{ pem: EAST, trustDomains: ['east.td'] }] });

    expect(problemsOf(app)).toEqual(["[a/x] the mesh must have extension provider 'opa' for this, but the app has no ZeroTrustMesh that says how it gets there; add one: "
      + "new ZeroTrustMesh(chart, 'mesh', { settings: MeshSettingsOutput.istioOperator() }), or { exists: true } where another app sets up the mesh with it (also at 1 more: 'b/x')"]);
    new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { exists: true });
    expect(problemsOf(app)).toEqual([]);
  });
});

describe('The evaluator goes by the settings of the app', () => {
  function shop(props: ZeroTrustMeshProps) {
    const { app } = mesh(props);
    const chart = chartOf(app, 'shop');
    const api = deployment(chart, 'api');
    new ZeroTrustNamespace(chart, 'baseline');
    new ServiceAccess(chart, 'access', { callers: [Principal.serviceAccount('front', 'web')], to: Workload.of(api), operations: [Operation.get('/a/*')] });
    return { app, chart, api };
  }
  const ask = (app: ReturnType<typeof testApp>, path: string) =>
    PolicySet.fromApp(app).isAuthorized({ source: { serviceAccount: 'front/web' }, destination: { namespace: 'shop', workload: 'api', port: 8080 }, http: { method: 'GET', path } }).decision;

  test.each<[string, ZeroTrustMeshProps]>([
    ['only checked', {}], ['an IstioOperator', { settings: MeshSettingsOutput.istioOperator() }], ['a ConfigMap', { settings: MeshSettingsOutput.configMap() }],
  ])('of paths, as %s', (_, props) => {
    expect([ask(shop(props).app, '/a/..%2fadmin'), ask(shop({ ...props, pathNormalization: PathNormalization.DECODE_AND_MERGE_SLASHES }).app, '/a/..%2fadmin')]).toEqual(['ALLOW', 'DENY']);
  });

  test('of authorizers: one that the mesh does not have refuses what it is asked about, and is found', () => {
    const problems = (props: ZeroTrustMeshProps) => {
      const { app, chart } = shop(props);
      new AuthorizationPolicy(chart, 'custom', { selector: { matchLabels: { app: 'x' } }, action: AuthorizationPolicyAction.CUSTOM, provider: { name: 'opa' }, rules: [{}] });
      new AuthorizationPolicy(chart, 'all', { action: AuthorizationPolicyAction.CUSTOM, provider: { name: 'opa' }, rules: [{}] });
      return problemsOf(app);
    };

    expect([problems({}), problems({ extensionProviders: [opa()] }), problems({ settings: MeshSettingsOutput.configMap(), extensionProviders: [opa()] })]).toEqual([[], [], []]);
    expect(problems({ extensionProviders: [opa({ name: 'other' })] })).toEqual([expect.stringContaining("AuthorizationPolicy 'shop/")]);
    expect(problems({ settings: MeshSettingsOutput.configMap() })).toEqual([expect.stringContaining("AuthorizationPolicy 'shop/")]);
  });

  test.each<[string, PathNormalization, PathNormalization]>([
    ['/a//b', PathNormalization.BASE, PathNormalization.MERGE_SLASHES], ['/a%2Fb', PathNormalization.MERGE_SLASHES, PathNormalization.DECODE_AND_MERGE_SLASHES],
  ])('of paths: what proxies rewrite before a policy sees it is never allowed, and is found: %s', (path, keeps, rewrites) => {
    const problems = (pathNormalization: PathNormalization) => {
      const { app, chart, api } = shop({ pathNormalization });
      new ServiceAccess(chart, 'odd', { callers: [Principal.serviceAccount('front', 'web')], to: Workload.of(api), operations: [Operation.get(path)] });
      return problemsOf(app);
    };

    expect(problems(keeps)).toEqual([]);
    expect(problems(rewrites)).toEqual([expect.stringContaining(`[shop/odd] the app does not do what this says, as GET ${path} on port 8080 of 'shop/api' from front/web is refused`)]);
  });

  test.each([OutboundTrafficPolicy.REGISTRY_ONLY, OutboundTrafficPolicy.ALLOW_ANY])('of what is outside, where intents hold as before: %s', outboundTrafficPolicy => {
    expect(problemsOf(shop({ outboundTrafficPolicy, minProtocolVersion: TlsVersion.TLSV1_3, numTrustedProxies: 1 }).app)).toEqual([]);
  });
});

describe('A MeshConfig in the app', () => {
  const STATED: ZeroTrustMeshProps = {
    pathNormalization: PathNormalization.MERGE_SLASHES,
    outboundTrafficPolicy: OutboundTrafficPolicy.REGISTRY_ONLY,
    numTrustedProxies: 1,
    minProtocolVersion: TlsVersion.TLSV1_3,
    caCertificates: [{ pem: EAST, trustDomains: ['east.td'] }],
    extensionProviders: [opa()],
  };
  const same = rendered(STATED);
  const said = (meshConfig: object, props = STATED) => {
    const { app } = mesh(props);
    new ApiObject(new Chart(app, 'istio'), 'config', { apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator', metadata: { namespace: 'istio-system' }, spec: { meshConfig } });
    return problemsOf(app);
  };

  test.each<[string, object, string]>([
    ['other paths', { pathNormalization: { normalization: 'DEFAULT' } }, "sets pathNormalization 'BASE', but 'mesh/mesh' says 'MERGE_SLASHES'"],
    ['no word of what is outside', { outboundTrafficPolicy: undefined }, "sets outboundTrafficPolicy 'ALLOW_ANY', but 'mesh/mesh' says 'REGISTRY_ONLY'"],
    ['other proxies', { defaultConfig: { gatewayTopology: { numTrustedProxies: 2 } } }, "sets numTrustedProxies '2', but 'mesh/mesh' says '1'"],
    ['another version', { meshMTLS: { minProtocolVersion: 'TLSV1_2' } }, "sets minProtocolVersion 'TLSV1_2', but 'mesh/mesh' says 'TLSV1_3'"],
    ['no authority', { caCertificates: [] }, "does not have the CA certificate of 'east.td', which the app states"],
    ['another authority', { caCertificates: [{ pem: WEST, trustDomains: ['east.td'] }] }, "does not have the CA certificate of 'east.td', which the app states"],
    ['no provider', { extensionProviders: [] }, "does not have extension provider 'opa', which 'mesh/mesh' states"],
    ['a provider that fails open', { extensionProviders: [{ ...OPA, envoyExtAuthzGrpc: { ...OPA.envoyExtAuthzGrpc, failOpen: true } }] }, "has extension provider 'opa' otherwise than 'mesh/mesh' states it"],
  ])('must not contradict the settings of the app: %s', (_, other, problem) => {
    expect(said(JSON.parse(JSON.stringify({ ...same, ...other })) as object)).toEqual([`[mesh/mesh] 'istio/config' ${problem}; state the same in both`]);
  });

  test('may say the same, and more', () => {
    const unordered = { port: 9191, service: HOST, timeout: '2s' };

    expect(said({ ...same, extensionProviders: [{ name: 'more', zipkin: {} }, { envoyExtAuthzGrpc: unordered, name: 'opa' }], enableTracing: true })).toEqual([]);
    expect(said(same, { caCertificates: STATED.caCertificates })).toEqual([]);
  });

  const WESTERN = { pem: WEST, trustDomains: ['west.td'] };
  const NOT_STATED = "'istio/config' has a CA certificate of 'west.td' that the app does not state by caCertificates; state the same in both";
  test.each<[string, object, ZeroTrustMeshProps, string[]]>([
    ['whose certificates are accepted', { caCertificates: [WESTERN] }, { exists: true }, [NOT_STATED]],
    ['the same, of one more', { caCertificates: [{ pem: EAST, trustDomains: ['east.td'] }, WESTERN] }, { exists: true, caCertificates: STATED.caCertificates }, [NOT_STATED]],
    ['roots of its own, where the app says none of them', { caCertificates: [{ pem: WEST }] }, { exists: true }, []],
    ['no trust domain', { enableTracing: true }, { trustDomain: 'prod.td' }, ["'istio/config' sets trustDomain 'cluster.local', but the ZeroTrustMesh says 'prod.td'; state the same in both"]],
    ['nothing', {}, { trustDomain: 'prod.td' }, []],
    ['a provider twice', { extensionProviders: [OPA, { ...OPA, envoyExtAuthzGrpc: {} }] }, { extensionProviders: [opa()] },
      ["'istio/config' has extension provider 'opa' more than once, by which istiod has none, and 'mesh/mesh' states it; state the same in both"]],
  ])('must not go beyond what the app says of identities: it says %s', (_, config, props, problems) => {
    const { app } = mesh(props);
    new Needing(chartOf(app, 'shop'), 'x', {});
    new ZeroTrustNamespace(chartOf(app, 'shop2'), 'baseline');
    new ApiObject(new Chart(app, 'istio'), 'config', { apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator', metadata: { namespace: 'istio-system' }, spec: { meshConfig: config } });

    expect(problemsOf(app)).toEqual(problems.map(problem => expect.stringContaining(problem) as string));
  });

  test.each<[string, (values: object) => object]>([
    ['a HelmRelease', values => ({ apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', spec: { chart: { spec: { chart: 'istiod' } }, values } })],
    ['an Application', values => ({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', spec: { source: { chart: 'istiod', helm: { valuesObject: values } } } })],
  ])('is also that of values in %s', (_, install) => {
    const problems = (meshConfig: object, props: ZeroTrustMeshProps = {}) => {
      const { app } = mesh({ exists: true, ...props });
      new ZeroTrustNamespace(chartOf(app, 'shop'), 'baseline');
      const { apiVersion, kind, ...rest } = install({ meshConfig }) as { apiVersion: string; kind: string };
      new ApiObject(new Chart(app, 'istio'), 'config', { apiVersion, kind, metadata: { namespace: 'istio-system' }, ...rest });
      return problemsOf(app);
    };

    expect(problems({ pathNormalization: { normalization: 'NONE' } })).toEqual([expect.stringContaining("'istio/config' sets pathNormalization NONE")]);
    expect(problems({ trustDomain: 'other.td' })).toEqual([expect.stringContaining("'istio/config' sets trustDomain 'other.td', but the ZeroTrustMesh says 'cluster.local'")]);
    expect(problems({ trustDomain: 'cluster.local' })).toEqual([]);
  });

  test('passes as values that the mesh itself renders for a HelmRelease', () => {
    const { app, made: own } = mesh({ ...STATED, settings: MeshSettingsOutput.helmValues() });
    new ApiObject(new Chart(app, 'istio'), 'istiod', {
      apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', ...{ spec: { chart: { spec: { chart: 'istiod' } }, values: Lazy.any({ produce: () => own.helmValues() }) } },
    });

    expect(problemsOf(app)).toEqual([]);
  });

  const settingsOf = (props: ZeroTrustMeshProps) => {
    const { app } = mesh({ trustDomain: 'prod.td', rootNamespace: 'mesh-root', ...STATED, ...props });
    return { app, object: app.node.findAll().find(construct => ApiObject.isApiObject(construct) && ['IstioOperator', 'ConfigMap'].includes(construct.kind)) as ApiObject };
  };
  const GONE = ' must be in the app as the ';
  const says = (field: string) => ` must say what the app states of the mesh, got ${field} changed or taken out after it was made;`;
  const [OPERATOR, CONFIG_MAP] = [MeshSettingsOutput.istioOperator(), MeshSettingsOutput.configMap()];
  test.each<[string, MeshSettingsOutput, (object: ApiObject) => unknown, string]>([
    ['there', OPERATOR, ({ node }) => node.scope!.node.tryRemoveChild(node.id), GONE],
    ['there, as a ConfigMap', CONFIG_MAP, ({ node }) => node.scope!.node.tryRemoveChild(node.id), GONE],
    ['there, in its chart', OPERATOR, ({ node }) => node.scope!.node.scope!.node.tryRemoveChild('settings'), GONE],
    ['of its kind', OPERATOR, object => object.addJsonPatch(JsonPatch.replace('/kind', 'Foo')), GONE],
    ['of its name', CONFIG_MAP, object => object.addJsonPatch(JsonPatch.replace('/metadata/name', 'istio-canary')), GONE],
    ['in its namespace', CONFIG_MAP, object => object.addJsonPatch(JsonPatch.replace('/metadata/namespace', 'elsewhere')), GONE],
    ['about the root namespace', OPERATOR, object => object.addJsonPatch(JsonPatch.remove('/spec/meshConfig/rootNamespace')), says('spec.meshConfig.rootNamespace')],
    ['about the trust domain', OPERATOR, object => object.addJsonPatch(JsonPatch.remove('/spec/meshConfig/trustDomain')), "sets trustDomain 'cluster.local', but"],
    ['about anything', OPERATOR, object => object.addJsonPatch(JsonPatch.replace('/spec', {})), "sets pathNormalization 'BASE', but"],
    ['in its place', CONFIG_MAP, object => object.addJsonPatch(JsonPatch.move('/data/mesh', '/data/mesh.yaml')), says('data.mesh')],
    ['about where proxies find istiod', CONFIG_MAP, object => object.addJsonPatch(JsonPatch.replace('/data/mesh', (object.toJson() as { data: { mesh: string } }).data.mesh.replace('istiod.mesh-root.svc', 'evil.mesh-root.svc'))), says('data.mesh.defaultConfig.discoveryAddress')],
    ['without roots of others', OPERATOR, object => object.addJsonPatch(JsonPatch.add('/spec/meshConfig/caCertificates/-', { pem: WEST })), 'must not have another authority for names of the mesh itself, by which it could stand for anybody here, got one in caCertificates;'],
    ['without roots of proxies', OPERATOR, object => object.addJsonPatch(JsonPatch.add('/spec/meshConfig/defaultConfig/caCertificatesPem', [WEST])), 'got one in defaultConfig.caCertificatesPem;'],
    ['without certificates of more', OPERATOR, object => object.addJsonPatch(JsonPatch.add('/spec/meshConfig/caCertificates/-', WESTERN)), "has a CA certificate of 'west.td' that the app does not state"],
  ])('that is rendered here stays %s', (_, settings, change, problem) => {
    const { app, object } = settingsOf({ settings });
    expect(problemsOf(app)).toEqual([]);

    change(object);

    expect(problemsOf(app)).toContainEqual(expect.stringContaining(`'${object.node.path}'`));
    expect(problemsOf(app)).toContainEqual(expect.stringContaining(problem));
  });

  test.each([OPERATOR, CONFIG_MAP])('that is rendered here may say more', settings => {
    const { app, object } = settingsOf({ settings });
    const text = () => (object.toJson() as { data: { mesh: string } }).data.mesh;
    object.addJsonPatch(...object.kind === 'ConfigMap'
      ? [JsonPatch.replace('/data/mesh', `${text().replace('prometheus', 'otel')}enableTracing: true\n`), JsonPatch.replace('/data/meshNetworks', 'networks: { east: {} }\n')]
      : [JsonPatch.add('/spec/components', { cni: { enabled: true } })]);

    expect(problemsOf(app)).toEqual([]);
  });

  test.each([MeshSettingsOutput.istioOperator(), MeshSettingsOutput.configMap()])('that is rendered here is not held against itself, unless somebody changes it', settings => {
    const { app } = mesh({ ...STATED, settings });
    expect(problemsOf(app)).toEqual([]);
    const object = app.node.findAll().find(construct => ApiObject.isApiObject(construct) && ['IstioOperator', 'ConfigMap'].includes(construct.kind)) as ApiObject;

    object.addJsonPatch(object.kind === 'ConfigMap' ? JsonPatch.replace('/data/mesh', 'trustDomain: cluster.local') : JsonPatch.remove('/spec/meshConfig/pathNormalization'));

    expect(problemsOf(app)).toContain(`[mesh/mesh] '${object.node.path}' sets pathNormalization 'BASE', but 'mesh/mesh' says 'MERGE_SLASHES'; state the same in both`);
  });
});
