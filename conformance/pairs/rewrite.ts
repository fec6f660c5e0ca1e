import { Random } from '../fuzz/random';

type Fields = Readonly<Record<string, readonly string[]>>;
interface Rule {
  readonly from?: readonly { readonly source: Fields }[];
  readonly to?: readonly { readonly operation: Fields }[];
  readonly when?: readonly { readonly key: string; readonly values?: readonly string[]; readonly notValues?: readonly string[] }[];
}
interface Policy {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly action: string; readonly rules: readonly Rule[] };
}

/** The same state, written otherwise. */
export function rewritten(state: readonly object[], random: Random): object[] {
  const [policies, others] = parted(state);
  const split = policies.flatMap(policy => random.below(2) === 0 ? splitPolicy(policy) : policy);
  const merged = random.below(2) === 0 ? mergedPolicies(split) : split;
  const named = merged.map((policy, index) => ({ ...policy, metadata: { ...policy.metadata, name: `q${merged.length - index}` }, spec: { ...policy.spec, rules: policy.spec.rules.flatMap(rule => rewrittenRule(rule, random)) } }));
  return [...named.reverse().map(spelled), ...others];
}

function parted(state: readonly object[]): [Policy[], object[]] {
  const isPolicy = (one: object) => (one as Policy).kind === 'AuthorizationPolicy';
  return [state.filter(isPolicy) as Policy[], state.filter(one => !isPolicy(one))];
}

/** ALLOW is what is meant where nothing is said. */
function spelled(policy: Policy): object {
  const { action, ...spec } = policy.spec;
  return action === 'ALLOW' ? { ...policy, spec } : policy;
}

/** A policy for each rule; of an authorizer one asks for all of them. */
function splitPolicy(policy: Policy): Policy[] {
  const { rules } = policy.spec;
  return rules.length < 2 ? [policy] : rules.map(rule => ({ ...policy, spec: { ...policy.spec, rules: [rule] } }));
}

/** One policy for all of an action. Those of several authorizers are left. */
function mergedPolicies(policies: readonly Policy[]): Policy[] {
  const custom = policies.filter(({ spec }) => spec.action === 'CUSTOM');
  const merged = ['ALLOW', 'DENY'].flatMap(action => {
    const same = policies.filter(({ spec }) => spec.action === action);
    return same.length === 0 ? [] : [{ ...same[0], spec: { ...same[0].spec, rules: same.flatMap(({ spec }) => spec.rules) } }];
  });
  return [...merged, ...custom];
}

/** With values twice or the other way round, conditions for fields, or as one rule for each value of a field. */
function rewrittenRule(rule: Rule, random: Random): Rule[] {
  switch (random.below(4)) {
    case 0: return [rule, rule];
    case 1: return [mapped(rule, values => [...values, ...values].reverse())];
    case 2: return [asConditions(rule)];
    default: return oneByOne(rule);
  }
}

function mapped(rule: Rule, change: (values: readonly string[]) => readonly string[]): Rule {
  const fields = (all: Fields) => Object.fromEntries(Object.entries(all).map(([name, values]) => [name, change(values)]));
  return {
    ...rule.from ? { from: rule.from.map(({ source }) => ({ source: fields(source) })) } : {},
    ...rule.to ? { to: rule.to.map(({ operation }) => ({ operation: fields(operation) })) } : {},
    ...rule.when ? { when: rule.when.map(({ key, values, notValues }) => ({ key, ...values ? { values: change(values) } : {}, ...notValues ? { notValues: change(notValues) } : {} })).reverse() } : {},
  };
}

const KEYS: Readonly<Record<string, string>> = { principals: 'source.principal', namespaces: 'source.namespace', ipBlocks: 'source.ip', remoteIpBlocks: 'remote.ip', requestPrincipals: 'request.auth.principal' };

/** Fields of a single source as the conditions that say the same. */
function asConditions(rule: Rule): Rule {
  const { from = [], when = [], ...rest } = rule;
  if (from.length !== 1) return rule;
  const entries = Object.entries(from[0].source);
  if (!entries.every(([name]) => name in KEYS)) return rule;
  return { ...rest, when: [...when, ...entries.map(([name, values]) => ({ key: KEYS[name], values }))] };
}

/** A rule for each value of a field that is not negated. */
function oneByOne(rule: Rule): Rule[] {
  const source = rule.from?.[0].source;
  const [name, values] = Object.entries(source ?? {}).find(([key, all]) => !key.startsWith('not') && all.length > 1) ?? [];
  if (name === undefined || values === undefined) return [rule];
  return values.map(value => ({ ...rule, from: [{ source: { ...source, [name]: [value] } }] }));
}

/** The same state where one field of a rule that allows takes a value more; undefined where there is none. */
export function widened(state: readonly object[], random: Random): object[] | undefined {
  const places = state.flatMap((one, index) => {
    const { kind, spec } = one as Policy;
    return kind === 'AuthorizationPolicy' && spec.action === 'ALLOW' ? listsOf(spec.rules, ['spec', 'rules']).map(at => [index, ...at]) : [];
  });
  if (places.length === 0) return undefined;
  const copy = structuredClone(state) as unknown;
  const at = random.pick(places);
  const list = at.reduce<unknown>((value, step) => (value as Record<string | number, unknown>)[step], copy) as string[];
  const [first] = list;
  list.push(/^[\d.]+\/?\d*$|^::/.test(first) ? first.includes('.') || first.includes(':') ? '0.0.0.0/0' : '7000' : at.includes('serviceAccounts') ? 'shop/api' : '*');
  return copy as object[];
}

/** Where lists of values stand that are not negated. */
function listsOf(value: unknown, at: readonly (string | number)[]): (string | number)[][] {
  if (Array.isArray(value) && value.every(one => typeof one === 'string')) return value.length === 0 || /^not/.test(String(at[at.length - 1])) ? [] : [[...at]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([step, one]) => listsOf(one, [...at, Array.isArray(value) ? Number(step) : step]));
}
