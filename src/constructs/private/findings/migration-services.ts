import { Found, MigrationFindingKind } from '../../../validation/migration-finding';
import { isGatewayAlone } from '../index/gateway-pods';
import { WrittenManifest } from '../index/tree';
import { World } from '../index/world';
import { strings } from '../reading/read-pods';

interface WrittenService { readonly spec?: { readonly type?: string; readonly selector?: unknown; readonly externalName?: string } }

/** Services of a namespace that take callers from outside the cluster straight to pods, and Ingresses for them. Those of gateways are there for that. */
export function exposures(namespace: string, world: World): Found[] {
  const toPods = writtenIn(namespace, 'core/Service', world).filter(service => leadsToPods(service, namespace, world));
  const services = toPods.flatMap(({ object, name, manifest }): Found[] => {
    const { spec } = manifest as WrittenService;
    return spec?.type !== 'NodePort' && spec?.type !== 'LoadBalancer' ? [] : [{
      kind: MigrationFindingKind.EXPOSED_SERVICE,
      constructPath: object.node.path,
      message: `Service '${name}' is of type ${spec.type}: callers from outside the cluster have no identity, and are refused`,
      cure: 'put a gateway of the mesh in front of it',
    }];
  });
  const ingresses = writtenIn(namespace, 'networking.k8s.io/Ingress', world).flatMap(({ object, name: own, manifest }): Found[] => {
    const written = JSON.stringify(manifest);
    const to = toPods.map(({ name }) => name).find(name => written.includes(`"service":{"name":${JSON.stringify(name)}`));
    return to === undefined ? [] : [{
      kind: MigrationFindingKind.EXPOSED_SERVICE,
      constructPath: object.node.path,
      message: `Ingress '${own}' leads to Service '${to}': unless its controller is in the mesh, what it sends is refused`,
      cure: 'bring the controller into the mesh, or put a gateway of the mesh in its place',
    }];
  });
  return [...services, ...ingresses];
}

/** Also those in a List. */
function writtenIn(namespace: string, kind: string, { tree }: World): WrittenManifest[] {
  return tree.written(kind).filter(one => one.namespace === namespace);
}

/** Also to pods of another app, but not to those of a gateway. */
function leadsToPods({ manifest }: WrittenManifest, namespace: string, world: World): boolean {
  const selector = strings((manifest as WrittenService).spec?.selector);
  const selected = world.workloads.selectedBy(namespace, selector);
  return Object.keys(selector).length > 0 && (selected.length === 0 || selected.some(workload => !isGatewayAlone(workload)));
}

/** Whether a DestinationRule says how a Service is called. */
function isSaid(service: string, namespace: string, { tree }: World): boolean {
  return tree.written('networking.istio.io/DestinationRule').some(rule => {
    const { host } = (rule.manifest.spec ?? {}) as { readonly host?: unknown };
    const [name, where = rule.namespace] = String(host).split('.');
    return name === service && where === namespace;
  });
}

/** Services that lead out of the mesh: a name elsewhere, or endpoints that somebody else writes. */
export function externalServers(namespace: string, world: World): Found[] {
  return writtenIn(namespace, 'core/Service', world).flatMap(({ object, name, manifest }): Found[] => {
    const { spec } = manifest as WrittenService;
    const staysInside = spec?.type !== 'ExternalName' && Object.keys(strings(spec?.selector)).length > 0;
    if (!spec || staysInside || isSaid(name, namespace, world)) { return []; }
    const where = spec.type === 'ExternalName' ? `to '${spec.externalName}'` : 'to endpoints that no pods of the app stand for';
    return [{
      kind: MigrationFindingKind.EXTERNAL_SERVER,
      constructPath: object.node.path,
      message: `Service '${name}' leads ${where}: STRICT is about what comes in, and what is sent there stays as it is; a DestinationRule of mutual TLS for all hosts would break it`,
      cure: 'say how it is called by a LegacyDestination',
    }];
  });
}
