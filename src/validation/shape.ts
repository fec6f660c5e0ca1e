import { Intent } from '../intent/intent';
import { isObject } from '../util/shape';

/** Words that matter as they are; of other text only the form of its pattern does. */
const WORDS = new Set(['kind', 'protocol', 'transport', 'dataPlane', 'istioVersion', 'useWaypoint', 'stage']);

/**
 * Intents with names and numbers taken out: two of one shape are rendered by the same steps, so that a witness of one speaks for the other.
 * Lists keep their length, and patterns their form.
 */
export class Shapes {
  private readonly numbers = new Map<string, number>();
  private readonly ofFacts = new WeakMap<object, number>();

  /** The shape of an intent, and of the API that it passes, in short: the same text for the same shape. */
  public of(intent: Intent, api?: Intent): string { return api ? `${this.written(intent)}|${this.written(api)}` : this.written(intent); }

  private written(intent: Intent): string {
    const members = intent as unknown as { readonly [name: string]: unknown };
    let shape = '';
    for (const name in members) {
      const value = members[name];
      shape += `${name}:${isObject(value) ? this.numberOf(value) : written(value, name)},`;
    }
    return shape;
  }

  /** Facts of workloads, namespaces and the mesh are shared by many intents: each is looked at once, and has a number in place of its long text. */
  private numberOf(facts: object): number {
    let number = this.ofFacts.get(facts);
    if (number === undefined) {
      const shape = written(facts);
      number = this.numbers.get(shape) ?? this.numbers.size;
      this.numbers.set(shape, number);
      this.ofFacts.set(facts, number);
    }
    return number;
  }
}

/** Much as JSON has it, with the length of a word in place of its quotes; by hand, and as fast as it can be, since it is asked of every intent. */
function written(value: unknown, key = ''): string {
  if (typeof value === 'number') { return '0'; }
  if (typeof value === 'string') { return WORDS.has(key) ? word(value) : abstracted(value); }
  if (typeof value !== 'object' || value === null) { return String(value); }
  let members = '';
  if (Array.isArray(value)) {
    for (const item of value) { members += `${written(item)},`; }
    return `[${members}]`;
  }
  const named = value as { readonly [name: string]: unknown };
  for (const name in named) {
    if (named[name] !== undefined) { members += `${word(name)}:${written(named[name], name)},`; }
  }
  return `{${members}}`;
}

function word(text: string): string { return `${text.length}${text}`; }

function abstracted(text: string): string {
  if (text === '*') { return '*'; }
  return `${text.startsWith('*') ? '*' : ''}${text.includes('{') ? '{' : 'x'}${text.endsWith('*') ? '*' : ''}`;
}
