import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App } from 'cdk8s';

const EXAMPLES = path.join(__dirname, '..', '..', 'examples');
const UPDATE = process.env.UPDATE_GOLDEN === '1';

/** The app in main.ts has its golden files in expected/, any other in expected/<name of the app>/. */
const APPS: [example: string, entry: string, expected: string][] = [
  ['01-first-namespace', 'main', 'expected'],
  ['29-access-plan', 'main', 'expected'],
  ['02-service-to-service', 'main', 'expected'],
  ['03-jwt-api', 'main', 'expected'],
  ['04-ambient-waypoint', 'main', 'expected'],
  ['05-existing-yaml', 'main', 'expected'],
  ['06-bookinfo', 'main', 'expected'],
  ['07-online-boutique', 'main', 'expected'],
  ['07-online-boutique', 'ambient', 'expected/ambient'],
  ['08-snapshot-testing', 'main', 'expected'],
  ['09-gitops', 'main', 'expected'],
  ['10-mesh-settings', 'main', 'expected'],
  ['11-security-guide', 'main', 'expected'],
  ['12-two-clusters', 'main', 'expected'],
  ['13-plaintext-exception', 'main', 'expected'],
  ['14-legacy-destination', 'main', 'expected'],
  ['15-quarantine', 'main', 'expected'],
  ['16-guardrails', 'main', 'expected'],
  ['17-external-authorization', 'main', 'expected'],
  ['18-mesh-certificate-authority', 'main', 'expected'],
  ['19-break-glass', 'main', 'expected'],
  ['20-mtls-migration', 'main', 'expected'],
  ['21-opa', 'main', 'expected'],
  ['23-egress', 'main', 'expected'],
  ['23-egress', 'ambient', 'expected/ambient'],
  ['24-ingress', 'main', 'expected'],
  ['25-waypoints', 'main', 'expected'],
  ['26-telemetry', 'main', 'expected'],
  ['28-network-policies', 'main', 'expected/sidecar'],
  ['28-network-policies', 'ambient', 'expected/ambient'],
  ['27-traffic-protection', 'main', 'expected'],
  ['30-production-namespace', 'main', 'expected/sidecar'],
  ['30-production-namespace', 'ambient', 'expected/ambient'],
];

/** What prints a report exports it under this name, and has it in expected/. */
const REPORTS: [example: string, name: string][] = [
  ['29-access-plan', 'report'],
  ['22-review', 'review'],
];

describe('examples', () => {
  test('are all tested here and each has a README', () => {
    const folders = fs.readdirSync(EXAMPLES, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => name);

    expect(folders.sort()).toEqual([...new Set([...APPS, ...REPORTS].map(([example]) => example))].sort());
    for (const folder of folders) expect(fs.readdirSync(path.join(EXAMPLES, folder))).toContain('README.md');
  });

  test.each(APPS)('%s renders what is committed, from %s.ts', (example, entry, expected) => {
    const golden = path.join(EXAMPLES, example, expected);
    const rendered = render(path.join(EXAMPLES, example, entry));

    if (UPDATE) replace(golden, rendered);

    expect(rendered).toEqual(read(golden));
  });

  test.each(REPORTS)('%s prints what is committed, from %s.ts', (example, name) => {
    const golden = path.join(EXAMPLES, example, 'expected', `${name}.txt`);
    const printed = jest.requireActual<Record<string, () => string>>(path.join(EXAMPLES, example, name))[name]();

    if (UPDATE) fs.writeFileSync(golden, printed);

    expect(printed).toBe(fs.readFileSync(golden, 'utf8'));
  });
});

type Files = Record<string, string>;

/** Synthesizes into an empty folder: file names are compared as well. */
function render(module: string): Files {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'example-'));
  try {
    const app = new App({ outdir });
    jest.requireActual<{ build(app: App): void }>(module).build(app);
    app.synth();
    return read(outdir);
  } finally {
    fs.rmSync(outdir, { recursive: true });
  }
}

function read(folder: string): Files {
  if (!fs.existsSync(folder)) return {};
  const names = fs.readdirSync(folder).filter(name => name.endsWith('.yaml')).sort();
  return Object.fromEntries(names.map(name => [name, fs.readFileSync(path.join(folder, name), 'utf8')]));
}

function replace(folder: string, files: Files): void {
  fs.mkdirSync(folder, { recursive: true });
  for (const name of Object.keys(read(folder))) fs.rmSync(path.join(folder, name));
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
}
