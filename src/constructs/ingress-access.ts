import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { ClientsStated, IngressClients } from './ingress-clients';
import { IngressGateway } from './ingress-gateway';
import { hostsOf } from './ingress-server';
import { ownIssuers } from './jwt-access-rule';
import { containsPath } from '../intent/containment';
import { IngressAccessIntent, IngressClientsData, IngressRouteData, isOfHost, LedElsewhere } from '../intent/ingress-intent';
import { Operation } from '../intent/operation';
import { HttpOperationData, isHttp, operationText } from '../intent/operation-data';
import { WorkloadFacts } from '../intent/workload';
import { instanceOf, instancesOf } from '../util/given';
import { kept } from '../util/kept';
import { InputStruct, taken } from '../util/members';
import { unique } from '../util/text';
import { readable, readTogether } from '../util/together';
import { World } from './private/index/world';
import { checkIngressAccess } from './private/statements/ingress-checks';
import { AccessThrough } from './private/statements/ingress-overlaps';
import { isRoutedElsewhere, keepingBases, portsTo, routesTo } from './private/statements/ingress-routes';
import { namedInErrors } from './private/statements/named-in-errors';
import { state } from './private/statements/state';
import { partsTakenOut } from './private/witnesses/kept-as-made';
import { ServiceAccess } from './service-access';
import { Workload } from './workload';

/** Props of an IngressAccess. */
export interface IngressAccessProps {
  /** Where clients come in. */
  readonly gateway: IngressGateway;

  /** Hosts that clients ask for, of the servers of the gateway. Without the port, which clients may name beside them. */
  readonly hosts: string[];

  /** Who may come in. */
  readonly clients: IngressClients;

  /** What is called. */
  readonly to: Workload;

  /** What may be called: HTTP, with the ports of the workload where it has several. Hosts are those of the access. */
  readonly operations: Operation[];

  /**
   * Whether it renders the routes for its hosts and paths: a VirtualService for a classic gateway, an HTTPRoute for one of the Gateway API. Where the app has others for these hosts, they must lead what is let in somewhere.
   *
   * @default true
   */
  readonly routes?: boolean;

  /**
   * Whether clients send a token that a JwtProtectedApi at the workload asks for, as in `callersSendToken` of a ServiceAccess.
   *
   * @default false
   */
  readonly clientsSendToken?: boolean;

  /**
   * Metadata of the objects. Their namespaces are those of the gateway and of the workload.
   *
   * @default - names come from the construct path
   */
  readonly metadata?: ApiObjectMetadata;
}

const PROPS: InputStruct<IngressAccessProps> = {
  name: 'IngressAccessProps',
  members: { gateway: 'needed', hosts: 'needed', clients: 'needed', to: 'needed', operations: 'needed', routes: 'flag', clientsSendToken: 'flag', metadata: 'value' },
};

/**
 * Clients outside may use operations of a workload through a gateway.
 *
 * Renders what belongs together, so that it cannot drift apart: an ALLOW AuthorizationPolicy at the gateway for these clients, hosts, methods and paths; the route from the gateway to the workload for the same hosts and paths; and
 * a ServiceAccess by which the workload lets in the gateway, by its identity, for the same methods and paths. What the gateway does not know of, such as other hosts of it, stays closed.
 *
 * Refuses hosts that the gateway does not serve, networks behind proxies whose own networks are not known, certificates at servers that ask for none, tokens of issuers that the gateway does not verify, paths that another access
 * leads elsewhere, and workloads without a Service to lead to.
 *
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-ingress/
 * @example
 * declare const api: kplus.Deployment;
 * declare const edge: IngressGateway;
 *
 * new IngressAccess(this, 'shop-api', {
 *   gateway: edge,
 *   hosts: ['shop.example.com'],
 *   clients: IngressClients.anyone({ reason: 'the catalogue is public' }),
 *   to: Workload.of(api),
 *   operations: [Operation.get('/products', '/products/*')],
 * });
 */
@namedInErrors
export class IngressAccess extends Construct {
  private readonly stated: Stated;
  private readonly clients: IngressClients;

  public constructor(scope: Construct, id: string, props: IngressAccessProps) {
    super(scope, id);
    const given = taken('IngressAccess', PROPS, props);
    const stated = this.stated = statedBy(given);
    this.clients = given.clients;
    const { gateway, to, makesRoutes, clients: { reason } } = stated;
    const { metadata, clientsSendToken = false } = given;
    gateway._admit(this);
    state(this, {
      read: world => this._read(world),
      check: world => {
        const all = throughGateway(gateway, world);
        const place = all.findIndex(({ construct }) => construct === this);
        const problems = place < 0 ? [] : checkIngressAccess(all[place], gateway, { before: all.slice(0, place), all }, world);
        return [...problems, ...partsTakenOut([atWorkload])];
      },
    }, { metadata: metadata && withoutNamespace(metadata) }, [
      { role: 'policy', id: 'Resource', kind: 'AuthorizationPolicy', namespace: gateway._namespace, reasons: reason === undefined ? [] : [reason] },
      ...makesRoutes ? [{ role: 'route', id: 'route', kind: stated.gateway._isClassic ? 'VirtualService' : 'HTTPRoute', namespace: to._namespace() } as const] : [],
    ]);
    const atWorkload = new ServiceAccess(this, 'workload', {
      callers: [gateway._principal()],
      to,
      operations: given.operations,
      callersSendToken: clientsSendToken,
      ...metadata ? { metadata: { ...withoutNamespace(metadata), ...metadata.name === undefined ? {} : { name: `${metadata.name}-workload` } } } : {},
    });
  }

  /** Who may call what through which gateway, as text for tables and messages: `anyone may call Deployment shop/api at shop.example.com through 'edge/edge': GET /api/*`. */
  public describeIngressAccess(): string {
    const { gateway, hosts, to, operations } = this.stated;
    return `${this.clients.describeIngressClients()} may call ${to.describeWorkload()} at ${hosts.join(', ')} through '${gateway.node.path}': ${operations.map(operationText).join('; ')}`;
  }

  /** @internal */
  public _backendNamespace(): string { return this.stated.to._namespace(); }

  /**
   * What is meant, when the app is complete.
   *
   * @internal
   */
  public _read(world: World): IngressAccessIntent {
    const { gateway, hosts, operations, clients, to, makesRoutes } = this.stated;
    const [facts, namespace, target] = readTogether(() => gateway._facts(), () => world.namespace(gateway._namespace), () => to._facts());
    const ledElsewhere = makesRoutes ? this.ledElsewhere(target.path) : [];
    return {
      kind: 'ingress',
      mesh: world.mesh,
      namespace,
      gateway: facts,
      hosts,
      operations,
      clients: clientsAt(gateway, clients),
      ledElsewhere,
      routes: makesRoutes ? this.routes(target, ledElsewhere) : [],
      isRouted: makesRoutes || isRoutedElsewhere(hosts, facts, gateway, world),
    };
  }

  /**
   * The same, as others of the gateway see it.
   *
   * @internal
   */
  public _through(world: World): AccessThrough {
    const facts = this.stated.to._facts();
    const intent = this._read(world);
    const services = facts.services.map(({ namespace, name }) => `${namespace}/${name}`);
    return { construct: this, intent, target: facts.path, services, ports: portsTo(facts, intent.operations) };
  }

  private routes(target: WorkloadFacts, led: readonly LedElsewhere[]): IngressRouteData[] {
    const { gateway, hosts, operations } = this.stated;
    const routes = routesTo(target, operations, gateway._isClassic);
    if (gateway._isClassic) { return routes; }
    return keepingBases(this.node.path, routes, hosts.map(host => led.find(one => one.host === host) ?? { host, paths: [] }));
  }

  /** Of paths that accesses to two workloads name, a gateway leads by the more precise. */
  private ledElsewhere(target: string): LedElsewhere[] {
    const { gateway, hosts, operations } = this.stated;
    const targetOf = ({ stated: { to } }: IngressAccess) => readable(() => to._facts())?.path ?? target;
    const others = gateway._accesses<IngressAccess>().filter(access => access.stated.makesRoutes && targetOf(access) !== target);
    const isWithin = (led: string) => operations.some(({ paths }) => paths.some(path => path !== led && containsPath(path, led)));
    return hosts.flatMap(host => {
      const ofHost = others.filter(({ stated }) => stated.hosts.some(other => isSameHost(host, other)));
      const within = unique(ofHost.flatMap(({ stated }) => stated.operations.flatMap(({ paths }) => paths))).filter(isWithin).sort();
      return within.length === 0 ? [] : [{ host, paths: within }];
    });
  }
}

const through = new WeakMap<World, Map<IngressGateway, AccessThrough[]>>();

/** The accesses through a gateway. One that cannot be read is left out, as it tells why itself. */
function throughGateway(gateway: IngressGateway, world: World): AccessThrough[] {
  return kept(kept(through, world, () => new Map()), gateway, () =>
    gateway._accesses<IngressAccess>().flatMap(access => readable(() => access._through(world)) ?? []));
}

function isSameHost(one: string, other: string): boolean { return isOfHost(one, other) && isOfHost(other, one); }

interface Stated {
  readonly gateway: IngressGateway;
  readonly hosts: readonly string[];
  readonly operations: readonly HttpOperationData[];
  readonly clients: ClientsStated;
  readonly to: Workload;
  readonly makesRoutes: boolean;
}

/** Checks all that the props say by themselves; what they refer to is read when the app is complete. */
function statedBy({ gateway, hosts, operations, clients, to, routes = true }: IngressAccessProps): Stated {
  instanceOf('gateway', gateway, IngressGateway, 'make one by new IngressGateway(…); for one that something else makes with existing: true');
  instanceOf('to', to, Workload, 'write Workload.of(…) around the construct');
  instanceOf('clients', clients, IngressClients, "say who may come in, as in IngressClients.of({ networks: […] }); anyone must be asked for by IngressClients.anyone({ reason: '…' })");
  const stated = { gateway, hosts: hostsOf(hosts), operations: operationsOf(operations), clients: clients._data, to, makesRoutes: routes };
  clientsAt(gateway, stated.clients);
  return stated;
}

function operationsOf(given: readonly Operation[]): HttpOperationData[] {
  return instancesOf('operations', given, Operation, "name what may be called, as in [Operation.get('/api/*')]").map(({ _data: operation }, i) => {
    if (!isHttp(operation)) { throw new Error(`operations[${i}] must be an HTTP operation, got Operation.tcp(${operation.port}); a gateway tells hosts apart by HTTP`); }
    if (operation.hosts.length > 0) { throw new Error(`operations[${i}] must leave hosts to the access, got ${operationText(operation)}; name them by the prop hosts`); }
    return operation;
  });
}

/** Tokens that nobody verifies are tokens that anyone writes. */
function clientsAt(gateway: IngressGateway, { tokens, ...clients }: ClientsStated): IngressClientsData {
  if (!tokens) { return clients; }
  const { given, scopes, conditions } = tokens;
  const known = gateway._issuers;
  if (known.length === 0) { throw new Error(`tokens must be verified by the gateway '${gateway.node.path}', got none of its issuers; name whose tokens by issuers of the IngressGateway`); }
  return { ...clients, tokens: { issuers: given ? ownIssuers('tokens.issuers', given, known, 'the gateway') : known, scopes, conditions } };
}

/** Objects of an access stand in two namespaces. */
function withoutNamespace(metadata: ApiObjectMetadata): ApiObjectMetadata {
  if (metadata.namespace !== undefined) { throw new Error(`metadata.namespace must be left out, got '${metadata.namespace}'; objects of an access stand in the namespaces of its gateway and of its workload`); }
  return metadata;
}
