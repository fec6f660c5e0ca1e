import { ApiObject } from 'cdk8s';

/** Where a WorkloadIdentity notes its service account on the object that it gave it to. */
const ASSIGNED = Symbol.for('cdk8s-zero-trust.WorkloadIdentity');

interface Assigned {
  [ASSIGNED]?: string;
}

/** The service account that a WorkloadIdentity gave to a workload. */
export function assignedServiceAccount(apiObject: ApiObject): string | undefined {
  return (apiObject as Assigned)[ASSIGNED];
}

export function assignServiceAccount(apiObject: ApiObject, name: string): void {
  Object.defineProperty(apiObject, ASSIGNED, { value: name });
}
