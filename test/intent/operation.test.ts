import { HttpOperationOptions, Operation } from 'cdk8s-zero-trust';

type Refusal = [name: string, value: string, message: string];

/** An operation that is right but for what is given. */
function http(options: object): Operation {
  return Operation.http({ methods: ['GET'], paths: ['/a'], ...options });
}

const PATHS: Refusal[] = [
  ['an empty path', '', "paths[0] must have a value, got ''; name them, as in ['/api/*'], or ask for any by ['*']"],
  ['a path without a leading slash', 'a', "paths[0] must begin with '/', got 'a'; did you mean '/a'?"],
  ['a prefix without a leading slash', 'a*', "paths[0] must begin with '/', got 'a*'; did you mean '/a/*'?"],
  ['FG-05: a prefix without a delimiter', '/a*', "paths[0] must have a '/' before its star, got '/a*', which also matches '/a-evil'; write both '/a' and '/a/*'"],
  ['FG-13: a star in the middle', '/a*b',
    "paths[0] must have at most one star, at its start or end, got '/a*b'; for one variable segment write '{*}', as in '/users/{*}/orders'"],
  ['FG-13: two stars', '*a*', "paths[0] must have at most one star, at its start or end, got '*a*'; for one variable segment write '{*}', as in '/users/{*}/orders'"],
  ['FG-16: a suffix without a delimiter', '*a', "paths[0] must have a '/' or '.' after its star, got '*a', which also matches any longer name; write '*/a'"],
  ['a query', '/a?x=1', "paths[0] must be a path without query, got '/a?x=1'; Istio compares the path only, leave out what follows '?' or '#'"],
  ['a fragment', '/a#b', "paths[0] must be a path without query, got '/a#b'; Istio compares the path only, leave out what follows '?' or '#'"],
  ['FG-19: a segment that proxies resolve', '/a/../b',
    "paths[0] must not have '.' or '..' segments, got '/a/../b'; proxies resolve them before they compare, write the resolved path"],
  ['FG-19: the same, escaped', '/a/%2e%2E/b',
    "paths[0] must not have '.' or '..' segments, got '/a/%2e%2E/b'; proxies resolve them before they compare, write the resolved path"],
  ['a blank', '/a b', "paths[0] must not contain ' ', got '/a b'; proxies compare the percent-encoded form, write '%20'"],
  ['a letter beyond ASCII', '/ä', "paths[0] must not contain 'ä', got '/ä'; proxies compare the percent-encoded form, write '%C3%A4'"],
  ['a backslash', '/a\\b', "paths[0] must not contain '\\', got '/a\\b'; proxies turn it into '/' before they compare"],
  ['an escape that is none', '/a%zz', "paths[0] must have valid percent-escapes, got '/a%zz'; write '%25' for a percent sign"],
  ['an escaped zero byte', '/a%00', "paths[0] must have valid percent-escapes, got '/a%00'; write '%25' for a percent sign"],
  ['an escaped letter', '/%61dmin', "paths[0] must not escape 'a', got '/%61dmin'; proxies decode it before they compare, write 'a'"],
  ['a template without a leading slash', 'a/{*}', "paths[0] must begin with '/', got 'a/{*}'; a proxy refuses a template without it"],
  ['a template that is one operator', '{**}', "paths[0] must begin with '/', got '{**}'; a proxy refuses a template without it"],
  ["'{**}' before the end", '/a/{**}/b', "paths[0] must have '{**}' as its last segment only, got '/a/{**}/b'; use '{*}' for one segment"],
  ['a named segment', '/a/{id}',
    "paths[0] must be a template of literal segments, '{*}' and a last '{**}', got '{id}' in '/a/{id}'; put an operator between two '/'"],
  ['an operator with text beside it', '/a/{*}x',
    "paths[0] must be a template of literal segments, '{*}' and a last '{**}', got '{*}x' in '/a/{*}x'; put an operator between two '/'"],
  ['FG-13: a star in a template', '/a/{*}/*',
    "paths[0] must be a template of literal segments, '{*}' and a last '{**}', got '*' in '/a/{*}/*'; put an operator between two '/'"],
  ['an empty segment in a template', '/a//{*}',
    "paths[0] must be a template of literal segments, '{*}' and a last '{**}', got '' in '/a//{*}'; put an operator between two '/'"],
];

const METHODS: Refusal[] = [
  ['FG-14: lower case', 'get', "methods[0] must be an upper-case HTTP method or '*', got 'get'; did you mean 'GET'? Methods are compared letter by letter"],
  ['an empty method', '', "methods[0] must have a value, got ''; name them, as in ['GET'], or ask for any by ['*']"],
  ['two methods in one', 'GET,POST', "methods[0] must be an HTTP method that proxies let pass or '*', got 'GET,POST'; give one method per entry, such as GET"],
  ['FG-13: a star behind letters', 'G*', "methods[0] must be an HTTP method that proxies let pass or '*', got 'G*'; give one method per entry, such as GET"],
  ['a method that is misspelt', 'GTE', "methods[0] must be an HTTP method that proxies let pass or '*', got 'GTE'; did you mean 'GET'?"],
  ['one that is misspelt, in lower case', 'delte', "methods[0] must be an HTTP method that proxies let pass or '*', got 'delte'; did you mean 'DELETE'?"],
  ['a method that proxies answer 400', 'FETCH-ALL', "methods[0] must be an HTTP method that proxies let pass or '*', got 'FETCH-ALL'; give one method per entry, such as GET"],
];

const HOSTS: Refusal[] = [
  ['an empty host', '', "hosts[0] must have a value, got ''; name a host, or leave hosts out to allow any"],
  ['any host', '*', "hosts[0] must name a host, got '*'; leave 'hosts' out to allow any"],
  ['FG-16: a suffix without a dot', '*example.com',
    "hosts[0] must have a '.' after its star, got '*example.com', which also matches 'evil-example.com'; did you mean '*.example.com'?"],
  ['FG-05: a prefix without a dot', 'exam*', "hosts[0] must have a '.' or ':' before its star, got 'exam*', which also matches longer names; write the whole host"],
  ['FG-13: a star in the middle', 'a*b', "hosts[0] must have at most one star, at its start or end, got 'a*b'; use one star, at the start or at the end"],
  ['an address', 'https://x', "hosts[0] must be a host name, got 'https://x'; leave out scheme and path"],
];

describe('Operation', () => {
  test.each(PATHS)('refuses %s in a path', (_, path, message) => {
    expect(() => http({ paths: [path] })).toThrow(new Error(message));
  });

  test.each(METHODS)('refuses %s in a method', (_, method, message) => {
    expect(() => http({ methods: [method] })).toThrow(new Error(message));
  });

  test.each(HOSTS)('refuses %s in a host', (_, host, message) => {
    expect(() => http({ hosts: [host] })).toThrow(new Error(message));
  });

  const undefinedProp = (prop: string) =>
    `Operation.http: '${prop}' must have a value where it is written, got 'undefined'; give it one, or leave it out on purpose`;
  const missing = (prop: string) => `Operation.http: '${prop}' must have a value, got 'undefined'; check the lookup or the setting that it comes from`;
  const noPorts = 'name a port that the workload listens on, or leave the list out for all that are declared HTTP';
  test.each<[object, string]>([
    [{ methods: [] }, "methods must have at least one entry, got '[]'; name them, as in ['GET'], or ask for any by ['*']"],
    [{ paths: [] }, "paths must have at least one entry, got '[]'; name them, as in ['/api/*'], or ask for any by ['*']"],
    [{ hosts: [] }, "hosts must have at least one entry, got '[]'; name a host, or leave hosts out to allow any"],
    [{ ports: [] }, `ports must have at least one entry, got '[]'; ${noPorts}`],
    [{ portNames: [] }, `portNames must have at least one entry, got '[]'; ${noPorts}`],
    [{ portNames: [''] }, `portNames[0] must have a value, got ''; ${noPorts}`],
    [{ methods: undefined }, missing('methods')],
    [{ paths: undefined }, missing('paths')],
    [{ hosts: undefined }, undefinedProp('hosts')],
    [{ ports: undefined }, undefinedProp('ports')],
    [{ portNames: undefined }, undefinedProp('portNames')],
    [{ ports: [0] }, "ports[0] must be a whole number from 1 to 65535, got '0'; give the port that the workload listens on"],
    [{ ports: ['8080'] }, "ports[0] must be a whole number from 1 to 65535, got '8080'; give the port that the workload listens on"],
    [{ methods: ['*', 'GET'] }, "methods must be either '*' alone or a list without it, got '[\"*\",\"GET\"]'; '*' already asks for any"],
    [{ paths: ['*', '/a'] }, "paths must be either '*' alone or a list without it, got '[\"*\",\"/a\"]'; '*' already asks for any"],
  ])('refuses FG-25: %j, which would widen the rule', (options, message) => {
    expect(() => http(options)).toThrow(new Error(message));
  });

  const grpcMethods = "name them, as in Operation.grpc('shop.v1.CartService', 'AddItem'), or ask for the whole service by '*'";
  const below = (path: string) => `path must be one path below '/' without what follows it, got '${path}'`;
  test.each<[string, () => Operation, string]>([
    ['a required list that is left out', () => Operation.http({ paths: ['/a'] } as unknown as HttpOperationOptions),
      "methods must have at least one entry, got 'undefined'; name them, as in ['GET'], or ask for any by ['*']"],
    ['no options', () => Operation.http(undefined as unknown as HttpOperationOptions), "Operation.http must be an object, got 'undefined'; give the members of HttpOperationOptions"],
    ['undefined ports of anyHttp', () => Operation.anyHttp({ ports: undefined as unknown as number[] }), undefinedProp('ports').replace('Operation.http', 'Operation.anyHttp')],
    ['no path', () => Operation.get(), "paths must have at least one entry, got '[]'; name them, as in ['/api/*'], or ask for any by ['*']"],
    ['an undefined path', () => Operation.post(undefined as unknown as string),
      "paths[0] must have a value, got 'undefined'; name them, as in ['/api/*'], or ask for any by ['*']"],
    ['an empty gRPC service', () => Operation.grpc(''),
      "service must be a gRPC service name such as 'shop.v1.CartService', got ''; give package and name as in the .proto file"],
    ['a gRPC service with a star', () => Operation.grpc('shop.*'),
      "service must be a gRPC service name such as 'shop.v1.CartService', got 'shop.*'; give package and name as in the .proto file"],
    ['an undefined gRPC method, which would be the whole service', () => Operation.grpc('shop.Cart', undefined as unknown as string),
      `methods[0] must have a value, got 'undefined'; ${grpcMethods}`],
    ['an empty gRPC method', () => Operation.grpc('shop.Cart', ''), `methods[0] must have a value, got ''; ${grpcMethods}`],
    ['no gRPC method, which would be the whole service', () => Operation.grpc('shop.Cart', ...[]), `methods must have at least one entry, got '[]'; ${grpcMethods}`],
    ['a gRPC method with a star', () => Operation.grpc('shop.Cart', 'Get*'), "methods[0] must be a gRPC method name such as 'AddItem', got 'Get*'; ask for the whole service by '*'"],
    ['all below a prefix', () => Operation.under('/pay/*'), `${below('/pay/*')}; did you mean '/pay'?`],
    ['all below a path that ends in a slash', () => Operation.under('/pay/'), `${below('/pay/')}; did you mean '/pay'?`],
    ['all below the rest of a path', () => Operation.under('/pay/{**}'), `${below('/pay/{**}')}; did you mean '/pay'?`],
    ['all below everything', () => Operation.under('/'), `${below('/')}; for every path use Operation.anyHttp`],
    ['all below no path', () => Operation.under(''), `${below('')}; for every path use Operation.anyHttp`],
    ['all below a prefix without delimiter', () => Operation.under('/pay*'), `${below('/pay*')}; did you mean '/pay'?`],
    ['FG-25: no method below a path', () => Operation.under('/pay', { methods: [] }), "methods must have at least one entry, got '[]'; name them, as in ['GET'], or ask for any by ['*']"],
    ['FG-25: an undefined method below a path', () => Operation.under('/pay', { methods: undefined }),
      "Operation.under: 'methods' must have a value where it is written, got 'undefined'; give it one, or leave it out on purpose"],
    ['a list in place of paths', () => Operation.get(['/a', '/b'] as unknown as string), 'paths[0] must be text without blanks around it, got \'["/a","/b"]\'; give each entry by itself, as in (…list)'],
    ['port 0', () => Operation.tcp(0), "port must be a whole number from 1 to 65535, got '0'; give the port that the workload listens on"],
    ['half a port', () => Operation.tcp(1.5), "port must be a whole number from 1 to 65535, got '1.5'; give the port that the workload listens on"],
    ['an empty port name', () => Operation.tcpNamed(''), "portName must be text without blanks around it, got ''; give the name of the container port"],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(new Error(message));
  });

  const GET = { kind: 'http', methods: ['GET'], paths: ['/a'], hosts: [], ports: [] };
  test.each<[string, () => Operation, object]>([
    ['FG-18: a prefix and its base, which it does not include', () => Operation.get('/a', '/a/*'), { ...GET, paths: ['/a', '/a/*'] }],
    ['a suffix', () => Operation.get('*.html', '*/health'), { ...GET, paths: ['*.html', '*/health'] }],
    ['templates', () => Operation.get('/u/{*}/orders', '/f/{**}'), { ...GET, paths: ['/u/{*}/orders', '/f/{**}'] }],
    ['escapes that proxies keep', () => Operation.get('/a%20b%2Fc'), { ...GET, paths: ['/a%20b%2Fc'] }],
    ['any path by name', () => Operation.get('*'), { ...GET, paths: ['*'] }],
    ['hosts with suffix and port', () => http({ hosts: ['a.example', '*.example', 'a.example:*'] }), { ...GET, hosts: ['a.example', '*.example', 'a.example:*'] }],
    ['ports by number and name', () => http({ ports: [8080], portNames: ['http'] }), { ...GET, ports: [8080, 'http'] }],
    ['a repeated path once', () => Operation.get('/a', '/a'), GET],
    ['head', () => Operation.head('/a'), { ...GET, methods: ['HEAD'] }],
    ['post', () => Operation.post('/a'), { ...GET, methods: ['POST'] }],
    ['put', () => Operation.put('/a'), { ...GET, methods: ['PUT'] }],
    ['patch', () => Operation.patch('/a'), { ...GET, methods: ['PATCH'] }],
    ['delete', () => Operation.delete('/a'), { ...GET, methods: ['DELETE'] }],
    ['options', () => Operation.options('/a'), { ...GET, methods: ['OPTIONS'] }],
    ['anyHttp', () => Operation.anyHttp(), { ...GET, methods: ['*'], paths: ['*'] }],
    ['a gRPC method', () => Operation.grpc('shop.v1.Cart', 'Add'), { ...GET, methods: ['POST'], paths: ['/shop.v1.Cart/Add'] }],
    ['gRPC methods', () => Operation.grpc('shop.v1.Cart', 'Add', 'Get'), { ...GET, methods: ['POST'], paths: ['/shop.v1.Cart/Add', '/shop.v1.Cart/Get'] }],
    ['a path and all below', () => Operation.under('/pay'), { ...GET, methods: ['*'], paths: ['/pay', '/pay/*'] }],
    ['the same of a template, a method, a host and a port', () => Operation.under('/u/{*}/x', { methods: ['GET'], hosts: ['a.example'], ports: [8080] }),
      { ...GET, paths: ['/u/{*}/x', '/u/{*}/x/{**}'], hosts: ['a.example'], ports: [8080] }],
    ['methods of WebDAV, and others that proxies let pass', () => http({ methods: ['PROPFIND', 'M-SEARCH', 'PURGE'] }), { ...GET, methods: ['PROPFIND', 'M-SEARCH', 'PURGE'] }],
    ['a whole gRPC service, by name', () => Operation.grpc('shop.v1.Cart', '*'), { ...GET, methods: ['POST'], paths: ['/shop.v1.Cart/*'] }],
    ['a TCP port', () => Operation.tcp(6379), { kind: 'tcp', port: 6379 }],
    ['a TCP port by name', () => Operation.tcpNamed('redis'), { kind: 'tcp', port: 'redis' }],
  ])('takes %s', (_, make, data) => {
    expect(make()._data).toEqual(data);
  });
});
