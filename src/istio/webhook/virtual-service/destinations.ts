import { at, Report } from '../../problem';
import { isDnsLabel, wildcardDomain } from '../names';
import { portFault } from '../ports';
import { checkValue } from '../values';
import { Destination, WeightedDestination } from './messages';

/**
 * What istiod says of where requests go.
 *
 * @param generated made of a route of the Kubernetes Gateway API, whose destinations are not looked at
 */
export function checkDestinations(route: readonly WeightedDestination[], field: string, generated: boolean, error: Report): void {
  route.forEach(({ destination, weight }, index) => {
    const where = at(field, index);
    if (destination === undefined) {
      error(at(where, 'destination'), 'must be given, got nothing; name the host');
    } else if (!generated) {
      checkDestination(destination, at(where, 'destination'), error);
    }
    if (weight < 0) {
      error(at(where, 'weight'), `must not be negative, got '${weight}'; correct it`);
    }
  });
  const total = route.reduce((sum, { weight }) => sum + weight, 0) % 2 ** 32; // it has 32 bits in Go
  if (route.length > 1 && total === 0) {
    error(field, 'must have weights that come to more than 0, got 0; give each destination its weight');
  }
}

export function checkDestination({ host, subset, port }: Destination, field: string, error: Report): void {
  if (host === '*') {
    error(at(field, 'host'), 'must name a host, got \'*\'; correct it');
  } else {
    checkValue(host, at(field, 'host'), wildcardDomain, error);
  }
  if (subset !== '' && !isDnsLabel(subset)) {
    error(at(field, 'subset'), `must be at most 63 letters, digits and inner '-', got '${subset}'; name a subset of the DestinationRule`);
  }
  checkValue(port?.number, at(field, 'port', 'number'), portFault, error);
}
