import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { KubernetesGatewaySpec } from '../istio/kubernetes-gateway';
import { namedInErrors } from './private/statements/named-in-errors';
import { addResource } from './private/statements/resource';

/** Props of a Gateway of the Kubernetes Gateway API: its metadata and the fields of its `spec`. */
export interface KubernetesGatewayProps extends KubernetesGatewaySpec {
  /**
   * Name, namespace, labels and annotations.
   *
   * @default - a name from the construct path, and the namespace of the chart
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * A Gateway of the Kubernetes Gateway API, field by field: a gateway at the edge, or a waypoint.
 *
 * Istio deploys its pods, which run as the service account NAME-istio, a waypoint's as NAME, unless `addresses` name a Service that is there. It listens and ends TLS; who may call is said by
 * AuthorizationPolicies with a `targetRef` of it, and where requests go by routes. Where those must not drift apart use `IngressGateway`; for a waypoint of a namespace `Waypoint`.
 * Renders one object of `gateway.networking.k8s.io/v1`, as written. Throws what the API server would refuse.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#gateway
 * @example
 * new KubernetesGateway(this, 'public', {
 *   gatewayClassName: 'istio',
 *   listeners: [{
 *     name: 'https',
 *     port: 443,
 *     protocol: 'HTTPS',
 *     hostname: 'shop.example.com',
 *     tls: { certificateRefs: [{ name: 'shop-certificate' }] },
 *   }],
 * });
 */
@namedInErrors
export class KubernetesGateway extends Construct {
  /** Name of the object. */
  public readonly kubernetesGatewayName: string;

  constructor(scope: Construct, id: string, props: KubernetesGatewayProps) {
    super(scope, id);
    this.kubernetesGatewayName = addResource(this, 'KubernetesGateway', props).name;
  }
}
