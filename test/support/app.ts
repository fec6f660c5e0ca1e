import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdk8s';

let folder: string | undefined;

/** A folder that is gone when the tests of this process are. */
function tempFolder(): string {
  if (!folder) {
    const made = folder = mkdtempSync(join(tmpdir(), 'cdk8s-zero-trust-'));
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
  }
  return folder;
}

/** An app that leaves nothing behind, unlike `Testing.app()`. */
export function testApp(): App {
  return new App({ outdir: join(tempFolder(), 'dist') });
}

/** A file with this text, for `Include` and the like. */
export function tempFile(name: string, text: string, mode = 0o644): string {
  const path = join(tempFolder(), name);
  writeFileSync(path, text, { mode });
  return path;
}
