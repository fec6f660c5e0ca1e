import { Draft } from './draft';
import { AskedPrincipals, namesSubjects, principalsAsked, tokenConditionOf, tokenMeeting } from './opening-tokens';
import { sampleOf, samplePath, STRANGER, TokenIssuer, UNNAMED } from './samples';
import { Caller } from '../intent/caller';
import { ConditionData } from '../intent/condition';
import { MeshFacts } from '../intent/mesh';
import {
  AuthorizationCondition, AuthorizationOperation, AuthorizationPolicyAction, AuthorizationPolicySpec, AuthorizationRule, AuthorizationRuleFrom,
  AuthorizationRuleTo, AuthorizationSource,
} from '../istio/authorization-policy';
import { oneOfEach } from '../util/grouped';
import { addressOf, blockBits, freeBelow } from '../util/ip';

/** A request that a rule lets in from callers whom nobody names, made of the values of the rule. */
export interface Opening extends Omit<Draft, 'port' | 'sender' | 'token'> {
  /** The ports that the rule is for, as the proxy numbers them; none for all. */
  readonly ports: readonly number[];
  /** Ports that it is not for. */
  readonly notPorts: readonly number[];
  /** Patterns of hosts that it is for; none for all. */
  readonly hosts: readonly string[];
  /** Patterns of hosts that it is not for. */
  readonly notHosts: readonly string[];
  /** Whether the rule asks for a token. */
  readonly needsToken: boolean;
  /** Of whom, if it does. */
  readonly principals: AskedPrincipals;
  /** Whose tokens are verified, as others say than the intent that is put to the test. */
  readonly issuers: readonly TokenIssuer[];
}

/** What a policy is read beside: the mesh, and whose tokens others have verified. */
interface Around {
  readonly mesh: MeshFacts;
  readonly issuers: readonly TokenIssuer[];
}

/** The tokens with which a rule may let a request in, of its own issuers and of others: each that has what it asks for, and where it asks for none also no token at all. */
export function tokensOf({ needsToken, principals, conditions, issuers }: Opening, others: readonly TokenIssuer[]): Draft['token'][] {
  return [...needsToken ? [] : [undefined], ...[...others, ...issuers].flatMap(issuer => tokenMeeting(principals, conditions, issuer) ?? [])];
}

/**
 * Of each rule of an ALLOW policy requests that have each of its values once: of `from: namespaces [a]`, `to: methods [POST]` a POST by a
 * service account of `a` that nobody names. None of a rule that names its callers by service account, or the subjects of its tokens.
 */
export function openingsOf({ action = AuthorizationPolicyAction.ALLOW, rules = [] }: AuthorizationPolicySpec, { mesh, issuers }: Around): Opening[] {
  const allowed = action === AuthorizationPolicyAction.ALLOW ? rules : [];
  return allowed.flatMap(rule => openingsOfRule(rule, mesh)).map(opening => ({ ...opening, issuers }));
}

/** Of the first caller all requests, of the others one, and one for each value of each condition. */
function openingsOfRule({ from, to, when = [] }: AuthorizationRule, mesh: MeshFacts): Omit<Opening, 'issuers'>[] {
  const asked = when.filter(({ values = [] }) => values.length > 0);
  const requests = given<Partial<AuthorizationRuleTo>>(to, {}).flatMap(({ operation }) => requestsOf(operation ?? {}, when));
  return given<Partial<AuthorizationRuleFrom>>(from, {}).flatMap(({ source = {} }) => {
    const { ipBlocks = [], notIpBlocks, remoteIpBlocks = [], notRemoteIpBlocks } = source;
    const principals = principalsAsked(source, asked);
    if (namesSubjects(principals, asked)) { return []; }
    const needsToken = principals.length > 0 || asked.some(({ key }) => key.startsWith('request.auth.'));
    const callers = isForNobody(source, when) ? [undefined] : callersOf(restrictions(source, asked), mesh);
    if (callers.length === 0 || requests.length === 0) { return []; }
    const [caller, ...others] = callers;
    const blocks = [inBlocks(ipBlocks, notIpBlocks), inBlocks(remoteIpBlocks, notRemoteIpBlocks)];
    const values = [...blocks, ...asked.map(conditionsOf)].filter(list => list.length > 0);
    const [conditions, ...otherConditions] = eachOnce(values);
    const sent = [
      ...requests.map(request => ({ request, caller, conditions })),
      ...others.map(other => ({ request: requests[0], caller: other, conditions })),
      ...otherConditions.map(other => ({ request: requests[0], caller, conditions: other })),
    ];
    return sent.map(({ request, ...sender }) => ({ ...request, ...sender, needsToken, principals }));
  });
}

/** Of `[[a, b], [c, d]]` it is `[a, c]`, then what has each other value: `[b, c]` and `[a, d]`. */
function eachOnce<T>(lists: readonly (readonly T[])[]): T[][] {
  const first = lists.map(([value]) => value);
  return [first, ...lists.flatMap((list, i) => list.slice(1).map(value => [...first.slice(0, i), value, ...first.slice(i + 1)]))];
}

/** Whether it is for whoever has no identity: for what comes in plaintext. */
function isForNobody({ notPrincipals = [] }: AuthorizationSource, when: readonly AuthorizationCondition[]): boolean {
  return notPrincipals.includes('*') || when.some(({ key, notValues = [] }) => key === 'source.principal' && notValues.includes('*'));
}

/** An empty list is none to Istio. */
function given<T>(values: readonly T[] | undefined, ...otherwise: T[]): readonly T[] { return values && values.length > 0 ? values : otherwise; }

/** As many requests as the longest list of values has, so that each value is asked for. */
function requestsOf(operation: AuthorizationOperation, when: readonly AuthorizationCondition[]): Pick<Opening, 'http' | 'ports' | 'notPorts' | 'hosts' | 'notHosts'>[] {
  const { notMethods = [], notHosts = [], notPorts = [] } = operation;
  const inHeaders = (name: string) => when.filter(({ key }) => OF_REQUEST.get(key.toLowerCase()) === name).flatMap(({ values = [] }) => values);
  const asked = (name: string, values?: readonly string[]) => given(values, ...inHeaders(name));
  const methods = methodsOf(given(asked('method', operation.methods), '*'), notMethods);
  const paths = given(asked('path', operation.paths), '*').map(samplePath);
  const askedHosts = asked('host', operation.hosts);
  const hosts = given<string | undefined>(askedHosts, notHosts.length > 0 ? '*' : undefined).map(host => host === undefined ? undefined : sampleOf(host));
  const ofPort = when.filter(({ key }) => key === 'destination.port');
  const ports = numbers([ofPort.flatMap(({ values = [] }) => values), operation.ports ?? []].find(list => list.length > 0) ?? []);
  const excluded = numbers([...notPorts, ...ofPort.flatMap(({ notValues = [] }) => notValues)]);
  const left = ports.filter(port => !excluded.includes(port));
  if (ports.length > 0 && left.length === 0) { return []; }
  const longest = Math.max(methods.length, paths.length, hosts.length);
  return Array.from({ length: longest }, (_, i) => ({
    http: { method: methods[i % methods.length], path: paths[i % paths.length], host: hosts[i % hosts.length] },
    ports: left,
    notPorts: excluded,
    hosts: askedHosts,
    notHosts,
  }));
}

const METHODS = ['GET', 'POST', 'DELETE', 'TRACE', 'PUT', 'PATCH', 'HEAD', 'OPTIONS', 'PROPFIND'];

/** One of each pattern, `GET` of `G*`. */
function methodsOf(methods: readonly string[], notMethods: readonly string[]): string[] {
  const isLeft = (method: string) => !notMethods.some(pattern => matches(pattern, method));
  const found = methods.flatMap(pattern => [...METHODS, pattern.replace(/\*/g, 'X')].find(method => matches(pattern, method) && isLeft(method)) ?? []);
  return found.length > 0 ? found : [METHODS.find(isLeft) ?? METHODS[0]];
}

function numbers(ports: readonly string[]): number[] { return ports.map(Number).filter(port => Number.isInteger(port) && port > 0 && port < 65536); }

/** Conditions on headers that say what a request is. */
const OF_REQUEST: ReadonlyMap<string, string> = new Map([
  ['request.headers[:method]', 'method'], ['request.headers[:path]', 'path'], ['request.headers[:authority]', 'host'], ['request.headers[host]', 'host'],
]);

const HEADER = /^request\.headers\[(.+)\]$/;

/** What a condition asks for beside the caller, one entry for each of its values. */
function conditionsOf({ key, values = [], notValues = [] }: AuthorizationCondition): ConditionData[] {
  if (key === 'source.ip' || key === 'remote.ip') { return inBlocks(values, notValues); }
  const wanted = values.filter(value => !notValues.includes(value));
  if (OF_REQUEST.has(key.toLowerCase())) { return []; }
  const header = HEADER.exec(key);
  if (header) { return wanted.map(value => ({ kind: 'header', name: header[1], values: [value] })); }
  if (key === 'connection.sni') { return wanted.map(value => ({ kind: 'sni', values: [value] })); }
  return wanted.flatMap(value => tokenConditionOf(key, [value]) ?? []);
}

/** An address of each of some blocks that is in none of others; what is no block nobody is in. */
function inBlocks(blocks: readonly string[], notBlocks: readonly string[] = []): ConditionData[] {
  const excluded = notBlocks.flatMap(block => blockBits(block) ?? []);
  return blocks.flatMap(block => {
    const bits = blockBits(block);
    const free = bits && freeBelow(bits, excluded);
    return free === undefined ? [] : [{ kind: 'sourceIp', values: [free === bits ? block : addressOf(free)] }];
  });
}

/** Patterns of identities, `TRUST-DOMAIN/ns/NAMESPACE/sa/SERVICE-ACCOUNT`, all of which hold: each a list of which one must match. */
function restrictions(
  { principals = [], namespaces = [], serviceAccounts = [] }: AuthorizationSource, asked: readonly AuthorizationCondition[],
): (readonly string[])[] {
  const inCondition = (key: string, identity: (value: string) => string) =>
    asked.filter(condition => condition.key === key).map(({ values = [] }) => values.map(identity));
  return [
    principals,
    namespaces.map(ofNamespace),
    serviceAccounts.map(ofAccount),
    ...inCondition('source.principal', principal => principal),
    ...inCondition('source.namespace', ofNamespace),
    ...inCondition('source.serviceAccount', ofAccount),
  ].filter(patterns => patterns.length > 0);
}

function ofNamespace(namespace: string): string { return `*/ns/${namespace}/sa/*`; }

function ofAccount(account: string): string { return `*/ns/${account.replace('/', '/sa/')}`; }

/** Callers that nobody names and that meet all of some patterns; none where they name service accounts. */
function callersOf(patterns: readonly (readonly string[])[], { trustDomain, trustDomainAliases }: MeshFacts): Caller[] {
  if (patterns.length === 0) { return [STRANGER]; }
  const domains = [trustDomain, ...trustDomainAliases, 'cluster.local'];
  const isMet = (pattern: string, { namespace, name }: Identity) => domains.some(domain => matches(pattern, `${domain}/ns/${namespace}/sa/${name}`));
  const meetsAll = (identity: Identity) => patterns.every(list => list.some(pattern => isMet(pattern, identity)));
  const open = patterns.flat().map(identityOf).filter(identity => isOpen(identity) && meetsAll(identity));
  return oneOfEach(open, identity => `${identity.namespace}/${identity.name}`).map(callerOf);
}

function callerOf({ namespace, name }: Identity): Caller {
  if (name !== UNNAMED) { return { kind: 'serviceAccount', namespace, name }; }
  return namespace === UNNAMED ? STRANGER : { kind: 'namespace', namespace };
}

interface Identity { readonly namespace: string; readonly name: string }

function isOpen({ namespace, name }: Identity): boolean { return namespace.includes(UNNAMED) || name.includes(UNNAMED); }

/** Of what a pattern leaves open somebody who is not named: of all service accounts of `a` one that is none of them, of `*-a/sa/b` that of such a namespace. */
function identityOf(pattern: string): Identity {
  if (pattern.startsWith('*') && !pattern.includes('/ns/')) { return identityByEnd(pattern.slice(1)); }
  const [, namespace = '*'] = /\/ns\/([^/]+)/.exec(pattern) ?? [];
  const [, name = '*'] = /\/sa\/([^/]+)$/.exec(pattern) ?? [];
  return { namespace: sampleOf(namespace), name: sampleOf(name) };
}

function identityByEnd(end: string): Identity {
  const [name, ...before] = end.split('/').reverse();
  if (before.length === 0) { return { namespace: UNNAMED, name: `${UNNAMED}${name}` }; }
  return { namespace: before.length > 1 ? `${UNNAMED}${before[1]}` : UNNAMED, name: sampleOf(name) };
}

/** Whether a pattern with stars is for a text. */
export function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
