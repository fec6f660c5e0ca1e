import { allPages, pageOf, Snippet } from '../../scripts/snippets';
import { rewrite, shownBy } from '../support/snippets';

/** Rewrites the blocks that differ; read the diff. */
const UPDATE = process.env.UPDATE_GOLDEN === '1';

const SNIPPETS = allPages().flatMap(page => page.snippets).filter(snippet => snippet.isRun)
  .map((snippet): [string, Snippet] => [`${snippet.page}:${snippet.line}`, snippet]);

describe('README and docs', () => {
  test('have snippets', () => {
    expect(SNIPPETS.length).toBeGreaterThan(20);
  });

  test.each(SNIPPETS.filter(([, { expected }]) => expected === undefined))('%s runs', (_, snippet) => {
    expect(shownBy(snippet)).toBe('');
  });

  test.each(SNIPPETS.filter(([, { expected }]) => expected !== undefined))('%s is followed by what it renders, or by why it is refused', (_, snippet) => {
    const shown = shownBy(snippet);

    if (UPDATE) { rewrite(snippet, shown); }

    expect(pageOf(snippet.page).snippets.find(({ code }) => code === snippet.code)?.expected?.text).toBe(shown);
  });
});
