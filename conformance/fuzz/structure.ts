import { Random } from './random';

/** A manifest as text, with one or a few places of its structure changed. JSON is YAML, and can say things that no object of JavaScript keeps. */
export function mutateStructure(objects: readonly unknown[], random: Random): string {
  const mutated = [...objects];
  for (let times = 1 + random.below(3); times > 0; times--) {
    const index = random.below(mutated.length);
    mutated[index] = mutate(mutated[index], random);
  }
  const documents = mutated.map(object => JSON.stringify(object) ?? 'null');
  const text = random.below(10) === 0 ? inLists(documents, random) : documents.join('\n---\n');
  return text.replace(/"\\u0000proto"/g, '"__proto__"').replace(/"\\u0000raw:([^"]*)"/g, '$1');
}

/** Stand for keys and values that only text can say. */
const PROTO = '\u0000proto';
const raw = (text: string) => `\u0000raw:${text}`;

type Odd = (random: Random) => unknown;

const ODD: readonly Odd[] = [
  () => null, () => '', () => 0, () => -1, () => 7, () => true, () => false, () => [], () => ({}), () => [null], () => [[]], () => [{}], () => ['x'], () => 'x', () => '*', () => '**',
  () => 2 ** 64, () => 1e308, () => raw('1e999'), () => raw('.nan'), () => raw('0o17'), () => raw('1_000'), () => raw('999999999999999999999999'), () => raw('-.inf'), () => 0.1,
  () => raw('on'), () => raw('~'), () => raw('2024-01-01'), () => raw('!!binary aGk='), () => raw('!!int x'), () => raw('!foo bar'), () => raw('*a'), () => raw('&a [*a]'),
  () => ({ [PROTO]: { kind: 'x' } }), () => ({ constructor: { prototype: 'x' } }), () => ({ toString: 'x', hasOwnProperty: 'y', length: 3 }), () => ({ toJSON: 'x', then: 'y' }),
  () => 'constructor', () => '__proto__', () => '\u0000', () => '\ud800', () => '\u2028', () => 'é'.repeat(300), () => 'a/b/c/d', () => '{**}{**}{*}/{**}', () => '*a'.repeat(40),
  random => 'x'.repeat(2 ** random.below(16)), random => nested(random.below(600)), random => Array.from({ length: random.below(300) }, (_, index) => index),
];

function nested(depth: number): unknown {
  let value: unknown = 'x';
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** A copy of a value, changed at a random place. */
function mutate(value: unknown, random: Random): unknown {
  if (Array.isArray(value)) return value.length === 0 || random.below(8) === 0 ? mutateList(value, random) : replaced(value, random);
  if (typeof value !== 'object' || value === null) return random.pick(ODD)(random);
  const entries = Object.entries(value);
  if (entries.length === 0 || random.below(10) === 0) return mutateObject(entries, random);
  const index = random.below(entries.length);
  return Object.fromEntries(entries.map(([name, one], at) => [name, at === index ? mutate(one, random) : one]));
}

function replaced(list: readonly unknown[], random: Random): unknown[] {
  const index = random.below(list.length);
  return list.map((one, at) => at === index ? mutate(one, random) : one);
}

function mutateList(list: readonly unknown[], random: Random): unknown {
  return random.pick<() => unknown>([
    () => random.pick(ODD)(random),
    () => [...list, random.pick(ODD)(random)],
    () => list.slice(1),
    () => [list],
    () => ({ ...list }),
    () => [...list, ...list],
  ])();
}

function mutateObject(entries: readonly [string, unknown][], random: Random): unknown {
  const index = random.below(Math.max(entries.length, 1));
  const names = ['spec', 'kind', 'items', 'rules', 'from', 'selector', 'constructor', 'toString', PROTO, '', 'a.b/c', '<<', '1', 'é'];
  const renamed = (name: string) => random.pick<string>([name.toUpperCase(), `${name}s`, name.slice(1), name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)]);
  return random.pick<() => unknown>([
    () => random.pick(ODD)(random),
    () => Object.fromEntries(entries.filter((_, at) => at !== index)),
    () => Object.fromEntries(entries.map(([name, one], at) => [at === index ? renamed(name) : name, one])),
    () => Object.fromEntries([...entries, [random.pick(names), random.pick(ODD)(random)]]),
    () => [Object.fromEntries(entries)],
    () => entries.map(([name]) => name),
  ])();
}

function inLists(documents: readonly string[], random: Random): string {
  const kind = random.pick(['List', 'List', 'PodList', 'AuthorizationPolicyList', 'XList']);
  const inner = `{"apiVersion": "v1", "kind": "${kind}", "items": [${documents.join(',')}]}`;
  return random.below(2) === 0 ? inner : `{"apiVersion": "v1", "kind": "List", "items": [${inner}, {}, null, ${inner}]}`;
}
