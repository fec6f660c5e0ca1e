import { axisOf, AxisName } from './axis';
import { Facts } from '../policy/matching/facts';
import { Passage } from '../policy/policy-world';
import { enforcedAt } from '../policy/proxies/enforced';
import { Asks, FieldTest, Rule } from '../policy/proxies/rule';
import { RuleSet } from '../policy/proxies/rule-set';
import { HopVerdict } from '../policy/proxies/verdict';
import { kept } from '../util/kept';
import { Truth } from '../util/truth';

/** Where a test stands: at which proxy on which way, with which set of policies. */
export interface Place {
  readonly side: number;
  readonly way: number;
  readonly hop: number;
  /** Whether it is asked before tokens are looked at, as CUSTOM policies are. */
  readonly isCustom: boolean;
}

/** A test that is open until a value of its axis is chosen. The same test in several rules is one. */
export interface Condition {
  readonly id: number;
  /** What it asks, where: the same whatever comes before it. */
  readonly key: string;
  readonly axis: AxisName;
  readonly place: Place;
  readonly where: string;
  readonly asks: Asks;
  readonly test: FieldTest['test'];
}

/** Conditions that must all hold, and tests of which nobody knows whether they do, by their keys: two of them need not turn out alike. */
export interface Term {
  readonly conditions: readonly Condition[];
  readonly unknown: readonly string[];
}

/** The rules of one stage at one proxy, one of which must match; or what is watched for. */
export interface Clause {
  readonly stage: 'custom' | 'deny' | 'allow' | 'watch';
  readonly way: number;
  readonly terms: readonly Term[];
}

/** The conditions of a question, each once. */
export class Conditions {
  private readonly known = new Map<string, Condition>();

  /** All of them, in an order that is the same whatever that of the policies. */
  get all(): Condition[] {
    return [...this.known.values()].sort((a, b) => a.key < b.key ? -1 : 1);
  }

  of(axis: AxisName, place: Place, { asks, test, where }: FieldTest): Condition {
    const key = JSON.stringify([axis, ...wordsOf(asks), place]);
    return kept(this.known, key, () => {
      return { id: this.known.size, key, axis, place, where, asks, test };
    });
  }
}

/** What a test asks, as far as it tells it from others. */
function wordsOf({ values, isNegated, dimension: { aspect, claimPath }, names }: Asks): unknown[] {
  return [values, isNegated, aspect, claimPath, names];
}

/** What the policies on all ways ask of a request by one client. */
export function clausesOf(side: number, passages: readonly Passage[], conditions: Conditions): Clause[] {
  return passages.flatMap(({ verdicts }, way) => verdicts.flatMap((verdict, hop) => {
    const isAsked = verdicts.slice(0, hop + 1).some(asksAuthorizers);
    if (!verdict.facts) return [];
    const at = (isCustom: boolean) => ({ side, way, hop, isCustom });
    const policies = enforcedAt(verdict.hop, verdict.chain);
    const authorizers = 'authorizers' in policies ? policies.authorizers : [];
    const clause = (stage: Clause['stage'], rules: RuleSet): Clause =>
      ({ stage, way, terms: termsOf(rules, verdict, at(stage === 'custom'), conditions, isAsked) });
    return [
      ...authorizers.map(({ rules }) => clause('custom', rules)),
      clause('deny', policies.deny),
      ...policies.allow ? [clause('allow', policies.allow)] : [],
    ];
  }));
}

function asksAuthorizers({ hop, chain }: HopVerdict): boolean {
  const policies = enforcedAt(hop, chain);
  return 'authorizers' in policies && policies.authorizers.length > 0;
}

/** The facts that a test at a place is asked about. */
export function factsAt({ isCustom }: Pick<Place, 'isCustom'>, { facts, customFacts }: HopVerdict): Facts | undefined {
  return isCustom ? customFacts : facts;
}

function termsOf(rules: RuleSet, verdict: HopVerdict, place: Place, conditions: Conditions, isAsked: boolean): Term[] {
  const facts = factsAt(place, verdict)!;
  const isForwarded = verdict.chain === 'HTTP' && (verdict.hop.at !== 'gateway' || verdict.hop.mesh.trustedProxies > 0);
  const axisFor = ({ asks }: FieldTest) => axisOf(asks, isForwarded);
  const open: Open = {
    condition: (axis, test) => conditions.of(axis, place, test),
    unknown: ({ asks }) => JSON.stringify([...wordsOf(asks), place]),
  };
  const settle = (tests: readonly FieldTest[]) => settled(tests, facts, axisFor, open, isAsked);
  return rules.all.flatMap(rule => termsOfRule(rule, settle));
}

type Settle = (tests: readonly FieldTest[]) => Term | undefined;

/** One term for each of `from` with each of `to`, but for those that cannot hold for the client. */
function termsOfRule({ from, to, when }: Rule, settle: Settle): Term[] {
  const always = settle(when);
  if (!always) return [];
  const alternatives = (lists: readonly (readonly FieldTest[])[]) => lists.length === 0 ? [ALWAYS] : lists.flatMap(tests => settle(tests) ?? []);
  const [sources, operations] = [alternatives(from), alternatives(to)];
  return sources.flatMap(source => operations.map(operation => joinedTerms([source, operation, always])));
}

const ALWAYS: Term = { conditions: [], unknown: [] };

function joinedTerms(terms: readonly Term[]): Term {
  const conditions = [...new Set(terms.flatMap(term => term.conditions))].sort((a, b) => a.id - b.id);
  return { conditions, unknown: terms.flatMap(({ unknown }) => unknown) };
}

/** What stands for a test whose answer is open: a condition of an axis, or the key of what nobody knows. */
interface Open {
  readonly condition: (axis: AxisName, test: FieldTest) => Condition;
  readonly unknown: (test: FieldTest) => string;
}

/**
 * What remains open of tests, once those are answered that the destination and the client answer; undefined where one of these fails. What is known of a token may
 * be otherwise where an authorizer is asked first.
 */
function settled(
  tests: readonly FieldTest[],
  facts: Facts,
  axisFor: (test: FieldTest) => AxisName | undefined,
  open: Open,
  isAsked: boolean,
): Term | undefined {
  const conditions: Condition[] = [];
  const unknown: string[] = [];
  for (const test of tests) {
    const axis = axisFor(test);
    const isSettled = axis === undefined && !(isAsked && test.asks.dimension.aspect === 'claim');
    const truth: Truth = isSettled ? test.test(facts) : undefined;
    if (truth === false) return undefined;
    if (axis !== undefined) conditions.push(open.condition(axis, test));
    else if (truth === undefined) unknown.push(open.unknown(test));
  }
  return { conditions, unknown };
}
