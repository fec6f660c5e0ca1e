import { allPages, Snippet } from '../../scripts/snippets';
import { isOurs, run } from '../support/snippets';

const SNIPPETS = allPages().filter(({ path }) => path !== 'README.md').flatMap(page => page.snippets).filter(snippet => snippet.isRun)
  .map((snippet): [string, Snippet] => [`${snippet.page}:${snippet.line}`, snippet]);

describe('A TypeScript block of the docs', () => {
  test('is there to be checked', () => {
    expect(SNIPPETS.length).toBeGreaterThan(20);
  });

  test.each(SNIPPETS.filter(([, { expected }]) => expected === undefined))('%s runs', (_, snippet) => {
    expect(run(snippet).error).toBeUndefined();
  });

  test.each(SNIPPETS.filter(([, { expected }]) => expected?.kind === 'error'))('%s is refused as the next block says', (_, snippet) => {
    expect(run(snippet).error).toBe(snippet.expected!.text);
  });

  test.each(SNIPPETS.filter(([, { expected }]) => expected?.kind === 'objects'))('%s renders exactly the next block', (_, snippet) => {
    const { objects, error } = run(snippet);

    expect(error).toBeUndefined();
    expect(objects.filter(isOurs).join('---\n')).toBe(snippet.expected!.text);
  });

  test.each(SNIPPETS.filter(([, { expected }]) => expected?.kind === 'excerpt'))('%s renders each object of the next block', (_, snippet) => {
    const { objects, error } = run(snippet);

    expect(error).toBeUndefined();
    for (const object of snippet.expected!.text.split(/^---\n/m)) { expect(objects).toContain(object); }
  });
});
