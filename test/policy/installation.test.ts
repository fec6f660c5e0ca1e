import { MeshSettings, PolicySet } from 'cdk8s-zero-trust';
import { authorization, namespace, pod, request, verdict } from './support';
import { Inventory } from '../../src/policy/resources/inventory';
import { takeManifests } from '../../src/policy/resources/manifest-reader';
import { meshSettingsIn, together } from '../../src/policy/resources/mesh-config';

const operator = (spec: object) => ({ apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator', metadata: { name: 'mesh', namespace: 'istio-system' }, spec });
const configMap = (name: string, data: Record<string, string>, inNamespace = 'istio-system') => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: inNamespace }, data });
const webhooks = (name: string, labels: Record<string, string>, names: string[], matchLabels?: Record<string, string>) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name, labels },
  webhooks: names.map(one => ({ name: `${one}.sidecar-injector.istio.io`, namespaceSelector: { matchLabels } })),
});
const sail = (kind: string, name: string, spec: object) => ({ apiVersion: 'sailoperator.io/v1', kind, metadata: { name }, spec });
const istiod = (labels: Record<string, string>, inNamespace = 'istio-system') => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'istiod', namespace: inNamespace, labels: { app: 'istiod', ...labels } }, spec: {} });

/** What the manifests say, without what they do not. */
function settings(...manifests: object[]): object {
  const inventory = new Inventory(takeManifests(manifests));
  const found = JSON.parse(JSON.stringify(meshSettingsIn(inventory))) as Record<string, unknown>;
  expect(inventory.problems).toEqual([]);
  return Object.fromEntries(Object.entries(found).filter(([, value]) => !['{}', '[]'].includes(JSON.stringify(value))));
}

describe('1.8 the installation is read from', () => {
  test.each<[string, object[], object]>([
    ['nothing', [], {}],
    ['an IstioOperator', [operator({ revision: 'canary' })], { revisions: ['canary'], otherRevisions: true, istiodEnvironment: undefined }],
    ['several IstioOperators', [operator({}), operator({ revision: 'canary' })].map((one, i) => ({ ...one, metadata: { name: `mesh-${i}` } })), { revisions: ['default', 'canary'], otherRevisions: true }],
    ['the values of an IstioOperator', [operator({ values: { revision: 'canary', global: { proxy: { autoInject: 'disabled', excludeInboundPorts: 8080 } } } })],
      { revisions: ['canary'], otherRevisions: true, injection: { automatic: false, excludedPorts: '8080' } }],
    ['its components', [operator({ components: { cni: { enabled: true } } })], { revisions: ['default'], otherRevisions: true, injection: { networkPlugin: true } }],
    ...['ambient', 'openshift', 'openshift-ambient'].map((profile): [string, object[], object] =>
      [`its profile ${profile}`, [operator({ profile })], { revisions: ['default'], otherRevisions: true, injection: { networkPlugin: true } }]),
    ['its values before its components', [operator({ components: { cni: { enabled: true } }, values: { pilot: { cni: { enabled: false } } } })], { revisions: ['default'], otherRevisions: true, injection: { networkPlugin: false } }],
    ['older values for the network plugin', [{ meshConfig: {}, istio_cni: { enabled: true } }], { revisions: ['default'], otherRevisions: true, injection: { networkPlugin: true } }],
    ['tags in the values of an IstioOperator', [operator({ revision: 'a', values: { revisionTags: ['prod'] } })], { revisions: ['a'], otherRevisions: true, revisionTags: { prod: 'a' } }],
    ...[{ meshConfig: {} }, { pilot: {} }, { sidecarInjectorWebhook: {} }].map((values): [string, object[], object] =>
      [`values such as ${JSON.stringify(values)}`, [values], { revisions: ['default'], otherRevisions: true }]),
    ['tags that values give', [{ revisionTags: ['prod'] }], { revisions: ['default'], otherRevisions: true, revisionTags: { prod: 'default' } }],
    ...['includeInboundPorts', 'excludeInboundPorts'].map((name): [string, object[], object] =>
      [`values that only say ${name}`, [{ global: { proxy: { [name]: '80' } } }], { injection: { [name === 'includeInboundPorts' ? 'includedPorts' : 'excludedPorts']: '80' } }]),
    ...[['includeIPRanges', 'includedBlocks'], ['excludeIPRanges', 'excludedBlocks'], ['includeOutboundPorts', 'includedPorts'], ['excludeOutboundPorts', 'excludedPorts']].map(([name, member]): [string, object[], object] =>
      [`values that only say ${name}`, [{ global: { proxy: { [name]: '80' } } }], { outbound: { [member]: '80' } }]),
    ['values beside a MeshConfig that says more of the same', [{ global: { proxy: { excludeOutboundPorts: '80' } }, meshConfig: { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } } }],
      { revisions: ['default'], otherRevisions: true, outbound: { excludedPorts: '80', registryOnly: true } }],
    ['values that choose pods by expressions', [{ sidecarInjectorWebhook: { alwaysInjectSelector: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }] } }],
      { revisions: ['default'], otherRevisions: true, injection: { alwaysFor: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }] } }],
    ['an injector that is automatic', [configMap('istio-sidecar-injector', { config: 'policy: enabled' })], { revisions: ['default'], otherRevisions: true, injection: { automatic: true } }],
    ['an injector by its values', [configMap('istio-sidecar-injector', { values: '{"global":{"istioNamespace":"mesh","proxy":{"autoInject":"enabled"}}}', config: 'templates: {}' })],
      { istioNamespace: 'mesh', revisions: ['default'], otherRevisions: true, injection: { automatic: true, ownTemplates: [] } }],
    ["a revision of Istio's operator", [sail('IstioRevision', 'a', { namespace: 'mesh' })], { istioNamespace: 'mesh', revisions: ['a'], otherRevisions: true }],
    ["values of Istio's operator before its namespace", [sail('Istio', 'default', { namespace: 'mesh', values: { global: { istioNamespace: 'root', proxy: { statusPort: 1 } } } })],
      { istioNamespace: 'root', revisions: ['default'], otherRevisions: true, injection: { statusPort: 1 } }],
    ['a tag of a revision that has the name of an Istio', [sail('Istio', 'x', { version: 'v1.30.1', updateStrategy: { type: 'RevisionBased' } }), sail('IstioRevisionTag', 'prod', { targetRef: { kind: 'IstioRevision', name: 'x' } })],
      { revisions: ['x-v1-30-1'], otherRevisions: true, revisionTags: { prod: 'x' } }],
    ['no Deployment of others', [{ ...istiod({ 'app': 'other', 'istio.io/rev': 'x' }, 'mesh') }], {}],
    ["Helm's values", [{ revision: '1-30', revisionTags: ['prod'], pilot: { cni: { enabled: true } }, global: { proxy: { statusPort: 15099, includeInboundPorts: '80' } } }],
      { revisions: ['1-30'], otherRevisions: true, revisionTags: { prod: '1-30' }, injection: { networkPlugin: true, statusPort: 15099, includedPorts: '80' } }],
    ["Helm's values for the injector", [{ sidecarInjectorWebhook: { enableNamespacesByDefault: true, neverInjectSelector: [{ matchLabels: { job: 'x' } }], templates: { custom: 'x' }, defaultTemplates: ['custom'] } }],
      { revisions: ['default'], otherRevisions: true, injection: { inEveryNamespace: true, neverFor: [{ matchLabels: { job: 'x' } }], ownTemplates: ['custom'], defaultTemplates: ['custom'] } }],
    ["Helm's values for another namespace", [{ global: { istioNamespace: 'mesh' } }], { istioNamespace: 'mesh' }],
    ["Helm's values for the base", [{ defaultRevision: 'canary' }], { defaultRevision: 'canary' }],
    ['the MeshConfig', [configMap('istio', { mesh: 'defaultConfig: {interceptionMode: TPROXY}\nproxyInboundListenPort: 16006\ndiscoverySelectors: [{matchLabels: {mesh: "on"}}]' })],
      { rootNamespace: 'istio-system', discoverySelectors: [{ matchLabels: { mesh: 'on' } }], injection: { interceptionMode: 'TPROXY', listeningPort: 16006 } }],
    ['the ConfigMap of the injector', [configMap('istio-sidecar-injector-canary', {
      values: JSON.stringify({ global: { proxy: { includeInboundPorts: '*', statusPort: 15020 } }, sidecarInjectorWebhook: { enableNamespacesByDefault: false } }),
      config: 'policy: disabled\ndefaultTemplates: [sidecar]\ntemplates: {sidecar: x, custom: y}\nalwaysInjectSelector: [{matchLabels: {a: b}}]\nneverInjectSelector: []',
    })], {
      revisions: ['canary'],
      otherRevisions: true,
      injection: { automatic: false, includedPorts: '*', statusPort: 15020, inEveryNamespace: false, defaultTemplates: ['sidecar'], ownTemplates: ['sidecar', 'custom'], alwaysFor: [{ matchLabels: { a: 'b' } }], neverFor: [] },
    }],
    ['webhooks', [webhooks('istio-sidecar-injector', { 'istio.io/rev': 'default' }, ['rev.namespace', 'rev.object', 'namespace', 'object', 'auto'])],
      { revisions: ['default'], otherRevisions: true, injection: { inEveryNamespace: true, defaultByName: false } }],
    ['webhooks of tags', [
      webhooks('istio-sidecar-injector-canary', { 'istio.io/rev': 'canary' }, ['rev.namespace', 'rev.object']),
      webhooks('istio-revision-tag-prod', { 'istio.io/rev': 'canary', 'istio.io/tag': 'prod' }, ['rev.namespace', 'rev.object']),
    ], { revisions: ['canary'], otherRevisions: true, revisionTags: { prod: 'canary' } }],
    ['webhooks of a revision that was named default', [webhooks('istio-sidecar-injector-default', { 'istio.io/rev': 'default' }, ['rev.namespace', 'rev.object'])],
      { revisions: ['default'], otherRevisions: true, injection: { defaultByName: true } }],
    ['no webhooks that are put out of use', [webhooks('istio-sidecar-injector', { 'istio.io/rev': 'default' }, ['namespace'], { 'istio.io/deactivated': 'never-match' })], {}],
    ['no webhooks of others', [webhooks('cert-manager', {}, ['namespace'])], {}],
    ['the Deployment of istiod', [istiod({ 'istio.io/rev': 'stable' }, 'mesh')], { istioNamespace: 'mesh', revisions: ['stable'], otherRevisions: true }],
    ["the kinds of Istio's operator", [
      sail('Istio', 'prod', { namespace: 'mesh', version: 'v1.30.0', updateStrategy: { type: 'RevisionBased' }, values: { meshConfig: { trustDomain: 'td1' } } }),
      sail('IstioRevisionTag', 'default', { targetRef: { kind: 'Istio', name: 'prod' } }),
      sail('IstioRevisionTag', 'old', { targetRef: { kind: 'IstioRevision', name: 'prod-v1-29-0' } }),
      sail('IstioRevision', 'prod-v1-30-0', { namespace: 'mesh', values: { meshConfig: { trustDomain: 'td1' } } }),
      sail('IstioCNI', 'default', { values: { cni: { excludeNamespaces: ['dev'] } } }),
    ], {
      istioNamespace: 'mesh', trustDomain: 'td1', revisions: ['prod-v1-30-0'], otherRevisions: true, revisionTags: { default: 'prod-v1-30-0', old: 'prod-v1-29-0' }, ambientExcludedNamespaces: ['dev'],
    }],
    ['an update in place', [sail('Istio', 'default', { namespace: 'istio-system' })], { istioNamespace: 'istio-system', revisions: ['default'], otherRevisions: true }],
    ['a HelmRelease of the network plugin', [{
      apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', metadata: { name: 'cni' }, spec: { chart: { spec: { chart: 'cni' } }, values: { excludeNamespaces: ['dev'] } },
    }], { ambientExcludedNamespaces: ['dev'] }],
    ['no HelmRelease of the network plugin that says nothing of it', [{
      apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', metadata: { name: 'cni' }, spec: { chart: { spec: { chart: 'cni' } }, values: { profile: 'ambient' } },
    }], {}],
    ['the values of the network plugin', [{ excludeNamespaces: ['dev'], global: { istioNamespace: 'istio-system' } }], { istioNamespace: 'istio-system', ambientExcludedNamespaces: ['dev'] }],
  ])('%s', (_, manifests, expected) => {
    expect(settings(...manifests)).toEqual(expected);
  });

  test('settings that are given come first', () => {
    const given: MeshSettings = { revisions: ['stable'], injection: { statusPort: 1 } };
    const inventory = new Inventory(takeManifests([operator({ revision: 'canary', values: { global: { proxy: { statusPort: 2, excludeInboundPorts: '3' } } } })]));

    expect(together(meshSettingsIn(inventory, given), given)).toMatchObject({ revisions: ['stable'], injection: { statusPort: 1, excludedPorts: '3' } });
  });

  test.each<[string, object[], object]>([
    ['differ', [operator({ values: { global: { proxy: { statusPort: 1 } } } }), { global: { proxy: { statusPort: 2, autoInject: 'enabled' } } }], {
      document: 3, object: 'Helm values', field: '', message: 'must say the same as IstioOperator istio-system/mesh of statusPort, got something else; keep the settings of one control plane',
    }],
    ['cannot be read in the ConfigMap of the injector', [configMap('istio-sidecar-injector', { values: '{"global":{"proxy":{"statusPort":"x"}}}' })], {
      document: 2, object: 'ConfigMap istio-system/istio-sidecar-injector', field: 'data.values.global.proxy.statusPort', message: "must be a number, got 'x'; correct it",
    }],
    ['are no document', [configMap('istio-sidecar-injector', { config: 'a: [' })], { object: 'ConfigMap istio-system/istio-sidecar-injector', field: 'data.config' }],
  ])('that %s leave everything undecided', (_, manifests, problem) => {
    const policies = PolicySet.fromManifests([namespace('shop', { 'istio-injection': 'enabled' }), pod('api'), ...manifests]);

    expect(policies.problems).toEqual([expect.objectContaining(problem)]);
    expect(verdict(policies.isAuthorized(request()))).toContain('UNDECIDED');
  });
});

describe('1.8 the namespace of the control plane', () => {
  const denied = (inNamespace: string, ...manifests: object[]) => verdict(PolicySet.fromManifests([
    namespace('shop', { 'istio-injection': 'enabled' }), pod('api'), authorization({}, { namespace: inNamespace }), ...manifests,
  ]).isAuthorized(request()));

  test.each<[string, object]>([
    ['an IstioOperator', operator({ values: { global: { istioNamespace: 'mesh' } } })],
    ["Helm's values", { global: { istioNamespace: 'mesh' } }],
    ['a MeshConfig that names itself', configMap('istio', { mesh: 'rootNamespace: mesh' }, 'mesh')],
  ])('is the root namespace, by %s', (_, manifest) => {
    expect([denied('mesh', manifest), denied('istio-system', manifest)]).toEqual(['DENY ALLOW 403', 'ALLOW 200']);
  });

  test('is the only one whose MeshConfig is read', () => {
    const other = configMap('istio', { mesh: 'rootNamespace: elsewhere' }, 'shop');
    const policies = PolicySet.fromManifests([other, pod('api')]);

    expect(denied('elsewhere', other)).toBe('ALLOW 200');
    expect(policies.problems).toEqual([expect.objectContaining({
      object: 'ConfigMap shop/istio', field: 'data.mesh', message: "must be in the namespace of the control plane, 'istio-system', to be read, got 'shop'; move it, or state istioNamespace",
    })]);
    expect(verdict(policies.isAuthorized(request()))).toBe('ALLOW 200');
  });

  test('is the usual one where several could be', () => {
    const [usual, self] = [configMap('istio', { mesh: 'rootNamespace: istio-system' }), configMap('istio', { mesh: 'rootNamespace: shop' }, 'shop')];

    expect([denied('shop', usual, self), denied('istio-system', usual, self), denied('istio-system', self)]).toEqual(['DENY ALLOW 403', 'DENY ALLOW 403', 'ALLOW 200']);
  });
});
