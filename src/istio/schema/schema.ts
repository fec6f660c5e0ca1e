/** A rule beside the types: says what is wrong, or nothing. In the CRD it is a CEL expression. */
export type Rule<T> = (value: T) => string | undefined;

/**
 * The shape of a value: what the API server's schema allows, and how istiod's protobuf messages read it.
 * Both follow from the same table, as the CRD is generated from the messages.
 */
export type Schema =
  | StringSchema
  | BooleanSchema
  | NumberSchema
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
  /** The message field holds bytes: the text is their base64. */
  readonly bytes?: true;
}

export interface BooleanSchema {
  readonly type: 'boolean';
  /** The CRD takes null; the message field may be absent. */
  readonly nullable?: true;
}

export interface NumberSchema {
  readonly type: 'integer' | 'number';
  /** What the message field holds; a signed number of 64 bits where nothing is said. */
  readonly format?: NumberFormat;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly rules?: ReadonlyArray<Rule<number>>;
  /** The CRD takes null; the message field may be absent. */
  readonly nullable?: true;
}

export type NumberFormat = 'int32' | 'uint32' | 'uint64' | 'double';

export interface ListSchema {
  readonly type: 'array';
  readonly items: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** Field by which the API server tells the items apart. */
  readonly key?: string;
  readonly rules?: ReadonlyArray<Rule<readonly unknown[]>>;
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
  /** Of each group at most one field may be given. They are a `oneof` of the message. */
  readonly oneOf?: ReadonlyArray<readonly string[]>;
  /** Fields beside `fields` are kept and not looked at. */
  readonly open?: true;
  /** Fields of the CRD that are no fields of the message. */
  readonly notInMessage?: readonly string[];
}

export const STRING: StringSchema = { type: 'string' };
export const NON_EMPTY: StringSchema = { type: 'string', minLength: 1 };
export const BOOLEAN: BooleanSchema = { type: 'boolean' };
export const NULLABLE_BOOLEAN: BooleanSchema = { type: 'boolean', nullable: true };
export const INT32: NumberSchema = { type: 'integer', format: 'int32', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 };
export const UINT32: NumberSchema = { type: 'integer', format: 'uint32', minimum: 0, maximum: 2 ** 32 - 1 };
export const NULLABLE_UINT32: NumberSchema = { ...UINT32, nullable: true };
export const UINT64: NumberSchema = { type: 'integer', format: 'uint64', minimum: 0 };
export const DOUBLE: NumberSchema = { type: 'number', format: 'double' };
export const NULLABLE_DOUBLE: NumberSchema = { ...DOUBLE, nullable: true };
/** A google.protobuf.Duration, which only istiod looks at. */
export const DURATION: StringSchema = { type: 'string', duration: true };

export function listOf(items: Schema, maxItems?: number): ListSchema {
  return { type: 'array', items, maxItems };
}

export function mapOf(values: Schema): MapSchema {
  return { type: 'map', values };
}

export function objectOf(fields: Readonly<Record<string, Schema>>, more: Omit<ObjectSchema, 'type' | 'fields'> = {}): ObjectSchema {
  return { type: 'object', fields, ...more };
}

export function enumOf(...values: readonly string[]): StringSchema {
  return { type: 'string', enum: values };
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
    case 'integer':
    case 'number':
      return { type: schema.type, nullable: schema.nullable };
    case 'array':
      return { type: 'array', items: typesOnly(schema.items) };
    case 'map':
      return { type: 'map', values: typesOnly(schema.values) };
    case 'object':
      return {
        ...schema,
        rules: [],
        oneOf: [],
        fields: Object.fromEntries(Object.entries(schema.fields).map(([name, inner]) => [name, typesOnly(inner)])),
      };
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
