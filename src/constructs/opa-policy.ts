import { opaRule, OpaRule, StatedRule } from './opa-rule';
import { Principal } from './principal';
import { OpaPolicyData } from '../intent/opa-policy';
import { MASK_FILE, hasMask, regoFiles, RULES_FILE } from '../intent/rego-files';
import { noFurther } from '../util/arguments';
import { atLeastOne } from '../util/given';
import { readTogether } from '../util/together';

/**
 * What OPA decides by.
 *
 * Rendered as Rego v1 in the ConfigMap of an OpaAuthorizer, `package envoy.authz`. What is not let in is refused.
 *
 * @see https://www.openpolicyagent.org/docs/envoy
 */
export class OpaPolicy {
  /**
   * Rules of which one must hold; everything else is refused. Values stand in the Rego as quoted text, whatever they hold.
   *
   * @param rules at least one
   */
  public static rules(rules: OpaRule[]): OpaPolicy {
    noFurther('OpaPolicy.rules', arguments, 1, 'give all rules in one list');
    const stated = atLeastOne('rules', rules, "say what may be called, as in [{ operations: [Operation.get('/api/*')] }]").map((rule, i) => opaRule(`rules[${i}]`, rule));
    return new OpaPolicy(() => ({ kind: 'rules', rules: readTogether(...stated.map(({ read }) => read)) }), [RULES_FILE, MASK_FILE], stated);
  }

  /**
   * Rego of your own, v1, such as `{ 'policy.rego': readFileSync('policy.rego', 'utf8') }`. Decided by the rule `allow` of `package envoy.authz`: true or false, or an object with `allowed`.
   *
   * Refuses what OPA would not start with, as far as the text shows: another package, no such rule, a rule without `if`; and `default allow := true`. Test it by `opa check --strict` and `opa test`.
   *
   * @param files the text of each file, by its name
   */
  public static rego(files: { [name: string]: string }): OpaPolicy {
    noFurther('OpaPolicy.rego', arguments, 1, 'give all files in one object');
    const known = regoFiles(files);
    return new OpaPolicy(() => ({ kind: 'rego', files: known }), [...Object.keys(known), ...hasMask(known) ? [] : [MASK_FILE]], []);
  }

  /**
   * What is meant, when the app is complete.
   *
   * @internal
   */
  public readonly _read: () => OpaPolicyData;

  /** @internal Everybody whom it names. */
  public readonly _principals: readonly Principal[];

  /** @internal Names of the files that it is rendered as. */
  public readonly _files: readonly string[];

  /** @internal Why it is wider than it could be. */
  public readonly _reasons: readonly string[];

  private constructor(read: () => OpaPolicyData, files: readonly string[], rules: readonly StatedRule[]) {
    this._read = read;
    this._files = files;
    this._reasons = rules.flatMap(({ reasons }) => reasons);
    this._principals = rules.flatMap(({ principals }) => principals);
  }

  /** What it decides by, as text for tables and messages: `2 rules`, or `policy.rego`. Call it when the app is complete. */
  public describeOpaPolicy(): string {
    const policy = this._read();
    if (policy.kind === 'rego') { return Object.keys(policy.files).join(', '); }
    return policy.rules.length === 1 ? '1 rule' : `${policy.rules.length} rules`;
  }
}
