import { PolicySet } from 'cdk8s-zero-trust';
import { Random } from '../../conformance/fuzz/random';
import { Pair, pairOf, SETTINGS } from '../../conformance/pairs/states';
import { PREFLIGHTS, TEXTS } from '../../conformance/pairs/topics';
import { answersOf } from '../../src/analysis/answers';
import { DestinationAnalysis } from '../../src/analysis/destination-analysis';
import { isLeaf, Node } from '../../src/analysis/diagram';

const LISTS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'method': [...TEXTS.verb, ['POST'], ['PUT'], ['DELETE']],
  'path': TEXTS.path,
  'host': TEXTS.host,
  'address': TEXTS.address,
  'client address': TEXTS.forwarded.slice(1),
  'header x-t': TEXTS.header,
  'claim [groups]': TEXTS.groups,
  'header origin': TEXTS.origin,
  'header access-control-request-method': TEXTS.asking,
  'claim [sub]': TEXTS.sub,
  'claim [aud]': TEXTS.aud,
};

/** Every request that the rules can tell apart. */
function combinations(axes: readonly { readonly axis: string }[]): (readonly string[])[][] {
  return axes.reduce<(readonly string[])[][]>((all, { axis }) => all.flatMap(chosen => LISTS[axis].map(texts => [...chosen, texts])), [[]]);
}

function answerOf(node: Node, chosen: readonly (number | undefined)[]): string {
  return isLeaf(node) ? node.answer : answerOf(node.children[chosen[node.axis]!], chosen);
}

/** How many requests are answered by the diagrams as the sets do; throws where one is not. */
function agreeing({ before, after, destinations }: Pair): number {
  const sides = [before, after].map(objects => PolicySet.fromManifests([...objects], SETTINGS));
  let count = 0;
  for (const { destination } of destinations) {
    const { axes, answers } = new DestinationAnalysis(sides, destination);
    for (const chosen of combinations(axes)) {
      const indexes = chosen.map((texts, index) => axes[index].indexOf(texts));
      for (const { node, requestWith } of answers) {
        const request = requestWith(new Map(chosen.map((texts, index) => [axes[index].axis, texts])));
        const [told, answer] = [answerOf(node, indexes), answersOf(sides, request)];
        if (told !== answer) throw new Error(`${JSON.stringify(request)} is told to be ${told}, got ${answer}`);
        count++;
      }
    }
  }
  return count;
}

function pairs(count: number, given?: typeof PREFLIGHTS): Pair[] { return Array.from({ length: count }, (_, number) => pairOf(Random.ofRun(7, number), given)); }

test('an analysis answers every request that rules can tell apart as both sets do', () => {
  const counts = pairs(60).map(agreeing);

  expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThan(10_000);
});

test('it does so of CORS preflights, which are not asked for tokens', () => {
  // an authorizer may make a preflight of what was none: that is not decided
  const counts = pairs(12, PREFLIGHTS).filter(pair => !JSON.stringify(pair).includes('CUSTOM')).map(agreeing);

  expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThan(10_000);
});
