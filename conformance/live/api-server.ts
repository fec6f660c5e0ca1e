import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = join(__dirname, '..', 'admission');
/** Where the definitions are, by module. The second is what the first is used with: the Gateway API that this version of Istio is built with. */
const DEFINITIONS: Readonly<Record<string, readonly string[]>> = {
  'istio.io/api': [join('kubernetes', 'customresourcedefinitions.gen.yaml')],
  'sigs.k8s.io/gateway-api': ['gateways', 'httproutes'].map(kind => join('config', 'crd', 'standard', `gateway.networking.k8s.io_${kind}.yaml`)),
};

/** What the API server says of one document; see `Verdict` of the Go program. */
export interface Verdict {
  readonly ignored?: boolean;
  readonly schema?: readonly string[];
  readonly unknownFields?: readonly string[];
}

/** The API server's own code with the definitions of one version of the Istio API. */
export interface ApiServer {
  /** Version of Istio, such as `1.24`. */
  readonly version: string;
  /** A verdict for each document, in their order. */
  admit(documents: readonly string[]): Promise<Verdict[]>;
}

/** Builds the Go program and fetches the definitions of every version in `conformance/admission/`, the oldest first. */
export function apiServers(): ApiServer[] {
  const folder = mkdtempSync(join(tmpdir(), 'istio-admission-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const binary = join(folder, 'admission');
  go(PROGRAM, 'build', '-o', binary, '.');
  const versions = readdirSync(PROGRAM).filter(name => name.startsWith('api-')).sort();
  return versions.map(name => {
    const definitions = Object.entries(DEFINITIONS).flatMap(([module, files]) => fetched(join(PROGRAM, name), module, files));
    return { version: name.replace('api-', ''), admit: documents => ask(binary, definitions.join(','), documents) };
  });
}

/** Files of a module, in the version that a folder pins. */
function fetched(folder: string, module: string, files: readonly string[]): string[] {
  go(folder, 'mod', 'download', module);
  const place = go(folder, 'list', '-m', '-f', '{{.Dir}}', module).trim();
  return files.map(file => join(place, file));
}

function go(folder: string, ...args: string[]): string {
  try {
    return execFileSync('go', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? new Error("Go must be installed to ask the API server's libraries, got no command 'go'; install Go 1.26 or newer, see https://go.dev/doc/install") : error;
  }
}

/** One process for all documents: each goes in as a line that holds its text, and a line comes back. */
function ask(binary: string, definitions: string, documents: readonly string[]): Promise<Verdict[]> {
  return new Promise((resolve, reject) => {
    const program = spawn(binary, [definitions], { stdio: ['pipe', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    program.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    program.on('error', reject);
    program.stdin.on('error', reject);
    program.on('close', code => {
      const lines = Buffer.concat(chunks).toString('utf8').split('\n').slice(0, -1);
      if (code === 0 && lines.length === documents.length) {
        resolve(lines.map(line => JSON.parse(line) as Verdict));
      } else {
        reject(new Error(`the API server must give ${documents.length} verdicts, got ${lines.length} and exit code ${code}; see its message above`));
      }
    });
    program.stdin.end(documents.map(text => `${JSON.stringify(text)}\n`).join(''));
  });
}

/** Why it refuses, a line each; none where it stores the object. */
export function refusals({ ignored, schema = [], unknownFields = [] }: Verdict): string[] {
  return ignored ? ['it is of no kind that is asked about'] : [...schema, ...unknownFields];
}
