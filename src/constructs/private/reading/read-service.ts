import { ApiObject } from 'cdk8s';
import { removalOf } from './included';
import { strings, transportOf } from './read-pods';
import { WrittenService } from '../../../intent/ports';

/* eslint-disable @typescript-eslint/no-explicit-any -- manifests are of any shape, and read field by field */

/**
 * Reads a Service as it is now. Rendering one leaves no trace in any cdk8s-plus version. One of cdk8s-plus that has
 * no port cannot be rendered: it is taken to select nothing, and cdk8s says so when it comes to its chart.
 */
export function readService(apiObject: ApiObject, namespace: string): WrittenService {
  if (isKplusWithoutPorts(apiObject)) {
    return { name: apiObject.name, namespace, headless: false, ports: [], labels: {}, annotations: {}, origin: apiObject.node.path };
  }
  return { ...writtenService(apiObject.toJson(), apiObject, namespace), ...(removalOf(apiObject) === undefined ? {} : { isIncluded: true }) };
}

/** A Service as a manifest of an object says: that of itself, or one of the items of a List. */
export function writtenService(manifest: any, { name, node: { path } }: ApiObject, namespace: string): WrittenService {
  const spec = manifest.spec ?? {};
  const labels = strings(manifest.metadata?.labels);
  return {
    name: manifest.metadata?.name ?? name,
    namespace,
    selector: spec.type === 'ExternalName' ? undefined : strings(spec.selector),
    ...spec.type === 'ExternalName' ? { externalName: String(spec.externalName) } : {},
    headless: spec.clusterIP === 'None',
    ports: [spec.ports ?? []].flat().filter((p: any) => Number.isInteger(Number(p?.port))).map((p: any) => ({
      port: Number(p.port),
      targetPort: p.targetPort,
      name: p.name,
      appProtocol: p.appProtocol,
      transport: transportOf(p.protocol),
    })),
    useWaypoint: labels['istio.io/use-waypoint'],
    useWaypointNamespace: labels['istio.io/use-waypoint-namespace'],
    labels,
    annotations: strings(manifest.metadata?.annotations),
    origin: path,
  };
}

function isKplusWithoutPorts(apiObject: ApiObject): boolean {
  const owner = apiObject.node.scope as any;
  return Array.isArray(owner?.ports) && owner.ports.length === 0 && owner.apiObject === apiObject && owner.externalName === undefined;
}
