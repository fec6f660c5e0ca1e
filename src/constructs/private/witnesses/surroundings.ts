import { meshSettings } from './mesh-settings';
import { Sender } from './senders';
import { DataPlane, NamespaceFacts, WaypointFacts, waypointsOf } from '../../../intent/mesh';
import { Labels, ServiceFacts, WorkloadFacts } from '../../../intent/workload';
import { MeshSettings } from '../../../policy/request/mesh-settings';
import { podsOf } from '../../../validation/witness-request';
import { AppWorkload } from '../index/app-workloads';
import { labelsFor } from '../index/waypoint-labels';
import { World } from '../index/world';
import { WAYPOINT_CLASS } from '../reading/gateway-class';
import { podManifest } from '../reading/pod-manifest';

/** What the evaluator must know of an app beside its policies, written as manifests: from what intents have read of it, so that nothing is rendered twice. */
export class Surroundings {
  private readonly byPath: ReadonlyMap<string, AppWorkload>;

  public constructor(private readonly world: World) {
    this.byPath = new Map(world.workloads.all.map(workload => [workload.path, workload]));
  }

  public get settings(): MeshSettings {
    const { mesh, mergedMeshConfig: { config }, declarations: { meshes: [declared] } } = this.world;
    return meshSettings(mesh, config, declared?.output !== undefined);
  }

  /** What one intent meets: these namespaces with their waypoints, its workload with its Services, and its callers. */
  public around(namespaces: ReadonlySet<string>, target: WorkloadFacts | undefined, callers: readonly Sender[]): object[] {
    const isMet = (name: string) => namespaces.has(name);
    const calling = callers.filter(({ path }) => path !== target?.path).map(podManifest);
    return [...this.namespaces(isMet), ...this.waypoints(isMet), ...target ? this.called(target) : [], ...calling];
  }

  /** The whole app; of pods that something else makes what intents for them, and by them, say. */
  public all(targets: readonly WorkloadFacts[], callers: readonly Sender[]): object[] {
    const elsewhere = new Map(targets.filter(({ kind }) => kind === 'Pods').map(target => [podsOf(target), target]));
    const calling = new Map(callers.filter(({ path }) => !this.byPath.has(path)).map(caller => [caller.path, podManifest(caller)]));
    const services = this.world.tree.objectsOf('core/Service').map(object => this.world.tree.manifest(object) as object | undefined);
    const isAny = () => true;
    return [
      ...this.namespaces(isAny),
      ...this.waypoints(isAny),
      ...this.world.workloads.all.map(podManifest),
      ...services.flatMap(service => service ?? []),
      ...[...elsewhere.values()].flatMap(target => this.called(target)),
      ...calling.values(),
    ];
  }

  /** A workload of the app by the path of its construct. */
  public workload(path: string): AppWorkload | undefined { return this.byPath.get(path); }

  /** The labels of a namespace, as it is written or as it must be where it is made elsewhere. */
  public labelsOf(name: string): Labels {
    return this.world.tree.namespace(name)?.labels ?? (this.world.declares(name) ? meshLabels(this.world.namespace(name)) : {});
  }

  /** A workload with its Services. */
  private called(target: WorkloadFacts): object[] {
    return [this.podsOf(target), ...target.services.map(service => serviceOf(this.labelled(service), target.podLabels))];
  }

  /** One of another app has the labels there that it must have. */
  private labelled(service: ServiceFacts): ServiceFacts {
    const { serviceWaypoints = [] } = service.origin === 'stated' ? this.world.namespace(service.namespace) : {};
    const own = serviceWaypoints.find(({ services }) => services.includes(service.name));
    return own ? { ...service, labels: { ...labelsFor(own, service.namespace), ...service.labels } } : service;
  }

  private podsOf(target: WorkloadFacts): object {
    const known = this.byPath.get(target.path);
    if (known && target.kind !== 'Pods') { return podManifest(known); }
    const { namespace, serviceAccount, pod } = target;
    const podSpec = { serviceAccountName: serviceAccount, hostNetwork: false, containers: [], initContainers: [] };
    return podManifest({ apiVersion: 'v1', kind: 'Pod', namespace, name: podsOf(target), template: [], pod, podSpec });
  }

  private namespaces(isMet: (name: string) => boolean): object[] {
    const names = new Set([...this.world.tree.namespaces, ...this.world.declarations.namespaces].map(({ name }) => name));
    return [...names].filter(isMet).map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: this.labelsOf(name) } }));
  }

  /** Gateways of the app, and waypoints that are made elsewhere and admit whoever says that they do. */
  private waypoints(isMet: (namespace: string) => boolean): object[] {
    const written = this.world.tree.written('gateway.networking.k8s.io/Gateway').filter(({ namespace = 'default' }) => isMet(namespace)).map(({ manifest }) => manifest);
    const known = new Set(this.world.tree.gateways.map(({ namespace, name }) => `${namespace}/${name}`));
    const declared = this.world.declarations.namespaces.flatMap(waypointsOf);
    const elsewhere = declared.filter(({ namespace, name }) => isMet(namespace) && !known.has(`${namespace}/${name}`));
    return [...written, ...elsewhere.map(waypointElsewhere)];
  }
}

/** A waypoint that is made elsewhere and admits whoever says that it does. */
export function waypointElsewhere({ name, namespace }: WaypointFacts): object {
  const listeners = [{ name: 'mesh', port: 15008, protocol: 'HBONE', allowedRoutes: { namespaces: { from: 'All' } } }];
  const metadata = { name, namespace, labels: { 'istio.io/waypoint-for': 'service' } };
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata, spec: { gatewayClassName: WAYPOINT_CLASS, listeners } };
}

/** The labels by which a namespace takes part in the mesh. */
export function meshLabels({ name, dataPlane, waypoint }: NamespaceFacts): Labels {
  if (dataPlane === DataPlane.SIDECAR) { return { 'istio-injection': 'enabled' }; }
  return {
    'istio.io/dataplane-mode': 'ambient',
    ...(waypoint ? { 'istio.io/use-waypoint': waypoint.name, 'istio.io/ingress-use-waypoint': 'true' } : {}),
    ...(waypoint && waypoint.namespace !== name ? { 'istio.io/use-waypoint-namespace': waypoint.namespace } : {}),
  };
}

function serviceOf({ name, namespace, headless, labels, annotations, ...service }: ServiceFacts, selector: Labels): object {
  const ports = service.ports.map(({ port, targetPort, protocol, transport }) =>
    ({ port, targetPort, protocol: transport, ...(protocol === 'undeclared' ? {} : { appProtocol: protocol }) }));
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace, labels, annotations }, spec: { selector, ports, ...(headless ? { clusterIP: 'None' } : {}) } };
}
