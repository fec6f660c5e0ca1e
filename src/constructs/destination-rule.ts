import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { DestinationRuleSpec } from '../istio/destination-rule';
import { namedInErrors } from './private/statements/named-in-errors';
import { addResource } from './private/statements/resource';

/** Props of a DestinationRule: its metadata and the fields of its `spec`. */
export interface DestinationRuleProps extends DestinationRuleSpec {
  /**
   * Name, namespace, labels and annotations.
   *
   * @default - a name from the construct path, and the namespace of the chart
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * An Istio DestinationRule, field by field: how clients connect to a destination.
 *
 * A `tls` without `mode` is plaintext, and `tls` at a port leaves nothing of what is said of all ports; ztunnel reads none of it. For servers outside the mesh use `LegacyDestination`.
 * Renders one object of `networking.istio.io/v1`, as written. Throws what the API server or istiod's webhook would refuse.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/
 * @example
 * new DestinationRule(this, 'breaker', {
 *   host: 'api.shop.svc.cluster.local',
 *   trafficPolicy: {
 *     connectionPool: { http: { http1MaxPendingRequests: 100 } },
 *     outlierDetection: { consecutive5xxErrors: 5, baseEjectionTime: '30s' },
 *   },
 * });
 */
@namedInErrors
export class DestinationRule extends Construct {
  /** Name of the object. */
  public readonly destinationRuleName: string;

  constructor(scope: Construct, id: string, props: DestinationRuleProps) {
    super(scope, id);
    this.destinationRuleName = addResource(this, 'DestinationRule', props).name;
  }
}
