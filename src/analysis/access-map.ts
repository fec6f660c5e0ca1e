import { UndecidedDestination } from './access-change';
import { AccessRow } from './access-row';
import { hasAnonymous, namespaceOf } from './callers';
import { accountsOf, runningAccounts } from './clients';
import { destinationsOf } from './destinations';
import { Entry } from './entry';
import { givenPolicies } from './given-policies';
import { linesOf } from './lines';
import { PolicySet } from '../policy/policy-set';
import { fullName } from '../policy/resources/policy';
import { noFurther } from '../util/arguments';
import { suggestion } from '../util/suggestion';
import { quoted, unique } from '../util/text';

/** What can be reached from a workload once it is taken over, in so many steps. */
export interface ReachedAccess {
  /** How many workloads must be taken over for it: 1 for what the first reaches itself. */
  readonly step: number;
  /** The service account that sends: that of a workload that was reached before. */
  readonly sender: string;
  /** What it reaches. */
  readonly access: AccessRow;
}

/**
 * Who can reach what: all requests that pass, to each port of the manifests, in as few rows as they come to.
 *
 * A row stands for exactly the requests that it describes, whoever sends them, and has one of them as an example.
 */
export class AccessMap {
  /**
   * Finds out who can reach what.
   *
   * @param policies the manifests
   */
  static of(policies: PolicySet): AccessMap {
    noFurther('AccessMap.of', arguments, 1, 'put all manifests into one PolicySet');
    return new AccessMap(givenPolicies('policies', policies)._ofMesh);
  }

  private readonly entries: readonly Entry[];
  private readonly accounts: readonly string[];

  private constructor(private readonly policies: PolicySet) {
    this.accounts = policies._world.inventory.once(runningAccounts);
    this.entries = [...destinationsOf(policies).values()].map(port => new Entry(policies, port));
  }

  /** All rows, by destination. */
  get rows(): AccessRow[] {
    return this.entries.flatMap(({ rows }) => rows);
  }

  /** Destinations of which it is not said who can reach them, with the reason. */
  get undecided(): UndecidedDestination[] {
    return this.entries.flatMap(({ undecided }) => undecided);
  }

  /**
   * Who can reach a workload, by its ports, and by those of Services behind a waypoint that lead to it.
   *
   * @param workload `NAMESPACE/NAME` of the manifests; of an app also the path of its construct, or an end of it
   * @throws where no port of such a workload, Service or gateway is known
   */
  into(workload: string): AccessRow[] {
    return this._entriesInto(workload).flatMap(({ rows }) => rows);
  }

  /**
   * What a service account can reach.
   *
   * @param serviceAccount `NAMESPACE/NAME`, that a workload of the manifests runs as; or such a workload, as in `into`
   * @throws where none does
   */
  outOf(serviceAccount: string): AccessRow[] {
    const account = this._account('serviceAccount', serviceAccount);
    return this.entries.flatMap(entry => entry.of(account));
  }

  /** What can be reached without an identity: in plaintext, or by TLS without a client certificate. */
  anonymous(): AccessRow[] {
    return this.rows.filter(({ callers }) => hasAnonymous(callers));
  }

  /** What can be reached from another namespace, or by callers that are not told apart by theirs. */
  acrossNamespaces(): AccessRow[] {
    return this.entries.flatMap(({ port: { destination: { namespace } }, rows }) =>
      rows.filter(({ callers }) => callers.some(caller => namespaceOf(caller) !== namespace)));
  }

  /**
   * What can be reached step by step if the workloads of a service account are taken over: what it reaches, what these reach as their own service accounts, and so
   * on; each destination in as few steps as it takes.
   *
   * @param serviceAccount `NAMESPACE/NAME`, that a workload of the manifests runs as; or such a workload, as in `into`
   * @throws where none does
   */
  blastRadius(serviceAccount: string): ReachedAccess[] {
    const found: ReachedAccess[] = [];
    let senders = [this._account('serviceAccount', serviceAccount)];
    const reached = new Set<string>();
    for (let step = 1; senders.length > 0; step++) {
      const rows = senders.flatMap(sender => this.outOf(sender).map(access => ({ step, sender, access })))
        .filter(({ access }) => !reached.has(access.destination));
      found.push(...rows);
      rows.forEach(({ access }) => reached.add(access.destination));
      const now = new Set(rows.map(({ access }) => access.destination));
      senders = unique(this.entries.flatMap(({ port }) => now.has(port.name) ? accountsOf(port.behind) : []));
    }
    return found;
  }

  /** All rows, a line each; of several ports of one workload of which the same is to be said, one. */
  toString(): string {
    const undecided = this.undecided.map(({ destination, reason }) => ({ destination, toString: () => `${destination} UNDECIDED: ${reason}` }));
    return linesOf([...this.rows, ...undecided]).join('\n');
  }

  /**
   * All destinations, each with its rows.
   *
   * @internal
   */
  get _entries(): readonly Entry[] { return this.entries; }

  /**
   * The manifests that it is of.
   *
   * @internal
   */
  get _policies(): PolicySet { return this.policies; }

  /**
   * A service account that something runs as, also where that is named instead.
   *
   * @internal
   */
  _account(prop: string, name: string): string {
    const account = this._accountOf(prop, name);
    if (this.accounts.includes(account)) return account;
    throw new Error(`${prop} must be NAMESPACE/NAME that a workload runs as, got ${quoted(name)}${suggestion(name, this.accounts)}`);
  }

  /**
   * The service account of a workload that is named; what is one already, or nothing of the manifests, as it is.
   *
   * @internal
   */
  _accountOf(prop: string, name: string): string {
    if (this.accounts.includes(name)) return name;
    const workload = this.policies._fullNameOf(prop, name);
    const running = this.entries.flatMap(({ port: { behind } }) => behind).find(one => fullName(one) === workload);
    return running ? accountsOf([running])[0] ?? name : name;
  }

  /**
   * The ports of a workload, and of Services that lead to it.
   *
   * @internal
   */
  _entriesInto(given: string): readonly Entry[] {
    const workload = this.policies._fullNameOf('workload', given);
    const found = this.entries.filter(({ port: { name, behind } }) => placeOf(name) === workload || behind.some(one => fullName(one) === workload));
    if (found.length > 0) return found;
    const known = unique(this.entries.map(({ port }) => placeOf(port.name)));
    const instead = known.length > 0 ? suggestion(workload, known) : '; they hold none, add those that policies are for';
    throw new Error(`workload must be NAMESPACE/NAME of the manifests, got ${quoted(workload)}${instead}`);
  }
}

/** `shop/api` of `shop/api:8080` and of `Service shop/api:80`. */
function placeOf(name: string): string {
  return name.replace(/^(Service|ServiceEntry|gateway) /, '').replace(/:[^:]*$/, '');
}
