import { ask, authorization, sidecars, ambient } from './support';
import { DIMENSIONS, exactPeers } from '../../src/policy/matching/dimensions';
import { Rule } from '../../src/policy/proxies/envoy-rule';
import { ruleSet } from '../../src/policy/proxies/rule-set';

function rule(id: string, ...peersOfSources: (readonly string[] | undefined)[]): Rule {
  const passes = (): boolean => true;
  const from = peersOfSources.map(peers => [{ where: 'namespaces', values: [], test: passes }, { where: 'principals', values: [], test: passes, peers }]);
  return { id, index: 0, from, to: [], when: [], ignored: [] } as unknown as Rule;
}

const about = (rules: Rule[], peer: string) => ruleSet(rules).about(peer).map(({ id }) => id);

describe('rules about a client', () => {
  const rules = [
    rule('any source'), rule('web', ['web']), rule('web or api', ['web'], ['api']), rule('a pattern', undefined), rule('web or a pattern', ['web'], undefined),
    rule('api twice', ['api', 'api']),
  ];

  test.each([
    ['web', ['any source', 'web', 'web or api', 'a pattern', 'web or a pattern']],
    ['api', ['any source', 'web or api', 'a pattern', 'web or a pattern', 'api twice']],
    ['stranger', ['any source', 'a pattern', 'web or a pattern']],
    ['', ['any source', 'a pattern', 'web or a pattern']],
  ])("those about '%s' keep their order", (peer, expected) => {
    expect(about(rules, peer)).toEqual(expected);
  });

  test('are told by their principals, where all of these are exact', () => {
    expect(exactPeers(DIMENSIONS.principal, ['td/ns/a/sa/b', 'x'])).toEqual(['spiffe://td/ns/a/sa/b', 'spiffe://x']);
    for (const pattern of ['*', '*/sa/b', 'td/ns/a/*']) expect(exactPeers(DIMENSIONS.principal, ['x', pattern])).toBeUndefined();
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
