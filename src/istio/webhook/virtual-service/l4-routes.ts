import { isAddress } from '../../../util/go/netip';
import { at, Report } from '../../problem';
import { checkLabels } from '../labels';
import { hostCovers } from '../names';
import { portFault } from '../ports';
import { checkValue, checkValues, ipBlock } from '../values';
import { checkDestinations } from './destinations';
import { checkGateways } from './gateways';
import { gatewayHost, isForMesh, virtualHost } from './hosts';
import { TcpMatch, TcpRouteMessage, TlsMatch, TlsRouteMessage, VirtualServiceMessage } from './messages';

/** What istiod says of a route of TLS connections, by the name they ask for; `owner` is what the route stands in. */
export function checkTlsRoute(
  route: TlsRouteMessage, field: string, owner: VirtualServiceMessage, generated: boolean, error: Report, warn: Report,
): void {
  if (route.match.length === 0) {
    error(at(field, 'match'), 'must not be empty, got \'[]\'; name sniHosts');
  }
  route.match.forEach((match, index) => {
    const where = at(field, 'match', index);
    if (match.sniHosts.length === 0) {
      error(at(where, 'sniHosts'), 'must not be empty, got \'[]\'; name a host');
    }
    match.sniHosts.forEach((host, number) => checkSniHost(host, at(where, 'sniHosts', number), owner, error, warn));
    checkMatch(match, where, error, warn);
  });
  checkRoute(route, field, generated, error);
}

/** What istiod says of a route of TCP connections. */
export function checkTcpRoute(route: TcpRouteMessage, field: string, generated: boolean, error: Report): void {
  route.match.forEach((match, index) => checkMatch(match, at(field, 'match', index), error, () => undefined)); // Istio drops the warning here
  checkRoute(route, field, generated, error);
}

function checkRoute({ route }: TcpRouteMessage, field: string, generated: boolean, error: Report): void {
  if (route.length === 0) {
    error(at(field, 'route'), 'must not be empty, got \'[]\'; say where connections go');
  }
  checkDestinations(route, at(field, 'route'), generated, error);
}

function checkMatch(match: TcpMatch | TlsMatch, field: string, error: Report, warn: Report): void {
  checkValues(match.destinationSubnets, at(field, 'destinationSubnets'), [ipBlock], error);
  checkValue(match.port === 0 ? undefined : match.port, at(field, 'port'), portFault, error);
  checkLabels(match.sourceLabels, at(field, 'sourceLabels'), error);
  checkGateways(match.gateways, at(field, 'gateways'), error, warn);
}

function checkSniHost(host: string, field: string, { hosts, gateways }: VirtualServiceMessage, error: Report, warn: Report): void {
  const fault = isForMesh(gateways) ? virtualHost(host) : gatewayHost(host, true);
  if (fault === undefined && !hosts.some(wide => hostCovers(wide, host))) {
    error(field, `must be one of the hosts, or be covered by one, got '${host}'; add it to hosts`);
  } else if (fault !== undefined && isAddress(host)) {
    warn(field, `should be a name, got '${host}', which no client asks for by name; use tcp`);
  } else {
    checkValue(fault, field, found => found, error);
  }
}
