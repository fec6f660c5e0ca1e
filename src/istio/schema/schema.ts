/** A rule beside the types: says what is wrong, or nothing. In the CRD it is a CEL expression. */
export type Rule<T> = (value: T) => string | undefined;

/**
 * The shape of a value: what the API server's schema allows, and how istiod's protobuf messages read it.
 * Both follow from the same table, as the CRD is generated from the messages.
 */
export type Schema =
  | StringSchema
  | { readonly type: 'boolean' }
  | { readonly type: 'integer' }
  | { readonly type: 'int-or-string' }
  | { readonly type: 'time' }
  | { readonly type: 'any' }
  | ListSchema
  | MapSchema
  | ObjectSchema;

export interface StringSchema {
  readonly type: 'string';
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: RegExp;
  readonly rules?: ReadonlyArray<Rule<string>>;
  /** The message field is a google.protobuf.Duration. */
  readonly duration?: true;
}

export interface ListSchema {
  readonly type: 'array';
  readonly items: Schema;
  readonly maxItems?: number;
}

export interface MapSchema {
  readonly type: 'map';
  readonly values: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly rules?: ReadonlyArray<Rule<Readonly<Record<string, unknown>>>>;
  /** The message field has numbers for keys. */
  readonly numericKeys?: true;
}

export interface ObjectSchema {
  readonly type: 'object';
  readonly fields: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly rules?: ReadonlyArray<Rule<Readonly<Record<string, unknown>>>>;
  /** Fields beside `fields` are kept and not looked at. */
  readonly open?: true;
  /** Fields of the CRD that are no fields of the message. */
  readonly notInMessage?: readonly string[];
}

export const STRING: StringSchema = { type: 'string' };
export const NON_EMPTY: StringSchema = { type: 'string', minLength: 1 };
export const BOOLEAN: Schema = { type: 'boolean' };

export function listOf(items: Schema, maxItems?: number): ListSchema {
  return { type: 'array', items, maxItems };
}

export function mapOf(values: Schema): MapSchema {
  return { type: 'map', values };
}

export function objectOf(fields: Readonly<Record<string, Schema>>, more: Omit<ObjectSchema, 'type' | 'fields'> = {}): ObjectSchema {
  return { type: 'object', fields, ...more };
}

/** The given fields, each a list of texts. */
export function stringLists(...names: readonly string[]): Record<string, Schema> {
  return Object.fromEntries(names.map(name => [name, listOf(STRING)]));
}

/** The schema without rules, limits and patterns. */
export function typesOnly(schema: Schema): Schema {
  switch (schema.type) {
    case 'string':
      return { type: 'string', enum: schema.enum };
    case 'array':
      return { type: 'array', items: typesOnly(schema.items) };
    case 'map':
      return { type: 'map', values: typesOnly(schema.values) };
    case 'object':
      return { ...schema, rules: [], fields: Object.fromEntries(Object.entries(schema.fields).map(([name, inner]) => [name, typesOnly(inner)])) };
    default:
      return schema;
  }
}

/** A plain object, as against a list, null or a scalar. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The schema of a field, own fields only. */
export function fieldOf(schema: ObjectSchema, name: string): Schema | undefined {
  return Object.prototype.hasOwnProperty.call(schema.fields, name) ? schema.fields[name] : undefined;
}
