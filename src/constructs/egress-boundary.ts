import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { EgressBoundaryIntent, KnownHost } from '../intent/egress-intent';
import { atLeastOne, instanceOf, namespaceName } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';
import { egressNeeds } from './private/index/egress-needs';
import { Bounds } from './private/index/statement';
import { World } from './private/index/world';
import { checkEgressBoundary } from './private/statements/boundary-checks';
import { checkSameCluster } from './private/statements/clusters';
import { isOfCluster, outsideHost, serviceNamed } from './private/statements/legacy-host';
import { namedInErrors } from './private/statements/named-in-errors';
import { state } from './private/statements/state';
import { Workload } from './workload';

/** Props of an EgressBoundary: of a namespace, or of a workload. */
export interface EgressBoundaryProps {
  /**
   * The namespace whose sidecars block what they do not know, but for those of workloads that have a boundary of their own.
   *
   * @default - a `workload` is given
   */
  readonly namespace?: string;

  /**
   * The workload whose sidecars do; rendered as `workloadSelector`, which comes before the boundary of its namespace.
   *
   * @default - a `namespace` is given
   */
  readonly workload?: Workload;

  /**
   * Services of the cluster that are called and of which no construct of this app says so, in full, such as `kubernetes.default.svc.cluster.local`. Hosts outside of the cluster are stated by
   * an EgressAccess.
   *
   * @default - those that the app says are called
   */
  readonly otherServices?: string[];

  /**
   * Metadata of the Sidecar.
   *
   * @default - its name comes from the construct path
   */
  readonly metadata?: ApiObjectMetadata;
}

const PROPS: InputStruct<EgressBoundaryProps> = {
  name: 'EgressBoundaryProps',
  members: { namespace: 'value', workload: 'value', otherServices: 'value', metadata: 'value' },
};

/**
 * What leaves the pods of a namespace, or of one workload, goes to what the app says that they call, and nowhere else: their sidecars block the rest.
 *
 * Renders one Sidecar with `outboundTrafficPolicy` REGISTRY_ONLY and exactly the hosts of the Services and ServiceEntries that the intents of the whole app have them call: by ServiceAccess,
 * JwtProtectedApi, BreakGlass, ExternalAuthorization, LegacyDestination and EgressAccess; and the namespace of the control plane. What others make known, such as a ServiceEntry of a tenant, is not.
 *
 * It keeps in what goes through the sidecar. What a process sends past it (as UID 1337, by UDP, on excluded ports, from the network of the host) only a NetworkPolicy keeps in. Ambient namespaces
 * are refused: ztunnel reads no Sidecar. So is an EnvoyFilter that changes where those sidecars send what they get.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/
 * @example
 * new EgressBoundary(this, 'egress', { namespace: 'shop' });
 */
@namedInErrors
export class EgressBoundary extends Construct {
  private readonly read: (world: World) => EgressBoundaryIntent;

  public constructor(scope: Construct, id: string, props: EgressBoundaryProps) {
    super(scope, id);
    const { namespace, workload, otherServices, metadata } = taken('EgressBoundary', PROPS, props);
    const within = placeOf(namespace, workload);
    const others = otherServices === undefined ? [] : atLeastOne('otherServices', otherServices, 'name Services in full, or leave it out').map(serviceHost);
    const bounds = (): Bounds => ({ within, pods: workload?._facts() });
    this.read = world => ({
      kind: 'egress-boundary', mesh: world.mesh, within, dataPlane: world.dataPlane(within), pods: workload?._facts(), hosts: [...egressNeeds(bounds(), world).hosts, ...others], otherServices: others,
    });
    state(this, {
      bounds,
      read: this.read,
      check: world => [
        ...checkSameCluster([], workload ? [workload] : [], world),
        ...misspeltServices(others, world),
        ...checkEgressBoundary({ construct: this, ...bounds() }, others, world),
      ],
    }, { metadata }, [{ role: 'sidecar', id: 'Resource', kind: 'Sidecar', namespace: within }]);
  }

  /** Whose sidecars reach what, as text for tables and messages: `sidecars of shop reach api.pay.example, istio-system/*`. Call it when the app is complete. */
  public describeEgressBoundary(): string {
    const { within, pods, mesh, hosts } = this.read(World.of(this));
    const names = [...new Set(hosts.map(({ host }) => host))].sort();
    return `sidecars of ${pods ? quoted(pods.path) : within} reach ${[...names, `${mesh.rootNamespace}/*`].join(', ')}`;
  }
}

function placeOf(namespace: string | undefined, workload: Workload | undefined): string {
  if ((namespace === undefined) === (workload === undefined)) {
    throw new Error(`one of 'namespace' and 'workload' must say whose sidecars it is for, got ${namespace === undefined ? 'neither' : 'both'}; a boundary of a workload comes before that of its namespace`);
  }
  return workload ? instanceOf('workload', workload, Workload, 'write Workload.of(…) around the construct')._namespace() : namespaceName('namespace', namespace!);
}

function serviceHost(given: string, index: number): KnownHost {
  const prop = `otherServices[${index}]`;
  const host = outsideHost(prop, given, 'name each Service by itself');
  if (!isOfCluster(host)) { throw new Error(`${prop} must be a Service of the cluster, NAME.NAMESPACE.svc.cluster.local, got ${quoted(host)}; state a host outside by an EgressAccess`); }
  return { namespace: host.split('.')[1], host };
}

/** Those that the app has, or of whose names it has others. */
function misspeltServices(hosts: readonly KnownHost[], world: World): string[] {
  return hosts.flatMap(({ host }) => {
    try {
      serviceNamed(host, world);
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });
}
