import { generateKeyPairSync, KeyObject, sign, createHmac } from 'node:crypto';
import { Condition, DayOfWeek, JwtIssuer, JwtIssuerProps, OpaPolicy, OpaRule, Operation, Principal } from 'cdk8s-zero-trust';

/** A question of Envoy, and what must be answered. */
export interface Asked {
  readonly input: object;
  /** By which clock, where that matters. */
  readonly at?: string;
  readonly isAllowed: boolean;
}

export interface OpaCase {
  readonly name: string;
  readonly policy: OpaPolicy;
  readonly asked: readonly Asked[];
}

interface Request {
  readonly method?: string;
  readonly path?: string;
  readonly principal?: string;
  readonly headers?: { readonly [header: string]: string };
}

/** What OPA's plugin makes of Envoy's question about a request. */
function inputOf({ method = 'GET', path = '/', principal = WEB, headers = {} }: Request): object {
  const [raw, query = ''] = path.split('?');
  const address = (ip: string, portValue: number) => ({ socketAddress: { address: ip, portValue } });
  return {
    attributes: {
      source: { address: address('10.0.0.7', 41234), ...principal === '' ? {} : { principal } },
      destination: { address: address('10.0.0.8', 8080), principal: 'spiffe://prod.example.com/ns/shop/sa/api' },
      request: {
        time: '2026-01-05T09:00:00Z',
        http: { id: '1', method, path, host: 'api.shop', scheme: 'http', protocol: 'HTTP/1.1', headers: { ':authority': 'api.shop', ':method': method, ':path': path, ...headers } },
      },
      contextExtensions: {},
      metadataContext: {},
      routeMetadataContext: {},
    },
    parsed_path: decodeURIComponent(raw).replace(/^\/+/, '').split('/'),
    parsed_query: Object.fromEntries([...new URLSearchParams(query)].map(([key, value]) => [key, [value]])),
    parsed_body: null,
    truncated_body: false,
    version: { ext_authz: 'v3', encoding: 'protojson' },
    ...principal === '' ? {} : { source_principal: principal },
  };
}

/** What Envoy asks about a connection. */
const CONNECTION = { attributes: { source: { principal: 'spiffe://prod.example.com/ns/shop/sa/web' }, destination: {}, request: { time: '2026-01-05T09:00:00Z' } }, parsed_path: [''], parsed_query: {} };

const WEB = 'spiffe://prod.example.com/ns/shop/sa/web';

const yes = (request: Request, at?: string): Asked => ({ input: inputOf(request), at, isAllowed: true });
const no = (request: Request, at?: string): Asked => ({ input: inputOf(request), at, isAllowed: false });

const GOOD = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const OTHER = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** The keys of the issuer. */
export const JWKS = JSON.stringify({ keys: [{ ...GOOD.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' }] });

const ISSUER = { issuer: 'https://auth.example.com', audiences: ['orders', 'stock'] };
const CLAIMS = { iss: ISSUER.issuer, aud: 'orders', exp: 4_000_000_000 };

function encoded(part: object): string { return Buffer.from(JSON.stringify(part)).toString('base64url'); }

function token(claims: object, key: KeyObject = GOOD.privateKey, kid = 'k1'): string {
  const text = `${encoded({ alg: 'ES256', typ: 'JWT', kid })}.${encoded(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

/** Signed by what everybody knows. */
function confused(claims: object, secret: string): string {
  const text = `${encoded({ alg: 'HS256', typ: 'JWT', kid: 'k1' })}.${encoded(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

function bearing(value: string, scheme = 'Bearer '): Request { return { headers: { authorization: `${scheme}${value}` } }; }

function withRules(name: string, rules: OpaRule[], ...asked: readonly Asked[]): OpaCase { return { name, policy: OpaPolicy.rules(rules), asked }; }

function withTokens(name: string, more: Partial<JwtIssuerProps>, conditions: Condition[], ...asked: readonly Asked[]): OpaCase {
  return withRules(name, [{ operations: [Operation.anyHttp()], issuers: [JwtIssuer.of({ ...ISSUER, ...more })], ...conditions.length === 0 ? {} : { conditions } }], ...asked);
}

const HOSTILE = '"} allow if { true } # \\';

/**
 * @param address where the keys of the issuer are
 */
export function cases(address: string): OpaCase[] { return [...ofRequests(), ...ofHours(), ...ofTokens(address), ...written()]; }

function ofRequests(): OpaCase[] {
  const a = [{ operations: [Operation.get('/a', '/b/*', '*.css'), Operation.http({ methods: ['*'], paths: ['/u/{*}/x.y', '/f/{**}'] })] }];
  return [
    withRules('methods and paths', a,
      yes({ path: '/a' }), yes({ path: '/a?x=1' }), yes({ path: '/a#x' }), yes({ path: '/b/' }), yes({ path: '/b/c/d' }), yes({ path: '/x/y.css' }), yes({ path: '/u/1/x.y', method: 'PUT' }), yes({ path: '/f/', method: 'PUT' }), yes({ path: '/f/a/b', method: 'PUT' }),
      no({ path: '/a', method: 'POST' }), no({ path: '/A' }), no({ path: '//a' }), no({ path: '/a/' }), no({ path: '/%61' }), no({ path: '/b' }), no({ path: '/c?/b/' }), no({ path: '/c?x.css' }), no({ path: '/u/1/2/x.y' }), no({ path: '/u//x.y' }), no({ path: '/u/1/xzy' }), no({ path: '/f/a\n' }),
      no({ path: '' }), { input: CONNECTION, isAllowed: false }, { input: {}, isAllowed: false }),
    withRules('callers', [
      { operations: [Operation.get('/a')], callers: [Principal.serviceAccount('shop', 'web'), Principal.namespace('ops', { reason: 'r' })] },
      { operations: [Operation.get('/b')], callers: [Principal.serviceAccount('shop', 'peer', { trustDomain: 'west.example.com' })] },
    ],
    yes({ path: '/a' }), yes({ path: '/a', principal: 'spiffe://old.example.com/ns/shop/sa/web' }), yes({ path: '/a', principal: 'spiffe://prod.example.com/ns/ops/sa/x' }), yes({ path: '/b', principal: 'spiffe://west.example.com/ns/shop/sa/peer' }),
    no({ path: '/b' }), no({ path: '/a', principal: '' }), no({ path: '/a', principal: 'spiffe://prod.example.com/ns/shop/sa/web2' }), no({ path: '/a', principal: 'spiffe://prod.example.com/ns/ops2/sa/x' }), no({ path: '/a', principal: 'spiffe://evil.example/ns/shop/sa/web' }),
    no({ path: '/a', principal: 'prod.example.com/ns/shop/sa/web' }), no({ path: '/b', principal: 'spiffe://prod.example.com/ns/shop/sa/peer' })),
  ];
}

function ofHours(): OpaCase[] {
  const weekdays = [DayOfWeek.MONDAY, DayOfWeek.TUESDAY, DayOfWeek.WEDNESDAY, DayOfWeek.THURSDAY, DayOfWeek.FRIDAY];
  const any = [Operation.anyHttp()];
  return [
    withRules('business hours, an hour or two ahead of UTC', [{ operations: any, hours: { timeZone: 'Europe/Zurich', days: weekdays, start: '08:00', end: '18:00' } }],
      yes({}, '2026-01-05T07:00:00Z'), yes({}, '2026-01-05T16:59:59Z'), yes({}, '2026-07-06T06:00:00Z'),
      no({}, '2026-01-05T06:59:59Z'), no({}, '2026-01-05T17:00:00Z'), no({}, '2026-07-06T16:00:00Z'), no({}, '2026-01-04T10:00:00Z'), no({}, '2026-01-03T10:00:00Z')),
    withRules('days by the clocks of the zone', [{ operations: any, hours: { timeZone: 'America/New_York', days: [DayOfWeek.SUNDAY], start: '00:00', end: '24:00' } }],
      yes({}, '2026-01-05T04:59:59Z'), no({}, '2026-01-05T05:00:00Z'), no({}, '2026-01-04T04:59:59Z')),
  ];
}

function ofTokens(address: string): OpaCase[] {
  const good = (more: object) => bearing(token({ ...CLAIMS, ...more }));
  return [
    withTokens('tokens, by keys', { jwks: JWKS }, [],
      yes(good({})), yes(good({ aud: ['x', 'stock'] })), no({}), no(bearing(token(CLAIMS), '')), no(bearing(token(CLAIMS), 'Token ')), no(bearing('x')),
      no(bearing(token(CLAIMS, OTHER.privateKey))), no(bearing(token(CLAIMS, OTHER.privateKey, 'k2'))), no(good({ exp: 1_000_000_000 })), no(good({ nbf: 4_000_000_000 })), no(good({ iss: 'https://evil.example' })),
      no(good({ aud: 'else' })), no(bearing(token({ iss: ISSUER.issuer, exp: CLAIMS.exp }))), no(bearing(`${token(CLAIMS)},${token(CLAIMS)}`)), no(bearing(`${encoded({ alg: 'none' })}.${encoded(CLAIMS)}.`)),
      no(bearing(confused(CLAIMS, JWKS))), no(bearing(confused(CLAIMS, GOOD.publicKey.export({ format: 'pem', type: 'spki' }).toString())))),
    withTokens('tokens, by the address of the keys', { jwksUri: `${address}/keys`, insecureJwksUri: { reason: 'a test' } }, [Condition.claim('role', 'admin')],
      yes(good({ role: 'admin' })), no(good({ role: 'user' })), no(bearing(token({ ...CLAIMS, role: 'admin' }, OTHER.privateKey)))),
    withTokens('keys that cannot be had', { jwksUri: 'http://127.0.0.1:1/keys', insecureJwksUri: { reason: 'a test' } }, [], no(good({}))),
    withTokens('claims', { jwks: JWKS }, [Condition.claim('role', 'admin', 'ops-*'), Condition.claim('scope', 'read'), Condition.nestedClaim(['realm', 'groups'], '*-team'), Condition.presenter('app')],
      ...[{ role: 'admin' }, { role: ['x', 'ops-1'] }].map(role => yes(good({ ...role, scope: 'write read', realm: { groups: ['a-team'] }, azp: 'app' }))),
      ...[{ role: true }, { scope: 'reader' }, { realm: { groups: { a: 'a-team' } } }, { realm: 'a-team' }, { azp: 'apps' }, { role: { admin: 'admin' } }].map(wrong => no(good({ role: 'admin', scope: 'read', realm: { groups: 'a-team' }, azp: 'app', ...wrong })))),
    withTokens('values that look like Rego', { jwks: JWKS, audiences: [HOSTILE] }, [Condition.textClaim([HOSTILE], HOSTILE)],
      yes(good({ aud: HOSTILE, [HOSTILE]: HOSTILE })), no({}), no(good({ aud: HOSTILE })), no(good({}))),
  ];
}

function written(): OpaCase[] {
  const files = { 'mine.rego': 'package envoy.authz\n\ndefault allow := false\n\nallow if input.attributes.request.http.method == "GET"\n' };
  return [{ name: 'Rego as it is written', policy: OpaPolicy.rego(files), asked: [yes({}), no({ method: 'PUT' })] }];
}
