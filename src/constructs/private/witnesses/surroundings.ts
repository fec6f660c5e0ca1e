import { meshSettings } from './mesh-settings';
import { DataPlane, NamespaceFacts, WaypointFacts } from '../../../intent/mesh';
import { Labels, ServiceFacts, WorkloadFacts } from '../../../intent/workload';
import { Manifest } from '../../../istio/manifest';
import { MeshSettings } from '../../../policy/request/mesh-settings';
import { Statement } from '../index/statement';
import { World } from '../index/world';
import { isChanged } from '../reading/patches';

/** What the evaluator must know of an app beside its policies, written as manifests: from what intents have read of it, so that nothing is rendered twice. */
export class Surroundings {
  private readonly common: readonly object[];

  public constructor(private readonly world: World) {
    this.common = [...this.namespaces(), ...this.waypoints()];
  }

  public get settings(): MeshSettings { return meshSettings(this.world.mesh); }

  /** Namespaces, waypoints, and these workloads with their Services. */
  public around(targets: readonly WorkloadFacts[]): object[] {
    const byPath = new Map(targets.map(target => [target.path, target]));
    const called = [...byPath.values()].flatMap(target => [podOf(target), ...target.services.map(service => serviceOf(service, target))]);
    return [...this.common, ...called];
  }

  private namespaces(): object[] {
    const read = this.world.tree.namespaces.map(({ name, labels }) => namespaceOf(name, labels));
    const elsewhere = this.world.declarations.namespaces.filter(({ name }) => !this.world.tree.namespace(name));
    return [...read, ...elsewhere.map(({ name }) => namespaceOf(name, labelsOf(this.world.namespace(name))))];
  }

  private waypoints(): object[] {
    const declared = this.world.declarations.namespaces.flatMap(({ waypoint }) => waypoint ?? []);
    const written = this.world.tree.gateways.map(({ name, namespace = '', className, listeners, labels, annotations }) =>
      gatewayOf({ name, namespace }, { gatewayClassName: className, listeners }, labels, annotations));
    const known = new Set(this.world.tree.gateways.map(({ namespace, name }) => `${namespace}/${name}`));
    const elsewhere = declared.filter(({ namespace, name }) => !known.has(`${namespace}/${name}`));
    return [...written, ...elsewhere.map(waypoint => gatewayOf(waypoint, ELSEWHERE, { 'istio.io/waypoint-for': 'service' }))];
  }
}

/** A waypoint that is made elsewhere, and admits whoever says that it does. */
const ELSEWHERE = { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE', allowedRoutes: { namespaces: { from: 'All' } } }] };

/** The policies of a statement as they are written out, and the construct behind each. */
export function policiesOf({ objects, roles }: Statement, specs: { readonly [role: string]: object }): Manifest[] {
  return objects.map((object, i) => isChanged(object) ? object.toJson() as Manifest : {
    apiVersion: object.apiVersion, kind: object.kind, metadata: { name: object.name, namespace: object.metadata.namespace }, spec: specs[roles[i]],
  });
}

function namespaceOf(name: string, labels: Labels): object { return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }; }

/** The labels that a namespace must have which is made elsewhere. */
function labelsOf({ name, dataPlane, waypoint }: NamespaceFacts): Labels {
  if (dataPlane === DataPlane.SIDECAR) { return { 'istio-injection': 'enabled' }; }
  return {
    'istio.io/dataplane-mode': 'ambient',
    ...(waypoint ? { 'istio.io/use-waypoint': waypoint.name } : {}),
    ...(waypoint && waypoint.namespace !== name ? { 'istio.io/use-waypoint-namespace': waypoint.namespace } : {}),
  };
}

function gatewayOf({ name, namespace }: WaypointFacts, spec: object, labels: Labels, annotations: Labels = {}): object {
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name, namespace, labels, annotations }, spec };
}

/** Called by its path, which nothing else is called. */
function podOf({ path, namespace, pod }: WorkloadFacts): object {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: path, namespace, labels: pod.labels, annotations: pod.annotations }, spec: {} };
}

function serviceOf(service: ServiceFacts, target: WorkloadFacts): object {
  const { name, namespace, headless, useWaypoint, useWaypointNamespace } = service;
  const labels = {
    ...(useWaypoint === undefined ? {} : { 'istio.io/use-waypoint': useWaypoint }),
    ...(useWaypointNamespace === undefined ? {} : { 'istio.io/use-waypoint-namespace': useWaypointNamespace }),
  };
  const ports = service.ports.map(({ port, targetPort, protocol, transport }) =>
    ({ port, targetPort, protocol: transport, ...(protocol === 'undeclared' ? {} : { appProtocol: protocol }) }));
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace, labels }, spec: { selector: target.pod.labels, ports, ...(headless ? { clusterIP: 'None' } : {}) } };
}
