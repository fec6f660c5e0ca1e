import { Arbitrary, array, boolean, constant, constantFrom, integer, oneof, option, record, subarray, tuple, uniqueArray } from 'fast-check';
import { DrawnGuardrail, fitGuardrail, withoutContradictions } from './guardrails';
import {
  Access, Api, ApiRule, AppRecipe, enforcement, hasSidecars, isOfNeighbour, Issuer, NEIGHBOUR, Op, PlaintextAllowed, Pods, Site, siteOf, When, Who,
} from './recipe';

const NAMESPACES = ['a', 'b', 'c'];
export const ACCOUNTS = ['elsewhere/web', 'edge/gateway', 'ops/cron', 'monitoring/prometheus'];
/** Who breaks the glass does nothing else. */
const EMERGENCY = 'ops/sos';
export const PATHS = ['/', '/a', '/a/*', '*.html', '/u/{*}', '/u/{*}/x', '/f/{**}', '*'];
export const METHODS = ['GET', 'POST', 'OPTIONS', 'DELETE'];

/** One or more, in one list. */
const some = <T>(of: Arbitrary<T>, maxLength: number): Arbitrary<T[]> => array(of, { minLength: 1, maxLength });
const someOf = <T>(...values: T[]): Arbitrary<T[]> => subarray(values, { minLength: 1, maxLength: Math.min(2, values.length) });

const account = constantFrom(...ACCOUNTS, 'a/w0', 'b/w1', 'c/w2', `elsewhere/web@${NEIGHBOUR}`, `a/w0@${NEIGHBOUR}`).map((name): Who => ({ account: name }));
const named: Arbitrary<Who> = oneof({ weight: 4, arbitrary: account }, { weight: 1, arbitrary: constantFrom('elsewhere', 'a', 'b').map(namespace => ({ namespace })) });
const whom: Arbitrary<Who[]> = oneof(
  { weight: 8, arbitrary: some(named, 3) },
  { weight: 1, arbitrary: constantFrom<Who[]>([{ all: 'authenticated' }], [{ all: 'anyone' }]) },
);

const paths = oneof({ weight: 5, arbitrary: someOf(...PATHS.filter(path => path !== '*')) }, { weight: 1, arbitrary: constant(['*']) });
const methods = oneof({ weight: 5, arbitrary: someOf(...METHODS) }, { weight: 1, arbitrary: constant(['*']) });
const http: Arbitrary<Op> = record({ methods, paths, hosts: someOf('a.example', '*.b.example'), port: constantFrom(8080, 8081) }, { requiredKeys: ['methods', 'paths'] });
const anyHttp: Op = { methods: ['*'], paths: ['*'] };
const tcp: Op = { tcp: 9000 };

const headers: Arbitrary<When> = constantFrom<When>({ header: 'x-tenant', values: ['acme', 'glob*'] }, { header: 'x-b', values: ['*'] });
const claims: Arbitrary<When> = constantFrom<When>({ claim: ['role'], values: ['admin', 'dev*'] }, { claim: ['realm', 'roles'], values: ['x'] });

const issuer = (name: string): Arbitrary<Issuer> => record({
  issuer: constant(name),
  audiences: constantFrom<string[]>(['api'], ['api', 'web'], []),
  cookie: constant('session'),
  param: constant('token'),
  header: constant({ name: 'x-token', prefix: 'Token ' }),
  dropsAuthorization: boolean(),
  scopeClaim: constantFrom('scope', 'scp'),
  withoutSubject: boolean(),
}, { requiredKeys: ['issuer', 'audiences', 'dropsAuthorization', 'scopeClaim', 'withoutSubject'] })
  .map(made => made.cookie ?? made.param ?? made.header ? made : { ...made, dropsAuthorization: false });

const rule: Arbitrary<ApiRule> = record({
  operations: some(http, 2),
  issuers: constant(['https://one.example']),
  claims: constantFrom<NonNullable<ApiRule['claims']>>({ role: ['admin'] }, { role: ['admin', 'dev*'], team: ['a'] }),
  scopes: someOf('read', 'write'),
  subjects: someOf('me', 'you'),
  nested: constant({ claim: ['realm', 'roles'], values: ['x'] }),
  callers: some(named, 2),
  anyToken: constant(true),
}, { requiredKeys: ['operations'] });

const api: Arbitrary<Omit<Api, 'to'>> = record({
  issuers: tuple(issuer('https://one.example'), option(issuer('https://two.example/'))).map(([one, two]) => two ? [one, two] : [one]),
  rules: some(rule, 3),
  publicOperations: array(http, { maxLength: 2 }),
  callers: whom,
  publicCallers: whom,
  exempt: array(named, { maxLength: 2 }),
  preflight: record({ origins: constant(['https://shop.example']), callers: some(named, 2) }, { requiredKeys: ['origins'] }),
  ports: constantFrom([8080], [8080, 8081]),
}, { requiredKeys: ['issuers', 'rules', 'publicOperations', 'exempt'] });

const access = record({
  target: integer({ min: 0, max: 3 }),
  callers: whom,
  operations: some(oneof({ weight: 4, arbitrary: http }, { weight: 1, arbitrary: constant(anyHttp) }), 2),
  withTcp: boolean(),
  headers: array(headers, { maxLength: 1 }),
  claims: array(claims, { maxLength: 1 }),
  sourceIp: option(constant<When>({ sourceIp: '10.1.0.0/16' }), { freq: 5 }),
  sni: option(constant<When>({ sni: 'api.*' }), { freq: 8 }),
  kind: constantFrom<Access['kind']>(undefined, undefined, undefined, 'dry run', 'break glass', 'break glass'),
});

const site: Arbitrary<Site> = record({
  name: constantFrom(...NAMESPACES),
  plane: constantFrom<Site['plane']>('sidecar', 'sidecar', 'bare', 'ambient', 'waypoint', 'waypoint'),
  metrics: record({ readers: some(oneof({ weight: 3, arbitrary: constant<Who>({ account: 'monitoring/prometheus' }) }, { weight: 1, arbitrary: named }), 2), port: constantFrom(9090, 8080) }),
}, { requiredKeys: ['name', 'plane'] });

const exception = record({
  target: integer({ min: 0, max: 3 }),
  operations: some(oneof({ weight: 3, arbitrary: http }, { weight: 1, arbitrary: constant(anyHttp) }), 2),
  withTcp: boolean(),
  isWhole: integer({ min: 0, max: 3 }).map(drawn => drawn === 0),
  networks: someOf('10.1.0.0/16', '10.3.0.0/16', '192.0.2.1'),
});

const mesh = record({ trustDomain: constantFrom('prod.example', 'cluster.local'), aliases: constantFrom<string[]>([], ['old.example']), defaultDeny: boolean() });

const guardrail: Arbitrary<DrawnGuardrail> = record({
  target: integer({ min: 0, max: 3 }),
  scope: constantFrom<'workload' | 'namespace' | 'mesh'>('workload', 'workload', 'namespace', 'mesh'),
  kind: constantFrom<'only' | 'none' | 'noOperation'>('only', 'none', 'noOperation'),
  callers: some(oneof({ weight: 5, arbitrary: named }, { weight: 1, arbitrary: constant<Who>({ account: EMERGENCY }) }), 3),
  operation: constantFrom<Op>({ methods: ['PATCH'], paths: ['*'], port: 8081 }, tcp),
  isDryRun: integer({ min: 0, max: 3 }).map(drawn => drawn === 0),
  exempts: boolean(),
});

/** Apps that are right: whatever is drawn is fitted to what its place can enforce. */
export const apps: Arbitrary<AppRecipe> = record({
  mesh: option(mesh, { freq: 3 }),
  sites: uniqueArray(site, { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
  services: array(constantFrom<Pods['service']>('cluster', 'cluster', 'cluster', 'headless', 'opted-out', 'none'), { minLength: 1, maxLength: 4 }),
  twins: array(boolean(), { minLength: 4, maxLength: 4 }),
  ownWaypoints: array(boolean(), { minLength: 4, maxLength: 4 }),
  accesses: array(access, { maxLength: 4 }),
  apis: array(tuple(integer({ min: 0, max: 3 }), api), { maxLength: 2 }),
  guardrails: array(guardrail, { maxLength: 2 }),
  exception: option(exception, { freq: 3 }),
}).map(drawn => {
  const workloads = drawn.services.map((service, i): Pods => ({ name: `w${i}`, namespace: drawn.sites[i % drawn.sites.length].name, service, hasTwin: drawn.twins[i], hasOwnWaypoint: drawn.ownWaypoints[i] }));
  const bare: AppRecipe = { mesh: drawn.mesh ?? undefined, sites: drawn.sites.map(withoutLooseMetrics), workloads, accesses: [], apis: [], exceptions: [], guardrails: [] };
  const apis = new Map(drawn.apis.flatMap(([index, made]): [string, Api][] => fitApi(bare, workloads[index % workloads.length], drawn.mesh ? made : withUsualScopes(made))));
  const targetOf = ({ target }: { readonly target: number }) => workloads[target % workloads.length];
  const stated = {
    ...bare,
    apis: [...apis.values()],
    accesses: fitKinds(bare, drawn.accesses.map(one => fitAccess(bare, targetOf(one), one, apis)), apis),
    // the day by which it is judged comes from the mesh
    exceptions: drawn.exception && drawn.mesh ? fitException(bare, targetOf(drawn.exception), drawn.exception, apis) : [],
  };
  return { ...stated, guardrails: withoutContradictions(stated, drawn.guardrails.flatMap(one => fitGuardrail(stated, targetOf(one), one))) };
});

/** Where no version of Istio is stated, only the usual claim holds scopes. */
function withUsualScopes(made: Omit<Api, 'to'>): Omit<Api, 'to'> {
  return { ...made, issuers: made.issuers.map(one => ({ ...one, scopeClaim: 'scope' })) };
}

/** A bare namespace has nobody who would let metrics be read. */
function withoutLooseMetrics(made: Site): Site { return made.plane === 'bare' ? { name: made.name, plane: made.plane } : made; }

function fitApi(app: AppRecipe, pods: Pods, made: Omit<Api, 'to'>): [string, Api][] {
  const place = enforcement(app, pods);
  if (place === 'ztunnel' || pods.service === 'none') { return []; }
  const ports = made.ports ?? apiPorts(app, pods);
  const placed = (op: Op): Op => 'tcp' in op || op.port === undefined || ports.includes(op.port) ? op : { ...op, port: ports[0] };
  const fit = (callers: readonly Who[]) => callable(app, pods, callers);
  const rules = made.rules.map(one => ({ ...one, operations: one.operations.map(placed), ...(one.callers ? { callers: fit(one.callers) } : {}) }));
  // what is public must leave something that is not
  const publicOperations = made.publicOperations.map(placed).filter(op => 'paths' in op && (!op.paths.includes('*') || !op.methods.includes('*'))).map(alike).slice(0, made.preflight ? 1 : 2);
  const preflight = made.preflight && { ...made.preflight, ...(made.preflight.callers ? { callers: fit(made.preflight.callers) } : {}) };
  const callers = made.callers && fit(made.callers);
  const publicCallers = made.publicCallers && fit(made.publicCallers);
  return [[pods.name, { ...made, to: pods.name, callers, publicCallers, rules, publicOperations, exempt: made.exempt.length === 0 ? [] : fit(made.exempt), preflight }]];
}

/** Public operations that differ in everything would take too many rules to close the rest: the library says so. */
function alike(op: Op, index: number): Op { return 'tcp' in op || index === 0 ? op : { methods: op.methods, paths: op.paths }; }

/** The HTTP ports but the metrics port. */
export function apiPorts(app: AppRecipe, pods: Pods): number[] {
  const metrics = app.sites.find(({ name }) => name === pods.namespace)?.metrics?.port;
  return [8080, 8081].filter(port => port !== metrics);
}

/** Clients with sidecars cannot call through a waypoint, nor pods of an ambient namespace by a headless Service: the library says so. */
function callable(app: AppRecipe, pods: Pods, callers: readonly Who[]): readonly Who[] {
  const place = enforcement(app, pods);
  if (place === 'sidecar' || (place === 'ztunnel' && pods.service !== 'headless')) { return callers; }
  const fitting = callers.filter(who => 'all' in who || ('account' in who && isOfNeighbour(who.account)) || !hasSidecars(app, 'account' in who ? who.account.split('/')[0] : who.namespace));
  return fitting.length > 0 ? fitting : [{ account: ACCOUNTS[0] }];
}

type DrawnAccess = typeof access extends Arbitrary<infer T> ? T : never;

function fitAccess(app: AppRecipe, pods: Pods, drawn: DrawnAccess, apis: ReadonlyMap<string, Api>): Access {
  const place = enforcement(app, pods);
  const callers = callable(app, pods, drawn.callers);
  const { kind } = drawn;
  if (pods.service === 'none' || place === 'ztunnel') {
    const operations = pods.service !== 'none' && !drawn.withTcp ? [anyHttp] : [tcp];
    return { to: pods.name, callers, operations, conditions: drawn.sourceIp ? [drawn.sourceIp] : [], kind };
  }
  const conditions = [...drawn.headers, ...(apis.has(pods.name) ? drawn.claims : []), ...(drawn.sni && (place === 'sidecar' || app.mesh) ? [drawn.sni] : []), ...(drawn.sourceIp && place === 'sidecar' ? [drawn.sourceIp] : [])];
  const needsHttp = conditions.some(condition => 'header' in condition || 'claim' in condition);
  return { to: pods.name, callers, operations: [...drawn.operations, ...(drawn.withTcp && !needsHttp ? [tcp] : [])], conditions, kind };
}

/** Neither is for ztunnel. A dry run needs something beside it that denies, a BreakGlass a day by which it is judged and callers that are accounts of their own. */
function fitKinds(app: AppRecipe, accesses: readonly Access[], apis: ReadonlyMap<string, Api>): Access[] {
  const placed = accesses.map((one): Access => {
    const pods = app.workloads.find(({ name }) => name === one.to)!;
    const accounts = one.callers.filter(who => 'account' in who);
    const isPossible = enforcement(app, pods) !== 'ztunnel' && (one.kind !== 'break glass' || (app.mesh !== undefined && accounts.length > 0));
    if (!isPossible) { return { ...one, kind: undefined }; }
    return one.kind === 'break glass' ? { ...one, callers: emergencies(accounts), conditions: [] } : one;
  });
  return placed.map(one => {
    const { plane } = siteOf(app, app.workloads.find(({ name }) => name === one.to)!.namespace)!;
    const isClosed = plane !== 'bare' || app.mesh?.defaultDeny === true || apis.has(one.to) || placed.some(({ to, kind }) => to === one.to && kind !== 'dry run');
    return one.kind === 'dry run' && !isClosed ? { ...one, kind: undefined } : one;
  });
}

function emergencies(accounts: readonly Who[]): Who[] {
  const names = accounts.map(who => 'account' in who && isOfNeighbour(who.account) ? `${EMERGENCY}@${NEIGHBOUR}` : EMERGENCY);
  return [...new Set(names)].map(name => ({ account: name }));
}

type DrawnException = typeof exception extends Arbitrary<infer T> ? T : never;

/** Where tokens are asked for, plaintext has none to show: the library says so. Without sidecars ports are all that is seen. */
function fitException(app: AppRecipe, pods: Pods, { operations, withTcp, isWhole, networks }: DrawnException, apis: ReadonlyMap<string, Api>): PlaintextAllowed[] {
  const guarding = apis.get(pods.name);
  const asked = guarding ? guarding.ports ?? apiPorts(app, pods) : [];
  if (isWhole) { return guarding ? [] : [{ to: pods.name, operations: [], networks }]; }
  const free = [8080, 8081].filter(port => !asked.includes(port));
  const placed = operations.flatMap((op): Op[] => 'tcp' in op || free.length === 0 ? [] : [{ ...op, port: op.port !== undefined && free.includes(op.port) ? op.port : free[0] }]);
  const seesHttp = enforcement(app, pods) === 'sidecar';
  const requests = pods.service === 'none' ? [] : seesHttp ? placed : placed.map((op): Op => ({ ...anyHttp, ...('port' in op ? { port: op.port } : {}) }));
  const all = [...requests, ...(withTcp || requests.length === 0 ? [tcp] : [])];
  return [{ to: pods.name, operations: all, networks }];
}
