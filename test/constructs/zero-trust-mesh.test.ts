import { ApiObject, Chart } from 'cdk8s';
import {
  AuthorizationPolicy, DataPlane, JwtIssuer, JwtProtectedApi, Operation, Principal, PublicGateway, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustMeshProps,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, deployment, manifests, policies, problemsOf, rawDeployment, specAt } from '../support/shop';

const PUBLIC = PublicGateway.classic({ namespace: 'edge', labels: { istio: 'ingressgateway' }, ports: [8080], reason: 'the shop' });

function mesh(props?: ZeroTrustMeshProps) {
  const app = testApp();
  return { app, make: () => new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', props) };
}

describe('ZeroTrustMesh', () => {
  test('is STRICT in the root namespace, and no more unless asked', () => {
    const { app, make } = mesh();
    make();

    expect(manifests(app)).toEqual([{
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: { name: 'default', namespace: 'istio-system', annotations: { 'cdk8s-zero-trust/construct': 'mesh/mesh' } },
      spec: { mtls: { mode: 'STRICT' } },
    }]);
  });

  test('FG-44: denies by default in both parts, with its gateways open and the reason in sight', () => {
    const { app, make } = mesh({
      rootNamespace: 'istio-config',
      istioVersion: '1.29',
      defaultDeny: true,
      publicGateways: [PUBLIC, PublicGateway.gatewayApi({ namespace: 'edge', name: 'public', ports: [443], reason: 'the shop' })],
    });
    make();

    expect(policies(app).map(({ kind, metadata, spec }) => [kind, metadata.namespace, spec])).toEqual([
      ['PeerAuthentication', 'istio-config', { mtls: { mode: 'STRICT' } }],
      ['AuthorizationPolicy', 'edge', { selector: { matchLabels: { istio: 'ingressgateway' } }, rules: [{ to: [{ operation: { ports: ['8080'] } }] }] }],
      ['AuthorizationPolicy', 'edge', {
        targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' }], rules: [{ to: [{ operation: { ports: ['443'] } }] }],
      }],
      ['AuthorizationPolicy', 'istio-config', {}],
      ['AuthorizationPolicy', 'istio-config', { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: 'istio-waypoint' }] }],
    ]);
    expect(policies(app).map(({ metadata }) => metadata.annotations!['cdk8s-zero-trust/reason'])).toEqual([undefined, 'the shop', 'the shop', undefined, undefined]);
    expect(policies(app)[1].metadata.annotations).toEqual({ 'cdk8s-zero-trust/construct': 'mesh/mesh', 'cdk8s-zero-trust/reason': 'the shop' });
  });

  test('names waypoints by class only where Istio knows that, from 1.25', () => {
    const kinds = (istioVersion?: string) => {
      const { app, make } = mesh({ ...(istioVersion ? { istioVersion } : {}), defaultDeny: true, publicGateways: [] });
      make();
      return policies(app).length;
    };

    expect([kinds(), kinds('1.24.6'), kinds('1.25'), kinds('1.32')]).toEqual([2, 2, 3, 3]);
  });

  test('asks for the version where waypoints of an ambient mesh would stay open, or be closed by what it does not know', () => {
    expect(mesh({ dataPlane: DataPlane.AMBIENT, defaultDeny: true, publicGateways: [] }).make).toThrow(new Error('[mesh/mesh] istioVersion must be given with defaultDeny in ambient, '
      + "got 'undefined'; waypoints are denied by their class since Istio 1.25, and before each by its ZeroTrustNamespace"));
    expect(mesh({ dataPlane: DataPlane.AMBIENT, istioVersion: '1.24', defaultDeny: true, publicGateways: [] }).make).not.toThrow();
    expect(mesh({ dataPlane: DataPlane.AMBIENT }).make).not.toThrow();
  });

  test('without a version refuses what the oldest does not know, and says where to state one', () => {
    const problems = (istioVersion?: string) => {
      const app = testApp();
      const chart = chartOf(app, 'shop');
      if (istioVersion) { new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { exists: true, istioVersion }); }
      new AuthorizationPolicy(chart, 'raw', { selector: { matchLabels: { app: 'x' } }, rules: [{ from: [{ source: { serviceAccounts: ['shop/web'] } }] }] });
      const issuers = [JwtIssuer.of({ issuer: 'https://i.example', audiences: ['a'], scopeClaim: 'scp' })];
      new JwtProtectedApi(chart, 'jwt', { workload: Workload.of(deployment(chart, 'api')), issuers, rules: [{ scopes: ['read'], operations: [Operation.get('/a')] }] });
      return problemsOf(app);
    };

    expect(problems()).toEqual([
      '[shop/raw] AuthorizationPolicy: rules[0].from[0].source.serviceAccounts must be left out, as Istio 1.24 does not know serviceAccounts; it came with 1.25; '
        + 'if istiod is newer, state istioVersion by a ZeroTrustMesh',
      "[shop/jwt] scopeClaim 'scp' of issuer 'https://i.example' needs Istio 1.28 (spaceDelimitedClaims), and no istioVersion is stated; "
        + 'state a list claim by Condition.claim, or state one by a ZeroTrustMesh',
    ]);
    expect(problems('1.28')).toEqual([]);
  });

  test('that exists elsewhere renders nothing, and is gone by', () => {
    const { app, make } = mesh({ exists: true, trustDomain: 'prod.example.com' });
    make();
    const chart = chartOf(app, 'shop');
    new ServiceAccess(chart, 'access', { callers: [Principal.serviceAccount('front', 'web')], to: Workload.of(deployment(chart, 'api')), operations: [Operation.get('/a')] });

    expect(policies(app).map(({ kind }) => kind)).toEqual(['AuthorizationPolicy']);
    expect(specAt(app, 'shop/access')).toMatchObject({ rules: [{ from: [{ source: { principals: ['prod.example.com/ns/front/sa/web'] } }] }] });
    new ZeroTrustMesh(new Chart(app, 'other'), 'mesh', { exists: true });
    expect(problemsOf(app)).toEqual([expect.stringMatching(/^\[mesh\/mesh\] an app must have one ZeroTrustMesh/)]);
    expect(mesh({ exists: true, defaultDeny: true, publicGateways: [] }).make).toThrow("exists must not come with 'defaultDeny', which is for what is rendered; leave one of them out");
  });

  test('FG-08: gives every principal its trust domain, whatever the order of construction', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    new ServiceAccess(chart, 'access', { callers: [Principal.serviceAccount('front', 'web')], to: Workload.of(deployment(chart, 'api')), operations: [Operation.get('/a')] });
    new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { trustDomain: 'prod.example.com', trustDomainAliases: ['old.example.com'] });

    expect(specAt(app, 'shop/access')).toMatchObject({ rules: [{ from: [{ source: { principals: ['prod.example.com/ns/front/sa/web'] } }] }] });
  });

  const badDomain = (prop: string, got: string) =>
    `${prop} must be a trust domain such as 'prod.example.com', got '${got}'; take it from meshConfig.trustDomain, without spiffe://`;
  test.each<[string, ZeroTrustMeshProps, string]>([
    ['FG-03: a trust domain with its scheme', { trustDomain: 'spiffe://prod' }, badDomain('trustDomain', 'spiffe://prod')],
    ['a trust domain with a star', { trustDomain: '*' }, badDomain('trustDomain', '*')],
    ['an empty trust domain', { trustDomain: '' }, badDomain('trustDomain', '')],
    ['an empty alias', { trustDomainAliases: [''] }, badDomain('trustDomainAliases[0]', '')],
    ['an undefined trust domain', { trustDomain: undefined as never },
      "ZeroTrustMesh: 'trustDomain' must have a value where it is written, got 'undefined'; give it one, or leave it out on purpose"],
    ['a root namespace that is none', { rootNamespace: 'a/b' },
      "rootNamespace must be a namespace name of lower-case letters, digits and '-', got 'a/b'; give the plain name"],
    ['a data plane that is none', { dataPlane: 'Ambient' as never }, "dataPlane must be one of 'sidecar', 'ambient', got 'Ambient'; did you mean 'ambient'?"],
    ['a number', { istioVersion: 1.29 as unknown as string }, "istioVersion must be text, got the number 1.29; write it in quotes, such as '1.29'"],
    ['an old version', { istioVersion: '1.23' }, "istioVersion must be from 1.24 to 1.32, such as '1.29' or '1.29.3', got '1.23'; give the version of istiod"],
    ['a version to come', { istioVersion: '1.33' }, "istioVersion must be from 1.24 to 1.32, such as '1.29' or '1.29.3', got '1.33'; give the version of istiod"],
    ['a version that is none', { istioVersion: 'latest' }, "istioVersion must be from 1.24 to 1.32, such as '1.29' or '1.29.3', got 'latest'; give the version of istiod"],
    ['gateways without default deny', { publicGateways: [PUBLIC] },
      'publicGateways must come with defaultDeny: true, without which every gateway is open anyway; leave them out, or deny by default'],
  ])('refuses %s', (_, props, message) => {
    expect(mesh(props).make).toThrow(new Error(`[mesh/mesh] ${message}`));
  });

  test('FG-44: asks for the gateways under default deny, and says which it found', () => {
    const { app, make } = mesh({ defaultDeny: true });
    make();
    const ask = (found: string) => [`[mesh/mesh] publicGateways must be given with defaultDeny, which closes every gateway it does not name; ${found}: `
      + 'name each by PublicGateway.classic or PublicGateway.gatewayApi, or write [] if the mesh has none'];
    expect(problemsOf(app)).toEqual(ask('this app shows none'));

    const edge = chartOf(app, 'edge');
    const gateway = (id: string, gatewayClassName: string) =>
      new ApiObject(edge, id, { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', spec: { gatewayClassName } });
    gateway('public', 'istio');
    gateway('waypoint', 'istio-waypoint');
    rawDeployment(edge, 'ingress', { labels: { istio: 'ingressgateway' } });
    rawDeployment(edge, 'injected', { annotations: { 'inject.istio.io/templates': 'gateway' } });
    rawDeployment(edge, 'web');
    expect(problemsOf(app)).toEqual(ask("this app shows 'edge/public', 'edge/ingress', 'edge/injected'"));
  });

  test('is the only one of its app', () => {
    const { app, make } = mesh();
    make();
    new ZeroTrustMesh(new Chart(app, 'other'), 'mesh', { rootNamespace: 'other' });

    expect(problemsOf(app)).toEqual(["[mesh/mesh] an app must have one ZeroTrustMesh, got 2; keep one, or where they are of several clusters say by appliesTo which part of the app each is for (also at 1 more: 'other/mesh')"]);
  });
});

describe('PublicGateway', () => {
  const classic = (options: object) => () => PublicGateway.classic({ namespace: 'edge', labels: { istio: 'gw' }, ports: [8080], reason: 'r', ...options });
  const managed = (options: object) => () => PublicGateway.gatewayApi({ namespace: 'edge', name: 'gw', ports: [443], reason: 'r', ...options });
  const noReason = (what: string) => `${what} is wider than least privilege and must have a reason, got ''; say why by a reason, as in { reason: '…' }, which stays visible in the output`;
  test.each<[string, () => PublicGateway, string]>([
    ['FG-72: no labels', classic({ labels: {} }), "labels must name the gateway's pods, got none; as in { istio: 'ingressgateway' }"],
    ['an undefined label', classic({ labels: { istio: 'gw', app: undefined } }), "labels.app must be text without blanks around it, got 'undefined'; give the value that the pods carry"],
    ['FG-25: no ports', classic({ ports: [] }), "ports must have at least one entry, got '[]'; name the ports that the gateway listens on"],
    ['no reason', classic({ reason: '' }), noReason('PublicGateway.classic')],
    ['no namespace', managed({ namespace: '' }), "namespace must be a namespace name of lower-case letters, digits and '-', got ''; give the plain name"],
    ['no name', managed({ name: '' }), "name must be an object name of lower-case letters, digits, '-' and '.', got ''; give the plain name"],
    ['FG-25: undefined ports', managed({ ports: undefined }), "PublicGateway.gatewayApi: 'ports' must have a value, got 'undefined'; check the lookup or the setting that it comes from"],
    ['no reason for a managed one', managed({ reason: '' }), noReason('PublicGateway.gatewayApi')],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(new Error(message));
  });
});
