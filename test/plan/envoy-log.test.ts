import { AccessPlan, CallSource } from 'cdk8s-zero-trust';
import { inbound, planText } from './support';

/** What a plan says of a log that has each of some lines twice. */
function planOf(lines: readonly string[], of: { workload: string; port?: number } = { workload: 'shop/api' }): string[] {
  return planText({ sources: [CallSource.accessLog('api.log', [...lines, ...lines].join('\n'), of)] });
}

describe('An access log of Envoy in JSON', () => {
  test('tells who called, which method and path, and on which port the workload listens; queries are left out', () => {
    expect(planOf([inbound()])).toEqual(['shop/web may call shop/api: GET /orders on port 8080']);
  });

  test('is read with the fields of an AuditTrail', () => {
    const line = JSON.stringify({
      time: '2026-11-27T10:00:00Z',
      caller: 'spiffe://cluster.local/ns/shop/sa/web',
      caller_at_waypoint: null,
      address: '10.42.0.6:51544',
      method: 'POST',
      host: 'api',
      path: '/orders',
      destination: '10.42.0.7:8080',
      status: 201,
      details: 'via_upstream',
      connection: null,
    });

    expect(planOf([line])).toEqual(['shop/web may call shop/api: POST /orders on port 8080']);
  });

  test('tells of connections where nothing is HTTP', () => {
    expect(planOf([inbound({ method: null, path: null, protocol: null, response_code: 0, response_code_details: null, upstream_cluster: 'inbound|5432||' })]))
      .toEqual(['shop/web may call shop/api: TCP on port 5432']);
  });

  test.each([
    ['a waypoint, where the port of the workload is told', { upstream_cluster: 'inbound-vip|80|http|api.shop.svc.cluster.local' }, 8080, 'shop/web may call shop/api: GET /orders on port 8080'],
    ['a port that no Service has', { upstream_cluster: 'InboundPassthroughCluster' }, undefined, 'shop/web may call shop/api: GET /orders on port 8080'],
  ])('names the port at %s', (_, changes, port, line) => {
    expect(planOf([inbound(changes)], { workload: 'shop/api', ...port ? { port } : {} })).toEqual([line]);
  });

  test.each([
    ['PLAINTEXT', 'a caller without identity', { caller: null }, 'PLAINTEXT: somebody in plaintext to shop/api: GET /orders'],
    ['UNKNOWN_CALLER', "Istio's own format, which does not name the caller", { caller: undefined }, 'UNKNOWN_CALLER: somebody to shop/api'],
    ['UNKNOWN_CALLER', 'an identity that is no service account', { caller: 'spiffe://cluster.local/vm/7' }, 'UNKNOWN_CALLER: spiffe://cluster.local/vm/7 to shop/api'],
    ['FOREIGN_CALLER', 'an identity of another trust domain', { caller: 'spiffe://west.example.com/ns/shop/sa/web' }, 'FOREIGN_CALLER: spiffe://west.example.com/ns/shop/sa/web to shop/api'],
    ['SHARED_ACCOUNT', 'the account default', { caller: 'spiffe://cluster.local/ns/shop/sa/default' }, 'SHARED_ACCOUNT: shop/default to shop/api'],
    ['UNKNOWN_PORT', 'a waypoint, which names the port of the Service', { upstream_cluster: 'inbound-vip|80|http|api.shop.svc.cluster.local' }, 'UNKNOWN_PORT: shop/web to shop/api: GET /orders,'],
    ['VARIABLE_PATH', 'a path with an id', { path: '/orders/4711/items' }, 'VARIABLE_PATH: shop/web to shop/api: GET /orders/{*}/items on port 8080, 2 calls, such as api.log line 1: GET /orders/4711/items'],
    ['UNUSUAL_REQUEST', 'a path that a policy would take for a pattern', { path: '/*' }, 'UNUSUAL_REQUEST: shop/web to shop/api: GET /*'],
    ['UNUSUAL_REQUEST', 'a template in place of a path', { path: '/{**}' }, 'UNUSUAL_REQUEST: shop/web to shop/api: GET /{**}'],
    ['UNUSUAL_REQUEST', 'a path that proxies rewrite', { path: '/a\\b' }, 'UNUSUAL_REQUEST'],
    ['UNUSUAL_REQUEST', 'a method that proxies let not pass', { method: 'FETCH' }, 'UNUSUAL_REQUEST: shop/web to shop/api: FETCH /orders'],
    ['DENIED', 'a call that a policy refused', { response_code: 403, response_code_details: 'rbac_access_denied_matched_policy[none]' }, 'DENIED: shop/web to shop/api: GET /orders on port 8080 (403 rbac_access_denied_matched_policy[none])'],
    ['DENIED', 'a connection that a policy refused', { method: null, path: null, response_code: 0, connection_termination_details: 'rbac_access_denied_matched_policy[none]', response_code_details: null }, 'DENIED: shop/web to shop/api: TCP connections on port 8080'],
    ['DENIED', 'a call without a good token', { response_code: 401 }, 'DENIED: shop/web to shop/api: GET /orders on port 8080 (401)'],
    ['DENIED', 'a call that an authorizer led to where one signs in', { response_code: 302, response_code_details: null, response_flags: 'UAEX,DC' }, 'DENIED: shop/web to shop/api: GET /orders on port 8080 (302 UAEX,DC)'],
    ['DENIED', 'a call of gRPC that the workload refused', { grpc_status: 'PermissionDenied' }, 'DENIED: shop/web to shop/api: GET /orders on port 8080 (gRPC status PermissionDenied)'],
    ['DENIED', 'a call of gRPC without a good token, in digits', { grpc_status_number: 16 }, 'DENIED: shop/web to shop/api: GET /orders on port 8080 (gRPC status 16)'],
    ['FAILED', 'a call of gRPC that failed', { grpc_status: 'Internal' }, 'FAILED: shop/web to shop/api: GET /orders on port 8080 (gRPC status Internal)'],
    ['FAILED', 'a call that was answered with an error', { response_code: 404 }, 'FAILED: shop/web to shop/api: GET /orders on port 8080 (404)'],
    ['FAILED', 'a call that got no answer', { response_code: 0, response_flags: 'DC' }, 'FAILED: shop/web to shop/api: GET /orders on port 8080 (0 DC)'],
  ])('asks %s about %s, and grants nothing for it', (kind, _, changes, question) => {
    const plan = AccessPlan.of({ sources: [CallSource.accessLog('api.log', [inbound(changes), inbound(changes)].join('\n'), { workload: 'shop/api' })] });

    expect(plan.accesses).toEqual([]);
    expect(plan.questions).toEqual([expect.objectContaining({ kind, calls: 2, answer: expect.stringMatching(/.{20}/) })]);
    expect(plan.describeAccessPlan()).toContain(`? ${question}`);
  });

  test.each([{ grpc_status: 'OK' }, { grpc_status: '0' }, { grpc_status: '-' }])('takes a call of gRPC for one that passed: %j', changes => {
    expect(planOf([inbound(changes)])).toEqual(['shop/web may call shop/api: GET /orders on port 8080']);
  });

  test('does not move calls to the port that is told, where lines name their own', () => {
    const lines = [inbound(), inbound(), inbound({ path: '/metrics', upstream_cluster: 'inbound|9090||' })];
    const plan = AccessPlan.of({ sources: [CallSource.accessLog('api.log', lines.join('\n'), { workload: 'shop/api', port: 8080 })] });

    expect(plan.accesses).toEqual([{ caller: 'shop/web', to: 'shop/api', operations: ['GET /orders on port 8080'] }]);
    expect(plan.unread).toEqual([{ source: 'api.log', line: 3, message: 'is of port 9090, and port says 8080; leave port out, which is for logs of a waypoint' }]);
  });

  test('asks about what was seen once', () => {
    expect(planText({ sources: [CallSource.accessLog('api.log', inbound(), { workload: 'shop/api' })] }))
      .toEqual(['? SEEN_SELDOM: shop/web to shop/api: GET /orders on port 8080, 1 call, such as api.log line 1: GET /orders']);
  });

  test('asks nothing about a failure of what is granted', () => {
    expect(planOf([inbound(), inbound({ response_code: 500 })])).toEqual(['shop/web may call shop/api: GET /orders on port 8080']);
  });

  test('asks about paths of which there are many beside each other, as they may be names of things', () => {
    const names = ['ada', 'bob', 'cleo', 'dan', 'eve', 'fay', 'gus', 'hal', 'ivy', 'joe'];

    expect(planOf(names.slice(1).map(name => inbound({ path: `/users/${name}` })))).toEqual([expect.stringContaining('may call shop/api: GET /users/bob, ')]);
    expect(planOf(names.map(name => inbound({ path: `/users/${name}` })))).toEqual([expect.stringContaining('? VARIABLE_PATH: shop/web to shop/api: GET /users/{*} on port 8080, 20 calls')]);
  });

  test('leaves what clients report aside, and says so', () => {
    const plan = AccessPlan.of({ sources: [CallSource.accessLog('web.log', [inbound({ upstream_cluster: 'outbound|80||api.shop.svc.cluster.local' }), inbound({ upstream_cluster: 'PassthroughCluster' })].join('\n'), { workload: 'shop/web' })] });

    expect([plan.accesses, plan.questions, plan.leftAside]).toEqual([[], [], [{ source: 'web.log', reason: expect.stringContaining('client'), count: 2 }]]);
  });

  test.each([
    ['2026-11-27T10:00:00Z\tinfo\tEnvoy proxy is ready', /^is no JSON/],
    ['{"method":"GET"', /^is no JSON/],
    ['[1]', /^is JSON but no object/],
    ['{"level":"info"}', /^has none of the fields of an access log/],
    [inbound({ path: null }), /^has a method and no path/],
    [inbound({ method: '-' }), /^has a path and no method/],
    [inbound({ response_code: null }), /^has no response_code/],
  ])('tells the number of a line that is none of it: %s', (line, message) => {
    const plan = AccessPlan.of({ sources: [CallSource.accessLog('api.log', `${inbound()}\n\n${line}\n${inbound()}\n`, { workload: 'shop/api' })] });

    expect(plan.unread).toEqual([{ source: 'api.log', line: 3, message: expect.stringMatching(message) }]);
    expect(plan.accesses).toHaveLength(1);
  });

  test.each([
    [() => CallSource.accessLog('api.log', '', { workload: 'api' }), "workload must be NAMESPACE/NAME of a workload, got 'api'"],
    [() => CallSource.accessLog('', '', { workload: 'shop/api' }), 'name must be text'],
    [() => CallSource.accessLog('api.log', [] as unknown as string, { workload: 'shop/api' }), 'lines must be text'],
  ])('refuses %s', (make, message) => {
    expect(make).toThrow(message);
  });
});
