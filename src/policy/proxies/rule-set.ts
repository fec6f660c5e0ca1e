import { FieldTest, Rule, ruleTest } from './rule';
import { kept } from '../../util/kept';
import { Truth } from '../../util/truth';
import { Test } from '../matching/dimensions';
import { Facts } from '../matching/facts';

/** A rule that may match a client, and what there is to test for it. */
interface Candidate {
  readonly rule: Rule;
  readonly test: Test;
}

/** Rules of a proxy, in its order. A request costs nothing for rules that name other clients only. */
export class RuleSet {
  private readonly aboutAnyone: Candidate[] = [];
  private readonly byPeer = new Map<string, Candidate[]>();

  constructor(readonly all: readonly Rule[]) {
    for (const rule of all) {
      const peers = namedPeers(rule);
      if (peers) this.addForNamed(new Set(peers), rule);
      else this.addForAnyone({ rule, test: ruleTest(rule) });
    }
  }

  /** Whether a rule matches. */
  matches(facts: Facts): Truth {
    let result: Truth = false;
    for (const { test } of this.about(facts.peer)) {
      const truth = test(facts);
      if (truth === true) return true;
      if (truth === undefined) result = undefined;
    }
    return result;
  }

  /** The rules that match. */
  matching(facts: Facts): Rule[] {
    return this.about(facts.peer).filter(({ test }) => test(facts) === true).map(({ rule }) => rule);
  }

  /** The rules that match or may match. */
  maybeMatching(facts: Facts): Rule[] {
    return this.about(facts.peer).filter(({ test }) => test(facts) !== false).map(({ rule }) => rule);
  }

  private about(peer: string): readonly Candidate[] {
    return this.byPeer.get(peer) ?? this.aboutAnyone;
  }

  /** Most clients are asked for no more than their names, and share one test. */
  private addForNamed(peers: ReadonlySet<string>, rule: Rule): void {
    const named = { rule, test: ruleTest({ ...rule, from: [] }) };
    for (const peer of peers) {
      const from = sourcesOf(peer, rule);
      if (from.length === 0) continue;
      const candidate = from.some(tests => tests.length === 0) ? named : { rule, test: ruleTest({ ...rule, from }) };
      kept(this.byPeer, peer, () => [...this.aboutAnyone]).push(candidate);
    }
  }

  private addForAnyone(candidate: Candidate): void {
    this.aboutAnyone.push(candidate);
    this.byPeer.forEach(list => list.push(candidate));
  }
}

/** The only clients that a rule can match; undefined where it does not name them exactly. */
function namedPeers({ from }: Rule): string[] | undefined {
  const all: string[] = [];
  for (const tests of from) {
    const named = tests.find(({ peers }) => peers !== undefined)?.peers;
    if (!named) return undefined;
    all.push(...named);
  }
  return from.length === 0 ? undefined : all;
}

/** The sources that are a peer by name, without the fields that name it. */
function sourcesOf(peer: string, { from }: Rule): FieldTest[][] {
  return from.filter(tests => tests.every(({ peers }) => peers?.includes(peer) !== false))
    .map(tests => tests.filter(({ peers }) => peers === undefined));
}
