import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { Principal } from './principal';
import { Condition, ConditionData, conditionText } from '../intent/condition';
import { Enforcement, isTriedOut } from '../intent/enforcement';
import { AccessIntent } from '../intent/intent';
import { Operation } from '../intent/operation';
import { OperationData, operationText } from '../intent/operation-data';
import { instanceOf, instancesOf } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { readTogether } from '../util/together';
import { World } from './private/index/world';
import { checkAccounts } from './private/statements/accounts';
import { callersNamed, callersOf } from './private/statements/callers';
import { checkTarget, placeOf } from './private/statements/checks';
import { checkSameCluster } from './private/statements/clusters';
import { checkCoverage } from './private/statements/coverage';
import { checkDenied } from './private/statements/dry-run-checks';
import { namedInErrors } from './private/statements/named-in-errors';
import { specOf, stateIntent } from './private/statements/state';
import { objectProps } from './private/statements/stated-object';
import { checkTokens } from './private/statements/tokens';
import { Workload } from './workload';

/** Props of a ServiceAccess. */
export interface ServiceAccessProps {
  /** Who may call; at least one. Any of them may. */
  readonly callers: Principal[];

  /** The workload that is called. */
  readonly to: Workload;

  /** What may be called; at least one. Any of them may. */
  readonly operations: Operation[];

  /**
   * What must hold besides; all of it.
   *
   * @default - nothing more
   */
  readonly conditions?: Condition[];

  /**
   * The callers send a token that the JwtProtectedApi of the workload accepts: their own, or that of a user, which they pass on.
   *
   * An API refuses all callers without one that it does not exempt, so an access to it must say this, or have a condition on a claim.
   *
   * @default false
   */
  readonly callersSendToken?: boolean;

  /**
   * Whether it is enforced, or only tried out: rendered as annotation `istio.io/dry-run` then. Proxies decide nothing by it, and say in metrics and dynamic metadata what they would have let pass. Refused
   * where nothing else denies, as everybody would pass, and at ztunnel, which is not given it.
   *
   * @default Enforcement.ENFORCE
   * @see https://istio.io/latest/docs/tasks/security/authorization/authz-dry-run/
   */
  readonly enforcement?: Enforcement;

  /**
   * Metadata of the AuthorizationPolicy. Its namespace is that of the workload.
   *
   * @default - the name comes from the construct path
   */
  readonly metadata?: ApiObjectMetadata;
}

const PROPS: InputStruct<ServiceAccessProps> = {
  name: 'ServiceAccessProps',
  members: { callers: 'needed', to: 'needed', operations: 'needed', conditions: 'value', callersSendToken: 'flag', enforcement: 'value', metadata: 'value' },
};

/**
 * Callers may use operations of a workload.
 *
 * Renders one ALLOW AuthorizationPolicy in the namespace of the workload: at its pods, or at the waypoint for its Services where the namespace has
 * one. As soon as a workload has one, everything that no access states is denied.
 *
 * Refuses, when the app is synthesized, what would not be enforced as stated: HTTP operations on a TCP or undeclared port, ports of a Service in
 * place of those of the workload, HTTP in an ambient namespace without waypoint, workloads outside the mesh, calls that a JwtProtectedApi would
 * refuse; and what would open more: other workloads behind the same labels or Service, and callers that share a service account.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 * @example
 * declare const web: kplus.Deployment;
 * declare const api: kplus.Deployment;
 *
 * new ServiceAccess(this, 'web-to-api', {
 *   callers: [Principal.workload(web)],
 *   to: Workload.of(api),
 *   operations: [Operation.http({ methods: ['GET', 'POST'], paths: ['/api/*'] })],
 * });
 */
@namedInErrors
export class ServiceAccess extends ApiObject {
  private readonly stated: Stated;

  public constructor(scope: Construct, id: string, props: ServiceAccessProps) {
    const stated = statedBy(taken('ServiceAccess', PROPS, props));
    const { to, metadata, isDryRun } = stated;
    const origin = { path: scope.node.path === '' ? id : `${scope.node.path}/${id}`, metadata };
    super(scope, id, objectProps({ role: ROLE, kind: 'AuthorizationPolicy', namespace: to._namespace(), reasons: stated.reasons, isDryRun }, origin, () => specOf(statement, ROLE)));
    this.stated = stated;
    const read = (world: World) => this._read(world);
    const statement = stateIntent(this, {
      opens: isDryRun ? undefined : 'access',
      read,
      check: world => [
        ...checkSameCluster(stated.callers, [to], world),
        ...checkTarget(to._facts(), world),
        ...isDryRun ? checkDenied(to._facts(), world) : checkCoverage(to, () => read(world), world),
        ...checkAccounts([['callers', stated.callers]], world, () => to._facts()),
        ...checkTokens(() => read(world), { target: to._facts(), conditions: stated.conditions, sendsToken: stated.callersSendToken }, world),
      ],
    }, [this], [ROLE]);
  }

  /**
   * What is meant, when the app is complete.
   *
   * @internal
   */
  public _read(world: World): AccessIntent { return intentOf(this.stated, world); }

  /** @internal The workload that is called. */
  public get _to(): Workload { return this.stated.to; }

  /**
   * Who may call what, as text for tables and messages: `shop/web may call Deployment shop/api: GET /api/*`.
   *
   * Call it when the app is complete: a workload may get its service account late.
   */
  public describeServiceAccess(): string {
    const { callers, to, operations, conditions, callersSendToken, isDryRun } = this.stated;
    const who = callers.map(caller => caller.describePrincipal()).join(', ');
    const when = conditions.length === 0 ? '' : `, where ${conditions.map(conditionText).join(' and ')}`;
    return `${who} may call ${to.describeWorkload()}: ${operations.map(operationText).join('; ')}${callersSendToken ? ', with a token' : ''}${when}${isDryRun ? ' (dry run)' : ''}`;
  }
}

const ROLE = 'policy';

interface Stated {
  readonly callers: readonly Principal[];
  readonly to: Workload;
  readonly operations: readonly OperationData[];
  readonly conditions: readonly ConditionData[];
  readonly callersSendToken: boolean;
  readonly isDryRun: boolean;
  readonly metadata?: ApiObjectMetadata;
  readonly reasons: readonly string[];
}

function intentOf({ callers, to, operations, conditions, isDryRun }: Stated, world: World): AccessIntent {
  const [place, named] = readTogether(() => placeOf(to, world), () => callersNamed('callers', callers));
  return { kind: 'access', ...place, callers: named, operations, conditions, ...isDryRun ? { isDryRun } : {} };
}

/** Checks all that the props say by themselves; what they refer to is read when the app is complete. */
function statedBy(props: ServiceAccessProps): Stated {
  instanceOf('to', props.to, Workload, 'write Workload.of(…) around the construct');
  const callers = callersOf('callers', props.callers);
  const operations = instancesOf('operations', props.operations, Operation, "name what may be called, as in [Operation.get('/api/*')]").map(({ _data }) => _data);
  const { callersSendToken = false } = props;
  if (callersSendToken && operations.every(({ kind }) => kind === 'tcp')) {
    throw new Error('callersSendToken must come with an HTTP operation, got Operation.tcp only; a token comes with HTTP, leave it out');
  }
  return {
    callers,
    to: props.to,
    operations,
    conditions: props.conditions === undefined ? []
      : instancesOf('conditions', props.conditions, Condition, 'leave them out if nothing more must hold').map(({ _data }) => _data),
    callersSendToken,
    isDryRun: isTriedOut(props.enforcement),
    metadata: props.metadata,
    reasons: [...callers.flatMap(caller => caller._reasons()), ...props.to._reasons()],
  };
}
