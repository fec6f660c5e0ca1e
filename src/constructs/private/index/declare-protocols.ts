import { ApiObject, JsonPatch } from 'cdk8s';
import { IConstruct } from 'constructs';
import { Borders } from './borders';
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
      if (protocol === undefined || !isOpen) return;
      object.addJsonPatch(JsonPatch.add(`/spec/ports/${index}/appProtocol`, protocol));
      writtenProtocols(workload.node.root).push({ workload, service: object });
    });
  }
}

/** Services of the namespace, in the cluster of the workload as far as meshes are there. */
function servicesIn(namespace: string, workload: ApiObject): ApiObject[] {
  const constructs = workload.node.root.node.findAll();
  const borders = new Borders(constructs);
  const cluster = borders.scopeOf(workload);
  const objects = constructs.filter(construct => ApiObject.isApiObject(construct));
  return objects.filter(object => kindOf(object) === 'core/Service' && namespaceOf(object) === namespace && borders.scopeOf(object) === cluster);
}

/** A protocol that was written to a Service, as it is that of a workload. */
interface WrittenProtocol {
  readonly workload: ApiObject;
  readonly service: ApiObject;
}

/** Shared by all copies of this library in one app. */
const WRITTEN = Symbol.for('cdk8s-zero-trust.written-protocols');

/** All that was written in the app of a construct. */
export function writtenProtocols({ node: { root } }: IConstruct): WrittenProtocol[] {
  const marked = root as { [WRITTEN]?: WrittenProtocol[] };
  if (!marked[WRITTEN]) { Object.defineProperty(root, WRITTEN, { value: [] }); }
  return marked[WRITTEN]!;
}
