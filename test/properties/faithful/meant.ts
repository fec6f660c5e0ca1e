import { apiPorts } from './apps';
import { Ask, AskedToken } from './ask';
import { GATEWAYS } from './build';
import {
  Access, Api, ApiRule, AppRecipe, enforced, enforcement, exemptBy, Guardrail, hasSidecars, isGuarded, isOfNeighbour, Issuer, METRICS_PATH, Op, PlaintextAllowed, Pods, siteOf, TRUST_DOMAIN, When, Who,
} from './recipe';

/**
 * Whether a request is meant to pass: a direct reading of what an app states, in the words of the documentation. It knows nothing of Istio's
 * resources, of rendering or of evaluation.
 */
export function meant(app: AppRecipe, asked: Ask): boolean {
  const ask = asked.caller === undefined ? asked : { ...asked, ...whoCalls(app, asked.caller, asked.trustDomain) };
  if ('gateway' in ask.to) { return ask.port === GATEWAYS.port && ask.http !== undefined && (!app.mesh?.defaultDeny || ask.to.gateway === 'open'); }
  const { name, by } = ask.to;
  const pods = app.workloads.find(workload => workload.name === name)!;
  const isForbidden = app.guardrails.some(guardrail => forbids(app, guardrail, ask, pods));
  const exception = app.exceptions.find(({ to }) => to === name);
  if (exception && ask.caller === undefined && !(by === 'service' && pods.service === 'none')) { return !isForbidden && opens(app, exception, ask, pods); }
  if (!isConnected(app, ask, pods) || (by === 'service' && pods.service === 'none')) { return false; }
  if (isForbidden) { return false; }
  const place = enforcement(app, pods);
  if (place !== 'waypoint') { return atProxy(app, ask, pods, place); }
  // the pods behind a waypoint admit it alone, and who reads their metrics
  return goesPastWaypoint(app, ask) ? readsMetrics(app, ask, pods, 'ztunnel') : hasServicePort(ask.port) && atProxy(app, ask, pods, place);
}

/** Whether a request that passes is meant to be seen by an AUDIT: what a BreakGlass opens is, whoever else allows it. */
export function meantToBeSeen(app: AppRecipe, asked: Ask): boolean {
  if ('gateway' in asked.to || asked.caller === undefined) { return false; }
  const ask = { ...asked, ...whoCalls(app, asked.caller, asked.trustDomain) };
  const { name } = asked.to;
  const place = enforcement(app, app.workloads.find(workload => workload.name === name)!);
  return !(place === 'waypoint' && goesPastWaypoint(app, ask))
    && app.accesses.some(({ to, kind, callers, operations }) => to === name && kind === 'break glass' && isOneOf(callers, ask.caller) && operations.some(op => calls(op, ask, place, [8080, 8081])));
}

/** Whether a request to pods behind a waypoint does not go through it. */
export function goesPastWaypoint(app: AppRecipe, { to, caller }: Ask): boolean {
  return 'gateway' in to || to.by !== 'service' || caller === undefined || (!isOfNeighbour(caller) && hasSidecars(app, caller.split('/')[0]));
}

/** Whoever is of another mesh than the neighbour, which is accepted, is somebody whom nobody names. */
function whoCalls(app: AppRecipe, caller: string, ofAsk: string): Pick<Ask, 'caller' | 'trustDomain'> {
  const [, trustDomain = ofAsk] = caller.split('@');
  return { caller: isOfTheMesh(app, trustDomain) || isOfNeighbour(caller) ? caller : 'foreign domain/foreign account', trustDomain };
}

/** Of callers nobody in plaintext either, but where gateways must take it. Methods that are forbidden are seen, or nobody passes who could send one. */
function forbids(app: AppRecipe, guardrail: Guardrail, { caller, port, http }: Ask, pods: Pods): boolean {
  const { to, law, isDryRun } = guardrail;
  if (isDryRun || !isGuarded(pods, to)) { return false; }
  // a BreakGlass is one for its callers, whatever they call
  if (isOneOf(exemptBy(app, guardrail).flatMap(({ callers }) => callers), caller)) { return false; }
  if ('only' in law) { return !isOneOf(law.only, caller); }
  if ('none' in law) { return isOneOf(law.none, caller) || (caller === undefined && to !== 'mesh'); }
  return 'tcp' in law.noOperation ? port === law.noOperation.tcp : port === law.noOperation.port && http !== undefined && law.noOperation.methods.includes(http.method);
}

type Place = ReturnType<typeof enforcement>;

/** In plaintext nothing but what an exception says: past waypoints, without tokens. */
function opens(app: AppRecipe, { operations, networks }: PlaintextAllowed, ask: Ask, pods: Pods): boolean {
  const place = enforcement(app, pods) === 'sidecar' ? 'sidecar' : 'ztunnel';
  const speaksHttp = place === 'sidecar' && [8080, 8081].includes(ask.port) && pods.service !== 'none';
  const isInside = networks.some(network => network.endsWith('.0.0/16') ? ask.ip.startsWith(network.slice(0, -'0.0/16'.length)) : ask.ip === network);
  return isInside && !(speaksHttp && !ask.http) && (operations.length === 0 || operations.some(op => calls(op, ask, place, [8080, 8081])));
}

function hasServicePort(port: number): boolean { return [8080, 8081, 9000].includes(port); }

/** Mutual TLS is STRICT wherever a ZeroTrustNamespace or a ZeroTrustMesh is. */
function isConnected(app: AppRecipe, { caller, trustDomain }: Ask, pods: Pods): boolean {
  if (caller === undefined) { return !app.mesh && siteOf(app, pods.namespace)!.plane === 'bare'; }
  return isOfTheMesh(app, trustDomain) || isOfNeighbour(caller) || enforcement(app, pods) === 'ztunnel';
}

/** Identities are of the trust domain or an alias. ztunnel's handshake is not judged: there, one of another domain is somebody whom nobody names. */
function isOfTheMesh({ mesh }: AppRecipe, trustDomain: string): boolean {
  return [mesh?.trustDomain ?? TRUST_DOMAIN, ...mesh?.aliases ?? []].includes(trustDomain);
}

function atProxy(app: AppRecipe, ask: Ask, pods: Pods, place: Place): boolean {
  const api = app.apis.find(({ to }) => to === pods.name);
  const accesses = enforced(app).filter(({ to }) => to === pods.name);
  const speaksHttp = place !== 'ztunnel' && [8080, 8081].includes(ask.port) && pods.service !== 'none';
  if (speaksHttp && !ask.http) { return false; }
  const seesHttp = place !== 'ztunnel' && ask.http !== undefined && (speaksHttp || (ask.port !== 9000 || pods.service === 'none'));
  const token = api && seesHttp ? verify(api, ask) : undefined;
  if (token === 'bad') { return false; }
  if (api && seesHttp && !token?.isIdentity && needsToken(app, api, ask, pods)) { return false; }
  const isDenied = siteOf(app, pods.namespace)!.plane !== 'bare' || app.mesh?.defaultDeny || accesses.length > 0 || api !== undefined
    || app.exceptions.some(({ to }) => to === pods.name);
  return !isDenied
    || accesses.some(access => allowedByAccess(access, ask, place, token))
    || (place !== 'waypoint' && readsMetrics(app, ask, pods, place))
    || (api !== undefined && seesHttp && allowedByApi(app, api, ask, pods, token));
}

function allowedByAccess({ callers, operations, conditions }: Access, ask: Ask, place: Place, token: Verified | undefined): boolean {
  return isOneOf(callers, ask.caller) && operations.some(op => calls(op, ask, place, [8080, 8081])) && conditions.every(when => holds(when, ask, token));
}

/** Everything on the ports of an API needs a token, but what is public, preflights, exempt callers, and the metrics where they share a port. */
function needsToken(app: AppRecipe, api: Api, ask: Ask, pods: Pods): boolean {
  const ports = api.ports ?? apiPorts(app, pods);
  return ports.includes(ask.port) && !isPublic(api, ask, ports) && !isPreflightOf(api, ask)
    && !isOneOf(api.exempt, ask.caller) && !(enforcement(app, pods) === 'sidecar' && readsMetrics(app, ask, pods, 'sidecar'));
}

function allowedByApi(app: AppRecipe, api: Api, ask: Ask, pods: Pods, token: Verified | undefined): boolean {
  const ports = api.ports ?? apiPorts(app, pods);
  return isPublic(api, ask, ports)
    || (isPreflightOf(api, ask) && ports.includes(ask.port))
    || (token?.isIdentity === true && api.rules.some(rule => ruleHolds({ ...rule, callers: rule.callers ?? api.callers }, ask, token) && rule.operations.some(op => calls(op, ask, 'sidecar', ports))));
}

/** For those who are named, of the API where nobody else is. */
function isPublic({ publicOperations, publicCallers, callers }: Api, ask: Ask, ports: readonly number[]): boolean {
  return publicOperations.some(op => calls(op, ask, 'sidecar', ports)) && isOneOfAny(publicCallers ?? callers, ask.caller);
}

/** Where nobody is named, everybody may. */
function isOneOfAny(who: readonly Who[] | undefined, caller: string | undefined): boolean { return who === undefined || isOneOf(who, caller); }

function readsMetrics(app: AppRecipe, ask: Ask, pods: Pods, place: Place): boolean {
  const { metrics } = siteOf(app, pods.namespace)!;
  if (!metrics || metrics.port !== ask.port || !isOneOf(metrics.readers, ask.caller)) { return false; }
  return place === 'ztunnel' || (ask.http?.method === 'GET' && pathOf(ask.http.path) === METRICS_PATH);
}

function isOneOf(who: readonly Who[], caller: string | undefined): boolean {
  return who.some(one => {
    if ('all' in one) { return one.all === 'anyone' || caller !== undefined; }
    return 'account' in one ? one.account === caller : caller?.split('/')[0] === one.namespace && !isOfNeighbour(caller);
  });
}

/** Whether a request is one of an operation, offered on these ports where it names none. */
export function calls(op: Op, { port, http }: Ask, place: Place, httpPorts: readonly number[]): boolean {
  if ('tcp' in op) { return port === op.tcp; }
  if (!(op.port === undefined ? httpPorts : [op.port]).includes(port)) { return false; }
  if (place === 'ztunnel') { return true; } // asked for by name: every request
  if (!http) { return false; }
  const path = pathOf(http.path);
  return (op.methods.includes('*') || op.methods.includes(http.method)) && op.paths.some(pattern => pathFits(pattern, path))
    && (op.hosts === undefined || op.hosts.some(pattern => hostFits(pattern, http.host.toLowerCase())));
}

/** As proxies compare it: without query, dot segments resolved, plain letters unescaped, slashes kept. */
function pathOf(target: string): string {
  const unescaped = target.split('?')[0].replace(/%(2[dDeE]|5[fF]|7[eE]|3[0-9]|[46][1-9a-fA-F]|[57][0-9aA])/g, decodeURIComponent);
  return new URL(`http://h${unescaped}`).pathname;
}

function pathFits(pattern: string, path: string): boolean {
  if (!pattern.includes('{')) { return textFits(pattern, path); }
  const [wanted, got] = [pattern.split('/'), path.split('/')];
  const isRest = wanted[wanted.length - 1] === '{**}';
  return (isRest ? got.length >= wanted.length : got.length === wanted.length)
    && wanted.every((segment, i) => segment === '{**}' || (segment === '{*}' ? got[i] !== '' : segment === got[i]));
}

function hostFits(pattern: string, host: string): boolean {
  return pattern.startsWith('*') ? host.endsWith(pattern.slice(1)) : host.split(':')[0] === pattern;
}

/** Exact, `prefix*`, `*suffix`, or `*` for anything that is there. */
function textFits(pattern: string, value: string | undefined): boolean {
  if (value === undefined) { return false; }
  if (pattern.startsWith('*')) { return value.endsWith(pattern.slice(1)); }
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
}

/** Without a subject a token is no identity, unless that is accepted of its issuer. */
interface Verified { readonly issuer: Issuer; readonly claims: AskedToken['claims']; readonly isIdentity: boolean }

/** The one token of a request: good, bad, or none where nobody looks for it. Preflights are not looked at. */
function verify(api: Api, ask: Ask): Verified | 'bad' | undefined {
  const { origin, 'access-control-request-method': wants } = ask.http!.headers;
  if (ask.http!.method === 'OPTIONS' && origin && wants) { return undefined; }
  const [token] = ask.tokens;
  const readers = token ? api.issuers.filter(issuer => readsAt(issuer, token)) : [];
  if (!token || readers.length === 0) { return undefined; }
  const issuer = readers.find(one => one.issuer === token.claims.iss);
  const audience = [token.claims.aud ?? []].flat() as string[];
  const isText = token.claims.sub === undefined || typeof token.claims.sub === 'string';
  if (!issuer || !token.isValid || !isText || (issuer.audiences.length > 0 && !issuer.audiences.some(name => audience.includes(name)))) { return 'bad'; }
  return { issuer, claims: token.claims, isIdentity: token.claims.sub !== undefined || issuer.withoutSubject };
}

function readsAt({ cookie, param, header, dropsAuthorization }: Issuer, { at }: AskedToken): boolean {
  if (at.cookie !== undefined) { return at.cookie === cookie; }
  const unset = cookie === undefined && param === undefined && header === undefined;
  if (at.query !== undefined) { return at.query === (unset ? 'access_token' : param); }
  return at.header !== undefined ? at.header === header?.name && at.prefix === header.prefix : !dropsAuthorization;
}

function isPreflightOf({ preflight, callers }: Api, { http, caller }: Ask): boolean {
  return preflight !== undefined && http?.method === 'OPTIONS' && preflight.origins.includes(http.headers.origin) && http.headers['access-control-request-method'] !== undefined
    && isOneOfAny(preflight.callers ?? callers, caller);
}

function ruleHolds({ issuers, claims, scopes, subjects, nested, callers }: ApiRule, { caller }: Ask, { issuer, claims: has }: Verified): boolean {
  return (issuers === undefined || issuers.includes(issuer.issuer))
    && Object.entries(claims ?? {}).every(([claim, values]) => claimFits(has[claim], values))
    && (scopes ?? []).every(scope => splitAtBlanks(has[issuer.scopeClaim]).includes(scope))
    && (subjects === undefined || claimFits(has.sub, subjects))
    && (nested === undefined || claimFits(nestedClaim(has, nested.claim), nested.values))
    && isOneOfAny(callers, caller);
}

function claimFits(value: unknown, wanted: readonly string[]): boolean {
  return [value].flat().some(one => typeof one === 'string' && wanted.some(pattern => textFits(pattern, one)));
}

function splitAtBlanks(value: unknown): unknown[] { return typeof value === 'string' ? value.split(' ') : [value].flat(); }

function nestedClaim(claims: AskedToken['claims'], names: readonly string[]): unknown {
  return names.reduce<unknown>((at, name) => (at as { [name: string]: unknown } | undefined)?.[name], claims);
}

function holds(when: When, { http, ip, sni, caller }: Ask, token: Verified | undefined): boolean {
  if ('header' in when) { return when.values.some(pattern => pattern === '*' ? http?.headers[when.header] !== undefined : textFits(pattern, http?.headers[when.header])); }
  if ('claim' in when) { return claimFits(nestedClaim(token?.claims ?? {}, when.claim), when.values); }
  if ('sni' in when) { return caller !== undefined && textFits(when.sni, sni); }
  return ip.startsWith(when.sourceIp.split('.0.0/')[0] + '.');
}
