import { setFlagsFromString } from 'v8';
import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { Engine } from './engine';
import { BenchRequest, BenchRule, WORKLOADS } from './rules';

// INVARIANT: optimized code that calls cedar's functions directly makes Node 20 abort when it is thrown away ('unreachable code' in V8)
setFlagsFromString('--no-turbo-inline-js-wasm-calls');

/** Cedar with all rules in one set, parsed in advance, as a user of Cedar would have them. */
export function cedar(rules: readonly BenchRule[], requests: readonly BenchRequest[]): Engine {
  preparse('all', rules);
  return { name: 'cedar', questions: requests.map(request => question('all', request)) };
}

/** Cedar with a set for each workload, so that it looks at no rule of another: sorted by hand, as Cedar itself does not. */
export function cedarByWorkload(rules: readonly BenchRule[], requests: readonly BenchRequest[]): Engine {
  WORKLOADS.forEach(workload => preparse(workload, rules.filter(({ to }) => to === workload)));
  return { name: 'cedar, a set per workload', questions: requests.map(request => question(request.to, request)) };
}

function preparse(id: string, rules: readonly BenchRule[]): void {
  const answer = preparsePolicySet(id, { staticPolicies: rules.map(policyText).join('\n') });
  if (answer.type !== 'success') throw new Error(`cedar must take the policies, got ${JSON.stringify(answer.errors[0])}`);
}

function policyText({ effect, to, callers, methods, paths }: BenchRule): string {
  const callerList = callers.map(caller => `Workload::"${caller}"`).join(', ');
  const actions = methods.map(method => `Action::"${method}"`).join(', ');
  const path = paths.map(value => value.endsWith('*') ? `context.path like "${value}"` : `context.path == "${value}"`).join(' || ');
  const head = `${effect === 'ALLOW' ? 'permit' : 'forbid'} (principal, action in [${actions}], resource == Workload::"${to}")`;
  return `${head} when { [${callerList}].contains(principal) && (${path}) };`;
}

function question(preparsedPolicySetId: string, { to, caller, method, path }: BenchRequest): () => boolean {
  const call = {
    preparsedPolicySetId,
    principal: { type: 'Workload', id: caller },
    action: { type: 'Action', id: method },
    resource: { type: 'Workload', id: to },
    context: { path },
    entities: [],
  };
  return () => {
    const answer = statefulIsAuthorized(call);
    if (answer.type !== 'success') throw new Error(`cedar must answer, got ${JSON.stringify(answer.errors[0])}`);
    return answer.response.decision === 'allow';
  };
}
