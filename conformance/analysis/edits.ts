import { Random } from '../fuzz/random';

type Path = readonly (string | number)[];

/** One thing that is changed about an object. */
export interface Edit {
  /** Which, in words. */
  readonly name: string;
  /** What the object becomes; undefined where it is dropped. */
  readonly object: unknown;
}

/** Every way to drop one thing of a policy or to change one value of it, and to drop it whole. */
export function editsOf(policy: { readonly spec?: unknown }, random: Random): Edit[] {
  return [{ name: 'drop the policy', object: undefined }, ...editsAt(policy.spec, ['spec'], random).map(({ name, at, value }) => ({ name, object: edited(policy, at, value) }))];
}

interface Place {
  readonly name: string;
  readonly at: Path;
  /** Undefined where it is dropped. */
  readonly value?: unknown;
}

function editsAt(value: unknown, at: Path, random: Random): Place[] {
  const dropped: Place[] = at.length > 1 ? [{ name: `drop ${written(at)}`, at }] : [];
  if (Array.isArray(value)) return [...dropped, ...value.flatMap((one, index) => editsAt(one, [...at, index], random))];
  if (typeof value === 'object' && value !== null) return [...dropped, ...Object.entries(value).flatMap(([name, one]) => editsAt(one, [...at, name], random))];
  const changed = changedValue(value, at[at.length - 1], random);
  return changed === value ? dropped : [...dropped, { name: `change ${written(at)} to ${JSON.stringify(changed)}`, at, value: changed }];
}

function written(path: Path): string {
  return path.map((step, index) => typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${step}`).join('');
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  action: ['ALLOW', 'DENY', 'AUDIT'],
  mode: ['STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET'],
};

function changedValue(value: unknown, field: string | number, random: Random): unknown {
  if (typeof value !== 'string' || field === 'jwks') return value;
  if (field in WORDS) return random.pick(WORDS[field].filter(word => word !== value));
  const address = /^(\d+)\.(.*)$/.exec(value);
  if (address) return random.pick([value.replace(/\/.*$/, ''), value.replace(/(\/.*)?$/, '/4'), `${(Number(address[1]) + 1) % 224}.${address[2]}`]);
  if (/^\d+$/.test(value)) return String(Number(value) + 1);
  return random.pick([`${value}x`, value.slice(0, -1), `${value.slice(0, -1)}*`, `*${value.slice(1)}`, '*', value.toUpperCase()].filter(one => one !== ''));
}

/** A copy in which what stands at a place is something else, or gone. */
function edited(object: unknown, [step, ...rest]: Path, value: unknown): unknown {
  const with_ = (one: unknown) => rest.length > 0 ? edited(one, rest, value) : value;
  if (Array.isArray(object)) return object.flatMap((one, index) => index === step ? with_(one) ?? [] : [one]);
  return Object.fromEntries(Object.entries(object as object).flatMap(([name, one]) => {
    const changed = name === step ? with_(one) : one;
    return changed === undefined ? [] : [[name, changed]];
  }));
}
