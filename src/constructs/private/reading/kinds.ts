import { ApiObject } from 'cdk8s';

/** Where the pod template of each kind of workload lies. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  'core/Pod': [],
  'apps/Deployment': ['spec', 'template'],
  'apps/StatefulSet': ['spec', 'template'],
  'apps/DaemonSet': ['spec', 'template'],
  'apps/ReplicaSet': ['spec', 'template'],
  'batch/Job': ['spec', 'template'],
  'batch/CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
};

export const WORKLOAD_KINDS = Object.keys(TEMPLATES).map(key => key.split('/')[1]);

/** Path of the pod template in the manifest; undefined for what is no workload. */
export function templatePath(apiObject: ApiObject): readonly string[] | undefined {
  return TEMPLATES[kindOf(apiObject)];
}

/** API group and kind, such as `apps/Deployment` or `core/Service`, whatever the version. */
export function kindOf(apiObject: ApiObject): string {
  return `${apiObject.apiGroup}/${apiObject.kind}`;
}
