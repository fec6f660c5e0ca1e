import { ApiObject, JsonPatch } from 'cdk8s';
import { selects, targetOf } from '../../../intent/ports';
import { protocolOf } from '../../../intent/protocol';
import { WorkloadPort } from '../../workload-options';
import { kindOf } from '../reading/kinds';
import { namespaceOf } from '../reading/patches';
import { readWorkload } from '../reading/read-pods';
import { readService } from '../reading/read-service';

/**
 * Istio goes by the Service: what is stated of a port is written to the Services of the workload that leave it open, as far as they are there.
 * Those that say something else are left alone, and refused when the app is complete.
 */
export function declareProtocols(workload: ApiObject, ports: readonly WorkloadPort[]): void {
  const stated = new Map(ports.flatMap(({ number, protocol }) => protocol === undefined ? [] : [[number, protocol] as const]));
  const { namespace } = workload.metadata;
  if (stated.size === 0 || namespace === undefined) return;
  const { pod, containerPorts } = readWorkload(workload);
  for (const object of servicesIn(namespace, workload)) {
    const service = readService(object, namespace);
    if (!selects(service.selector, pod.labels)) continue;
    service.ports.forEach((port, index) => {
      const protocol = port.transport === 'TCP' ? stated.get(targetOf(port, containerPorts) ?? 0) : undefined;
      const isOpen = port.appProtocol === undefined && protocolOf(port) === 'undeclared';
      if (protocol !== undefined && isOpen) object.addJsonPatch(JsonPatch.add(`/spec/ports/${index}/appProtocol`, protocol));
    });
  }
}

function servicesIn(namespace: string, { node }: ApiObject): ApiObject[] {
  const objects = node.root.node.findAll().filter(construct => ApiObject.isApiObject(construct));
  return objects.filter(object => kindOf(object) === 'core/Service' && namespaceOf(object) === namespace);
}
