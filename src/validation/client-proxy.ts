import { PolicySet } from '../policy/policy-set';

/** Whether a workload sends by a proxy of the mesh, with an identity of it. */
export function hasSidecar({ namespace, name }: { readonly namespace: string; readonly name: string }, policies: PolicySet): boolean {
  return policies._whyWithoutIdentity(`${namespace}/${name}`) === undefined;
}
