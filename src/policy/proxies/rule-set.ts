import { FieldTest, Rule } from './envoy-rule';

/** Rules of a proxy, in its order. */
export interface RuleSet {
  readonly all: readonly Rule[];
  /** Those that may match a client: rules that name only others cost its requests nothing. */
  readonly about: (peer: string) => readonly Rule[];
}

export function ruleSet(all: readonly Rule[]): RuleSet {
  const aboutAnyone: Rule[] = [];
  const byPeer = new Map<string, Rule[]>();
  for (const rule of all) {
    const named = namedPeers(rule);
    if (named === undefined) [aboutAnyone, ...byPeer.values()].forEach(list => list.push(rule));
    else new Set(named).forEach(peer => byPeer.set(peer, [...byPeer.get(peer) ?? aboutAnyone, rule]));
  }
  return { all, about: peer => byPeer.get(peer) ?? aboutAnyone };
}

/** The only clients that a rule can match; undefined where it does not name them exactly. */
function namedPeers({ from }: Rule): string[] | undefined {
  const alternatives = from.map(tests => tests.find(({ peers }: FieldTest) => peers !== undefined)?.peers);
  if (from.length === 0 || alternatives.includes(undefined)) return undefined;
  return alternatives.flatMap(peers => peers ?? []);
}
