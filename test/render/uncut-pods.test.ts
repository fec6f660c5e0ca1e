import { NetworkCut } from '../../src/intent/network-intent';
import { LabelSelector } from '../../src/istio/label-selector';
import { uncutPods } from '../../src/render/uncut-pods';

const cut = (labels: NetworkCut['labels'], more: Partial<NetworkCut> = {}): NetworkCut => ({ namespace: 'shop', labels, podLabels: labels, isKnown: true, isWhole: true, ...more });
const not = (key: string, ...values: string[]) => ({ key, operator: 'NotIn', values });

describe('Selectors of pods that are not cut off', () => {
  test.each<[string, NetworkCut['labels'], readonly NetworkCut[], LabelSelector[]]>([
    ['all of them, where none is', {}, [], [{}]],
    ['those of a workload', { app: 'web' }, [cut({ app: 'api' })], [{ matchLabels: { app: 'web' } }]],
    ['all but those of one label', {}, [cut({ app: 'api' })], [{ matchExpressions: [not('app', 'api')] }]],
    ['all but those of two workloads', {}, [cut({ app: 'db' }), cut({ app: 'api' })], [{ matchExpressions: [not('app', 'api', 'db')] }]],
    ['all but those that have both labels', {}, [cut({ app: 'api', tier: 'back' })], [{ matchExpressions: [not('app', 'api')] }, { matchExpressions: [not('tier', 'back')] }]],
    ['all but those of two workloads with a label in common, by no selector that another one holds', {}, [cut({ app: 'api', tier: 'back' }), cut({ app: 'db', tier: 'back' })],
      [{ matchExpressions: [not('app', 'api', 'db')] }, { matchExpressions: [not('tier', 'back')] }]],
    ['all but those that are cut off twice', {}, [cut({ app: 'api' }), cut({ app: 'api' })], [{ matchExpressions: [not('app', 'api')] }]],
    ['none, where all of them are', { app: 'api' }, [cut({ app: 'api' })], []],
    ['none, where they are some of these', { app: 'api', version: 'v1' }, [cut({ app: 'api' }, { podLabels: { app: 'api', version: 'v1' } })], []],
    ['some, where these are some of them', { app: 'api' }, [cut({ app: 'api', version: 'v1' })], [{ matchLabels: { app: 'api' }, matchExpressions: [not('version', 'v1')] }]],
    ['those of other labels, where all labels of a workload are known', { team: 'a' }, [cut({ app: 'api' })], [{ matchLabels: { team: 'a' } }]],
    ['those of other labels that pods of somebody else may carry, too', { team: 'a' }, [cut({ app: 'api' }, { isKnown: false })], [{ matchLabels: { team: 'a' }, matchExpressions: [not('app', 'api')] }]],
    ['those of other values, which no pod carries twice', { app: 'web' }, [cut({ app: 'api' }, { isKnown: false })], [{ matchLabels: { app: 'web' } }]],
  ])('choose %s', (_, labels, cuts, selectors) => {
    expect(uncutPods(labels, cuts)).toEqual(selectors);
  });

  const VALUES = [undefined, 'x', 'y'];
  const ALL_PODS = VALUES.flatMap(a => VALUES.flatMap(b => VALUES.map(c => Object.fromEntries(Object.entries({ a, b, c }).filter(([, value]) => value !== undefined)) as NetworkCut['labels'])));
  const LABELS = ALL_PODS.filter(labels => Object.keys(labels).length < 3);

  test('choose what the labels choose and no cut does, whatever these are', () => {
    const carries = (pod: NetworkCut['labels'], wanted: NetworkCut['labels']) => Object.entries(wanted).every(([label, value]) => pod[label] === value);
    const chosen = (pod: NetworkCut['labels'], { matchLabels = {}, matchExpressions = [] }: LabelSelector) =>
      carries(pod, matchLabels) && matchExpressions.every(({ key, values }) => pod[key] === undefined || !values!.includes(pod[key]));
    const cutLabels = LABELS.filter(labels => Object.keys(labels).length > 0);
    const wrong = LABELS.flatMap(labels => cutLabels.flatMap((first, i) => cutLabels.slice(i).flatMap(second => {
      const selectors = uncutPods(labels, [cut(first, { isKnown: false }), cut(second, { isKnown: false })]);
      return ALL_PODS.filter(pod => selectors.some(selector => chosen(pod, selector)) !== (carries(pod, labels) && !carries(pod, first) && !carries(pod, second)))
        .map(pod => ({ labels, first, second, pod, selectors }));
    })));

    expect(wrong.slice(0, 3)).toEqual([]);
  });
});
