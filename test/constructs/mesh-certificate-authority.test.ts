import { ApiObject, Chart, Duration, JsonPatch } from 'cdk8s';
import {
  CertificateAuthority, DataPlane, MeshCertificateAuthority, MeshCertificateAuthorityProps, MeshSettingsOutput, PolicySet, ZeroTrustMesh, ZeroTrustMeshProps, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { Inventory } from '../../src/policy/resources/inventory';
import { istiodEnvironmentIn } from '../../src/policy/resources/istiod-environment';
import { takeManifests } from '../../src/policy/resources/manifest-reader';
import { meshSettingsIn } from '../../src/policy/resources/mesh-config';
import { testApp } from '../support/app';
import { chartOf, manifests, problemsOf, refusalOf } from '../support/shop';

const REASON = { reason: 'a course of three days' };
const CACERTS = CertificateAuthority.cacerts();
const CSR = CertificateAuthority.istioCsr();
const SPIRE = CertificateAuthority.spire({ trustDomain: 'prod.td' });
const ADDRESS = 'cert-manager-istio-csr.cert-manager.svc:443';
const KEY = '-----BEGIN PRIVATE KEY-----\nMHcCAQEEIE\n-----END PRIVATE KEY-----\n';

function scene(props: MeshCertificateAuthorityProps, mesh: ZeroTrustMeshProps = { settings: MeshSettingsOutput.helmValues() }) {
  const app = testApp();
  const chart = new Chart(app, 'mesh');
  return { app, chart, mesh: new ZeroTrustMesh(chart, 'mesh', mesh), authority: new MeshCertificateAuthority(chart, 'ca', props) };
}

/** What is there beside the names of the mesh. */
const NAMES = { trustDomain: 'cluster.local', rootNamespace: 'istio-system' };
const asking = (ttl: string) => ({ meshConfig: { ...NAMES, defaultConfig: { proxyMetadata: { SECRET_TTL: ttl } } } });

const RENDERED: [string, MeshCertificateAuthorityProps, object, object][] = [
  ['the Secret cacerts, for a day', { authority: CACERTS },
    { ...asking('24h'), pilot: { env: { DEFAULT_WORKLOAD_CERT_TTL: '24h', MAX_WORKLOAD_CERT_TTL: '24h' } } }, { env: { SECRET_TTL: '24h' } }],
  ['for less, which is the default of who asks for nothing', { authority: CACERTS, workloadCertificateLifetime: Duration.minutes(90) },
    { ...asking('90m'), pilot: { env: { DEFAULT_WORKLOAD_CERT_TTL: '90m', MAX_WORKLOAD_CERT_TTL: '24h' } } }, { env: { SECRET_TTL: '90m' } }],
  ['for less, and never more', { authority: CACERTS, workloadCertificateLifetime: Duration.seconds(601), maxLifetime: Duration.hours(1) },
    { ...asking('601s'), pilot: { env: { DEFAULT_WORKLOAD_CERT_TTL: '601s', MAX_WORKLOAD_CERT_TTL: '1h' } } }, { env: { SECRET_TTL: '601s' } }],
  ['for longer, for a reason', { authority: CACERTS, workloadCertificateLifetime: Duration.days(3), allowLongLifetime: REASON },
    { ...asking('72h'), pilot: { env: { DEFAULT_WORKLOAD_CERT_TTL: '72h', MAX_WORKLOAD_CERT_TTL: '72h' } } }, { env: { SECRET_TTL: '72h' } }],
  ['istiod by itself, for a reason', { authority: CertificateAuthority.selfSigned(REASON), maxLifetime: Duration.days(2), allowLongLifetime: REASON },
    { ...asking('24h'), pilot: { env: { DEFAULT_WORKLOAD_CERT_TTL: '24h', MAX_WORKLOAD_CERT_TTL: '48h' } } }, { env: { SECRET_TTL: '24h' } }],
  ['istio-csr, where istiod signs nothing', { authority: CSR, workloadCertificateLifetime: Duration.hours(1) },
    { ...asking('1h'), pilot: { env: { ENABLE_CA_SERVER: 'false' } }, global: { caAddress: ADDRESS } }, { caAddress: ADDRESS, env: { SECRET_TTL: '1h' } }],
  ['istio-csr elsewhere', { authority: CertificateAuthority.istioCsr({ address: 'istio-csr.pki.svc:8443' }) },
    { ...asking('24h'), pilot: { env: { ENABLE_CA_SERVER: 'false' } }, global: { caAddress: 'istio-csr.pki.svc:8443' } }, { caAddress: 'istio-csr.pki.svc:8443', env: { SECRET_TTL: '24h' } }],
];

describe('A MeshCertificateAuthority', () => {
  test.each(RENDERED)("is in Helm's values of istiod and ztunnel: %s", (_, props, values, ztunnel) => {
    const { app, mesh, authority } = scene(props);

    expect([mesh.helmValues(), authority.ztunnelHelmValues(), problemsOf(app)]).toEqual([values, ztunnel, []]);
  });

  test.each(RENDERED)('is in the IstioOperator, with the values of both charts: %s', (_, props, { meshConfig, ...values }: { meshConfig?: object }, ztunnel) => {
    const { app } = scene(props, { settings: MeshSettingsOutput.istioOperator() });
    const [operator] = manifests(app).filter(({ kind }) => kind === 'IstioOperator');

    expect(operator.spec).toEqual({ meshConfig, values: { ...values, ztunnel } });
  });

  test.each(RENDERED)('is read by the evaluator as it is meant, without a doubt: %s', (_, props, values) => {
    const documents = [scene(props).mesh.helmValues(), manifests(scene(props, { settings: MeshSettingsOutput.istioOperator() }).app).find(({ kind }) => kind === 'IstioOperator')!];

    expect(documents.map(document => {
      const inventory = new Inventory(takeManifests([document]));
      const { istiodEnvironment, trustDomain } = meshSettingsIn(inventory);
      return { environment: istiodEnvironmentIn(inventory), istiodEnvironment, trustDomain, problems: inventory.problems };
    })).toEqual(Array(2).fill({
      environment: (values as { pilot: { env: object } }).pilot.env, istiodEnvironment: (values as { pilot: { env: object } }).pilot.env, trustDomain: 'cluster.local', problems: [],
    }));
  });

  test('of SPIRE adds nothing, also where settings are a ConfigMap', () => {
    const spire = scene({ authority: SPIRE }, { trustDomain: 'prod.td', settings: MeshSettingsOutput.configMap() });

    expect(problemsOf(spire.app)).toEqual([]);
    expect(scene({ authority: SPIRE }, { trustDomain: 'prod.td', settings: MeshSettingsOutput.helmValues() }).mesh.helmValues()).toEqual({ meshConfig: { ...NAMES, trustDomain: 'prod.td' } });
    expect(spire.authority.ztunnelHelmValues()).toEqual({});
  });

  test('keeps its reasons at the settings, and only there', () => {
    const { app } = scene({ authority: CertificateAuthority.selfSigned({ reason: 'a cluster for tests' }), maxLifetime: Duration.days(2), allowLongLifetime: REASON }, { settings: MeshSettingsOutput.istioOperator() });

    expect(manifests(app).map(({ kind, metadata: { annotations = {} } }) => [kind, annotations['cdk8s-zero-trust/reason']]).sort()).toEqual([
      ['IstioOperator', 'a cluster for tests; a course of three days'], ['PeerAuthentication', undefined],
    ]);
  });

  test.each<[string, ZeroTrustMeshProps]>([['exists', { exists: true }], ['has its settings elsewhere', {}]])('is only checked where the mesh %s', (_, props) => {
    const { app } = scene({ authority: CSR }, props);

    expect(problemsOf(app)).toEqual([]);
    expect(manifests(app).filter(({ kind }) => kind !== 'PeerAuthentication')).toEqual([]);
    expect(() => PolicySet.fromApp(app)).not.toThrow();
  });

  test('says what it is', () => {
    expect([CACERTS, CSR, SPIRE, CertificateAuthority.selfSigned(REASON)].map(one => one.describeCertificateAuthority())).toEqual([
      'Secret cacerts', `istio-csr at ${ADDRESS}`, 'SPIRE of prod.td', 'self-signed by istiod',
    ]);
    expect([{ authority: CACERTS, workloadCertificateLifetime: Duration.hours(1) }, { authority: CSR }, { authority: SPIRE }].map(props => scene(props).authority.describeMeshCertificateAuthority())).toEqual([
      'Secret cacerts, for 1h, 24h at most', `istio-csr at ${ADDRESS}, for 24h`, 'SPIRE of prod.td',
    ]);
  });
});

describe('A MeshCertificateAuthority refuses', () => {
  const range = (got: string) => `workloadCertificateLifetime must be a Duration in whole seconds from 10 minutes to 90 days, got '${got}'; as in Duration.hours(12)`;
  const noAddress = (got: string) => `address must be a host and its port such as 'istio-csr.pki.svc:443', got '${got}'; give NAME.NAMESPACE.svc:PORT, without scheme`;
  const at = (address: string) => () => CertificateAuthority.istioCsr({ address });
  const lifetime = (workloadCertificateLifetime: Duration, further: object = {}) => () => scene({ authority: CACERTS, workloadCertificateLifetime, ...further });

  test.each<[string, () => unknown, string]>([
    ['no authority', () => scene({} as never), "authority must be of class CertificateAuthority, got 'undefined'; as in CertificateAuthority.cacerts()"],
    ['an authority by its name', () => scene({ authority: 'cacerts' as never }), "authority must be of class CertificateAuthority, got 'cacerts'; as in CertificateAuthority.cacerts()"],
    ['more than a day', lifetime(Duration.hours(25)), "workloadCertificateLifetime must be 24 hours at most, got '90000 s'; shorten it, or say why by allowLongLifetime: { reason: '…' }"],
    ['more than a day at most', () => scene({ authority: CACERTS, maxLifetime: Duration.days(2) }), "maxLifetime must be 24 hours at most, got '172800 s'; shorten it, or say why by allowLongLifetime: { reason: '…' }"],
    ['more than a quarter', lifetime(Duration.days(91), { allowLongLifetime: REASON }), range('7862400 s')],
    ['a few minutes, in which nobody repairs an authority', lifetime(Duration.minutes(9)), range('540 s')],
    ['parts of a second', lifetime(Duration.millis(3_600_500)), range('3600.5 s')],
    ['a text for a Duration', lifetime('24h' as never), range('24h')],
    ['a reason for nothing', lifetime(Duration.hours(24), { allowLongLifetime: REASON }), 'allowLongLifetime must come with a lifetime of more than 24 hours, got none; leave it out'],
    ['less at most than every proxy asks for', lifetime(Duration.hours(2), { maxLifetime: Duration.hours(1) }),
      "maxLifetime must be at least workloadCertificateLifetime, '7200 s', got '3600 s', by which istiod would refuse every proxy; raise it, or leave it out"],
    ['less at most than the day that proxies ask for', () => scene({ authority: CACERTS, maxLifetime: Duration.hours(1) }),
      "maxLifetime must be at least workloadCertificateLifetime, '86400 s', got '3600 s', by which istiod would refuse every proxy; raise it, or leave it out"],
    ['a lifetime for SPIRE', () => scene({ authority: SPIRE, workloadCertificateLifetime: Duration.hours(1) }),
      'workloadCertificateLifetime must not come with SPIRE, which alone says how long its certificates are; set default_x509_svid_ttl of its server'],
    ['what istiod grants for istio-csr', () => scene({ authority: CSR, maxLifetime: Duration.hours(24) }),
      'maxLifetime must not come with istio-csr, which istiod grants nothing for; set app.server.maxCertificateDuration of its chart'],
    ['an authority of its own without a reason', () => CertificateAuthority.selfSigned({ reason: '' }),
      "CertificateAuthority.selfSigned is wider than least privilege and must have a reason, got ''; say why by a reason, as in { reason: '…' }, which stays visible in the output"],
    ['an address with its scheme', at('https://istio-csr.pki.svc:443'), noAddress('https://istio-csr.pki.svc:443')],
    ['an address without a port', at('istio-csr.pki.svc'), noAddress('istio-csr.pki.svc')],
    ['a short name', at('istio-csr:443'), noAddress('istio-csr:443')],
    ['a port that is none', at('istio-csr.pki.svc:65536'), noAddress('istio-csr.pki.svc:65536')],
    ['a key for an address, and does not show it', at(KEY), 'address must not be a private key; take it out, and replace the key if anybody else may have read it'],
    ['a key for a trust domain', () => CertificateAuthority.spire({ trustDomain: KEY }), 'trustDomain must not be a private key; take it out, and replace the key if anybody else may have read it'],
    ['another name for cacerts', () => (CertificateAuthority.cacerts as (name: string) => unknown)('my-ca'),
      "CertificateAuthority.cacerts must have at most 0 arguments, got also 'my-ca'; the Secret is always called 'cacerts', and holds what must not be here"],
  ])('%s', (_, make, message) => {
    expect(refusalOf(make)).toBe(message);
  });

  const atOnce = { authority: CACERTS, workloadCertificateLifetime: Duration.hours(1), maxLifetime: Duration.hours(1) };
  const ambient = { dataPlane: DataPlane.AMBIENT, settings: MeshSettingsOutput.helmValues() };
  const forZtunnel = (what: string, why: string) => [`[mesh/ca] ztunnel must have ${what} in the values of its own chart, as without it ${why}; pass ztunnelHelmValues() to Helm's chart ztunnel`];
  test.each<[string, MeshCertificateAuthorityProps, ZeroTrustMeshProps, string[]]>([
    ['a ConfigMap, which has no environment', { authority: CACERTS }, { settings: MeshSettingsOutput.configMap() }, ['[mesh/ca] the settings of the mesh must hold the environment of istiod for this, '
      + 'which a ConfigMap cannot; choose settings: MeshSettingsOutput.helmValues() or .istioOperator() at the ZeroTrustMesh']],
    ['another trust domain of SPIRE', { authority: SPIRE }, {},
      ["[mesh/ca] trustDomain of SPIRE must be that of the mesh, 'cluster.local', got 'prod.td', whose workloads nobody would accept; state the same in both"]],
    ['the same of a mesh that exists', { authority: SPIRE }, { exists: true, trustDomain: 'dev.td' },
      ["[mesh/ca] trustDomain of SPIRE must be that of the mesh, 'dev.td', got 'prod.td', whose workloads nobody would accept; state the same in both"]],
    ['SPIRE in ambient', { authority: SPIRE }, { trustDomain: 'prod.td', dataPlane: DataPlane.AMBIENT }, ['[mesh/ca] the authority must be one that ztunnel can ask, got SPIRE, '
      + 'whose certificates only sidecars and gateways take from a socket; choose CertificateAuthority.istioCsr() or .cacerts(), or keep namespaces in sidecar mode']],
    ['istio-csr in ambient that ztunnel is not told of', { authority: CSR }, ambient, forZtunnel('caAddress', 'asks istiod, which signs nothing')],
    ['less than a day at most that ztunnel is not told of', atOnce, ambient, forZtunnel('SECRET_TTL', 'asks for 24 hours, which istiod refuses')],
    ['nothing of what ztunnel asks for anyway', { authority: CACERTS, workloadCertificateLifetime: Duration.hours(1) }, ambient, []],
    ['nothing of what an IstioOperator tells ztunnel', atOnce, { ...ambient, settings: MeshSettingsOutput.istioOperator() }, []],
  ])('at synthesis: %s', (_, props, mesh, problems) => {
    expect(problemsOf(scene(props, mesh).app)).toEqual(problems);
  });

  test('no values that ztunnel was told', () => {
    const { app, authority } = scene({ authority: CSR }, ambient);
    new ZeroTrustNamespace(chartOf(app, 'shop'), 'baseline');
    authority.ztunnelHelmValues();

    expect(problemsOf(app)).toEqual([]);
  });

  test.each<[MeshCertificateAuthorityProps, string]>([
    [{ authority: CSR }, `'istio-csr at ${ADDRESS}, for 24h'`], [{ authority: CACERTS, workloadCertificateLifetime: Duration.hours(1) }, "'Secret cacerts, for 1h, 24h at most'"],
  ])('two authorities in one cluster, by the paths of both', (other, shown) => {
    const { app, mesh } = scene({ authority: CACERTS });
    new MeshCertificateAuthority(chartOf(app, 'shop'), 'other', other);
    const message = `[mesh/mesh] certificateAuthority must be the same wherever it is stated, got 'Secret cacerts, for 24h, 24h at most' at 'mesh/ca' and ${shown} at 'shop/other'; state it once, or the same in both`;

    expect(problemsOf(app)).toEqual([message]);
    expect(() => mesh.helmValues()).toThrow(message);
  });

  test('an app without a ZeroTrustMesh', () => {
    const app = testApp();
    new MeshCertificateAuthority(new Chart(app, 'mesh'), 'ca', { authority: CSR });

    expect(problemsOf(app)).toEqual([expect.stringContaining('[mesh/ca] the mesh must have certificateAuthority for this, but the app has no ZeroTrustMesh')]);
  });

  test.each<[string, object]>([
    ['as text', { stringData: { 'ca-key.pem': KEY } }], ['in base64', { data: { 'ca-key.pem': Buffer.from(KEY).toString('base64'), 'ca-cert.pem': 'eA==' } }],
  ])('a key in the manifests, %s, and does not show it', (_, held) => {
    const { app, chart } = scene({ authority: CACERTS });
    new ApiObject(chart, 'secret', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'cacerts', namespace: 'istio-system' }, ...held });
    new ApiObject(chart, 'elsewhere', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'server', namespace: 'shop' }, ...held });
    new ApiObject(chart, 'other', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'other', namespace: 'istio-system' }, stringData: { password: 'x' } });

    expect(problemsOf(app)).toEqual(["[mesh/ca] Secret 'istio-system/cacerts' at 'mesh/secret' must not hold a private key, which whoever reads the manifests could sign with; "
      + 'have it made in the cluster, as by cert-manager or the External Secrets Operator, and replace the key']);
  });

  test.each(['List', 'SecretList'])('a key in a %s', kind => {
    const { app, chart } = scene({ authority: CACERTS });
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'cacerts', namespace: 'istio-system' }, stringData: { 'ca-key.pem': KEY } };
    new ApiObject(chart, 'secrets', { apiVersion: 'v1', kind, ...{ items: [{ ...secret, metadata: { name: 'a', namespace: 'shop' } }, secret] } });

    expect(problemsOf(app)).toEqual([expect.stringContaining("Secret 'istio-system/cacerts' at 'mesh/secrets' must not hold a private key")]);
  });

  test.each<[string, object, string[]]>([
    ['grants more', { values: { pilot: { env: { DEFAULT_WORKLOAD_CERT_TTL: '24h0m0s' } } } },
      ["sets MAX_WORKLOAD_CERT_TTL of istiod '2160h', but the MeshCertificateAuthority (Secret cacerts, for 24h, 24h at most) says '24h'"]],
    ['asks for more', { values: { pilot: { env: { MAX_WORKLOAD_CERT_TTL: '1440m' } } }, meshConfig: { defaultConfig: { proxyMetadata: { SECRET_TTL: '48h' } } } },
      ["sets SECRET_TTL of proxies '48h', but the MeshCertificateAuthority says '24h'"]],
    ['does not sign', { values: { pilot: { env: { MAX_WORKLOAD_CERT_TTL: '24h', ENABLE_CA_SERVER: 'false' } } } }, ["sets ENABLE_CA_SERVER of istiod 'false', but the MeshCertificateAuthority (Secret cacerts, for 24h, 24h at most) says 'true'"]],
    ['has another sign', { values: { pilot: { env: { MAX_WORKLOAD_CERT_TTL: '24h', EXTERNAL_CA: 'ISTIOD_RA_KUBERNETES_API' } } } },
      ["sets EXTERNAL_CA of istiod 'ISTIOD_RA_KUBERNETES_API', but the MeshCertificateAuthority (Secret cacerts, for 24h, 24h at most) says none"]],
    ['has proxies ask another', { values: { pilot: { env: { MAX_WORKLOAD_CERT_TTL: '24h' } }, global: { caAddress: 'evil.pki.svc:443' } } },
      ["has proxies ask 'evil.pki.svc:443' for certificates, but the MeshCertificateAuthority (Secret cacerts, for 24h, 24h at most) says istiod"]],
    ['has proxies ask another by their environment', { values: { pilot: { env: { MAX_WORKLOAD_CERT_TTL: '24h' } } }, meshConfig: { defaultConfig: { proxyMetadata: { CA_ADDR: 'evil.pki.svc:443' } } } },
      ["has proxies ask 'evil.pki.svc:443' for certificates, but the MeshCertificateAuthority (Secret cacerts, for 24h, 24h at most) says istiod"]],
    ['says the same', { values: { pilot: { env: { MAX_WORKLOAD_CERT_TTL: '24h', ENABLE_CA_SERVER: '1' } }, global: { caAddress: 'istiod-canary.istio-system.svc:15012' } }, meshConfig: {} }, []],
    ['trusts another root', { values: { pilot: { env: { MAX_WORKLOAD_CERT_TTL: '24h' } } }, meshConfig: { caCertificates: [{ pem: 'x' }] } },
      ['must not have another authority for names of the mesh itself, by which it could stand for anybody here, got one in caCertificates; leave it out']],
  ])('an installation in the app that %s', (_, spec, problems) => {
    const { app, chart } = scene({ authority: CACERTS }, {});
    new ApiObject(chart, 'operator', { apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator', metadata: { name: 'istio', namespace: 'istio-system' }, spec });

    expect(problemsOf(app)).toEqual(problems.map(problem => expect.stringContaining(`'mesh/operator' ${problem}`) as string));
  });

  const NO_SIGNING = { env: { ENABLE_CA_SERVER: 'false' } };
  test.each<[string, object, string[]]>([
    ['of istiod', { pilot: NO_SIGNING }, [`has proxies ask istiod for certificates, but the MeshCertificateAuthority (istio-csr at ${ADDRESS}, for 24h) says '${ADDRESS}'`]],
    ['of another', { pilot: NO_SIGNING, global: { caAddress: 'evil.pki.svc:443' } },
      [`has proxies ask 'evil.pki.svc:443' for certificates, but the MeshCertificateAuthority (istio-csr at ${ADDRESS}, for 24h) says '${ADDRESS}'`]],
    ['of it by its whole name', { pilot: NO_SIGNING, global: { caAddress: ADDRESS.replace(':', '.cluster.local:') } }, []],
    ['of it, but not by ztunnel', { pilot: NO_SIGNING, global: { caAddress: ADDRESS }, ztunnel: { env: {} } },
      [`has ztunnel ask istiod for certificates, but the MeshCertificateAuthority (istio-csr at ${ADDRESS}, for 24h) says '${ADDRESS}'`]],
  ])('an installation in the app that asks for certificates %s', (_, values, problems) => {
    const { app, chart } = scene({ authority: CSR }, { dataPlane: DataPlane.AMBIENT });
    new ApiObject(chart, 'operator', { apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator', metadata: { name: 'istio', namespace: 'istio-system' }, spec: { values } });

    expect(problemsOf(app)).toEqual(problems.map(problem => expect.stringContaining(`'mesh/operator' ${problem}; state the same in both`) as string));
  });

  test.each<[string, string]>([
    ['/spec/values/global', `has proxies ask istiod for certificates, but the MeshCertificateAuthority (istio-csr at ${ADDRESS}, for 24h) says '${ADDRESS}'`],
    ['/spec/values/ztunnel', 'must say what the app states of the mesh, got spec.values.ztunnel changed or taken out'],
  ])('settings without %s', (path, problem) => {
    const { app } = scene({ authority: CSR }, { settings: MeshSettingsOutput.istioOperator() });
    const operator = app.node.findAll().find(child => ApiObject.isApiObject(child) && child.kind === 'IstioOperator') as ApiObject;
    operator.addJsonPatch(JsonPatch.remove(path));

    expect(problemsOf(app)).toEqual([expect.stringContaining(`'${operator.node.path}' ${problem}`)]);
  });
});
