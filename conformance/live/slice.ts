import { closeSync, openSync, writeSync } from 'node:fs';
import { addGeneratedApps, Renderings } from './rendered';

/** A process of its own, which renders some generated apps and writes what comes of them to a file: `slice.ts FIRST COUNT SEED FILE`. */
const [first, count, seed] = process.argv.slice(2, 5).map(Number);
const renderings = new Renderings();
addGeneratedApps(renderings, { first, count, seed });

const file = openSync(process.argv[5], 'w');
writeSync(file, `${JSON.stringify({ apps: renderings.apps, refused: renderings.refused })}\n`);
for (const entry of renderings.objects) writeSync(file, `${JSON.stringify(entry)}\n`);
closeSync(file);
