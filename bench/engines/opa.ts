import { LoadedPolicy, loadPolicySync } from '@open-policy-agent/opa-wasm';
import { Engine } from './engine';
import { compileRego } from './rego';
import { BenchRequest, BenchRule, WORKLOADS } from './rules';

/** OPA with a rule of rego for each rule. */
export function opa(rules: readonly BenchRule[], requests: readonly BenchRequest[]): Engine {
  const loaded = loadPolicySync(compileRego(`${HEAD}\n${rules.map(regoRule).join('\n')}`), 20);
  return { name: 'opa', questions: requests.map(request => question(loaded, request)) };
}

/** OPA with the rules as data under the workload that they are about, so that it looks at no rule of another. */
export function opaByWorkload(rules: readonly BenchRule[], requests: readonly BenchRequest[]): Engine {
  const loaded = loadPolicySync(compileRego(BY_WORKLOAD), 20);
  const of = (effect: string) => Object.fromEntries(WORKLOADS.map(name => [name, rules.filter(rule => rule.effect === effect && rule.to === name).map(regoData)]));
  loaded.setData({ allow: of('ALLOW'), deny: of('DENY') });
  return { name: 'opa, data per workload', questions: requests.map(request => question(loaded, request)) };
}

function question(loaded: LoadedPolicy, request: BenchRequest): () => boolean {
  return () => (loaded.evaluate(request) as { result: boolean }[])[0].result;
}

const HEAD = `package authz

default allowed := false

allowed if {
  permitted
  not forbidden
}
`;

function regoRule({ effect, to, callers, methods, paths }: BenchRule): string {
  const path = paths.map(value => value.endsWith('*')
    ? `startswith(input.path, "${value.slice(0, -1)}")`
    : `input.path == "${value}"`);
  return path.map(test => `${effect === 'ALLOW' ? 'permitted' : 'forbidden'} if {
  input.to == "${to}"
  input.caller in ${set(callers)}
  input.method in ${set(methods)}
  ${test}
}`).join('\n');
}

function set(values: readonly string[]): string {
  return `{${values.map(value => `"${value}"`).join(', ')}}`;
}

const BY_WORKLOAD = `${HEAD}
permitted if {
  some rule in data.allow[input.to]
  matches(rule)
}

forbidden if {
  some rule in data.deny[input.to]
  matches(rule)
}

matches(rule) if {
  rule.callers[input.caller]
  rule.methods[input.method]
  path_matches(rule)
}

path_matches(rule) if rule.exact[input.path]

path_matches(rule) if {
  some prefix in rule.prefixes
  startswith(input.path, prefix)
}
`;

/** Lists as objects, in which a value is looked up at once. */
function regoData({ callers, methods, paths }: BenchRule): object {
  const lookup = (values: readonly string[]) => Object.fromEntries(values.map(value => [value, true]));
  return {
    callers: lookup(callers),
    methods: lookup(methods),
    exact: lookup(paths.filter(path => !path.endsWith('*'))),
    prefixes: paths.filter(path => path.endsWith('*')).map(path => path.slice(0, -1)),
  };
}
