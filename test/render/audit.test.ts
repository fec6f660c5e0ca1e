import { Operation } from 'cdk8s-zero-trust';
import { AuditIntent } from '../../src/intent/audit-intent';
import { Caller } from '../../src/intent/caller';
import { renderAccess } from '../../src/render/access';
import { renderAudit } from '../../src/render/audit';
import { AMBIENT, http, MESH, namespace, service, tcp, WAYPOINT, workload } from '../support/facts';

const OPS: Caller = { kind: 'serviceAccount', namespace: 'ops', name: 'breakglass' };
const FROM_OPS = [{ source: { principals: ['prod.td/ns/ops/sa/breakglass'] } }];
const TARGET = workload([http(8080), tcp(9000)], [service('api', { 80: 8080, 90: 9000 })]);
const AT_PODS = { selector: { matchLabels: { app: 'api' } } };
const AT_SERVICE = { targetRefs: [{ kind: 'Service', group: '', name: 'api' }] };
const SIDECAR = namespace('shop');
const FILTER = { expression: "'envoy.common' in metadata.filter_metadata && metadata.filter_metadata['envoy.common']['access_log_hint'] == true" };

const calls = (...operations: Operation[]) => ({ callers: [OPS], operations: operations.map(({ _data }) => _data), conditions: [] });

function audit(given: Partial<AuditIntent>): ReturnType<typeof renderAudit> {
  return renderAudit({
    kind: 'audit', mesh: MESH, target: TARGET, namespace: SIDECAR, calls: [calls(Operation.tcp(9000))], provider: 'audit', keptProviders: [], isLoggedElsewhere: false, ...given,
  });
}

describe('An audit', () => {
  const to = (...operations: object[]) => ({ to: operations.map(operation => ({ operation })) });
  const log = (scope: object, ...more: object[]) => ({ ...scope, accessLogging: [{ providers: [{ name: 'audit' }], filter: FILTER }, ...more] });

  test.each<[string, Partial<AuditIntent>, object]>([
    ['some calls at sidecars', {}, { 'policy': { ...AT_PODS, action: 'AUDIT', rules: [{ from: FROM_OPS, ...to({ ports: ['9000'] }) }] }, 'access-log': log(AT_PODS) }],
    ['some calls at a waypoint, by the ports of the Service', { namespace: WAYPOINT },
      { 'policy': { ...AT_SERVICE, action: 'AUDIT', rules: [{ from: FROM_OPS, ...to({ ports: ['90'] }) }] }, 'access-log': log(AT_SERVICE) }],
    ['all calls of somebody', { calls: [calls()] }, { 'policy': { ...AT_PODS, action: 'AUDIT', rules: [{ from: FROM_OPS }] }, 'access-log': log(AT_PODS) }],
    ['all calls', { calls: [{ callers: [{ kind: 'anyone' }], operations: [], conditions: [] }] }, { 'policy': { ...AT_PODS, action: 'AUDIT', rules: [{}] }, 'access-log': log(AT_PODS) }],
    ['calls of two accesses', { calls: [calls(Operation.tcp(9000)), calls(Operation.get('/a'))] }, {
      'policy': { ...AT_PODS, action: 'AUDIT', rules: [{ from: FROM_OPS, ...to({ ports: ['9000'] }) }, { from: FROM_OPS, ...to({ methods: ['GET'], paths: ['/a'], ports: ['8080'] }) }] },
      'access-log': log(AT_PODS),
    }],
    ['calls beside logs that go on', { keptProviders: ['envoy', 'json'] },
      { 'policy': { ...AT_PODS, action: 'AUDIT', rules: [{ from: FROM_OPS, ...to({ ports: ['9000'] }) }] }, 'access-log': log(AT_PODS, { providers: [{ name: 'envoy' }, { name: 'json' }] }) }],
    ['calls that are logged already', { isLoggedElsewhere: true }, { policy: { ...AT_PODS, action: 'AUDIT', rules: [{ from: FROM_OPS, ...to({ ports: ['9000'] }) }] } }],
  ])('sees %s', (_, given, specs) => {
    expect(audit(given)).toEqual({ specs, problems: [] });
  });

  const operations = [Operation.tcp(9000), Operation.get('/a'), Operation.http({ methods: ['PUT', 'POST'], paths: ['/b/*'], hosts: ['h.example'] })];
  test.each([['sidecars', SIDECAR], ['a waypoint', WAYPOINT]])('sees at %s what an access that breaks the glass opens there, and nothing else', (_, place) => {
    const { specs: { policy } } = renderAccess({ kind: 'access', mesh: MESH, target: TARGET, namespace: place, ...calls(...operations) });

    expect(audit({ namespace: place, calls: [calls(...operations)] }).specs.policy).toEqual({ ...policy, action: 'AUDIT' });
  });

  test.each<[string, Partial<AuditIntent>, string]>([
    ['ztunnel', { namespace: AMBIENT }, "AUDIT, which ztunnel does not know, can be enforced only by a waypoint, but namespace 'shop' has no waypoint; "
      + "declare one on its ZeroTrustNamespace: new ZeroTrustNamespace(…, { name: 'shop', waypoint: Waypoint.create() })"],
    ['pods that are called past the waypoint', { namespace: WAYPOINT, target: workload([tcp(9000)], [service('api', { 90: 9000 }, { headless: true })]) },
      "AUDIT, which ztunnel does not know, can be enforced only by a waypoint, but Service 'api' is headless, so clients call pods by address, past the waypoint; give the workload a Service with a cluster IP"],
  ])('is refused at %s, where nobody would see it', (_, given, problem) => {
    expect(audit(given)).toEqual({ specs: {}, problems: [problem] });
  });
});
