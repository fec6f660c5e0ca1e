import { contains } from '../../util/ip';
import { commaSeparated } from '../../util/text';
import { not, Truth } from '../../util/truth';
import { Mesh } from '../request/mesh-settings';
import { Labels } from '../resources/inventory';

const PREFIX = 'traffic.sidecar.istio.io';

/** Whether a sidecar gets the connections of its own pod to a port; undefined where that hangs on addresses that the manifests do not have. */
export function capturesOutbound({ outbound }: Mesh, annotations: Labels, port: number, ips: readonly string[]): Truth {
  const listed = (name: string, byDefault: string) => commaSeparated(annotations[`${PREFIX}/${name}`] ?? byDefault);
  const isIn = (blocks: readonly string[]): Truth => {
    if (blocks.length === 0) return false;
    return ips.length === 0 ? undefined : blocks.some(block => ips.some(ip => contains(block, ip)));
  };
  if (listed('excludeOutboundPorts', outbound.excludedPorts).includes(String(port))) return false;
  const excluded = isIn(listed('excludeOutboundIPRanges', outbound.excludedBlocks));
  if (excluded === true) return false;
  const blocks = listed('includeOutboundIPRanges', outbound.includedBlocks);
  const included = blocks.includes('*') || listed('includeOutboundPorts', outbound.includedPorts).includes(String(port)) || isIn(blocks);
  return included === true ? not(excluded) : included;
}
