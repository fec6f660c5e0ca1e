/** Takes what is wanted out of a value that may be anything; undefined if nothing of it can be used. */
export type Shape<T> = (value: unknown) => T | undefined;

/** What a shape takes out. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;

/** Text; numbers and booleans are written out. */
export const text: Shape<string> = value => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
};

/** A number, also one written as text. */
export const number: Shape<number> = value => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined;
};

/** Text or a number, as it is. */
export const textOrNumber: Shape<string | number> = value => typeof value === 'number' ? value : text(value);

/** True or false. */
export const flag: Shape<boolean> = value => typeof value === 'boolean' ? value : undefined;

/** The elements of a list that have a shape. */
export function list<T>(element: Shape<T>): Shape<T[]> {
  return value => Array.isArray(value) ? value.map(element).filter((one): one is Awaited<T> & T => one !== undefined) : undefined;
}

/** The values of an object that have a shape. */
export function record<T>(element: Shape<T>): Shape<Record<string, T>> {
  return value => isObject(value) ? keep(Object.entries(value).map(([name, one]) => [name, element(one)])) as Record<string, T> : undefined;
}

type Fields = Readonly<Record<string, Shape<unknown>>>;
type ShapedObject<F extends Fields> = { readonly [K in keyof F]?: Shaped<F[K]> };

/** The known fields of an object, where they have their shapes. */
export function object<F extends Fields>(fields: F): Shape<ShapedObject<F>> {
  const shapes = Object.entries(fields);
  return value => isObject(value) ? keep(shapes.map(([name, shape]) => [name, shape(value[name])])) as ShapedObject<F> : undefined;
}

/** A shape with what stands for fields that are missing. */
export function filled<T, D extends Partial<T>>(shape: Shape<T>, defaults: D): Shape<T & D> {
  return value => {
    const shaped = shape(value);
    return shaped === undefined ? undefined : { ...defaults, ...shaped };
  };
}

function keep(entries: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
