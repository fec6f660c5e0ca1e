import { Random, turnBit } from './random';

/** Pieces of YAML that readers have stumbled over. */
const PIECES = [
  '---\n', '...\n', '--- !foo\n', '%YAML 1.1\n---\n', '%TAG ! x:\n', '\t', '\u0000', '\u0007', '\ufeff', '\ud800', '\u2028', '\r', '\r\n', '\n', ' ', '  ', '    ', '\u00a0',
  '&a ', '*a', '*b ', '<<: *a\n', '<<: [*a, *a]\n', '<<: 1\n', '!!str ', '!!int ', '!!binary ', '!!set ', '!!omap ', '!<tag:x> ', '? ', ': ', '- ', '-', '? [a]\n: b\n', '# ', ' #', '|\n', '>-\n', '|9\n',
  '"', "'", '\\', '\\x', '\\U00110000', '{', '}', '[', ']', ',', '{}', '[]', '{{ .Values.x }}', '@', '`', '%', 'null', '~', 'on', '.nan', '1e999', '0x', '1:30', '__proto__: {a: b}\n', 'constructor: x\n', 'toString: 1\n', 'kind: List\n', 'items: 7\n', 'é', '🦊',
];

/** A text with a few of its characters, lines or bytes changed. */
export function mutateText(text: string, random: Random): string {
  let mutated = text;
  for (let times = 1 + random.below(4); times > 0; times--) mutated = random.pick(MUTATIONS)(mutated, random);
  return random.below(3000) === 0 ? `${mutated}\n---\n${bomb(random)}` : mutated;
}

type Mutation = (text: string, random: Random) => string;

const MUTATIONS: readonly Mutation[] = [
  (text, random) => splice(text, random, 0, random.pick(PIECES)),
  (text, random) => splice(text, random, 0, random.pick(PIECES)),
  (text, random) => splice(text, random, 1 + random.below(3), random.pick(PIECES)),
  (text, random) => splice(text, random, 1 + random.below(40), ''),
  (text, random) => splice(text, random, 1, String.fromCharCode(random.below(256))),
  (text, random) => splice(text, random, 0, String.fromCharCode(random.below(65536))),
  (text, random) => splice(text, random, 0, random.pick(['[', '{a: ', '- ', '? ']).repeat(2 ** random.below(12))),
  (text, random) => splice(text, random, 0, text.slice(random.below(text.length)).slice(0, random.below(200))),
  bytes,
  lines(all => all),
  lines((all, at) => [...all.slice(0, at), ...all.slice(at + 1)]),
  lines((all, at) => [...all.slice(0, at), all[at], ...all.slice(at)]),
  lines((all, at, random) => [...all.slice(0, at), `${' '.repeat(random.below(6))}${all[at].trimStart()}`, ...all.slice(at + 1)]),
  lines((all, at, random) => [...all.slice(0, at), all[random.below(all.length)], ...all.slice(at)]),
  lines((all, at) => [...all.slice(0, at), all[at].replace(/: /, ': &a '), ...all.slice(at + 1)]),
  lines((all, at, random) => [...all.slice(0, at), all[at].replace(/: .*/, `: ${random.pick(PIECES)}`), ...all.slice(at + 1)]),
];

function splice(text: string, random: Random, count: number, inserted: string): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + inserted + text.slice(at + count);
}

/** As if a file of the wrong encoding were read. */
function bytes(text: string, random: Random): string {
  const buffer = Buffer.from(text, 'utf8');
  for (let times = random.below(4); times >= 0 && buffer.length > 0; times--) {
    const at = random.below(buffer.length);
    buffer[at] = turnBit(buffer[at], random.below(8));
  }
  return buffer.toString(random.below(8) === 0 ? 'latin1' : 'utf8');
}

function lines(change: (all: readonly string[], at: number, random: Random) => readonly string[]): Mutation {
  return (text, random) => {
    const all = text.split('\n');
    return change(all, random.below(all.length), random).join('\n');
  };
}

/** Few lines that stand for very many values. */
function bomb(random: Random): string {
  const width = 2 + random.below(8);
  const names = 'abcdefghij'.slice(0, 2 + random.below(8)).split('');
  return names.map((name, index) => `${name}: &${name} [${Array(width).fill(index === 0 ? 'x' : `*${names[index - 1]}`).join(',')}]`).join('\n');
}
