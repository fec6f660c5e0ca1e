import { JwtIssuerData } from '../../src/intent/jwt-issuer';
import { OpaRuleData } from '../../src/intent/opa-policy';
import { regoOf } from '../../src/render/opa-rego';
import { MESH } from '../support/facts';

/* What this Rego decides is asked of OPA itself: conformance/live/opa.ts */

const ANY = { kind: 'http' as const, methods: ['*'], paths: ['*'], hosts: [], ports: [] };
const ISSUER: JwtIssuerData = {
  issuer: 'i', audiences: ['a'], jwks: '{"keys":[]}', fromHeaders: [], fromParams: [], fromCookies: [], forwardOriginalToken: false, outputClaimToHeaders: [], scopeClaim: 'scope', tokensWithoutSubject: false, reasons: [],
};

function rule(facets: Partial<OpaRuleData> = {}): OpaRuleData { return { operations: [ANY], callers: [], issuers: [], conditions: [], ...facets }; }

/** The clauses of a rule, each on one line. */
function clausesOf(head: RegExp, ...rules: OpaRuleData[]): string[] {
  const rego = regoOf({ kind: 'rules', rules }, { ...MESH, trustDomainAliases: ['old.td'] })['policy.rego'];
  return rego.split(/\n\n/).filter(clause => head.test(clause)).map(clause => clause.trim().replace(/\n\t?/g, ' '));
}

describe('rules as Rego', () => {
  test('refuse what none of them lets pass', () => {
    expect(clausesOf(/^(package|default|allow)/, rule(), rule({ callers: [{ kind: 'serviceAccount', namespace: 'shop', name: 'web' }] }))).toEqual([
      'package envoy.authz', 'default allow := false', 'allow if { operation_1 }', 'allow if { operation_2 caller_2 }',
    ]);
  });

  test.each<[what: string, methods: string[], paths: string[], bodies: string[]]>([
    ['anything', ['*'], ['*'], ['path']],
    ['methods', ['GET', 'PUT'], ['*'], ['request.method in {"GET", "PUT"} path']],
    ['whole paths', ['*'], ['/a', '/b'], ['path in {"/a", "/b"}']],
    ['patterns', ['GET'], ['/a', '/b/*', '*.css'], ['request.method in {"GET"} path in {"/a"}', 'request.method in {"GET"} startswith(path, "/b/")', 'request.method in {"GET"} endswith(path, ".css")']],
    ['templates', ['*'], ['/u.v/{*}/{**}'], ['regex.match("^/u\\\\.v/[a-zA-Z0-9\\\\-._~%!$&\'()+,;:@=*]+/[a-zA-Z0-9\\\\-._~%!$&\'()+,;:@=*/]*$", path)']],
  ])('compare %s', (_, methods, paths, bodies) => {
    expect(clausesOf(/^operation/, rule({ operations: [{ ...ANY, methods, paths }] }))).toEqual(bodies.map(body => `operation_1 if { ${body} }`));
  });

  test('name callers as their certificates do', () => {
    const callers = [{ kind: 'serviceAccount' as const, namespace: 'shop', name: 'web' }, { kind: 'serviceAccount' as const, namespace: 'shop', name: 'peer', trustDomain: 'west' }, { kind: 'namespace' as const, namespace: 'ops' }];

    expect(clausesOf(/^caller/, rule({ callers }))).toEqual([
      'caller_1 if { principal in {"spiffe://prod.td/ns/shop/sa/web", "spiffe://old.td/ns/shop/sa/web", "spiffe://west/ns/shop/sa/peer"} }',
      'caller_1 if { startswith(principal, "spiffe://prod.td/ns/ops/sa/") }', 'caller_1 if { startswith(principal, "spiffe://old.td/ns/ops/sa/") }',
    ]);
  });

  test('go by the clocks of a zone', () => {
    expect(clausesOf(/^hours/, rule({ hours: { timeZone: 'UTC', days: ['Monday'], fromMinute: 0, toMinute: 61 } }))).toEqual([
      'hours_1 if { now := [time.now_ns(), "UTC"] time.weekday(now) in {"Monday"} [hour, minute, _] := time.clock(now) (hour * 60) + minute >= 0 (hour * 60) + minute < 61 }',
    ]);
  });

  test('verify tokens of an issuer once for all rules', () => {
    const uri = { ...ISSUER, issuer: 'j', audiences: ['a', 'b'], jwks: undefined, jwksUri: 'https://j/keys' };

    expect(clausesOf(/^(token|claims|keys)/, rule({ issuers: [ISSUER] }), rule({ issuers: [uri, ISSUER] }))).toEqual([
      'token_1 if { some _ in claims_1 }', 'token_2 if { some _ in claims_2 }', 'token_2 if { some _ in claims_1 }',
      'claims_1 contains payload if { some audience in {"a"} [is_valid, _, payload] := io.jwt.decode_verify(bearer, {"cert": keys_1, "iss": "i", "aud": audience}) is_valid }',
      'keys_1 := "{\\"keys\\":[]}"',
      'claims_2 contains payload if { some audience in {"a", "b"} [is_valid, _, payload] := io.jwt.decode_verify(bearer, {"cert": keys_2, "iss": "j", "aud": audience}) is_valid }',
      'keys_2 := response.raw_body if { response := http.send({"method": "GET", "url": "https://j/keys", "timeout": "1s", "force_cache": true, "force_cache_duration_seconds": 300, "raise_error": false}) response.status_code == 200 }',
    ]);
  });

  test('compare claims as Istio does: text, lists of text, words of a scope', () => {
    const conditions = [{ kind: 'claim' as const, path: ['realm', 'role'], values: ['a', 'b*'] }, { kind: 'claim' as const, path: ['scope'], values: ['read'] }, { kind: 'audience' as const, values: ['x'] }];

    expect(clausesOf(/^(token|condition)/, rule({ issuers: [ISSUER], conditions }))).toEqual([
      'token_1 if { some claims in claims_1 condition_1_1(claims) condition_1_2(claims) condition_1_3(claims) }',
      'condition_1_1(claims) if { some value in texts(claims, ["realm", "role"]) value in {"a"} }',
      'condition_1_1(claims) if { some value in texts(claims, ["realm", "role"]) startswith(value, "b") }',
      'condition_1_2(claims) if { some text in texts(claims, ["scope"]) some value in split(text, " ") value in {"read"} }',
      'condition_1_3(claims) if { some value in texts(claims, ["aud"]) value in {"x"} }',
    ]);
  });

  test.each(['"', '\\', '"}\nallow if { true } #', '`', '\u2028'])('hold %j as text only', value => {
    const [clause] = clausesOf(/^condition/, rule({ issuers: [ISSUER], conditions: [{ kind: 'claim', path: [value], values: [value] }] }));

    const [quotedPath, quotedValue] = [...clause.matchAll(/"(?:\\.|[^"\\])*"/gs)].map(([text]) => JSON.parse(text) as string);
    expect([quotedPath, quotedValue, clause.replace(/"(?:\\.|[^"\\])*"/gs, '…')]).toEqual([value, value, 'condition_1_1(claims) if { some value in texts(claims, […]) value in {…} }']);
  });
});
