import { ListSchema, listOf, mapOf, NumberSchema, objectOf, Rule, Schema, STRING, StringSchema } from './schema';

/** Values that several kinds of the Kubernetes Gateway API have. */

const SUBDOMAIN = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';

const DNS_NAME: StringSchema = { type: 'string', minLength: 1, maxLength: 253, pattern: new RegExp(`^${SUBDOMAIN}$`) };

export const GROUP: StringSchema = { type: 'string', maxLength: 253, pattern: new RegExp(`^$|^${SUBDOMAIN}$`) };
export const KIND: StringSchema = { type: 'string', minLength: 1, maxLength: 63, pattern: /^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/ };
export const OBJECT_NAME: StringSchema = { type: 'string', minLength: 1, maxLength: 253 };
export const NAMESPACE: StringSchema = { type: 'string', minLength: 1, maxLength: 63, pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/ };
export const SECTION_NAME = DNS_NAME;
export const PRECISE_HOSTNAME = DNS_NAME;
export const HOSTNAME: StringSchema = { ...DNS_NAME, pattern: new RegExp(`^(\\*\\.)?${SUBDOMAIN}$`) };
export const PORT: NumberSchema = { type: 'integer', format: 'int32', minimum: 1, maximum: 65535 };

export const LOCAL_REFERENCE = objectOf({ group: GROUP, kind: KIND, name: OBJECT_NAME }, { required: ['group', 'kind', 'name'] });
export const OBJECT_REFERENCE = objectOf({ ...LOCAL_REFERENCE.fields, namespace: NAMESPACE }, { required: ['group', 'kind', 'name'] });
export const SECRET_REFERENCE = objectOf(OBJECT_REFERENCE.fields, { required: ['name'] });

const EXPRESSION = objectOf({ key: STRING, operator: STRING, values: listOf(STRING) }, { required: ['key', 'operator'] });

export const LABEL_SELECTOR = objectOf({ matchLabels: mapOf(STRING), matchExpressions: listOf(EXPRESSION) });

/** A list in which nothing stands twice. */
export function setOf(items: Schema, maxItems: number, rules: ListSchema['rules'] = []): ListSchema {
  return { ...listOf(items, maxItems), rules: [distinct, ...rules] };
}

/** A list whose items have names of their own. */
export function namedList(items: Schema, maxItems: number): ListSchema { return { ...listOf(items, maxItems), key: 'name' }; }

const distinct: Rule<readonly unknown[]> = items => {
  const repeated = items.find((item, index) => items.indexOf(item) < index);
  return repeated === undefined ? undefined : `must have each entry once, got '${String(repeated)}' again; drop it`;
};
