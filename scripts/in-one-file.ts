import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/**
 * Puts the compiled library into one file, without comments and source maps: Node takes as long to find and open hundreds of small files as for all else
 * of starting up, and source maps are three quarters of them. What describes the types stays as it is.
 */

const LIB = join(__dirname, '..', 'lib');
const MAIN = join(LIB, 'index.js');

buildSync({
  entryPoints: [MAIN],
  outfile: MAIN,
  allowOverwrite: true,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  logLevel: 'error',
  keepNames: true, // messages name classes
});
for (const file of readdirSync(LIB, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.js'))) {
  if (join(LIB, file) !== MAIN) { rmSync(join(LIB, file)); }
}
