import { PathNormalization } from 'cdk8s-zero-trust';
import { ambient, ask, authorization, Call, peerAuthentication, requestAuthentication, sidecars } from './support';

// the known places where re-implementations of Istio go wrong, at a sidecar and at ztunnel; the trust domain is td1
const MTLS = peerAuthentication({ mtls: { mode: 'STRICT' } }, { name: 'strict' });
const allow = (rules?: object[]) => authorization({ rules }, { name: 'allow' });
const deny = (...rules: object[]) => authorization({ action: 'DENY', rules }, { name: 'deny' });
const from = (source: object) => ({ from: [{ source }] });
const to = (operation: object) => ({ to: [{ operation }] });
const issued = (issuer: string) => requestAuthentication({ jwtRules: [{ issuer, jwks: '{}' }] });

const B: Call = { source: { principal: 'td1/ns/a/sa/b', ip: '10.1.1.1' } };
const DEV: Call = { source: { principal: 'td1/ns/dev/sa/x', ip: '10.1.1.1' } };
const PLAIN: Call = { source: { ip: '10.1.1.1' } };
const TD2: Call = { source: { principal: 'td2/ns/a/sa/b', ip: '10.1.1.1' } };
const TCP: Call = { ...B, port: 9000, tcp: true };
const path = (value: string): Call => ({ ...B, http: { path: value } });
const token = (claims: object, call = B): Call => ({ ...call, tokens: [{ claims: { ...claims } }] });

const settings = { trustDomain: 'td1', foreignTrustDomains: ['td2'] };

describe('test vectors', () => {
  test.each<[string, object[], Call, boolean, boolean]>([
    ['1 no policy', [], PLAIN, true, true],
    ['2 ALLOW nothing', [allow()], B, false, false],
    ['3 DENY a namespace', [allow([{}]), deny(from({ namespaces: ['dev'] }))], DEV, false, false],
    ['4 the same from plaintext', [allow([{}]), deny(from({ namespaces: ['dev'] }))], PLAIN, true, true],
    ['5 ALLOW all but a namespace, plaintext', [allow([from({ notNamespaces: ['dev'] })])], PLAIN, true, true],
    ['6 cluster.local in full', [allow([from({ principals: ['cluster.local/ns/a/sa/b'] })])], B, true, false],
    ['7 cluster.local as a prefix', [allow([from({ principals: ['cluster.local/ns/a/*'] })])], B, false, false],
    ['8 the real trust domain as a prefix', [allow([from({ principals: ['td1/ns/a/*'] })])], B, true, true],
    ['9 a principal with its scheme', [allow([from({ principals: ['spiffe://td1/ns/a/sa/b'] })])], B, false, false],
    ['10 DENY POST', [deny(to({ methods: ['POST'] }))], { ...B, http: { method: 'POST' } }, false, true],
    ['11 DENY POST on a port, GET', [deny(to({ methods: ['POST'], ports: ['8080'] }))], B, true, false],
    ['12 DENY POST, TCP', [deny(to({ methods: ['POST'] }))], TCP, false, true],
    ['13 ALLOW GET or a port, TCP', [allow([{ to: [{ operation: { methods: ['GET'] } }, { operation: { ports: ['9000'] } }] }])], TCP, false, false],
    ['14 DENY when a header, TCP', [deny({ when: [{ key: 'request.headers[x]', values: ['1'] }] })], TCP, false, true],
    ['15 a template without its slash', [allow([to({ paths: ['/a/{**}'] })])], path('/a'), false, false],
    ['16 DENY a template, a quoted sign', [deny(to({ paths: ['/a/{*}'] }))], path('/a/b%22'), false, true],
    ['16 DENY a template, a bracket', [deny(to({ paths: ['/a/{*}'] }))], path('/a/b[1]'), true, true],
    ['16b DENY a prefix, an escaped letter', [deny(to({ paths: ['/admin*'] }))], path('/%61dmin'), false, true],
    ['17 ALLOW a host, with port', [allow([to({ hosts: ['web.prod'] })])], { ...B, http: { authority: 'web.prod:8080' } }, false, false],
    ['18 DENY a host, in other case', [deny(to({ hosts: ['WEB.prod'] }))], { ...B, http: { authority: 'web.PROD' } }, false, true],
    ['19 any token, without subject', [issued('i'), allow([from({ requestPrincipals: ['*'] })])], token({ iss: 'i' }), false, false],
    ['20 an issuer with a final slash', [issued('https://i/'), allow([from({ requestPrincipals: ['https://i//*'] })])], token({ iss: 'https://i/', sub: 's' }), true, false],
    ['21 a RequestAuthentication alone, no token', [issued('i')], B, true, true],
    ['21 a RequestAuthentication alone, another issuer', [issued('i')], token({ iss: 'j' }), false, true],
    ['22 ALLOW nothing, empty selector', [authorization({ selector: {} })], B, false, true],
    ['23 DENY a foreign trust domain', [deny(from({ trustDomains: ['td2'] }))], TD2, false, true],
    ['24 ALLOW a namespace of one trust domain', [allow([from({ trustDomains: ['td1'], namespaces: ['a'] })])], TD2, false, true],
    ['25 a CUSTOM authorizer that is not defined', [
      allow([from({ ipBlocks: ['10.0.0.0/8'] })]), authorization({ action: 'CUSTOM', provider: { name: 'x' }, rules: [{}] }, { name: 'custom' }),
    ], B, false, true],
    ['26 ALLOW nothing in dry run', [authorization({}, { annotations: { 'istio.io/dry-run': 'true' } })], B, true, true],
  ])('%s', (_, policies, call, atSidecar, atZtunnel) => {
    expect(ask(sidecars(policies, settings), call).startsWith('ALLOW')).toBe(atSidecar);
    expect(ask(ambient(policies, settings), call).startsWith('ALLOW')).toBe(atZtunnel);
  });

  test('16b without normalization an escaped letter escapes DENY', () => {
    const policies = sidecars([MTLS, deny(to({ paths: ['/admin*'] }))], { ...settings, pathNormalization: PathNormalization.NONE });

    expect(ask(policies, path('/%61dmin'))).toBe('ALLOW 200');
  });
});
