import { integer, property, sample, shuffledSubarray } from 'fast-check';
import { apps, AppRecipe, build, Part } from './apps';
import { admit } from '../../src/istio/admission';
import { expectLaw } from '../support/law';
import { Manifest, manifests, policies, problemsOf } from '../support/shop';

/** What comes of an app, in no particular order: its objects, or what is wrong with it. */
function outcome(recipe: AppRecipe, parts?: readonly Part[]): string[] {
  const app = build(recipe, parts);
  const problems = problemsOf(app);
  return (problems.length > 0 ? problems : manifests(app).map(object => JSON.stringify(object))).sort();
}

test('generated apps are right, and of every kind', () => {
  const some = sample(apps, { seed: 7, numRuns: 60 });
  const rendered = some.map(recipe => { const app = build(recipe); return { problems: problemsOf(app), objects: policies(app) }; });
  const has = (what: (spec: string) => boolean) => rendered.some(({ objects }) => objects.some(({ spec }) => what(JSON.stringify(spec))));

  expect(rendered.flatMap(({ problems }) => problems)).toEqual([]);
  expect([has(s => s.includes('"kind":"Service"')), has(s => s.includes('DENY') && s.includes('targetRefs')), has(s => s.includes('DENY') && s.includes('selector')),
    has(s => s.includes('x-tenant')), has(s => s.includes('"9000"')), has(s => s.includes('"90"')), has(s => s.includes('notPaths'))]).not.toContain(false);
});

test('an app built twice gives the same bytes', () => {
  expectLaw(property(apps, recipe => {
    const [one, two] = [build(recipe), build(recipe)].map(app => app.synthYaml());
    if (one !== two) { throw new Error(`two outputs differ:\n${one}\n${two}`); }
  }), 30);
});

test('the order of construction does not matter', () => {
  const shuffled = apps.chain(recipe => shuffledSubarray([...recipe.parts], { minLength: recipe.parts.length }).map(parts => ({ recipe, parts })));
  expectLaw(property(shuffled, ({ recipe, parts }) => {
    const [straight, other] = [outcome(recipe), outcome(recipe, parts)];
    if (JSON.stringify(straight) !== JSON.stringify(other)) { throw new Error(`${straight.join('\n')}\n---\n${other.join('\n')}`); }
  }), 40);
});

test('names are unique by kind and namespace, and fit into 63 characters', () => {
  expectLaw(property(apps, recipe => {
    const objects = policies(build(recipe));
    const names = objects.map(({ kind, metadata: { namespace, name } }) => `${kind} ${namespace}/${name}`);
    if (new Set(names).size !== names.length || objects.some(({ metadata }) => metadata.name.length > 63)) { throw new Error(names.join()); }
  }), 60);
});

test('Istio admits every object, and warns of none', () => {
  expectLaw(property(apps, recipe => {
    const doubts = policies(build(recipe)).map(object => admit(object)).flatMap(({ problems, warnings }) => [...problems, ...warnings]);
    if (doubts.length > 0) { throw new Error(JSON.stringify(doubts)); }
  }), 60);
});

describe('What is emptied, undefined, or missing where it is required', () => {
  const OPTIONAL = new Set(['conditions', 'hosts', 'ports', 'publicOperations', 'publicCallers', 'exemptCallers', 'corsPreflight', 'claims', 'scopes', 'subjects', 'issuers', 'callers',
    'fromCookies', 'fromHeaders', 'prefix', 'scopeClaim', 'tokensWithoutSubject', 'dataPlane', 'waypoint', 'serviceWaypoints', 'metricsReaders', 'metricsPorts', 'trustDomain', 'trustDomainAliases', 'istioVersion',
    'role', 'team', 'callersSendToken', 'pathNormalization', 'outboundTrafficPolicy', 'numTrustedProxies', 'minProtocolVersion', 'extensionProviders', 'settings']);

  type Path = readonly (string | number)[];

  /** Every place in the props of an app, but for what the recipes themselves need. */
  function places(value: unknown, path: Path = []): Path[] {
    if (value === null || typeof value !== 'object') { return []; }
    return Object.entries(value).flatMap(([key, inner]) =>
      key === 'make' || key === 'workload' || key === 'construct' ? []
        : [...(key === 'args' ? [] : [[...path, Array.isArray(value) ? Number(key) : key]]), ...places(inner, [...path, key])]);
  }

  /** A copy with something missing in one place; nothing where that place may be left out. */
  function without(parts: readonly Part[], path: Path, how: 'emptied' | 'undefined' | 'missing'): Part[] | undefined {
    const copy = structuredClone(parts) as Part[];
    const owner = path.slice(0, -1).reduce<any>((at, key) => at[key], copy); // eslint-disable-line @typescript-eslint/no-explicit-any
    const key = path[path.length - 1];
    // an API must have issuers, and an access callers; rules of an API may do without either
    const isOptional = OPTIONAL.has(String(key)) && !(key === 'issuers' && 'rules' in owner) && !(key === 'callers' && 'to' in owner);
    if (how === 'missing') {
      if (Array.isArray(owner) || isOptional) { return undefined; }
      delete owner[key];
    } else if (how === 'undefined') {
      owner[key] = undefined;
    } else if (typeof owner[key] === 'boolean') {
      return undefined;
    } else {
      owner[key] = Array.isArray(owner[key]) ? [] : typeof owner[key] === 'object' ? {} : typeof owner[key] === 'string' ? '' : 0;
    }
    return copy;
  }

  const spoilt = apps.chain(recipe => {
    // names of the mesh that are not stated are nobody's: nothing is allowed to them, and nothing forbidden
    const all = recipe.parts.flatMap((part, i) => places(part.props, [i, 'props'])).filter(path => !path.includes('trustDomainAliases'));
    return integer({ min: 0, max: all.length * 3 - 1 }).map(n => ({ recipe, path: all[Math.floor(n / 3)], how: (['emptied', 'undefined', 'missing'] as const)[n % 3] }));
  });

  test('never widens what is rendered', () => {
    let kept = 0;
    expectLaw(property(spoilt, ({ recipe, path, how }) => {
      const parts = without(recipe.parts, path, how);
      if (!parts) { return; }
      const after = rendered(recipe, parts);
      if (!after) { return; }
      kept++;
      const wider = widened(policies(build(recipe)), after);
      if (wider.length > 0) { throw new Error(`${path.join('.')} ${how}: ${wider.join('\n')}`); }
    }), 800);
    // most are refused; the law must not hold only because all are
    expect(kept).toBeGreaterThan(5);
  });

  function rendered(recipe: AppRecipe, parts: readonly Part[]): Manifest[] | undefined {
    try {
      return policies(build(recipe, parts));
    } catch {
      return undefined;
    }
  }
});

type Box = Readonly<Record<string, readonly string[] | undefined>>;
interface Rule {
  readonly from?: { source: Box }[];
  readonly to?: { operation: Box }[];
  readonly when?: Condition[];
}
interface Condition { readonly key: string; readonly values?: string[]; readonly notValues?: string[] }


interface Spec {
  readonly action?: string;
  readonly rules?: Rule[];
  readonly selector?: { matchLabels: Record<string, string> };
  readonly targetRefs?: { name: string }[];
  readonly jwtRules?: Box[];
  readonly mtls?: { mode: string };
}

/** What of the second output admits more than the first: in this file's own reading of the YAML, none of the library's. */
export function widened(before: readonly Manifest[], after: readonly Manifest[]): string[] {
  const earlier = new Set(before.map(({ metadata }) => metadata.name));
  const later = new Map(after.map(object => [object.metadata.name, object.spec as Spec]));
  const added = after.filter(({ metadata, spec }) => !earlier.has(metadata.name) && (spec as Spec).rules?.length).map(({ metadata }) => `${metadata.name} is new`);
  return [...added, ...before.flatMap(({ metadata: { name }, spec }) => {
    const now = later.get(name);
    if (!now) { return [`${name} is gone`]; }
    return isWithin(now, spec as Spec) ? [] : [`${name}: ${JSON.stringify(spec)} became ${JSON.stringify(now)}`];
  })];
}

function isWithin(after: Spec, before: Spec): boolean {
  const [scopeAfter, scopeBefore] = [after, before].map(({ selector, targetRefs, mtls }) => JSON.stringify({ selector, targetRefs, mtls }));
  if (scopeAfter !== scopeBefore || after.action !== before.action) { return false; }
  if (before.jwtRules) {
    const admits = (outer: Box, inner: Box) => outer.issuer === inner.issuer && boxCovers(pick(outer), pick(inner));
    return after.jwtRules?.every(rule => before.jwtRules!.some(other => admits(other, rule))) ?? false;
  }
  const [inner, outer] = before.action === 'DENY' ? [before, after] : [after, before];
  return (inner.rules ?? []).every(rule => (outer.rules ?? []).some(other => ruleCovers(other, rule)));
}

function pick({ audiences, fromCookies }: Box): Box { return { audiences, fromCookies: fromCookies ?? [''] }; }

/** Whether everything that the inner rule matches, the outer does too. */
function ruleCovers(outer: Rule, inner: Rule): boolean {
  const from = !outer.from || (inner.from?.every(({ source }) => outer.from!.some(other => boxCovers(other.source, source))) ?? false);
  const to = !outer.to || (inner.to?.every(({ operation }) => outer.to!.some(other => boxCovers(other.operation, operation))) ?? false);
  const when = (outer.when ?? []).every(condition =>
    (inner.when ?? []).some(other => other.key === condition.key && boxCovers(valuesOf(condition), valuesOf(other))));
  return from && to && when;
}

function valuesOf({ values, notValues }: Condition): Box { return { values, notValues }; }

function boxCovers(outer: Box, inner: Box): boolean {
  return Object.entries(outer).every(([field, values]) => {
    if (!values?.length) { return true; }
    const own = inner[field];
    if (!own?.length) { return false; }
    return field.startsWith('not') ? values.every(value => own.includes(value)) : own.every(value => values.includes(value));
  });
}

describe('The comparison of outputs', () => {
  const policy = (spec: object): Manifest[] => [{ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'p' }, spec }];
  const GET = { to: [{ operation: { methods: ['GET'] } }] };
  const DENY = (operation: object) => ({ action: 'DENY', rules: [{ to: [{ operation }] }] });
  const WEB = { from: [{ source: { principals: ['td/ns/a/sa/web'] } }] };
  test.each<[string, object, object, boolean]>([
    ['the same', { rules: [{ ...WEB, ...GET }] }, { rules: [{ ...WEB, ...GET }] }, false],
    ['a caller more', { rules: [WEB] }, { rules: [{ from: [{ source: { principals: ['td/ns/a/sa/web', 'x'] } }] }] }, true],
    ['callers gone', { rules: [{ ...WEB, ...GET }] }, { rules: [GET] }, true],
    ['operations gone', { rules: [{ ...WEB, ...GET }] }, { rules: [WEB] }, true],
    ['an empty list', { rules: [WEB] }, { rules: [{ from: [{ source: { principals: [] } }] }] }, true],
    ['a condition gone', { rules: [{ ...GET, when: [{ key: 'k', values: ['v'] }] }] }, { rules: [GET] }, true],
    ['a value more in a condition', { rules: [{ when: [{ key: 'k', values: ['v'] }] }] }, { rules: [{ when: [{ key: 'k', values: ['v', 'w'] }] }] }, true],
    ['a value that a condition of a DENY no longer excludes', { action: 'DENY', rules: [{ when: [{ key: 'k', notValues: ['v', 'w'] }] }] },
      { action: 'DENY', rules: [{ when: [{ key: 'k', notValues: ['v'] }] }] }, false],
    ['a rule gone', { rules: [WEB, GET] }, { rules: [WEB] }, false],
    ['a rule gone from a DENY', { action: 'DENY', rules: [WEB, GET] }, { action: 'DENY', rules: [WEB] }, true],
    ['a DENY that says more', { action: 'DENY', rules: [GET] }, { action: 'DENY', rules: [{ ...WEB, ...GET }] }, true],
    ['a negation that shrinks in a DENY', DENY({ notPaths: ['/a', '/b'] }), DENY({ notPaths: ['/a'] }), false],
    ['a negation that grows in a DENY', DENY({ notPaths: ['/a'] }), DENY({ notPaths: ['/a', '/b'] }), true],
    ['another selector', { selector: { matchLabels: { a: 'b' } }, rules: [] }, { rules: [] }, true],
  ])('takes %s for what it is', (_, before, after, isWider) => {
    expect(widened(policy(before), policy(after)).length > 0).toBe(isWider);
  });
});
