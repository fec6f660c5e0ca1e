import { isAddress } from '../../../util/go/netip';
import { Metadata } from '../../metadata';
import { at, Report } from '../../problem';
import { checkExportTo } from '../export-to';
import { isClaim } from '../http-headers';
import { hostsOverlap } from '../names';
import { checkGateways } from './gateways';
import { gatewayHost, isForMesh, virtualHost } from './hosts';
import { checkHttpRoute } from './http-route';
import { checkTcpRoute, checkTlsRoute } from './l4-routes';
import { VirtualServiceMessage } from './messages';
import { warnOfCovered, warnOfUnreachable } from './unreachable';

/** On objects that istiod makes of routes of the Kubernetes Gateway API. */
const GATEWAY_API = { annotation: 'internal.istio.io/route-semantics', value: 'gateway' };

/** What istiod's webhook says of a VirtualService. */
export function checkVirtualService(spec: VirtualServiceMessage, error: Report, warn: Report, metadata: Metadata): void {
  const isGenerated = metadata.annotations?.[GATEWAY_API.annotation] === GATEWAY_API.value;
  const isDelegate = spec.hosts.length === 0;
  if (isDelegate) {
    checkDelegate(spec, error);
  }
  checkGateways(spec.gateways, 'spec.gateways', error, warn, isGenerated);
  checkClaims(spec, error);
  checkHosts(spec, error);
  if (spec.http.length + spec.tcp.length + spec.tls.length === 0) {
    error('spec', 'must have http, tcp or tls, got none; add a route');
  }
  spec.http.forEach((route, index) => checkHttpRoute(route, at('spec.http', index), { isDelegate, isGenerated }, error, warn));
  spec.tls.forEach((route, index) => checkTlsRoute(route, at('spec.tls', index), spec, isGenerated, error, warn));
  spec.tcp.forEach((route, index) => checkTcpRoute(route, at('spec.tcp', index), isGenerated, error));
  checkExportTo(spec.exportTo, metadata.namespace, error);
  for (const name of ['http', 'tcp', 'tls'] as const) {
    warnOfUnreachable(spec[name], at('spec', name), warn);
  }
  warnOfCovered(spec.http, 'spec.http', warn);
}

/** Without hosts it is one that others delegate to. */
function checkDelegate(spec: VirtualServiceMessage, error: Report): void {
  for (const name of ['gateways', 'tls', 'tcp'] as const) {
    if (spec[name].length > 0) {
      error(at('spec', name), 'must be left out where there are no hosts, as others delegate to this; name hosts, or drop it');
    }
  }
}

/** Only gateways route by claims. */
function checkClaims({ http, gateways }: VirtualServiceMessage, error: Report): void {
  if (isForGateways(gateways)) {
    return;
  }
  http.forEach(({ match }, index) => match.forEach((one, number) => {
    for (const name of ['headers', 'withoutHeaders'] as const) {
      Object.keys(one[name] ?? {}).filter(isClaim).forEach(claim => error(
        at('spec.http', index, 'match', number, name, claim),
        `must stand in routes of gateways only, got '${claim}' for '${gateways.join('\', \'') || 'mesh'}'; name gateways without mesh`,
      ));
    }
  }));
}

function isForGateways(gateways: readonly string[]): boolean {
  return gateways.length > 0 && !isForMesh(gateways);
}

function checkHosts({ hosts, gateways, tls }: VirtualServiceMessage, error: Report): void {
  const sni = tls.some(({ match }) => match.some(({ sniHosts }) => sniHosts.length > 0));
  const faults = hosts.map(host => {
    const fault = isForGateways(gateways) ? gatewayHost(host, sni) : virtualHost(host);
    const forAll = host === '*' && !isForGateways(gateways) ? 'must not be \'*\' for the mesh, got it; name hosts, or gateways without mesh' : undefined;
    return isAddress(host) ? undefined : fault ?? forAll;
  });
  faults.forEach((fault, index) => fault !== undefined && error(at('spec.hosts', index), fault));
  hosts.forEach((host, index) => {
    const before = hosts.slice(0, index).find(other => hostsOverlap(other, host));
    if (before !== undefined) {
      error(at('spec.hosts', index), `must not overlap with those before it, got '${host}' behind '${before}'; keep one of them`);
    }
  });
}
