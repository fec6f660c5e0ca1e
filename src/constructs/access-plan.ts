import { Construct, IConstruct } from 'constructs';
import { PlannedCall, RefusedCall, refusedCalls, statedCalls } from './planned-call';
import { Principal } from './principal';
import { workloadIn } from './private/reading/find-workload';
import { ServiceAccess } from './service-access';
import { Workload } from './workload';
import { Operation } from '../intent/operation';
import { isHttp, OperationData, operationText } from '../intent/operation-data';
import { trustDomainName } from '../intent/trust-domain';
import { CallSource } from '../plan/call-source';
import { Granted } from '../plan/granted';
import { accountGiven, callerText, ofMesh } from '../plan/identity';
import { KnownCall, workloadText } from '../plan/observed-call';
import { Plan, planOf } from '../plan/plan';
import { RefusedPattern } from '../plan/plan-input';
import { PlanQuestion } from '../plan/question';
import { isRefusedInPart } from '../plan/refused';
import { accessId, oneLine, questionText, typeScriptOf } from '../plan/type-script';
import { VainRefusal } from '../plan/vain-refusals';
import { noFurther } from '../util/arguments';
import { instancesOf, listOf } from '../util/given';
import { groupedBy } from '../util/grouped';
import { InputStruct, taken } from '../util/members';
import { misspelt } from '../util/misspelling';
import { quoted, unique } from '../util/text';

/** What a plan is made of. */
export interface AccessPlanProps {
  /**
   * Traffic that was seen, and policies that are there.
   *
   * @default - none
   */
  readonly sources?: CallSource[];

  /**
   * Calls that are known to be meant, as from a diagram. Where operations are given they are granted as they are, and answer what is asked about them.
   *
   * @default - none
   */
  readonly calls?: PlannedCall[];

  /**
   * Calls that were seen, or may be, and are not meant: they are not granted, and nothing is asked about them.
   *
   * @default - none
   */
  readonly refused?: RefusedCall[];

  /**
   * The trust domain of the mesh, by which identities are its own. Callers of any other are asked about.
   *
   * @default 'cluster.local'
   */
  readonly trustDomain?: string;

  /**
   * How often a call must have been seen, with the same caller, method, path and port. Others are asked about.
   *
   * @default 2
   */
  readonly minimumCalls?: number;

  /**
   * Service accounts of waypoints, `NAMESPACE/NAME`. What they send on is not theirs, and is left aside; the waypoints themselves report who called.
   *
   * @default - none
   */
  readonly waypoints?: string[];
}

const PROPS: InputStruct<AccessPlanProps> = {
  name: 'AccessPlanProps', members: { sources: 'value', calls: 'value', refused: 'value', trustDomain: 'value', minimumCalls: 'value', waypoints: 'value' },
};

/** Calls that a plan grants: one ServiceAccess. */
export interface PlannedAccess {
  /** Who calls: `shop/web`, or the identity of a caller of another mesh. */
  readonly caller: string;

  /** The workload that is called: `shop/api`. */
  readonly to: string;

  /** What may be called, as text: `GET /orders on port 8080`. */
  readonly operations: string[];
}

/** What of a source could not be read. */
export interface UnreadLine {
  /** The name of the source. */
  readonly source: string;

  /** The number of the line, or of the entry of a vector, from 1. */
  readonly line: number;

  /** What is wrong with it. */
  readonly message: string;
}

/** What of a source was read and left aside. */
export interface LeftAside {
  /** The name of the source. */
  readonly source: string;

  /** Why. */
  readonly reason: string;

  /** How many lines or entries. */
  readonly count: number;
}

/**
 * The accesses of an app from what is known already: a table of calls, traffic that was seen, policies that are there.
 *
 * Grants what is told whole: who called, by an identity of its own, which method and path on which port, that it passed, and often enough. Of all else it asks, and grants nothing as
 * long as the question is open.
 */
export class AccessPlan {
  /**
   * Finds out what follows.
   *
   * @param props what is known
   */
  public static of(props: AccessPlanProps): AccessPlan {
    noFurther('AccessPlan.of', arguments, 1, 'put all that is known into one plan');
    const { sources = [], calls = [], refused = [], trustDomain = 'cluster.local', minimumCalls = 2, waypoints = [] } = taken('AccessPlan.of', PROPS, props);
    if (!Number.isInteger(minimumCalls) || minimumCalls < 1) { throw new Error(`minimumCalls must be a whole number from 1, got ${quoted(minimumCalls)}; 1 takes all that was seen for meant`); }
    trustDomainName('trustDomain', trustDomain);
    const known = sources.length === 0 ? listOf('sources', sources) : instancesOf('sources', sources, CallSource, 'write CallSource.accessLog(…) and the like');
    const stated = statedCalls(calls, trustDomain);
    if (known.length + stated.calls.length + stated.pairs.length === 0) { throw new Error("one of 'sources' and 'calls' must have an entry, got none; give what is known of who calls whom"); }
    const notMeant = refusedCalls(refused, trustDomain);
    checkAgreement(stated.calls, notMeant);
    const seen = known.flatMap(({ _reading: { known: told, observed } }) => [...told, ...observed]);
    checkSpelling(notMeant, [...stated.calls, ...stated.pairs, ...seen].map(({ to }) => workloadText(to)));
    return new AccessPlan(planOf({
      ...stated,
      readings: known.map(({ _reading }) => _reading),
      refused: notMeant,
      trustDomain,
      minimumCalls,
      waypoints: listOf('waypoints', waypoints).map((account, i) => callerText(ofMesh(accountGiven(`waypoints[${i}]`, account), trustDomain))),
    }));
  }

  private constructor(private readonly plan: Plan) {}

  /** What is granted, by caller and workload. */
  public get accesses(): PlannedAccess[] {
    return this.plan.granted.map(({ caller, to, operations }) =>
      ({ caller: callerText(caller), to: workloadText(to), operations: operations.map(operationText) }));
  }

  /** What is open, and what would answer it. */
  public get questions(): PlanQuestion[] { return [...this.plan.questions]; }

  /** Lines and entries of sources that could not be read. */
  public get unread(): UnreadLine[] { return [...this.plan.unread]; }

  /** What was left aside, and why: what clients report, mostly. */
  public get leftAside(): LeftAside[] { return [...this.plan.ignored]; }

  /**
   * What of `refused` takes nothing out: workloads, callers and operations of which neither a source nor `calls` tells. It may be meant for what is still to come, or be wrong, and what should be refused is granted.
   */
  public get vainRefusals(): VainRefusal[] { return [...this.plan.vain]; }

  /**
   * The accesses as TypeScript: a function for each namespace that is called, which makes a ServiceAccess for each pair. What is open, was not read, or is refused in vain stands below as comments.
   */
  public toTypeScript(): string { return typeScriptOf(this.plan); }

  /**
   * Makes the accesses: below the scope a construct for each namespace that is called, and in it a ServiceAccess for each pair.
   *
   * @param scope where they are made
   * @param workloads below what the workloads are that they are for, where an app has several clusters; all of its app where nothing is given
   * @throws where there is no workload of that namespace and name
   */
  public addTo(scope: Construct, workloads: IConstruct = scope.node.root): ServiceAccess[] {
    noFurther('addTo', arguments, 2, 'add to each chart by itself');
    return [...groupedBy(this.plan.granted, ({ to }) => to.namespace)].flatMap(([namespace, granted]) => {
      const group = new Construct(scope, namespace);
      return granted.map(one => accessFor(group, workloads, one));
    });
  }

  /** The plan as text: what is granted, what is open, what was not read, what is refused in vain. */
  public describeAccessPlan(): string {
    const { questions, unread, vain } = this.plan;
    return [
      ...this.accesses.map(({ caller, to, operations }) => `${caller} may call ${to}: ${operations.join('; ')}`),
      ...questions.map(question => `? ${questionText(question)}`),
      ...unread.map(({ source, line, message }) => oneLine(`! ${source} ${line}: ${message}`)),
      ...vain.map(({ message }) => oneLine(`! ${message}`)),
    ].join('\n');
  }
}

/** What is both meant and not meant is neither. */
function checkAgreement(calls: readonly KnownCall[], refused: readonly RefusedPattern[]): void {
  const both = calls.find(call => isRefusedInPart(call, refused));
  if (both) {
    const call = `${callerText(both.caller)} to ${workloadText(both.to)}: ${operationText(both.operation)}`;
    throw new Error(`calls must be none that refused names, got ${quoted(call)} in both; take it out of one, or narrow it`);
  }
}

/** A slip in the name of a workload would have granted what is not meant. */
function checkSpelling(refused: readonly RefusedPattern[], called: readonly string[]): void {
  refused.forEach(({ to }, i) => {
    const name = workloadText(to);
    const meant = called.includes(name) ? undefined : misspelt(name, unique(called));
    if (meant !== undefined) { throw new Error(`refused[${i}].to must be a workload that is called, got ${quoted(name)}, of which nothing is known; did you mean ${quoted(meant)}?`); }
  });
}

function accessFor(scope: Construct, workloads: IConstruct, granted: Granted): ServiceAccess {
  const { caller: { namespace, name, trustDomain }, to, operations, reason } = granted;
  const options = { ...trustDomain === undefined ? {} : { trustDomain }, ...reason === undefined ? {} : { reason } };
  return new ServiceAccess(scope, accessId(granted), {
    callers: [Principal.serviceAccount(namespace, name, options)],
    to: Workload.of(workloadIn(workloads, to.namespace, to.name)),
    operations: operations.map(operationFrom),
  });
}

function operationFrom(operation: OperationData): Operation {
  if (!isHttp(operation)) { return typeof operation.port === 'number' ? Operation.tcp(operation.port) : Operation.tcpNamed(operation.port); }
  const { methods, paths, hosts, ports } = operation;
  const [numbers, names] = [ports.filter(port => typeof port === 'number'), ports.filter(port => typeof port === 'string')];
  return Operation.http({
    methods: [...methods],
    paths: [...paths],
    ...hosts.length > 0 ? { hosts: [...hosts] } : {},
    ...numbers.length > 0 ? { ports: numbers } : {},
    ...names.length > 0 ? { portNames: names } : {},
  });
}
