import fc from 'fast-check';
import { Problem, reportTo } from '../../src/istio/problem';
import { nameOf, RESOURCE_KINDS } from '../../src/istio/resource-kinds';
import { checkSchema } from '../../src/istio/schema/check';
import { fits } from '../../src/istio/schema/fits';
import { METADATA, STATUS } from '../../src/istio/schema/object';
import { prune } from '../../src/istio/schema/prune';
import { BOOLEAN, DOUBLE, enumOf, INT32, listOf, mapOf, NULLABLE_BOOLEAN, NULLABLE_UINT32, objectOf, Schema, STRING, typesOnly } from '../../src/istio/schema/schema';

const ODD = [null, 0, 1.5, true, '', 'a', '2024-01-01T00:00:00Z', [], {}, [null], ['a'], [7], { a: null }, { a: 'a' }, { a: 7 }, [{}], [{ a: 'a' }]];

/** A value without fields that are null; JSON tells fields from items by what holds them. */
function withoutNulls(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, function (this: unknown, _, item: unknown) {
    return item === null && !Array.isArray(this) ? undefined : item;
  }) ?? 'null');
}

/** What there is to report of a value, by pruning and checking it. */
function reported(schema: Schema, value: unknown): Problem[] {
  const problems: Problem[] = [];
  const pruned = prune(schema, value, '', reportTo(problems, 'unknown-field'));
  checkSchema(schema, withoutNulls(pruned), '', reportTo(problems, 'schema'));
  return problems;
}

/** Something like a value of a schema. */
function near(schema: Schema): fc.Arbitrary<unknown> {
  const odd = fc.constantFrom<unknown>(...ODD);
  const likely = (usual: fc.Arbitrary<unknown>) => fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: odd });
  switch (schema.type) {
    case 'string': return likely(fc.constantFrom(...schema.enum ?? ['a']));
    case 'time': return likely(fc.constant('2024-01-01T00:00:00Z'));
    case 'boolean': return likely(fc.boolean());
    case 'array': return likely(fc.array(near(schema.items), { maxLength: 2 }));
    case 'map': return likely(fc.dictionary(fc.constantFrom('a', 'b'), near(schema.values), { maxKeys: 2 }));
    case 'object': {
      const fields = Object.entries(schema.fields).map(([name, inner]) => [name, near(inner)] as const);
      const unknown = fc.oneof({ weight: 9, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.constant({ unknown: { a: null } }) });
      return likely(fc.tuple(fc.record(Object.fromEntries(fields), { requiredKeys: [] }), unknown).map(([known, more]) => ({ ...known, ...more })));
    }
    default: return likely(fc.constant(7));
  }
}

const EVERY_TYPE = objectOf({
  text: STRING,
  word: enumOf('a', 'b'),
  flag: BOOLEAN,
  mayBeNull: listOf(NULLABLE_BOOLEAN),
  whole: INT32,
  real: DOUBLE,
  wholes: listOf(NULLABLE_UINT32),
  either: { type: 'int-or-string' },
  when: { type: 'time' },
  whatever: { type: 'any' },
  lists: listOf(listOf(STRING)),
  labels: mapOf(STRING),
  open: objectOf({ a: STRING }, { open: true }),
  needed: objectOf({ a: STRING, b: STRING }, { required: ['a'] }),
});

describe('a value fits a schema if there is nothing to report of it', () => {
  test.each<[string, Schema]>([
    ['every type', EVERY_TYPE],
    ['metadata', METADATA],
    ['a status', STATUS],
    ...RESOURCE_KINDS.map((kind): [string, Schema] => [nameOf(kind), kind.spec]),
  ])('%s', (_, schema) => {
    const types = typesOnly(schema);
    const seen = new Set<boolean>();
    fc.assert(fc.property(near(types), value => {
      const fitting = fits(types, value);
      seen.add(fitting);

      expect({ value, fitting }).toEqual({ value, fitting: reported(types, value).length === 0 });
    }), { numRuns: 2000, seed: 7 });
    expect(seen.size).toBe(2);
  });
});
