import { compare } from '../test/properties/faithful/faithfulness';

/**
 * Compares what is rendered with what was meant on many generated apps and requests: `npm run faithful [-- PAIRS [SEED]]`, by default a million.
 * Ends with exit code 1 where they differ, and shows the smallest apps on which they do.
 */

const REQUESTS_PER_APP = 100;
const BATCH = 100;
const SHOWN = 3;

const [wanted = 1_000_000, seed = 1] = process.argv.slice(2).map(Number);
const batches = Math.ceil(wanted / REQUESTS_PER_APP / BATCH);
let [pairs, allowed] = [0, 0];
for (let batch = 0; batch < batches; batch++) {
  const result = compare({ seed: seed * 100_000 + batch, apps: BATCH, requestsPerApp: REQUESTS_PER_APP });
  pairs += result.pairs;
  allowed += result.allowed;
  if (result.disagreements.length > 0) {
    const smallest = [...result.disagreements].sort((a, b) => JSON.stringify(a.app).length - JSON.stringify(b.app).length).slice(0, SHOWN);
    for (const { app, ask, meant, explanation } of smallest) { console.log([JSON.stringify(app), JSON.stringify(ask), `meant to be ${meant ? 'allowed' : 'refused'}`, explanation, ''].join('\n')); }
    process.exitCode = 1;
    break;
  }
}
console.log(`${pairs} requests to generated apps (seed ${seed}), ${allowed} of them meant to pass: ${process.exitCode ? 'disagreements' : 'no disagreement'}`);
