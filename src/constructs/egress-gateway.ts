import { ApiObject, ApiObjectMetadata, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { ClassicEgressGateway, EgressGatewayData, HostThrough } from '../intent/egress-intent';
import { listeningPort } from '../intent/ingress-intent';
import { stateElsewhere } from '../policy/resources/construct-tree';
import { instanceOf, namespaceName, portNumber } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { declare } from './private/index/declarations';
import { WAYPOINT_CLASS } from './private/reading/gateway-class';
import { isTakenOut } from './private/reading/patches';
import { checkSameCluster } from './private/statements/clusters';
import { checkPods } from './private/statements/coverage';
import { checkEgressGateway } from './private/statements/egress-gateway-checks';
import { checkGatewayPods, GatewayPods } from './private/statements/gateway-pod-checks';
import { namedInErrors } from './private/statements/named-in-errors';
import { state } from './private/statements/state';
import { gatewayElsewhere } from './private/witnesses/ingress-elsewhere';
import { Workload } from './workload';

/** Props of an EgressGateway. */
export interface EgressGatewayProps {
  /**
   * The pods of the gateway: `Workload.of` those of the app, or `Workload.fromPods` with the Service in front of them. They run Istio's proxy as a gateway, as its chart `gateway` makes them, in a namespace of
   * their own, and alone carry their labels. For callers with sidecars.
   *
   * @default - a waypoint, whose pods Istio makes, in the namespace of the chart or of `metadata`: for callers in ambient
   */
  readonly workload?: Workload;

  /**
   * The port of the Service of the workload at which callers send HTTP, for which the gateway sees hosts.
   *
   * @default 15443
   */
  readonly httpPort?: number;

  /**
   * The port of the Service of the workload at which callers send everything else, such as TLS that they start themselves.
   *
   * @default 15444
   */
  readonly tlsPort?: number;

  /**
   * Metadata of the objects. Their namespace is that of the pods, or of the chart.
   *
   * @default - names come from the construct path
   */
  readonly metadata?: ApiObjectMetadata;
}

const PROPS: InputStruct<EgressGatewayProps> = { name: 'EgressGatewayProps', members: { workload: 'value', httpPort: 'value', tlsPort: 'value', metadata: 'value' } };

/**
 * A gateway through which callers reach hosts outside of the cluster: it lets each of them out to the hosts of its own EgressAccesses, and nobody else. Whoever takes over a workload does not control it, as it does its own sidecar.
 *
 * Renders an AuthorizationPolicy by which it admits nothing but what those accesses name; and as soon as there is one a Gateway that asks for Istio's mutual TLS, with a server for each host, and one DestinationRule by which sidecars connect to it, verify who it is, and say by the server name which
 * host they mean.
 *
 * Without a `workload` it is a waypoint: a Gateway of class `istio-waypoint` beside that policy, for callers in ambient, whose ztunnels lead them there by themselves.
 *
 * Refuses a gateway in the root namespace, labels that other pods carry, ports that its Service does not have, another gateway for the same pods, and an EnvoyFilter that changes whom it lets out, and to where.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway/
 * @example
 * declare const egress: kplus.Deployment;
 * declare const billing: kplus.Deployment;
 *
 * const gateway = new EgressGateway(this, 'gateway', { workload: Workload.of(egress) });
 * new EgressBoundary(this, 'egress', { namespace: 'shop' });
 * new EgressAccess(this, 'billing-to-pay', { callers: [Principal.workload(billing)], host: 'api.pay.example', gateway });
 */
@namedInErrors
export class EgressGateway extends Construct {
  private readonly stated: Stated;
  private readonly gatewayName: string;
  private readonly gatewayNamespace: string;
  private readonly accesses: AccessOut[] = [];

  public constructor(scope: Construct, id: string, props: EgressGatewayProps) {
    super(scope, id);
    const { metadata, ...given } = taken('EgressGateway', PROPS, props);
    const stated = this.stated = statedBy(given);
    const { workload } = stated;
    const namespace = this.gatewayNamespace = workload?._namespace() ?? namespaceOf(this, metadata);
    const [, gateway] = state(this, {
      read: world => ({ kind: 'egress-gateway', mesh: world.mesh, gateway: this._facts(), hosts: this.accessesOut().map(access => access._through()) }),
      check: world => [
        ...workload ? [...checkSameCluster([], [workload], world), ...checkPods(workload, world)] : [],
        ...checkGatewayPods(this.pods(), world),
        ...checkEgressGateway(this._facts(), this, world),
      ],
    }, { metadata }, [
      { role: 'policy', id: 'default-deny', kind: 'AuthorizationPolicy', namespace, position: 'first' },
      ...workload ? [
        { role: 'gateway', id: 'Resource', kind: 'Gateway', namespace, isOptional: true } as const,
        { role: 'to-gateway', id: 'rule', kind: 'DestinationRule', namespace, isOptional: true } as const,
      ] : [{ role: 'gateway', id: 'Resource', kind: 'KubernetesGateway', namespace, labels: { 'istio.io/waypoint-for': 'service' }, gatewayClass: WAYPOINT_CLASS } as const],
    ]) as ApiObject[];
    this.gatewayName = gateway.name;
    stateElsewhere(this, () => workload?._facts().kind === 'Pods' ? gatewayElsewhere(workload._facts(), {}, this.gatewayName) : []);
    if (workload) { declare(this, { kind: 'ingress', path: this.node.path, namespace, name: this.gatewayName, workload: () => workload._facts(), ports: () => this.listeningPorts(), leadsOut: true }); }
  }

  /** What is reached through it, as text for tables and messages: `Gateway egress/gateway: api.pay.example`. Call it when the app is complete. */
  public describeEgressGateway(): string {
    const hosts = this.accessesOut().map(access => access._through().host);
    return `Gateway ${this._namespace}/${this.gatewayName}: ${hosts.length === 0 ? 'nothing' : hosts.join(', ')}`;
  }

  /** @internal Its namespace. */
  public get _namespace(): string { return this.gatewayNamespace; }

  /** @internal Name of the waypoint to which hosts are bound, if it is one. */
  public get _waypoint(): string | undefined { return this.stated.workload ? undefined : this.gatewayName; }

  /** @internal Takes note of an access. */
  public _admit(access: AccessOut): void { this.accesses.push(access); }

  /** @internal What accesses must know of it, when the app is complete. */
  public _facts(): EgressGatewayData {
    const { workload, httpPort, tlsPort } = this.stated;
    const data = { path: this.node.path, namespace: this._namespace, name: this.gatewayName };
    return workload ? { ...data, pods: workload._facts(), httpPort, tlsPort } : data;
  }

  /** Those of a waypoint are made by Istio. */
  private pods(): GatewayPods {
    const { path, namespace, name } = this._facts();
    const { workload } = this.stated;
    return { path, namespace, name, workload, serviceAccount: workload?._facts().serviceAccount ?? name };
  }

  private listeningPorts(): number[] {
    const gateway = this._facts();
    return gateway.pods ? [gateway.httpPort, gateway.tlsPort].flatMap(port => listeningPort(gateway, port) ?? []) : [];
  }

  /** Those that are of the app still, in the order of their hosts, of which each counts once. */
  private accessesOut(): AccessOut[] {
    const all = this.accesses.filter(access => !isTakenOut(access));
    const isFirst = (access: AccessOut, i: number) => all.findIndex(other => other._through().host === access._through().host) === i;
    return all.filter(isFirst).sort((a, b) => a._through().host < b._through().host ? -1 : 1);
  }
}

/** @internal An access through a gateway, as far as that needs to know it. */
export interface AccessOut extends Construct { _through(): HostThrough }

interface Stated extends Pick<ClassicEgressGateway, 'httpPort' | 'tlsPort'> { readonly workload?: Workload }

function namespaceOf(construct: Construct, metadata: ApiObjectMetadata | undefined): string {
  const namespace = metadata?.namespace ?? Chart.of(construct).namespace;
  if (namespace === undefined) { throw new Error('its namespace must be known, got \'undefined\'; give its chart a namespace, or set metadata.namespace'); }
  return namespaceName('metadata.namespace', namespace);
}

function statedBy({ workload, httpPort: givenHttp, tlsPort: givenTls }: EgressGatewayProps): Stated {
  if (workload === undefined && (givenHttp ?? givenTls) !== undefined) { throw new Error("httpPort and tlsPort must be left out without a 'workload', got one of them; a waypoint is called by the ports of the hosts"); }
  const [httpPort, tlsPort] = [givenHttp ?? 15443, givenTls ?? 15444];
  if (workload !== undefined) { instanceOf('workload', workload, Workload, 'write Workload.of(…) around the construct'); }
  const remedy = 'give the port of the Service of the gateway';
  if (portNumber('httpPort', httpPort, remedy) === portNumber('tlsPort', tlsPort, remedy)) {
    throw new Error(`tlsPort must be another than httpPort, got '${tlsPort}' for both; the gateway tells by it what it is sent`);
  }
  return { workload, httpPort, tlsPort };
}
