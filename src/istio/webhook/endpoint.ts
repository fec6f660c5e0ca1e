import { isAddress } from '../../util/go/netip';
import { at, Report } from '../problem';
import { checkLabels } from './labels';
import { domain, isDnsLabel } from './names';
import { portFault } from './ports';
import { UNIX_PREFIX, unixPath } from './socket';
import { checkValue, ValueRule } from './values';

/** Where a ServiceEntry is served, once decoded. */
export interface EndpointMessage {
  readonly address: string;
  readonly ports?: Readonly<Record<string, number>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly network: string;
}

/** The name of a port. */
export const portName: ValueRule = value =>
  isDnsLabel(value) ? undefined : `must be at most 63 letters, digits and inner '-', got '${value}'; rename the port`;

/** What istiod says of an endpoint with resolution STATIC: an address, or a socket. */
export function checkStaticEndpoint(endpoint: EndpointMessage, portNames: ReadonlySet<string>, field: string, error: Report, warn: Report): void {
  const { address, network } = endpoint;
  if (address === '' && network === '') {
    error(at(field, 'address'), "must be given, got ''; name an IP address");
    return;
  }
  if (address === '') {
    warn(at(field, 'address'), `should be given, got '' in network '${network}'; name an IP address`);
  } else if (address.startsWith(UNIX_PREFIX)) {
    checkSocket(endpoint, portNames, field, error);
  } else if (!isAddress(address)) {
    error(at(field, 'address'), `must be an IP address with resolution STATIC, got '${address}'; use resolution DNS for names`);
  }
  checkPortsAndLabels(endpoint, portNames, field, error);
}

function checkSocket({ address, ports }: EndpointMessage, portNames: ReadonlySet<string>, field: string, error: Report): void {
  checkValue(address.slice(UNIX_PREFIX.length), at(field, 'address'), unixPath, error);
  if (Object.keys(ports ?? {}).length > 0) {
    error(at(field, 'ports'), `must be left out beside a socket, got address '${address}'; drop ports`);
  }
  if (portNames.size !== 1) {
    error(at(field, 'address'), `must not be a socket unless the entry has exactly one port, got ${portNames.size}; split the entry`);
  }
}

/** What istiod says of an endpoint with one of the DNS resolutions: a name, or an address. */
export function checkDnsEndpoint(endpoint: EndpointMessage, portNames: ReadonlySet<string>, field: string, error: Report): void {
  const { address } = endpoint;
  if (!isAddress(address) && domain(address) !== undefined) {
    error(at(field, 'address'), `must be a DNS name or an IP address, got '${address}'; correct it`);
  }
  checkPortsAndLabels(endpoint, portNames, field, error);
}

function checkPortsAndLabels({ ports, labels }: EndpointMessage, portNames: ReadonlySet<string>, field: string, error: Report): void {
  for (const [name, number] of Object.entries(ports ?? {})) {
    const where = at(field, 'ports', name);
    checkValue(name, where, portName, error);
    checkValue(number, where, portFault, error);
    if (!portNames.has(name)) {
      error(where, `must be the name of a port of the entry, got '${name}'; known are '${[...portNames].join("', '")}'`);
    }
  }
  checkLabels(labels, at(field, 'labels'), error);
}
