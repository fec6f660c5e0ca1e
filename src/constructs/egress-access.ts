import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { outsideAddresses } from './legacy-port';
import { Principal } from './principal';
import { Caller, callerName } from '../intent/caller';
import { EgressIntent } from '../intent/egress-intent';
import { EgressPort, EgressPortData, egressPortText } from '../intent/egress-port';
import { instancesOf } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted, unique } from '../util/text';
import { World } from './private/index/world';
import { checkAccounts } from './private/statements/accounts';
import { callersNamed, callersOf } from './private/statements/callers';
import { checkSameCluster } from './private/statements/clusters';
import { checkEgress } from './private/statements/egress-checks';
import { isOfCluster, outsideHost } from './private/statements/legacy-host';
import { state } from './private/statements/state';
import { ObjectRole } from './private/statements/stated-object';

/** Props of an EgressAccess. */
export interface EgressAccessProps {
  /**
   * Who may reach the host: service accounts, or all of a namespace. Each must be within an EgressBoundary, by which its sidecar blocks other hosts; where others are within the same, which would
   * reach the host as well, that is refused.
   */
  readonly callers: Principal[];

  /** The host outside of the cluster, in full, such as `api.pay.example`. A wildcard is refused: whoever is below it would be reached. */
  readonly host: string;

  /**
   * The ports that are called, and what is spoken on them.
   *
   * @default - 443, TLS that workloads start themselves
   */
  readonly ports?: EgressPort[];

  /**
   * IP addresses by which workloads call the host; needed for TCP ports. The proxy connects to what DNS gives for the host, whichever it was.
   *
   * @default - any, by the server name or the host of the request
   */
  readonly addresses?: string[];

  /**
   * Metadata of the objects. Their namespace is that of the callers.
   *
   * @default - names come from the construct path
   */
  readonly metadata?: ApiObjectMetadata;
}

const PROPS: InputStruct<EgressAccessProps> = {
  name: 'EgressAccessProps',
  members: { callers: 'value', host: 'value', ports: 'value', addresses: 'value', metadata: 'value' },
};

/**
 * Workloads may reach a host outside of the cluster, on some ports; all others within their EgressBoundary may not.
 *
 * Renders in each namespace of callers, and for it alone, a ServiceEntry by which the proxy asks DNS where the host is, whatever address its client chose; and where the proxy starts TLS a
 * DestinationRule with the names that it verifies. The EgressBoundary of the callers lists it.
 *
 * Refuses, when the app is synthesized, what would not come out as stated: callers within no boundary, others within the same one, another ServiceEntry or DestinationRule for the host, addresses
 * that something else has, and callers in ambient mode.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/
 * @example
 * declare const billing: kplus.Deployment;
 *
 * new EgressBoundary(this, 'billing-egress', { workload: Workload.of(billing) });
 * new EgressAccess(this, 'billing-to-pay', { callers: [Principal.workload(billing)], host: 'api.pay.example' });
 */
export class EgressAccess extends Construct {
  private readonly stated: Stated;

  public constructor(scope: Construct, id: string, props: EgressAccessProps) {
    super(scope, id);
    const stated = this.stated = statedBy(taken('EgressAccess', PROPS, props));
    const read = (world: World): EgressIntent => intentOf(stated, world);
    state(this, {
      read,
      check: world => [
        ...checkSameCluster(stated.callers, [], world),
        ...checkAccounts([['callers', stated.callers]], world),
        ...checkEgress(read(world), this, world),
      ],
    }, { metadata: stated.metadata }, objectsOf(stated));
  }

  /** Who may reach what, as text for tables and messages: `shop/billing may reach api.pay.example: 443 (TLS)`. Call it when the app is complete: a workload may get its service account late. */
  public describeEgressAccess(): string {
    const { callers, host, ports } = this.stated;
    return `${callers.map(caller => caller.describePrincipal()).join(', ')} may reach ${host}: ${ports.map(egressPortText).join(', ')}`;
  }
}

interface Stated {
  readonly callers: readonly Principal[];
  /** The namespaces of the callers. */
  readonly namespaces: readonly string[];
  readonly host: string;
  readonly ports: readonly EgressPortData[];
  readonly addresses: readonly string[];
  readonly metadata?: ApiObjectMetadata;
}

/** Checks all that the props say by themselves; who the callers are is read when the app is complete. */
function statedBy({ callers: given, host, ports: givenPorts, addresses: givenAddresses, metadata }: EgressAccessProps): Stated {
  const callers = callersOf('callers', given);
  if (isOfCluster(outsideHost('host', host, 'name each host: whoever is below a wildcard would be reached, as one of them may be anybody\'s'))) {
    throw new Error(`host must be outside of the cluster, got ${quoted(host)}; say who may call a Service by a ServiceAccess for its workload`);
  }
  const ports = portsOf(givenPorts);
  const addresses = outsideAddresses(givenAddresses);
  const tcp = ports.find(({ protocol }) => protocol === 'tcp');
  if (tcp && addresses.length === 0) {
    throw new Error(`addresses must be given with EgressPort.tcp(${tcp.number}), as a TCP port says nothing of its host, so that the proxy would send there all that goes to port ${tcp.number} of anything; name the addresses that workloads call`);
  }
  return { callers, namespaces: unique(callers.map(namespaceOf)), host, ports, addresses, metadata };
}

function portsOf(given: readonly EgressPort[] | undefined): EgressPortData[] {
  if (given === undefined) { return [EgressPort.tls()._data]; }
  const ports = instancesOf('ports', given, EgressPort, 'name those that are called, as in [EgressPort.tls(443)]').map(({ _data }) => _data);
  ports.forEach(({ number }, i) => {
    if (ports.findIndex(port => port.number === number) < i) { throw new Error(`ports[${i}] must not be that of another, got '${number}' again; leave one out`); }
  });
  return ports;
}

/** Where a caller is, which is known before who it is. */
function namespaceOf({ _workload: workload, _caller: read }: Principal, index: number): string {
  if (workload) { return workload._namespace(); }
  const caller = read();
  if (!isHere(caller)) {
    throw new Error(`callers[${index}] must be a service account or a namespace of this mesh, got ${quoted(callerName(caller))}; name whose sidecars know the host, as in Principal.workload(billing)`);
  }
  return caller.namespace;
}

function isHere(caller: Caller): caller is Extract<Caller, { readonly namespace: string }> {
  return caller.kind === 'namespace' || (caller.kind === 'serviceAccount' && caller.trustDomain === undefined);
}

/** The rule of a namespace comes before its entry, under which calls would go out in the clear without it. */
function objectsOf({ namespaces, callers, ports }: Stated): ObjectRole[] {
  const reasons = [...callers.flatMap(caller => caller._reasons()), ...ports.flatMap(port => port.reasons)];
  const startsTls = ports.some(({ tls }) => tls !== undefined);
  return namespaces.flatMap((namespace, i): ObjectRole[] => {
    const id = (name: string) => i === 0 ? name : `${namespace}-${name}`;
    return [
      ...startsTls ? [{ role: 'destination-rule', id: id('rule'), kind: 'DestinationRule', namespace, reasons } as const] : [],
      { role: 'service-entry', id: i === 0 ? 'Resource' : id('entry'), kind: 'ServiceEntry', namespace, reasons },
    ];
  });
}

function intentOf({ callers, namespaces, host, ports, addresses }: Stated, world: World): EgressIntent {
  const clients = namespaces.map(name => ({ name, dataPlane: world.dataPlane(name) }));
  return { kind: 'egress', mesh: world.mesh, host, ports, addresses, callers: callersNamed('callers', callers), clients };
}
