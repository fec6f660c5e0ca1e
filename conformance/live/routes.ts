export type Fields = Readonly<Record<string, unknown>>;

/** What a kind must have, and parts that are put in. */
export interface Parts {
  readonly base: Fields;
  readonly parts: readonly Fields[];
}

const ROUTE = [{ destination: { host: 'web' } }];
const RULES = { set: { 'x-a': 'b' }, add: { 'x-c': 'd' }, remove: ['x-e'] };
const SOURCE = { port: 80, sourceLabels: { app: 'a' }, gateways: ['mesh'], sourceNamespace: 'foo' };

const MATCHES: readonly Fields[] = [
  { name: 'a', uri: { prefix: '/a' }, scheme: { exact: 'https' }, method: { regex: 'GET|PUT' }, authority: { prefix: 'a.' }, ...SOURCE },
  { headers: { 'x-a': { exact: 'b' }, 'cookie': {} }, withoutHeaders: { 'x-b': { regex: '.*' } }, queryParams: { q: { exact: 'a' } } },
  { uri: { exact: '/a' }, ignoreUriCase: true, statPrefix: 'a', scheme: { prefix: 'http' }, method: { exact: 'GET' }, authority: { exact: 'a.example' } },
  { uri: { regex: '/a/.*' }, scheme: { regex: 'https?' }, method: { prefix: 'P' }, authority: { regex: '.*' } },
];

const HTTP: readonly Fields[] = [
  ...MATCHES.map(match => ({ match: [match], route: ROUTE })),
  { route: [{ destination: { host: 'web', subset: 'v1', port: { number: 80 } }, weight: 80, headers: { request: RULES } }, { destination: { host: 'api' }, weight: 20 }] },
  { redirect: { uri: '/', authority: 'a', scheme: 'https', redirectCode: 308, port: 443 } },
  { redirect: { derivePort: 'FROM_REQUEST_PORT' } },
  { match: [{ uri: { prefix: '/a' } }], redirect: { prefixRewrite: '/b' } },
  { directResponse: { status: 200, body: { string: 'a' } } },
  { directResponse: { status: 503, body: { bytes: 'aGk=' } } },
  { delegate: { name: 'a', namespace: 'b' } },
  { route: ROUTE, rewrite: { uri: '/b', authority: 'a' } },
  { route: ROUTE, rewrite: { uriRegexRewrite: { match: '^/a/(.*)$', rewrite: '/\\1' } } },
  { route: ROUTE, timeout: '5s', retries: { attempts: 3, perTryTimeout: '2s', retryOn: '5xx,503', retryRemoteLocalities: true } },
  { route: ROUTE, retries: { attempts: 3, backoff: '25ms', retryIgnorePreviousHosts: false } },
  { route: ROUTE, fault: { delay: { fixedDelay: '5s', percentage: { value: 0.1 } }, abort: { httpStatus: 503, percentage: { value: 100 } } } },
  { route: ROUTE, fault: { delay: { fixedDelay: '5s', percent: 10 }, abort: { grpcStatus: 'UNAVAILABLE' } } },
  { route: ROUTE, mirror: { host: 'copy', subset: 'v1', port: { number: 80 } }, mirrorPercentage: { value: 1.5 } },
  { route: ROUTE, mirror: { host: 'copy' }, mirrorPercent: 50 },
  { route: ROUTE, mirrors: [{ destination: { host: 'copy', subset: 'v1', port: { number: 80 } }, percentage: { value: 1 } }] },
  { route: ROUTE, headers: { request: RULES, response: RULES }, name: 'a' },
  { route: [{ destination: { host: 'web' }, headers: { response: RULES } }] },
  {
    route: ROUTE,
    corsPolicy: {
      allowOrigins: [{ exact: 'https://a.b' }, { prefix: 'https://c.' }, { regex: '.*' }],
      allowMethods: ['GET'],
      allowHeaders: ['x-a'],
      exposeHeaders: ['x-b'],
      maxAge: '24h',
      allowCredentials: true,
      unmatchedPreflights: 'IGNORE',
    },
  },
  { route: ROUTE, corsPolicy: { allowOrigin: ['https://a.b'] } },
];

export const VIRTUAL_SERVICE: Parts = {
  base: { hosts: ['web'], http: [{ route: ROUTE }] },
  parts: [
    ...HTTP.map(one => ({ http: [one] })),
    { tls: [{ match: [{ sniHosts: ['web'], destinationSubnets: ['10.0.0.0/8'], ...SOURCE }], route: [{ ...ROUTE[0], weight: 1 }] }] },
    { tcp: [{ match: [{ destinationSubnets: ['10.0.0.0/8'], sourceSubnet: '10.0.0.0/8', ...SOURCE }], route: [{ destination: { host: 'db', subset: 'v1', port: { number: 5432 } }, weight: 1 }] }] },
    { tls: [{ match: [{ sniHosts: ['web'] }], route: [{ destination: { host: 'db', subset: 'v1', port: { number: 443 } } }] }] },
    { hosts: ['a.example', '*.b.example'], gateways: ['edge/public', 'mesh'] },
    { exportTo: ['.'] },
  ],
};
