/**
 * Packs the library and uses it as its users do: the app of example 09 with each cdk8s-plus version, installed from nothing, and a plain JavaScript
 * app without cdk8s-plus. Last line: `N passed, M failed`.
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

const ROOT = path.join(__dirname, '..');
const APP = path.join(ROOT, 'examples', '09-gitops');
const KPLUS = { 28: '^2.5.6', 32: '^2.5.92', 33: '^2.5.57' };
const MAX_BYTES = 1_500_000;
const SHIPPED = /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|\.jsii(\.gz)?|lib\/.+\.(js|d\.ts)|jest\/index\.(js|d\.ts)|node_modules\/(re2js|yaml)\/.+)$/;

interface Packed { readonly filename: string; readonly size: number; readonly files: readonly { readonly path: string }[] }

const folder = fs.mkdtempSync(path.join(tmpdir(), 'consumers-'));
let passed = 0;
let failed = 0;
try {
  const [packed] = JSON.parse(run(ROOT, 'npm', 'pack', '--json', '--pack-destination', folder)) as Packed[];
  const tarball = path.join(folder, packed.filename);
  check('the tarball holds what users need and nothing else', () => checkFiles(packed));
  check(`the tarball is smaller than ${MAX_BYTES} bytes`, () => expectThat(packed.size < MAX_BYTES, `it has ${packed.size}`));
  for (const [version, range] of Object.entries(KPLUS)) { checkTypeScriptApp(version, range, tarball); }
  checkJavaScriptApp(tarball);
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function checkFiles(packed: Packed): void {
  const paths = packed.files.map(file => file.path);
  const strange = paths.filter(file => !SHIPPED.test(file));
  expectThat(strange.length === 0, `it also holds ${strange.join(', ')}`);
  for (const needed of ['package.json', 'README.md', 'LICENSE', '.jsii', 'lib/index.js', 'lib/index.d.ts', 'jest/index.js', 'jest/index.d.ts', 'node_modules/yaml/package.json']) {
    expectThat(paths.includes(needed), `it lacks ${needed}`);
  }
}

/** Example 09 as it stands, but for the cdk8s-plus version. */
function checkTypeScriptApp(version: string, range: string, tarball: string): void {
  const app = path.join(folder, `kplus-${version}`);
  fs.cpSync(APP, app, { recursive: true, filter: source => !/(node_modules|dist|expected|__snapshots__)$/.test(source) });
  for (const file of ['main.ts', 'package.json']) { replaceIn(path.join(app, file), /cdk8s-plus-33/g, `cdk8s-plus-${version}`); }
  replaceIn(path.join(app, 'package.json'), /("cdk8s-plus-\d+": )"[^"]+"/, `$1"${range}"`);
  replaceIn(path.join(app, 'package.json'), /("cdk8s-zero-trust": )"[^"]+"/, `$1"file:${tarball}"`);
  const policies = fs.readFileSync(path.join(app, 'policies.test.ts'), 'utf8');
  fs.writeFileSync(path.join(app, 'imported.test.ts'), `import { expect, test } from '@jest/globals';\n${policies}`);
  check(`cdk8s-plus-${version}: installs`, () => run(app, 'npm', 'install'));
  check(`cdk8s-plus-${version}: compiles in strict mode`, () => run(app, 'npm', 'run', 'compile'));
  check(`cdk8s-plus-${version}: takes a jest snapshot and matches it, and the matchers hold`, () => {
    run(app, 'npx', 'jest', '--ci=false');
    run(app, 'npm', 'test');
  });
  check(`cdk8s-plus-${version}: synthesizes with cdk8s-cli what the example shows`, () => {
    run(app, 'npx', 'cdk8s', 'synth');
    for (const kind of ['AuthorizationPolicy', 'PeerAuthentication']) {
      expectThat(objects(path.join(app, 'dist'), kind) === objects(path.join(APP, 'expected'), kind), `its ${kind} objects differ`);
    }
  });
}

function checkJavaScriptApp(tarball: string): void {
  const app = path.join(folder, 'javascript');
  fs.mkdirSync(app);
  fs.writeFileSync(path.join(app, 'package.json'), JSON.stringify({ name: 'plain', version: '1.0.0', private: true }));
  fs.writeFileSync(path.join(app, 'main.js'), `
    const { App, Chart } = require('cdk8s');
    const { Operation, Principal, ServiceAccess, Workload, PortProtocol } = require('cdk8s-zero-trust');
    const chart = new Chart(new App(), 'shop', { namespace: 'shop' });
    const ports = [{ number: 8080, protocol: PortProtocol.HTTP }];
    new ServiceAccess(chart, 'web-to-api', {
      callers: [Principal.serviceAccount('shop', 'web')],
      to: Workload.fromPods({ namespace: 'shop', labels: { app: 'api' }, serviceAccount: 'api', ports }),
      operations: [Operation.get('/api/*')],
    });
    console.log(JSON.stringify(chart.toJson()[0].spec));`);
  check('plain JavaScript without cdk8s-plus: installs', () => {
    run(app, 'npm', 'install', tarball, 'cdk8s@2.70.0', 'constructs@10.3.0');
    expectThat(!fs.existsSync(path.join(app, 'node_modules', 'cdk8s-plus-28')), 'it also installs cdk8s-plus-28');
  });
  check('plain JavaScript without cdk8s-plus: renders', () => {
    expectThat(run(app, 'node', 'main.js').includes('cluster.local/ns/shop/sa/web'), 'the principal is missing');
  });
  checkModules(app);
  checkMatchers(app);
}

/** Native ES modules, for which Node looks for names without running the library. */
function checkModules(app: string): void {
  fs.writeFileSync(path.join(app, 'main.mjs'), `
    import { Chart, App } from 'cdk8s';
    import { AccessGate, ZeroTrustMesh } from 'cdk8s-zero-trust';
    import * as all from 'cdk8s-zero-trust';
    import { createRequire } from 'node:module';
    const mesh = new ZeroTrustMesh(new Chart(new App(), 'mesh'), 'mesh');
    console.log(mesh.describeZeroTrustMesh(), AccessGate.noAnonymousAccess().toString());
    const missing = Object.keys(createRequire(import.meta.url)('cdk8s-zero-trust')).filter(name => !(name in all));
    console.log('missing:', missing.join());`);
  fs.writeFileSync(path.join(app, 'matchers.mjs'), "import { matchers } from 'cdk8s-zero-trust/jest';\nconsole.log(Object.keys(matchers).join());");
  check('ES modules: import what they need by name', () => {
    const printed = run(app, 'node', 'main.mjs');
    expectThat(/STRICT mutual TLS no anonymous access\nmissing: *\n$/.test(printed), `it prints ${printed}`);
  });
  check('ES modules: import the matchers', () => expectThat(run(app, 'node', 'matchers.mjs').includes('toAllowNobody'), 'they are not those'));
}

/** The matchers without ts-jest: in jest with its globals, without them, and set up for all files; and with tsx, which has no jest. */
function checkMatchers(app: string): void {
  const imports = "const { PolicySet } = require('cdk8s-zero-trust');";
  const test = `
    test('the matchers are there', () => {
      const policies = PolicySet.fromYaml('{ apiVersion: v1, kind: Pod, metadata: { name: api, namespace: shop } }');
      const request = { destination: { namespace: 'shop', workload: 'api', port: 8080 } };
      expect(policies).toAllow(request);
      expect(policies).toBeEquivalentTo(policies);
      expect(() => expect(policies).toDeny(request)).toThrow('no ALLOW policy is attached');
    });`;
  const matchers = "require('cdk8s-zero-trust/jest');";
  const imported = "const { expect, test } = require('@jest/globals');";
  const tsx = "import { expect } from 'expect';\nimport { test } from 'node:test';\nimport { matchers } from 'cdk8s-zero-trust/jest';\nimport { PolicySet } from 'cdk8s-zero-trust';\nexpect.extend(matchers);";
  fs.writeFileSync(path.join(app, 'globals.test.js'), matchers + imports + test);
  fs.writeFileSync(path.join(app, 'imported.test.js'), imported + matchers + imports + test);
  fs.writeFileSync(path.join(app, 'setup.test.js'), imports + test);
  fs.writeFileSync(path.join(app, 'tsx.ts'), tsx + test);
  check('the matchers: install', () => run(app, 'npm', 'install', '--save-dev', 'jest@30', 'expect@30', 'tsx@4'));
  check('the matchers: in jest', () => run(app, 'npx', 'jest', 'globals'));
  check('the matchers: in jest without globals', () => run(app, 'npx', 'jest', 'imported', '--injectGlobals=false'));
  check('the matchers: in jest, set up for all files', () => run(app, 'npx', 'jest', 'setup', '--setupFilesAfterEnv', 'cdk8s-zero-trust/jest'));
  check('the matchers: with tsx', () => run(app, 'npx', 'tsx', '--test', 'tsx.ts'));
}

/** The YAML documents of a kind in a folder, as text. */
function objects(dir: string, kind: string): string {
  const files = fs.readdirSync(dir).filter(name => name.endsWith('.yaml')).sort();
  const documents = files.flatMap(name => fs.readFileSync(path.join(dir, name), 'utf8').split(/^---$/m));
  return documents.map(document => document.trim()).filter(document => document.includes(`kind: ${kind}\n`)).join('\n---\n');
}

function replaceIn(file: string, pattern: RegExp, replacement: string): void {
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(pattern, replacement));
}

function run(cwd: string, command: string, ...args: string[]): string {
  const env = { ...process.env, CDK8S_CHECK_UPGRADE: 'false', TSX_TSCONFIG_PATH: undefined };
  return execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function expectThat(holds: boolean, otherwise: string): void {
  if (!holds) { throw new Error(otherwise); }
}

function check(what: string, test: () => void): void {
  try {
    test();
    passed++;
    console.log(`✓ ${what}`);
  } catch (error) {
    failed++;
    const { message, stdout, stderr } = error as Error & { readonly stdout?: string; readonly stderr?: string };
    console.log(`✗ ${what}: ${[message, stdout, stderr].filter(Boolean).join('\n')}`);
  }
}
