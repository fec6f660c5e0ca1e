import { ApiObject, ApiObjectMetadata, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { GATEWAY_PROPS, IngressGatewayProps } from './ingress-gateway-props';
import { IngressServer } from './ingress-server';
import { Principal } from './principal';
import { addressBlocks } from '../intent/address-block';
import { IngressGatewayData, IngressGatewayIntent, IngressServerData, listeningPorts } from '../intent/ingress-intent';
import { JwtIssuerData } from '../intent/jwt-issuer';
import { stateElsewhere } from '../policy/resources/construct-tree';
import { atLeastOne, instanceOf, instancesOf, namespaceName, objectName } from '../util/given';
import { taken } from '../util/members';
import { quoted } from '../util/text';
import { declare } from './private/index/declarations';
import { World } from './private/index/world';
import { INGRESS_CLASS } from './private/reading/gateway-class';
import { isTakenOut } from './private/reading/patches';
import { checkSameCluster } from './private/statements/clusters';
import { checkPods } from './private/statements/coverage';
import { checkGatewayPods } from './private/statements/gateway-pod-checks';
import { checkIngressGateway, GATEWAY_ACCOUNT } from './private/statements/ingress-checks';
import { distinctIssuers } from './private/statements/issuers';
import { namedInErrors } from './private/statements/named-in-errors';
import { state } from './private/statements/state';
import { ObjectRole } from './private/statements/stated-object';
import { gatewayAssumed } from './private/witnesses/ingress-elsewhere';
import { Workload } from './workload';

/**
 * A gateway at the edge of the mesh, which lets in what IngressAccesses name and nothing else. Classic, or of the Kubernetes Gateway API.
 *
 * Renders the Gateway with its servers, which take routes of the namespaces of its accesses only; an AuthorizationPolicy by which it admits nothing but what is told to come by HTTPS; and one RequestAuthentication where
 * it verifies tokens. A ZeroTrustMesh or ZeroTrustNamespace with default deny needs no `publicGateways` for it.
 *
 * Refuses a gateway in the root namespace behind labels, ports that no Service of it has, labels that other pods carry, and a PublicGateway for the same ports, by which everything would come in.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/ingress/
 * @example
 * const edge = new IngressGateway(this, 'edge', {
 *   servers: [IngressServer.tls({ hosts: ['shop.example.com'], credentialName: 'shop-certificate' })],
 *   httpsRedirect: true,
 * });
 */
@namedInErrors
export class IngressGateway extends Construct {
  private readonly stated: Stated;
  private readonly gatewayName: string;
  private readonly accesses: RoutingAccess[] = [];

  public constructor(scope: Construct, id: string, props: IngressGatewayProps) {
    super(scope, id);
    const given = taken('IngressGateway', GATEWAY_PROPS, props);
    const stated = this.stated = statedBy(this, given);
    const read = (world: World): IngressGatewayIntent =>
      ({ kind: 'ingress-gateway', mesh: world.mesh, namespace: world.namespace(stated.namespace), gateway: this._facts(), routeNamespaces: this.routeNamespaces() });
    const [gateway] = state(this, {
      read,
      check: world => [
        ...stated.workload ? [...checkSameCluster([], [stated.workload], world), ...checkPods(stated.workload, world)] : [],
        ...checkGatewayPods({ ...this._facts(), workload: stated.workload }, world),
        ...checkIngressGateway(this._facts(), this, world),
      ],
    }, { metadata: given.metadata }, objectsOf(stated)) as (ApiObject | undefined)[];
    this.gatewayName = gateway?.name ?? given.metadata!.name!;
    stateElsewhere(this, () => gatewayAssumed(read(World.of(this))));
    const { namespace, workload } = stated;
    declare(this, { kind: 'ingress', path: this.node.path, namespace, name: this.gatewayName, workload: workload && (() => workload._facts()), ports: () => listeningPorts(this._facts()) });
  }

  /** What it serves, as text for tables and messages: `Gateway edge/public: shop.example.com by TLS on port 443`. */
  public describeIngressGateway(): string {
    const { namespace, given } = this.stated;
    return `Gateway ${namespace}/${this.gatewayName}: ${given.map(server => server.describeIngressServer()).join('; ')}`;
  }

  /** @internal Whether it stands behind pods that somebody makes. */
  public get _isClassic(): boolean { return this.stated.workload !== undefined; }

  /** @internal Its namespace. */
  public get _namespace(): string { return this.stated.namespace; }

  /** @internal Whose tokens it verifies. */
  public get _issuers(): readonly JwtIssuerData[] { return this.stated.issuers; }

  /** @internal Who it is to workloads. */
  public _principal(): Principal {
    const { workload, namespace, serviceAccount = `${this.gatewayName}-${INGRESS_CLASS}` } = this.stated;
    return workload ? Principal._gateway(workload) : Principal.serviceAccount(namespace, serviceAccount, { gateway: true });
  }

  /** @internal All accesses through it that are of the app still, in the order in which they were made. */
  public _accesses<T extends RoutingAccess>(): readonly T[] { return this.accesses.filter(access => !isTakenOut(access)) as unknown as readonly T[]; }

  /** @internal Takes note of an access. */
  public _admit(access: RoutingAccess): void { this.accesses.push(access); }

  /** @internal What accesses must know of it, when the app is complete. */
  public _facts(): IngressGatewayData {
    const { workload, given: _, metadata: __, serviceAccount = `${this.gatewayName}-${INGRESS_CLASS}`, routeNamespaces: ___, ...data } = this.stated;
    const pods = workload?._facts();
    return { ...data, path: this.node.path, name: this.gatewayName, ...pods ? { pods } : {}, serviceAccount: pods?.serviceAccount ?? serviceAccount };
  }

  private routeNamespaces(): string[] {
    return [...new Set([...this._accesses().map(access => access._backendNamespace()), ...this.stated.routeNamespaces])].sort();
  }
}

/** @internal An access through a gateway, as far as that needs to know it. */
export interface RoutingAccess extends Construct { _backendNamespace(): string }

interface Stated extends Pick<IngressGatewayData, 'namespace' | 'redirects' | 'issuers' | 'numTrustedProxies' | 'proxyNetworks' | 'isExisting'> {
  readonly servers: readonly IngressServerData[];
  readonly given: readonly IngressServer[];
  readonly workload?: Workload;
  readonly serviceAccount?: string;
  readonly routeNamespaces: readonly string[];
  readonly metadata?: ApiObjectMetadata;
}

/** Checks all that the props say by themselves. */
function statedBy(construct: Construct, props: IngressGatewayProps): Stated {
  const { workload, serviceAccount, existing = false, httpsRedirect = false, numTrustedProxies = 0, metadata } = props;
  const servers = instancesOf('servers', props.servers, IngressServer, 'name what it serves by IngressServer.tls, mutualTls or plaintext');
  if (workload !== undefined) { instanceOf('workload', workload, Workload, 'write Workload.of(…) around the construct'); }
  if (workload !== undefined && serviceAccount !== undefined) { throw new Error("serviceAccount must be left out beside 'workload', whose own it is; it is for pods that Istio makes"); }
  if (existing && metadata?.name === undefined) { throw new Error("metadata.name must be given with existing: true, got 'undefined'; name the Gateway that is there"); }
  if (httpsRedirect && servers.every(({ _data }) => !_data.tls)) { throw new Error('httpsRedirect must come with a server that has TLS, got none; leave it out, or serve a host by IngressServer.tls'); }
  if (metadata?.annotations?.[GATEWAY_ACCOUNT] !== undefined) { throw new Error(`metadata.annotations must not have '${GATEWAY_ACCOUNT}', by which its pods would be another than workloads let in; name the account by the prop serviceAccount`); }
  checkTwice(servers);
  return {
    namespace: workload?._namespace() ?? namespaceOf(construct, metadata),
    servers: servers.map(({ _data }) => _data),
    given: servers,
    workload,
    serviceAccount: serviceAccount === undefined ? undefined : objectName('serviceAccount', serviceAccount),
    redirects: httpsRedirect,
    issuers: props.issuers === undefined ? [] : distinctIssuers(props.issuers),
    numTrustedProxies: hops(numTrustedProxies),
    proxyNetworks: networksOf(props),
    routeNamespaces: props.routeNamespaces === undefined ? []
      : atLeastOne('routeNamespaces', props.routeNamespaces, 'name them, or leave it out').map((name, i) => namespaceName(`routeNamespaces[${i}]`, name)),
    isExisting: existing,
    metadata,
  };
}

function namespaceOf(construct: Construct, metadata: ApiObjectMetadata | undefined): string {
  const namespace = metadata?.namespace ?? Chart.of(construct).namespace;
  if (namespace === undefined) { throw new Error('its namespace must be known, got \'undefined\'; give its chart a namespace, or set metadata.namespace'); }
  return namespaceName('metadata.namespace', namespace);
}

/** Of two servers for one host on a port Istio takes one. */
function checkTwice(servers: readonly IngressServer[]): void {
  const all = servers.flatMap(({ _data: { hosts, port } }) => hosts.map(host => `${host.toLowerCase()} on port ${port}`));
  const twice = all.find((one, i) => all.indexOf(one) !== i);
  if (twice) { throw new Error(`servers must differ by host or port, got ${twice} twice; keep one of them`); }
}

function hops(given: number): number {
  if (!Number.isInteger(given) || given < 0 || given > 100) {
    throw new Error(`numTrustedProxies must be a whole number from 0 to 100, got ${quoted(given)}; count the proxies in front of the gateway that append to X-Forwarded-For`);
  }
  return given;
}

function networksOf({ proxyNetworks, numTrustedProxies = 0 }: IngressGatewayProps): string[] {
  if (proxyNetworks === undefined) { return []; }
  if (numTrustedProxies === 0) { throw new Error('proxyNetworks must come with numTrustedProxies, got none; count the proxies in front of the gateway, or leave it out'); }
  return addressBlocks('proxyNetworks', proxyNetworks, { example: "name an address or block, as in '10.0.0.0/24'", cure: 'name those of the proxies' });
}

/** The Gateway comes after the policy by which it admits nothing. */
function objectsOf({ isExisting, namespace, workload, issuers, redirects, servers, numTrustedProxies, serviceAccount }: Stated): ObjectRole[] {
  if (isExisting) { return []; }
  const reasons = servers.flatMap(({ reason }) => reason ?? []);
  const said = {
    ...numTrustedProxies > 0 && !workload ? { 'proxy.istio.io/config': () => JSON.stringify({ gatewayTopology: { numTrustedProxies } }) } : {},
    ...serviceAccount === undefined ? {} : { [GATEWAY_ACCOUNT]: () => serviceAccount },
  };
  return [
    { role: 'gateway', id: 'Resource', kind: workload ? 'Gateway' : 'KubernetesGateway', namespace, reasons, annotations: said },
    ...redirects && !workload ? [{ role: 'redirect', id: 'redirect', kind: 'HTTPRoute', namespace } as const] : [],
    { role: 'policy', id: 'default-deny', kind: 'AuthorizationPolicy', namespace, position: 'first' },
    ...issuers.length === 0 ? [] : [{ role: 'authentication', id: 'tokens', kind: 'RequestAuthentication', namespace, position: 'first', reasons: issuers.flatMap(issuer => issuer.reasons) } as const],
  ];
}
