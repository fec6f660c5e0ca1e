import { DroppedRule, FieldTest, isDropped, Rule, ruleTest } from './rule';
import { AuthorizationRule } from '../../istio/authorization-policy';
import { DIMENSIONS, exactPeers, Test } from '../matching/dimensions';

/** A rule of a policy, and what a proxy gets for it, which is found out when it is first asked for: most rules are about other clients than those that come. */
export class WrittenRule {
  private translated?: Rule | DroppedRule;
  private testForNamed?: Test;

  /** @param clients the only ones that it can match; undefined where it does not name them exactly */
  constructor(readonly clients: readonly string[] | undefined, private readonly translate: () => Rule | DroppedRule) {}

  get translation(): Rule | DroppedRule {
    return this.translated ??= this.translate();
  }

  /** The rule that the proxy gets, if it gets it. */
  get rules(): readonly Rule[] {
    return isDropped(this.translation) ? [] : [this.translation];
  }

  /** What there is to test, for a client that the rule names, or for any. */
  testFor(client: string | undefined): Test {
    const { translation } = this;
    if (isDropped(translation)) return NEVER;
    if (client === undefined) return ruleTest(translation);
    const from = sourcesOf(client, translation);
    if (from.length === 0) return NEVER;
    // most clients are asked for no more than their names, and share one test
    return from.some(tests => tests.length === 0) ? this.testForNamed ??= ruleTest({ ...translation, from: [] }) : ruleTest({ ...translation, from });
  }
}

const NEVER: Test = () => false;

/** The sources that are a client by name, without the fields that name it. */
function sourcesOf(client: string, { from }: Rule): FieldTest[][] {
  return from.filter(tests => tests.every(({ peers }) => peers?.includes(client) !== false))
    .map(tests => tests.filter(({ peers }) => peers === undefined));
}

/** The only clients that a rule can match, with its principals as the proxy gets them; undefined where it does not name them exactly. */
export function namedClients({ from = [] }: AuthorizationRule, asSent: (principals: readonly string[]) => readonly string[]): string[] | undefined {
  const all: string[] = [];
  for (const { source: { principals = [] } = {} } of from) {
    const named = principals.length === 0 ? undefined : exactPeers(DIMENSIONS.principal, asSent(principals));
    if (!named) return undefined;
    all.push(...named);
  }
  return from.length === 0 ? undefined : all;
}
