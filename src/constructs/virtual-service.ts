import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { VirtualServiceSpec } from '../istio/virtual-service';
import { namedInErrors } from './private/statements/named-in-errors';
import { addResource } from './private/statements/resource';

/** Props of a VirtualService: its metadata and the fields of its `spec`. */
export interface VirtualServiceProps extends VirtualServiceSpec {
  /**
   * Name, namespace, labels and annotations.
   *
   * @default - a name from the construct path, and the namespace of the chart
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * An Istio VirtualService, field by field: where requests go.
 *
 * It routes, and allows nothing: who may call is said at the destination. Where it changes a path, policies there see the new one.
 * Renders one object of `networking.istio.io/v1`, as written. Throws what the API server or istiod's webhook would refuse.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/
 * @example
 * new VirtualService(this, 'shop', {
 *   hosts: ['shop.example.com'],
 *   gateways: ['edge/public'],
 *   http: [{
 *     match: [{ uri: { prefix: '/api/' } }],
 *     route: [{ destination: { host: 'api.shop.svc.cluster.local', port: { number: 80 } } }],
 *   }],
 * });
 */
@namedInErrors
export class VirtualService extends Construct {
  /** Name of the object. */
  public readonly virtualServiceName: string;

  constructor(scope: Construct, id: string, props: VirtualServiceProps) {
    super(scope, id);
    this.virtualServiceName = addResource(this, 'VirtualService', props).name;
  }
}
