import { MeshSettings } from 'cdk8s-zero-trust';
import { resolveMesh } from '../../../src/policy/request/mesh-settings';
import { injectionOf, PodInjection } from '../../../src/policy/workloads/injection';
import { AskedPod } from '../../../src/policy/workloads/injection-webhooks';

type Labels = Record<string, string>;

const INJECT = 'sidecar.istio.io/inject';
const REV = 'istio.io/rev';
const ENABLED = { 'istio-injection': 'enabled' };
const CANARY = { revisions: ['default', 'canary'] };

function injected(namespaceLabels: Labels, pod: Partial<AskedPod> = {}, settings: MeshSettings = { revisions: ['default'] }): PodInjection {
  return injectionOf(resolveMesh(settings), { namespace: 'shop', labels: {}, annotations: {}, ...pod, namespaceLabels });
}

/** The revision whose injection counts, or what else becomes of the pod. */
function outcome(namespaceLabels: Labels, labels: Labels = {}, settings?: MeshSettings): string | undefined {
  const { by, outcome: other } = injected(namespaceLabels, { labels }, settings);
  return by?.revision ?? other;
}

describe('18.1 injection', () => {
  test.each<[string, Labels, Labels, string]>([
    ['the namespace asks for it', ENABLED, {}, 'default'],
    ['the pod does not want it', ENABLED, { [INJECT]: 'false' }, 'not-injected'],
    ['the pod asks for it', {}, { [INJECT]: 'true' }, 'default'],
    ['nobody asks for it', {}, {}, 'not-injected'],
    ['another value of istio-injection says no', { 'istio-injection': 'Enabled' }, {}, 'not-injected'],
    ['any value of istio-injection silences the pod', { 'istio-injection': 'disabled' }, { [INJECT]: 'true' }, 'not-injected'],
    ['any value of istio-injection silences the revision of the pod', { 'istio-injection': '' }, { [REV]: 'canary' }, 'not-injected'],
    ['any value of istio-injection silences the revision of the namespace', { 'istio-injection': 'true', [REV]: 'canary' }, {}, 'not-injected'],
    ['the namespace names a revision', { [REV]: 'canary' }, {}, 'canary'],
    ['the namespace names the revision without a name', { [REV]: 'default' }, {}, 'default'],
    ['the namespace names a revision that is not there', { [REV]: 'nosuch' }, {}, 'not-injected'],
    ['that silences the pod', { [REV]: 'nosuch' }, { [INJECT]: 'true' }, 'not-injected'],
    ['an empty revision is none', { [REV]: '' }, { [INJECT]: 'true' }, 'not-injected'],
    ['the pod names a revision', {}, { [REV]: 'canary' }, 'canary'],
    ['the pod names a revision and does not want it', {}, { [REV]: 'canary', [INJECT]: 'false' }, 'not-injected'],
    ['the pod names none that is there, and asks for it', {}, { [REV]: 'nosuch', [INJECT]: 'true' }, 'not-injected'],
    ['the namespace wins over the revision of the pod', { [REV]: 'canary' }, { [REV]: 'default' }, 'canary'],
    ['injection of the namespace wins over the revision of the pod', ENABLED, { [REV]: 'canary' }, 'default'],
    ['an odd wish in a namespace that has injection is none', ENABLED, { [INJECT]: 'no' }, 'default'],
    ['an odd wish elsewhere is none', {}, { [INJECT]: 'True' }, 'not-injected'],
    ['ambient mode has no say', { ...ENABLED, 'istio.io/dataplane-mode': 'ambient' }, { 'istio.io/dataplane-mode': 'none' }, 'default'],
  ])('%s', (_, namespaceLabels, labels, expected) => {
    expect(outcome(namespaceLabels, labels, CANARY)).toBe(expected);
  });

  test.each<[string, Labels, Labels, string]>([
    ['an annotation alone injects nothing', {}, { [INJECT]: 'true' }, 'not-injected'],
    ['an annotation keeps it out', ENABLED, { [INJECT]: 'false' }, 'not-injected'],
    ['an odd annotation does not', ENABLED, { [INJECT]: 'off' }, 'injected'],
  ])('%s', (_, namespaceLabels, annotations, expected) => {
    expect(injected(namespaceLabels, { annotations }).outcome).toBe(expected);
  });

  test('a label of any value hides the annotation', () => {
    expect(injected(ENABLED, { labels: { [INJECT]: 'maybe' }, annotations: { [INJECT]: 'false' } }).outcome).toBe('injected');
  });

  test.each(['True', 'yes', 'Y', 'on', 'no', 'off', '0', 'disabled', ' true', ''])('before 1.27 a wish of %j is read otherwise', value => {
    const means = ['true', 'yes', 'y', 'on', ''].includes(value.toLowerCase());

    expect(outcome(ENABLED, { [INJECT]: value }, { revisions: ['default'], istioVersion: '1.26' })).toBe(means ? 'default' : 'not-injected');
    expect(outcome(ENABLED, { [INJECT]: value }, { revisions: ['default'], istioVersion: '1.27' })).toBe('default');
  });

  test.each(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage'])('nothing is injected in %s', namespace => {
    expect(injected(ENABLED, { namespace })).toMatchObject({ outcome: 'not-injected', webhooks: [{ name: 'istio-sidecar-injector/namespace' }] });
    expect(injected({}, { namespace }, { injection: { inEveryNamespace: true } }).webhooks).toEqual([]);
  });

  test('nothing is injected on the network of the host', () => {
    expect(injected(ENABLED, { hostNetwork: true }).outcome).toBe('not-injected');
  });

  test.each<[string, Labels, Labels, string]>([
    ['an unlabelled namespace', {}, {}, 'default'],
    ['a pod that says anything of it', {}, { [INJECT]: 'False' }, 'not-injected'],
    ['a pod that names a revision', {}, { [REV]: 'nosuch' }, 'not-injected'],
    ['a namespace that says no', { 'istio-injection': 'disabled' }, {}, 'not-injected'],
    ['a namespace that names a revision', { [REV]: 'nosuch' }, {}, 'not-injected'],
  ])('in every namespace: %s', (_, namespaceLabels, labels, expected) => {
    expect(outcome(namespaceLabels, labels, { revisions: ['default'], injection: { inEveryNamespace: true } })).toBe(expected);
  });

  test('in every namespace holds for the default only', () => {
    const injection = { inEveryNamespace: true };

    expect(outcome({}, {}, { revisions: ['canary'], injection })).toBe('not-injected');
    expect(outcome({}, {}, { revisions: ['canary'], revisionTags: { default: 'canary' }, injection })).toBe('canary');
  });

  test.each<[string, Labels, AskedPod['annotations'], string]>([
    ['that ask for it', { [INJECT]: 'true' }, {}, 'injected'],
    ['that ask for it by annotation', {}, { [INJECT]: 'true' }, 'injected'],
    ['that say nothing', {}, {}, 'not-injected'],
    ['that ask oddly', { [INJECT]: 'yes' }, {}, 'not-injected'],
  ])('where it is not automatic, of pods %s', (_, labels, annotations, expected) => {
    expect(injected(ENABLED, { labels, annotations }, { injection: { automatic: false } }).outcome).toBe(expected);
  });

  test('settings may choose pods that say nothing themselves', () => {
    const never: MeshSettings = { injection: { neverFor: [{ matchExpressions: [{ key: 'job', operator: 'Exists' }] }, {}] } };
    const always = { injection: { automatic: false, alwaysFor: [{ matchLabels: { mesh: 'on' } }, {}] } };

    expect([outcome(ENABLED, { job: '' }, never), outcome(ENABLED, {}, never), outcome(ENABLED, { job: '', [INJECT]: 'true' }, never)]).toEqual(['not-injected', 'default', 'default']);
    expect([outcome(ENABLED, { mesh: 'on' }, always), outcome(ENABLED, {}, always), outcome(ENABLED, { mesh: 'on', [INJECT]: 'false' }, always)])
      .toEqual(['default', 'not-injected', 'not-injected']);
  });
});

describe('18.6 revisions', () => {
  test('a tag is another name of its revision', () => {
    const settings = { revisions: ['canary'], revisionTags: { prod: 'canary' } };

    expect([outcome({ [REV]: 'prod' }, {}, settings), outcome({}, { [REV]: 'prod' }, settings), outcome(ENABLED, {}, settings)]).toEqual(['canary', 'canary', 'not-injected']);
  });

  test('the tag default stands in for a revision without a name', () => {
    const settings = { revisions: ['canary'], revisionTags: { default: 'canary' } };

    expect([outcome(ENABLED, {}, settings), outcome({}, { [INJECT]: 'true' }, settings)]).toEqual(['canary', 'canary']);
  });

  test('of two that are called, the last by name counts', () => {
    const { webhooks, by } = injected(ENABLED, {}, { revisions: ['default', 'canary'], revisionTags: { default: 'canary' } });

    expect(webhooks.map(({ name }) => name)).toEqual(['istio-revision-tag-default/namespace', 'istio-sidecar-injector/namespace']);
    expect(by?.revision).toBe('default');
  });

  test('one that was named default leaves only the label', () => {
    const settings = { revisions: ['default'], injection: { defaultByName: true } };

    expect([outcome(ENABLED, {}, settings), outcome({}, { [INJECT]: 'true' }, settings), outcome({ [REV]: 'default' }, {}, settings)]).toEqual(['not-injected', 'not-injected', 'default']);
    expect(injected({ [REV]: 'default' }, {}, settings).webhooks).toMatchObject([{ name: 'istio-sidecar-injector-default/rev.namespace' }]);
  });

  test.each<[string, Labels, Labels, MeshSettings, string, string | undefined]>([
    ['what a namespace names is taken to be installed', { [REV]: 'stable' }, {}, {}, 'stable', 'stable'],
    ['what a pod names is taken to be installed', {}, { [REV]: 'stable' }, {}, 'stable', 'stable'],
    ['the default is there anyway', ENABLED, {}, {}, 'default', undefined],
    ['the default may be named', { [REV]: 'default' }, {}, {}, 'default', undefined],
    ['an empty name is none', { [REV]: '' }, {}, {}, 'not-injected', undefined],
    ['what is no label is none', { [REV]: 'Not a label!' }, {}, {}, 'not-injected', undefined],
    ['what is too long is none', { [REV]: 'x'.repeat(64) }, {}, {}, 'not-injected', undefined],
    ['a known tag is no assumption', { [REV]: 'prod' }, {}, { revisionTags: { prod: 'stable' } }, 'stable', undefined],
    ['beside known revisions', { [REV]: 'stable' }, {}, { revisions: ['canary'], otherRevisions: true }, 'stable', 'stable'],
    ['the only known revision is the default', ENABLED, {}, { revisions: ['canary'], otherRevisions: true }, 'canary', 'default'],
    ['the only known revision is what the default is called', { [REV]: 'default' }, {}, { revisions: ['canary'], otherRevisions: true }, 'canary', 'default'],
    ['a name may be as long as a label', { [REV]: 'x'.repeat(63) }, {}, {}, 'x'.repeat(63), 'x'.repeat(63)],
    ['of several known ones none is', ENABLED, {}, { revisions: ['a', 'b'], otherRevisions: true }, 'default', 'default'],
  ])('where others may be installed: %s', (_, namespaceLabels, labels, settings, expected, assumed) => {
    const found = injected(namespaceLabels, { labels }, settings);

    expect([found.by?.revision ?? found.outcome, found.by?.assumed]).toEqual([expected, assumed]);
  });
});

describe('18.4 templates', () => {
  const withTemplates = (templates: string, settings?: MeshSettings) => injected(ENABLED, { annotations: { 'inject.istio.io/templates': templates } }, settings);

  test.each<[string, string, boolean]>([
    ['sidecar', 'sidecar', true], ['gateway', 'router', false], ['grpc-agent', 'sidecar', false], ['grpc-simple', 'none', false],
    ['sidecar, gateway', 'router', true], ['gateway,sidecar', 'sidecar', true], ['sidecar,grpc-simple', 'sidecar', true],
  ])('%s starts a %s', (templates, role, interceptsInbound) => {
    expect(withTemplates(templates)).toMatchObject({ outcome: 'injected', role, interceptsInbound });
  });

  test.each<[string, string, string]>([
    ['Sidecar', 'unknown-template', "there is no template 'Sidecar'"],
    ['', 'unknown-template', "there is no template ''"],
    [',sidecar', 'unknown-template', "there is no template ''"],
    ['agentgateway', 'template-needs-a-gateway', "its template 'agentgateway' is for managed Gateways only"],
    ['agentgateway-waypoint', 'template-needs-a-gateway', "its template 'agentgateway-waypoint' is for managed Gateways only"],
    ['x,y', 'unknown-template', "there is no template 'x'"],
    ['waypoint', 'template-needs-a-gateway', "its template 'waypoint' is for managed Gateways only"],
    ['sidecar,kube-gateway', 'template-needs-a-gateway', "its template 'kube-gateway' is for managed Gateways only"],
  ])('%j keeps the pod from being created', (templates, rejection, why) => {
    expect(withTemplates(templates)).toMatchObject({ outcome: 'rejected', rejection, why });
  });

  test('settings may add some, and choose those for pods that name none', () => {
    expect(withTemplates('sidecar,custom', { injection: { ownTemplates: ['custom'] } })).toMatchObject({ outcome: 'injected', role: 'sidecar' });
    expect(injected(ENABLED, {}, { injection: { defaultTemplates: ['gateway'] } })).toMatchObject({ templates: ['gateway'], role: 'router' });
  });

  test.each<[string, boolean]>([
    ['{"containers":"istio-proxy"}', true], ['{"initContainers":{}}', true], ['{"containers":["istio-proxy"]}', false], ['{"containers":null}', false], ['[]', false], ['[{"containers":1}]', false], ['1', false], ['null', false], ['injected', false], ['', false],
  ])('a status of %j crashes the webhook: %j', (status, crashes) => {
    const { outcome: found, rejection, why } = injected(ENABLED, { annotations: { 'sidecar.istio.io/status': status } });
    const said = 'its annotation sidecar.istio.io/status names containers in what is no list';

    expect([found, rejection, why]).toEqual(crashes ? ['rejected', 'webhook-crash', said] : ['injected', undefined, undefined]);
  });

  test('a rejection ends the calls', () => {
    const { webhooks } = injected(ENABLED, { annotations: { 'inject.istio.io/templates': 'x' } }, { revisions: ['default', 'canary'], revisionTags: { default: 'canary' } });

    expect(webhooks.map(({ name }) => name)).toEqual(['istio-revision-tag-default/namespace']);
  });
});
