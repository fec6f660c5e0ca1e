import { isDeepStrictEqual } from 'util';
import { AuthorizationResponse, Decision, PolicySet } from 'cdk8s-zero-trust';
import { Seed } from './seeds';
import { readDocuments } from '../../src/istio/documents';
import { Inventory } from '../../src/policy/resources/inventory';

/** What the fuzzing counts. */
export type Outcome = 'read whole' | 'read with problems' | 'not read at all' | 'request does not fit';

/** Reads a mutated text and asks about it; throws if anything about that is not as promised. */
export function check(text: string, { settings, requests }: Seed): Outcome {
  const policies = PolicySet.fromYaml(text, settings);
  let fits = true;
  for (const request of requests) {
    try {
      checkResponse(policies.isAuthorized(request), policies);
    } catch (error) {
      if (!/^(destination|source)\b.* must /.test((error as Error).message)) throw error;
      fits = false;
    }
  }
  checkProblems(policies, text);
  if (!fits) return 'request does not fit';
  if (policies.problems.length === 0) return 'read whole';
  return policies.problems.every(({ object }) => object === undefined) ? 'not read at all' : 'read with problems';
}

const POLICY = /^(AuthorizationPolicy|PeerAuthentication|RequestAuthentication) (.*)$/;

/** Of what nothing can apply there is nothing to fear, and of two objects of one name each is asked about. */
const HARMLESS = /^must (be an object|have apiVersion and kind|be there once)/;

/** Whatever could not be read opens no door: neither a document, nor a policy that is attached to a proxy on the way. */
function checkResponse(response: AuthorizationResponse, { problems }: PolicySet): void {
  response.explain();
  if (response.decision !== Decision.ALLOW && response.decision !== Decision.CONDITIONAL) return;
  const attached = new Set(response.hops.flatMap(({ considered }) => considered));
  const concerning = problems.find(({ object, message }) => !HARMLESS.test(message) && (object === undefined || attached.has(POLICY.exec(object)?.[2] ?? '')));
  if (concerning !== undefined) throw new Error(`is ${response.decision} beside ${JSON.stringify(concerning)}`);
}

function checkProblems({ problems }: PolicySet, text: string): void {
  for (const { document, line, message } of problems) {
    const located = Number.isInteger(document) && document >= 0 && (line === undefined || line >= 1 && line <= text.split(/\r\n?|\n/).length);
    if (!located || message === '' || message.includes('\n')) throw new Error(`has an odd problem: ${JSON.stringify({ document, line, message })}`);
  }
}

/** Nothing of a policy that was read without a problem was left out. */
export function checkNothingLost(text: string): void {
  const documents = readDocuments(text);
  for (const found of documents.objects) {
    const inventory = new Inventory({ objects: [found], problems: [] });
    const kind = (['AuthorizationPolicy', 'PeerAuthentication'] as const).find(name => name === found.object.kind);
    if (kind === undefined || inventory.problems.length > 0 || !String(found.object.apiVersion).startsWith('security.istio.io/')) continue;
    const [read] = inventory.all(kind);
    const written = bare(found.object.spec) ?? {};
    if (!isDeepStrictEqual(written, bare(read.spec) ?? {})) throw new Error(`lost something: ${JSON.stringify(written)} was read as ${JSON.stringify(read.spec)}`);
  }
}

/** Without nulls, which are as good as nothing. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null && one !== undefined).map(([name, one]) => [name, bare(one)]));
}
