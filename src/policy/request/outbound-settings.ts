/** What sidecars know of the mesh, and what they send: the settings of the mesh. */
export interface OutboundSettings {
  /**
   * Namespaces that Services and ServiceEntries are visible to, where they do not say it themselves, `.` for their own: `meshConfig.defaultServiceExportTo`.
   *
   * @default - all
   */
  readonly serviceExportTo?: string[];

  /**
   * The same for VirtualServices: `meshConfig.defaultVirtualServiceExportTo`.
   *
   * @default - all
   */
  readonly virtualServiceExportTo?: string[];

  /**
   * The same for DestinationRules: `meshConfig.defaultDestinationRuleExportTo`.
   *
   * @default - all
   */
  readonly destinationRuleExportTo?: string[];

  /**
   * Whether sidecars block what they do not know, which they pass on as it is otherwise: `meshConfig.outboundTrafficPolicy.mode` REGISTRY_ONLY.
   *
   * @default false
   */
  readonly registryOnly?: boolean;

  /**
   * Whether injected sidecars take HBONE, without which clients in ambient mode and waypoints reach them in plaintext only:
   * `ISTIO_META_ENABLE_HBONE` in `meshConfig.defaultConfig.proxyMetadata`, as Istio's profile `ambient` sets it.
   *
   * @default true, which an answer that hangs on it notes
   */
  readonly sidecarHbone?: boolean;

  /**
   * Address blocks that sidecars take the connections of their pods to, `*` for all, where these do not say it: `global.proxy.includeIPRanges`.
   *
   * @default *
   */
  readonly includedBlocks?: string;

  /**
   * Address blocks that they leave out: `global.proxy.excludeIPRanges`.
   *
   * @default - none
   */
  readonly excludedBlocks?: string;

  /**
   * Ports that they take whatever the address: `global.proxy.includeOutboundPorts`.
   *
   * @default - none
   */
  readonly includedPorts?: string;

  /**
   * Ports that they leave out: `global.proxy.excludeOutboundPorts`.
   *
   * @default - none
   */
  readonly excludedPorts?: string;
}

/** The settings with every default filled in. */
export interface Outbound extends Required<OutboundSettings> {
  /** Whether `sidecarHbone` is no assumption. */
  readonly knowsSidecarHbone: boolean;
}

export function resolveOutbound(settings: OutboundSettings = {}): Outbound {
  return {
    serviceExportTo: settings.serviceExportTo ?? ['*'],
    virtualServiceExportTo: settings.virtualServiceExportTo ?? ['*'],
    destinationRuleExportTo: settings.destinationRuleExportTo ?? ['*'],
    registryOnly: settings.registryOnly ?? false,
    sidecarHbone: settings.sidecarHbone ?? true,
    knowsSidecarHbone: settings.sidecarHbone !== undefined,
    includedBlocks: settings.includedBlocks ?? '*',
    excludedBlocks: settings.excludedBlocks ?? '',
    includedPorts: settings.includedPorts ?? '',
    excludedPorts: settings.excludedPorts ?? '',
  };
}
