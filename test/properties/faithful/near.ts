import { ACCOUNTS, METHODS } from './apps';
import { Ask, AskedToken } from './ask';
import { Access, Api, ApiRule, AppRecipe, Guardrail, isOfNeighbour, Issuer, METRICS_PATH, NEIGHBOUR, Op, Pods, siteOf, TRUST_DOMAIN, When, Who } from './recipe';

const MODULUS = 2_147_483_647;

/** Choices that follow from a number, so that a generated number is a generated request. */
export class Choices {
  private state: number;

  public constructor(seed: number) { this.state = 1 + seed % (MODULUS - 1); }

  /** Lehmer's generator; the high digits are the random ones. */
  public below(limit: number): number {
    this.state = this.state * 48_271 % MODULUS;
    return Math.floor(this.state / MODULUS * limit);
  }

  public of<T>(values: readonly T[]): T { return values[this.below(values.length)]; }
}

/** A request near what the app states: one that a statement is about, or one or two fields away from it. */
export function nearRequest(app: AppRecipe, choices: Choices): Ask {
  const changes = [0, 1, 1, 1, 2][choices.below(5)];
  let ask = choices.of(starts(app))(choices);
  for (let i = 0; i < changes; i++) { ask = choices.of(CHANGES)(ask, choices, app); }
  return reachable(app, ask);
}

/** Gateways are called from outside, and what no Service offers by the address of the pods. */
function reachable(app: AppRecipe, ask: Ask): Ask {
  if ('gateway' in ask.to) { return { ...ask, caller: undefined }; }
  const { to } = ask;
  const isUnserved = !SERVICE_PORTS.has(ask.port) || app.workloads.some(({ name, service }) => name === to.name && service === 'none');
  return isUnserved && to.by === 'service' ? { ...ask, to: { ...to, by: 'pod' } } : ask;
}

/** Container ports that every Service offers. */
const SERVICE_PORTS: ReadonlySet<number> = new Set([8080, 8081, 9000]);

type Start = (choices: Choices) => Ask;

function starts(app: AppRecipe): Start[] {
  const podsOf = (name: string) => app.workloads.find(pods => pods.name === name)!;
  return [
    ...app.accesses.map((access): Start => choices => accessRequest(app, access, podsOf(access.to), choices)),
    ...app.apis.flatMap((api): Start[] => [
      ...api.rules.map((rule): Start => choices => ruleRequest(app, api, rule, podsOf(api.to), choices)),
      ...api.publicOperations.map((op): Start => choices => ({ ...plain(app, podsOf(api.to), choices), ...operationFields(op, choices), ...passedOnBy(api.publicCallers ?? api.callers, choices) })),
      choices => preflight(app, api, podsOf(api.to), choices),
    ]),
    ...app.guardrails.map((guardrail): Start => choices => forbidden(app, guardrail, choices)),
    ...app.exceptions.flatMap(({ to, operations, networks }) => [1, 2].map((): Start => choices => ({
      ...plain(app, podsOf(to), choices),
      ...operations.length > 0 ? operationFields(choices.of(operations), choices) : {},
      caller: undefined,
      ip: choices.of(networks).replace('.0.0/16', '.0.9'),
    }))),
    choices => metrics(app, choices.of(app.workloads), choices),
    choices => plain(app, choices.of(app.workloads), choices),
    ...(app.mesh ? [(choices: Choices): Ask => ({ ...plain(app, app.workloads[0], choices), to: { gateway: choices.of(['open', 'closed']) }, port: 80, tokens: [] })] : []),
  ];
}

function plain(app: AppRecipe, { namespace, name, hasTwin }: Pods, choices: Choices): Ask {
  return {
    to: { namespace, name, by: choices.of(['service', 'service', 'pod', hasTwin ? 'twin' : 'pod']) },
    port: 8080,
    caller: 'nobody/knows',
    trustDomain: app.mesh?.trustDomain ?? TRUST_DOMAIN,
    http: { method: 'GET', path: '/', host: 'a.example', headers: {} },
    tokens: [],
    ip: '10.1.2.3',
    sni: 'api.example',
  };
}

function accessRequest(app: AppRecipe, { to, callers, operations, conditions }: Access, pods: Pods, choices: Choices): Ask {
  const ask = { ...plain(app, pods, choices), ...operationFields(choices.of(operations), choices), caller: callerOf(choices.of(callers), choices) };
  const api = app.apis.find(other => other.to === to);
  const claims = Object.assign({}, ...conditions.map(claimOf));
  const headers = Object.assign({}, ...conditions.map(headerOf));
  return { ...ask, http: ask.http && { ...ask.http, headers }, tokens: api && ask.http ? [tokenOf(choices.of(api.issuers), claims, choices)] : [] };
}

function ruleRequest(app: AppRecipe, { issuers, callers }: Api, rule: ApiRule, pods: Pods, choices: Choices): Ask {
  const issuer = choices.of(issuers.filter(one => !rule.issuers || rule.issuers.includes(one.issuer)));
  const claims = {
    ...Object.fromEntries(Object.entries(rule.claims ?? {}).map(([claim, values]) => [claim, choices.of([textOf(values[0]), ['other', textOf(values[values.length - 1])]])])),
    ...(rule.scopes ? { [issuer.scopeClaim]: choices.of([rule.scopes.join(' '), `more ${rule.scopes.join(' ')}`]) } : {}),
    ...(rule.nested ? { [rule.nested.claim[0]]: { [rule.nested.claim[1]]: rule.nested.values } } : {}),
  };
  const token = tokenOf(issuer, { ...claims, ...(rule.subjects ? { sub: rule.subjects[0] } : {}) }, choices);
  return {
    ...plain(app, pods, choices),
    ...operationFields(choices.of(rule.operations), choices),
    tokens: [token],
    ...passedOnBy(rule.callers ?? callers, choices),
  };
}

function passedOnBy(who: readonly Who[] | undefined, choices: Choices): Partial<Ask> { return who ? { caller: callerOf(choices.of(who), choices) } : {}; }

function preflight(app: AppRecipe, api: Api, pods: Pods, choices: Choices): Ask {
  const headers = { 'origin': api.preflight?.origins[0] ?? 'https://shop.example', 'access-control-request-method': 'POST' };
  const callers = [...api.preflight?.callers ?? api.callers ?? [], ...app.accesses.filter(({ to }) => to === api.to).flatMap(access => access.callers)];
  const ask = plain(app, pods, choices);
  return { ...ask, http: { ...ask.http!, method: 'OPTIONS', headers }, ...(callers.length > 0 ? { caller: callerOf(choices.of(callers), choices) } : {}) };
}

/** What it forbids, or says that only some may. */
function forbidden(app: AppRecipe, { to, law }: Guardrail, choices: Choices): Ask {
  const at = app.workloads.filter(pods => to === 'mesh' || ('workload' in to ? pods.name === to.workload : pods.namespace === to.namespace));
  const ask = plain(app, choices.of(at), choices);
  if ('noOperation' in law) { return { ...ask, ...operationFields(law.noOperation, choices), caller: choices.of(ACCOUNTS) }; }
  return { ...ask, caller: callerOf(choices.of('only' in law ? law.only : law.none), choices) };
}

function metrics(app: AppRecipe, pods: Pods, choices: Choices): Ask {
  const site = siteOf(app, pods.namespace)!;
  const ask = plain(app, pods, choices);
  const caller = site.metrics ? callerOf(choices.of(site.metrics.readers), choices) : 'monitoring/prometheus';
  return { ...ask, to: { namespace: pods.namespace, name: pods.name, by: 'pod' }, caller, port: site.metrics?.port ?? 9090, http: { ...ask.http!, path: METRICS_PATH } };
}

function operationFields(op: Op, choices: Choices): Partial<Ask> & Pick<Ask, 'port'> {
  if ('tcp' in op) { return { port: op.tcp, http: undefined }; }
  const path = choices.of(op.paths);
  const filled = path === '*' ? '/any' : textOf(path.replace('{*}', 's').replace('{**}', choices.of(['', 'r', 'r/s'])));
  const host = textOf(choices.of(op.hosts ?? ['a.example']));
  return { port: op.port ?? choices.of([8080, 8081]), http: { method: textOf(choices.of(op.methods)), path: filled, host, headers: {} } };
}

/** Text that fits a pattern. */
function textOf(pattern: string): string {
  if (pattern === '*') { return 'PUT'; }
  return pattern.startsWith('*') ? `${pattern.startsWith('*.html') ? '/' : ''}x${pattern.slice(1)}` : pattern.replace(/\*$/, 'x');
}

function callerOf(who: Who, choices: Choices): string | undefined {
  if ('account' in who) { return who.account; }
  if ('namespace' in who) { return `${who.namespace}/${choices.of(['web', 'other'])}`; }
  return who.all === 'anyone' ? choices.of([undefined, 'nobody/knows']) : 'nobody/knows';
}

function tokenOf(issuer: Issuer, claims: object, choices: Choices): AskedToken {
  return {
    at: choices.of(locations(issuer)),
    claims: { iss: issuer.issuer, aud: choices.of([issuer.audiences[0] ?? 'any', ['other', issuer.audiences[0] ?? 'any']]), ...(issuer.withoutSubject && choices.below(2) ? {} : { sub: 'me' }), ...claims },
    isValid: true,
  };
}

function locations({ cookie, param, header, dropsAuthorization }: Issuer): AskedToken['at'][] {
  const unset = cookie === undefined && param === undefined && header === undefined;
  return [
    ...(dropsAuthorization ? [] : [{}]),
    ...(cookie ? [{ cookie }] : []),
    ...(param ? [{ query: param }] : []),
    ...(header ? [{ header: header.name, prefix: header.prefix }] : []),
    ...(unset ? [{ query: 'access_token' }] : []),
  ];
}

function claimOf(when: When): object {
  if (!('claim' in when)) { return {}; }
  return when.claim.length === 1 ? { [when.claim[0]]: textOf(when.values[0]) } : { [when.claim[0]]: { [when.claim[1]]: [textOf(when.values[0])] } };
}

function headerOf(when: When): object { return 'header' in when ? { [when.header]: textOf(when.values[0]) } : {}; }

type Change = (ask: Ask, choices: Choices, app: AppRecipe) => Ask;

const onHttp = (change: (http: NonNullable<Ask['http']>, choices: Choices) => NonNullable<Ask['http']>): Change =>
  (ask, choices) => ask.http ? { ...ask, http: change(ask.http, choices) } : ask;
const onToken = (change: (token: AskedToken, choices: Choices) => AskedToken): Change =>
  (ask, choices) => ({ ...ask, tokens: ask.tokens.map(token => change(token, choices)) });
const onClaims = (change: (claims: { [claim: string]: unknown }, choices: Choices) => object): Change =>
  onToken((token, choices) => ({ ...token, claims: change({ ...token.claims }, choices) as AskedToken['claims'] }));

/** Spellings of a path that are, or are not, the same to a proxy. */
const SPELLINGS: readonly ((path: string) => string)[] = [
  path => `/${path}`,
  path => `/x/..${path}`,
  path => `${path}/`,
  path => `${path}/..`,
  path => path.replace('a', '%61'),
  path => path.replace('/a', '/A'),
  path => `${path}?q=/a`,
  path => path.replace(/\/(?=.)/, '/%2e/'),
  path => path.replace('/', '/%2f'),
  path => `${path};x`,
  path => `${path}/sub`,
  path => path.slice(0, -1) || '/',
  path => path.replace(/\/u\//, '/u//'),
];
const OTHER_PATHS = ['/', '/a', '/a/b', '/a/', '/x.html', '/u/', '/u/s', '/u/s/x', '/f', '/f/', '/f/r', METRICS_PATH, '/ab'];
const TOKEN_PLACES: readonly AskedToken['at'][] = [{}, { cookie: 'session' }, { query: 'token' }, { query: 'access_token' }, { header: 'x-token', prefix: 'Token ' }];

/** One field away. */
const CHANGES: readonly Change[] = [
  (ask, choices) => ({ ...ask, caller: choices.of(ACCOUNTS) }),
  (ask, choices) => ({ ...ask, caller: ask.caller && choices.of([`${ask.caller}x`, `x${ask.caller}`, ask.caller.replace(/\/.*/, '/other'), ask.caller.replace(/.*\//, 'other/')]) }),
  (ask, choices, app) => ({ ...ask, caller: choices.of(app.workloads.map(({ namespace, name }) => `${namespace}/${name}`)) }),
  ask => ({ ...ask, caller: ask.caller && (isOfNeighbour(ask.caller) ? ask.caller.split('@')[0] : `${ask.caller}@${NEIGHBOUR}`) }),
  ask => ({ ...ask, caller: undefined }),
  (ask, choices, app) => ({ ...ask, trustDomain: choices.of([...app.mesh?.aliases ?? [], TRUST_DOMAIN, 'prod.example', 'foreign.example']) }),
  (ask, choices) => ({ ...ask, port: choices.of([8080, 8081, 9000, 9090, 1234]) }),
  (ask, choices) => 'gateway' in ask.to ? { ...ask, to: { gateway: choices.of(['open', 'closed']) } } : { ...ask, to: { ...ask.to, by: choices.of(['service', 'pod']) } },
  (ask, choices, app) => ('gateway' in ask.to ? ask : { ...ask, to: elsewhere(choices.of(app.workloads), ask.to.by) }),
  ask => ({ ...ask, http: undefined, tokens: [] }),
  onHttp((http, choices) => ({ ...http, method: choices.of([...METHODS, 'PATCH', 'HEAD']) })),
  onHttp((http, choices) => ({ ...http, path: choices.of(SPELLINGS)(http.path) })),
  onHttp((http, choices) => ({ ...http, path: choices.of(SPELLINGS)(http.path) })),
  onHttp((http, choices) => ({ ...http, path: choices.of(OTHER_PATHS) })),
  onHttp((http, choices) => ({ ...http, host: choices.of(['a.example', 'A.Example', 'a.example:8080', 'a.example.', 'x.b.example', 'x.b.example:80', 'b.example', 'a.example.evil']) })),
  onHttp((http, choices) => ({ ...http, headers: choices.of<NonNullable<Ask['http']>['headers']>([{}, { 'x-tenant': 'acme' }, { 'x-tenant': 'globex' }, { 'x-tenant': 'acm' }, { 'x-b': '' }, { 'x-tenant': 'acme', 'x-b': 'y' }]) })),
  onHttp((http, choices) => ({ ...http, method: 'OPTIONS', headers: { origin: choices.of(['https://shop.example', 'https://evil.example']), ...(choices.below(3) ? { 'access-control-request-method': 'POST' } : {}) } })),
  (ask, choices) => ({ ...ask, ip: choices.of(['10.1.0.9', '10.2.0.1', '10.3.0.9', '192.0.2.1']) }),
  (ask, choices) => ({ ...ask, sni: choices.of(['', 'api.example', 'apix', 'outbound_.80_._.w0']) }),
  ask => ({ ...ask, tokens: [] }),
  onToken((token, choices) => ({ ...token, at: choices.of(TOKEN_PLACES) })),
  onToken(token => ({ ...token, isValid: false })),
  onClaims((claims, choices) => ({ ...claims, iss: choices.of(['https://one.example', 'https://two.example/', 'https://two.example', 'https://evil.example']) })),
  onClaims((claims, choices) => ({ ...claims, aud: choices.of<unknown>(['web', 'api', ['x', 'api'], 'other', undefined]) })),
  onClaims((claims, choices) => { const name = choices.of(Object.keys(claims)); return Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name || key === 'iss')); }),
  onClaims((claims, choices) => ({ ...claims, [choices.of(['role', 'team', 'scope', 'scp', 'sub'])]: choices.of<unknown>(['admin', 'a', 'dev1', ['a', 'admin'], true, 'read', 'write read', 'readwrite']) })),
];

type Pod = Exclude<Ask['to'], { readonly gateway: unknown }>;

function elsewhere({ namespace, name, hasTwin }: Pods, by: Pod['by']): Pod { return { namespace, name, by: by === 'twin' && !hasTwin ? 'pod' : by }; }
