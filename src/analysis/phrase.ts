import { saidOf } from './axis';
import { AxisValues, Extent } from './axis-values';
import { Condition } from './side';
import { oneOfEach } from '../util/grouped';
import { unique } from '../util/text';

/** Values of an axis that have a name: what a value, or one field of a rule, asks for. */
interface Named extends Extent {
  readonly text: string;
  /** The values that a rule would list for it. */
  readonly patterns: readonly string[];
}

/**
 * Some values of an axis in the words of the rules that tell them apart: `/api/*`, `any but GET`, `/api/* but not /api/admin`; undefined for all of them.
 */
export function phraseOf(axisValues: AxisValues, conditions: readonly Condition[], some: readonly number[], setting: number): string | undefined {
  const { values } = axisValues;
  if (some.length === values.length) return undefined;
  const named = namesOf(axisValues, conditions, setting);
  const inside = new Set(some);
  const outside = new Set(values.map((_, index) => index).filter(index => !inside.has(index)));
  const said = covering(named, inside);
  if (said.rest.length === 0) return said.texts.join(', ');
  const unsaid = covering(named, outside);
  if (unsaid.rest.length === 0) return unsaid.texts.includes('*') ? 'none' : `any but ${unsaid.texts.join(', ')}`;
  const parts = partly(named, new Set(said.rest), outside);
  return [...said.texts, ...parts.texts, ...parts.rest.map(index => `such as ${shown(values[index])}`)].join(', ');
}

/** Some values of an axis as the list of patterns by which a rule would ask for exactly these; undefined where none does. */
export function patternsOf(
  axisValues: AxisValues, conditions: readonly Condition[], some: readonly number[], setting: number,
): readonly string[] | undefined {
  const named = namesOf(axisValues, conditions, setting);
  const { texts, rest } = covering(named, new Set(some));
  return rest.length > 0 ? undefined : texts.flatMap(text => named.find(one => one.text === text)!.patterns);
}

function namesOf({ axis, values, seen, named }: AxisValues, conditions: readonly Condition[], setting: number): Named[] {
  const fields = conditions.filter(condition => condition.axis === axis).map(({ id, asks }): Named => {
    const matching = new Set(values.flatMap((_, value) => {
      const truth = seen[value][setting].truths.get(id);
      return truth !== undefined && truth !== asks.isNegated ? [value] : [];
    }));
    return { text: unique(asks.values.map(value => saidOf(asks, value))).join(', '), patterns: [...asks.values], inner: matching, outer: matching };
  });
  const all = [...[...named].map(([text, extent]): Named => ({ text, patterns: [text], ...extent })), ...fields];
  return oneOfEach(all.filter(one => one.outer.size > 0), one => one.text);
}

interface Cover {
  readonly texts: readonly string[];
  readonly rest: readonly number[];
}

/** The fewest names, the widest first, that stand for only some values, and those values for which none of them stands. */
function covering(named: readonly Named[], some: ReadonlySet<number>): Cover {
  return greedy(named.filter(one => isWhole(one) && isWithin(one.inner, some)), some);
}

function isWhole({ inner, outer }: Named): boolean { return inner.size === outer.size; }

function isWithin(inner: ReadonlySet<number>, outer: ReadonlySet<number>): boolean { return [...inner].every(value => outer.has(value)); }

function greedy(named: readonly Pick<Named, 'text' | 'inner'>[], some: ReadonlySet<number>): Cover {
  const rest = new Set(some);
  const texts: string[] = [];
  for (;;) {
    const gains = named.map(({ inner }) => [...inner].filter(value => rest.has(value)).length);
    const most = Math.max(0, ...gains);
    if (most === 0) return { texts, rest: [...rest] };
    const best = named[gains.indexOf(most)];
    texts.push(best.text);
    best.inner.forEach(value => rest.delete(value));
  }
}

/** Names of which a part is meant, with what is not, or with what it must be, too; and the values of no name at all, if they are meant. */
function partly(named: readonly Named[], some: ReadonlySet<number>, outside: ReadonlySet<number>): Cover {
  const differences = named.flatMap(({ text, inner, outer }) => {
    const but = covering(named, new Set([...outer].filter(value => outside.has(value))));
    const left = new Set([...outer].filter(value => !outside.has(value)));
    const isSaid = but.rest.length === 0 && but.texts.length > 0 && isWithin(left, inner);
    return isSaid ? [{ text: `${text} but not ${but.texts.join(', ')}`, inner: left }] : [];
  });
  const whole = named.filter(isWhole);
  const common = whole.flatMap((one, index) => whole.slice(index + 1).flatMap(other => {
    const both = new Set([...one.inner].filter(value => other.inner.has(value)));
    return both.size > 0 && isWithin(both, some) ? [{ text: `${one.text} and ${other.text}`, inner: both }] : [];
  }));
  const ofNone = new Set([...some].filter(value => named.every(({ outer }) => !outer.has(value))));
  const others = ofNone.size > 0 ? [{ text: `any but ${named.map(({ text }) => text).join(', ')}`, inner: ofNone }] : [];
  return greedy([...differences, ...common, ...others], some);
}

function shown(texts: readonly string[]): string { return texts.length === 0 ? 'none' : texts.join(' and '); }
