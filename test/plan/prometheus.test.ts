import { AccessPlan, CallSource, Operation } from 'cdk8s-zero-trust';
import { counted, inbound, planText, vector } from './support';

function planOf(...entries: readonly object[]): string[] {
  return planText({ sources: [CallSource.prometheus('requests.json', vector(...entries))] });
}

const NAMED = { request_method: 'GET', request_path: '/orders', destination_port: '8080' };

describe('An answer of Prometheus', () => {
  test('tells who calls whom, and what is called is asked for', () => {
    expect(planOf(counted())).toEqual(['? UNKNOWN_OPERATION: shop/web to shop/api: HTTP requests, 120 calls, such as requests.json entry 1']);
  });

  test('is answered by an access log of the same workload', () => {
    const log = CallSource.accessLog('api.log', [inbound(), inbound()].join('\n'), { workload: 'shop/api' });

    expect(planText({ sources: [CallSource.prometheus('requests.json', vector(counted())), log] })).toEqual(['shop/web may call shop/api: GET /orders on port 8080']);
  });

  test('is answered by a table, for its callers', () => {
    const sources = [CallSource.prometheus('requests.json', vector(counted(), counted({ source_principal: 'spiffe://cluster.local/ns/shop/sa/cron' })))];

    expect(planText({ sources, calls: [{ callers: ['shop/web'], to: 'shop/api', operations: [Operation.get('/orders')] }] }))
      .toEqual(['shop/web may call shop/api: GET /orders', expect.stringContaining('? UNKNOWN_OPERATION: shop/cron to shop/api')]);
  });

  test('tells what is called where the mesh adds it', () => {
    expect(planOf(counted(NAMED))).toEqual(['shop/web may call shop/api: GET /orders on port 8080']);
  });

  test('counts what the destination or its waypoint reports, and not what the client does', () => {
    const plan = AccessPlan.of({
      sources: [CallSource.prometheus('requests.json', vector(
        counted({ ...NAMED, reporter: 'source' }, '500'), counted(NAMED, '1'), counted({ ...NAMED, reporter: 'waypoint', destination_workload: 'cart' }, '2'),
      ))],
    });

    expect(plan.questions).toEqual([
      expect.objectContaining({ kind: 'SEEN_SELDOM', to: 'shop/api', calls: 1 }),
      // its port is that of the Service
      expect.objectContaining({ kind: 'UNKNOWN_PORT', to: 'shop/cart', request: 'GET /orders', calls: 2 }),
    ]);
    expect(plan.accesses).toEqual([]);
    expect(plan.leftAside).toEqual([{ source: 'requests.json', reason: expect.stringContaining('client'), count: 1 }]);
  });

  test.each([
    ['a caller in plaintext', { ...NAMED, source_principal: 'unknown', connection_security_policy: 'none' }, 'PLAINTEXT: somebody in plaintext to shop/api'],
    ['a caller that nobody knows', { ...NAMED, source_principal: 'unknown', connection_security_policy: 'unknown' }, 'UNKNOWN_CALLER: somebody to shop/api'],
    ['a refusal', { ...NAMED, response_code: '403' }, 'DENIED: shop/web to shop/api: GET /orders on port 8080 (403)'],
    ['a refusal of gRPC', { ...NAMED, request_protocol: 'grpc', grpc_response_status: '7' }, 'DENIED: shop/web to shop/api: GET /orders on port 8080 (gRPC status 7)'],
    ['a refusal by an authorizer, which leads to where one signs in', { ...NAMED, response_code: '302', response_flags: 'UAEX' }, 'DENIED: shop/web to shop/api: GET /orders on port 8080 (302 UAEX)'],
    ['an error', { ...NAMED, response_code: '503' }, 'FAILED'],
    ['an error of gRPC', { ...NAMED, grpc_response_status: '13' }, 'FAILED'],
    ['connections, of which Envoy does not count apart what it refused', { __name__: 'istio_tcp_connections_opened_total', request_protocol: 'tcp', response_code: undefined }, 'UNKNOWN_OPERATION: shop/web to shop/api: TCP connections'],
  ])('asks about %s', (_, labels, question) => {
    expect(planOf(counted(labels))).toEqual([expect.stringContaining(`? ${question}`)]);
  });

  test.each([
    [counted({ reporter: undefined }), /^has no reporter that is known/],
    [counted({ __name__: 'istio_request_bytes_sum' }), /counts no calls/],
    [counted({ destination_workload: 'unknown' }), /^names no workload/],
    [counted({ response_code: undefined }), /^has no response_code/],
    [counted({}, '0.25'), /^counts 0.25 calls; ask for the counter itself/],
    [counted({}, 'NaN'), /^has no number of calls/],
    [counted({}, ''), /^has no number of calls/],
    [counted({}, ' 0x10'), /^has no number of calls/],
    [{ metric: {} }, /^has no metric and value/],
  ])('tells the number of an entry that says too little: %j', (entry, message) => {
    const plan = AccessPlan.of({ sources: [CallSource.prometheus('requests.json', vector(counted(NAMED), entry))] });

    expect(plan.unread).toEqual([{ source: 'requests.json', line: 2, message: expect.stringMatching(message) }]);
    expect(plan.accesses).toHaveLength(1);
  });

  test.each([
    ['{', /got text that is no JSON/],
    ['{"status":"error","errorType":"bad_data","error":"parse error"}', /got status 'error': parse error/],
    ['{"status":"success","data":{"resultType":"matrix","result":[]}}', /of type 'matrix', not a vector/],
  ])('refuses %s', (json, message) => {
    expect(() => CallSource.prometheus('requests.json', json)).toThrow(message);
  });
});
