import { spawnSync } from 'child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { AccessMap, PolicyComparison, PolicySet } from 'cdk8s-zero-trust';
import { timed } from './cpu';

const SIZES = (process.env.ANALYZER_SIZES ?? '10,30,100').split(',').map(Number);
const POLICIES_EACH = 5;
const NAMESPACES = 4;
/** CPU seconds that the analyzer may take for one question. */
const LIMIT = 600;
const ANALYZER = process.env.NCA ?? 'nca';

type Paths = 'none' | 'shared' | 'unique';

/** Access map and comparison against network-config-analyzer, on meshes of what it knows; CPU seconds from text to answer. */
export function analyzer(): void {
  if (spawnSync(ANALYZER, ['--version']).status !== 0) {
    console.log('analyzer: left out, as there is no network-config-analyzer; name it by NCA=/path/to/nca');
    return;
  }
  console.log('workloads  paths   question        ours s   analyzer s   ours is faster by');
  const folder = mkdtempSync(join(tmpdir(), 'analyzer-'));
  try {
    for (const size of SIZES) for (const paths of ['none', 'shared', 'unique'] as const) measure(folder, size, paths);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measure(folder: string, size: number, paths: Paths): void {
  const texts = [false, true].map(isChanged => mesh(size, paths, isChanged).map(object => JSON.stringify(object)).join('\n---\n'));
  const [before, after] = texts.map((text, index) => {
    const own = join(folder, `${size}-${paths}-${index}`);
    mkdirSync(own);
    writeFileSync(join(own, 'mesh.yaml'), text);
    return own;
  });
  const sets = () => texts.map(text => PolicySet.fromYaml(text));
  const map = timed(() => AccessMap.of(PolicySet.fromYaml(texts[0])));
  print([size, paths, 'connectivity'], map.seconds, ask('--connectivity', '-r', before));
  const comparison = timed(() => { const [old, now] = sets(); return PolicyComparison.of(old, now); });
  print([size, paths, 'difference'], comparison.seconds, ask('--semantic_diff', '-r', after, '-rb', before));
}

function print([size, paths, question]: readonly [number, Paths, string], ours: number, theirs: number | undefined): void {
  const told = theirs === undefined ? `not in ${LIMIT}`.padStart(13) : `${theirs.toFixed(2).padStart(13)}${(theirs / ours).toFixed(0).padStart(20)}`;
  console.log(`${String(size).padStart(9)}  ${paths.padEnd(8)}${question.padEnd(13)}${ours.toFixed(2).padStart(9)}${told}`);
}

/** CPU seconds of the analyzer with all that it starts; undefined where it takes too many. */
function ask(...args: readonly string[]): number | undefined {
  const { stderr } = spawnSync('bash', ['-c', `ulimit -t ${LIMIT}; TIMEFORMAT='%U %S'; time "$@" >/dev/null 2>&1`, 'bash', ANALYZER, ...args], { encoding: 'utf8' });
  const [user, system] = stderr.trim().split('\n').slice(-1)[0].split(' ').map(Number);
  return user + system >= LIMIT ? undefined : user + system;
}

/** Pods with a caller each, whom five policies let GET; after the change two of them let it DELETE as well. */
function mesh(size: number, paths: Paths, isChanged: boolean): object[] {
  const namespaces = Array.from({ length: NAMESPACES }, (_, i) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: `team-${i}`, labels: { 'istio-injection': 'enabled' } } }));
  const policies = Array.from({ length: size * POLICIES_EACH }, (_, i) => policy(i, size, paths, isChanged && i % Math.floor(size * POLICIES_EACH / 2) === 1));
  return [...namespaces, ...Array.from({ length: size }, (_, i) => pod(i)), ...policies];
}

function pod(i: number): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `service-${i}`, namespace: `team-${i % NAMESPACES}`, labels: { app: `service-${i}` } },
    spec: { serviceAccountName: `service-${i}`, containers: [{ name: 'main', image: 'main', ports: [{ containerPort: 8080 }] }] },
    status: { podIP: `10.0.0.${i + 1}`, hostIP: '192.168.1.1' },
  };
}

function policy(i: number, size: number, paths: Paths, isChanged: boolean): object {
  const [to, from] = [i % size, (i * 7 + 1) % size];
  const asked = { none: {}, shared: { paths: ['/v1/items/*'] }, unique: { paths: [`/v1/resources/${i}`, `/v1/resources/${i}/*`] } }[paths];
  const operation = { ports: ['8080'], methods: isChanged ? ['GET', 'DELETE'] : ['GET'], ...asked };
  return {
    apiVersion: 'security.istio.io/v1beta1',
    kind: 'AuthorizationPolicy',
    metadata: { name: `access-${i}`, namespace: `team-${to % NAMESPACES}` },
    spec: {
      selector: { matchLabels: { app: `service-${to}` } },
      action: 'ALLOW',
      rules: [{ from: [{ source: { principals: [`cluster.local/ns/team-${from % NAMESPACES}/sa/service-${from}`] } }], to: [{ operation }] }],
    },
  };
}
