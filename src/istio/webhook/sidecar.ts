import { checkConnectionPool, ConnectionPoolMessage } from './connection-pool';
import { checkFullHost, domain, isDnsLabel, wildcardDomain } from './names';
import { portFault } from './ports';
import { checkEgress, checkIngress, EgressMessage, IngressMessage } from './sidecar-listeners';
import { checkValue } from './values';
import { checkWorkloadSelector, WorkloadSelectorMessage } from './workload-selector';
import { Metadata } from '../metadata';
import { at, Report } from '../problem';

interface OutboundMessage {
  readonly mode: string;
  readonly egressProxy?: { readonly host: string; readonly subset: string; readonly port?: { readonly number: number } };
}

/** A Sidecar as istiod sees it once decoded. */
export interface SidecarMessage {
  readonly workloadSelector?: WorkloadSelectorMessage;
  readonly ingress: readonly IngressMessage[];
  readonly egress: readonly EgressMessage[];
  readonly inboundConnectionPool?: ConnectionPoolMessage;
  readonly outboundTrafficPolicy?: OutboundMessage;
}

/** What istiod's webhook says of a Sidecar. */
export function checkSidecar(spec: SidecarMessage, error: Report, warn: Report, metadata: Metadata): void {
  const { ingress, egress, inboundConnectionPool, outboundTrafficPolicy } = spec;
  checkWorkloadSelector(spec.workloadSelector, error, warn);
  if (ingress.length + egress.length === 0 && inboundConnectionPool === undefined && outboundTrafficPolicy === undefined) {
    error('spec', 'must have ingress, egress, inboundConnectionPool or outboundTrafficPolicy, got none; say what the sidecar does');
  }
  checkIngress(ingress, 'spec.ingress', error, warn);
  checkConnectionPool(inboundConnectionPool, 'spec.inboundConnectionPool', error);
  checkEgress(egress, 'spec.egress', error);
  egress.forEach(({ hosts }, index) => checkHosts(hosts, at('spec.egress', index, 'hosts'), metadata.namespace, error, warn));
  checkOutbound(outboundTrafficPolicy, 'spec.outboundTrafficPolicy', error);
}

/** Hosts with their namespace; those that begin with `~` are left out of what another one names. */
function checkHosts(hosts: readonly string[], field: string, namespace: string, error: Report, warn: Report): void {
  if (hosts.length === 0) {
    error(field, "must not be empty, got nothing in it; name hosts as NAMESPACE/HOST, './*' for those of the namespace");
  }
  const seen = new Map<string, Set<string>>();
  hosts.forEach((host, index) => {
    const where = at(field, index);
    checkHost(host, where, error);
    const slash = host.indexOf('/');
    if (slash < 0 || host.startsWith('~')) {
      return;
    }
    const name = host.slice(slash + 1);
    const owner = host.slice(0, slash) === '.' ? namespace : host.slice(0, slash);
    const names = seen.get(owner) ?? new Set<string>();
    if (name === '*' ? names.size > 0 : names.has(name) || names.has('*')) {
      warn(where, `should name what no other entry names, got '${host}', which overlaps with one before it; drop one of them`);
    }
    seen.set(owner, names.add(name));
  });
  if (seen.size > 1 && seen.get('*')?.has('*')) {
    warn(field, "should have '*/*' alone, got it beside others, which it covers; drop it, or the others");
  }
}

function checkHost(host: string, field: string, error: Report): void {
  const slash = host.indexOf('/');
  const namespace = host.slice(0, Math.max(slash, 0));
  const name = host.slice(slash + 1);
  if (slash < 0 || namespace === '' || name === '') {
    error(field, `must be NAMESPACE/HOST, got '${host}'; write './${name}' for the own namespace, '*/${name}' for all`);
    return;
  }
  const bare = namespace.replace(/^~/, '');
  if (!['', '*', '.'].includes(bare) && !isDnsLabel(bare)) {
    error(field, `must have '*', '.', '~' or a namespace before the slash, got '${host}'; correct it`);
  }
  checkFullHost(name, field, wildcardDomain, error);
}

/** Number of the mode ALLOW_ANY_DYNAMIC_DNS, which the mesh settings have; the message takes any number. */
const DYNAMIC_DNS = '3';

function checkOutbound(policy: OutboundMessage | undefined, field: string, error: Report): void {
  const proxy = policy?.egressProxy;
  if (policy?.mode === DYNAMIC_DNS) {
    error(at(field, 'mode'), 'must be REGISTRY_ONLY or ALLOW_ANY, got ALLOW_ANY_DYNAMIC_DNS, which is for the mesh settings; correct it');
  } else if (proxy !== undefined && policy?.mode !== 'ALLOW_ANY') {
    error(at(field, 'egressProxy'), `must be left out with mode ${policy?.mode}, which sends nothing to unknown hosts; use ALLOW_ANY`);
  } else if (proxy !== undefined) {
    const where = at(field, 'egressProxy');
    checkValue(proxy.host, at(where, 'host'), domain, error);
    checkValue(proxy.port?.number, at(where, 'port', 'number'), portFault, error);
    if (proxy.port === undefined) {
      error(at(where, 'port'), 'must be given, got nothing; name the port of the proxy');
    }
    if (proxy.subset !== '' && !isDnsLabel(proxy.subset)) {
      error(at(where, 'subset'), `must be at most 63 letters, digits and inner '-', got '${proxy.subset}'; name a subset of a DestinationRule`);
    }
  }
}
