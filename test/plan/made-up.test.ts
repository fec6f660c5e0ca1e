import { AccessPlan, CallSource } from 'cdk8s-zero-trust';
import { inbound, planText } from './support';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJlLW9mLWl0';

/** What a plan says of paths that were called twice each. */
function planOf(...paths: string[]): string[] {
  const lines = paths.map(path => inbound({ path }));
  return planText({ sources: [CallSource.accessLog('api.log', [...lines, ...lines].join('\n'), { workload: 'shop/api' })] });
}

describe('A path with what a machine made up', () => {
  test.each([
    ['a JWT', JWT],
    ['a JWT without signature', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.'],
    ['an opaque token', 'ghp_x7Jq2LmZ0aBcD4eFgH'],
    ['base64url without a digit', 'QmFzZUZUdXJsQ_RleHQ-Zw'],
    ['base64 that is padded', 'c2Vzc2lvbg=='],
    ['a short code of letters of both cases', 'aB3xK9pQ'],
    ['letters that nobody says', 'qzxkvbnmwrtpsdfg'],
    ['the id of a session beside the path', 'cart;jsessionid=0A1B2C3D4E5F60718293A4B5C6D7E8F9'],
    ['such an id without a digit', 'cart;jsessionid=QmFzZUZUdXJsQRleHQZw'],
    ['a token that names what it is of', 'password-reset:x7Jq2LmZ0aBcD4eFgH'],
    ['a token behind what a client must not send', `cart#access_token=${JWT}`],
  ])('is asked about, and not shown: %s', (_, segment) => {
    const [first, ...others] = planOf(`/reset/${segment}/form`);

    expect(others).toEqual([]);
    expect(first).toMatch(/VARIABLE_PATH|UNUSUAL_REQUEST/);
    expect(first).toContain('GET /reset/{*}/form on port 8080, 2 calls, such as api.log line 1: GET /reset/{*}/form');
  });

  test('is shown where it is guessed by anybody', () => {
    expect(planOf('/orders/4711', '/files/report-17')).toEqual([expect.stringContaining('GET /files/report-17'), expect.stringContaining('GET /orders/4711')]);
  });

  test.each([
    'validatingwebhookconfigurations', 'getCustomerInvoicesByStatus', 'list-all-of-my-orders-by-date', 'OAuth2Token', 'v1beta1', 'OrderServiceV2', 'com.example.shop.OrderService', 'index.html', 'HTTPSConnections',
    'authorization_policies_of_namespace',
  ])('is told from words: %s', segment => {
    expect(planOf(`/api/${segment}`)).toEqual([`shop/web may call shop/api: GET /api/${segment} on port 8080`]);
  });

  test.each<[string, Parameters<typeof inbound>[0]]>([
    ['is refused', { response_code: 403 }], ['fails', { response_code: 500 }], ['comes in plaintext', { caller: null }], ['comes from nobody knows whom', { caller: undefined }], ['uses no method of HTTP', { method: 'FETCH' }],
    ['cannot be granted', { path: `/reset/${JWT}/"x"` }], ['holds a pattern', { path: `/reset/${JWT}/*` }], ['has it in its query', { path: `/a?token=${JWT}`, response_code: 403 }],
  ])('is in nothing that is written of a call that %s', (_, changes) => {
    const plan = AccessPlan.of({ sources: [CallSource.accessLog('api.log', inbound({ path: `/reset/${JWT}`, ...changes }), { workload: 'shop/api' })] });

    const written = [plan.describeAccessPlan(), plan.toTypeScript(), JSON.stringify(plan.questions)].join('\n');
    expect(written).toContain('/');
    expect(written).not.toContain(JWT.slice(0, 12));
  });

  test('is in nothing that is written of a line that is not read', () => {
    const plan = AccessPlan.of({ sources: [CallSource.accessLog('api.log', [inbound(), `{"path":${JWT}`, `${JWT} {"path": 1`].join('\n'), { workload: 'shop/api' })] });

    expect(plan.unread).toHaveLength(2);
    expect(plan.toTypeScript()).not.toContain(JWT.slice(0, 8));
  });
});
