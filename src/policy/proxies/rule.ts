import { allTests, anyTest } from '../../util/truth';
import { Dimension, Test } from '../matching/dimensions';
import { Language } from '../matching/language';
import { AuthorizationResource } from '../resources/policy';

/** One field or condition of a rule, as a proxy tests it. */
export interface FieldTest {
  /** Where it stands, such as `from[0].source.principals`. */
  readonly where: string;
  readonly values: readonly string[];
  readonly test: Test;
  /** The only peer identities that pass, where the field names them exactly. */
  readonly peers?: readonly string[];
  /** What is compared, for questions about all requests. */
  readonly asks: Asks;
}

/** What a test looks at, and the texts that pass it. */
export interface Asks {
  readonly dimension: Dimension;
  readonly isNegated: boolean;
  /** What stands in the brackets of a condition key. */
  readonly names: readonly string[];
  /** The values, as the proxy gets them. */
  readonly values: readonly string[];
  /** The texts that a value matches; undefined where they cannot be told. */
  readonly languageOf: (value: string) => Language | undefined;
}

/** A rule as a proxy enforces it: one of `from`, one of `to`, and all of `when`. */
export interface Rule {
  readonly policy: AuthorizationResource;
  readonly index: number;
  readonly from: readonly (readonly FieldTest[])[];
  readonly to: readonly (readonly FieldTest[])[];
  readonly when: readonly FieldTest[];
  /** Fields that were left out, which widens the rule. */
  readonly ignored: readonly string[];
}

/** A rule that a proxy does not get at all. */
export interface DroppedRule {
  readonly policy: AuthorizationResource;
  readonly index: number;
  readonly reason: string;
}

export function isDropped(rule: Rule | DroppedRule): rule is DroppedRule {
  return 'reason' in rule;
}

/** Whether a rule matches what the proxy sees, as one test. */
export function ruleTest({ from, to, when }: Pick<Rule, 'from' | 'to' | 'when'>): Test {
  return allTests([...alternatives(from), ...alternatives(to), ...when.map(testOf)]);
}

/** None where everything passes: without alternatives, or with one that asks for nothing. */
function alternatives(lists: readonly (readonly FieldTest[])[]): Test[] {
  if (lists.length === 0 || lists.some(tests => tests.length === 0)) return [];
  return [anyTest(lists.map(tests => allTests(tests.map(testOf))))];
}

function testOf({ test }: FieldTest): Test { return test; }
