import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { EgressGateway } from './egress-gateway';
import { outsideAddresses } from './legacy-port';
import { Principal } from './principal';
import { Caller, callerName } from '../intent/caller';
import { EgressIntent, HostThrough } from '../intent/egress-intent';
import { EgressPort, EgressPortData, egressPortText } from '../intent/egress-port';
import { instanceOf, instancesOf } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted, unique } from '../util/text';
import { readTogether } from '../util/together';
import { World } from './private/index/world';
import { checkAccounts } from './private/statements/accounts';
import { callersNamed, callersOf } from './private/statements/callers';
import { checkSameCluster } from './private/statements/clusters';
import { checkEgress } from './private/statements/egress-checks';
import { checkGatewayOf } from './private/statements/egress-gateway-checks';
import { isOfCluster, outsideHost } from './private/statements/legacy-host';
import { namedInErrors } from './private/statements/named-in-errors';
import { state } from './private/statements/state';
import { ObjectRole } from './private/statements/stated-object';

/** Props of an EgressAccess. */
export interface EgressAccessProps {
  /**
   * Who may reach the host: service accounts, or all of a namespace. With sidecars each must be within an EgressBoundary, by which its sidecar blocks other hosts. Where others are within the same, which would
   * reach the host as well, that is refused, but for a host that is reached through a `gateway`, which tells callers apart.
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
   * Through which they reach it, and which lets in nobody but the callers, by their identities. One port of HTTP, and one of anything else.
   *
   * @default - none: sidecars connect to the host themselves, and nobody but they keeps others from it
   */
  readonly gateway?: EgressGateway;

  /**
   * Metadata of the objects. Their namespace is that of the callers, or of the gateway.
   *
   * @default - names come from the construct path
   */
  readonly metadata?: ApiObjectMetadata;
}

const PROPS: InputStruct<EgressAccessProps> = {
  name: 'EgressAccessProps',
  members: { callers: 'needed', host: 'needed', ports: 'value', addresses: 'value', gateway: 'value', metadata: 'value' },
};

/**
 * Workloads may reach a host outside of the cluster, on some ports; all others within their EgressBoundary may not.
 *
 * Renders in each namespace of callers, and for it alone, a ServiceEntry by which the proxy asks DNS where the host is, whatever address its client chose; and where the proxy starts TLS a
 * DestinationRule with the names that it verifies. The EgressBoundary of the callers lists it.
 *
 * Through an EgressGateway renders these once, in the namespace of the gateway; a VirtualService that leads every port of the host through it; and an ALLOW AuthorizationPolicy at the gateway for the callers, by
 * the host that they ask for, or the server name. Of a waypoint: the ServiceEntry is bound to it, and the policy is for that.
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
@namedInErrors
export class EgressAccess extends Construct {
  private readonly stated: Stated;

  public constructor(scope: Construct, id: string, props: EgressAccessProps) {
    super(scope, id);
    const stated = this.stated = statedBy(taken('EgressAccess', PROPS, props));
    stated.gateway?._admit(this);
    const isAtWaypoint = stated.gateway?._waypoint !== undefined;
    const read = (world: World): EgressIntent => ({ ...intentOf(stated, world), ...isAtWaypoint ? { entry: objects.at(-1)!.name } : {} });
    const objects = state(this, {
      read,
      check: world => [
        ...checkSameCluster(stated.callers, [], world),
        ...checkAccounts([['callers', stated.callers]], world),
        ...stated.gateway ? checkGatewayOf(stated.gateway, world) : [],
        ...checkEgress(read(world), this, world),
      ],
    }, { metadata: stated.metadata }, objectsOf(stated));
  }

  /** Who may reach what, as text for tables and messages: `shop/billing may reach api.pay.example: 443 (TLS)`. Call it when the app is complete: a workload may get its service account late. */
  public describeEgressAccess(): string {
    const { callers, host, ports, gateway } = this.stated;
    const through = gateway ? ` through '${gateway.node.path}'` : '';
    return `${callers.map(caller => caller.describePrincipal()).join(', ')} may reach ${host}${through}: ${ports.map(egressPortText).join(', ')}`;
  }

  /** @internal What its gateway must know of it. */
  public _through(): HostThrough {
    const { host, ports, namespaces: clients } = this.stated;
    return { host, ports, clients };
  }
}

interface Stated {
  readonly callers: readonly Principal[];
  /** The namespaces of the callers. */
  readonly namespaces: readonly string[];
  readonly host: string;
  readonly ports: readonly EgressPortData[];
  readonly addresses: readonly string[];
  readonly gateway?: EgressGateway;
  readonly metadata?: ApiObjectMetadata;
}

/** Checks all that the props say by themselves; who the callers are is read when the app is complete. */
function statedBy({ callers: given, host, ports: givenPorts, addresses: givenAddresses, gateway, metadata }: EgressAccessProps): Stated {
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
  if (gateway !== undefined) { instanceOf('gateway', gateway, EgressGateway, 'make one by new EgressGateway(…)'); }
  return { callers, namespaces: unique(callers.map(namespaceOf)), host, ports, addresses, gateway, metadata };
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

/** The rule of a namespace comes before its entry, under which calls would go out in the clear without it; and what leads through a gateway before that, too. */
function objectsOf({ namespaces, callers, ports, gateway }: Stated): ObjectRole[] {
  const reasons = [...callers.flatMap(caller => caller._reasons()), ...ports.flatMap(port => port.reasons)];
  const startsTls = ports.some(({ tls }) => tls !== undefined);
  const waypoint = gateway?._waypoint;
  return (gateway ? [gateway._namespace] : namespaces).flatMap((namespace, i): ObjectRole[] => {
    const id = (name: string) => i === 0 ? name : `${namespace}-${name}`;
    return [
      ...startsTls ? [{ role: 'destination-rule', id: id('rule'), kind: 'DestinationRule', namespace, reasons } as const] : [],
      ...gateway ? [{ role: 'policy', id: 'policy', kind: 'AuthorizationPolicy', namespace, reasons } as const] : [],
      ...gateway && waypoint === undefined ? [{ role: 'route', id: 'route', kind: 'VirtualService', namespace, reasons } as const] : [],
      { role: 'service-entry', id: i === 0 ? 'Resource' : id('entry'), kind: 'ServiceEntry', namespace, reasons, ...waypoint === undefined ? {} : { labels: { 'istio.io/use-waypoint': waypoint } } },
    ];
  });
}

function intentOf({ callers, namespaces, host, ports, addresses, gateway }: Stated, world: World): EgressIntent {
  const clients = namespaces.map(name => ({ name, dataPlane: world.dataPlane(name) }));
  const [named, through] = readTogether(() => callersNamed('callers', callers), () => gateway?._facts());
  return { kind: 'egress', mesh: world.mesh, host, ports, addresses, callers: named, clients, ...through ? { gateway: through } : {} };
}
