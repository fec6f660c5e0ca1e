import { Intent } from '../intent/intent';

/** Words that matter as they are; of other text only the form of its pattern does. */
const WORDS = new Set(['kind', 'protocol', 'transport', 'dataPlane', 'istioVersion', 'useWaypoint']);

const known = new WeakMap<object, string>();

/**
 * An intent with names and numbers taken out: two of one shape are rendered by the same steps, so that a witness of one speaks for the other.
 * Lists keep their length, and patterns their form.
 */
export function shapeOf(intent: Intent, api: Intent | undefined): string {
  return [intent, api].map(one => one ? Object.entries(one).map(([name, value]) => `${name}:${partOf(value)}`).join() : '').join('|');
}

/** Facts of workloads, namespaces and the mesh are shared by many intents: each is looked at once. */
function partOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) { return written(value); }
  let shape = known.get(value);
  if (shape === undefined) { known.set(value, shape = value instanceof Set ? '' : written(value)); }
  return shape;
}

function written(value: unknown): string { return JSON.stringify(value, abstracted) ?? ''; }

function abstracted(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === 'number') { return 0; }
  if (typeof value !== 'string' || WORDS.has(key)) { return value; }
  if (value === '*') { return '*'; }
  return `${value.startsWith('*') ? '*' : ''}${value.includes('{') ? '{' : 'x'}${value.endsWith('*') ? '*' : ''}`;
}
