import fc from 'fast-check';
import { ask, authorization, sidecars, ambient, NOTHING } from './support';
import { Facts } from '../../src/policy/matching/facts';
import { DroppedRule, FieldTest, Rule, ruleTest } from '../../src/policy/proxies/rule';
import { RuleSet } from '../../src/policy/proxies/rule-set';
import { namedClients, WrittenRule } from '../../src/policy/proxies/written-rule';
import { Truth } from '../../src/util/truth';

const factsOf = (peer: string): Facts => ({ peer, sni: '', port: 80, sourceIp: undefined, remoteIp: undefined, destinationIp: undefined });

/** A field that names peers exactly. */
function naming(...peers: readonly string[]): FieldTest {
  return { where: 'principals', values: [], test: facts => peers.includes(facts.peer), peers, asks: NOTHING };
}

/** A field that says the same of everyone. */
function saying(truth: Truth): FieldTest {
  return { where: 'ipBlocks', values: [], test: () => truth, asks: NOTHING };
}

function rule(id: string, from: FieldTest[][], to: FieldTest[][] = [], when: FieldTest[] = []): NamedRule {
  return { id, index: 0, from, to, when, ignored: [] } as unknown as NamedRule;
}

interface NamedRule extends Rule {
  readonly id: string;
}

const ids = (rules: readonly Rule[]) => (rules as readonly NamedRule[]).map(({ id }) => id);

/** The rules as they are written: clients are named where every source has a field that does. */
function ruleSet(rules: readonly Rule[]): RuleSet {
  return new RuleSet(rules.map(one => {
    const clients = one.from.map(tests => tests.find(({ peers }) => peers !== undefined)?.peers);
    const named = clients.length === 0 || clients.includes(undefined) ? undefined : clients.flatMap(peers => peers ?? []);
    return new WrittenRule(named, () => one);
  }));
}

describe('rules about a client', () => {
  const yes = saying(true);
  const rules = [
    rule('any source', []), rule('web', [[yes, naming('web')]]), rule('web or api', [[naming('web')], [yes, naming('api')]]), rule('a pattern', [[yes]]),
    rule('web or a pattern', [[naming('web')], [yes]]), rule('api twice', [[naming('api', 'api')]]),
    rule('web and api', [[naming('web'), naming('api')]]), rule('web, from nowhere', [[naming('web'), saying(false)]]),
  ];

  test.each([
    ['web', ['any source', 'web', 'web or api', 'a pattern', 'web or a pattern']],
    ['api', ['any source', 'web or api', 'a pattern', 'web or a pattern', 'api twice']],
    ['stranger', ['any source', 'a pattern', 'web or a pattern']],
    ['', ['any source', 'a pattern', 'web or a pattern']],
  ])("those that match '%s' keep their order", (peer, expected) => {
    expect(ids(ruleSet(rules).matching(factsOf(peer)))).toEqual(expected);
  });

  test('are those that match if one tests every rule by itself', () => {
    const field = fc.oneof(fc.constantFrom(true, false, undefined).map(saying), fc.subarray(['web', 'api', 'db'], { minLength: 1 }).map(peers => naming(...peers)));
    const fields = fc.array(field, { maxLength: 3 });
    const anyRule = fc.tuple(fc.array(fields, { maxLength: 3 }), fc.array(fields, { maxLength: 2 }), fields);
    fc.assert(fc.property(fc.array(anyRule, { maxLength: 6 }), fc.constantFrom('web', 'api', 'stranger', ''), (parts, peer) => {
      const all = parts.map(([from, to, when], i) => rule(`rule ${i}`, from, to, when));
      const facts = factsOf(peer);
      const truths = all.map(one => ruleTest(one)(facts));
      const set = ruleSet(all);

      expect(ids(set.matching(facts))).toEqual(ids(all.filter((_, i) => truths[i] === true)));
      expect(ids(set.maybeMatching(facts))).toEqual(ids(all.filter((_, i) => truths[i] !== false)));
      expect(set.matches(facts)).toBe(truths.includes(true) || (truths.includes(undefined) ? undefined : false));
    }), { numRuns: 2000, seed: 7 });
  });

  test('are not even translated where they name others only', () => {
    let translated = 0;
    const translate = () => {
      translated++;
      return rule('api', [[naming('api')]]);
    };
    const set = new RuleSet([new WrittenRule(['api'], translate)]);

    expect(set.matches(factsOf('web'))).toBe(false);
    expect(translated).toBe(0);
    expect(set.matches(factsOf('api'))).toBe(true);
  });

  test('match nobody where the proxy does not get them', () => {
    const dropped = { policy: {}, index: 0, reason: 'HTTP' } as unknown as DroppedRule;
    const set = new RuleSet([new WrittenRule(['web'], () => dropped), new WrittenRule(undefined, () => dropped), new WrittenRule(undefined, () => rule('any', []))]);

    expect([set.matching(factsOf('web')), set.all].map(ids)).toEqual([['any'], ['any']]);
    expect(set.dropped).toEqual([dropped, dropped]);
  });

  test('are told by their principals, where all of these are exact', () => {
    const clients = (...sources: object[]) => namedClients({ from: sources.map(source => ({ source })) }, principals => principals);

    expect(clients({ principals: ['td/ns/a/sa/b', 'x'], namespaces: ['a'] }, { principals: ['y'] })).toEqual(['spiffe://td/ns/a/sa/b', 'spiffe://x', 'spiffe://y']);
    for (const pattern of ['*', '*/sa/b', 'td/ns/a/*']) expect(clients({ principals: ['x', pattern] })).toBeUndefined();
    for (const open of [{}, { principals: [] }, { notPrincipals: ['x'] }, { namespaces: ['a'] }]) expect(clients({ principals: ['x'] }, open)).toBeUndefined();
    expect(clients()).toBeUndefined();
    expect(namedClients({}, principals => principals)).toBeUndefined();
  });

  test.each([
    ['an exact principal', { principals: ['cluster.local/ns/shop/sa/web'] }, 'ALLOW'],
    ['another principal', { principals: ['cluster.local/ns/shop/sa/other'] }, 'DENY'],
    ['an exact one and a pattern', { principals: ['cluster.local/ns/shop/sa/other', '*/sa/web'] }, 'ALLOW'],
    ['all but another', { notPrincipals: ['cluster.local/ns/shop/sa/other'] }, 'ALLOW'],
    ['all but this', { notPrincipals: ['cluster.local/ns/shop/sa/web'] }, 'DENY'],
    ['an exact one in another namespace', { principals: ['cluster.local/ns/shop/sa/web'], notNamespaces: ['shop'] }, 'DENY'],
  ])('a sidecar and ztunnel agree on %s', (_, source, decision) => {
    const policy = authorization({ rules: [{ from: [{ source }] }] });

    expect([sidecars([policy]), ambient([policy])].map(policies => ask(policies, { tcp: true, port: 9000 }).split(' ')[0])).toEqual([decision, decision]);
  });
});
