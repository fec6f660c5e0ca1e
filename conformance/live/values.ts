import { Condition, JwtIssuer, Operation } from 'cdk8s-zero-trust';
import { Random } from './random';
import { isAtLeast } from '../../src/istio/versions';

/** Every workload listens on these two, whatever it is. */
export const HTTP_PORT = { number: 8080, name: 'http' } as const;
export const TCP_PORT = { number: 9000, name: 'raw' } as const;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'M-SEARCH'];
const PATHS = ['/', '/a', '/a/*', '*.html', '*/status', '/u/{*}', '/u/{*}/orders', '/f/{**}', '/caf%C3%A9', '/a;b=c', '/no', '/1e3', '/~'];
const HOSTS = ['a.example', '*.b.example', 'c.example:8443', 'd.*', '10.0.0.1', '[2001:db8::1]'];
/** A key of an issuer. */
export const KEYS = '{"keys":[{"kty":"EC","crv":"P-256","kid":"1","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}';

/** Operations on the HTTP port. */
export function httpOperations(random: Random): Operation[] {
  return random.times(1 + random.below(3), () => httpOperation(random));
}

function httpOperation(random: Random): Operation {
  const paths = random.some(PATHS);
  return random.one([
    () => Operation.get(...paths), () => Operation.head(...paths), () => Operation.post(...paths), () => Operation.put(...paths),
    () => Operation.patch(...paths), () => Operation.delete(...paths), () => Operation.options(...paths),
    () => Operation.grpc('shop.v1.Cart', '*'), () => Operation.grpc('shop.v1.Cart', 'AddItem'),
    () => anyHttp(random),
    ...random.times(6, () => () => Operation.http({
      methods: random.chance(0.2) ? ['*'] : random.some(METHODS),
      paths: random.chance(0.2) ? ['*'] : paths,
      ...random.maybe(() => ({ hosts: random.some(HOSTS) })),
      ...onHttpPort(random),
    })),
  ])();
}

/** What everyone may call: never everything. */
export function publicOperations(random: Random): Operation[] { return [Operation.get(...random.some(PATHS)), Operation.grpc('grpc.health.v1.Health', '*')]; }

/** Every request: even a proxy that sees only connections can tell. */
export function anyHttp(random: Random): Operation { return Operation.anyHttp(onHttpPort(random)); }

function onHttpPort(random: Random): { ports?: number[]; portNames?: string[] } {
  return random.one([{}, { ports: [HTTP_PORT.number] }, { portNames: [HTTP_PORT.name] }]);
}

export function tcpOperation(random: Random): Operation {
  return random.chance(0.5) ? Operation.tcp(TCP_PORT.number) : Operation.tcpNamed(TCP_PORT.name);
}

export function httpConditions(random: Random): Condition[] {
  return random.some([
    Condition.header('X-Tenant', 'a', 'b*', '*c', 'true', '1.10', 'null'),
    Condition.headerPresent('x-b'),
  ]);
}

/** Conditions that every proxy at the pod can check. */
export function addressConditions(random: Random): Condition[] {
  return [Condition.sourceIp(...random.some(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32']))];
}

export function serverNameConditions(random: Random): Condition[] {
  return [Condition.sni(...random.some(['a.example', '*.example', 'outbound_.80_._.*']))];
}

/** Conditions on tokens, which something must verify. */
export function tokenConditions(random: Random): Condition[] {
  return random.some([
    Condition.claim('role', 'admin', 'ops*'),
    Condition.nestedClaim(['realm_access', 'roles'], 'x'),
    Condition.textClaim(['level'], '3', 'true'),
    Condition.claim('https://claims.example/team', 'a'),
    Condition.audience('api', 'web'),
    Condition.presenter('cli', '*-app'),
  ]);
}

/** Issuers with every way to carry, verify and pass on their tokens. */
export function issuers(istioVersion: string, random: Random): JwtIssuer[] {
  return random.some(['https://one.example', 'https://two.example/', 'accounts@three.example']).map(name => issuer(name, istioVersion, random));
}

function issuer(name: string, istioVersion: string, random: Random): JwtIssuer {
  const carried = random.maybe(() => ({
    fromHeaders: [{ name: 'x-token', prefix: 'Token ' }, { name: 'x-plain' }],
    ...random.maybe(() => ({ dropAuthorizationHeader: true })),
    ...random.maybe(() => ({ fromParams: ['token', 'access_token'] })),
    ...random.maybe(() => ({ fromCookies: ['session'] })),
  }));
  return JwtIssuer.of({
    issuer: name,
    ...random.chance(0.8) ? { audiences: random.some(['api', 'web', '1.0']) } : { anyAudience: { reason: 'one issuer for all' } },
    ...keys(name, random),
    ...carried,
    ...random.maybe(() => ({ forwardOriginalToken: random.chance(0.5) })),
    ...random.maybe(() => ({ outputClaimToHeaders: [{ claim: 'sub', header: 'x-sub' }, { claim: 'realm.name', header: 'X_Realm' }] })),
    ...random.maybe(() => ({ outputPayloadToHeader: 'x-payload' })),
    ...isAtLeast(istioVersion, '1.28') ? random.maybe(() => ({ scopeClaim: 'scp' })) : {},
    ...random.maybe(() => ({ tokensWithoutSubject: true })),
  });
}

function keys(name: string, random: Random): object {
  const ways: object[] = [
    { jwksUri: 'https://keys.example/jwks.json' }, { jwks: KEYS },
    { jwksUri: 'http://keys.shop.svc:8080/jwks', insecureJwksUri: { reason: 'inside the mesh' } },
    ...name.startsWith('https:') ? [{}] : [],
  ];
  return random.one(ways);
}
