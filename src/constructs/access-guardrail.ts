import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { BreakGlass } from './break-glass';
import { GuardrailScope } from './guardrail-scope';
import { Principal } from './principal';
import { Caller, callerName } from '../intent/caller';
import { Enforcement, isTriedOut } from '../intent/enforcement';
import { GuardrailLaw } from '../intent/guardrail-intent';
import { Operation } from '../intent/operation';
import { OperationData, operationText } from '../intent/operation-data';
import { instanceOf, instancesOf } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { listed, quoted } from '../util/text';
import { checkAccounts } from './private/statements/accounts';
import { callersNamed, callersOf } from './private/statements/callers';
import { checkSameCluster } from './private/statements/clusters';
import { checkTogether } from './private/statements/contradictions';
import { checkReach } from './private/statements/coverage';
import { checkEmergency, checkGuardrailScope, hasGateways } from './private/statements/guardrail-checks';
import { namedInErrors } from './private/statements/named-in-errors';
import { state } from './private/statements/state';

/** Props of an AccessGuardrail. One of `onlyCallers`, `forbiddenCallers`, `onlyOperations` and `forbiddenOperations` says what is forbidden. */
export interface AccessGuardrailProps {
  /** What it holds for: by `selector` and `targetRefs` to Services, for all pods of a namespace and its waypoint, or for all of the mesh and its class of waypoints. */
  readonly appliesTo: GuardrailScope;

  /**
   * Only these may ever call, doing what others allow them; readers of metrics must be among them. Renders `notPrincipals`, which plaintext does not pass either. Not for the mesh, nor where there are
   * gateways, whose clients have no identity.
   *
   * @default - said by another prop
   */
  readonly onlyCallers?: Principal[];

  /**
   * None of these may ever call, nor anyone in plaintext, who might be one of them. Renders `principals` beside `notPrincipals: ["*"]`; where there are gateways without the latter, and plaintext must be
   * refused by STRICT.
   *
   * @default - said by another prop
   */
  readonly forbiddenCallers?: Principal[];

  /**
   * Only these may ever be called, by those whom others allow it. Renders all that they leave: `notPorts`, and for their ports `notMethods`, `notPaths` and `notHosts`. Beyond a workload each names its
   * ports, as the pods count them. Not for the mesh.
   *
   * @default - said by another prop
   */
  readonly onlyOperations?: Operation[];

  /**
   * None of these may ever be called: methods and ports. Renders `methods` and `ports`. Beyond a workload each names its ports, as the pods count them. Not paths or hosts, which
   * clients and servers spell in many ways: of these say by `onlyOperations` which may be called.
   *
   * @default - said by another prop
   */
  readonly forbiddenOperations?: Operation[];

  /**
   * Emergencies whose callers it lets through: they may do what their BreakGlass, or whatever else, allows them. Each must be of the same app and cluster, and for what is guarded. Only beside `onlyCallers` or `forbiddenCallers`. Renders `notPrincipals`.
   *
   * @default - none: it wins
   */
  readonly exceptFor?: BreakGlass[];

  /**
   * Whether it is enforced, or only tried out: rendered as annotation `istio.io/dry-run` then. Proxies refuse nothing by it, and say in metrics and dynamic metadata what they would refuse; no access is
   * refused at synthesis because of it. In ambient only waypoints do: ztunnel is not given it.
   *
   * @default Enforcement.ENFORCE
   * @see https://istio.io/latest/docs/tasks/security/authorization/authz-dry-run/
   */
  readonly enforcement?: Enforcement;

  /**
   * Metadata of the AuthorizationPolicies.
   *
   * @default - names come from the construct path
   */
  readonly metadata?: ApiObjectMetadata;
}

const PROPS: InputStruct<AccessGuardrailProps> = {
  name: 'AccessGuardrailProps',
  members: {
    appliesTo: 'needed',
    onlyCallers: 'value',
    forbiddenCallers: 'value',
    onlyOperations: 'value',
    forbiddenOperations: 'value',
    exceptFor: 'value',
    enforcement: 'value',
    metadata: 'value',
  },
};

/**
 * What nobody may do, whatever anybody else allows: a rule that a platform team sets, and that no application breaks.
 *
 * Renders a DENY AuthorizationPolicy, written by negation, so that no identity that is missing and no spelling of a path slips past: at the pods, and where there is a waypoint
 * a second one there. For the mesh they are in the root namespace, the second for all waypoints (from Istio 1.25 on).
 *
 * An access that it forbids is refused when the app is synthesized, and both are named. So is a guardrail that would close gateways to their clients.
 *
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-deny/
 * @example
 * declare const db: kplus.StatefulSet;
 *
 * new AccessGuardrail(this, 'db-guard', {
 *   appliesTo: GuardrailScope.workload(Workload.of(db)),
 *   onlyCallers: [Principal.serviceAccount('shop', 'api'), Principal.serviceAccount('shop', 'backup')],
 * });
 */
@namedInErrors
export class AccessGuardrail extends Construct {
  private readonly law: Law;
  private readonly scope: GuardrailScope;

  public constructor(scope: Construct, id: string, props: AccessGuardrailProps) {
    super(scope, id);
    const given = taken('AccessGuardrail', PROPS, props);
    const { appliesTo, metadata } = given;
    this.scope = instanceOf('appliesTo', appliesTo, GuardrailScope, 'write GuardrailScope.workload(…), .namespace(…) or .mesh(…)');
    const law = this.law = lawOf(given);
    const emergencies = exemptBy(given, law);
    const exempt = emergencies.flatMap(({ _callers }) => _callers);
    const isDryRun = isTriedOut(given.enforcement);
    const { _namespace: namespace, _workload: workload } = appliesTo;
    const reasons = law.principals.flatMap(principal => principal._reasons());
    state(this, {
      read: world => ({ kind: 'guardrail', mesh: world.mesh, ...appliesTo._read(world), law: law.read(), exempt: exempt.map(principal => principal._caller()), hasGateways: hasGateways(appliesTo, world), isDryRun }),
      check: world => [
        ...checkSameCluster([...law.principals, ...exempt], workload ? [workload] : [], world),
        ...checkAccounts([[law.prop, law.principals]], world),
        ...workload ? checkReach(workload, world) : [],
        ...checkGuardrailScope(appliesTo, law, world),
        ...checkTogether(this.node.path, world),
        ...emergencies.flatMap((emergency, i) => checkEmergency(`exceptFor[${i}]`, emergency, appliesTo, world)),
      ],
    }, { metadata }, [
      { role: 'guardrail', id: 'Resource', kind: 'AuthorizationPolicy', namespace, reasons, isDryRun, isOptional: isDryRun },
      { role: 'waypoint-guardrail', id: 'waypoint', kind: 'AuthorizationPolicy', namespace, reasons, isDryRun, isOptional: true },
    ]);
  }

  /** What it forbids, as text for tables and messages: `only shop/api, shop/backup may call StatefulSet shop/db`. */
  public describeAccessGuardrail(): string { return this.law.describe(this.scope.describeGuardrailScope()); }
}

type LawProp = 'onlyCallers' | 'forbiddenCallers' | 'onlyOperations' | 'forbiddenOperations';

interface Law {
  readonly prop: LawProp;
  readonly principals: readonly Principal[];
  readonly operations: readonly OperationData[];
  readonly read: () => GuardrailLaw;
  readonly describe: (what: string) => string;
}

function lawOf(props: AccessGuardrailProps): Law {
  const known: readonly LawProp[] = ['onlyCallers', 'forbiddenCallers', 'onlyOperations', 'forbiddenOperations'];
  const [prop, ...others] = known.filter(one => props[one] !== undefined);
  if (prop === undefined || others.length > 0) {
    throw new Error(`one of ${listed([...known])} must say what is forbidden, got ${prop === undefined ? 'none' : listed([prop, ...others])}; state a guardrail for each`);
  }
  return prop === 'onlyCallers' || prop === 'forbiddenCallers' ? callerLaw(prop, props[prop]!) : operationLaw(prop, props);
}

/** Who breaks the glass is known by name, so that a law of operations could let nobody through but for all that they may call. */
function exemptBy({ exceptFor }: AccessGuardrailProps, { prop, operations }: Law): readonly BreakGlass[] {
  if (exceptFor === undefined) { return []; }
  const emergencies = instancesOf('exceptFor', exceptFor, BreakGlass, 'name each BreakGlass that it lets through, or leave it out');
  if (operations.length > 0) { throw new Error(`exceptFor must come with onlyCallers or forbiddenCallers, got ${prop}, which is for everybody; leave it out`); }
  return emergencies;
}

function callerLaw(prop: 'onlyCallers' | 'forbiddenCallers', given: readonly Principal[]): Law {
  const principals = callersOf(prop, given);
  const read = () => namedIn(prop, callersNamed(prop, principals));
  const kind = prop === 'onlyCallers' ? 'only callers' as const : 'forbidden callers' as const;
  return {
    prop,
    principals,
    operations: [],
    read: () => ({ kind, callers: read() }),
    describe: what => `${prop === 'onlyCallers' ? 'only' : 'none of'} ${read().map(callerName).join(', ')} may call ${what}`,
  };
}

/** Who forbids all peers forbids everything, and who admits anyone forbids nothing. */
function namedIn(prop: LawProp, callers: readonly Caller[]): readonly Caller[] {
  const wide = callers.find(({ kind }) => kind === 'anyone' || (kind === 'anyAuthenticated' && prop === 'forbiddenCallers'));
  if (!wide) { return callers; }
  throw new Error(`${prop} must be named, got ${quoted(callerName(wide))}; ${prop === 'onlyCallers' ? 'that forbids nothing' : 'state nothing else, and all are refused by default'}`);
}

function operationLaw(prop: 'onlyOperations' | 'forbiddenOperations', { appliesTo, ...props }: AccessGuardrailProps): Law {
  const operations = instancesOf(prop, props[prop], Operation, "name operations, as in [Operation.get('/api/*')]").map(({ _data }) => _data);
  operations.forEach((operation, i) => {
    const at = `${prop}[${i}]`;
    if (prop === 'forbiddenOperations') { checkForbidden(at, operation); }
    if (!appliesTo._workload) { checkPorts(at, operation); }
  });
  return {
    prop,
    principals: [],
    operations,
    read: () => ({ kind: prop === 'onlyOperations' ? 'only operations' : 'forbidden operations', operations }),
    describe: what => `${prop === 'onlyOperations' ? 'only' : 'none of'} ${operations.map(operationText).join('; ')} may be called of ${what}`,
  };
}

/** A pattern of paths matches what it spells: `//admin` and `/Admin` are other paths to a proxy, and may be the same to a server. */
function checkForbidden(at: string, operation: OperationData): void {
  if (operation.kind === 'tcp' || (operation.paths.includes('*') && operation.hosts.length === 0)) { return; }
  throw new Error(`${at} must be methods and ports, got ${quoted(operationText(operation))}; clients spell paths and hosts in ways that no pattern matches: say by onlyOperations which may be called`);
}

function checkPorts(at: string, operation: OperationData): void {
  const ports = operation.kind === 'tcp' ? [operation.port] : operation.ports;
  if (ports.length > 0 && ports.every(port => typeof port === 'number')) { return; }
  throw new Error(`${at} must name ports by number, got ${quoted(operationText(operation))}; beyond one workload nothing else tells which are meant: give it ports, or state it by GuardrailScope.workload`);
}
