import { PolicySet } from '../policy/policy-set';
import { instanceOf } from '../util/given';

/** A set that is handed in. */
export function givenPolicies(prop: string, policies: PolicySet): PolicySet {
  return instanceOf(prop, policies, PolicySet, 'read the manifests: PolicySet.fromYaml(…)');
}
