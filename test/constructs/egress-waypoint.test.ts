import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import {
  DataPlane, EgressAccess, EgressAccessProps, EgressGateway, EgressGatewayProps, EgressPort, NetworkPolicies, Principal, ZeroTrustMesh, ZeroTrustMeshProps, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { admit } from '../../src/istio/admission';
import { testApp } from '../support/app';
import { chartOf, Manifest, manifests, problemsOf, rawDeployment } from '../support/shop';

interface Shop { readonly app: App; readonly shop: Chart; readonly egress: Chart; readonly web: ApiObject; readonly gateway: EgressGateway }

interface Setting { readonly mesh?: Partial<ZeroTrustMeshProps>; readonly gateway?: Partial<EgressGatewayProps>; readonly dataPlane?: DataPlane }

/** Workloads web and batch of a namespace in ambient, and a waypoint for what is outside in another. */
function scene({ mesh = {}, gateway = {}, dataPlane = DataPlane.AMBIENT }: Setting = {}): Shop {
  const app = testApp();
  new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { trustDomain: 'td', istioVersion: '1.29', asOf: '2026-01-01', ...mesh });
  const egress = chartOf(app, 'egress');
  new ZeroTrustNamespace(egress, 'baseline', { name: 'egress', dataPlane: DataPlane.AMBIENT });
  const made = new EgressGateway(egress, 'gateway', { metadata: { name: 'out' }, ...gateway });
  const shop = chartOf(app, 'shop');
  new ZeroTrustNamespace(shop, 'baseline', { name: 'shop', dataPlane });
  const [web] = ['web', 'batch'].map(name => rawDeployment(shop, name));
  return { app, shop, egress, web, gateway: made };
}

function access({ shop, web, gateway }: Shop, props: Partial<EgressAccessProps> = {}): EgressAccess {
  return new EgressAccess(shop, 'pay', { callers: [Principal.workload(web)], host: 'api.pay.example', ports: [EgressPort.startsTls(), EgressPort.tls()], gateway, metadata: { name: 'pay' }, ...props });
}

const named = (app: App, pattern: RegExp): Manifest[] => manifests(app).filter(({ metadata: { namespace, name } }) => namespace === 'egress' && pattern.test(name!));

describe('An EgressAccess through a waypoint', () => {
  test('binds the host to it, and lets in the callers alone', () => {
    const made = scene();
    access(made);

    expect(problemsOf(made.app)).toEqual([]);
    const all = named(made.app, /^(pay|out)/);
    expect(all.map(({ kind, metadata: { name, labels }, spec }) => [kind, name, labels, spec])).toEqual([
      ['AuthorizationPolicy', 'out-default-deny', undefined, { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'out' }] }],
      ['Gateway', 'out', { 'istio.io/waypoint-for': 'service' }, { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] }],
      ['DestinationRule', 'pay-rule', undefined, {
        host: 'api.pay.example',
        exportTo: ['.'],
        trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: { mode: 'SIMPLE', sni: 'api.pay.example', subjectAltNames: ['api.pay.example'] } }] },
      }],
      ['AuthorizationPolicy', 'pay-policy', undefined, {
        targetRefs: [{ group: 'networking.istio.io', kind: 'ServiceEntry', name: 'pay' }],
        rules: [
          { from: [{ source: { principals: ['td/ns/shop/sa/web'] } }], to: [{ operation: { hosts: ['api.pay.example', 'api.pay.example:*'], ports: ['80'] } }] },
          { from: [{ source: { principals: ['td/ns/shop/sa/web'] } }], to: [{ operation: { ports: ['443'] } }] },
        ],
      }],
      ['ServiceEntry', 'pay', { 'istio.io/use-waypoint': 'out' }, {
        hosts: ['api.pay.example'],
        ports: [{ number: 80, name: 'http-80', protocol: 'HTTP', targetPort: 443 }, { number: 443, name: 'tls-443', protocol: 'TLS' }],
        location: 'MESH_EXTERNAL',
        resolution: 'DNS',
        exportTo: ['.'],
      }],
    ]);
    const admitted = all.filter(({ apiVersion }) => !apiVersion.startsWith('gateway.'));
    expect(admitted.map(manifest => admit(manifest))).toEqual(admitted.map(() => ({ problems: [], pruned: [], warnings: [] })));
  });

  test('lets the network lead callers to it by tunnels', () => {
    const made = scene({ mesh: { networkPolicies: NetworkPolicies.forIngress() } });
    access(made);

    expect(problemsOf(made.app)).toEqual([]);
    const into = manifests(made.app).filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.namespace === 'egress').map(({ spec }) => JSON.stringify(spec)).join();
    expect(into).toMatch(/"app":"web".*"port":15008/);
  });

  test('is the only way out that the network leaves to callers, where it keeps in as well', () => {
    const made = scene({ mesh: { networkPolicies: NetworkPolicies.forIngressAndEgress() } });
    access(made);

    expect(problemsOf(made.app)).toEqual([]);
    const outOf = (namespace: string) => manifests(made.app).filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.namespace === namespace)
      .map(({ spec }) => JSON.stringify((spec as { egress?: unknown }).egress ?? [])).join();
    expect(outOf('shop')).toMatch(/"port":15008,.*"gateway\.networking\.k8s\.io\/gateway-name":"out"/);
    expect(outOf('shop')).not.toMatch(/ipBlock|"port":443/);
    expect(outOf('egress')).toContain('[{"ports":[{"port":443,"protocol":"TCP"}]}]');
  });

  test('is in the namespace that its metadata says, and has no accesses at first', () => {
    const made = scene({ gateway: { metadata: { name: 'out', namespace: 'infra' } } });

    expect(problemsOf(made.app)).toEqual([]);
    expect(made.gateway.describeEgressGateway()).toBe('Gateway infra/out: nothing');
  });
});

describe('Refused is', () => {
  const policy = (chart: Chart, spec: object) => new ApiObject(chart, 'by-hand', { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'by-hand' }, ...{ spec } });
  const toEntry = { targetRefs: [{ group: 'networking.istio.io', kind: 'ServiceEntry', name: 'pay' }] };

  test.each<[string, (made: Shop) => void, RegExp]>([
    ['an access to anybody by hand', made => { access(made); policy(made.egress, { ...toEntry, rules: [{}] }); }, /'shop\/batch' is not to reach 'api\.pay\.example' on port 80, and does/],
    ['an access by hand of one other', made => {
      access(made);
      rawDeployment(chartOf(made.app, 'ops'), 'job');
      policy(made.egress, { ...toEntry, rules: [{ from: [{ source: { principals: ['td/ns/ops/sa/job'] } }] }] });
    }, /'ops\/job' is not to reach 'api\.pay\.example' on port 80, and the gateway 'egress\/gateway' lets it/],
    ['an entry that is bound to nothing', made => { ApiObject.of(access(made)).addJsonPatch(JsonPatch.remove('/metadata/labels/istio.io~1use-waypoint')); },
      /'shop\/pay\/Resource' must stay as it was made, got another label 'istio\.io\/use-waypoint'/],
    ['an entry that is bound to another', made => { ApiObject.of(access(made)).addJsonPatch(JsonPatch.replace('/metadata/labels/istio.io~1use-waypoint', 'none')); },
      /'shop\/pay\/Resource' must stay as it was made, got another label 'istio\.io\/use-waypoint'/],
    ['a waypoint that is changed', made => { access(made); ApiObject.of(made.gateway).addJsonPatch(JsonPatch.replace('/spec/gatewayClassName', 'other')); },
      /'egress\/gateway\/Resource' must stay as it was made, got another spec/],
    ['a default deny that is taken out', made => { access(made); made.gateway.node.tryRemoveChild('default-deny'); }, /'egress\/gateway\/default-deny' must stay as it was made, got taken out/],
  ])('%s', (_, add, message) => {
    const made = scene();
    add(made);

    expect(problemsOf(made.app).join('\n')).toMatch(message);
  });

  test.each<[string, Setting, RegExp]>([
    ['callers with sidecars, which go past it', { dataPlane: DataPlane.SIDECAR }, /callers must be in ambient, got those of 'shop', whose sidecars go past the waypoint 'egress\/gateway'; give the EgressGateway a workload/],
    ['a host without addresses, where Istio gives it none', { mesh: { istioVersion: '1.24' } }, /addresses must be given, such as '240\.240\.0\.10', as Istio before 1\.25 gives a host none, .* the mesh has 1\.24; /],
  ])('%s', (_, setting, message) => {
    const made = scene(setting);
    access(made);

    expect(problemsOf(made.app)).toEqual([expect.stringMatching(message)]);
  });

  test.each<[string, Partial<EgressGatewayProps>, RegExp]>([
    ['a port of a Service that it has not', { httpPort: 80 }, /^\[egress\/gateway\] httpPort and tlsPort must be left out without a 'workload'/],
    ['the other, by itself', { tlsPort: 443 }, /^\[egress\/gateway\] httpPort and tlsPort must be left out without a 'workload'/],
    ['a namespace that is none', { metadata: { namespace: 'Not_One' } }, /^\[egress\/gateway\] metadata\.namespace must be .*got 'Not_One'/],
    ['a misspelt prop', { pods: 1 } as object, /'pods' must be a member of EgressGatewayProps/],
  ])('%s', (_, gateway, message) => {
    expect(() => scene({ gateway })).toThrow(message);
  });

  test('a waypoint in no namespace', () => {
    expect(() => new EgressGateway(new Chart(testApp(), 'x'), 'gateway', {})).toThrow(/^\[x\/gateway\] its namespace must be known/);
  });
});
