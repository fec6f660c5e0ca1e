import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { Principal } from './principal';
import { Workload } from './workload';
import { Caller, callerName, ServiceAccountCaller } from '../intent/caller';
import { calendarDay, checkExpiry } from '../intent/expiry';
import { purposeOf } from '../intent/justification';
import { QuarantineIntent } from '../intent/quarantine-intent';
import { instanceOf, text } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';
import { cutByNetwork } from './private/index/network-cuts';
import { cutBy } from './private/index/quarantined';
import { World } from './private/index/world';
import { ofWaypoint } from './private/statements/accounts';
import { checkSameCluster } from './private/statements/clusters';
import { checkReach } from './private/statements/coverage';
import { namedInErrors } from './private/statements/named-in-errors';
import { checkAlone, checkEgress, checkWaypoints } from './private/statements/quarantine-checks';
import { checkNetworkPolicies } from './private/statements/quarantine-network';
import { rootNamespaceFor } from './private/statements/root-namespace';
import { state } from './private/statements/state';

/** Props of a Quarantine: of a workload, or of a service account. */
export interface QuarantineProps {
  /**
   * The workload that is cut off: nobody reaches it, and it reaches nobody.
   *
   * @default - an `account` is given
   */
  readonly workload?: Workload;

  /**
   * The service account that reaches nobody any more, whoever runs as it, as by `Principal.serviceAccount`. Whoever runs as it can still be called. Not that of a waypoint, as which all
   * that goes through it arrives.
   *
   * @default - that of the workload
   */
  readonly account?: Principal;

  /** Why, in a few words for whoever reads it tomorrow. */
  readonly reason: string;

  /**
   * The incident, as it is called elsewhere, such as `INC-4711`.
   *
   * @default - the id of the construct
   */
  readonly incident?: string;

  /**
   * The last day of it, such as `2026-12-31`. After it the app is not synthesized, so that somebody decides: Istio itself knows no end. Needs `asOf` of the ZeroTrustMesh.
   *
   * @default - until it is taken out
   */
  readonly until?: string;

  /**
   * Metadata of the objects.
   *
   * @default - names come from the construct path
   */
  readonly metadata?: ApiObjectMetadata;
}

const PROPS: InputStruct<QuarantineProps> = {
  name: 'QuarantineProps',
  members: { workload: 'value', account: 'value', reason: 'needed', incident: 'value', until: 'value', metadata: 'value' },
};

/**
 * Cuts off a compromised workload, or an account, at once, whatever accesses say. These stay as they are, so that taking the quarantine out restores them: none is refused because of it, and those
 * that it cuts are listed in finding ZT114 and in the annotation `cdk8s-zero-trust/cuts`.
 *
 * Renders an AuthorizationPolicy that denies everything to the pods; in the root namespace one that denies the account everything, with its twin for waypoints; and for what the pods send elsewhere a
 * Sidecar without hosts, or in ambient a NetworkPolicy without egress. Where `networkPolicies` of the mesh or the namespace are on, a NetworkPolicy closes the pods both ways, DNS and the control
 * plane included, and those of the app leave them out. These must stay as they are made: a JSON patch of what they say to Istio is refused.
 *
 * It does not cut connections that are open (restart the pods that they lead to), nor without `networkPolicies` what a process sends past its sidecar.
 *
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-deny/
 * @example
 * declare const api: kplus.Deployment;
 *
 * new Quarantine(this, 'incident-4711', { workload: Workload.of(api), reason: 'calls an unknown host' });
 */
@namedInErrors
export class Quarantine extends Construct {
  private readonly cut: (world: World) => readonly string[];

  public constructor(scope: Construct, id: string, props: QuarantineProps) {
    super(scope, id);
    const given = taken('Quarantine', PROPS, props);
    const { workload, metadata, until } = given;
    const account = accountOf(given);
    const rootNamespace = rootNamespaceFor(this);
    const read = (world: World): QuarantineIntent => {
      const cut = { ...placeOf(workload, world), account: account() };
      return { kind: 'quarantine', mesh: world.mesh, ...cut, network: cutByNetwork(cut, world), hasAmbient: world.hasAmbient };
    };
    const last = until === undefined ? undefined : calendarDay('until', until);
    this.cut = world => cutBy(read(world), world);
    const reasons = [`${incidentOf(given, id)}: ${purposeOf('Quarantine', given.reason)}`];
    const annotations = { [CUTS]: () => this.describeCuts() };
    const ofCaller = { kind: 'AuthorizationPolicy' as const, namespace: rootNamespace.name, reasons };
    state(this, {
      cuts: account,
      read,
      check: world => [
        ...rootNamespace.check(world),
        ...checkWaypoints(world),
        ...last === undefined ? [] : checkExpiry('until', last, world.asOf),
        ...workload ? [] : ofWaypoint('account', account(), world),
        ...checkSameCluster(given.account ? [given.account] : [], workload ? [workload] : [], world),
        ...workload ? [...checkReach(workload, world), ...checkAlone(workload, world)] : [],
        ...checkNetworkPolicies(read(world), world),
        ...workload ? checkEgress(workload, read(world), world) : [],
      ],
    }, { metadata }, [
      ...workload ? [{ role: 'policy', id: 'Resource', kind: 'AuthorizationPolicy' as const, namespace: workload._namespace(), reasons, annotations }] : [],
      { role: 'caller', id: 'caller', ...ofCaller, ...workload ? {} : { annotations } },
      { role: 'caller-waypoint', id: 'caller-waypoint', ...ofCaller, isOptional: true },
      ...workload ? [
        { role: 'egress', id: 'egress', kind: 'Sidecar' as const, namespace: workload._namespace(), reasons, isOptional: true },
        { role: 'network', id: 'network', kind: 'NetworkPolicy' as const, namespace: workload._namespace(), reasons, isOptional: true },
        { role: 'egress-network', id: 'egress-network', kind: 'NetworkPolicy' as const, namespace: workload._namespace(), reasons, isOptional: true },
      ] : [],
    ]);
  }

  /** The constructs of the accesses that it cuts, by their paths, as text: `shop/web-to-api, shop/api-to-db`. Call it when the app is complete. */
  public describeCuts(): string { return this.cut(World.of(this)).join(', ') || 'no access of this app'; }
}

const CUTS = 'cdk8s-zero-trust/cuts';

function incidentOf({ incident }: QuarantineProps, id: string): string {
  return incident === undefined ? id : text('incident', incident, 'name the incident, or leave it out');
}

function accountOf({ workload, account }: QuarantineProps): () => ServiceAccountCaller {
  if ((workload === undefined) === (account === undefined)) {
    throw new Error(`one of 'workload' and 'account' must say what is cut off, got ${workload ? 'both' : 'neither'}; a workload is cut off with its account`);
  }
  if (workload) {
    instanceOf('workload', workload, Workload, 'write Workload.of(…) around the construct');
    return () => ({ kind: 'serviceAccount', namespace: workload._namespace(), name: workload._facts().serviceAccount });
  }
  const principal = instanceOf('account', account!, Principal, "name it by Principal.serviceAccount('shop', 'api')");
  return () => named(principal._caller());
}

function named(caller: Caller): ServiceAccountCaller {
  if (caller.kind === 'serviceAccount') { return caller; }
  throw new Error(`account must be one service account, got ${quoted(callerName(caller))}; name it by Principal.serviceAccount, or state an AccessGuardrail by forbiddenCallers`);
}

function placeOf(workload: Workload | undefined, world: World): Pick<QuarantineIntent, 'target' | 'namespace' | 'isInjected'> {
  if (!workload) { return {}; }
  const namespace = workload._namespace();
  const target = workload._facts();
  return { target, namespace: world.placeOf(target), isInjected: world.isInjected(namespace) };
}
