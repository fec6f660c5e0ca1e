import { Random } from '../fuzz/random';

/** A part of requests that rules of a pair may ask about: some fields with values of few kinds, and texts that tell all of these kinds apart. */
export interface Topic {
  readonly name: string;
  /** Writes one field about it into a rule. */
  readonly write: (rule: WrittenRule, random: Random) => void;
  /** How many values a request has on it, at most. */
  readonly size: number;
}

export interface WrittenRule {
  readonly source: Record<string, string[]>;
  readonly operation: Record<string, string[]>;
  readonly when: { readonly key: string; readonly values?: string[]; readonly notValues?: string[] }[];
}

export const ISSUER = 'https://issuer.example';
export const OTHER = 'https://other.example';

/** The parts of requests that axes are about, each with a text of every kind that the values below tell apart. */
export const TEXTS = {
  method: [['GET'], ['POST'], ['PUT'], ['DELETE']],
  path: [['/'], ['/a'], ['/a/'], ['/a/b'], ['/a/x'], ['/a/x/c'], ['/a/x/b'], ['/b'], ['/A'], ['/q']],
  host: [['api.shop'], ['API.shop'], ['www.example.com'], ['x']],
  address: [['10.1.2.3'], ['10.2.0.1'], ['192.168.1.1'], ['192.168.1.2'], ['2001:db8::1']],
  forwarded: [[], ['10.1.2.3'], ['10.2.0.1'], ['192.168.1.1'], ['8.8.8.8'], ['2001:db8::1']],
  header: [[], ['a'], ['b'], ['x'], ['a', 'b']],
  groups: [[], ['r1'], ['r2'], ['ax'], ['x'], ['r1', 'r2'], ['ax', 'r1'], ['ax', 'r2'], ['ax', 'r1', 'r2']],
  sub: [[], ['ann'], ['bob']],
  // what a token is for may end in a slash that token rules do not mind, and policies do
  aud: [[], ['aud'], ['aud/'], ['p1'], ['x'], ['aud', 'p1'], ['aud/', 'p1']],
  // those of CORS preflights, of which tokens are not asked for
  verb: [['OPTIONS'], ['GET']],
  origin: [[], ['a'], ['b']],
  asking: [[], ['GET'], ['PUT']],
  sni: [[''], ['a.example'], ['x.example'], ['other']],
} as const;
export type Part = keyof typeof TEXTS;

/** Topics of which tokens are a part. */
export const ABOUT_TOKENS: readonly string[] = ['token', 'groups', 'aud'];

export const CLIENTS = ['shop/web', 'shop/api', 'shop/x', 'ops/batch', 'ops/web', 'ops/x', 'oz/web', 'oz/x', 'zoo/web', 'zoo/x'];
export const FOREIGN = ['shop/web', 'shop/x', 'ops/x', 'oz/x', 'zoo/x'];

const some = <T>(random: Random, values: readonly T[]): T[] => {
  const first = random.pick(values);
  const second = random.pick(values);
  return first === second || random.below(2) === 0 ? [first] : [first, second];
};

function field(of: 'source' | 'operation', name: string, values: readonly string[]): Topic['write'] {
  const negated = `not${name[0].toUpperCase()}${name.slice(1)}`;
  return (rule, random) => { rule[of][random.below(4) === 0 ? negated : name] = some(random, values); };
}

function condition(key: string, values: readonly string[]): Topic['write'] {
  return (rule, random) => { rule.when.push({ key, [random.below(4) === 0 ? 'notValues' : 'values']: some(random, values) }); };
}

const BLOCKS = ['10.0.0.0/8', '10.1.0.0/16', '192.168.1.1', '::/0'];
const either = (...all: Topic['write'][]): Topic['write'] => (rule, random) => random.pick(all)(rule, random);

const TOKEN: Topic = {
  name: 'token',
  size: 12,
  write: either(
    field('source', 'requestPrincipals', [`${ISSUER}/*`, `${ISSUER}/ann`, '*', `${OTHER}/*`]),
    condition('request.auth.claims[sub]', ['ann']),
    condition('request.auth.claims[iss]', [ISSUER, 'https://o*']),
  ),
};

export const TOPICS: readonly Topic[] = [
  {
    name: 'peer',
    size: 16,
    write: either(
      field('source', 'principals', ['cluster.local/ns/shop/sa/web', '*/sa/web', 'cluster.local/ns/ops/*', '*']),
      field('source', 'namespaces', ['shop', 'o*', 'ops']),
      field('source', 'serviceAccounts', ['web', 'ops/batch']),
      condition('source.principal', ['cluster.local/ns/ops/sa/batch', '*/sa/web']),
      condition('source.namespace', ['shop', 'o*']),
    ),
  },
  { name: 'address', size: 5, write: either(field('source', 'ipBlocks', BLOCKS), condition('source.ip', BLOCKS)) },
  { name: 'forwarded', size: 30, write: either(field('source', 'remoteIpBlocks', BLOCKS), condition('remote.ip', BLOCKS)) },
  { name: 'method', size: 4, write: either(field('operation', 'methods', ['GET', 'POST', 'P*', '*']), condition('request.headers[:method]', ['GET', 'P*'])) },
  { name: 'path', size: 10, write: field('operation', 'paths', ['/a', '/a/*', '*/b', '/a/{*}/c', '/a/{**}', '*', '/A', '/a/b']) },
  { name: 'host', size: 4, write: field('operation', 'hosts', ['api.shop', '*.example.com', 'API.SHOP']) },
  { name: 'header', size: 5, write: either(condition('request.headers[x-t]', ['a', 'b*', '*']), condition('request.headers[X-T]', ['a', 'b*'])) },
  TOKEN,
  { name: 'groups', size: 36, write: condition('request.auth.claims[groups]', ['r1', 'r2', 'a*']) },
  { name: 'aud', size: 28, write: condition('request.auth.audiences', ['aud', 'p*']) },
  { name: 'sni', size: 4, write: condition('connection.sni', ['a.example', '*.example', '*']) },
  { name: 'port', size: 1, write: either(field('operation', 'ports', ['8080', '9000']), condition('destination.port', ['8080', '9000'])) },
];

/** Tokens, and what makes a CORS preflight, which is not asked for them: pairs of their own, as each has many values. */
export const PREFLIGHTS: readonly Topic[] = [TOKEN, {
  name: 'preflight',
  size: 24,
  write: (rule, random) => {
    const parts = [field('operation', 'methods', ['OPTIONS', 'GET']), condition('request.headers[origin]', ['a', 'b', '*']), condition('request.headers[Access-Control-Request-Method]', ['GET', '*'])];
    parts.filter(() => random.below(3) > 0).forEach(write => write(rule, random));
  },
}];
