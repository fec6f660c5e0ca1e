/** Told of what a shape leaves out: where it stands, what it should be, and what it is. Where nobody is told, nobody asks where things stand. */
export type LeftOut = (field: string, expected: string, value: unknown) => void;

/** Takes what is wanted out of a value that may be anything; undefined if nothing of it can be used. */
export type Shape<T> = (value: unknown, field?: string, leftOut?: LeftOut) => T | undefined;

/** What a shape takes out. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;

/** A shape that leaves out what cannot be used; null is as good as nothing. */
function shape<T>(expected: string, take: (value: unknown) => T | undefined): Shape<T> {
  return (value, field = '', leftOut = undefined) => {
    const taken = take(value);
    if (taken === undefined && value !== undefined && value !== null) leftOut?.(field, expected, value);
    return taken;
  };
}

/** Whatever it is. */
export const asItIs: Shape<unknown> = value => value;

export const text: Shape<string> = shape('text', value => typeof value === 'string' ? value : undefined);

/** Text; numbers and booleans are written out, as templates do. */
export const written: Shape<string> = shape('text', value =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : typeof value === 'string' ? value : undefined);

/** Text of a form. */
export function textThat(expected: string, is: (value: string) => boolean): Shape<string> {
  return shape(expected, value => typeof value === 'string' && is(value) ? value : undefined);
}

/** An object; null among others in a list is one without fields, as the API server reads kinds of its own. */
export function orEmpty<T>(inner: Shape<T>): Shape<T> {
  return (value, field, leftOut) => inner(value === null ? {} : value, field, leftOut);
}

/** One of some words. */
export function word(...words: readonly string[]): Shape<string> {
  return shape(`one of ${words.join(', ')}`, value => words.find(one => one === value));
}

export const number: Shape<number> = shape('a number', value => typeof value === 'number' ? value : undefined);

/** A number, also one written as text, as in what is read as JSON of Protobuf. */
export const writtenNumber: Shape<number> = shape('a number', value => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined;
});

/** Text or a number, as it is. */
export const textOrNumber: Shape<string | number> = (value, field, leftOut) => typeof value === 'number' ? value : text(value, field, leftOut);

/** True or false. */
export const flag: Shape<boolean> = shape('true or false', value => typeof value === 'boolean' ? value : undefined);

const array = shape('a list', value => Array.isArray(value) ? value as unknown[] : undefined);
/** An object, as it is. */
export const map = shape('an object', value => isObject(value) ? value : undefined);

/** The elements of a list that have a shape. */
export function list<T>(element: Shape<T>): Shape<T[]> {
  return (value, field = '', leftOut = undefined) => array(value, field, leftOut)
    ?.map((one, index) => element(one, leftOut && `${field}[${index}]`, leftOut))
    .filter((one): one is Awaited<T> & T => one !== undefined);
}

/** The values of an object that have a shape. */
export function record<T>(element: Shape<T>): Shape<Record<string, T>> {
  return (value, field = '', leftOut = undefined) => {
    const found = map(value, field, leftOut);
    if (found === undefined) return undefined;
    const taken = Object.entries(found).map(([name, one]) => [name, element(one, leftOut && `${field}['${name}']`, leftOut)] as const);
    return Object.fromEntries(taken.filter((entry): entry is readonly [string, Awaited<T> & T] => entry[1] !== undefined));
  };
}

/** What a shape takes, where it holds together; the rest is left out as a whole. */
export function whole<T>(inner: Shape<T>, expected: string, holds: (taken: T) => boolean): Shape<T> {
  return (value, field = '', leftOut = undefined) => {
    const taken = inner(value, field, leftOut);
    if (taken === undefined || holds(taken)) return taken;
    leftOut?.(field, expected, value);
    return undefined;
  };
}

type Fields = Readonly<Record<string, Shape<unknown>>>;
type ShapedObject<F extends Fields> = { readonly [K in keyof F]?: Shaped<F[K]> };

/** The known fields of an object, where they have their shapes. */
export function object<F extends Fields>(fields: F): Shape<ShapedObject<F>> {
  const shapes = Object.entries(fields);
  return (value, field = '', leftOut = undefined) => {
    const found = map(value, field, leftOut);
    if (found === undefined) return undefined;
    const taken: Record<string, unknown> = {};
    for (const [name, inner] of shapes) {
      const one = Object.hasOwn(found, name) ? inner(found[name], leftOut && `${field}.${name}`, leftOut) : undefined;
      if (one !== undefined) taken[name] = one;
    }
    return taken as ShapedObject<F>;
  };
}

/** A shape with what stands for fields that are missing. */
export function filled<T, D extends Partial<T>>(inner: Shape<T>, defaults: D): Shape<T & D> {
  return (value, field, leftOut) => {
    const shaped = inner(value, field, leftOut);
    return shaped === undefined ? undefined : { ...defaults, ...shaped };
  };
}


export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands at a path within an object; undefined where nothing does. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => isObject(inner) ? inner[name] : undefined, value);
}

/** What is written as a list; anything else is refused by whoever reads it. */
export function elementsOf<T>(value: readonly T[] | undefined): readonly T[] { return Array.isArray(value) ? value as readonly T[] : []; }
