import { AuthorizerProtocol, PathNormalization, PolicySet } from 'cdk8s-zero-trust';
import { ask, authorization, sidecars } from './support';
import { Switch } from '../../src/policy/request/istiod-switches';
import { resolveMesh } from '../../src/policy/request/mesh-settings';
import { Inventory } from '../../src/policy/resources/inventory';
import { takeManifests } from '../../src/policy/resources/manifest-reader';
import { meshSettingsIn, meshSettingsOf } from '../../src/policy/resources/mesh-config';

const configMap = (mesh: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh } });
const operator = (spec: object) => ({ apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator', metadata: { name: 'mesh', namespace: 'istio-system' }, spec });
const release = (chart: string, values: object) =>
  ({ apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', metadata: { name: chart, namespace: 'istio-system' }, spec: { chart: { spec: { chart } }, values } });
const application = (spec: object) => ({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'istio', namespace: 'argocd' }, spec });
const TD1 = { source: { principal: 'td1/ns/shop/sa/web' } };

describe('mesh settings', () => {
  test('are read from a MeshConfig', () => {
    expect(meshSettingsOf({
      trustDomain: 'td1',
      enableAutoMtls: false,
      caCertificates: [{ pem: 'x', trustDomains: ['other'] }],
      pathNormalization: { normalization: 'MERGE_SLASHES' },
      defaultConfig: { gatewayTopology: { numTrustedProxies: 1 } },
      extensionProviders: [{ name: 'opa', envoyExtAuthzGrpc: { service: 'opa' } }, { name: 'zipkin', zipkin: {} }],
    })).toEqual({
      trustDomain: 'td1',
      autoMutualTls: false,
      foreignTrustDomains: ['other'],
      pathNormalization: PathNormalization.MERGE_SLASHES,
      trustedProxies: 1,
      authorizerProviders: [{ name: 'opa', protocol: AuthorizerProtocol.GRPC }],
    });
  });

  test('are found in the ConfigMap of the manifests', () => {
    const policies = [authorization({ rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }] }] })];

    expect(ask(sidecars([...policies, configMap('trustDomain: td1')]), TD1)).toBe('ALLOW 200');
    expect(ask(sidecars(policies), TD1)).toBe('DENY TRANSPORT');
  });

  test.each<[string, object[]]>([
    ['the ConfigMap of a revision', [{ ...configMap('trustDomain: td1'), metadata: { name: 'istio-1-32-0', namespace: 'istio-system' } }]],
    ['an IstioOperator', [operator({ meshConfig: { trustDomain: 'td1' } })]],
    ['the values of an IstioOperator', [operator({ values: { meshConfig: { trustDomain: 'td1' } } })]],
    ['an IstioOperator, before its values', [operator({ meshConfig: { trustDomain: 'td1' }, values: { meshConfig: { trustDomain: 'td2' } } })]],
    ["Helm's values for istiod", [{ pilot: {}, meshConfig: { trustDomain: 'td1' } }]],
    ['a HelmRelease of Flux', [release('istiod', { meshConfig: { trustDomain: 'td1' } })]],
    ['a HelmRelease of Flux beside those of other charts', [release('istiod', { meshConfig: { trustDomain: 'td1' } }), release('ztunnel', { meshConfig: { trustDomain: 'td2' } }), release('grafana', { x: 1 })]],
    ['an Application of Argo CD', [application({ source: { chart: 'istiod', helm: { valuesObject: { meshConfig: { trustDomain: 'td1' } } } } })]],
    ['an Application of Argo CD, as text', [application({ source: { path: 'charts/istio', helm: { values: 'pilot: {}\nmeshConfig:\n  trustDomain: td1\n' } } })]],
    ['one of several sources of an Application', [application({ sources: [{ chart: 'base', helm: { values: 'meshConfig: { trustDomain: td2 }' } }, { chart: 'istiod', helm: { values: 'meshConfig: { trustDomain: td1 }' } }, { ref: 'values' }] })]],
    ['an ApplicationSet', [{ ...application({ template: { spec: { source: { chart: 'istiod', helm: { values: 'meshConfig: { trustDomain: td1 }' } } } } }), kind: 'ApplicationSet' }]],
    ['the first document of a ConfigMap', [configMap('trustDomain: td1\n---\ntrustDomain: td2')]],
    ["Helm's values for several charts", [{ pilot: {}, meshConfig: { trustDomain: 'td1' } }, { gateways: {}, meshConfig: { trustDomain: 'td1' } }]],
    ['several places that say the same', [configMap('trustDomain: td1\nrootNamespace: istio-system'), { meshConfig: { trustDomain: 'td1' } }]],
  ])('are found in %s', (_, manifests) => {
    expect(ask(sidecars(manifests), TD1)).toBe('ALLOW 200');
    expect(sidecars(manifests).problems).toEqual([]);
  });

  test('of a ConfigMap for other things are not looked for', () => {
    const other = { ...configMap('trustDomain: td1'), metadata: { name: 'istiod', namespace: 'istio-system' } };

    expect(ask(sidecars([other]), TD1)).toBe('DENY TRANSPORT');
  });

  test.each<[string, object[], object]>([
    ['differ from place to place', [configMap('trustDomain: td1'), { meshConfig: { trustDomain: 'td2' } }], {
      object: 'Helm values', field: 'meshConfig', message: 'must say the same as ConfigMap istio-system/istio, got other mesh settings; keep those of one control plane',
    }],
    ['differ from those of a HelmRelease', [configMap('trustDomain: td1'), release('istiod', { meshConfig: { trustDomain: 'td2' } })], {
      object: 'Helm values of istio-system/istiod', field: 'meshConfig', message: 'must say the same as ConfigMap istio-system/istio, got other mesh settings; keep those of one control plane',
    }],
    ['differ between control planes', [{ ...configMap('trustDomain: td2'), metadata: { name: 'istio-canary' } }, configMap('trustDomain: td1')], {
      object: 'ConfigMap default/istio-canary', field: 'data.mesh', message: 'must say the same as ConfigMap istio-system/istio, got other mesh settings; keep those of one control plane',
    }],
    ['cannot be read in an IstioOperator', [operator({ meshConfig: { trustDomain: 'td1', rootNamespace: {} } })], {
      object: 'IstioOperator istio-system/mesh', field: 'spec.meshConfig.rootNamespace', message: 'must be text, got \'{}\'; correct it',
    }],
    ["cannot be read in Helm's values", [{ meshConfig: { trustDomain: 'td1', trustDomainAliases: 'x' } }], {
      object: 'Helm values', field: 'meshConfig.trustDomainAliases', message: "must be a list, got 'x'; correct it",
    }],
  ])('that %s leave everything undecided', (_, manifests, problem) => {
    const policies = sidecars(manifests);

    expect(policies.problems).toEqual([expect.objectContaining(problem)]);
    expect(ask(policies, TD1)).toBe('UNDECIDED');
  });

  test.each<[string, string]>([
    ['pathNormalization: { normalization: MERGE }', '.pathNormalization.normalization'],
    ['outboundTrafficPolicy: { mode: registry_only }', '.outboundTrafficPolicy.mode'],
    ['serviceEntryVisibility: { defaultVisibility: ALL }', '.serviceEntryVisibility.defaultVisibility'],
    ['defaultConfig: { interceptionMode: none }', '.defaultConfig.interceptionMode'],
    ["defaultConfig: { proxyMetadata: { DISABLE_ENVOY: 'true' } }", '.defaultConfig.proxyMetadata.DISABLE_ENVOY'],
    ['defaultConfig: { connectionSettings: { profile: edge } }', '.defaultConfig.connectionSettings.profile'],
    ['defaultConfig: { connectionSettings: { httpPathWithEscapedSlashesAction: REJECT } }', '.defaultConfig.connectionSettings.httpPathWithEscapedSlashesAction'],
    ['defaultConfig: { connectionSettings: { httpHeadersWithUnderscoresAction: REJECT_REQUEST } }', '.defaultConfig.connectionSettings.httpHeadersWithUnderscoresAction'],
  ])('14.6 with a word that Istio does not know, %j, are not applied as they are: everything is undecided', (mesh, field) => {
    const policies = sidecars([configMap(mesh)]);

    expect(policies.problems).toEqual([expect.objectContaining({ object: 'ConfigMap istio-system/istio', field: `data.mesh${field}` })]);
    expect(ask(policies, {})).toBe('UNDECIDED');
  });

  test.each([
    'pathNormalization: { normalization: DEFAULT }', 'outboundTrafficPolicy: { mode: ALLOW_ANY_DYNAMIC_DNS }', 'serviceEntryVisibility: { defaultVisibility: PUBLIC }',
    "defaultConfig: { proxyMetadata: { DISABLE_ENVOY: 'false' } }",
    'defaultConfig: { connectionSettings: { profile: EDGE, httpHeadersWithUnderscoresAction: HEADERS_WITH_UNDERSCORES_ALLOW } }',
  ])('that Istio knows are in no doubt: %j', mesh => {
    expect(sidecars([configMap(mesh)]).problems).toEqual([]);
  });

  test('that are no YAML are told of where they stand', () => {
    expect(sidecars([configMap('a: [')]).problems).toEqual([expect.objectContaining({ object: 'ConfigMap istio-system/istio', field: 'data.mesh' })]);
  });

  test('that are given as undefined do not win over the ConfigMap', () => {
    expect(ask(sidecars([configMap('trustDomain: td1')], { trustDomain: undefined }), TD1)).toBe('ALLOW 200');
  });

  test('that are given win over the ConfigMap', () => {
    expect(ask(sidecars([configMap('trustDomain: other')], { trustDomain: 'td1' }), TD1)).toBe('ALLOW 200');
  });
});

describe('the environment of istiod', () => {
  const MULTIPLE = 'PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS';
  const istiod = (env: object[], name = 'istiod', labels = { app: 'istiod' }, container = 'discovery') => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'istio-system' },
    spec: { template: { metadata: { labels }, spec: { containers: [{ name: 'other' }, { name: container, env }] } } },
  });
  const on = [{ name: 'POD_NAME', valueFrom: { fieldRef: {} } }, { name: MULTIPLE, value: 'true' }];
  const found = (manifests: object[]) => {
    const inventory = new Inventory(takeManifests(manifests));
    return { environment: meshSettingsIn(inventory).istiodEnvironment, problems: inventory.problems.map(({ object, message }) => `${object}: ${message}`) };
  };

  test.each<[string, object[]]>([
    ['its Deployment', [istiod(on)]],
    ['the Deployment of a revision', [istiod(on, 'istiod-1-32', { app: 'x' })]],
    ['a Deployment of other name', [istiod(on, 'pilot')]],
    ['the values of an IstioOperator', [operator({ values: { pilot: { env: { [MULTIPLE]: true } } } })]],
    ['the component of an IstioOperator', [operator({ components: { pilot: { k8s: { env: [{ name: MULTIPLE, value: 'true' }] } } } })]],
    ['an Istio of the Sail operator', [{ apiVersion: 'sailoperator.io/v1', kind: 'Istio', metadata: { name: 'default' }, spec: { values: { pilot: { env: { [MULTIPLE]: 'true' } } } } }]],
    ['an IstioRevision of the Sail operator', [{ apiVersion: 'sailoperator.io/v1', kind: 'IstioRevision', metadata: { name: 'default' }, spec: { values: { pilot: { env: { [MULTIPLE]: 'true' } } } } }]],
    ['an Istio of the Sail operator for istiod alone', [{ apiVersion: 'sailoperator.io/v1', kind: 'Istio', metadata: { name: 'default' }, spec: { values: { env: { [MULTIPLE]: 'true' } } } }]],
    ['a Deployment that is called istiod', [istiod(on, 'istiod', { app: 'x' })]],
    ["Helm's values", [{ pilot: { env: { [MULTIPLE]: 'true' } } }]],
    ["Helm's values for istiod alone", [{ meshConfig: {}, env: { [MULTIPLE]: 'true' } }]],
    ["Helm's values beside those of another chart", [{ meshConfig: {} }, { pilot: { env: { [MULTIPLE]: 'true' } } }]],
    ["Helm's values for istiod alone beside those of another chart", [{ meshConfig: {} }, { meshConfig: {}, env: { [MULTIPLE]: 'true' } }]],
    ['several places', [istiod(on), { pilot: { env: { [MULTIPLE]: '1', OTHER: 'x' } } }]],
  ])('is found in %s', (_, manifests) => {
    const { environment, problems } = found(manifests);

    expect(environment?.[MULTIPLE]).toBe('true');
    expect(problems).toEqual([]);
  });

  test.each<[string, object[]]>([
    ['a Deployment of another name', [istiod(on, 'api', { app: 'api' })]],
    ['another kind of object', [{ apiVersion: 'sailoperator.io/v1', kind: 'IstioCNI', metadata: { name: 'default' }, spec: { values: { pilot: { env: { [MULTIPLE]: 'true' } } } } }]],
    ['another container', [istiod(on, 'istiod', { app: 'istiod' }, 'proxy')]],
    ['a ConfigMap', [configMap('trustDomain: td1')]],
  ])('is not known from %s', (_, manifests) => {
    expect(found(manifests).environment).toBeUndefined();
  });

  test('is known to set nothing where the installation does not', () => {
    expect([[istiod([])], [operator({})], [{ meshConfig: {} }]].map(manifests => found(manifests).environment)).toEqual([{}, {}, {}]);
  });

  const sail = (kind: string) => ({ apiVersion: 'sailoperator.io/v1', kind, metadata: { name: 'default' }, spec: { values: { pilot: { env: { [MULTIPLE]: 'true' } } } } });

  test.each<[string, first: object, first: string, other: object, other: string, field: string]>([
    ["Helm's values", istiod(on), 'Deployment istio-system/istiod', { pilot: { env: { [MULTIPLE]: 'false' } } }, 'Helm values', 'pilot.env'],
    ['a Deployment', istiod(on), 'Deployment istio-system/istiod', istiod([], 'istiod-canary'), 'Deployment istio-system/istiod-canary', 'spec.template.spec.containers'],
    ['an IstioOperator', istiod(on), 'Deployment istio-system/istiod', operator({}), 'IstioOperator istio-system/mesh', 'spec.values.pilot.env'],
    ['an Istio', istiod([]), 'Deployment istio-system/istiod', sail('Istio'), 'Istio default', 'spec.values.pilot.env'],
    ['an IstioRevision', operator({}), 'IstioOperator istio-system/mesh', sail('IstioRevision'), 'IstioRevision default', 'spec.values.pilot.env'],
  ])('is in doubt where two places set a switch differently: %s', (_, first, firstName, other, otherName, field) => {
    const { problems } = PolicySet.fromYaml([first, other].map(one => JSON.stringify(one)).join('\n---\n'));

    expect(problems.filter(({ message }) => message.includes('switches'))).toEqual([{
      document: 1, line: 3, object: otherName, field, message: `must set the switches of istiod as ${firstName} does, got others; keep those of one control plane`,
    }]);
  });

  test('lets clients of any trust domain in', () => {
    expect(ask(sidecars([{ pilot: { env: { PILOT_SKIP_VALIDATE_TRUST_DOMAIN: 'true' } } }]), TD1)).toBe('ALLOW 200');
  });

  test.each<[string | undefined, boolean, boolean]>([
    [undefined, false, true], ['', false, true], ['yes', false, true], ['true', true, true], ['T', true, true], ['1', true, true], ['false', false, false], ['F', false, false], ['0', false, false],
  ])('sets a switch as Go reads %s', (value, usuallyOff, usuallyOn) => {
    const environment = (name: string) => value === undefined ? {} : { [name]: value };
    const flag = (name: Switch) => resolveMesh({ istiodEnvironment: environment(name) }).flag(name);

    expect([flag(MULTIPLE), flag('ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY')]).toEqual([usuallyOff, usuallyOn]);
  });

  test('is known where settings state it', () => {
    expect([resolveMesh(), resolveMesh({ istiodEnvironment: {} })].map(({ knowsSwitches }) => knowsSwitches)).toEqual([false, true]);
  });
});
