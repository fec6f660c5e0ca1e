import { AccessChange, AccessEffect, UndecidedDestination } from './access-change';
import { AccessMap } from './access-map';
import { AccessRow, ownAccount } from './access-row';
import { isAnonymous, namespaceOf } from './callers';
import { PolicyComparison } from './comparison';
import { destinationsOf } from './destinations';
import { Entry, watchedIn } from './entry';
import { givenPolicies } from './given-policies';
import { portsOf } from './watched';
import { Operation } from '../intent/operation';
import { OperationData, operationText } from '../intent/operation-data';
import { PolicySet } from '../policy/policy-set';
import { AccessRequest } from '../policy/request/request';
import { noFurther } from '../util/arguments';
import { atLeastOne, instancesOf, listOf, text } from '../util/given';
import { kept } from '../util/kept';
import { InputStruct, taken } from '../util/members';
import { listed, quoted, unique } from '../util/text';

/** What a gate does not let pass. */
export interface AccessViolation {
  /** The gate, in words. */
  readonly gate: string;
  /** What is reached, or may be: a port of a workload, a Service or a gateway; or a policy of which it is not said what it is for. */
  readonly destination: string;
  /** What is allowed that must not be, on one line. */
  readonly message: string;
  /**
   * A request that shows it.
   *
   * @default - none, as it is not decided what may reach the destination
   */
  readonly witness?: AccessRequest;
  /** How the request is answered, proxy by proxy. */
  readonly explanation: string;
}

/** Access that must never be there, whoever allows it: a request of any of the callers, to the workload, of any of the operations. */
export interface ForbiddenAccess {
  /** Who must not: service accounts, `NAMESPACE/NAME`, or the workloads that run as them. */
  readonly callers: string[];
  /** What they must not reach: a workload, also by Services behind a waypoint that lead to it, or a gateway, `NAMESPACE/NAME`. */
  readonly to: string;
  /**
   * What they must not do there: methods, paths, hosts and ports. Ports are those that pods listen on, also where requests come by a Service, and are given by number.
   *
   * @default - anything at all
   */
  readonly operations?: Operation[];
}

/**
 * Something that must hold for all requests, whatever policies say: for a ZeroTrustMesh, which then refuses to synthesize what does not hold, for a test, or a pipeline.
 *
 * What is not decided does not pass.
 *
 * @example
 *
 * const before = PolicySet.fromYaml('# the manifests as they are');
 * const after = PolicySet.fromYaml('# the manifests as they will be');
 * for (const violation of AccessGate.noNewAccess(before).violations(after)) {
 *   console.error(violation.message, violation.explanation);
 * }
 */
export class AccessGate {
  /**
   * Nothing passes that did not. Of the manifests of an app, what its ZeroTrustMesh says of the mesh holds for those before, too, where they do not say something else.
   *
   * @param before the manifests as they are
   */
  static noNewAccess(before: PolicySet): AccessGate {
    noFurther('AccessGate.noNewAccess', arguments, 1, 'give each state its own gate');
    givenPolicies('before', before);
    return new AccessGate('no new access', policies => newAccess(before, policies));
  }

  /**
   * Nothing passes that a reference does not let pass, which is of the same mesh as in `noNewAccess`.
   *
   * @param reference manifests that may allow more
   */
  static within(reference: PolicySet): AccessGate {
    noFurther('AccessGate.within', arguments, 1, 'give each reference its own gate');
    givenPolicies('reference', reference);
    return new AccessGate('no access beyond the reference', policies => newAccess(reference, policies));
  }

  /**
   * Some callers reach nothing of a workload, or not by some operations.
   *
   * @param access who must not reach what
   * @throws where the manifests have no such caller, workload or port, once it is asked
   */
  static neverGranted(access: ForbiddenAccess): AccessGate {
    noFurther('AccessGate.neverGranted', arguments, 1, 'give each its own gate');
    const given = taken('AccessGate.neverGranted', FORBIDDEN, access);
    const [callers, to] = [accounts('callers', given.callers), text('to', given.to, WORKLOAD)];
    const operations = given.operations && numberedOperations(given.operations);
    const which = operations ? `: ${operations.map(operationText).join('; ')}` : '';
    return new AccessGate(`never from ${callers.join(', ')} to ${to}${which}`, policies => {
      const map = mapOf(policies);
      const senders = callers.map((caller, i) => map._account(`callers[${i}]`, caller));
      const entries = operations ? watched(map._entriesInto(to), to, operations) : map._entriesInto(to);
      return entries.flatMap(entry => [...rowsOf(entry, senders).map(violationOf), ...entry.undecided.map(undecided)]);
    });
  }

  /**
   * Nothing passes without an identity: in plaintext, or by TLS without a client certificate.
   *
   * @param exceptions workloads and gateways, `NAMESPACE/NAME`, that anyone may reach
   * @throws where the manifests have none of that name, once it is asked
   */
  static noAnonymousAccess(exceptions: string[] = []): AccessGate {
    noFurther('AccessGate.noAnonymousAccess', arguments, 1, 'give all of them in one list');
    const open = listOf('exceptions', exceptions).map((name, i) => text(`exceptions[${i}]`, name, WORKLOAD));
    return new AccessGate('no anonymous access', policies => {
      const map = mapOf(policies);
      const excepted = new Set(open.flatMap(name => map.into(name)));
      return [...map.anonymous().filter(row => !excepted.has(row)).map(row => violationOf(row._from(isAnonymous))), ...map.undecided.map(undecided)];
    });
  }

  /**
   * A workload is reached by nobody else. Of one behind a waypoint, the waypoint's account reaches its pods, and is to be named, too.
   *
   * @param to the workload, `NAMESPACE/NAME`, or the name of its construct as in `AccessMap.into`
   * @param callers service accounts, `NAMESPACE/NAME`, or the workloads that run as them, that may reach it, whether or not they do; `NAMESPACE/*` for whoever is of a
   * namespace of the mesh, as rules may let in accounts that are not in the manifests; where nobody may, see `fromNobody`
   * @throws where the list is empty, and where the manifests have no such workload, once it is asked
   */
  static onlyFrom(to: string, callers: string[]): AccessGate {
    noFurther('AccessGate.onlyFrom', arguments, 2, 'give all callers in one list');
    text('to', to, WORKLOAD);
    const allowed = accounts('callers', callers, '; or, where nobody may reach it, AccessGate.fromNobody(to)');
    return new AccessGate(`${to} only from ${allowed.join(', ')}`, policies => reachedByOthers(policies, to, allowed));
  }

  /**
   * A workload is reached by nobody, whatever they send.
   *
   * @param to the workload, `NAMESPACE/NAME`, or the name of its construct as in `AccessMap.into`
   * @throws where the manifests have no such workload, once it is asked
   */
  static fromNobody(to: string): AccessGate {
    noFurther('AccessGate.fromNobody', arguments, 1, 'give each workload its own gate');
    text('to', to, WORKLOAD);
    return new AccessGate(`${to} from nobody`, policies => reachedByOthers(policies, to, []));
  }

  private constructor(private readonly name: string, private readonly find: (policies: PolicySet) => Found[]) {}

  /**
   * What of some manifests does not pass.
   *
   * @param policies the manifests
   * @throws where they hold nothing that can be called, of which anything would hold
   */
  violations(policies: PolicySet): AccessViolation[] {
    if (destinationsOf(givenPolicies('policies', policies)).size === 0) {
      throw new Error('policies must hold workloads or gateways to ask about, got none; read the manifests together with what they protect');
    }
    return this.find(policies).map(found => ({ gate: this.name, ...found }));
  }

  /** What must hold, in words. */
  toString(): string {
    return this.name;
  }
}

const WORKLOAD = 'name the workload: NAMESPACE/NAME';
const FORBIDDEN: InputStruct<ForbiddenAccess> = { name: 'ForbiddenAccess', members: { callers: 'needed', to: 'needed', operations: 'value' } };

type Found = Omit<AccessViolation, 'gate'>;

function accounts(prop: string, callers: readonly string[], otherwise = ''): string[] {
  return atLeastOne(prop, callers, `name the service accounts: NAMESPACE/NAME${otherwise}`).map((caller, i) => {
    if (!/^[^/]+\/[^/]+$/.test(text(`${prop}[${i}]`, caller, 'name the service account: NAMESPACE/NAME'))) {
      throw new Error(`${prop}[${i}] must be NAMESPACE/NAME of a service account, got '${caller}'; write both`);
    }
    return caller;
  });
}

/** Pods of one workload may have several names for a port, or none. */
function numberedOperations(given: readonly Operation[]): OperationData[] {
  return instancesOf('operations', given, Operation, 'name what must never be done, as in Operation.delete(\'/admin/*\'), or leave them out for anything').map(({ _data }, i) => {
    if (portsOf(_data).includes(NaN)) {
      throw new Error(`operations[${i}] must have its ports by number, got ${quoted(operationText(_data))}; give the numbers that pods listen on`);
    }
    return _data;
  });
}

function watched(entries: readonly Entry[], to: string, operations: readonly OperationData[]): Entry[] {
  const found = watchedIn(entries, operations);
  if (found.length > 0) return found;
  throw new Error(`operations must be for a port that ${quoted(to)} listens on, got ${listed(operations.flatMap(portsOf))}; `
    + `it listens on ${listed(unique(entries.flatMap(({ port }) => port.listening)))}`);
}

/** After the name of a namespace: whoever is of it. */
const ANY_OF_IT = '/*';

function reachedByOthers(policies: PolicySet, to: string, allowed: readonly string[]): Found[] {
  const map = mapOf(policies);
  const namespaces = allowed.flatMap(caller => caller.endsWith(ANY_OF_IT) ? caller.slice(0, -ANY_OF_IT.length) : []);
  const named = allowed.map((caller, i) => map._accountOf(`callers[${i}]`, caller));
  const isOther = (caller: string) => {
    const account = ownAccount(caller, policies);
    return !named.includes(account) && !namespaces.some(namespace => namespace === namespaceOf(account));
  };
  return map._entriesInto(to).map(entry => entry.tellingApart(namespaces)).flatMap(entry => {
    const others = entry.rows.filter(({ callers }) => callers.some(isOther));
    return [...others.map(row => violationOf(row._from(isOther))), ...entry.undecided.map(undecided)];
  });
}

/** Each row of which some callers are, with a request of the first of them. */
function rowsOf(entry: Entry, callers: readonly string[]): AccessRow[] {
  const rows = callers.flatMap(caller => entry.of(caller).map(row => ({ row, caller })));
  return unique(rows.map(({ row }) => row)).map(row => row._by(rows.find(one => one.row === row)!.caller));
}

const maps = new WeakMap<PolicySet, AccessMap>();

/** Several gates ask about the same manifests. */
function mapOf(policies: PolicySet): AccessMap { return kept(maps, policies, () => AccessMap.of(policies)); }

/** What constructs say of their mesh is no change, where the other manifests do not say it. */
function newAccess(before: PolicySet, policies: PolicySet): Found[] {
  const comparison = PolicyComparison.of(policies._isOfApp ? before._inMeshOf(policies) : before, policies);
  const opened = comparison.changes.filter(({ effect }) => effect !== AccessEffect.REVOKED);
  return [...opened.map(openedBy), ...comparison.undecided.map(undecided)];
}

function openedBy(change: AccessChange): Found {
  return { destination: change.destination, message: change.toString(), witness: change.witness, explanation: change.explain() };
}

function violationOf(row: AccessRow): Found {
  return { destination: row.destination, message: row.toString(), witness: row.example, explanation: row.explain() };
}

function undecided({ destination, reason }: UndecidedDestination): Found {
  return { destination, message: `it is not decided what may reach ${destination}: ${reason}`, explanation: reason };
}
