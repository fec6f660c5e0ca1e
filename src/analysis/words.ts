import { OutOfBudget } from './budget';
import { Domain } from './domain';
import { Language, Part } from '../policy/matching/language';
import { kept } from '../util/kept';

/** How many states of the automaton are gone through for one part of a request. */
const MOST_STATES = 30_000;

/** Texts that no language tells apart: seeds, or a word that was made up. */
export interface TextClass {
  /** The languages that hold them, by index. */
  readonly accepted: readonly number[];
  readonly texts: readonly string[];
  /** The first that was made up, be it a seed or not; undefined where nothing was. */
  readonly made?: string;
}

/**
 * A word of a domain, and all seeds, for each way in which some languages can be told apart: for `/a*` and `/ab` these are `/ab`, `/a` and `/x`.
 *
 * The languages are run side by side as one automaton, whose states are sets of places in their sequences, breadth first from the empty word, so that words are
 * short. What texts begin with comes first where it does: seeds are tried before anything is made up.
 */
export function classesOf(languages: readonly Language[], domain: Domain, seeds: readonly string[]): TextClass[] {
  const automaton = new Automaton(languages, domain);
  const found = new Map<string, { accepted: readonly number[]; texts: string[]; made?: string }>();
  const kindOf = (accepted: readonly number[]) => kept(found, accepted.join(), () => ({ accepted, texts: [] }));
  const simple = simpleWords(languages, domain);
  for (const seed of new Set([...seeds, ...simple ?? []])) {
    const accepted = automaton.accepted(seed);
    if (accepted) kindOf(accepted).texts.push(seed);
  }
  if (!simple) {
    automaton.explore((accepted, word) => {
      const kind = kindOf(accepted);
      kind.made ??= word;
      if (kind.texts.length === 0) kind.texts.push(word);
    });
  }
  return [...found.values()];
}

/**
 * Words for languages that are all texts or prefixes, where no automaton is needed: which of them hold a text is known by the longest prefix that it begins with,
 * and by whether it is one of the texts. So there are the texts, the prefixes, and what goes on after each as none of the others does. Undefined where this is not
 * so, or where every letter goes on as one of them.
 */
function simpleWords(languages: readonly Language[], domain: Domain): string[] | undefined {
  if (domain.least === undefined || !languages.every(isSimple)) return undefined;
  const texts = [...new Set(languages.flatMap(({ sequences }) => sequences.map(([first = '']) => typeof first === 'string' ? first : '')))];
  const prefixes = [...new Set([domain.least, ...texts])].filter(text => reads(domain, text));
  const longer = prefixes.map(prefix => [...domain.letters].find(letter =>
    reads(domain, `${prefix}${letter}x`) && !texts.some(text => text.startsWith(prefix + letter))));
  if (longer.includes(undefined)) return undefined;
  return [...texts, domain.least, ...prefixes.flatMap((prefix, index) => [`${prefix}${longer[index]}`, `${prefix}${longer[index]}x`])];
}

function isSimple({ sequences, caseless }: Language): boolean {
  const isAny = (part: Part | undefined) => part === undefined || typeof part !== 'string' && part.of === '[^]' && !('once' in part) && !part.some;
  return !caseless && sequences.every(([first, second, ...more]) =>
    more.length === 0 && (typeof first === 'string' ? isAny(second) : second === undefined && isAny(first)));
}

/** Whether texts of a domain may begin with one. */
function reads({ start, step }: Domain, text: string): boolean {
  let state: string | undefined = start;
  for (const letter of text) state = state === undefined ? undefined : step(state, letter);
  return state !== undefined;
}

/** A place in a sequence of a language: what may come there, and whether it may come again. */
interface Place {
  readonly letter?: string;
  readonly of?: ReadonlySet<string>;
  readonly isRun?: boolean;
  /** The language that ends here. */
  readonly ends?: number;
  readonly caseless?: boolean;
}

/** A state: where the domain is, and all places at which the languages may be. */
interface State {
  readonly domain: string;
  readonly places: readonly number[];
}

class Automaton {
  private readonly places: Place[] = [];
  private readonly starts: number[] = [];
  private readonly groups: readonly string[];
  private readonly steps = new Map<string, { readonly to: string | undefined }>();

  constructor(languages: readonly Language[], private readonly domain: Domain) {
    const classes = new Map<string, ReadonlySet<string>>();
    const lettersOf = (of: string) => kept(classes, of, () => lettersIn(of, domain.letters));
    languages.forEach(({ sequences, caseless }, index) => sequences.forEach(parts => {
      this.starts.push(this.places.length);
      this.places.push(...parts.flatMap(part => placesOf(part, lettersOf, caseless)), { ends: index });
    }));
    this.groups = groupsOf(domain, [...classes.values()]);
  }

  /** Which languages hold a text; undefined where the domain does not. */
  accepted(text: string): readonly number[] | undefined {
    let state: State | undefined = this.start();
    for (const letter of text) state = state && this.next(state, letter);
    return state && this.domain.isWhole(state.domain) ? this.acceptedAt(state) : undefined;
  }

  explore(see: (accepted: readonly number[], word: string) => void): void {
    let layer: [State, string][] = [[this.start(), '']];
    const seen = new Set<string>([keyOf(layer[0][0])]);
    while (layer.length > 0) {
      const following: [State, string][] = [];
      for (const [state, word] of layer) {
        if (this.domain.isWhole(state.domain)) see(this.acceptedAt(state), word);
        for (const letter of this.lettersAt(state)) {
          const next = this.next(state, letter);
          const key = next && keyOf(next);
          if (!next || seen.has(key!)) continue;
          seen.add(key!);
          following.push([next, word + letter]);
        }
        if (seen.size > MOST_STATES) throw new OutOfBudget(`its patterns can be told apart in more than ${MOST_STATES.toLocaleString('en')} states`);
      }
      layer = following;
    }
  }

  private start(): State {
    return { domain: this.domain.start, places: this.closed(this.starts) };
  }

  /** What may come first: letters that some text asks for, and one of each group that none does. */
  private lettersAt({ places }: State): Set<string> {
    const letters = new Set<string>();
    const asked = new Set<string>();
    for (const index of places) {
      const { letter, caseless } = this.places[index];
      if (letter === undefined) continue;
      asked.add(letter);
      if (caseless) asked.add(letter.toUpperCase());
    }
    for (const group of this.groups) for (const letter of group) if (!asked.has(letter)) { letters.add(letter); break; }
    asked.forEach(letter => letters.add(letter));
    return letters;
  }

  private next(state: State, letter: string): State | undefined {
    const domain = kept(this.steps, `${state.domain} ${letter}`, () => ({ to: this.domain.step(state.domain, letter) })).to;
    if (domain === undefined) return undefined;
    const lower = letter.toLowerCase();
    const reached: number[] = [];
    for (const index of state.places) {
      const place = this.places[index];
      if (place.ends !== undefined) continue;
      const matches = place.of ? place.of.has(letter) : place.letter === (place.caseless ? lower : letter);
      if (matches) reached.push(place.isRun ? index : index + 1);
    }
    return { domain, places: this.closed(reached) };
  }

  /** With the places that follow runs, which may be empty. */
  private closed(places: readonly number[]): number[] {
    const all = new Set<number>();
    for (let index of places) {
      all.add(index);
      while (this.places[index].isRun) all.add(++index);
    }
    return [...all].sort((a, b) => a - b);
  }

  private acceptedAt({ places }: State): number[] {
    return [...new Set(places.flatMap(index => this.places[index].ends ?? []))];
  }
}

function keyOf({ domain, places }: State): string { return `${domain} ${places.join()}`; }

function placesOf(part: Part, lettersOf: (of: string) => ReadonlySet<string>, caseless = false): Place[] {
  if (typeof part === 'string') return [...part].map(letter => ({ letter, caseless }));
  const of = lettersOf(part.of);
  if ('once' in part) return [{ of }];
  return part.some ? [{ of }, { of, isRun: true }] : [{ of, isRun: true }];
}

function lettersIn(of: string, letters: string): ReadonlySet<string> {
  const isOne = new RegExp(`^${of}$`);
  return new Set([...letters].filter(letter => isOne.test(letter)));
}

/** Letters that neither the domain nor any class tells apart, in the order of the domain's. */
function groupsOf(domain: Domain, classes: readonly ReadonlySet<string>[]): string[] {
  const groups = new Map<string, string>();
  for (const letter of domain.letters) {
    const key = `${domain.kindOf(letter)} ${classes.map(letters => letters.has(letter) ? 1 : 0).join('')}`;
    groups.set(key, (groups.get(key) ?? '') + letter);
  }
  return [...groups.values()];
}
