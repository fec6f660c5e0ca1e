import { AMBIENT, atOrders, BEHIND_WAYPOINT, CLOSED, deployment, policy, shop } from './support';
import { AccessGate, AccessMap, AuthorizerProtocol, Operation, PolicySet } from '../../src';

const settings = { authorizerProviders: [{ name: 'opa', protocol: AuthorizerProtocol.GRPC }] };
const orders = (...more: object[]): PolicySet => shop([...CLOSED, ...BEHIND_WAYPOINT, ...more], { labels: AMBIENT, settings });
const rules = (...all: object[]) => atOrders('AuthorizationPolicy', 'orders', { rules: all });
const tokens = (more: object = {}) => atOrders('RequestAuthentication', 'tokens', { jwtRules: [{ issuer: 'https://a', jwks: '{"keys":[]}', ...more }] });

describe('behind a waypoint', () => {
  test('tokens that it refuses are told from those that it takes', () => {
    expect(AccessMap.of(orders(rules({}), tokens({ audiences: ['x'] }))).into('shop/orders').map(row => row.toString())).toEqual([
      'Service shop/orders:80 from anyone with an identity: HTTP with no token',
      'Service shop/orders:80 from anyone with an identity: HTTP with a token of https://a, claim [aud] x',
      'Service shop/orders:80 from shop/wp',
    ]);
  });

  test('preflights are not decided where its authorizer may make them, whoever gets past it', () => {
    const asking = atOrders('AuthorizationPolicy', 'asking', { action: 'CUSTOM', provider: { name: 'opa' }, rules: [{}] });
    const preflight = { when: ['origin', 'access-control-request-method'].map(name => ({ key: `request.headers[${name}]`, values: ['*'] })) };
    const { undecided } = AccessMap.of(orders(asking, rules(preflight), tokens()));

    expect(undecided).toEqual([{
      destination: 'Service shop/orders:80',
      reason: 'rules ask for what makes a CORS preflight, which is not asked for tokens, and which an authorizer may change',
    }]);
  });

  test('a request is shown by the name of the Service', () => {
    const [{ example }] = AccessMap.of(orders(rules({ to: [{ operation: { notHosts: ['other.example'] } }] }))).into('shop/orders');

    expect(example.http?.authority).toBe('orders.shop.svc.cluster.local');
  });

  test('a request that is forbidden is looked for at all pods of a Service, also where some of them refuse it', () => {
    const old = deployment('old') as { spec: { template: { metadata: object } } };
    const pods = { ...old, spec: { ...old.spec, template: { ...old.spec.template, metadata: { labels: { app: 'api', version: 'old' } } } } };
    const closed = policy('api', { selector: { matchLabels: { version: 'old' } }, action: 'DENY', rules: [{}] }, 'closed-old');
    const never = AccessGate.neverGranted({ callers: ['shop/web'], to: 'shop/api', operations: [Operation.delete('/admin/*')] });

    expect(never.violations(orders(pods, closed, rules({}))).map(({ message }) => message)).toEqual(['Service shop/orders:80 from anyone with an identity: DELETE /admin/* (UNDECIDED)']);
  });
});
