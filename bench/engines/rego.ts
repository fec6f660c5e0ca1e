import { execFileSync } from 'child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';

/** The OPA that is built, as a Go module. */
export const OPA = 'github.com/open-policy-agent/opa@v1.22.2';

/** Whether there is a Go that can build OPA's compiler. */
export function hasGo(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Compiles rego to WebAssembly with OPA itself, which is built for that: minutes for the first time, then kept by Go. */
export function compileRego(rego: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'bench-rego-'));
  // what a command prints is kept for the case that it fails
  const run = (command: string, ...args: string[]) => execFileSync(command, args, { cwd: folder, stdio: 'pipe', maxBuffer: 100e6 });
  try {
    writeFileSync(join(folder, 'policy.rego'), rego);
    run('go', 'run', OPA, 'build', '-t', 'wasm', '-e', 'authz/allowed', '-o', 'bundle.tar.gz', 'policy.rego');
    return run('tar', 'xzOf', 'bundle.tar.gz', '/policy.wasm');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
