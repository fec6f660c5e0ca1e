import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdk8s';

let folder: string | undefined;

// jest never tells a worker that it ends: clean up after each file of tests
afterAll(() => {
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone when the tests of this file are. */
function tempFolder(): string {
  folder ??= mkdtempSync(join(tmpdir(), 'cdk8s-zero-trust-'));
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
