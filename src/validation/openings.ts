import { Draft } from './draft';
import { sampleMethod, sampleOf, samplePath, STRANGER, UNNAMED } from './samples';
import { Caller } from '../intent/caller';
import { ConditionData } from '../intent/condition';
import { MeshFacts } from '../intent/mesh';
import {
  AuthorizationCondition, AuthorizationOperation, AuthorizationPolicyAction, AuthorizationPolicySpec, AuthorizationRule, AuthorizationSource,
} from '../istio/authorization-policy';

/** A request that a rule lets in from callers whom nobody names, made of the values of the rule. */
export interface Opening extends Omit<Draft, 'port' | 'sender' | 'token'> {
  /** The ports that the rule is for, as the proxy numbers them; none for all. */
  readonly ports: readonly number[];
}

/**
 * Of each rule of an ALLOW policy one request for each of its sources and operations: of `from: namespaces [a]`, `to: methods [POST]` a POST by a
 * service account of `a` that nobody names. None of a rule that names its callers, by service account or by a token.
 */
export function openingsOf({ action = AuthorizationPolicyAction.ALLOW, rules = [] }: AuthorizationPolicySpec, mesh: MeshFacts): Opening[] {
  return action === AuthorizationPolicyAction.ALLOW ? rules.flatMap(rule => openingsOfRule(rule, mesh)) : [];
}

function openingsOfRule({ from = [{ source: {} }], to = [{ operation: {} }], when = [] }: AuthorizationRule, mesh: MeshFacts): Opening[] {
  const asked = when.filter(({ values = [] }) => values.length > 0);
  if (!asked.every(({ key }) => HEADER.test(key) || key.startsWith('source.') || OF_CONNECTIONS.includes(key))) { return []; }
  return from.flatMap(({ source }) => {
    const { ipBlocks = [], requestPrincipals } = source ?? {};
    const caller = callerOf(restrictions(source ?? {}, asked), mesh);
    const conditions = [...ipBlocks.slice(0, 1).map((block): ConditionData => ({ kind: 'sourceIp', values: [block] })), ...asked.flatMap(conditionOf)];
    return caller === undefined || requestPrincipals ? [] : to.map(({ operation }) => ({ ...requestOf(operation ?? {}, asked), caller, conditions }));
  });
}

function requestOf(operation: AuthorizationOperation, asked: readonly AuthorizationCondition[]): Pick<Opening, 'http' | 'ports'> {
  const { methods = ['GET'], paths = ['*'], hosts = [], notMethods = [] } = operation;
  const ports = asked.find(({ key }) => key === 'destination.port')?.values ?? operation.ports ?? [];
  const method = [sampleMethod(methods), 'POST', 'DELETE', 'TRACE'].find(one => !notMethods.includes(one)) ?? 'GET';
  const host = hosts[0] === undefined ? undefined : sampleOf(hosts[0]);
  return { http: { method, path: samplePath(paths[0]), host }, ports: ports.map(Number) };
}

const HEADER = /^request\.headers\[(.+)\]$/;

/** What a condition asks for beside the caller. */
function conditionOf({ key, values = [] }: AuthorizationCondition): ConditionData[] {
  if (HEADER.test(key)) { return [{ kind: 'header', name: HEADER.exec(key)![1], values }]; }
  if (key === 'source.ip') { return [{ kind: 'sourceIp', values }]; }
  return key === 'connection.sni' ? [{ kind: 'sni', values }] : [];
}

/** Conditions that any client may meet; others ask for a token. */
const OF_CONNECTIONS: readonly string[] = ['connection.sni', 'destination.port', 'destination.ip'];

/** Patterns of identities, `TRUST-DOMAIN/ns/NAMESPACE/sa/SERVICE-ACCOUNT`, all of which hold: each a list of which one must match. */
function restrictions(
  { principals, namespaces, serviceAccounts }: AuthorizationSource, asked: readonly AuthorizationCondition[],
): (readonly string[])[] {
  const inCondition = (key: string, identity: (value: string) => string) =>
    asked.filter(condition => condition.key === key).map(({ values = [] }) => values.map(identity));
  return [
    ...principals ? [principals] : [],
    ...namespaces ? [namespaces.map(ofNamespace)] : [],
    ...serviceAccounts ? [serviceAccounts.map(ofAccount)] : [],
    ...inCondition('source.principal', principal => principal),
    ...inCondition('source.namespace', ofNamespace),
    ...inCondition('source.serviceAccount', ofAccount),
  ];
}

function ofNamespace(namespace: string): string { return `*/ns/${namespace}/sa/*`; }

function ofAccount(account: string): string { return `*/ns/${account.replace('/', '/sa/')}`; }

/** A caller that nobody names and that meets all of some patterns; undefined where they name service accounts. */
function callerOf(patterns: readonly (readonly string[])[], { trustDomain }: MeshFacts): Caller | undefined {
  if (patterns.length === 0) { return STRANGER; }
  const meets = ({ namespace, name }: Identity) => patterns.every(list => list.some(pattern => matches(pattern, `${trustDomain}/ns/${namespace}/sa/${name}`)));
  const found = patterns.flat().map(identityOf).find(identity => isOpen(identity) && meets(identity));
  if (!found) { return undefined; }
  if (found.namespace === UNNAMED && found.name === UNNAMED) { return STRANGER; }
  return found.name === UNNAMED ? { kind: 'namespace', namespace: found.namespace } : { kind: 'serviceAccount', ...found };
}

interface Identity { readonly namespace: string; readonly name: string }

function isOpen({ namespace, name }: Identity): boolean { return namespace.includes(UNNAMED) || name.includes(UNNAMED); }

/** Of what a pattern leaves open somebody who is not named: of all service accounts of `a` one that is none of them. */
function identityOf(pattern: string): Identity {
  const [, namespace = '*'] = /\/ns\/([^/]+)/.exec(pattern) ?? [];
  const [, name = '*'] = /\/sa\/([^/]+)$/.exec(pattern) ?? [];
  return { namespace: sampleOf(namespace), name: sampleOf(name) };
}

function matches(pattern: string, identity: string): boolean {
  const parts = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(identity);
}
