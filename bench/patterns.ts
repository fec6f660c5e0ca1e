import { AccessRequest, PolicySet } from 'cdk8s-zero-trust';
import { median } from './median';

const LENGTH = 50_000;
const ROUNDS = 15;
const GOAL = 2.5;

/** A value of a policy that does not match a long text, and what asks it about such a text. */
interface Hostile {
  readonly field: string;
  readonly value: string;
  readonly istioVersion?: string;
  readonly ask: (length: number) => Pick<AccessRequest, 'source' | 'http'>;
}

const path = (length: number) => ({ source: { serviceAccount: 'shop/web' }, http: { path: `/${'a'.repeat(length)}` } });
const slashes = (length: number) => ({ source: { serviceAccount: 'shop/web' }, http: { path: '/a'.repeat(length / 2) } });
const identity = (length: number) => ({ source: { principal: `cluster.local/ns/${'a'.repeat(length)}/b/sa/x` }, http: {} });

const HOSTILE: readonly Hostile[] = [
  { field: 'paths', value: '/{*}a{*}a{**}b', ask: path },
  { field: 'paths', value: '/{**}/{*}/{**}/{*}/b', ask: slashes },
  { field: 'namespaces', value: `${'*a'.repeat(12)}*c`, ask: identity },
  { field: 'serviceAccounts', value: 'a/b', ask: identity },
  { field: 'namespaces', value: '(a+)+b', istioVersion: '1.29', ask: identity },
  { field: 'principals', value: '*/ns/(a|a?)+b/sa/x', istioVersion: '1.29', ask: identity },
];

/**
 * Decisions on texts that are long, by patterns that would take long to try in every way, and on texts twice as long.
 * The goal: time that grows as the text does, so that neither who writes a policy nor who sends a request makes questions slow.
 */
export function patterns(): void {
  console.log(`patterns: a text of ${LENGTH} characters and one of twice as many, median of ${ROUNDS}\n`);
  console.log(`${'pattern'.padEnd(60)}        n ms      2n ms   2n/n (goal ${GOAL})`);
  for (const hostile of HOSTILE) {
    const policies = policySet(hostile);
    const [once, twice] = [LENGTH, 2 * LENGTH].map(length => time(policies, hostile.ask(length)));
    const name = `${hostile.field} ${hostile.value}${hostile.istioVersion === undefined ? '' : `, Istio ${hostile.istioVersion}`}`;
    console.log(`${name.padEnd(60)}${once.toFixed(2).padStart(12)}${twice.toFixed(2).padStart(11)}${(twice / once).toFixed(2).padStart(11)}`);
  }
}

function policySet({ field, value, istioVersion }: Hostile): PolicySet {
  const of = field === 'paths' ? { to: [{ operation: { [field]: [value] } }] } : { from: [{ source: { [field]: [value] } }] };
  return PolicySet.fromManifests([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'api', namespace: 'shop', labels: { app: 'api' } }, spec: {} },
    { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'hostile', namespace: 'shop' }, spec: { rules: [of] } },
  ], { istioVersion });
}

function time(policies: PolicySet, asked: Pick<AccessRequest, 'source' | 'http'>): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const started = performance.now();
    const { isAllowed } = policies.isAuthorized({ destination: { namespace: 'shop', workload: 'api', port: 8080 }, ...asked });
    if (isAllowed) throw new Error('no pattern must match');
    return performance.now() - started;
  });
  return median(rounds);
}
