import { ApiObjectMetadata } from 'cdk8s';
import { IConstruct } from 'constructs';
import { NamespaceMetadata } from './namespace-metadata';
import { Principal } from './principal';
import { PublicGateway } from './public-gateway';
import { ServiceWaypoint } from './service-waypoint';
import { Waypoint } from './waypoint';
import { WorkloadOutsideMesh } from './workload-outside-mesh';
import { DataPlane } from '../intent/mesh';
import { NetworkPolicies } from '../intent/network-policies';
import { InputStruct } from '../util/members';

/** Props of a ZeroTrustNamespace. */
export interface ZeroTrustNamespaceProps {
  /**
   * Name of the namespace. It is created, unless `exists` says that it is there.
   *
   * @default - the namespace of the chart
   */
  readonly name?: string;

  /**
   * A Namespace of this app to adopt: of any cdk8s-plus version, of an `Include`, or an `ApiObject`. It gets the labels of the mesh.
   *
   * @default - one is created, called `name`
   */
  readonly namespace?: IConstruct;

  /**
   * The namespace is made elsewhere, and has the labels of the mesh there already: `istio-injection: enabled`, or for ambient
   * `istio.io/dataplane-mode: ambient` and, with a waypoint, `istio.io/use-waypoint` and `istio.io/ingress-use-waypoint: "true"`.
   *
   * @default false
   */
  readonly exists?: boolean;

  /**
   * How its workloads take part in the mesh.
   *
   * @default - as the mesh does
   */
  readonly dataPlane?: DataPlane;

  /**
   * Revision of istiod that injects its sidecars, written as label `istio.io/rev`.
   *
   * @default - the default revision, by label `istio-injection: enabled`
   */
  readonly revision?: string;

  /**
   * The waypoint that the traffic of its Services passes, but for those of `serviceWaypoints`. Needed in ambient for everything beyond connections: HTTP, tokens, headers.
   *
   * @default - none
   */
  readonly waypoint?: Waypoint;

  /**
   * Services that pass a waypoint of their own, such as one that nothing else shares; also where the namespace has none. Labels the Services of the app: `istio.io/use-waypoint`, for a waypoint elsewhere
   * `istio.io/use-waypoint-namespace`, and `istio.io/ingress-use-waypoint: "true"`. Their pods admit that waypoint, and no other of the namespace.
   *
   * @default - none
   */
  readonly serviceWaypoints?: ServiceWaypoint[];

  /**
   * Who may read metrics of every workload here.
   *
   * @default - nobody
   */
  readonly metricsReaders?: Principal[];

  /**
   * The ports that workloads serve metrics on, by their own count. What Istio merges on 15020 needs no access. A port that other workloads use for other things is better
   * stated by a ServiceAccess for those that serve metrics on it.
   *
   * @default [9090]
   */
  readonly metricsPorts?: number[];

  /**
   * The path of the metrics. In ambient it cannot be checked, and must not be given: readers may use the whole ports there.
   *
   * @default "/metrics"
   */
  readonly metricsPath?: string;

  /**
   * Gateways of the namespace that everyone may reach under its default deny; an empty list where its gateways are for named callers only. Needed
   * where the app shows gateways here.
   *
   * @default - none; refused where the app shows a gateway here
   */
  readonly publicGateways?: PublicGateway[];

  /**
   * Workloads whose pods leave the mesh on purpose, by host network, annotations or labels of their own.
   *
   * @default - none; a workload that leaves the mesh, whole or by a port, is refused
   */
  readonly outsideMesh?: WorkloadOutsideMesh[];

  /**
   * Which NetworkPolicies of Kubernetes stand beside the policies of the mesh, and say the same as far as a network can tell it: see `NetworkPolicies`.
   *
   * @default - as the mesh says
   */
  readonly networkPolicies?: NetworkPolicies;

  /**
   * Metadata of the policies. Its name is not that of the PeerAuthentication.
   *
   * @default - names come from the construct path
   */
  readonly metadata?: ApiObjectMetadata;

  /**
   * Labels and annotations of the Namespace that is created, such as those of pod security. Those of the mesh come from the other props.
   *
   * @default - those of the mesh only
   */
  readonly namespaceMetadata?: NamespaceMetadata;

  /**
   * Name of the PeerAuthentication. Of two that are for the whole namespace Istio takes the older one, whatever it says: under the name that is usual for it, the one that
   * may be there is replaced.
   *
   * @default "default"
   */
  readonly peerAuthenticationName?: string;
}

/** Its members, as they are checked. */
export const NAMESPACE_PROPS: InputStruct<ZeroTrustNamespaceProps> = {
  name: 'ZeroTrustNamespaceProps',
  members: {
    name: 'value',
    namespace: 'value',
    exists: 'flag',
    dataPlane: 'value',
    revision: 'value',
    waypoint: 'value',
    serviceWaypoints: 'value',
    metricsReaders: 'value',
    metricsPorts: 'value',
    metricsPath: 'value',
    publicGateways: 'value',
    outsideMesh: 'value',
    networkPolicies: 'value',
    metadata: 'value',
    namespaceMetadata: 'value',
    peerAuthenticationName: 'value',
  },
};
