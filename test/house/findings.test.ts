import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Rule, RULES } from '../../src/validation/findings/rules';

const PAGE = join(__dirname, '../../docs/findings.md');
const MARK = '<!-- made of src/validation/findings/rules.ts -->';

/** Rewrites the page; read the diff. */
const UPDATE = process.env.UPDATE_GOLDEN === '1';

function sectionOf({ id, title, why, cure, source }: Rule): string {
  return [`### ${id}: ${title}`, why, `**Cure.** ${cure}`, source.startsWith('https:') ? `Source: <${source}>` : `Source: ${source}`].join('\n\n');
}

describe('The page of findings', () => {
  test('tells of every rule what the registry says', () => {
    const page = readFileSync(PAGE, 'utf8');
    const made = `${page.split(MARK)[0]}${MARK}\n\n${RULES.map(sectionOf).join('\n\n')}\n`;

    if (UPDATE) { writeFileSync(PAGE, made); }

    expect(readFileSync(PAGE, 'utf8')).toBe(made);
  });

  test('has rules with ids of their own, in order', () => {
    const ids = RULES.map(({ id }) => id);

    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids.filter(id => !/^ZT\d{3}$/.test(id))).toEqual([]);
  });
});
