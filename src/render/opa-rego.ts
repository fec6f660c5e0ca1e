import { spiffeIdsOf } from './source';
import { ConditionData } from '../intent/condition';
import { JwtIssuerData } from '../intent/jwt-issuer';
import { MeshFacts } from '../intent/mesh';
import { OpaHoursData, OpaPolicyData, OpaRuleData } from '../intent/opa-policy';
import { HttpOperationData } from '../intent/operation-data';
import { hasMask, MASK_FILE, RULES_FILE } from '../intent/rego-files';
import { patternForm } from '../util/pattern';
import { unique } from '../util/text';

/** The Rego of a policy by file name, and what keeps tokens out of the log of decisions, unless the policy says that itself. */
export function regoOf(policy: OpaPolicyData, mesh: MeshFacts): Record<string, string> {
  const files = policy.kind === 'rego' ? policy.files : { [RULES_FILE]: ruled(policy.rules, mesh) };
  return { ...files, ...hasMask(files) ? {} : { [MASK_FILE]: MASK } };
}

const MASK = `package system.log

mask contains "/input/attributes/request/http/headers/authorization"

mask contains "/input/attributes/request/http/headers/cookie"
`;

/** A rule may have several bodies, of which one must hold; the expressions of a body must all hold. */
type Body = readonly string[];

function ruled(rules: readonly OpaRuleData[], mesh: MeshFacts): string {
  const issuers = unique(rules.flatMap(rule => rule.issuers.map(issuer => JSON.stringify(issuer)))).map(json => JSON.parse(json) as JwtIssuerData);
  return [
    'package envoy.authz', 'default allow := false',
    ...rules.flatMap((rule, i) => ruleOf(rule, String(i + 1), issuers, mesh)),
    REQUEST,
    ...rules.some(({ callers }) => callers.length > 0) ? ['principal := input.attributes.source.principal'] : [],
    ...issuers.length === 0 ? [] : [BEARER, ...issuers.flatMap(tokensOf)],
    ...rules.some(({ conditions }) => conditions.length > 0) ? [TEXTS] : [],
  ].join('\n\n').concat('\n');
}

const REQUEST = `request := input.attributes.request.http

path := split(split(request.path, "?")[0], "#")[0]`;

const BEARER = `bearer := trim_prefix(request.headers.authorization, "Bearer ") if {
	startswith(request.headers.authorization, "Bearer ")
}`;

const TEXTS = `texts(claims, at) := {value} if {
	value := object.get(claims, at, null)
	is_string(value)
}

texts(claims, at) := {value | some value in values; is_string(value)} if {
	values := object.get(claims, at, null)
	is_array(values)
}`;

function ruleOf(rule: OpaRuleData, id: string, issuers: readonly JwtIssuerData[], mesh: MeshFacts): string[] {
  const { operations, callers, hours, conditions } = rule;
  const parts: [name: string, bodies: readonly Body[]][] = [[`operation_${id}`, operations.flatMap(bodiesOf)]];
  if (callers.length > 0) { parts.push([`caller_${id}`, matching('principal', spiffeIdsOf(callers, mesh)).map(test => [test])]); }
  if (hours) { parts.push([`hours_${id}`, [within(hours)]]); }
  if (rule.issuers.length > 0) {
    const tests = conditions.map((_, i) => `condition_${id}_${i + 1}(claims)`);
    const sets = rule.issuers.map(issuer => issuers.findIndex(other => JSON.stringify(other) === JSON.stringify(issuer)) + 1);
    parts.push([`token_${id}`, sets.map(set => [`some ${tests.length === 0 ? '_' : 'claims'} in claims_${set}`, ...tests])]);
  }
  return [
    clause('allow', parts.map(([name]) => name)),
    ...parts.flatMap(([name, bodies]) => bodies.map(body => clause(name, body))),
    ...conditions.flatMap((condition, i) => said(condition).map(body => clause(`condition_${id}_${i + 1}(claims)`, body))),
  ];
}

function clause(head: string, body: Body): string { return `${head} if {\n${body.map(line => `\t${line}`).join('\n')}\n}`; }

function bodiesOf({ methods, paths }: HttpOperationData): Body[] {
  const byMethod = methods.includes('*') ? [] : [`request.method in ${setOf(methods)}`];
  return (paths.includes('*') ? ['path'] : matching('path', paths)).map(test => [...byMethod, test]);
}

function within({ timeZone, days, fromMinute, toMinute }: OpaHoursData): Body {
  return [
    `now := [time.now_ns(), ${textOf(timeZone)}]`, `time.weekday(now) in ${setOf(days)}`, '[hour, minute, _] := time.clock(now)',
    `(hour * 60) + minute >= ${fromMinute}`, `(hour * 60) + minute < ${toMinute}`,
  ];
}

/** As Istio compares claims: texts, or lists of them; the words of a scope. */
function said(condition: ConditionData): Body[] {
  const at = pathOf(condition);
  const path = `[${at.map(textOf).join(', ')}]`;
  const isWords = at.length === 1 && ['scope', 'permission'].includes(at[0]);
  const found = isWords ? [`some text in texts(claims, ${path})`, 'some value in split(text, " ")'] : [`some value in texts(claims, ${path})`];
  return matching('value', condition.values).map(test => [...found, test]);
}

function pathOf(condition: ConditionData): readonly string[] {
  switch (condition.kind) {
    case 'claim': return condition.path;
    case 'audience': return ['aud'];
    case 'presenter': return ['azp'];
    case 'header':
    case 'sourceIp':
    case 'sni': throw new Error(`a rule of OPA must be about tokens, got ${condition.kind}; this is a defect of cdk8s-zero-trust`);
  }
}

/** Payloads of the token, one for each audience that it is for; none where it is not good. */
function tokensOf({ issuer, audiences, jwks, jwksUri }: JwtIssuerData, index: number): string[] {
  const id = index + 1;
  const constraints = `{"cert": keys_${id}, "iss": ${textOf(issuer)}, "aud": audience}`;
  const verified = [`some audience in ${setOf(audiences)}`, `[is_valid, _, payload] := io.jwt.decode_verify(bearer, ${constraints})`, 'is_valid'];
  const fetched = [`response := http.send(${requestFor(jwksUri ?? '')})`, 'response.status_code == 200'];
  return [
    clause(`claims_${id} contains payload`, verified),
    jwks === undefined ? clause(`keys_${id} := response.raw_body`, fetched) : `keys_${id} := ${textOf(jwks)}`,
  ];
}

/** Kept for five minutes, and given up before the proxy gives up OPA. */
function requestFor(url: string): string {
  return `{"method": "GET", "url": ${textOf(url)}, "timeout": "1s", "force_cache": true, "force_cache_duration_seconds": 300, "raise_error": false}`;
}

/** Expressions of which one must hold for a text to match one of the patterns. */
function matching(subject: string, patterns: readonly string[]): string[] {
  const isExact = (pattern: string) => !isTemplate(pattern) && patternForm(subject, pattern) === 'exact';
  const exact = patterns.filter(isExact);
  return [
    ...exact.length === 0 ? [] : [`${subject} in ${setOf(exact)}`],
    ...patterns.filter(pattern => !isExact(pattern)).map(pattern => patternTest(subject, pattern)),
  ];
}

function patternTest(subject: string, pattern: string): string {
  if (isTemplate(pattern)) { return `regex.match(${textOf(`^${pattern.split(/(\{\*\*?\})/).map(piece).join('')}$`)}, ${subject})`; }
  return pattern.endsWith('*') ? `startswith(${subject}, ${textOf(pattern.slice(0, -1))})` : `endswith(${subject}, ${textOf(pattern.slice(1))})`;
}

function isTemplate(pattern: string): boolean { return /\{\*\*?\}/.test(pattern); }

/** What Envoy lets stand for a segment of a template. */
const SEGMENT = "a-zA-Z0-9\\-._~%!$&'()+,;:@=*";

function piece(text: string): string {
  if (text === '{*}') { return `[${SEGMENT}]+`; }
  return text === '{**}' ? `[${SEGMENT}/]*` : text.replace(/[.*+?^$()[\]{}|\\]/g, '\\$&');
}

function setOf(values: readonly string[]): string { return `{${values.map(textOf).join(', ')}}`; }

/** Whatever a value holds, in Rego it is text: JSON's is Rego's. */
function textOf(value: string): string { return JSON.stringify(value); }
