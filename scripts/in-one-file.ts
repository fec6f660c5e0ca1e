import { appendFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/**
 * Puts the compiled library into one file, without comments and source maps: Node takes as long to find and open hundreds of small files as for all else
 * of starting up, and source maps are three quarters of them. What describes the types stays as it is.
 */

const LIB = join(__dirname, '..', 'lib');
const MAIN = join(LIB, 'index.js');

buildSync({
  // as a module of its own, so that its exports are no exports of the bundle to whoever reads that without running it
  stdin: { contents: "module.exports = require('./index.js');", resolveDir: LIB },
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
// never run: Node reads it to know what an ES module can import by name
const names = Object.keys(createRequire(MAIN)(MAIN) as object);
appendFileSync(MAIN, `0 && (module.exports = { ${names.join(', ')} });\n`);

for (const file of readdirSync(LIB, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.js'))) {
  if (join(LIB, file) !== MAIN) { rmSync(join(LIB, file)); }
}
