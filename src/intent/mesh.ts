import { Caller } from './caller';

/** How the mesh captures the traffic of its workloads. */
export enum DataPlane {
  /** A proxy in every pod: connections and HTTP are enforced at the pod. */
  SIDECAR = 'sidecar',

  /** ztunnel on every node enforces connections; HTTP is enforced by waypoints. */
  AMBIENT = 'ambient',
}

/** What holds for the whole mesh. */
export interface MeshFacts {
  readonly trustDomain: string;
  readonly trustDomainAliases: readonly string[];
  readonly rootNamespace: string;
  /** Where the pods of istiod are. */
  readonly istioNamespace: string;
  readonly dataPlane: DataPlane;
  /** Version of Istio, such as `1.29`; where it is not stated, any that this library supports. */
  readonly istioVersion?: string;
}

/** Where no ZeroTrustMesh says otherwise: Istio's own defaults, and any version. */
export const DEFAULT_MESH: MeshFacts = {
  trustDomain: 'cluster.local',
  trustDomainAliases: [],
  rootNamespace: 'istio-system',
  istioNamespace: 'istio-system',
  dataPlane: DataPlane.SIDECAR,
};

/** The waypoint that the traffic of a namespace passes. */
export interface WaypointFacts {
  readonly namespace: string;
  readonly name: string;
  /** The service account of its pods: the name of its Gateway, unless that names another. */
  readonly serviceAccount?: string;
  /** Whether what is sent to addresses of pods passes it as well. */
  readonly forPods?: boolean;
}

/** Services of a namespace that pass another waypoint than the rest of it. */
export interface ServiceWaypointFacts {
  readonly services: readonly string[];
  readonly waypoint: WaypointFacts;
}

/** Every waypoint that Services of a namespace pass: that of the namespace, if it has one, and those of single Services. */
export function waypointsOf({ waypoint, serviceWaypoints = [] }: Pick<NamespaceFacts, 'waypoint' | 'serviceWaypoints'>): readonly WaypointFacts[] {
  return [...waypoint ? [waypoint] : [], ...serviceWaypoints.map(one => one.waypoint)];
}

/** A namespace, and those of its waypoints. */
export function namespacesAround(namespace: NamespaceFacts): string[] {
  return [namespace.name, ...waypointsOf(namespace).map(waypoint => waypoint.namespace)];
}

export function isSameWaypoint(one: WaypointFacts | undefined, other: WaypointFacts | undefined): boolean {
  return one?.namespace === other?.namespace && one?.name === other?.name;
}

/** Who a waypoint is to the pods behind it. */
export function waypointCaller({ namespace, name, serviceAccount = name }: WaypointFacts): Caller { return { kind: 'serviceAccount', namespace, name: serviceAccount }; }

/** Who may read metrics in a namespace, and where. */
export interface MetricsFacts {
  readonly readers: readonly Caller[];
  readonly ports: readonly number[];
  /** Not enforced where only connections are seen. */
  readonly path: string;
}

/** What holds for a namespace. */
export interface NamespaceFacts {
  readonly name: string;
  readonly dataPlane: DataPlane;
  /** That of the namespace; where it is asked what holds for a workload, that of the Services of its pods. */
  readonly waypoint?: WaypointFacts;
  /** Those of single Services, where it is asked what holds for the namespace. */
  readonly serviceWaypoints?: readonly ServiceWaypointFacts[];
  readonly metrics?: MetricsFacts;
  /** Networks of the pods of other clusters, from which alone its NetworkPolicies let them in. */
  readonly otherClusters?: readonly string[];
}
