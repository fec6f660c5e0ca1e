import { LabelSelector } from 'cdk8s-zero-trust';
import { Inventory } from '../../../src/policy/resources/inventory';
import { takeManifests } from '../../../src/policy/resources/manifest-reader';
import { selectsNamespace } from '../../../src/policy/resources/namespace-selection';
import { namespace } from '../support';

const NAME = 'kubernetes.io/metadata.name';
const INVENTORY = new Inventory(takeManifests([namespace('shop', { team: 'red' })]));

describe('A selector of namespaces', () => {
  test.each<[selector: LabelSelector, name: string, expected: boolean | undefined]>([
    [{}, 'shop', true],
    [{ matchLabels: { team: 'red' } }, 'shop', true],
    [{ matchLabels: { team: 'blue' } }, 'shop', false],
    [{ matchLabels: { [NAME]: 'shop' } }, 'shop', true],
    [{ matchLabels: { [NAME]: 'shop', team: 'red' } }, 'shop', true],
    [{ matchExpressions: [{ key: NAME, operator: 'In', values: ['other'] }] }, 'shop', false],
    [{ matchLabels: { [NAME]: 'elsewhere' } }, 'elsewhere', true],
    [{ matchExpressions: [{ key: NAME, operator: 'NotIn', values: ['elsewhere'] }] }, 'elsewhere', false],
    [{ matchLabels: { team: 'red' } }, 'elsewhere', undefined],
    [{ matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] }, 'elsewhere', undefined],
    [{}, 'elsewhere', true],
  ])('%j chooses %s: %s', (selector, name, expected) => {
    expect(selectsNamespace(INVENTORY, selector, name)).toBe(expected);
  });
});
