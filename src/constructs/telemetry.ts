import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { TelemetrySpec } from '../istio/telemetry';
import { namedInErrors } from './private/statements/named-in-errors';
import { addResource } from './private/statements/resource';

/** Props of a Telemetry: its metadata and the fields of its `spec`. */
export interface TelemetryProps extends TelemetrySpec {
  /**
   * Name, namespace, labels and annotations.
   *
   * @default - a name from the construct path, and the namespace of the chart
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * An Istio Telemetry, field by field: access logs, metrics and spans.
 *
 * Providers that it names take the place of those of the wider scope, and `disabled` silences what the root namespace asks for. A provider that the mesh settings lack gets nothing.
 * Renders one object of `telemetry.istio.io/v1`, as written. Throws what the API server or istiod's webhook would refuse.
 *
 * @see https://istio.io/latest/docs/reference/config/telemetry/
 * @example
 * new Telemetry(this, 'errors', {
 *   accessLogging: [{ providers: [{ name: 'envoy' }], filter: { expression: 'response.code >= 500' } }],
 * });
 */
@namedInErrors
export class Telemetry extends Construct {
  /** Name of the object. */
  public readonly telemetryName: string;

  constructor(scope: Construct, id: string, props: TelemetryProps = {}) {
    super(scope, id);
    this.telemetryName = addResource(this, 'Telemetry', props).name;
  }
}
