import { readManifests } from '../../src/policy/manifest-reader';

describe('manifests', () => {
  test('are read from several documents and from lists', () => {
    const text = 'kind: A\n---\n---\nkind: List\nitems: [{kind: B}, {kind: C}]\n';

    expect(readManifests(text)).toEqual([{ kind: 'A' }, { kind: 'B' }, { kind: 'C' }]);
  });

  test('refuse text that is not YAML', () => {
    expect(() => readManifests('kind: A\n---\na: [')).toThrow('manifests must be YAML, got an error in document 1: ');
    expect(() => readManifests('kind: A\n---\njust text')).toThrow('just text');
  });
});
