import { Facts } from './matching/facts';
import { FieldTest, Rule } from './proxies/envoy-rule';
import { fullName } from './resources/policy';

/** A field of a rule that does not match. */
export interface UnmatchedField {
  /** Where it stands, such as `from[0].source.principals`. */
  readonly field: string;
  /** Its values. */
  readonly values: string[];
}

/** A rule that would match but for some fields. */
export interface NearMiss {
  /** The rule, such as `ALLOW shop/web-to-api rule 0`. */
  readonly rule: string;
  /** The fields that do not match. */
  readonly unmatched: UnmatchedField[];
}

/** The rule with the fewest fields that do not match; of several, one that names the caller. */
export function nearestRule(rules: readonly Rule[], facts: Facts, ruleName: (rule: Rule) => string): NearMiss | undefined {
  const misses = rules.map(rule => ({ rule, unmatched: unmatchedOf(rule, facts), isForAnybody: !namesCaller(rule, facts) }));
  const [nearest] = misses.sort((a, b) => a.unmatched.length - b.unmatched.length || Number(a.isForAnybody) - Number(b.isForAnybody));
  return nearest && {
    rule: ruleName(nearest.rule),
    unmatched: nearest.unmatched.map(({ where, values }) => ({ field: where, values: [...values] })),
  };
}

/** Whether a source of the rule, or a condition on sources, is there and matches. */
function namesCaller({ from, when }: Rule, facts: Facts): boolean {
  const onSource = when.filter(({ where }) => /values of source\./i.test(where));
  return [...from, onSource].some(tests => tests.length > 0 && tests.every(({ test }) => test(facts) === true));
}

/** Fields of which it is not known whether they match, each with its rule. What an operation asks for is always known. */
export function undecidedFields(rules: readonly Rule[], facts: Facts): string[] {
  const fields = rules.flatMap(rule => [...rule.from, rule.when].flat()
    .filter(({ test }) => test(facts) === undefined)
    .map(({ where }) => `${fullName(rule.policy)} rule ${rule.index} ${where}`));
  return [...new Set(fields)];
}

function unmatchedOf({ from, to, when }: Rule, facts: Facts): FieldTest[] {
  return [...fewest(from, facts), ...fewest(to, facts), ...failing(when, facts)];
}

function fewest(alternatives: readonly (readonly FieldTest[])[], facts: Facts): FieldTest[] {
  const [best = []] = alternatives.map(tests => failing(tests, facts)).sort((a, b) => a.length - b.length);
  return best;
}

function failing(tests: readonly FieldTest[], facts: Facts): FieldTest[] {
  return tests.filter(({ test }) => test(facts) === false);
}
