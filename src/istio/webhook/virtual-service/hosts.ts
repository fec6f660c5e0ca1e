import { byteLength } from '../../../util/go/bytes';
import { wildcardDomain } from '../names';

/** The gateway that stands for all sidecars. */
const MESH = 'mesh';

/** Whether `mesh` is among the gateways; none at all means the mesh too, but this is not what is asked here. */
export function isForMesh(gateways: readonly string[]): boolean {
  return gateways.includes(MESH);
}

/** What is wrong with a host that sidecars serve. */
export const virtualHost = wildcardDomain;

/**
 * What is wrong with a host that gateways serve.
 *
 * @param sni whether it may be a name that Istio makes for AUTO_PASSTHROUGH, as `outbound_.80_.v1_.web.example.com`
 */
export function gatewayHost(host: string, sni: boolean): string | undefined {
  if (!sni || !host.startsWith('outbound_') || byteLength(host) > 255) {
    return wildcardDomain(host);
  }
  const [, port, , name] = host.split('_');
  return name !== undefined && /[0-9]/.test(port) && /[a-zA-Z]/.test(name)
    ? undefined
    : `must be of the form 'outbound_.PORT_.SUBSET_.HOST', got '${host}'; correct it`;
}
