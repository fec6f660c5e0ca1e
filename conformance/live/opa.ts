import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ApiObject, App, Chart } from 'cdk8s';
import { OpaAuthorizer, OpaPolicy, Workload, ZeroTrustMesh } from 'cdk8s-zero-trust';
import { Failure, Outcome } from './checks';
import { Asked, cases, JWKS, OpaCase } from './opa-cases';
import { OPA } from '../../bench/engines/rego';
import { pageOf } from '../../scripts/snippets';

const PAGE = 'docs/constructs/opa-authorizer.md';
const run = promisify(execFile);

interface Result { readonly name: string; readonly fail?: boolean; readonly error?: object; readonly skip?: boolean }

/** Has OPA itself check the Rego that an OpaAuthorizer renders, and decide by it what Envoy asks; and runs the tests that the docs show. */
export async function regoOutcome(): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'opa-'));
  const keys = createServer((_, response) => { response.end(JWKS); });
  try {
    await new Promise<void>(resolve => { keys.listen(0, '127.0.0.1', resolve); });
    await run('go', ['install', OPA], { env: { ...process.env, GOBIN: folder } });
    const opa = join(folder, 'opa');
    const results = await Promise.all(cases(`http://127.0.0.1:${(keys.address() as AddressInfo).port}`).map(one => decided(opa, one)));
    const all = [...results, await shownTests(opa)];
    return { title: `OPA ${OPA.split('@')[1]}: what our Rego decides`, passed: all.reduce((sum, { passed }) => sum + passed, 0), failures: all.flatMap(({ failures }) => failures) };
  } finally {
    keys.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function decided(opa: string, { name, policy, asked }: OpaCase): Promise<Omit<Outcome, 'title'>> {
  const rego = renderedBy(policy);
  return tested(opa, name, { ...rego, 'decisions_test.rego': testsOf(asked) }, asked.length + 1);
}

/** What the page tells users to run, run. */
async function shownTests(opa: string): Promise<Omit<Outcome, 'title'>> {
  const files = Object.entries(pageOf(PAGE).files).filter(([name]) => name.endsWith('.rego'));
  return tested(opa, PAGE, Object.fromEntries(files), 2);
}

/** A test of no name fails: fewer than there must be are none that pass. */
async function tested(opa: string, where: string, files: Readonly<Record<string, string>>, least: number): Promise<Omit<Outcome, 'title'>> {
  const folder = mkdtempSync(join(tmpdir(), 'rego-'));
  const failure = (reason: string): Failure => ({ where, text: Object.values(files).join('\n'), reason });
  try {
    for (const [name, text] of Object.entries(files)) { writeFileSync(join(folder, name), text); }
    await run(opa, ['check', '--strict', folder]);
    const results = JSON.parse(await outputOf(opa, ['test', '--format=json', folder])) as Result[];
    const failed = results.filter(({ fail, error, skip }) => fail || error || skip);
    const missing = results.length < least ? [failure(`${least} tests must run, got ${results.length}`)] : [];
    return { passed: results.length - failed.length, failures: [...missing, ...failed.map(({ name, error }) => failure(`${name} fails ${JSON.stringify(error ?? '')}`))] };
  } catch (error) {
    return { passed: 0, failures: [failure((error as Error).message)] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Tests that fail end OPA with an error as well, and are in its output. */
async function outputOf(opa: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(opa, args, { maxBuffer: 1e8 })).stdout;
  } catch (error) {
    const { stdout } = error as { stdout?: string };
    if (!stdout) { throw error; }
    return stdout;
  }
}

/** The Rego of the ConfigMap. */
function renderedBy(policy: OpaPolicy): Record<string, string> {
  const app = new App({ outdir: join(tmpdir(), 'never-written') });
  new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { trustDomain: 'prod.example.com', trustDomainAliases: ['old.example.com'] });
  const chart = new Chart(app, 'authz', { namespace: 'authz' });
  const api = Workload.fromPods({ namespace: 'shop', labels: { app: 'api' }, serviceAccount: 'api' });
  const made = new OpaAuthorizer(chart, 'opa', { image: 'opa:1.17.0-envoy', policy, protects: [api] });
  const { data } = (made.node.findChild('config') as ApiObject).toJson() as { readonly data: Record<string, string> };
  return Object.fromEntries(Object.entries(data).filter(([file]) => file.endsWith('.rego')));
}

function testsOf(asked: readonly Asked[]): string {
  const tests = asked.map(({ input, at, isAllowed }, i) => {
    const clock = at === undefined ? '' : ` with time.now_ns as ${Date.parse(at)}000000`;
    return `test_${i} if { data.envoy.authz.allow == ${isAllowed} with input as ${JSON.stringify(input)}${clock} }`;
  });
  const masked = ['authorization', 'cookie'].map(header => JSON.stringify(`/input/attributes/request/http/headers/${header}`)).join(', ');
  return ['package decisions_test', ...tests, `test_mask if { data.system.log.mask == {${masked}} }`].join('\n\n');
}
