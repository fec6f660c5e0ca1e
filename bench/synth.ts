import { execFileSync } from 'child_process';
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { median } from './median';

const SIZES = [1_000, 10_000, 20_000];
const ROUNDS = 5;

interface Measurement { readonly ms: number; readonly mb: number }

/**
 * Synthesis of ServiceAccesses against raw ApiObjects of the same YAML in the same charts: a process per measurement, interleaved, medians.
 * The goals: at most 1.15 times the floor, and 20,000 in at most 2.2 times the time of 10,000.
 */
export function synth(): void {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    console.log(`synth: ServiceAccesses over 200 workloads in 20 charts, median of ${ROUNDS}\n`);
    console.log('accesses     ours ms   floor ms   ratio     ours MB   floor MB');
    const medians = SIZES.map(size => compare(size, join(folder, `${size}.json`)));
    const [, ten, twenty] = medians;
    console.log(`\n20k/10k: ${(twenty / ten).toFixed(2)} (goal 2.2); ratio goal 1.15`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compare(size: number, file: string): number {
  once('manifests', String(size), file);
  const ours: Measurement[] = [];
  const floor: Measurement[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(measure('shops', String(size)));
    floor.push(measure('raw', file));
  }
  const ms = [median(ours.map(m => m.ms)), median(floor.map(m => m.ms))];
  const mb = [median(ours.map(m => m.mb)), median(floor.map(m => m.mb))];
  const cells = [ms[0].toFixed(0), ms[1].toFixed(0), (ms[0] / ms[1]).toFixed(2), mb[0].toFixed(0), mb[1].toFixed(0)];
  console.log(`${String(size).padStart(8)}${cells[0].padStart(12)}${cells[1].padStart(11)}${cells[2].padStart(8)}${cells[3].padStart(12)}${cells[4].padStart(11)}`);
  return ms[0];
}

function measure(...args: string[]): Measurement {
  return JSON.parse(once(...args)) as Measurement;
}

function once(...args: string[]): string {
  return execFileSync(process.execPath, ['--import', 'tsx', join(__dirname, 'synth-once.ts'), ...args],
    { encoding: 'utf8', env: { ...process.env, TSX_TSCONFIG_PATH: join(__dirname, 'tsconfig.json') } });
}
