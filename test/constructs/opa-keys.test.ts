import { ApiObject, App, Chart } from 'cdk8s';
import {
  DataPlane, Decision, EgressAccess, EgressAccessProps, EgressBoundary, EgressPort, JwtIssuer, LegacyDestination, LegacyTls, MeshSettingsOutput, NetworkPolicies, OpaAuthorizer, OpaPolicy, Operation, PolicySet, Principal, ServiceAccess,
  Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, problemsOf, rawDeployment, rawService } from '../support/shop';

const OPA = Principal.serviceAccount('authz', 'opa');

interface Shop { readonly app: App; readonly authz: Chart }

/** An OPA that asks for tokens whose keys are somewhere, and what closes the way out of its pods. */
function opaWith({ jwksUri = 'https://auth.example.com/keys', jwks, closed = 'boundary' }: { jwksUri?: string; jwks?: string; closed?: 'boundary' | 'networks' | 'ambient networks' | 'nothing' } = {}): Shop {
  const app = testApp();
  new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { settings: MeshSettingsOutput.istioOperator(), istioVersion: '1.29' });
  const shop = chartOf(app, 'shop');
  new ZeroTrustNamespace(shop, 'baseline');
  const api = rawDeployment(shop, 'api');
  rawService(shop, 'api');
  const authz = chartOf(app, 'authz');
  new ZeroTrustNamespace(authz, 'baseline', {
    ...closed === 'ambient networks' ? { dataPlane: DataPlane.AMBIENT } : {}, ...closed.endsWith('networks') ? { networkPolicies: NetworkPolicies.forIngressAndEgress() } : {},
  });
  if (closed === 'boundary') { new EgressBoundary(authz, 'egress', { namespace: 'authz' }); }
  const issuer = JwtIssuer.of({ issuer: 'https://auth.example.com', audiences: ['api'], ...jwks ? { jwks } : { jwksUri, ...jwksUri.startsWith('http:') ? { insecureJwksUri: { reason: 'r' } } : {} } });
  new OpaAuthorizer(authz, 'opa', {
    image: 'docker.io/openpolicyagent/opa:1.17.0-envoy-static', protects: [Workload.of(api)], metadata: { name: 'opa' }, policy: OpaPolicy.rules([{ operations: [Operation.get('/a')], issuers: [issuer] }]),
  });
  return { app, authz };
}

function keysTold({ app }: Shop): string[] { return problemsOf(app).filter(problem => problem.includes('jwksUri must be within reach')); }

function letOut({ authz }: Shop, props: Partial<EgressAccessProps> = {}): void { new EgressAccess(authz, 'keys', { callers: [OPA], host: 'auth.example.com', ...props }); }

function letOutByHand({ authz }: Shop): void {
  const spec = { podSelector: {}, policyTypes: ['Egress'], egress: [{ ports: [{ port: 443 }] }] };
  new ApiObject(authz, 'out', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'out' }, ...{ spec } });
}

const TOLD = (closing: string, end: string, cure: string) => `[authz/opa] jwksUri must be within reach of OPA, which fetches the keys itself, got ${end}, so that every rule that asks for such a token would refuse; ${cure}, or give the JwtIssuer jwks`
  .replace('CLOSING', closing);

describe('Keys that OPA fetches', () => {
  test.each<['boundary' | 'networks' | 'ambient networks', string]>([
    ['boundary', "EgressBoundary 'authz/egress'"], ['networks', "networkPolicies of namespace 'authz'"], ['ambient networks', "networkPolicies of namespace 'authz'"],
  ])('are told where the way out of its pods is closed: %s', (closed, closing) => {
    expect(keysTold(opaWith({ closed }))).toEqual([TOLD(closing, "'https://auth.example.com/keys', and CLOSING lets nothing out of 'authz/opa/deployment' to port 443 of 'auth.example.com'",
      "state it: new EgressAccess(…, { callers: [Principal.serviceAccount('authz', 'opa')], host: 'auth.example.com' })")]);
  });

  test.each<[string, string]>([
    ['https://auth.example.com:8443/keys', "host: 'auth.example.com', ports: [EgressPort.tls(8443)] })"],
    ['http://auth.example.com/keys', "host: 'auth.example.com', ports: [EgressPort.plaintext(80, { reason: '…' })] })"],
    ['https://203.0.113.7/keys', '; give an address by the name of its host, and state that by an EgressAccess, or give the JwtIssuer jwks'],
    ['https://keys.auth.svc.cluster.local/keys', "state that it is called: new ServiceAccess(…, { callers: [Principal.serviceAccount('authz', 'opa')], … })"],
  ])('have a cure that fits: %s', (jwksUri, cure) => {
    expect(keysTold(opaWith({ jwksUri }))).toEqual([expect.stringContaining(cure)]);
  });

  test.each<[string, Shop, (shop: Shop) => void]>([
    ['that is stated', opaWith(), made => letOut(made)],
    ['that is stated for its namespace', opaWith(), made => letOut(made, { callers: [Principal.namespace('authz', { reason: 'r' })] })],
    ['at another port', opaWith({ jwksUri: 'https://auth.example.com:8443/keys' }), made => letOut(made, { ports: [EgressPort.tls(8443)] })],
    ['in HTTP', opaWith({ jwksUri: 'http://auth.example.com/keys' }), made => letOut(made, { ports: [EgressPort.plaintext(80, { reason: 'r' })] })],
    ['in ambient', opaWith({ closed: 'ambient networks' }), made => letOut(made)],
    ['of a network, and its sidecar', opaWith({ closed: 'networks' }), made => { new EgressBoundary(made.authz, 'egress', { namespace: 'authz' }); letOut(made); }],
    ['by a NetworkPolicy by hand', opaWith({ closed: 'networks' }), made => letOutByHand(made)],
    ['that nothing closes', opaWith({ closed: 'nothing' }), () => undefined],
    ['that needs none, as the keys are there', opaWith({ jwks: '{"keys":[{"kty":"RSA","e":"AQAB","n":"xQ"}]}' }), () => undefined],
    ['by a LegacyDestination', opaWith({ jwksUri: 'http://auth.example.com/keys' }), made => new LegacyDestination(made.authz, 'keys', { host: 'auth.example.com', clientNamespaces: ['authz'], tls: LegacyTls.simple() } as never)],
  ])('have a way out %s', (_, made, add) => {
    add(made);

    expect(keysTold(made)).toEqual([]);
  });

  test.each<[string, Partial<EgressAccessProps>]>([['at another port', { ports: [EgressPort.tls(8443)] }], ['in plaintext, in which it does not ask', { ports: [EgressPort.plaintext(8080, { reason: 'r' })] }], ['for another host', { host: 'other.example.com' }]])(
    'have no way out that is stated %s', (_, props) => {
      const made = opaWith();
      letOut(made, props);

      expect(keysTold(made)).toHaveLength(1);
    });

  test('have none that is stated for somebody else', () => {
    const made = opaWith();
    rawDeployment(made.authz, 'web');
    letOut(made, { callers: [Principal.serviceAccount('authz', 'web')] });

    expect(keysTold(made)).toHaveLength(1);
  });

  test.each(['https://keys/keys', 'https://keys.authz/keys', 'https://keys.authz.svc/keys', 'https://keys.authz.svc.cluster.local/keys'])('may be of a Service, by any of its names: %s', jwksUri => {
    const made = opaWith({ jwksUri });
    rawService(made.authz, 'keys');
    const keys = rawDeployment(made.authz, 'keys');
    expect(keysTold(made)).toHaveLength(1);

    new ServiceAccess(made.authz, 'to-keys', { callers: [OPA], to: Workload.of(keys), operations: [Operation.get('/keys')] });
    expect(keysTold(made)).toEqual([]);
  });

  test('may be of a Service that nobody states anything of but the boundary', () => {
    const app = opaWith({ jwksUri: 'https://keys.auth.svc.cluster.local/keys', closed: 'nothing' });
    new EgressBoundary(app.authz, 'egress', { namespace: 'authz', otherServices: ['keys.auth.svc.cluster.local'] });

    expect(keysTold(app)).toEqual([]);
  });

  test('get out as stated, past the sidecar that blocks the rest', () => {
    const made = opaWith();
    letOut(made, { metadata: { name: 'keys' } });

    expect(problemsOf(made.app)).toEqual([]);
    const entry = (name: string) => `---\napiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: { name: ${name}, namespace: authz }\nspec: { hosts: [${name}.example], resolution: DNS, ports: [{ number: 443, name: tls, protocol: TLS }] }\n`;
    const policies = PolicySet.fromYaml(`${made.app.synthYaml()}\n${entry('tenant')}`);
    const isBlocked = (serviceEntry: string) => {
      const { decision, reason = '' } = policies.isAuthorized({ destination: { namespace: 'authz', serviceEntry, port: 443 }, source: { workload: 'authz/opa' } });
      return decision === Decision.DENY && reason.includes('blocks it');
    };
    expect([isBlocked('keys'), isBlocked('tenant')]).toEqual([false, true]);
  });
});
