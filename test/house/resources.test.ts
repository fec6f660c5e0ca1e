import { nameOf, RESOURCE_KINDS, ResourceKind } from '../../src/istio/resource-kinds';
import { Schema } from '../../src/istio/schema/schema';
import { ApiType, assembly, membersOf, TypeReference } from '../support/assembly';

const TYPES = assembly().types;

/** Fields of the API that are none of a struct: the older spelling of one, and what istiod does not read. */
const LEFT_OUT = ['RequestAuthenticationSpec.jwtRules[].jwks_uri', 'RequestAuthenticationSpec.jwtRules[].presence', 'VirtualServiceSpec.http[].mirror_percent'];

/** What stands for a value that is not given, and is none of an enum. */
const NOT_GIVEN = 'INVALID';

function structNamed(name: string): ApiType | undefined {
  return Object.values(TYPES).find(type => type.name === name);
}

/** What a type says otherwise than the schema, each with its place. */
function differences(schema: Schema, type: TypeReference | undefined, path: string): string[] {
  const named = type?.fqn === undefined ? undefined : TYPES[type.fqn];
  switch (schema.type) {
    case 'array':
      return type?.collection?.kind === 'array' ? differences(schema.items, type.collection.elementtype, `${path}[]`) : [`${path} must be a list`];
    case 'map':
      return type?.collection?.kind === 'map' ? differences(schema.values, type.collection.elementtype, `${path}{}`) : [`${path} must be a map`];
    case 'object':
      return named?.datatype ? differencesOfMembers(schema, named, path) : [`${path} must be a struct`];
    case 'string':
      return schema.enum === undefined ? same(type?.primitive, 'string', path)
        : same([...named?.members ?? []].map(({ name }) => name).sort().join(), schema.enum.filter(value => value !== NOT_GIVEN).map(asMember).sort().join(), path);
    case 'boolean':
      return same(type?.primitive, 'boolean', path);
    case 'integer':
    case 'number':
      return same(type?.primitive, 'number', path);
    default:
      return same(schema.type, 'any', path);
  }
}

/** How jsii spells a value as a member: `URLRewrite` as `URL_REWRITE`. */
function asMember(value: string): string { return value.replace(/([a-z])([A-Z])/g, '$1_$2').replace(/([A-Z])([A-Z][a-z])/g, '$1_$2').toUpperCase(); }

function same(is: string | undefined, expected: string, path: string): string[] {
  return is === expected ? [] : [`${path} must be ${expected}, is ${String(is)}`];
}

function differencesOfMembers(schema: Extract<Schema, { type: 'object' }>, struct: ApiType, path: string): string[] {
  const members = membersOf(struct, TYPES);
  const fields = Object.entries(schema.fields).filter(([name]) => !LEFT_OUT.includes(`${path}.${name}`));
  const names = new Set(fields.map(([name]) => name));
  return [
    ...members.filter(({ name }) => !names.has(name)).map(({ name }) => `${path}.${name} is no field`),
    ...fields.flatMap(([name, inner]) => {
      const member = members.find(candidate => candidate.name === name);
      if (member === undefined) { return [`${path}.${name} is missing`]; }
      const isOptional = schema.required?.includes(name) && member.optional ? [`${path}.${name} must be required`] : [];
      return [...isOptional, ...differences(inner, member.type, `${path}.${name}`)];
    }),
  ];
}

/** Kinds that there is a construct for. */
const TYPED = RESOURCE_KINDS.map((kind): [string, ResourceKind] => [nameOf(kind), kind]).filter(([kind]) => structNamed(`${kind}Spec`));

describe('The structs of a resource', () => {
  test('are there for every kind whose admission is known', () => {
    expect(RESOURCE_KINDS.map(nameOf).filter(kind => !structNamed(`${kind}Spec`))).toEqual([]);
  });

  test.each(TYPED)('%s have the fields of the API, one to one', (kind, { spec }) => {
    expect(differencesOfMembers(spec, structNamed(`${kind}Spec`)!, `${kind}Spec`)).toEqual([]);
  });
});
