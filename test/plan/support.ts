import { AccessPlan, AccessPlanProps } from 'cdk8s-zero-trust';

/** A line of Istio's own access log in JSON, at the sidecar of the destination, as a proxy of Istio writes it; with who called. */
export function inbound(changes: object = {}): string {
  return JSON.stringify({
    start_time: '2026-11-27T10:00:00.000Z',
    method: 'GET',
    path: '/orders?page=2',
    protocol: 'HTTP/1.1',
    response_code: 200,
    response_flags: '-',
    response_code_details: 'via_upstream',
    connection_termination_details: null,
    upstream_transport_failure_reason: null,
    bytes_received: 0,
    bytes_sent: 93,
    duration: 4,
    upstream_service_time: '3',
    x_forwarded_for: null,
    user_agent: 'curl/8.5.0',
    request_id: '5c3a1e6c-0000-4000-8000-000000000001',
    authority: 'api.shop.svc.cluster.local',
    upstream_host: '10.42.0.7:8080',
    upstream_cluster: 'inbound|8080||',
    upstream_local_address: '127.0.0.6:40111',
    downstream_local_address: '10.42.0.7:8080',
    downstream_remote_address: '10.42.0.6:51544',
    requested_server_name: 'outbound_.80_._.api.shop.svc.cluster.local',
    route_name: 'default',
    caller: 'spiffe://cluster.local/ns/shop/sa/web',
    ...changes,
  });
}

/** An entry of a vector of `istio_requests_total`, with the labels that Istio gives it. */
export function counted(changes: object = {}, value = '120') {
  return {
    metric: {
      __name__: 'istio_requests_total',
      app: 'api',
      connection_security_policy: 'mutual_tls',
      destination_app: 'api',
      destination_canonical_service: 'api',
      destination_principal: 'spiffe://cluster.local/ns/shop/sa/api',
      destination_service: 'api.shop.svc.cluster.local',
      destination_service_name: 'api',
      destination_service_namespace: 'shop',
      destination_workload: 'api',
      destination_workload_namespace: 'shop',
      reporter: 'destination',
      request_protocol: 'http',
      response_code: '200',
      response_flags: '-',
      source_app: 'web',
      source_principal: 'spiffe://cluster.local/ns/shop/sa/web',
      source_workload: 'web',
      source_workload_namespace: 'shop',
      ...changes,
    },
    value: [1795773600.123, value],
  };
}

export function vector(...result: readonly object[]): string {
  return JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
}

/** What a plan says, a line each. */
export function planText(props: AccessPlanProps): string[] {
  const text = AccessPlan.of(props).describeAccessPlan();
  return text === '' ? [] : text.split('\n');
}
