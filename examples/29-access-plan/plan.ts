import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { AccessPlan, CallSource, Operation } from 'cdk8s-zero-trust';

/** What is known of who calls whom: a diagram, a day of traffic, and what somebody said of it. */
export function examplePlan(): AccessPlan {
  return AccessPlan.of({
    trustDomain: 'prod.example.com',
    sources: [
      // curl 'http://prometheus:9090/api/v1/query?query=istio_requests_total'
      CallSource.prometheus('requests.json', seen('requests.json')),
      // kubectl logs deploy/orders -c istio-proxy, and the same of payments
      CallSource.accessLog('orders.jsonl', seen('orders.jsonl'), { workload: 'shop/orders' }),
      CallSource.accessLog('payments.jsonl', seen('payments.jsonl'), { workload: 'shop/payments' }),
      // kubectl logs -n istio-system daemonset/ztunnel
      CallSource.ztunnelLog('ztunnel.jsonl', seen('ztunnel.jsonl')),
    ],
    calls: [
      // the arrows of the diagram, with what is written on them
      { callers: ['shop/web'], to: 'shop/orders', operations: [Operation.get('/orders/{*}')] },
      { callers: ['shop/orders'], to: 'shop/payments' },
    ],
    refused: [
      { callers: ['shop/orders'], to: 'shop/payments', operations: [Operation.get('/admin')], reason: 'somebody tried it by hand' },
    ],
  });
}

function seen(file: string): string { return readFileSync(path.join(__dirname, 'seen', file), 'utf8'); }
