import { arityOf, AxisName, isAddress, NUMBERS, saidOf } from './axis';
import { EXPRESSION, OutOfBudget } from './budget';
import { Domain } from './domain';
import { ORDINARY_ADDRESS } from './draft';
import { Condition } from './side';
import { classesOf, TextClass } from './words';
import { Language } from '../policy/matching/language';
import { groupedBy } from '../util/grouped';
import { addressOf, blockBits, freeBelow, IpBits } from '../util/ip';
import { kept } from '../util/kept';
import { quoted } from '../util/text';
import { Truth } from '../util/truth';

/** How many values of an axis are told apart. */
const MOST_VALUES = 2_000;

/** The values of an axis that conditions tell apart, one of each kind. */
export interface AxisValues {
  readonly axis: AxisName;
  /** The texts of each; none where the part is missing. */
  readonly values: readonly (readonly string[])[];
  /** For each value, what is seen of it in each setting. */
  readonly seen: readonly (readonly Seen[])[];
  /** What values of rules stand for. */
  readonly named: ReadonlyMap<string, Extent>;
  /** The value, by index, that texts are told apart from by nothing; undefined where they show what none of the values does. */
  readonly indexOf: (texts: readonly string[]) => number | undefined;
}

/** What a value of a rule stands for, by index: `/api/*` for all of two values, one of which is `/api/admin`. */
export interface Extent {
  /** Those that it stands for as a whole. */
  readonly inner: ReadonlySet<number>;
  /** Those of which it stands for a part, too: `editor` is for some lists that have `admin`, where rules ask for that first. */
  readonly outer: ReadonlySet<number>;
}

/** What is seen of a value: the truth of each condition, by its number, and the ways on which the token is refused. */
export interface Seen {
  readonly truths: ReadonlyMap<number, Truth>;
  readonly refusals: readonly number[];
}

/** The texts of a value. */
type Texts = readonly string[];

/** What tells texts of an axis apart. */
export interface Asking {
  readonly conditions: readonly Condition[];
  /** Languages that matter beside those of conditions: audiences that tokens must have. */
  readonly languages: ReadonlyMap<string, Language>;
  /** What else tells texts apart. */
  readonly kindOf: (texts: Texts) => unknown;
  readonly domain: Domain;
  readonly seeds: readonly string[];
}

/** Finds the values of an axis, and what a request with each shows in each setting. */
export function valuesOf(axis: AxisName, asking: Asking, see: (texts: readonly string[]) => readonly Seen[]): AxisValues {
  const found = new Map<string, { readonly texts: readonly string[]; readonly seen: readonly Seen[] }>();
  const keyOf = (texts: Texts, seen: readonly Seen[]) =>
    JSON.stringify([asking.kindOf(texts), seen.map(({ truths, refusals }) => [[...truths], refusals])]);
  const add = (texts: readonly string[]) => {
    const seen = see(texts);
    const key = keyOf(texts, seen);
    if (found.has(key)) return false;
    if (found.size >= MOST_VALUES) throw new OutOfBudget(`rules tell more than ${MOST_VALUES.toLocaleString('en')} values of its ${axis} apart`);
    found.set(key, { texts, seen });
    return true;
  };
  if (arityOf(axis) !== 'one') add([]);
  const words = NUMBERS.includes(axis) ? [] : isAddress(axis) ? addresses(asking).map(text => ({ text, cells: [] })) : wordsIn(asking);
  const single = words.map(({ text }) => [text]);
  const shown = single.filter(add);
  if (arityOf(axis) === 'many') addCombinations(shown, single, add);
  const all = [...found.values()];
  const indexes = new Map([...found.keys()].map((key, index) => [key, index]));
  const indexOf = (one: Texts) => indexes.get(keyOf(one, see(one)));
  const named = arityOf(axis) === 'one' ? namesIn(words, indexOf) : namesOfLists(words, all.map(one => one.texts), indexOf);
  return { axis, values: all.map(one => one.texts), seen: all.map(({ seen }) => seen), named, indexOf };
}

/** A text that stands for all that no condition tells from it, and the values of rules that hold these, for each way in which values tell them apart. */
interface Word {
  readonly text: string;
  readonly cells: readonly (readonly string[])[];
}

type IndexOf = (texts: readonly string[]) => number | undefined;

/** The values of rules that hold all texts of some words, and none of others. */
function namesIn(words: readonly Word[], indexOf: IndexOf): Map<string, Extent> {
  const indexes = new Map(words.map(word => [word, indexOf([word.text])!]));
  return namesBy(words, (holding, word) => holding(word) ? [indexes.get(word)!] : [], (holding, word) => holding(word) ? [] : [indexes.get(word)!]);
}

/** The same of lists, which a value is about if it holds one of their texts. */
function namesOfLists(words: readonly Word[], lists: readonly (readonly string[])[], indexOf: IndexOf): Map<string, Extent> {
  const longer = words.map(word => lists.map(list => indexOf([...new Set([...list, word.text])].sort())!));
  const named = namesBy(words, (holding, word) => holding(word) ? longer[words.indexOf(word)] : [], () => []);
  const absent = indexOf([])!;
  const wholes = [...named].map(([value, { outer }]): [string, Extent] => {
    const others = words.flatMap((word, index) => holds(word, value) === 'all' ? [] : [longer[index]]);
    return [value, { outer, inner: unreached(outer, absent, others) }];
  });
  const isAlone = words.every((_, index) => !longer[index].includes(absent));
  return new Map([...wholes, ...isAlone ? [['none', { inner: new Set([absent]), outer: new Set([absent]) }] as const] : []]);
}

/** Those of some indexes that no list comes to that is made longer by other words only. */
function unreached(outer: ReadonlySet<number>, absent: number, others: readonly (readonly number[])[]): Set<number> {
  const reached = new Set([absent]);
  for (const index of reached) for (const next of others) reached.add(next[index]);
  return new Set([...outer].filter(index => !reached.has(index)));
}

type Holding = (word: Word) => boolean;
/** The indexes that a word comes to, where a value holds it or does not. */
type Indexes = (holding: Holding, word: Word) => readonly number[];

function namesBy(words: readonly Word[], inside: Indexes, outside: Indexes): Map<string, Extent> {
  return new Map([...new Set(words.flatMap(({ cells }) => cells.flat()))].map(value => {
    const outer = new Set(words.flatMap(word => inside(one => holds(one, value) !== 'none', word)));
    const elsewhere = new Set(words.flatMap(word => outside(one => holds(one, value) === 'all', word)));
    return [value, { outer, inner: new Set([...outer].filter(index => !elsewhere.has(index))) }];
  }));
}

/** How many of the texts that a word stands for a value holds. */
function holds({ cells }: Word, value: string): 'all' | 'some' | 'none' {
  const held = cells.filter(cell => cell.includes(value)).length;
  return held === 0 ? 'none' : held === cells.length ? 'all' : 'some';
}

/**
 * Lists of several texts, of which some match where each by itself does: each list that shows something new is made longer, also by a text that shows nothing by
 * itself, such as a group in a token for another audience.
 */
function addCombinations(shown: readonly Texts[], single: readonly Texts[], add: (texts: Texts) => boolean): void {
  let lists = shown;
  while (lists.length > 0) {
    lists = lists.flatMap(list => single.filter(([text]) => !list.includes(text)).map(([text]) => [...list, text].sort()).filter(add));
  }
}

function wordsIn({ conditions, languages, domain, seeds }: Asking): Word[] {
  const all = new Map<string, { readonly language: Language; readonly value: string; readonly tests: Set<string> }>();
  const ask = (found: Language, test: string, value: string) =>
    kept(all, JSON.stringify(found), () => ({ language: found, value, tests: new Set<string>() })).tests.add(test);
  conditions.forEach(({ id, asks, where }) => asks.values.forEach(value => {
    const found = asks.languageOf(value);
    if (!found) throw new OutOfBudget(`it cannot be told which texts ${quoted(value)} of ${where} matches: ${EXPRESSION}`);
    // which of the values of a field a subject can match hangs on the issuer
    ask(found, asks.dimension.aspect === 'subject' ? `${id} ${value}` : `${id}`, saidOf(asks, value));
  }));
  languages.forEach((found, name) => ask(found, `language ${name}`, name));
  const asked = [...all.values()];
  const byTests = groupedBy(classesOf(asked.map(({ language }) => language), domain, seeds), ({ accepted }) =>
    [...new Set(accepted.flatMap(index => [...asked[index].tests]))].sort().join());
  const valuesOfCell = ({ accepted }: TextClass) => accepted.map(index => asked[index].value);
  return [...byTests.values()].map(cells => ({ text: cells[0].texts[0], cells: cells.map(valuesOfCell) }));
}

/** An address in each block that is in none of the narrower ones, and one in none, of each family. */
function addresses({ conditions }: Asking): string[] {
  const blocks = [...new Set(conditions.flatMap(({ asks }) => asks.values.flatMap(value => blockBits(value) ?? [])))];
  const inside = (prefix: IpBits) => {
    const free = freeBelow(prefix, blocks.filter(block => block !== prefix && block.startsWith(prefix)));
    return free === undefined ? [] : [addressOf(free)];
  };
  return [ORDINARY_ADDRESS, ...blocks.flatMap(inside), ...['4', '6'].flatMap(family => blocks.includes(family) ? [] : inside(family))];
}
