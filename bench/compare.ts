import { AccessMap, PolicyComparison, PolicySet } from 'cdk8s-zero-trust';
import { timed } from './cpu';

const SIZES = [1_000, 10_000];
const POLICIES_EACH = 5;
const CHANGES = 20;
const NAMESPACES = 40;

/**
 * Comparison of two states of a mesh that differ in 20 policies, and the access map of the smaller one; CPU seconds, and how the time grows with the mesh.
 * The goal: 1,000 workloads with 5,000 policies in under 5 s, linear in workloads; the map in under 10 s.
 */
export function compare(): void {
  console.log(`compare: ${POLICIES_EACH} policies for each workload, ${CHANGES} of all changed\n`);
  console.log('workloads  policies  compared s  changes  ms a workload');
  for (const size of SIZES) {
    const [before, after] = [false, true].map(isChanged => PolicySet.fromManifests(mesh(size, isChanged)));
    const { seconds, result } = timed(() => PolicyComparison.of(before, after));
    if (result.undecided.length > 0) throw new Error(`all must be decided, got ${JSON.stringify(result.undecided[0])}`);
    console.log(`${String(size).padStart(9)}${String(size * POLICIES_EACH).padStart(10)}${seconds.toFixed(2).padStart(12)}${String(result.changes.length).padStart(9)}${(seconds * 1000 / size).toFixed(2).padStart(15)}`);
  }
  // what a map says of a destination is found out when it is asked for
  const map = timed(() => AccessMap.of(PolicySet.fromManifests(mesh(SIZES[0], false))).rows);
  console.log(`\naccess map of ${SIZES[0]} workloads: ${map.seconds.toFixed(2)} s, ${map.result.length} rows`);
}

/** Half of the policies have paths of their own, the others share theirs. */
export function mesh(workloads: number, isChanged: boolean): object[] {
  const namespaces = Array.from({ length: NAMESPACES }, (_, i) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: `team-${i}`, labels: { 'istio-injection': 'enabled' } } }));
  const strict = { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'default', namespace: 'istio-system' }, spec: { mtls: { mode: 'STRICT' } } };
  const step = workloads * POLICIES_EACH / CHANGES + 1;
  const policies = Array.from({ length: workloads * POLICIES_EACH }, (_, i) => policy(i, workloads, isChanged && i % step === 1));
  return [...namespaces, strict, ...Array.from({ length: workloads }, (_, i) => deployment(i)), ...policies];
}

function deployment(i: number): object {
  const labels = { app: `service-${i}` };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `service-${i}`, namespace: `team-${i % NAMESPACES}` },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { serviceAccountName: `service-${i}`, containers: [{ name: 'main', image: 'main', ports: [{ containerPort: 8080 }] }] } } },
  };
}

function policy(i: number, workloads: number, isChanged: boolean): object {
  const [to, from] = [i % workloads, (i * 7 + 1) % workloads];
  const paths = i % 2 === 0 ? [`/v1/resources/${i}`, `/v1/resources/${i}/*`] : ['/v1/items/*'];
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: `access-${i}`, namespace: `team-${to % NAMESPACES}` },
    spec: {
      selector: { matchLabels: { app: `service-${to}` } },
      rules: [{
        from: [{ source: { principals: [`cluster.local/ns/team-${from % NAMESPACES}/sa/service-${from}`] } }],
        to: [{ operation: { ports: ['8080'], methods: isChanged ? ['GET', 'DELETE'] : ['GET'], paths } }],
      }],
    },
  };
}
