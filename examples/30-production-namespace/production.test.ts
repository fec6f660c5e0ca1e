import 'cdk8s-zero-trust/jest';
import { App, Testing } from 'cdk8s';
import { AccessMap, DataPlane, Decision, PolicySet } from 'cdk8s-zero-trust';
import { production } from './production';

const PLANES = [{ dataPlane: DataPlane.SIDECAR, asked: 'payments', waypoints: [] }, { dataPlane: DataPlane.AMBIENT, asked: 'shop-waypoint', waypoints: ['shop/shop-waypoint'] }];
/** What serves HTTP in ambient is called by its Service, and so through the waypoint. */
const toApi = (dataPlane: DataPlane) => ({ namespace: 'shop', ...(dataPlane === DataPlane.AMBIENT ? { service: 'api' } : { workload: 'api' }), port: 8080 });
const token = (issuer: string, role: string) => ({ claims: { iss: issuer, sub: 'ann', aud: ['shop-api'], roles: [role] } });

interface Manifest { readonly kind: string; readonly metadata: { readonly namespace: string; readonly name: string }; readonly spec: object }

/** How each point of docs/checklist.md is seen to hold. */
describe.each(PLANES)('A production namespace, $dataPlane', ({ dataPlane, asked, waypoints }) => {
  const app: App = Testing.app();
  production(app, dataPlane);
  const policies = PolicySet.fromApp(app);
  const objects: Manifest[] = app.charts.flatMap(chart => chart.toJson());
  const manifests = JSON.stringify(objects);
  const [provider] = objects.filter(({ kind }) => kind === 'ServiceEntry').map(({ metadata: { namespace, name } }) => ({ namespace, serviceEntry: name }));

  const fromFrontend = (method: string, path: string, ...tokens: ReturnType<typeof token>[]) =>
    ({ source: { serviceAccount: 'shop/frontend' }, destination: toApi(dataPlane), http: { method, path }, tokens });

  test('1. takes nothing in plaintext behind its gateway, which answers it by a redirect', () => {
    const plaintext = AccessMap.of(policies).anonymous().filter(({ callers }) => callers.includes('plaintext'));

    // whoever is outside of the mesh goes to hosts outside without it
    expect(plaintext.map(({ destination }) => destination).filter(destination => !destination.startsWith('ServiceEntry'))).toEqual(['gateway edge/public:80']);
  });

  test.each([
    ['edge/public', 'frontend', ['edge/public-istio']],
    ['frontend', 'api', ['shop/frontend']],
    ['api', 'payments', ['shop/api']],
    ['api', 'database', ['shop/api']],
  ])('2, 5, 6. lets %s call %s, by its account, and no one else but who reads metrics', (_, workload, callers) => {
    expect(policies).toAllowOnly(`shop/${workload}`, [...callers, 'monitoring/prometheus', ...waypoints]);
  });

  test('6. admits nobody by an address', () => {
    expect(manifests).not.toMatch(/ipBlocks|remoteIpBlocks/i);
  });

  test('3, 4, 12. has certificates for an hour, signed by cert-manager', () => {
    expect(manifests).toContain('"SECRET_TTL":"1h"');
    expect(manifests).toContain('"ENABLE_CA_SERVER":"false"');
  });

  test.each([
    ['no token', 'GET', '/api/articles', undefined],
    ['a viewer who writes', 'POST', '/api/articles', token('https://login.example.com', 'viewer')],
    ['an editor who deletes', 'DELETE', '/api/articles/1', token('https://login.example.com', 'editor')],
    ['an administrator of partners', 'DELETE', '/api/articles/1', token('https://partners.example.com', 'admin')],
    ['another issuer', 'GET', '/api/articles', token('https://evil.example.com', 'admin')],
  ])('7. refuses %s', (__, method, path, given) => {
    expect(policies).toDeny(fromFrontend(method, path, ...given ? [given] : []));
  });

  test.each([
    ['a viewer of partners who reads', 'GET', '/api/articles', token('https://partners.example.com', 'viewer')],
    ['an editor who writes', 'POST', '/api/articles', token('https://login.example.com', 'editor')],
    ['an administrator who deletes', 'DELETE', '/api/articles/1', token('https://login.example.com', 'admin')],
  ])('7. lets %s pass', (__, method, path, given) => {
    expect(policies).toAllow(fromFrontend(method, path, given));
  });

  test('8. refuses what its authorizer does not answer', () => {
    expect(manifests).toContain('"failOpen":false');
    expect(policies).toAllowOnly('security/authorizer', [`shop/${asked}`]);
  });

  test('9. writes down what is refused, and tells somebody', () => {
    expect(manifests).toContain('"kind":"Telemetry"');
    expect(manifests).toContain('"alert":"ZeroTrustDenialSpike"');
  });

  test('10. opens nothing that is not committed', () => {
    expect(app).toGrantNothingNewSince(`${__dirname}/expected/${dataPlane.toLowerCase()}`);
  });

  test('11. has an account for each workload', () => {
    const accounts = [...manifests.matchAll(/"serviceAccountName":"([^"]+)"/g)].map(([, name]) => name);

    expect(new Set(accounts).size).toBe(accounts.length);
  });

  test.each([
    ['payments', false],
    ['api', true],
    ['frontend', true],
  ])('beside the list: keeps %s from the provider of payments: %s', (workload, isKept) => {
    const { decision } = policies.isAuthorized({ source: { workload: `shop/${workload}` }, destination: { ...provider, port: 443 } });

    // what a host outside does with what a sidecar sends is for nobody here to say
    expect(decision === Decision.DENY).toBe(isKept);
  });

  test('beside the list: leaves no way past the waypoint in ambient', () => {
    const waysOut = objects.filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.namespace === 'shop').map(({ spec }) => JSON.stringify(spec));

    expect(waysOut.filter(spec => /"egress":\[\{"ports":\[\{"port":443/.test(spec))).toHaveLength(dataPlane === DataPlane.AMBIENT ? 0 : 1);
  });
});
