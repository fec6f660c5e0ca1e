import { Condition, DataPlane, Operation } from 'cdk8s-zero-trust';
import { GuardrailIntent, GuardrailLaw } from '../../src/intent/guardrail-intent';
import { AccessIntent, JwtIntent } from '../../src/intent/intent';
import { JwtIssuer } from '../../src/intent/jwt-issuer';
import { OperationData } from '../../src/intent/operation-data';
import { PlaintextIntent } from '../../src/intent/plaintext-intent';
import { Shapes } from '../../src/validation/shape';
import { witnessesOf } from '../../src/validation/witnesses';
import { http, MESH, namespace, service, tcp, WAYPOINT, workload } from '../support/facts';

const WEB = { kind: 'serviceAccount', namespace: 'shop', name: 'web' } as const;
const ISSUER = JwtIssuer.of({ issuer: 'https://auth.example.com', audiences: ['api'] })._data;

function access(given: Partial<AccessIntent> = {}): AccessIntent {
  return {
    kind: 'access',
    mesh: MESH,
    namespace: namespace('shop'),
    target: workload([http(8080), tcp(9000)]),
    callers: [WEB],
    operations: [Operation.get('/api/*')._data],
    conditions: [],
    ...given,
  };
}

const API: JwtIntent = {
  kind: 'jwt',
  mesh: MESH,
  namespace: namespace('shop'),
  target: workload([http(8080)]),
  issuers: [ISSUER],
  ports: [],
  exemptCallers: [],
  publicCallers: [],
  rules: [{ issuers: [ISSUER.issuer], callers: [], operations: [Operation.get('/a')._data], scopes: ['read'], conditions: [] }],
  publicOperations: [Operation.get('/healthz')._data],
};

const NOTHING = { bystanders: [], accesses: [], openings: [], exceptions: [], sendersOf: () => [] };

const EXCEPTION: PlaintextIntent = {
  kind: 'plaintext',
  mesh: MESH,
  namespace: namespace('shop'),
  target: workload([http(8080), tcp(9000)]),
  operations: [Operation.anyHttp()._data],
  networks: ['128.0.0.0/1'],
};

/** That nobody may call what nobody states, at any port. */
const CLOSED = (...ports: string[]) => ports.flatMap(port => ['from a caller that nobody names', 'in plaintext'].map(who => `GET /zero-trust-witness on ${port} of 'shop/api' ${who} is refused`));

function told(...args: Parameters<typeof witnessesOf>): string[] { return witnessesOf(...args).map(({ text, outcome }) => `${text} ${outcome}`); }

describe('Witnesses', () => {
  test('of an access are what it promises, and what is one field away', () => {
    expect(told(access(), { ...NOTHING })).toEqual([
      "GET /api/zero-trust-witness on port 8080 of 'shop/api' from shop/web passes",
      "GET /api/zero-trust-witness on port 8080 of 'shop/api' from a caller that nobody names is refused",
      "GET /api/zero-trust-witness on port 8080 of 'shop/api' in plaintext is refused",
      "TRACE /api/zero-trust-witness on port 8080 of 'shop/api' from shop/web is refused",
      "GET /zero-trust-witness on port 8080 of 'shop/api' from shop/web is refused",
      "a connection on port 9000 of 'shop/api' from shop/web is refused",
      ...CLOSED('port 8080', 'port 9000', 'a port that nobody lists'),
    ]);
  });

  test('are of every operation and caller', () => {
    const intent = access({ callers: [WEB, { kind: 'namespace', namespace: 'ops' }], operations: [Operation.anyHttp()._data, Operation.tcp(9000)._data] });

    expect(told(intent, { ...NOTHING })).toEqual([
      "GET /zero-trust-witness on port 8080 of 'shop/api' from shop/web passes",
      "a connection on port 9000 of 'shop/api' from shop/web passes",
      "GET /zero-trust-witness on port 8080 of 'shop/api' from ops/* passes",
      ...CLOSED('port 8080', 'port 8080', 'port 9000', 'a port that nobody lists'),
    ]);
  });

  test('meet the conditions, and leave out one', () => {
    const intent = access({ conditions: [Condition.header('x-tenant', 'acme-*')._data, Condition.nestedClaim(['realm', 'roles'], 'admin')._data] });

    const HEADERS = { 'user-agent': ['zero-trust-witness'], 'x-tenant': ['acme-zero-trust-witness'] };
    const [promised, ...others] = witnessesOf(intent, { api: API, ...NOTHING });
    const [withoutHeader, withoutClaim] = others.slice(5);

    expect([promised, withoutHeader, withoutClaim].map(({ request }) => [request.http?.headers, request.tokens?.[0].claims?.realm])).toEqual([
      [HEADERS, { roles: 'admin' }], [{ 'user-agent': HEADERS['user-agent'] }, { roles: 'admin' }], [HEADERS, undefined],
    ]);
  });

  test('go to the Services of a waypoint, by their ports', () => {
    const intent = access({ namespace: WAYPOINT, target: workload([http(8080)], [service('api', { 80: 8080 }), service('pods', { 8080: 8080 }, { headless: true })]) });

    expect(witnessesOf(intent, { ...NOTHING })[0].request.destination).toEqual({ namespace: 'shop', service: 'api', port: 80 });
  });

  test('nothing is one field away from everyone', () => {
    const intent = access({ callers: [{ kind: 'anyone' }], operations: [Operation.anyHttp()._data, Operation.tcp(9000)._data] });

    expect(witnessesOf(intent, { ...NOTHING }).every(({ outcome }) => outcome === 'passes')).toBe(true);
  });

  test('of an API need their token', () => {
    expect(told(API, { ...NOTHING })).toEqual([
      "GET /a on port 8080 of 'shop/api' from a caller that nobody names, with a token of 'https://auth.example.com' passes",
      "GET /healthz on port 8080 of 'shop/api' from a caller that nobody names passes",
      "GET /a on port 8080 of 'shop/api' from a caller that nobody names is refused",
      "GET /a on port 8080 of 'shop/api' from a caller that nobody names, with a token of 'https://auth.example.com' is refused",
      "GET /a on port 8080 of 'shop/api' from a caller that nobody names, with a token of 'https://zero-trust-witness.invalid' is refused",
      "GET /a on port 8080 of 'shop/api' from a caller that nobody names, with a token of 'https://auth.example.com' is refused",
      ...CLOSED('port 8080', 'a port that nobody lists'),
    ]);
  });

  test.each<[string, JwtIntent['publicCallers'], string[]]>([
    ['somebody', [WEB], ['from a caller that nobody names is refused', 'in plaintext is refused']],
    ['every identity', [{ kind: 'anyAuthenticated' }], ['in plaintext is refused']],
    ['everyone', [{ kind: 'anyone' }], []],
  ])('of what is public for %s are those of nobody else', (_, publicCallers, refused) => {
    const [, promised, ...others] = told({ ...API, publicCallers }, NOTHING);

    expect(promised).toMatch(publicCallers[0] === WEB ? / from shop\/web passes$/ : / from .* passes$/);
    expect(others.filter(text => text.startsWith('GET /healthz'))).toEqual(refused.map(from => `GET /healthz on port 8080 of 'shop/api' ${from}`));
  });

  test('of an exception are plaintext that it opens, from elsewhere, for something else, at other ports, and a caller with an identity', () => {
    const exception: PlaintextIntent = { ...EXCEPTION, operations: [Operation.get('/metrics')._data, Operation.tcp(9000)._data], networks: ['10.0.0.0/8', '192.0.2.7'] };

    expect(told(exception, NOTHING)).toEqual([
      "GET /metrics on port 8080 of 'shop/api' in plaintext from 10.0.0.0/8 passes",
      "a connection on port 9000 of 'shop/api' in plaintext from 10.0.0.0/8 passes",
      "GET /metrics on port 8080 of 'shop/api' in plaintext from 192.0.2.7 passes",
      "GET /metrics on port 8080 of 'shop/api' in plaintext from 224.0.0.0 is forbidden",
      "GET /metrics on port 8080 of 'shop/api' in plaintext from 224.0.0.0 is forbidden",
      "TRACE /metrics on port 8080 of 'shop/api' in plaintext from 10.0.0.0/8 is forbidden",
      "GET /zero-trust-witness on port 8080 of 'shop/api' in plaintext from 10.0.0.0/8 is forbidden",
      "a connection on a port that nobody lists of 'shop/api' in plaintext from 10.0.0.0/8 is refused as plaintext",
      "GET /metrics on port 8080 of 'shop/api' from a caller that nobody names is refused",
    ]);
    expect(witnessesOf(exception, NOTHING)[4].request).toMatchObject({ source: { ip: '224.0.0.0' }, http: { headers: { 'x-forwarded-for': ['10.0.0.0'] } } });
  });

  test('beside an exception ask for plaintext from outside its networks', () => {
    const plaintext = witnessesOf(access(), { ...NOTHING, exceptions: [EXCEPTION] }).filter(({ text }) => text.includes('in plaintext'));

    expect(plaintext.map(({ request: { source } }) => source)).toEqual(plaintext.map(() => ({ ip: '0.0.0.0' })));
    expect(plaintext.length).toBeGreaterThan(2);
  });

  test('of a namespace with an exception ask for its port from elsewhere, and for all others as ever', () => {
    const bystanders = [{ name: 'api', namespace: 'shop', ports: [8080, 9000], openings: [], exceptions: [EXCEPTION] }];
    const plaintext = told({ kind: 'namespace', gateways: [], mesh: MESH, namespace: namespace('shop') }, { ...NOTHING, bystanders }).filter(text => text.includes('plaintext'));

    expect(plaintext).toEqual([
      "a plaintext connection from 0.0.0.0 to port 8080 of 'shop/api' is forbidden",
      "a plaintext connection to port 9000 of 'shop/api' is refused as plaintext",
    ]);
  });

  test('of a namespace are its metrics, plaintext and strangers', () => {
    const metrics = { readers: [WEB], ports: [9090], path: '/m' };
    const bystanders = [{ name: 'db', namespace: 'shop', labels: { app: 'db' }, ports: [5432], openings: [], exceptions: [] }];

    expect(told({ kind: 'namespace', gateways: [], mesh: MESH, namespace: namespace('shop', { metrics }) }, { ...NOTHING, bystanders })).toEqual([
      "metrics on port 9090 of 'shop/db', from shop/web passes",
      "a plaintext connection to port 5432 of 'shop/db' is refused as plaintext",
      "GET /zero-trust-witness on port 5432 of 'shop/db' from a caller that nobody names is refused",
      "GET /zero-trust-witness on a port that nobody lists of 'shop/db' from a caller that nobody names is refused",
    ]);
  });
});

describe('Witnesses of a guardrail', () => {
  const nobody = 'from a caller that nobody names';
  const place = (intent: Partial<GuardrailIntent>) => ({ mesh: MESH, namespace: namespace('shop'), target: workload([http(8080), tcp(9000)]), exempt: [], hasGateways: false, ...intent });
  const BESIDE = [{ name: 'db', namespace: 'shop', ports: [5432], openings: [], exceptions: [] }];
  const GET: OperationData = Operation.get('/a')._data;
  const NO_DELETE: OperationData = Operation.http({ methods: ['DELETE', 'PUT'], paths: ['*'], ports: [8080] })._data;
  const inNamespace = { target: undefined };

  test.each<[string, GuardrailLaw, Partial<GuardrailIntent>, string[]]>([
    ['only callers', { kind: 'only callers', callers: [WEB] }, {}, ['port 8080', 'port 9000', 'a port that nobody lists'].map(port => `GET /zero-trust-witness on ${port} of 'shop/api' ${nobody}`)
      .concat(['port 8080', 'port 9000', 'a port that nobody lists'].map(port => `GET /zero-trust-witness on ${port} of 'shop/api' in plaintext`))],
    ['only whoever has an identity', { kind: 'only callers', callers: [{ kind: 'anyAuthenticated' }] }, inNamespace, ["GET /zero-trust-witness on port 5432 of 'shop/db' in plaintext"]],
    ['forbidden callers', { kind: 'forbidden callers', callers: [WEB] }, inNamespace,
      ["GET /zero-trust-witness on port 5432 of 'shop/db' from shop/web", "GET /zero-trust-witness on port 5432 of 'shop/db' in plaintext"]],
    ['only operations', { kind: 'only operations', operations: [GET] }, {}, [
      ...['port 8080', 'port 9000', 'a port that nobody lists'].flatMap(port => [`GET /zero-trust-witness on ${port} of 'shop/api' ${nobody}`, `TRACE / on ${port} of 'shop/api' ${nobody}`]),
    ]],
    ['only a port', { kind: 'only operations', operations: [Operation.tcp(5432)._data] }, inNamespace, []],
    ['forbidden operations', { kind: 'forbidden operations', operations: [NO_DELETE] }, inNamespace,
      [`DELETE /zero-trust-witness on port 8080 of 'shop/db' ${nobody}`, `PUT /zero-trust-witness on port 8080 of 'shop/db' ${nobody}`]],
    ['forbidden callers of a gateway, at which nobody is asked', { kind: 'forbidden callers', callers: [WEB] }, { hasGateways: true }, []],
  ])('of %s', (_, law, intent, expected) => {
    expect(told({ kind: 'guardrail', ...place(intent), law }, { ...NOTHING, bystanders: BESIDE })).toEqual(expected.map(text => `${text} is refused`));
  });

  test('ask at the Services of a waypoint, and past it', () => {
    const target = workload([http(8080)], [service('api', { 80: 8080 })]);
    const witnesses = witnessesOf({ kind: 'guardrail', ...place({ namespace: WAYPOINT, target }), law: { kind: 'forbidden callers', callers: [WEB] } }, NOTHING);

    expect(witnesses.filter(({ request }) => request.source?.principal).map(({ request }) => request.destination)).toEqual([
      { namespace: 'shop', service: 'api', port: 80 }, { namespace: 'shop', workload: 'api', port: 8080 }, { namespace: 'shop', workload: 'api', port: 65535 },
    ]);
  });
});

describe('The shape of an intent', () => {
  const shapes = new Shapes();

  test.each<[string, Partial<AccessIntent>, boolean]>([
    ['other names and numbers', { callers: [{ ...WEB, name: 'other' }], operations: [Operation.get('/b/*')._data], target: workload([http(9090), tcp(1234)]) }, true],
    ['another form of a path', { operations: [Operation.get('/b')._data] }, false],
    ['any path', { operations: [Operation.get('*')._data] }, false],
    ['one path more', { operations: [Operation.get('/b/*', '/c/*')._data] }, false],
    ['another kind of caller', { callers: [{ kind: 'anyAuthenticated' }] }, false],
    ['another data plane', { namespace: namespace('shop', { dataPlane: DataPlane.AMBIENT }) }, false],
    ['another protocol', { target: workload([http(8080), http(9000)]) }, false],
    ['a condition', { conditions: [Condition.headerPresent('x')._data] }, false],
  ])('%s', (_, given, isSame) => {
    expect(shapes.of(access(given)) === shapes.of(access())).toBe(isSame);
  });

  test('tells an access behind an API', () => {
    expect(shapes.of(access(), API)).not.toBe(shapes.of(access()));
  });
});
