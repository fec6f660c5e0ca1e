import { AccessPlan, CallSource } from 'cdk8s-zero-trust';
import { planText } from './support';

const LINE = '2026-11-27T10:00:00.5Z\tinfo\taccess\tconnection complete\tsrc.addr=10.42.0.9:33772 src.workload="web-7656cf8794-6lsm4" src.namespace="shop" '
  + 'src.identity="spiffe://cluster.local/ns/shop/sa/web" dst.addr=10.42.0.5:15008 dst.hbone_addr=10.42.0.5:5432 dst.service="db.shop.svc.cluster.local" '
  + 'dst.workload="db-0" dst.namespace="shop" dst.identity="spiffe://cluster.local/ns/shop/sa/db" direction="inbound" bytes_sent=84 bytes_recv=358 duration="15ms"';

/** The same line as JSON. */
function asJson(line: string): string {
  const fields = Object.fromEntries([...line.matchAll(/([a-z_.]+)=("[^"]*"|\S+)/g)].map(([, key, value]) => [key, value.replaceAll('"', '')]));
  return JSON.stringify({ level: 'info', time: '2026-11-27T10:00:00.5Z', scope: 'access', message: 'connection complete', ...fields });
}

function planOf(...lines: readonly string[]): string[] {
  return planText({ sources: [CallSource.ztunnelLog('ztunnel.jsonl', [...lines, ...lines].join('\n'))] });
}

describe('An access log of ztunnel', () => {
  test.each([['text', LINE], ['text with blanks', LINE.replaceAll('\t', ' ')], ['JSON', asJson(LINE)]])('tells connections as %s', (_, line) => {
    expect(planOf(line)).toEqual(['shop/web may call shop/db: TCP on port 5432']);
  });

  test.each([
    ['a Deployment', 'api-7656cf8794-6lsm4', 'shop/api'],
    ['a Deployment of another name', 'api-v2-857849f66-ft8wx', 'shop/api-v2'],
    ['a StatefulSet', 'db-12', 'shop/db'],
    ['a DaemonSet', 'agent-x7k2p', 'shop/agent'],
    ['a DaemonSet whose name ends as if it was made up', 'agent-k8s-x7k2p', 'shop/agent-k8s'],
    ['a Pod of its own', 'client', 'shop/client'],
  ])('tells the workload of a pod of %s', (_, pod, workload) => {
    expect(planOf(LINE.replace('db-0', pod))).toEqual([`shop/web may call ${workload}: TCP on port 5432`]);
  });

  test.each([
    ['a caller without identity', LINE.replace(/src.identity="[^"]*" /, '').replace(/dst.hbone_addr=\S+ /, '').replace('15008', '5432'), 'PLAINTEXT: somebody in plaintext to shop/db: TCP connections on port 5432'],
    ['a tunnel of nobody', LINE.replace(/src.identity="[^"]*" /, ''), 'UNKNOWN_CALLER: somebody to shop/db'],
    ['a refused connection', `${LINE} error="connection closed due to policy rejection: explicitly denied by: shop/deny"`, 'DENIED: shop/web to shop/db: TCP connections on port 5432 (connection closed due to policy rejection'],
    ['one that failed', `${LINE} error="io error: deadline has elapsed"`, 'FAILED: shop/web to shop/db'],
  ])('asks about %s', (_, line, question) => {
    expect(planOf(line)).toEqual([expect.stringContaining(`? ${question}`)]);
  });

  test('leaves aside what the client reports, what waypoints send on, and what is no access log', () => {
    const lines = [LINE.replace('direction="inbound"', 'direction="outbound"'), LINE.replace('sa/web', 'sa/waypoint'), '2026-11-27T10:00:00Z\tinfo\txds::client\treceived response'];
    const plan = AccessPlan.of({ sources: [CallSource.ztunnelLog('ztunnel.jsonl', lines.join('\n'))], waypoints: ['shop/waypoint'] });

    expect([plan.accesses, plan.questions, plan.leftAside.map(({ count }) => count)]).toEqual([[], [], [1, 1, 1]]);
  });

  test('leaves aside what waypoints send on that are named by their whole identity', () => {
    const sources = [CallSource.ztunnelLog('ztunnel.jsonl', [LINE, LINE].join('\n').replaceAll('sa/web', 'sa/waypoint'))];

    expect(planText({ sources, waypoints: ['spiffe://cluster.local/ns/shop/sa/waypoint'] })).toEqual([]);
  });

  test.each([
    [LINE.replace('direction="inbound" ', ''), /^has no direction/],
    [LINE.replace('dst.workload="db-0" ', ''), /^has no 'dst.workload'/],
    ['{"scope":"access"', /^is no JSON/],
  ])('tells the number of a line that says too little: %s', (line, message) => {
    const plan = AccessPlan.of({ sources: [CallSource.ztunnelLog('ztunnel.jsonl', `${LINE}\n${line}`)] });

    expect(plan.unread).toEqual([{ source: 'ztunnel.jsonl', line: 2, message: expect.stringMatching(message) }]);
  });
});
