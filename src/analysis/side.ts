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

/** Conditions that must all hold; whether some more is not known. */
export interface Term {
  readonly conditions: readonly Condition[];
  readonly isUnknown: boolean;
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
    const key = JSON.stringify([axis, asks.values, asks.isNegated, asks.dimension.aspect, asks.dimension.claimPath, asks.names, place]);
    return kept(this.known, key, () => {
      return { id: this.known.size, key, axis, place, where, asks, test };
    });
  }
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
  const settle = (tests: readonly FieldTest[]) => settled(tests, facts, axisFor, (axis, test) => conditions.of(axis, place, test), isAsked);
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

const ALWAYS: Term = { conditions: [], isUnknown: false };

function joinedTerms(terms: readonly Term[]): Term {
  const conditions = [...new Set(terms.flatMap(term => term.conditions))].sort((a, b) => a.id - b.id);
  return { conditions, isUnknown: terms.some(({ isUnknown }) => isUnknown) };
}

/**
 * What remains open of tests, once those are answered that the destination and the client answer; undefined where one of these fails. What is known of a token may
 * be otherwise where an authorizer is asked first.
 */
function settled(
  tests: readonly FieldTest[],
  facts: Facts,
  axisFor: (test: FieldTest) => AxisName | undefined,
  open: (axis: AxisName, test: FieldTest) => Condition,
  isAsked: boolean,
): Term | undefined {
  const conditions: Condition[] = [];
  let isUnknown = false;
  for (const test of tests) {
    const axis = axisFor(test);
    const isSettled = axis === undefined && !(isAsked && test.asks.dimension.aspect === 'claim');
    const truth: Truth = isSettled ? test.test(facts) : undefined;
    if (truth === false) return undefined;
    if (axis !== undefined) conditions.push(open(axis, test));
    else if (truth === undefined) isUnknown = true;
  }
  return { conditions, isUnknown };
}
