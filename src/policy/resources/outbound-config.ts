import { LeftOut, list, object, text, word } from '../../util/shape';
import { OutboundSettings } from '../request/outbound-settings';

const OUTBOUND = object({
  defaultServiceExportTo: list(text),
  defaultVirtualServiceExportTo: list(text),
  defaultDestinationRuleExportTo: list(text),
  outboundTrafficPolicy: object({ mode: word('REGISTRY_ONLY', 'ALLOW_ANY', 'ALLOW_ANY_DYNAMIC_DNS') }),
  defaultConfig: object({ proxyMetadata: object({ ISTIO_META_ENABLE_HBONE: text }) }),
});

/** What a MeshConfig of Istio says of what sidecars send; undefined where it says nothing of it. */
export function outboundSettingsOf(meshConfig: unknown, leftOut?: LeftOut): OutboundSettings | undefined {
  const config = OUTBOUND(meshConfig, '', leftOut) ?? {};
  const { mode } = config.outboundTrafficPolicy ?? {};
  const hbone = config.defaultConfig?.proxyMetadata?.ISTIO_META_ENABLE_HBONE;
  const settings = {
    serviceExportTo: config.defaultServiceExportTo,
    virtualServiceExportTo: config.defaultVirtualServiceExportTo,
    destinationRuleExportTo: config.defaultDestinationRuleExportTo,
    registryOnly: mode === undefined ? undefined : mode === 'REGISTRY_ONLY',
    sidecarHbone: hbone === undefined ? undefined : hbone === 'true',
  };
  return Object.values(settings).some(value => value !== undefined) ? settings : undefined;
}
