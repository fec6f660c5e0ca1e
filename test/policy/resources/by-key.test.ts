import { ByKey } from '../../../src/policy/resources/by-key';

const HOSTS: readonly { readonly name: string; readonly keys?: readonly string[] }[] = [
  { name: 'both', keys: ['a', 'b', 'a'] },
  { name: 'any' },
  { name: 'b', keys: ['b'] },
  { name: 'none', keys: [] },
];

describe('objects by key', () => {
  test.each([
    [['a'], ['both', 'any']],
    [['b'], ['both', 'any', 'b']],
    [['c'], ['any']],
    [[], ['any']],
  ])('of %j the candidates are %j, in their order', (keys, names) => {
    const index = new ByKey(HOSTS, ({ keys: asked }) => asked);

    expect(index.candidates(keys).map(({ name }) => name)).toEqual(names);
  });
});
