import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { GatewaySpec } from '../istio/gateway';
import { namedInErrors } from './private/statements/named-in-errors';
import { addResource } from './private/statements/resource';

/** Props of a Gateway of Istio: its metadata and the fields of its `spec`. */
export interface GatewayProps extends GatewaySpec {
  /**
   * Name, namespace, labels and annotations.
   *
   * @default - a name from the construct path, and the namespace of the chart
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * A Gateway of Istio, field by field: what the pods of a gateway listen to.
 *
 * It listens and ends TLS; who may call is said by AuthorizationPolicies for its pods, and where requests go by VirtualServices.
 * Renders one object of `networking.istio.io/v1`, as written. Throws what the API server or istiod's webhook would refuse.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/gateway/
 * @example
 * new Gateway(this, 'public', {
 *   selector: { istio: 'ingressgateway' },
 *   servers: [{
 *     port: { number: 443, name: 'https', protocol: 'HTTPS' },
 *     hosts: ['./shop.example.com'],
 *     tls: { mode: ServerTlsMode.SIMPLE, credentialName: 'shop-certificate' },
 *   }],
 * });
 */
@namedInErrors
export class Gateway extends Construct {
  /** Name of the object. */
  public readonly gatewayName: string;

  constructor(scope: Construct, id: string, props: GatewayProps = {}) {
    super(scope, id);
    this.gatewayName = addResource(this, 'Gateway', props).name;
  }
}
