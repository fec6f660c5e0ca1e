import { ApiObject } from 'cdk8s';
import { Found, MigrationFindingKind } from '../../../validation/migration-finding';
import { World } from '../index/world';
import { strings } from '../reading/read-pods';

interface WrittenService { readonly spec?: { readonly type?: string; readonly selector?: unknown; readonly externalName?: string } }

/** Services of a namespace that take callers from outside the cluster straight to pods, and Ingresses for them. Those of gateways are there for that. */
export function exposures(namespace: string, world: World): Found[] {
  const { tree } = world;
  const toPods = new Map(tree.objectsIn(namespace, 'core/Service').filter(object => leadsToPods(object, namespace, world)).map(object => [object.name, object]));
  const services = [...toPods.values()].flatMap((object): Found[] => {
    const { spec } = (tree.manifest(object) ?? {}) as WrittenService;
    return spec?.type !== 'NodePort' && spec?.type !== 'LoadBalancer' ? [] : [{
      kind: MigrationFindingKind.EXPOSED_SERVICE,
      constructPath: object.node.path,
      message: `Service '${object.name}' is of type ${spec.type}: callers from outside the cluster have no identity, and are refused`,
      cure: 'put a gateway of the mesh in front of it',
    }];
  });
  const ingresses = tree.objectsIn(namespace, 'networking.k8s.io/Ingress').flatMap((object): Found[] => {
    const written = JSON.stringify(tree.manifest(object) ?? {});
    const to = [...toPods.keys()].find(name => written.includes(`"service":{"name":${JSON.stringify(name)}`));
    return to === undefined ? [] : [{
      kind: MigrationFindingKind.EXPOSED_SERVICE,
      constructPath: object.node.path,
      message: `Ingress '${object.name}' leads to Service '${to}': unless its controller is in the mesh, what it sends is refused`,
      cure: 'bring the controller into the mesh, or put a gateway of the mesh in its place',
    }];
  });
  return [...services, ...ingresses];
}

/** Also to pods of another app, but not to those of a gateway. */
function leadsToPods(object: ApiObject, namespace: string, world: World): boolean {
  const selector = strings(((world.tree.manifest(object) ?? {}) as WrittenService).spec?.selector);
  const selected = world.workloads.selectedBy(namespace, selector);
  return Object.keys(selector).length > 0 && (selected.length === 0 || selected.some(workload => !world.isGateway(workload)));
}

/** Whether a DestinationRule says how a Service is called. */
function isSaid(service: string, namespace: string, { tree }: World): boolean {
  return tree.objectsOf('networking.istio.io/DestinationRule').some(rule => {
    const { spec } = (tree.manifest(rule) ?? {}) as { readonly spec?: { readonly host?: unknown } };
    const [name, where = rule.metadata.namespace] = String(spec?.host).split('.');
    return name === service && where === namespace;
  });
}

/** Services that lead out of the mesh: a name elsewhere, or endpoints that somebody else writes. */
export function externalServers(namespace: string, world: World): Found[] {
  const { tree } = world;
  return tree.objectsIn(namespace, 'core/Service').flatMap((object): Found[] => {
    const { spec } = (tree.manifest(object) ?? {}) as WrittenService;
    const staysInside = spec?.type !== 'ExternalName' && Object.keys(strings(spec?.selector)).length > 0;
    if (!spec || staysInside || isSaid(object.name, namespace, world)) { return []; }
    const where = spec.type === 'ExternalName' ? `to '${spec.externalName}'` : 'to endpoints that no pods of the app stand for';
    return [{
      kind: MigrationFindingKind.EXTERNAL_SERVER,
      constructPath: object.node.path,
      message: `Service '${object.name}' leads ${where}: STRICT is about what comes in, and what is sent there stays as it is; a DestinationRule of mutual TLS for all hosts would break it`,
      cure: 'say how it is called by a LegacyDestination',
    }];
  });
}
