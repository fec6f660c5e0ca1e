import { Operation, Principal, ServiceAccess, Workload } from 'cdk8s-zero-trust';
import { Construct } from 'constructs';

/**
 * Who may call the workloads of namespace shop.
 *
 * @param scope where the accesses are made, such as the chart of the namespace
 * @param workloads below what the workloads are
 */
export function accessesOfShop(scope: Construct, workloads: Construct = scope): void {
  new ServiceAccess(scope, 'orders-to-mysql', {
    callers: [Principal.serviceAccount('shop', 'orders')],
    to: Workload.named(workloads, 'mysql'),
    operations: [
      Operation.tcp(3306),
    ],
  });
  new ServiceAccess(scope, 'orders-to-payments', {
    callers: [Principal.serviceAccount('shop', 'orders')],
    to: Workload.named(workloads, 'payments'),
    operations: [
      Operation.http({ methods: ['POST'], paths: ['/charges'], ports: [9000] }),
    ],
  });
  new ServiceAccess(scope, 'web-to-orders', {
    callers: [Principal.serviceAccount('shop', 'web')],
    to: Workload.named(workloads, 'orders'),
    operations: [
      Operation.http({ methods: ['GET'], paths: ['/orders/{*}'] }),
      Operation.http({ methods: ['GET', 'POST'], paths: ['/orders'], ports: [8080] }),
    ],
  });
}

// Open questions, for which nothing is granted:
// - DENIED: ads/tracker to shop/orders: GET /orders on port 8080 (403 rbac_access_denied_matched_policy[none]), 1 call, such as orders.jsonl line 12: GET /orders
//   answered by state the call in calls if it is meant, or in refused if it is not
// - SHARED_ACCOUNT: jobs/default to shop/orders: GET /orders on port 8080, 1 call, such as orders.jsonl line 11: GET /orders
//   answered by a service account for the workload that calls, as by WorkloadIdentity, and its calls after that; or the call in calls with a reason; or refused
// - VARIABLE_PATH: shop/web to shop/orders: DELETE /orders/{*} on port 8080, 1 call, such as orders.jsonl line 7: DELETE /orders/4711
//   answered by an operation with a path for all of them in calls, if the segment is any; the paths one by one, if these are all; or refused
// - PLAINTEXT: somebody in plaintext to shop/orders: GET /metrics on port 8080, 2 calls, such as orders.jsonl line 9: GET /metrics
//   answered by a proxy for the caller, or a PlaintextException or MtlsMigration while it has none; or refused if it should not call
// - SEEN_SELDOM: shop/orders to shop/payments: POST /refunds on port 9000, 1 call, such as payments.jsonl line 3: POST /refunds
//   answered by a log of more time, or a smaller minimumCalls; state the call in calls if it is meant, or in refused if it is not
// - UNKNOWN_OPERATION: shop/web to shop/payments: HTTP requests, 3 calls, such as requests.json entry 4
//   answered by an access log of the workload that is called, or the operations in calls; or refused
// Not read:
// - orders.jsonl 8: is no JSON: Unexpected non-whitespace character after JSON at position 4
