import { ANYONE, ANY_IDENTITY, FOREIGNERS, OF_THE_MESH, OTHER_FOREIGNERS, OTHERS } from './callers';
import { Client, Patterns, peerOf } from './clients';
import { unique } from '../util/text';

/** Clients that differ by server name only. */
type Peer = readonly Client[];

/**
 * Some clients in words, which are exactly these.
 *
 * @param everyone all that can connect
 */
export function callersOf(peers: readonly Peer[], everyone: readonly Peer[]): string[] {
  const given = new Set(peers.map(([client]) => peerOf(client)));
  const hasAll = (isOne: (client: Client) => boolean) => {
    const asked = everyone.filter(([client]) => isOne(client));
    return asked.length > 0 && asked.every(([client]) => given.has(peerOf(client)));
  };
  if (hasAll(() => true)) return [ANYONE];
  const namesOf = (isOne: (client: Client) => boolean) => {
    const names = peers.flatMap(([client]) => isOne(client) ? namesAmong(client, peers, everyone) : []);
    return unique(names).sort(inOrder);
  };
  if (hasAll(isIdentity)) return [ANY_IDENTITY, ...namesOf(client => !isIdentity(client))];
  if (hasAll(isOfMesh)) return [OF_THE_MESH, ...namesOf(client => !isOfMesh(client))];
  return [...namesOf(isIdentity), ...namesOf(client => !isIdentity(client))];
}

/** Those who pass a test and those who pass another as well are together whoever passes the first. */
function namesAmong({ kind, names, patterns }: Client, peers: readonly Peer[], everyone: readonly Peer[]): readonly string[] {
  if (patterns?.wide === undefined) return names;
  const passing = (list: readonly Peer[], tests: readonly string[]) =>
    list.filter(([other]) => other.kind === kind && other.patterns && isWithin(tests, other.patterns.passed));
  const isWhole = ({ passed }: Patterns) => passing(peers, passed).length === passing(everyone, passed).length;
  const isSaid = peers.some(([{ kind: theirs, patterns: other }]) => theirs === kind && other?.wide !== undefined
    && other.passed.length < patterns.passed.length && isWithin(other.passed, patterns.passed) && isWhole(other));
  return [...names.slice(0, -1), ...isSaid ? [] : isWhole(patterns) ? [patterns.wide] : names.slice(-1)];
}

function isWithin(some: readonly string[], all: readonly string[]): boolean { return some.every(one => all.includes(one)); }

function isIdentity({ kind }: Client): boolean { return kind === 'identity' || kind === 'foreign'; }

function isOfMesh({ kind }: Client): boolean { return kind === 'identity'; }

/** Accounts first, then those that no rule names. */
function inOrder(a: string, b: string): number {
  return placeOf(a) - placeOf(b) || (a < b ? -1 : 1);
}

function placeOf(name: string): number { return name === FOREIGNERS || name === OTHER_FOREIGNERS ? 2 : Number(name === OTHERS); }
