import { ApiObject, ApiObjectMetadata, Chart } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { LegacyPort, outsideServer, servicePortNumbers } from './legacy-port';
import { LegacyDestinationIntent, LegacyServerData } from '../intent/legacy-destination-intent';
import { LegacyTls, LegacyTlsData } from '../intent/legacy-tls';
import { atLeastOne, instanceOf, namespaceName } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';
import { World } from './private/index/world';
import { serviceOf } from './private/reading/find-workload';
import { constructOf } from './private/reading/given-construct';
import { checkSameCluster } from './private/statements/clusters';
import { checkLegacyDestination } from './private/statements/legacy-checks';
import { isOfCluster, legacyHost, serviceIn, serviceNamed } from './private/statements/legacy-host';
import { namedInErrors } from './private/statements/named-in-errors';
import { state } from './private/statements/state';
import { ObjectRole } from './private/statements/stated-object';
import { Workload } from './workload';

/** Props of a LegacyDestination. Name a `service` or a `host`. */
export interface LegacyDestinationProps {
  /**
   * A Service of this app whose workload is not in the mesh: of any cdk8s-plus version, of an `Include`, or an `ApiObject`. One of type ExternalName is refused, as no DestinationRule counts
   * for it: name by `host` what it stands for.
   *
   * @default - `host`
   */
  readonly service?: IConstruct;

  /**
   * A Service that something else makes, in full, such as `ledger.old.svc.cluster.local`; or a host outside of the cluster, such as `api.pay.example`, for which a ServiceEntry is
   * rendered.
   *
   * @default - that of `service`
   */
  readonly host?: string;

  /** How clients connect; rendered as `tls`. */
  readonly tls: LegacyTls;

  /**
   * The ports that clients call. Others of a Service are left to the mesh.
   *
   * @default - of a Service all; of a host outside of the cluster 80, in the clear, from where the proxy of the client starts TLS to 443
   */
  readonly ports?: LegacyPort[];

  /**
   * IP addresses by which clients call a host outside of the cluster; needed for TCP ports. The proxy of the client connects to what DNS gives for the host, whichever it was.
   *
   * @default - any, by the host of the request
   */
  readonly addresses?: string[];

  /**
   * The namespaces whose workloads call it. Each gets objects of its own; what others send is not changed.
   *
   * @default - the namespace of the chart, or that of `clientWorkload`
   */
  readonly clientNamespaces?: string[];

  /**
   * The workload whose proxies read the secret `credentialName` of `tls`; it comes with that only. Others of its namespace start TLS without a certificate, and trust what the image of
   * the proxy does.
   *
   * @default - none
   */
  readonly clientWorkload?: Workload;

  /**
   * Metadata of the objects. Their namespace is that of the clients.
   *
   * @default - names come from the construct path
   */
  readonly metadata?: ApiObjectMetadata;
}

const PROPS: InputStruct<LegacyDestinationProps> = {
  name: 'LegacyDestinationProps',
  members: {
    service: 'value', host: 'value', tls: 'needed', ports: 'value', addresses: 'value', clientNamespaces: 'value', clientWorkload: 'value', metadata: 'value',
  },
};

/**
 * Workloads of the mesh call a server that is not in it: in plaintext, or by TLS with the names that are verified.
 *
 * Renders a DestinationRule in each namespace of clients, for that alone, and for a host outside of the cluster a ServiceEntry beside it, with which clients call in the clear what
 * their proxy encrypts. It allows nobody anything, and keeps nobody from calling the server otherwise.
 *
 * Refuses, when the app is synthesized, what would not come out as stated: a server that is in the mesh, clients without sidecar, a second DestinationRule of the app for the host, and
 * whatever else sends the calls elsewhere.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings
 * @example
 * new LegacyDestination(this, 'pay', { host: 'api.pay.example', tls: LegacyTls.simple() });
 *
 * new LegacyDestination(this, 'ledger', {
 *   host: 'ledger.old.svc.cluster.local',
 *   tls: LegacyTls.disable({ reason: 'has no sidecar until it is rewritten' }),
 * });
 */
@namedInErrors
export class LegacyDestination extends Construct {
  private readonly stated: Stated;

  public constructor(scope: Construct, id: string, props: LegacyDestinationProps) {
    super(scope, id);
    const stated = this.stated = statedBy(this, taken('LegacyDestination', PROPS, props));
    const read = (world: World) => intentOf(stated, world);
    state(this, {
      read,
      check: world => [
        ...checkSameCluster([], stated.clientWorkload ? [stated.clientWorkload] : [], world),
        ...checkLegacyDestination(read(world), this, world),
      ],
    }, { metadata: stated.metadata }, objectsOf(stated));
  }

  /**
   * Who connects how to what, as text for tables and messages: `workloads of shop connect to api.pay.example: TLS, verified by its host`.
   */
  public describeLegacyDestination(): string {
    const { service, host, tls, clientNamespaces, clientWorkload } = this.stated;
    const who = clientWorkload ? clientWorkload.describeWorkload() : `workloads of ${clientNamespaces.join(', ')}`;
    return `${who} connect to ${service ? `Service ${service.metadata.namespace}/${service.name}` : host}: ${tls.describeLegacyTls()}`;
  }
}

interface Stated {
  readonly service?: ApiObject;
  readonly host?: string;
  readonly outside?: LegacyServerData;
  readonly tls: LegacyTls;
  readonly ports: readonly number[];
  readonly clientNamespaces: readonly string[];
  readonly clientWorkload?: Workload;
  readonly metadata?: ApiObjectMetadata;
}

/** Checks all that the props say by themselves; what they refer to is read when the app is complete. */
function statedBy(construct: Construct, props: LegacyDestinationProps): Stated {
  const { service, host, ports, addresses, metadata } = props;
  if ((service === undefined) === (host === undefined)) {
    throw new Error(`LegacyDestination must have one of 'service' and 'host', got ${service ? 'both' : 'neither'}; name the server by one of them`);
  }
  const tls = instanceOf('tls', props.tls, LegacyTls, "say how clients connect, as in LegacyTls.simple() or LegacyTls.disable({ reason: '…' })");
  const isOutside = host !== undefined && !isOfCluster(legacyHost(host));
  if (!isOutside && addresses !== undefined) { throw new Error('addresses must be left out for a Service, which has its own; they are for hosts outside of the cluster'); }
  return {
    service: service && serviceOf(constructOf('service', service, 'pass the construct of the Service, or name what is not of the app by host')),
    host,
    outside: isOutside ? outsideServer({ ports, addresses }, tls._data) : undefined,
    tls,
    ports: isOutside ? [] : servicePortNumbers(ports),
    ...clientsOf(construct, props, tls._data),
    metadata,
  };
}

/** A rule for all gets no secret: the proxy would send plaintext. */
function clientsOf(construct: Construct, { clientNamespaces, clientWorkload }: LegacyDestinationProps, tls: LegacyTlsData): Pick<Stated, 'clientNamespaces' | 'clientWorkload'> {
  const credentialName = tls.mode === 'DISABLE' ? undefined : tls.credentialName;
  if (clientWorkload !== undefined) {
    instanceOf('clientWorkload', clientWorkload, Workload, 'write Workload.of(…) around the construct');
    if (credentialName === undefined) { throw new Error('clientWorkload must come with a secret, credentialName of tls; name the namespaces of clients by clientNamespaces'); }
    if (clientNamespaces !== undefined) { throw new Error("clientNamespaces must be left out beside 'clientWorkload', whose namespace it is; keep one of them"); }
    return { clientWorkload, clientNamespaces: [clientWorkload._namespace()] };
  }
  if (credentialName !== undefined) {
    throw new Error(`clientWorkload must be given with credentialName ${quoted(credentialName)}, which the proxies of one workload read, while all others would send plaintext; name it by Workload.of(…)`);
  }
  const own = Chart.of(construct).namespace;
  if (clientNamespaces === undefined && own === undefined) { throw new Error("clientNamespaces must be given, as the chart has no namespace, got 'undefined'; name those whose workloads call"); }
  const names = clientNamespaces === undefined ? [own!] : atLeastOne('clientNamespaces', clientNamespaces, 'name those whose workloads call').map((name, i) => namespaceName(`clientNamespaces[${i}]`, name));
  return { clientNamespaces: [...new Set(names)] };
}

/** The rule of a namespace comes before its entry, under which calls would go out in the clear without it. */
function objectsOf({ outside, tls, clientNamespaces, clientWorkload }: Stated): ObjectRole[] {
  const { reasons } = tls._data;
  return clientNamespaces.flatMap((namespace, i): ObjectRole[] => {
    const id = (name: string) => i === 0 ? name : `${namespace}-${name}`;
    return [
      { role: 'destination-rule', id: i === 0 ? 'Resource' : id('rule'), kind: 'DestinationRule', namespace, reasons },
      ...clientWorkload ? [{ role: 'rule-for-others', id: id('others'), kind: 'DestinationRule', namespace } as const] : [],
      ...outside ? [{ role: 'service-entry', id: id('entry'), kind: 'ServiceEntry', namespace } as const] : [],
    ];
  });
}

function intentOf({ service, host, outside, tls, ports, clientNamespaces, clientWorkload }: Stated, world: World): LegacyDestinationIntent {
  const found = service ? serviceIn(service, world) : outside ? undefined : serviceNamed(host!, world);
  return {
    kind: 'legacy-destination',
    mesh: world.mesh,
    host: found?.host ?? host!,
    server: outside ?? found?.server ?? { kind: 'cluster' },
    tls: tls._data,
    ports,
    clients: clientNamespaces.map(name => ({ name, dataPlane: world.dataPlane(name) })),
    clientLabels: clientWorkload?._facts().selectorLabels,
  };
}
