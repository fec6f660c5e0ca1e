import { checkClientTls, ClientTlsMessage } from './client-tls';
import { checkConnectionPool, ConnectionPoolMessage } from './connection-pool';
import { milliseconds } from './durations';
import { checkExportTo } from './export-to';
import { checkLabels } from './labels';
import { checkLoadBalancer, LoadBalancerMessage } from './load-balancer';
import { domain, isDnsLabel, wildcardDomain } from './names';
import { portFault } from './ports';
import { checkValue } from './values';
import { checkWorkloadSelector, WorkloadSelectorMessage } from './workload-selector';
import { isAddress } from '../../util/go/netip';
import { Metadata } from '../metadata';
import { at, Report } from '../problem';

interface OutlierDetection {
  readonly consecutiveErrors: number;
  readonly splitExternalLocalOriginErrors: boolean;
  readonly consecutiveLocalOriginFailures?: number;
  readonly interval?: string;
  readonly baseEjectionTime?: string;
  readonly maxEjectionPercent: number;
  readonly minHealthPercent: number;
}

/** What can be said of all ports, and of one. */
interface PerPort {
  readonly loadBalancer?: LoadBalancerMessage;
  readonly connectionPool?: ConnectionPoolMessage;
  readonly outlierDetection?: OutlierDetection;
  readonly tls?: ClientTlsMessage;
}

interface TrafficPolicy extends PerPort {
  readonly portLevelSettings: ReadonlyArray<PerPort & { readonly port?: object }>;
  readonly tunnel?: { readonly protocol: string; readonly targetHost: string; readonly targetPort: number };
  readonly proxyProtocol?: { readonly version: string };
  readonly retryBudget?: object;
}

interface Subset {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly trafficPolicy?: TrafficPolicy;
}

/** A DestinationRule as istiod sees it once decoded. */
export interface DestinationRuleMessage {
  readonly host: string;
  readonly trafficPolicy?: TrafficPolicy;
  readonly subsets: readonly Subset[];
  readonly exportTo: readonly string[];
  readonly workloadSelector?: WorkloadSelectorMessage;
}

const PER_PORT = ['loadBalancer', 'connectionPool', 'outlierDetection', 'tls'] as const;
const WHOLE = ['tunnel', 'proxyProtocol', 'retryBudget'] as const;

/** Warnings inside subsets and ports get lost on their way out of istiod. */
const LOST: Report = () => undefined;

/** What istiod's webhook says of a DestinationRule. */
export function checkDestinationRule(spec: DestinationRuleMessage, error: Report, warn: Report, { namespace }: Metadata): void {
  checkValue(spec.host, 'spec.host', wildcardDomain, error);
  checkPolicy(spec.trafficPolicy, namespace, 'spec.trafficPolicy', error, warn);
  const names = spec.subsets.map(({ name }) => name);
  spec.subsets.forEach((subset, index) => {
    const field = at('spec.subsets', index);
    if (!isDnsLabel(subset.name)) {
      error(at(field, 'name'), `must be at most 63 letters, digits and inner '-', got '${subset.name}'; rename it`);
    }
    if (names.indexOf(subset.name) < index) {
      error(at(field, 'name'), `must be another one than those before it, got '${subset.name}' again; rename it`);
    }
    checkLabels(subset.labels, at(field, 'labels'), error);
    checkPolicy(subset.trafficPolicy, namespace, at(field, 'trafficPolicy'), error, LOST);
  });
  const exported = checkExportTo(spec.exportTo, namespace, error);
  if (spec.workloadSelector !== undefined && exported.size > 0 && !(exported.size === 1 && exported.has(namespace))) {
    error('spec.exportTo', `must be '.' or nothing beside workloadSelector, got '${spec.exportTo.join("', '")}'; workloads elsewhere cannot be selected`);
  }
  checkWorkloadSelector(spec.workloadSelector, error, warn);
}

function checkPolicy(policy: TrafficPolicy | undefined, namespace: string, field: string, error: Report, warn: Report): void {
  if (policy === undefined) {
    return;
  }
  if (![...PER_PORT, ...WHOLE].some(name => policy[name] !== undefined) && policy.portLevelSettings.length === 0) {
    error(field, "must not be empty, got '{}'; say what is to be done, or leave it out");
  }
  if (policy.tunnel !== undefined && policy.proxyProtocol !== undefined) {
    error(field, 'must have at most one of tunnel and proxyProtocol, got both; keep one');
    return;
  }
  checkPerPort(policy, namespace, field, error, warn);
  policy.portLevelSettings.forEach((settings, index) => {
    const where = at(field, 'portLevelSettings', index);
    if (settings.port === undefined) {
      error(at(where, 'port'), 'must be given, got nothing; name the port');
    }
    if (!PER_PORT.some(name => settings[name] !== undefined)) {
      error(where, `must have one of ${PER_PORT.join(', ')}, got none; say what is to be done, or drop it`);
    }
    checkPerPort(settings, namespace, where, error, LOST);
  });
  checkTunnel(policy.tunnel, at(field, 'tunnel'), error);
  if (policy.proxyProtocol !== undefined && !['V1', 'V2'].includes(policy.proxyProtocol.version)) {
    error(at(field, 'proxyProtocol', 'version'), `must be V1 or V2, got '${policy.proxyProtocol.version}'; correct it`);
  }
}

function checkPerPort(settings: PerPort, namespace: string, field: string, error: Report, warn: Report): void {
  const { loadBalancer, connectionPool, outlierDetection, tls } = settings;
  checkOutliers(outlierDetection, at(field, 'outlierDetection'), error, warn);
  checkConnectionPool(connectionPool, at(field, 'connectionPool'), error);
  checkLoadBalancer(loadBalancer, outlierDetection !== undefined, at(field, 'loadBalancer'), error, warn);
  checkClientTls(tls, namespace, at(field, 'tls'), error);
}

function checkOutliers(outliers: OutlierDetection | undefined, field: string, error: Report, warn: Report): void {
  if (outliers === undefined) {
    return;
  }
  const { consecutiveErrors, consecutiveLocalOriginFailures = 0, splitExternalLocalOriginErrors } = outliers;
  (['interval', 'baseEjectionTime'] as const).forEach(name => checkValue(outliers[name], at(field, name), milliseconds, error));
  (['maxEjectionPercent', 'minHealthPercent'] as const).forEach(name => checkValue(outliers[name], at(field, name), percentFault, error));
  if (consecutiveErrors !== 0) {
    warn(at(field, 'consecutiveErrors'), `should be left out, got '${consecutiveErrors}'; use consecutive5xxErrors or consecutiveGatewayErrors`);
  }
  if (consecutiveLocalOriginFailures > 0 && !splitExternalLocalOriginErrors) {
    error(at(field, 'consecutiveLocalOriginFailures'), `must stand beside splitExternalLocalOriginErrors, got '${consecutiveLocalOriginFailures}' without; set it to true`);
  }
}

function percentFault(percent: number): string | undefined {
  return percent < 0 || percent > 100 ? `must be from 0 to 100, got '${percent}'; correct it` : undefined;
}

function checkTunnel(tunnel: TrafficPolicy['tunnel'], field: string, error: Report): void {
  if (tunnel === undefined) {
    return;
  }
  if (!['', 'CONNECT', 'POST'].includes(tunnel.protocol)) {
    error(at(field, 'protocol'), `must be CONNECT or POST, got '${tunnel.protocol}'; correct it`);
  }
  if (!isAddress(tunnel.targetHost)) {
    checkValue(tunnel.targetHost, at(field, 'targetHost'), domain, error);
  }
  checkValue(tunnel.targetPort, at(field, 'targetPort'), portFault, error);
}
