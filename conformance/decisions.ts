// Replays the recorded decisions: npx tsx --tsconfig test/tsconfig.json conformance/decisions.ts [FILE…] [--show N]
import { readdirSync } from 'fs';
import { join } from 'path';
import { replayDecisions } from './families/decision';
import { readWorlds } from './families/world';

const CORPUS = join(__dirname, 'corpus');
const args = process.argv.slice(2);
const show = args.includes('--show') ? Number(args.splice(args.indexOf('--show'), 2)[1]) : 5;
const files = args.length > 0 ? args : readdirSync(CORPUS).filter(file => !file.startsWith('admission')).map(file => join(CORPUS, file));

let failed = 0;
for (const file of files) {
  const start = Date.now();
  const { requests, refusedByHttp, refusedByHttpAgreed, disagreements } = replayDecisions(readWorlds(file));
  console.log(`${file}: ${requests} requests, ${disagreements.length} disagreements; refused by the proxy itself: ${refusedByHttpAgreed} of ${refusedByHttp}; ${Date.now() - start} ms`);
  for (const { world, index, recorded, evaluated } of disagreements.slice(0, show)) console.log(`  ${world.id} #${index}: recorded ${recorded} | evaluated ${evaluated}`);
  failed += disagreements.length;
}
process.exitCode = failed > 0 ? 1 : 0;
