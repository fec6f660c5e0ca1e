/** A direction of requests, as a proxy sees it. */
export enum TelemetryMode {
  /** Both. */
  CLIENT_AND_SERVER = 'CLIENT_AND_SERVER',

  /** Those that its workload sends, and all of a gateway. */
  CLIENT = 'CLIENT',

  /** Those that its workload gets, and all of a waypoint. */
  SERVER = 'SERVER',
}

/** What settings of a Telemetry are for. */
export interface TelemetryMatch {
  /**
   * The direction.
   *
   * @default TelemetryMode.CLIENT_AND_SERVER
   */
  readonly mode?: TelemetryMode;
}

/** Names an extension provider of the mesh settings, or `prometheus` or `envoy`, which are there by themselves. */
export interface TelemetryProvider {
  /** Name of the provider, as in `meshConfig.extensionProviders`. */
  readonly name: string;
}
