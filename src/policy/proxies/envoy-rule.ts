import { AuthorizationPolicyAction, AuthorizationRule } from '../../istio/authorization-policy';
import { all, any, not, Truth } from '../../util/truth';
import { Dimension, exactPeers, Test, ValueContext } from '../matching/dimensions';
import { Facts } from '../matching/facts';
import { conditionKey, Field, OPERATION_FIELDS, SOURCE_FIELDS, Written, writtenFields } from '../matching/fields';
import { Mesh } from '../request/mesh-settings';
import { actionOf, AuthorizationResource } from '../resources/policy';
import { Chain } from '../topology/protocol';

/** One field or condition of a rule, as a proxy tests it. */
export interface FieldTest {
  /** Where it stands, such as `from[0].source.principals`. */
  readonly where: string;
  readonly values: readonly string[];
  readonly test: Test;
  /** The only peer identities that pass, where the field names them exactly. */
  readonly peers?: readonly string[];
}

/** A rule as a proxy enforces it: one of `from`, one of `to`, and all of `when`. */
export interface Rule {
  readonly policy: AuthorizationResource;
  readonly index: number;
  /** Name that Envoy knows the rule by, and by which it orders rules. */
  readonly id: string;
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

/** Whether a rule matches what the proxy sees. */
export function ruleMatches(rule: Rule, facts: Facts): Truth {
  const from = oneOf(rule.from, facts);
  if (from === false) return false;
  const to = oneOf(rule.to, facts);
  if (to === false) return false;
  const when = allOf(rule.when, facts);
  return when && from && to;
}

export function allOf(tests: readonly FieldTest[], facts: Facts): Truth {
  return all(tests, testField, facts);
}

function oneOf(alternatives: readonly (readonly FieldTest[])[], facts: Facts): Truth {
  return alternatives.length === 0 || any(alternatives, allOf, facts);
}

function testField({ test }: FieldTest, facts: Facts): Truth {
  return test(facts);
}

/**
 * What Envoy gets for a rule. Something that cannot be translated (an HTTP field on a TCP chain, a value that is none)
 * drops the whole rule of an ALLOW policy, and is itself left out of any other.
 */
export function translateRule(policy: AuthorizationResource, index: number, chain: Chain, mesh: Mesh): Rule | DroppedRule {
  const rule: AuthorizationRule = policy.spec.rules?.[index] ?? {};
  const unknown = (rule.when ?? []).find(({ key }) => !conditionKey(key, mesh));
  if (unknown) return { policy, index, reason: `unknown condition key '${unknown.key}'` };
  const translation = new Translation(policy, chain, mesh);
  const translated: Rule = {
    policy,
    index,
    id: `ns[${policy.namespace}]-policy[${policy.name}]-rule[${index}]`,
    from: (rule.from ?? []).map(({ source }, i) => translation.fields(`from[${i}].source`, SOURCE_FIELDS, source)),
    to: (rule.to ?? []).map(({ operation }, i) => translation.fields(`to[${i}].operation`, OPERATION_FIELDS, operation)),
    when: (rule.when ?? []).flatMap((condition, i) => translation.condition(`when[${i}]`, condition)),
    ignored: translation.failures,
  };
  if (actionOf(policy) === AuthorizationPolicyAction.ALLOW && translation.failures.length > 0) {
    return { policy, index, reason: translation.failures.join('; ') };
  }
  return translated;
}

/** Whether one of several tests passes. */
export function oneTest(tests: readonly Test[]): Test {
  return tests.length === 1 ? tests[0] : facts => any(tests, (test, given) => test(given), facts);
}

class Translation {
  readonly failures: string[] = [];

  constructor(private readonly policy: AuthorizationResource, private readonly chain: Chain, private readonly mesh: Mesh) {}

  fields<T extends Written<T>>(where: string, table: Readonly<Record<keyof T, Field>>, written: T | undefined): FieldTest[] {
    return writtenFields(table, written, this.mesh)
      .flatMap(({ name, known, values }) => this.fieldTest(`${where}.${name}`, known.dimension, values, known.negated, []));
  }

  condition(where: string, { key, values = [], notValues = [] }: { key: string; values?: string[]; notValues?: string[] }): FieldTest[] {
    const known = conditionKey(key, this.mesh);
    if (!known) return [];
    const names = known.names ? known.names(key.slice(known.key.length)) ?? [] : [];
    return [
      ...this.fieldTest(`${where}.values of ${key}`, known.dimension, values, false, names),
      ...this.fieldTest(`${where}.notValues of ${key}`, known.dimension, notValues, true, names),
    ];
  }

  private fieldTest(where: string, dimension: Dimension, values: readonly string[], negated: boolean, names: readonly string[]): FieldTest[] {
    const rewritten = (dimension.rewrite?.(values, this.mesh) ?? values).map(String);
    const context = { policyNamespace: this.policy.namespace, mesh: this.mesh, names };
    const tests = rewritten.flatMap(value => this.valueTest(where, dimension, value, context));
    if (tests.length === 0) return [];
    const one = oneTest(tests);
    return [negated ? { where, values, test: facts => not(one(facts)) } : { where, values, test: one, peers: exactPeers(dimension, rewritten) }];
  }

  private valueTest(where: string, dimension: Dimension, value: string, context: ValueContext): Test[] {
    if (dimension.layer === 'L7' && this.chain === 'TCP') {
      this.failures.push(`${where} needs HTTP`);
      return [];
    }
    const test = dimension.test(value, context);
    if (!test) this.failures.push(`${where} cannot be translated: '${value}'`);
    return test ? [test] : [];
  }
}
