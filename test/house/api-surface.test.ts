import { ApiType, assembly, Member, Method } from '../support/assembly';

const TYPES = Object.values(assembly().types);

/** Everything that is part of the API, by name, such as `ServiceAccessProps.callers`. */
function members(type: ApiType): (Member & { readonly path: string })[] {
  return [...type.properties ?? [], ...type.methods ?? [], ...type.members ?? []].map(member => ({ ...member, path: `${type.name}.${member.name}` }));
}

/** Types that are mentioned anywhere below, each with where. */
function mentions(value: unknown, path: string, what: 'union' | 'any' | 'intersection'): string[] {
  if (value === null || typeof value !== 'object') { return []; }
  const here = what in value || (what === 'any' && (value as { primitive?: string }).primitive === 'any') ? [path] : [];
  return [...here, ...Object.entries(value).flatMap(([key, inner]) => key === 'docs' ? [] : mentions(inner, `${path}.${(inner as Member)?.name ?? key}`, what))];
}

/** Every method and constructor, with its path. */
function calls(type: ApiType): (Method & { readonly path: string })[] {
  return [...type.methods ?? [], ...type.initializer ? [{ ...type.initializer, name: 'new' }] : []].map(method => ({ ...method, path: `${type.name}.${method.name}` }));
}

/** The members of a class that each of its instances has, and that it does not inherit. */
function ownMembers({ properties = [], methods = [] }: ApiType): string[] {
  return [...properties, ...methods].filter(member => !member.static && !member.overrides).map(({ name }) => name);
}

/** Whether a type is a struct of this library with a required member, its own or one of those it extends. */
function asksForSomething(fqn: string | undefined): boolean {
  const type = TYPES.find(candidate => candidate.fqn === fqn);
  return type?.datatype === true && (type.properties?.some(({ optional }) => !optional) || (type.interfaces ?? []).some(asksForSomething));
}

/** What cannot be the name of a parameter or member in Python, in its spelling there. */
const PYTHON_KEYWORDS = new Set(`False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda
  nonlocal not or pass raise return try while with yield`.split(/\s+/));

/** `ipBlocks` as `ip_blocks`. */
function inPython(name: string): string { return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`); }

const isConstruct = (type: ApiType) => type.kind === 'class' && ['constructs.Construct', 'cdk8s.ApiObject'].includes(type.base!);

describe('The API', () => {
  test('is found', () => {
    expect(TYPES.map(({ name }) => name)).toEqual(expect.arrayContaining(['ServiceAccess', 'ServiceAccessProps', 'Principal', 'DataPlane']));
  });

  test.each(['union', 'intersection'] as const)('has no %s', what => {
    expect(TYPES.flatMap(type => mentions(type, type.name, what))).toEqual([]);
  });

  test('has any only for what has any shape: manifests of all kinds, the claims of a token, the values of a chart of Helm, and Envoy\'s configuration', () => {
    expect(TYPES.flatMap(type => mentions(type, type.name, 'any'))).toEqual([
      'EnvoyFilterPatch.properties.value.type.collection.elementtype',
      'MeshCertificateAuthority.methods.ztunnelHelmValues.returns.type.collection.elementtype',
      'PolicySet.methods.fromManifests.parameters.manifests.type.collection.elementtype',
      'RequestToken.properties.claims.type.collection.elementtype',
      'ZeroTrustMesh.methods.helmValues.returns.type.collection.elementtype',
    ]);
  });

  test('has a summary on every type', () => {
    expect(TYPES.filter(({ docs }) => !docs?.summary).map(({ name }) => name)).toEqual([]);
  });

  test('has a summary on every member', () => {
    expect(TYPES.flatMap(members).filter(({ docs, overrides }) => !docs?.summary && !overrides).map(({ path }) => path)).toEqual([]);
  });

  test('says the default of every optional prop', () => {
    const props = TYPES.filter(({ datatype }) => datatype).flatMap(members);

    expect(props.filter(({ optional, docs }) => optional && !docs?.default).map(({ path }) => path)).toEqual([]);
  });

  test('shows an example of every construct', () => {
    expect(TYPES.filter(isConstruct).filter(({ docs }) => !docs?.example).map(({ name }) => name)).toEqual([]);
  });

  test('has constructs that are made of a scope, an id and props', () => {
    expect(TYPES.filter(isConstruct).map(({ name, initializer }) => [name, initializer?.parameters?.map(parameter => parameter.name)]))
      .toEqual(TYPES.filter(isConstruct).map(({ name }) => [name, ['scope', 'id', 'props']]));
  });

  test('has no optional last struct with a required member, which Python would ask for in every call', () => {
    const last = TYPES.flatMap(calls).flatMap(({ path, parameters = [] }) => parameters.slice(-1).map(parameter => ({ ...parameter, path })));

    expect(last.filter(({ optional, type }) => optional && asksForSomething(type?.fqn)).map(({ path }) => path)).toEqual([]);
  });

  test('has no name that is a keyword of Python, but for the fields of Istio and of the Gateway API', () => {
    const parameters = TYPES.flatMap(calls).flatMap(({ path, parameters: all = [] }) => all.map(({ name }) => ({ name, path: `${path}.${name}` })));

    expect([...TYPES.flatMap(members), ...parameters].filter(({ name }) => PYTHON_KEYWORDS.has(inPython(name))).map(({ path }) => path))
      .toEqual(['AuthorizationRule.from', 'ListenerNamespaces.from', 'LocalityDistribution.from', 'LocalityFailover.from', 'RouteNamespaces.from']);
  });

  test('has a member in every class that no other class has, by which Go tells them apart', () => {
    const classes = TYPES.filter(({ kind }) => kind === 'class');
    const alike = classes.filter(type => ownMembers(type).every(name => classes.some(other => other !== type && ownMembers(other).includes(name))));

    expect(alike.map(({ name }) => name)).toEqual([]);
  });

  test('keeps what is internal to itself', () => {
    expect(TYPES.flatMap(members).filter(({ name }) => name.startsWith('_')).map(({ path }) => path)).toEqual([]);
  });
});
