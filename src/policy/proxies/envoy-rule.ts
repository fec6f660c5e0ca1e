import { DroppedRule, FieldTest, Rule } from './rule';
import { namedClients, WrittenRule } from './written-rule';
import { AuthorizationPolicyAction, AuthorizationRule } from '../../istio/authorization-policy';
import { not } from '../../util/truth';
import { Dimension, exactPeers } from '../matching/dimensions';
import { conditionKey, Field, OPERATION_FIELDS, SOURCE_FIELDS, Written, writtenFields } from '../matching/fields';
import { rewritePrincipals } from '../matching/trust-domain';
import { Mesh } from '../request/mesh-settings';
import { actionOf, AuthorizationResource } from '../resources/policy';
import { Chain } from '../services/protocol';

/** A rule of a policy, to be translated for Envoy. */
export function envoyRule(policy: AuthorizationResource, index: number, chain: Chain, mesh: Mesh): WrittenRule {
  const clients = namedClients(policy.spec.rules?.[index] ?? {}, principals => rewritePrincipals(principals, mesh.trustDomains));
  return new WrittenRule(clients, () => translateRule(policy, index, chain, mesh));
}

/** Name that Envoy knows a rule by. */
export function ruleId({ namespace, name }: AuthorizationResource, index: number): string {
  return `ns[${namespace}]-policy[${name}]-rule[${index}]`;
}

/**
 * What Envoy gets for a rule. Something that cannot be translated (an HTTP field on a TCP chain, a value that is none)
 * drops the whole rule of an ALLOW policy, and is itself left out of any other.
 */
function translateRule(policy: AuthorizationResource, index: number, chain: Chain, mesh: Mesh): Rule | DroppedRule {
  const rule: AuthorizationRule = policy.spec.rules?.[index] ?? {};
  const unknown = (rule.when ?? []).find(({ key }) => !conditionKey(key, mesh));
  if (unknown) return { policy, index, reason: `unknown condition key '${unknown.key}'` };
  const translation = new Translation(policy, chain, mesh);
  const translated: Rule = {
    policy,
    index,
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
    const rewritten = dimension.rewrite?.(values, this.mesh) ?? values;
    if (dimension.layer === 'L7' && this.chain === 'TCP') {
      this.failures.push(...rewritten.map(() => `${where} needs HTTP`));
      return [];
    }
    const context = { policyNamespace: this.policy.namespace, mesh: this.mesh, names };
    const one = dimension.test(rewritten, context, value => this.failures.push(`${where} cannot be translated: '${value}'`));
    if (!one) return [];
    const asks = { dimension, isNegated: negated, names, values: rewritten, languageOf: (value: string) => dimension.language?.(value, context) };
    const field = { where, values, asks };
    return [negated ? { ...field, test: facts => not(one(facts)) } : { ...field, test: one, peers: exactPeers(dimension, rewritten) }];
  }
}
