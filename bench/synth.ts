import { execFileSync } from 'child_process';
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { median } from './median';

const SIZES = [1_000, 10_000, 20_000];
const ROUNDS = 5;

interface Measurement { readonly ms: number; readonly mb: number }

/**
 * Synthesis of ServiceAccesses against raw ApiObjects of the same YAML in the same charts, and with NetworkPolicies against without: a process per measurement, interleaved, medians.
 * The goals: at most 1.15 times the floor, with NetworkPolicies at most 3 times of without, and 20,000 in at most 2.2 times the time of 10,000.
 */
export function synth(): void {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    console.log(`synth: ServiceAccesses over 200 workloads in 20 charts, median of ${ROUNDS}\n`);
    console.log('accesses     ours ms   floor ms   ratio    twins ms   ratio     ours MB   floor MB   twins MB');
    const medians = SIZES.map(size => compare(size, join(folder, `${size}.json`)));
    const [, ten, twenty] = medians;
    console.log(`\n20k/10k: ${(twenty.ours / ten.ours).toFixed(2)} (goal 2.2), with twins ${(twenty.twins / ten.twins).toFixed(2)}; ratio goals 1.15 and 3`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Medians { readonly ours: number; readonly twins: number }

function compare(size: number, file: string): Medians {
  once('manifests', String(size), file);
  const [ours, floor, twins]: Measurement[][] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(measure('shops', String(size)));
    floor.push(measure('raw', file));
    twins.push(measure('twins', String(size)));
  }
  const [ms, msOfFloor, msOfTwins] = [ours, floor, twins].map(all => median(all.map(one => one.ms)));
  const mb = [ours, floor, twins].map(all => median(all.map(one => one.mb)).toFixed(0));
  const [ratio, ratioOfTwins] = [ms / msOfFloor, msOfTwins / ms].map(one => one.toFixed(2));
  const cells = [ms.toFixed(0).padStart(12), msOfFloor.toFixed(0).padStart(11), ratio.padStart(8), msOfTwins.toFixed(0).padStart(12), ratioOfTwins.padStart(8)];
  console.log([String(size).padStart(8), ...cells, mb[0].padStart(12), ...mb.slice(1).map(one => one.padStart(11))].join(''));
  return { ours: ms, twins: msOfTwins };
}

function measure(...args: string[]): Measurement {
  return JSON.parse(once(...args)) as Measurement;
}

function once(...args: string[]): string {
  return execFileSync(process.execPath, ['--import', 'tsx', join(__dirname, 'synth-once.ts'), ...args],
    { encoding: 'utf8', env: { ...process.env, TSX_TSCONFIG_PATH: join(__dirname, 'tsconfig.json') } });
}
