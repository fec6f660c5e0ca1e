import { CLOSED, from, policy, shop } from './support';
import { AccessMap, AuthorizerProtocol, PolicyComparison } from '../../src';

const sni = (values: object) => [{ key: 'connection.sni', ...values }];
const api = (...rules: object[]) => [...CLOSED, policy('api', { rules })];
const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'api', namespace: 'shop' }, spec: { selector: { app: 'api' }, ports: [{ name: 'tcp', port: 8080 }] } };

function told(before: object[], after: object[], mode = 'STRICT'): string[] {
  const comparison = PolicyComparison.of(shop([service, ...before], { mode }), shop([service, ...after], { mode }));
  expect(comparison.undecided).toEqual([]);
  return comparison.changes.filter(({ destination }) => destination === 'shop/api:8080').map(change => change.toString().replace(' shop/api:8080', ''));
}

describe('the server name of a connection to a workload', () => {
  const asking = (...values: string[]) => from(['web'], undefined, sni({ values }));

  test('is one that a client may give, whatever its proxy would', () => {
    expect(told(api(asking('a.example')), api(asking('a.example', '*.example.com', 'www.example.com')))).toEqual(['GRANTED to shop/web: server name *.example.com, www.example.com']);
    expect(told(api(asking('*')), api(asking('a.example')))).toEqual(['REVOKED to shop/web: server name any other']);
    expect(told(api(from(['web'], undefined, sni({ notValues: ['*'] }))), api())).toEqual(['REVOKED to shop/web: server name none']);
  });

  test('that a proxy gives by itself is one of them', () => {
    const own = 'outbound_.8080_._.api.shop.svc.cluster.local';

    expect(told(api(), api(asking(own)))).toEqual([`GRANTED to shop/web: server name ${own}`]);
  });

  test('is shown by a request that gives it', () => {
    const [{ witness, before, after }] = PolicyComparison.of(shop(api()), shop(api(asking('*.example')))).changes;

    expect([witness.source, before?.isAllowed, after?.isAllowed]).toEqual([{ ip: '10.1.2.3', principal: 'spiffe://cluster.local/ns/shop/sa/web', sni: 'x.example' }, false, true]);
  });

  test('that is not asked for is not told', () => {
    expect(told(api(from(['web'])), api(from(['web']), from(['db'])))).toEqual(['GRANTED to shop/db']);
  });

  test('that an authorizer is asked about is told', () => {
    const asked = policy('api', { action: 'CUSTOM', provider: { name: 'opa' }, rules: [{ when: sni({ values: ['a.example'] }) }] }, 'ask');
    const policies = shop([...api(from(['web'])), asked], { settings: { authorizerProviders: [{ name: 'opa', protocol: AuthorizerProtocol.GRPC }] } });

    expect(AccessMap.of(policies).into('shop/api').map(row => row.toString()).slice(0, 2)).toEqual([
      'shop/api:8080 from shop/web: server name none, any other',
      'shop/api:8080 from shop/web: server name a.example if opa agrees',
    ]);
  });

  test('lets in a client without certificate, where the proxy does not end TLS', () => {
    const map = AccessMap.of(shop([service, ...api({ when: sni({ values: ['a.example'] }) })], { mode: 'PERMISSIVE' }));

    expect(map.into('shop/api').map(row => row.toString())[0]).toBe('shop/api:8080 from anyone with an identity, TLS without a client certificate: server name a.example');
    expect(map.anonymous().map(({ example }) => example.source)).toContainEqual({ ip: '10.1.2.3', transport: 'ONE_WAY_TLS', sni: 'a.example' });
  });
});
