import { at, Report } from '../problem';
import { checkDnsEndpoint, checkStaticEndpoint, EndpointMessage, portName } from './endpoint';
import { checkExportTo } from './export-to';
import { domain, isPartialWildcard, wildcardDomain } from './names';
import { portFault, protocolFamily, protocolFault } from './ports';
import { checkValue, ipBlock } from './values';
import { checkWorkloadSelector, WorkloadSelectorMessage } from './workload-selector';
import { Metadata } from '../metadata';

interface Port {
  readonly number: number;
  readonly protocol: string;
  readonly name: string;
  readonly targetPort: number;
}

/** A ServiceEntry as istiod sees it once decoded. */
export interface ServiceEntryMessage {
  readonly hosts: readonly string[];
  readonly addresses: readonly string[];
  readonly ports: readonly Port[];
  readonly location: string;
  readonly resolution: string;
  readonly endpoints: readonly EndpointMessage[];
  readonly workloadSelector?: WorkloadSelectorMessage;
  readonly exportTo: readonly string[];
}

const AUTO_ALLOCATE = 'networking.istio.io/enable-autoallocate-ip';
const USE_WAYPOINT = 'istio.io/use-waypoint';

/** What istiod's webhook says of a ServiceEntry. */
export function checkServiceEntry(spec: ServiceEntryMessage, error: Report, warn: Report, metadata: Metadata): void {
  checkWorkloadSelector(spec.workloadSelector, error, warn);
  if (spec.workloadSelector !== undefined && spec.endpoints.length > 0) {
    error('spec.endpoints', 'must be left out beside workloadSelector, which finds the endpoints; keep one of them');
  }
  checkHosts(spec, error, warn);
  checkAddresses(spec, error);
  checkPorts(spec, error);
  warnOfTcpWithoutAddress(spec, metadata, warn);
  checkResolution(spec, metadata, error, warn);
  const shared = spec.ports.findIndex(({ protocol }) => !['http', 'tls'].includes(protocolFamily(protocol) ?? ''));
  if (spec.resolution !== 'NONE' && spec.hosts.length > 1 && shared >= 0) {
    error(at('spec.ports', shared), `must be HTTP or TLS where there are several hosts, which nothing else tells apart, got protocol '${spec.ports[shared].protocol}'; split the entry`);
  }
  checkExportTo(spec.exportTo, metadata.namespace, error, true);
}

function checkHosts({ hosts, resolution }: ServiceEntryMessage, error: Report, warn: Report): void {
  if (hosts.length === 0) {
    error('spec.hosts', 'must not be empty, got none; name a host');
  }
  hosts.forEach((host, index) => {
    const field = at('spec.hosts', index);
    if (host === '*') {
      error(field, "must not be every host there is, got '*'; name a domain, as in '*.example.com'");
    } else {
      checkValue(host, field, wildcardDomain, error);
    }
    if (resolution !== 'DYNAMIC_DNS' && isPartialWildcard(host)) {
      warn(field, `should have '*' as its whole first label, got '${host}'; Istio knows no smaller one, so write '*.example.com'`);
    }
  });
}

function checkAddresses({ addresses, resolution }: ServiceEntryMessage, error: Report): void {
  addresses.forEach((address, index) => {
    checkValue(address, at('spec.addresses', index), ipBlock, error);
    if (address.includes('/') && !['NONE', 'STATIC'].includes(resolution)) {
      error(at('spec.addresses', index), `must be a single address with resolution ${resolution}, got '${address}'; use resolution NONE or STATIC`);
    }
  });
}

function checkPorts({ ports }: ServiceEntryMessage, error: Report): void {
  ports.forEach((port, index) => {
    const field = at('spec.ports', index);
    for (const name of ['name', 'number'] as const) {
      if (ports.slice(0, index).some(earlier => earlier[name] === port[name])) {
        error(at(field, name), `must not be that of another port, got '${port[name]}' again; correct it`);
      }
    }
    checkValue(port.name, at(field, 'name'), portName, error);
    checkValue(port.number, at(field, 'number'), portFault, error);
    checkValue(port.targetPort || undefined, at(field, 'targetPort'), portFault, error);
    checkValue(port.protocol || undefined, at(field, 'protocol'), protocolFault, error);
  });
}

/** Istio gives an entry an address of its own, unless it is told not to, or could do nothing with it. */
function warnOfTcpWithoutAddress({ ports, addresses, resolution }: ServiceEntryMessage, { labels }: Metadata, warn: Report): void {
  const isAllocated = resolution !== 'NONE' && labels?.[AUTO_ALLOCATE]?.toLowerCase() !== 'false';
  const bare = ports.findIndex(({ protocol }) => protocol === '' || protocol === 'TCP');
  if (addresses.length === 0 && !isAllocated && bare >= 0) {
    warn(at('spec.ports', bare), `should be HTTP or TLS where the entry has no addresses, got protocol '${ports[bare].protocol}'; it takes the port of every other host`);
  }
}

function checkResolution(spec: ServiceEntryMessage, metadata: Metadata, error: Report, warn: Report): void {
  const names = new Set(spec.ports.map(({ name }) => name));
  const eachEndpoint = (check: (endpoint: EndpointMessage, field: string) => void): void =>
    spec.endpoints.forEach((endpoint, index) => check(endpoint, at('spec.endpoints', index)));
  switch (spec.resolution) {
    case 'NONE':
      return checkNone(spec, error, warn);
    case 'STATIC':
      return eachEndpoint((endpoint, field) => checkStaticEndpoint(endpoint, names, field, error, warn));
    case 'DNS':
    case 'DNS_ROUND_ROBIN':
      eachEndpoint((endpoint, field) => checkDnsEndpoint(endpoint, names, field, error));
      return checkDns(spec, error, warn);
    case 'DYNAMIC_DNS':
      return checkDynamicDns(spec, metadata, error);
    default:
      error('spec.resolution', `must be a resolution that Istio knows, got '${spec.resolution}'; name one`);
  }
}

function checkNone({ endpoints, workloadSelector }: ServiceEntryMessage, error: Report, warn: Report): void {
  if (endpoints.length > 0) {
    error('spec.endpoints', 'must be left out with resolution NONE, which is the default; add resolution, or drop endpoints');
  }
  if (workloadSelector !== undefined) {
    warn('spec.workloadSelector', 'should be left out with resolution NONE, which is the default; add resolution, or drop it');
  }
}

function checkDns(spec: ServiceEntryMessage, error: Report, warn: Report): void {
  const { hosts, endpoints, addresses, ports, resolution } = spec;
  const wild = endpoints.length > 0 ? -1 : hosts.findIndex(host => domain(host) !== undefined);
  if (wild >= 0) {
    error(at('spec.hosts', wild), `must be a DNS name without '*' where resolution ${resolution} has no endpoints, got '${hosts[wild]}'; add endpoints, or use resolution NONE`);
  }
  if (resolution === 'DNS_ROUND_ROBIN' && endpoints.length > 1) {
    error('spec.endpoints', `must have at most one entry with resolution DNS_ROUND_ROBIN, got ${endpoints.length}; use resolution DNS`);
  }
  const tcp = ports.findIndex(({ protocol }) => ['tcp', 'tls'].includes(protocolFamily(protocol) ?? ''));
  if (addresses.length > 0 && hosts.length > 1 && tcp >= 0) {
    warn(at('spec.ports', tcp), `should be HTTP where there are addresses and several hosts, got protocol '${ports[tcp].protocol}'; split the entry`);
  }
}

/** What the proxies' own resolver of names can do. */
const DYNAMIC_PROTOCOLS = ['HTTP', 'HTTP2', 'GRPC', 'TLS'];

function checkDynamicDns(spec: ServiceEntryMessage, { labels }: Metadata, error: Report): void {
  spec.hosts.forEach((host, index) => {
    if (!host.startsWith('*')) {
      error(at('spec.hosts', index), `must begin with '*' with resolution DYNAMIC_DNS, got '${host}'; use resolution DNS`);
    }
  });
  for (const name of ['addresses', 'endpoints'] as const) {
    if (spec[name].length > 0) {
      error(at('spec', name), `must be left out with resolution DYNAMIC_DNS, got ${spec[name].length}; drop it, as requests say where they go`);
    }
  }
  spec.ports.forEach(({ protocol }, index) => {
    if (!DYNAMIC_PROTOCOLS.includes(protocol.toUpperCase())) {
      error(at('spec.ports', index, 'protocol'), `must be one of ${DYNAMIC_PROTOCOLS.join(', ')} with resolution DYNAMIC_DNS, got '${protocol}'; correct it`);
    }
  });
  const waypoint = labels?.[USE_WAYPOINT] ?? '';
  if (!['MESH_EXTERNAL', 'MESH_INTERNAL'].includes(spec.location)) {
    error('spec.location', `must be MESH_EXTERNAL or MESH_INTERNAL with resolution DYNAMIC_DNS, got '${spec.location}'; correct it`);
  }
  if (spec.location === 'MESH_INTERNAL' && waypoint !== '' && waypoint.toLowerCase() !== 'none') {
    error('spec.location', `must be MESH_EXTERNAL with resolution DYNAMIC_DNS and a waypoint, got 'MESH_INTERNAL' and waypoint '${waypoint}'; correct one`);
  }
}
