import { PolicyTargetReference, WorkloadSelector } from './selection';

/** One of the access logs of a Telemetry. */
export interface AccessLogging {
  readonly providers: readonly { readonly name: string }[];
  readonly filter?: { readonly expression: string };
}

/** The `spec` of a Telemetry, as far as it is rendered. */
export interface TelemetrySpec {
  readonly selector?: WorkloadSelector;
  readonly targetRefs?: readonly PolicyTargetReference[];
  readonly accessLogging: readonly AccessLogging[];
}
