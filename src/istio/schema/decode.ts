import { parseDuration } from '../../util/go/duration';
import { isRfc3339 } from '../../util/go/time';
import { at, Report, shown } from '../problem';
import { isObject, ListSchema, MapSchema, NumberFormat, NumberSchema, ObjectSchema, Schema, StringSchema } from './schema';

/** Who decodes: istiod's protobuf messages also take snake_case names, and numbers for enums. */
export type Decoder = 'protobuf' | 'go';

/**
 * The value as Go code sees it after decoding its JSON: null is absent, except in lists, where it is the zero value;
 * a missing text is empty, a missing list too; unknown fields are left out. What cannot be decoded is reported.
 */
export function decode(decoder: Decoder, schema: ObjectSchema, value: unknown, field: string, report: Report): unknown {
  return new Decoding(decoder, report).message(schema, value ?? {}, field);
}

class Decoding {
  constructor(private readonly decoder: Decoder, private readonly report: Report) {}

  message(schema: ObjectSchema, value: unknown, field: string): unknown {
    if (!isObject(value)) {
      return this.refuse('an object', value, field);
    }
    const names = Object.keys(schema.fields).filter(name => !schema.notInMessage?.includes(name));
    const decoded = Object.fromEntries(names.map(name => {
      const given = this.given(value, name);
      return [name, given === undefined || given === null ? undefined : this.value(schema.fields[name], given, at(field, name))];
    }));
    const choices = (schema.oneOf ?? []).flatMap(group => group.filter(name => decoded[name] !== undefined).slice(0, -1));
    const mayBeAbsent = (schema.oneOf ?? []).flat();
    return Object.fromEntries(names.map(name => {
      const given = choices.includes(name) ? undefined : decoded[name];
      return [name, given === undefined && !mayBeAbsent.includes(name) ? absent(schema.fields[name]) : given];
    }));
  }

  /** The JSON name wins over the name in the message, even with null. */
  private given(value: Readonly<Record<string, unknown>>, name: string): unknown {
    const names = this.decoder === 'protobuf' ? [name, messageName(name)] : [name];
    const found = names.find(candidate => Object.prototype.hasOwnProperty.call(value, candidate));
    return found === undefined ? undefined : value[found];
  }

  private value(schema: Schema, value: unknown, field: string): unknown {
    switch (schema.type) {
      case 'any':
        return value;
      case 'string':
        return this.text(schema, value, field);
      case 'boolean':
        return typeof value === 'boolean' ? value : this.refuse('true or false', value, field);
      case 'time':
        return typeof value === 'string' && isRfc3339(value) ? value : this.refuse('a time such as \'2026-01-31T12:00:00Z\'', value, field);
      case 'integer':
      case 'number':
        return this.number(schema, value, field);
      case 'int-or-string':
        return Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 63 ? value : this.refuse('a whole number', value, field);
      case 'array':
        return this.list(schema, value, field);
      case 'map':
        return this.map(schema, value, field);
      case 'object':
        return this.message(schema, value, field);
    }
  }

  /** A message also takes a number in quotes. */
  private number(schema: NumberSchema, value: unknown, field: string): unknown {
    const number = this.decoder === 'protobuf' && typeof value === 'string' ? numberOf(value, schema.type) : value;
    const [least, most] = RANGES[schema.format ?? 'int64'];
    const isGood = typeof number === 'number' && (schema.type === 'number' || (Number.isInteger(number) && number >= least && number <= most));
    return isGood ? number : this.refuse(schema.type === 'integer' ? `a whole number from ${least} to ${most}` : 'a number', value, field);
  }

  private text(schema: StringSchema, value: unknown, field: string): unknown {
    const { enum: names } = schema;
    if (names !== undefined && Number.isInteger(value) && Math.abs(Number(value) + 0.5) < 2 ** 31) {
      return names[Number(value)] ?? String(value);
    }
    if (typeof value !== 'string') {
      return this.refuse('text', value, field);
    }
    if (schema.duration && parseDuration(value) === undefined) {
      return this.refuse('a duration such as \'5s\' or \'1m30s\'', value, field);
    }
    if (schema.bytes && !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value.replace(/[\r\n]/g, ''))) {
      return this.refuse('base64', value, field);
    }
    return names === undefined || names.includes(value) ? value : this.refuse(`one of ${names.join(', ')}`, value, field);
  }

  private list(schema: ListSchema, value: unknown, field: string): unknown {
    return Array.isArray(value) ? value.map((item, index) => this.element(schema.items, item, at(field, index))) : this.refuse('a list', value, field);
  }

  private map(schema: MapSchema, value: unknown, field: string): unknown {
    if (!isObject(value)) {
      return this.refuse('an object', value, field);
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) =>
      [schema.numericKeys ? this.numericKey(key, at(field, key)) : key, this.element(schema.values, item, at(field, key))]));
  }

  /** A null element is not absent but zero. */
  private element(schema: Schema, value: unknown, field: string): unknown {
    if (value === null && schema.type === 'object') {
      return this.message(schema, {}, field);
    }
    return value === null && schema.type !== 'any' ? absent(schema) : this.value(schema, value, field);
  }

  /** A key as JSON text of an unsigned 32-bit number: blanks around it are fine, so are quotes inside it, but no leading zero. */
  private numericKey(key: string, field: string): string {
    const digits = /^[ \t\r\n]*(null|0|[1-9][0-9]*)[ \t\r\n]*$/.exec(key.replace(/^"(.*)"$/s, '$1'))?.[1];
    if (digits === undefined || Number(digits === 'null' ? 0 : digits) >= 2 ** 32) {
      this.refuse('a number', key, field);
    }
    return digits === undefined || digits === 'null' ? '0' : digits;
  }

  private refuse(expected: string, value: unknown, field: string): undefined {
    this.report(field, `must be ${expected}, got ${shown(value)}; istiod cannot read it otherwise`);
    return undefined;
  }
}

/** What a field is in Go that the JSON does not give. A message and a map may be nil, a list is as good as empty. */
function absent(schema: Schema): unknown {
  switch (schema.type) {
    case 'string':
      return schema.duration ? undefined : schema.enum?.[0] ?? '';
    case 'array':
      return [];
    case 'boolean':
      return schema.nullable ? undefined : false;
    case 'integer':
    case 'number':
      return schema.nullable || schema.format === undefined ? undefined : 0;
    default:
      return undefined;
  }
}

const RANGES: Readonly<Record<NumberFormat | 'int64', readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  int64: [-(2 ** 63), 2 ** 63 - 1024], // the largest that is exact in floating point
  uint64: [0, 2 ** 64 - 2048],
  double: [-Infinity, Infinity],
};

/** Values of a double that JSON has no number for. */
const NOT_FINITE: ReadonlyMap<string, number> = new Map([['NaN', NaN], ['Infinity', Infinity], ['-Infinity', -Infinity]]);

/** A number of JSON in quotes, with blanks around it; null is as good as zero. */
function numberOf(text: string, type: NumberSchema['type']): number | undefined {
  const pattern = type === 'integer' ? /^ *(null|-?(?:0|[1-9][0-9]*)) *$/ : /^ *(null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?) *$/;
  const token = pattern.exec(text)?.[1];
  const number = token === undefined ? undefined : Number(token === 'null' ? 0 : token);
  return Number.isFinite(number) ? number : type === 'number' ? NOT_FINITE.get(text) : undefined;
}

/** Names in the message that do not follow from the JSON name. */
const MESSAGE_NAMES: ReadonlyMap<string, string> = new Map([
  ['targetRef', 'targetRef'], ['targetRefs', 'targetRefs'], ['consecutive5xxErrors', 'consecutive_5xx_errors'],
]);

function messageName(name: string): string {
  return MESSAGE_NAMES.get(name) ?? name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}
