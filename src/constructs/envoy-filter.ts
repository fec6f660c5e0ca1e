import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { EnvoyFilterSpec } from '../istio/envoy-filter';
import { namedInErrors } from './private/statements/named-in-errors';
import { addResource } from './private/statements/resource';

/** Props of an EnvoyFilter: its metadata and the fields of its `spec`. */
export interface EnvoyFilterProps extends EnvoyFilterSpec {
  /**
   * Name, namespace, labels and annotations.
   *
   * @default - a name from the construct path, and the namespace of the chart
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * An Istio EnvoyFilter, field by field: patches of what istiod makes for proxies.
 *
 * It can undo whatever is enforced, and what it matches changes from version to version: use it where nothing else does it. The evaluator does not read it, which a finding tells.
 * Renders one object of `networking.istio.io/v1alpha3`, as written. Throws what the API server or istiod's webhook would refuse; of `value` only the first fields are looked at.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/
 * @example
 * new EnvoyFilter(this, 'strict-headers', {
 *   workloadSelector: { labels: { app: 'api' } },
 *   configPatches: [{
 *     applyTo: EnvoyFilterApplyTo.NETWORK_FILTER,
 *     match: {
 *       context: EnvoyFilterContext.SIDECAR_INBOUND,
 *       listener: { filterChain: { filter: { name: 'envoy.filters.network.http_connection_manager' } } },
 *     },
 *     patch: {
 *       operation: EnvoyFilterOperation.MERGE,
 *       value: {
 *         name: 'envoy.filters.network.http_connection_manager',
 *         typed_config: {
 *           '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
 *           'common_http_protocol_options': { headers_with_underscores_action: 'REJECT_REQUEST' },
 *         },
 *       },
 *     },
 *   }],
 * });
 */
@namedInErrors
export class EnvoyFilter extends Construct {
  /** Name of the object. */
  public readonly envoyFilterName: string;

  constructor(scope: Construct, id: string, props: EnvoyFilterProps = {}) {
    super(scope, id);
    this.envoyFilterName = addResource(this, 'EnvoyFilter', props).name;
  }
}
