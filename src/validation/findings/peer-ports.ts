import { LocalWorkload } from './local-workload';
import { Observation } from './observation';
import { LoosePolicy } from './unselected';
import { carries } from '../../util/labels';

/** ZT103: modes for ports that are those of a Service, and on which none of the pods listens. */
export function servicePorts(policies: readonly LoosePolicy[], workloads: readonly LocalWorkload[]): Observation[] {
  return policies.flatMap(policy => {
    const pods = workloads.filter(({ namespace, labels }) => namespace === policy.namespace && carries(labels, policy.labels ?? {}));
    return policy.portLevelMtls.filter(port => pods.every(({ ports }) => ports.every(({ number }) => number !== port))).flatMap(port => {
      const found = pods.flatMap(({ path, services }) => services.flatMap(service =>
        service.ports.filter(one => one.port === port).map(({ targetPort }) => ({ path, service: service.name, targetPort }))))[0];
      return found === undefined ? [] : [{
        rule: 'ZT103' as const,
        path: policy.path,
        message: `portLevelMtls of PeerAuthentication '${policy.namespace}/${policy.name}' counts ports of the pods, and ${port} is the port of Service '${found.service}', `
          + `which sends it to ${found.targetPort} of '${found.path}'; write ${found.targetPort}`,
      }];
    });
  });
}
