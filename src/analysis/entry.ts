import { UndecidedDestination } from './access-change';
import { AccessRow } from './access-row';
import { OutOfBudget } from './budget';
import { includesAccount } from './callers';
import { DestinationAnalysis, UNWATCHED } from './destination-analysis';
import { Port } from './port';
import { statementsOf, UNTOLD } from './statements';
import { portsOf, Watched } from './watched';
import { isHttp, OperationData } from '../intent/operation-data';
import { PolicySet } from '../policy/policy-set';
import { Decision } from '../policy/request/decision';
import { unique } from '../util/text';

interface Reading {
  readonly rows: readonly AccessRow[];
  /** The clients that are known by name. */
  readonly named: readonly string[];
  /** Why it is not said who can reach it. */
  readonly undecided?: string;
}

/** Who can reach one destination, found out when it is first asked for; with all requests, or those that are watched for. */
export class Entry {
  private known?: Reading;

  constructor(
    private readonly policies: PolicySet, readonly port: Port, private readonly watched?: Watched,
    private readonly namespaces: readonly string[] = [],
  ) {}

  get rows(): readonly AccessRow[] { return this.reading.rows; }

  get undecided(): UndecidedDestination[] {
    const { undecided: reason } = this.reading;
    return reason === undefined ? [] : [{ destination: this.port.name, reason }];
  }

  /** The rows that a service account is one of the callers of. */
  of(account: string): AccessRow[] {
    const { rows, named } = this.reading;
    return rows.filter(({ callers }) => includesAccount(callers, account, named));
  }

  /** The same destination, for requests of some operations. */
  watching(operations: readonly OperationData[], port = this.port): Entry {
    const isAny = operations.some(operation => !isHttp(operation));
    return new Entry(this.policies, port, isAny ? undefined : new Watched(operations.filter(isHttp), this.policies._world.mesh));
  }

  /** The same destination, with whoever is of some namespaces told from others. */
  tellingApart(namespaces: readonly string[]): Entry {
    return namespaces.length === 0 ? this : new Entry(this.policies, this.port, this.watched, namespaces);
  }

  private get reading(): Reading { return this.known ??= this.read(); }

  private read(): Reading {
    try {
      const analysis = new DestinationAnalysis([this.policies], this.port.destination, this.watched, this.namespaces);
      const statements = statementsOf(analysis, answer => answer === Decision.DENY || answer === UNWATCHED ? UNTOLD : answer);
      const rows = statements.map(said => AccessRow._of(this.port.name, said, this.policies));
      return { rows, named: analysis.answers.flatMap(({ client }) => client.names) };
    } catch (error) {
      if (!(error instanceof OutOfBudget)) throw error;
      return { rows: [], named: [], undecided: error.message };
    }
  }
}

/** Some entries for requests of some operations, where these are offered. A port that nobody names is like any other of these, and is told by its number. */
export function watchedIn(entries: readonly Entry[], operations: readonly OperationData[]): Entry[] {
  const known = new Set(entries.flatMap(({ port }) => port.isOther ? [] : port.listening));
  const others = unique(operations.flatMap(portsOf)).filter(port => !known.has(port));
  return entries.flatMap(entry => {
    const ports = entry.port.isOther ? [entry.port, ...others.map(port => numbered(entry.port, port))] : [entry.port];
    return ports.flatMap(port => {
      const offered = operations.filter(operation => isOfferedAt(port, portsOf(operation)));
      return offered.length === 0 ? [] : [entry.watching(offered, port)];
    });
  });
}

function isOfferedAt({ listening }: Port, ports: readonly number[]): boolean {
  return ports.length === 0 || ports.some(port => listening.includes(port));
}

function numbered({ name, ...port }: Port, number: number): Port {
  return { ...port, name: name.replace(/[^:]*$/, String(number)), destination: { ...port.destination, port: number }, listening: [number] };
}
