import { ApiObject } from 'cdk8s';
import { portFacts } from '../../../intent/ports';
import { LocalWorkload } from '../../../validation/findings/local-workload';
import { isGatewayAlone } from '../index/gateway-pods';
import { Tree } from '../index/tree';
import { pathOf } from '../reading/read-pods';

/** The workloads of an app whose namespace is known, read by themselves. One that cannot be read is reported by whoever refers to it. */
export function localWorkloads(tree: Tree): LocalWorkload[] {
  return tree.workloads.flatMap(object => {
    const { namespace } = object.metadata;
    return namespace ? localWorkload(tree, object, namespace) : [];
  });
}

function localWorkload(tree: Tree, object: ApiObject, namespace: string): LocalWorkload[] {
  try {
    const { name, serviceAccount, containerPorts, pod, podSpec } = tree.workload(object);
    const { labels } = pod;
    const services = () => tree.servicesOf(namespace, { pod, containerPorts });
    return [{
      path: pathOf(object),
      name,
      namespace,
      labels,
      serviceAccount,
      isGateway: isGatewayAlone({ pod, podSpec }),
      listsPorts: containerPorts.length > 0,
      get services() { return services(); },
      get ports() { return portFacts(containerPorts, services(), []); },
    }];
  } catch {
    return [];
  }
}
