import { DroppedRule, isDropped, Rule } from './rule';
import { WrittenRule } from './written-rule';
import { kept } from '../../util/kept';
import { Truth } from '../../util/truth';
import { Test } from '../matching/dimensions';
import { Facts } from '../matching/facts';

/** Rules of a proxy, in its order. A request costs nothing for rules that name other clients only. */
export class RuleSet {
  private readonly aboutAnyone: Candidate[] = [];
  private readonly byClient = new Map<string, Candidate[]>();

  constructor(private readonly written: readonly WrittenRule[]) {
    for (const rule of written) {
      if (rule.clients) new Set(rule.clients).forEach(client => this.addFor(client, rule));
      else this.addForAnyone(new Candidate(rule));
    }
  }

  /** All that the proxy gets. */
  get all(): readonly Rule[] {
    return this.written.flatMap(({ rules }) => rules);
  }

  /** Those that the proxy does not get. */
  get dropped(): readonly DroppedRule[] {
    return this.written.map(({ translation }) => translation).filter(isDropped);
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
    return this.about(facts.peer).filter(({ test }) => test(facts) === true).flatMap(({ of }) => of.rules);
  }

  /** The rules that match or may match. */
  maybeMatching(facts: Facts): Rule[] {
    return this.about(facts.peer).filter(({ test }) => test(facts) !== false).flatMap(({ of }) => of.rules);
  }

  private about(peer: string): readonly Candidate[] {
    return this.byClient.get(peer) ?? this.aboutAnyone;
  }

  private addFor(client: string, rule: WrittenRule): void {
    kept(this.byClient, client, () => [...this.aboutAnyone]).push(new Candidate(rule, client));
  }

  private addForAnyone(candidate: Candidate): void {
    this.aboutAnyone.push(candidate);
    this.byClient.forEach(list => list.push(candidate));
  }
}

/** A rule that may match a client, with the test for it. */
class Candidate {
  private known?: Test;

  constructor(readonly of: WrittenRule, private readonly client?: string) {}

  get test(): Test {
    return this.known ??= this.of.testFor(this.client);
  }
}
