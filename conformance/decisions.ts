// Replays the recorded decisions: npx tsx --tsconfig test/tsconfig.json conformance/decisions.ts [FILE…] [--show N]
import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { gunzipSync } from 'zlib';
import { decision } from './families/decision';
import { Recorded } from './families/family';

const CORPUS = join(__dirname, 'corpus');
const args = process.argv.slice(2);
const show = args.includes('--show') ? Number(args.splice(args.indexOf('--show'), 2)[1]) : 5;
const files = args.length > 0 ? args : readdirSync(CORPUS).filter(file => file.endsWith('.gz') && !file.startsWith('admission')).map(file => join(CORPUS, file));

for (const file of files) {
  const start = Date.now();
  const worlds = gunzipSync(readFileSync(file)).toString('utf8').split('\n').filter(line => line !== '').map(line => JSON.parse(line) as Recorded);
  const checks = worlds.flatMap(world => [...decision.replay(world)]);
  const failed = checks.filter(({ disagreement }) => disagreement !== undefined);
  const byHttp = checks.filter(({ features }) => features.includes('by.http'));
  console.log(`${file}: ${checks.length} requests, ${failed.length} disagreements; of these ${byHttp.length} refused by the proxy itself, `
    + `${byHttp.filter(({ disagreement }) => disagreement !== undefined).length} disagreements; ${Date.now() - start} ms`);
  for (const { disagreement } of failed.slice(0, show)) console.log(`  ${disagreement!.where}: recorded ${disagreement!.recorded} | ours ${disagreement!.ours.split('\n')[0]}`);
  if (failed.length > 0) process.exitCode = 1;
}
