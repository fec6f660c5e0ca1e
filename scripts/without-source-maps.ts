import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Takes the source maps out of `lib/`, which jsii writes into every file: they are three quarters of it, and users debug what they wrote. */

const LIB = join(__dirname, '..', 'lib');
const MAP = '//# sourceMappingURL=';

for (const file of readdirSync(LIB, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.js'))) {
  const text = readFileSync(join(LIB, file), 'utf8');
  const start = text.lastIndexOf(MAP);
  if (start >= 0) { writeFileSync(join(LIB, file), text.slice(0, start)); }
}
