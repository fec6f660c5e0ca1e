import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { allPages, ROOT } from '../../scripts/snippets';

const PAGES = [...allPages().map(({ path }) => path), 'CONTRIBUTING.md', 'CHANGELOG.md'];

test.each(PAGES)('every link of %s leads somewhere', page => {
  const links = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link).filter(link => !/^https?:/.test(link));

  expect(links.filter(link => !leadsSomewhere(page, link))).toEqual([]);
});

function leadsSomewhere(page: string, link: string): boolean {
  const [path, anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  return existsSync(join(ROOT, target)) && (anchor === undefined || anchorsOf(target).includes(anchor));
}

/** Headings as GitHub names them. */
function anchorsOf(page: string): string[] {
  return [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading.toLowerCase().replace(/[^\w\- ]/g, '').replaceAll(' ', '-'));
}

/** The page without its code blocks. */
function textOf(page: string): string { return readFileSync(join(ROOT, page), 'utf8').replace(/^```[^]*?^```$/gm, ''); }
