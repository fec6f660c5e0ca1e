/** `npm run demo`: a real `cdk8s synth` of the Online Boutique example, on both data planes, and what came out. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type Manifest, summarize } from './demo-summary';

const ROOT = path.join(__dirname, '..');
const EXAMPLE = path.join('examples', '07-online-boutique');

for (const [dataPlane, entry] of [['sidecar', 'main.ts'], ['ambient', 'ambient.ts']]) {
  const outdir = path.join(EXAMPLE, 'dist', dataPlane);
  synth(path.join(EXAMPLE, entry), outdir);
  console.log(`\n━━ Online Boutique, ${dataPlane} ━━\n\n${summarize(read(outdir))}\n`);
  console.log(`Files are in ${outdir}: ${fs.readdirSync(path.join(ROOT, outdir)).join(', ')}\n`);
}

/** The library is the compiled one in lib/: what a user has installed. */
function synth(app: string, outdir: string): void {
  fs.rmSync(path.join(ROOT, outdir), { recursive: true, force: true });
  const bin = path.join(ROOT, 'node_modules', '.bin');
  const args = ['synth', '--app', `tsx --tsconfig examples/tsconfig.json ${app}`, '--output', outdir];
  console.log(`$ cdk8s ${args.map(arg => arg.includes(' ') ? `'${arg}'` : arg).join(' ')}`);

  const { status } = spawnSync(process.execPath, [path.join(bin, 'cdk8s'), ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false', PATH: `${bin}${path.delimiter}${process.env.PATH}` },
  });
  if (status !== 0) process.exit(status ?? 1);
}

function read(outdir: string): Manifest[] {
  const folder = path.join(ROOT, outdir);
  return fs.readdirSync(folder).sort().flatMap(name =>
    parseAllDocuments(fs.readFileSync(path.join(folder, name), 'utf8')).map(document => document.toJS() as Manifest | null))
    .filter(manifest => manifest !== null);
}
