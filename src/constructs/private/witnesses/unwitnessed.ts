import { isUnseen, OtherObject } from './other-objects';
import { Intent, namespaceOf, targetOf } from '../../../intent/intent';
import { JwtIssuerData } from '../../../intent/jwt-issuer';
import { WorkloadFacts } from '../../../intent/workload';
import { elementsOf } from '../../../util/shape';
import { quoted, unique } from '../../../util/text';
import { ConfigPatch, MERGES, PER_ROUTE, strips } from '../../../validation/envoy-patches';

/** What other objects of the app do to an intent that no request shows; nothing to NetworkPolicies, beside which the ZeroTrustNamespace says it. */
export function unwitnessed(intent: Intent, near: readonly OtherObject[]): string[] {
  if (intent.kind === 'network') { return []; }
  const [issuers, target] = [issuersOf(intent), targetOf(intent)];
  const ofEach = near.flatMap(other => [...strippedFilters(intent, other), ...otherTokens(issuers, other), ...diverted(target, other)]);
  return [...unseen(intent, near), ...ofEach];
}

/** Labels, service accounts and ports of what intents do not see count for nothing. */
function unseen(intent: Intent, near: readonly OtherObject[]): string[] {
  const [first, ...others] = near.filter(other => other.namespace === namespaceOf(intent)?.name && isUnseen(other));
  if (!first) { return []; }
  const { kind, namespace, name, path } = first;
  const cure = kind === 'ReplicationController' ? 'make it a ReplicaSet or a Deployment' : 'write it by itself instead of in a List, in a file as a document of its own';
  return [`${kind} '${namespace}/${name}' at '${path}'${others.length === 0 ? '' : ` and ${others.length} more`} must be an object that intents can read; ${cure}`];
}

/** An EnvoyFilter may take out, replace or disable what enforces policies. */
function strippedFilters(intent: Intent, { kind, namespace, name, path, manifest }: OtherObject): string[] {
  if (kind !== 'EnvoyFilter') { return []; }
  const { configPatches } = (manifest.spec ?? {}) as { readonly configPatches?: readonly ConfigPatch[] };
  const stripping = elementsOf(configPatches).find(patch => strips(patch) || (intent.kind === 'external-authorization' && lifts(patch)));
  if (!stripping) { return []; }
  return [`EnvoyFilter '${namespace}/${name}' at '${path}' takes out what enforces policies (${stripping.applyTo}, ${stripping.patch?.operation}); remove that patch`];
}

/** What of the settings by which an authorizer is asked has it not asked, or another, or lets pass what it does not answer. */
const UNASKED = /"(failure_?mode_?allow|disabled)":true|"(filter_?enabled|grpc_?service|http_?service)/i;

/** Whether the filter that asks an authorizer is taken out, or told to ask less; other settings of it are left to who writes them. */
function lifts({ applyTo, match, patch }: ConfigPatch = {}): boolean {
  const [matched, value] = [match, patch?.value].map(one => JSON.stringify(one) ?? '');
  if (!`${matched}${value}`.includes('ext_authz')) { return false; }
  const isOfFilter = String(applyTo).endsWith('FILTER') && matched.includes('ext_authz');
  if (isOfFilter && ['REMOVE', 'REPLACE'].includes(String(patch?.operation))) { return true; }
  return ((MERGES.includes(patch?.operation) && isOfFilter) || PER_ROUTE.test(value)) && UNASKED.test(value);
}

/** Whose tokens an intent verifies. */
function issuersOf(intent: Intent): readonly JwtIssuerData[] { return intent.kind === 'jwt' ? intent.issuers : intent.kind === 'ingress-gateway' ? intent.gateway.issuers : []; }

/** The rules of all RequestAuthentications for the same pods are pooled: a token is good if any of them accepts it, by its keys and at its place. */
function otherTokens(issuers: readonly JwtIssuerData[], { kind, namespace, name, path, manifest }: OtherObject): string[] {
  if (kind !== 'RequestAuthentication') { return []; }
  const { jwtRules } = (manifest.spec ?? {}) as { readonly jwtRules?: readonly WrittenJwtRule[] };
  const accepting = (isDifferent: (issuer: JwtIssuerData, rule: WrittenJwtRule) => boolean) =>
    elementsOf(jwtRules).find(rule => issuers.some(issuer => issuer.issuer === rule?.issuer && isDifferent(issuer, rule)));
  const ways = DIFFERENT.map(([isDifferent, how, cure]) => ({ foreign: accepting(isDifferent), how, cure }));
  const { foreign, how, cure } = ways.find(way => way.foreign !== undefined) ?? {};
  if (!foreign) { return []; }
  return [`RequestAuthentication '${namespace}/${name}' at '${path}' accepts tokens of ${quoted(foreign.issuer)} ${how} than this, which are pooled; remove it, or ${cure}`];
}

/** In which ways another rule accepts what an issuer of an intent does not, and what to do about it. */
const DIFFERENT: readonly (readonly [(issuer: JwtIssuerData, rule: WrittenJwtRule) => boolean, string, string])[] = [
  [hasOtherKeys, 'by other keys', 'give it the same keys'],
  [looksElsewhere, 'at other places', 'let it look for them at the same'],
  [isForOthers, 'for other audiences', 'give it the same audiences'],
];

interface WrittenJwtRule {
  readonly issuer?: string;
  readonly jwks?: string;
  readonly jwksUri?: string;
  readonly audiences?: readonly string[];
  readonly fromHeaders?: readonly ({ readonly name?: string; readonly prefix?: string } | undefined)[];
  readonly fromParams?: readonly string[];
  readonly fromCookies?: readonly string[];
}

function hasOtherKeys({ jwks, jwksUri }: JwtIssuerData, rule: WrittenJwtRule): boolean {
  return (rule.jwks ?? '') !== (jwks ?? '') || (rule.jwksUri ?? '') !== (jwksUri ?? '');
}

/** Tokens are put to the test where the issuer of the intent looks for them. */
function looksElsewhere(issuer: JwtIssuerData, rule: WrittenJwtRule): boolean {
  const known = placesOf(issuer);
  return placesOf(rule).some(place => !known.includes(place));
}

/** Names that nobody stated; a rule without audiences takes any token, which witnesses show. */
function isForOthers({ audiences }: JwtIssuerData, rule: WrittenJwtRule): boolean {
  return audiences.length > 0 && elementsOf(rule.audiences).some(audience => !audiences.includes(audience));
}

/** Where tokens are looked for; where nothing is said, at the places that Istio has for that. */
function placesOf({ fromHeaders, fromParams, fromCookies }: Pick<WrittenJwtRule, 'fromHeaders' | 'fromParams' | 'fromCookies'>): string[] {
  const places = [
    ...elementsOf(fromHeaders).map(header => `header ${header?.name?.toLowerCase()} ${header?.prefix ?? ''}`),
    ...elementsOf(fromParams).map(name => `param ${name}`),
    ...elementsOf(fromCookies).map(name => `cookie ${name}`),
  ];
  return places.length === 0 ? [''] : places;
}

interface WrittenTrafficPolicy {
  readonly tunnel?: { readonly targetHost?: unknown; readonly targetPort?: unknown };
  readonly proxyProtocol?: unknown;
}

interface WrittenRule {
  readonly host?: unknown;
  readonly trafficPolicy?: WrittenTrafficPolicy;
  readonly subsets?: readonly ({ readonly trafficPolicy?: WrittenTrafficPolicy } | undefined)[];
}

/** What a DestinationRule has clients send before their mutual TLS, which no proxy of a workload understands. */
function diverted(target: WorkloadFacts | undefined, { kind, namespace, name, path, manifest }: OtherObject): string[] {
  const { host, trafficPolicy, subsets } = (manifest.spec ?? {}) as WrittenRule;
  if (kind !== 'DestinationRule' || !target?.services.some(service => isHostOf(service, String(host), namespace))) { return []; }
  const how = [trafficPolicy, ...elementsOf(subsets).map(subset => subset?.trafficPolicy)].flatMap(policy => [
    ...policy?.tunnel ? [`ask ${quoted(`${String(policy.tunnel.targetHost)}:${String(policy.tunnel.targetPort)}`)} for a tunnel there (tunnel)`] : [],
    ...policy?.proxyProtocol ? ['put a PROXY header before the connection (proxyProtocol)'] : [],
  ]);
  return unique(how).map(what => `DestinationRule '${namespace}/${name}' at '${path}' has clients of ${quoted(target.path)} ${what}, which its proxy takes for nonsense, so that no call arrives; `
    + 'take that out, or give its host to what is outside of the mesh');
}

function isHostOf({ name, namespace }: WorkloadFacts['services'][number], host: string, of: string): boolean {
  const own = `${name}.${namespace}.svc.cluster.local`;
  if (host.startsWith('*')) { return own.endsWith(host.slice(1)); }
  return [own, `${name}.${namespace}`, `${name}.${namespace}.svc`].includes(host) || (host === name && of === namespace);
}
