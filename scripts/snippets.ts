/** The code blocks of a Markdown page, and what each is expected to come to. */
import * as fs from 'node:fs';
import * as path from 'node:path';

export const ROOT = path.join(__dirname, '..');

/** What a block must render or refuse, as the next block of the page shows it. */
export interface Expectation {
  /** All objects of the library, some of all objects, or what is printed or thrown. */
  readonly kind: 'objects' | 'excerpt' | 'text';
  readonly text: string;
}

/** A TypeScript block. */
export interface Snippet {
  readonly page: string;
  /** Line of the page on which its code begins. */
  readonly line: number;
  /** Name of the file it stands for, such as `chart.ts`, where it has one. */
  readonly name: string;
  /** Shown and compiled, but not run. */
  readonly isRun: boolean;
  readonly code: string;
  readonly expected?: Expectation;
}

export interface Page {
  readonly path: string;
  readonly snippets: readonly Snippet[];
  /** Files that the snippets read, by name: blocks of YAML and Rego with a name. */
  readonly files: Readonly<Record<string, string>>;
}

interface Block { readonly line: number; readonly language: string; readonly words: readonly string[]; readonly text: string }

/** README.md and every page below docs/. */
export function allPages(): Page[] {
  const below = fs.readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.md')).sort();
  return ['README.md', ...below.map(name => path.posix.join('docs', name.split(path.sep).join('/')))].map(pageOf);
}

export function pageOf(page: string): Page {
  const blocks = blocksOf(fs.readFileSync(path.join(ROOT, page), 'utf8'));
  const files = blocks.filter(({ language, words }) => ['yaml', 'rego'].includes(language) && words.some(isFileName));
  return {
    path: page,
    snippets: blocks.flatMap((block, i) => block.language === 'ts' ? [snippetOf(page, block, blocks[i + 1])] : []),
    files: Object.fromEntries(files.map(({ words, text }) => [words.find(isFileName)!, text])),
  };
}

/** The snippet as a program: by itself where it imports what it needs, else in the constructor of the chart of the fixture. */
export function programOf({ code }: Snippet): { readonly source: string; readonly firstLine: number } {
  if (/^import /m.test(code)) { return { source: code, firstLine: 0 }; }
  const fixture = fs.readFileSync(path.join(ROOT, 'rosetta', 'docs.ts-fixture'), 'utf8');
  const [before] = fixture.split(/^ *\/\/\/ here$/m);
  return { source: fixture.replace(/^ *\/\/\/ here$/m, () => code), firstLine: before.split('\n').length - 1 };
}

function snippetOf(page: string, block: Block, next: Block | undefined): Snippet {
  return {
    page,
    line: block.line,
    name: block.words.find(isFileName) ?? `line-${block.line}.ts`,
    isRun: !block.words.includes('norun'),
    code: block.text,
    expected: next && expectationOf(next),
  };
}

function expectationOf({ language, words, text }: Block): Expectation | undefined {
  if (language === 'text') { return { kind: 'text', text }; }
  if (language !== 'yaml' || words.some(isFileName)) { return undefined; }
  return { kind: words.includes('excerpt') ? 'excerpt' : 'objects', text };
}

function isFileName(word: string): boolean { return /\.(ts|ya?ml|rego)$/.test(word); }

function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  const fence = /^```(\w*)([^\n]*)\n([\s\S]*?)^```$/gm;
  for (const match of markdown.matchAll(fence)) {
    const line = markdown.slice(0, match.index).split('\n').length + 1;
    blocks.push({ line, language: match[1], words: match[2].split(' ').filter(Boolean), text: match[3] });
  }
  return blocks;
}
