import { DroppedRule, FieldTest, Rule } from './rule';
import { namedClients, WrittenRule } from './written-rule';
import { AuthorizationPolicyAction, AuthorizationRule } from '../../istio/authorization-policy';
import { not } from '../../util/truth';
import { Dimension, DIMENSIONS, exactPeers } from '../matching/dimensions';
import { AtZtunnel, conditionKey, Field, OPERATION_FIELDS, SOURCE_FIELDS, Written, writtenFields } from '../matching/fields';
import { Mesh } from '../request/mesh-settings';
import { actionOf, AuthorizationResource } from '../resources/policy';

/** A match without conditions matches nothing at ztunnel. */
const NEVER: FieldTest = {
  where: 'nothing that ztunnel enforces',
  values: [],
  test: () => false,
  asks: { dimension: DIMENSIONS.filterMetadata, isNegated: false, names: [], values: [], languageOf: () => undefined },
};

/** A rule of a policy, to be translated for ztunnel. */
export function ztunnelRule(policy: AuthorizationResource, index: number, mesh: Mesh): WrittenRule {
  return new WrittenRule(namedClients(policy.spec.rules?.[index] ?? {}, principals => principals), () => translateForZtunnel(policy, index, mesh));
}

/**
 * What ztunnel gets for a rule. HTTP fields drop a rule of an ALLOW policy; from a DENY policy they are left out,
 * and a source, operation or condition of which nothing remains never matches.
 */
function translateForZtunnel(policy: AuthorizationResource, index: number, mesh: Mesh): Rule | DroppedRule {
  const rule: AuthorizationRule = policy.spec.rules?.[index] ?? {};
  const translation = new Translation(policy, mesh);
  const translated: Rule = {
    policy,
    index,
    from: (rule.from ?? []).map(({ source }, i) => orNever(translation.fields(`from[${i}].source`, SOURCE_FIELDS, source))),
    to: (rule.to ?? []).map(({ operation }, i) => orNever(translation.fields(`to[${i}].operation`, OPERATION_FIELDS, operation))),
    when: (rule.when ?? []).flatMap((condition, i) => orNever(translation.condition(`when[${i}]`, condition))),
    ignored: [...translation.unsupported, ...translation.unseen],
  };
  if (actionOf(policy) === AuthorizationPolicyAction.ALLOW && translation.unsupported.length > 0) {
    return { policy, index, reason: translation.unsupported.join('; ') };
  }
  return translated;
}

function orNever(tests: FieldTest[]): FieldTest[] {
  return tests.length === 0 ? [NEVER] : tests;
}

class Translation {
  readonly unsupported: string[] = [];
  readonly unseen: string[] = [];

  constructor(private readonly policy: AuthorizationResource, private readonly mesh: Mesh) {}

  fields<T extends Written<T>>(where: string, table: Readonly<Record<keyof T, Field>>, written: T | undefined): FieldTest[] {
    return writtenFields(table, written, this.mesh).filter(({ values }) => values.length > 0)
      .flatMap(({ name, known, values }) => this.fieldTest(`${where}.${name}`, known.ztunnel, known.dimension, values, known.negated));
  }

  condition(where: string, { key, values = [], notValues = [] }: { key: string; values?: string[]; notValues?: string[] }): FieldTest[] {
    const known = conditionKey(key, this.mesh);
    if (known?.ztunnel !== 'enforced') {
      this.unsupported.push(`${where} on ${key} is not supported by ztunnel`);
      return [];
    }
    return [
      ...this.fieldTest(`${where}.values of ${key}`, known.ztunnel, known.dimension, values, false),
      ...this.fieldTest(`${where}.notValues of ${key}`, known.ztunnel, known.dimension, notValues, true),
    ];
  }

  private fieldTest(where: string, support: AtZtunnel, dimension: Dimension, values: readonly string[], negated: boolean): FieldTest[] {
    if (support !== 'enforced') {
      (support === 'unseen' ? this.unseen : this.unsupported).push(`${where} is not supported by ztunnel`);
      return [];
    }
    const context = { policyNamespace: this.policy.namespace, mesh: this.mesh, names: [] };
    const one = (dimension.ztunnelTest ?? dimension.test)(values, context, () => undefined);
    if (!one) return [];
    const language = dimension.ztunnelLanguage ?? dimension.language;
    const asks = { dimension, isNegated: negated, names: [], values, languageOf: (value: string) => language?.(value, context) };
    const field = { where, values, asks };
    return [negated ? { ...field, test: facts => not(one(facts)) } : { ...field, test: one, peers: exactPeers(dimension, values) }];
  }
}
