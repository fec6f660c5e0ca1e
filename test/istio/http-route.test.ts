import { admitSpec, refusing, said } from './admitted';

const DESTINATION = [{ destination: { host: 'web' } }];
const http = (route: object, more: object = {}): object => ({ hosts: ['web'], http: [{ route: DESTINATION, ...route }], ...more });
const answer = (route: object): object => ({ hosts: ['web'], http: [route] });
const match = (one: object): object => http({ match: [one] });
const request = (operations: object): object => http({ headers: { request: operations } });
const refuse = (spec: unknown): string[] => refusing('VirtualService', spec);

describe('a route of HTTP', () => {
  test.each([
    ['a match of everything', match({
      name: 'a',
      uri: { regex: '/(?P<id>[0-9]+)' },
      scheme: { exact: 'https' },
      method: { regex: 'GET|PUT' },
      authority: { prefix: 'a.' },
      port: 80,
      headers: { 'x-a': { exact: '' }, ':path': { prefix: '/' }, 'cookie': {} },
      queryParams: { '': { exact: '' } },
      withoutHeaders: { 'x-b': { regex: '*' } },
      sourceLabels: { 'example.com/app': 'a' },
      gateways: ['mesh'],
      sourceNamespace: 'foo',
      ignoreUriCase: true,
      statPrefix: 'a',
    })],
    ['an empty prefix of a path', match({ uri: { prefix: '' } })],
    ['headers', http({ headers: { request: { set: { ':authority': 'a' }, add: { 'x-a': '%START_TIME% 100%%' }, remove: ['x-b'] }, response: { set: { 'x-c': '' } } } })],
    ['a command with arguments', request({ set: { a: '%REQ(x)% %UPSTREAM_METADATA(["a", "b"])%' } })],
    ['a redirect', answer({ redirect: { uri: '/', authority: 'a', scheme: 'https', redirectCode: 308, port: 443 } })],
    ['a redirect by prefix', answer({ match: [{ uri: { prefix: '/a' } }, { port: 80 }], redirect: { prefixRewrite: '/b' } })],
    ['a redirect to the port of the request', answer({ redirect: { derivePort: 'FROM_REQUEST_PORT' } })],
    ['an answer of its own', answer({ directResponse: { status: 600, body: { bytes: 'aGk=' } } })],
    ['a rewrite', http({ rewrite: { uriRegexRewrite: { match: '^/a/(.*)$', rewrite: '/\\1' }, authority: 'a' } })],
    ['a delegate', { hosts: ['web'], http: [{ delegate: { name: 'a', namespace: 'b' } }] }],
    ['a fault', http({ fault: { abort: { httpStatus: 503, percentage: { value: 0.0001 } }, delay: { fixedDelay: '5s', percentage: { value: 100 } } } })],
    ['a fault that says nothing', http({ fault: { abort: {} } })],
    ['retries', http({ retries: { attempts: 3, perTryTimeout: '2s', retryOn: '5xx,503,unavailable', retryRemoteLocalities: null, backoff: '25ms' }, timeout: '1m' })],
    ['no retries', http({ retries: { attempts: 0, backoff: '1s', retryIgnorePreviousHosts: true } })],
    ['mirrors', http({ mirrors: [{ destination: { host: 'a' }, percentage: { value: 0 } }] })],
    ['other origins', http({
      corsPolicy: {
        allowOrigins: [{ exact: 'https://a.b' }, { regex: '.*' }],
        allowMethods: ['GET', '*'],
        allowHeaders: ['*', 'x-a'],
        exposeHeaders: ['x,y'],
        maxAge: '24h',
        allowCredentials: false,
        unmatchedPreflights: 'IGNORE',
      },
    })],
  ])('admits %s', (_, spec) => {
    expect(said('VirtualService', spec)).toEqual([]);
  });

  test.each([
    ['no answer', answer({}), ['webhook spec.http[0]: must have a route, redirect or directResponse, got none; say where requests go']],
    ['two answers', http({ redirect: { uri: '/' }, directResponse: { status: 200 }, fault: { abort: {} } }), [
      'webhook spec.http[0]: must not have directResponse and fault and route beside redirect, got both; keep one',
    ]],
    ['a delegate beside a route', http({ delegate: { name: 'a' } }), ['webhook spec.http[0]: must not have route beside delegate, got both; keep one']],
    ['a delegate of a delegate', http({ delegate: {} }, { hosts: [] }), [
      'webhook spec.http[0].delegate: must be left out where there are no hosts, as others delegate to this; drop it',
    ]],
    ['a bad expression', match({ uri: { regex: '/a(' } }), [
      "webhook spec.http[0].match[0].uri.regex: must be a regular expression in the syntax of RE2, got '/a(': missing closing ): `/a(`; correct it",
    ]],
    ['a pattern that is none', match({ headers: { a: { regex: '*' } } }), [
      "webhook spec.http[0].match[0].headers.a.regex: must be a regular expression in the syntax of RE2, got '*': missing argument to repetition operator: `*`; correct it",
    ]],
    ['two ways to match', match({ uri: { exact: '/', prefix: '/' } }), [
      'schema spec.http[0].match[0].uri: must have at most one of these, got exact and prefix, where empty counts; keep one',
    ]],
    ['a lone percent', request({ add: { a: '50% off' } }), [
      "webhook spec.http[0].headers.request.add.a: must have '%' only in commands such as '%HOSTNAME%', got '50% off'; write '%%' for the sign itself",
    ]],
    ['the authority twice', http({ rewrite: { authority: 'a' }, headers: { request: { set: { Host: 'b' } } } }), [
      "webhook spec.http[0].headers.request: must set the authority once, got 'a', 'b'; keep one of them",
    ]],
    ['retries without a number', http({ retries: { retryOn: '5xx' } }), [
      'webhook spec.http[0].retries.attempts: must be given beside perTryTimeout, retryOn and retryRemoteLocalities, got 0; say how often, or drop them',
    ]],
    ['a timeout of nothing', http({ timeout: '0s' }), [
      "schema spec.http[0].timeout: must be a duration of at least 1ms, got '0s'; write a number and a unit, such as '5s' or '1m30s'",
      "webhook spec.http[0].timeout: must be at least 1ms and a multiple of it, got '0s'; round it to milliseconds",
    ]],
    ['half a second of an age', http({ corsPolicy: { maxAge: '1.5s' } }), ["webhook spec.http[0].corsPolicy.maxAge: must be in whole seconds, got '1.5s'; round it"]],
  ])('refuses %s', (_, spec, lines) => {
    expect(said('VirtualService', spec)).toEqual(lines);
  });

  test.each([
    ['a header without a name', match({ headers: { '': { exact: 'a' } } })],
    ['a header with a colon', match({ withoutHeaders: { 'x:y': { exact: 'a' } } })],
    ['half a claim', match({ headers: { '@request.auth.claims[]': { exact: 'a' } } })],
    ['an empty prefix', match({ method: { prefix: '' } })],
    ['an empty expression', match({ queryParams: { a: { regex: '' } } })],
    ['an expression of 1025 bytes', match({ uri: { regex: 'a'.repeat(1025) } })],
    ['an unknown class', match({ uri: { regex: '\\p{Klingon}' } })],
    ['a namespace in another form', match({ sourceNamespace: 'a.b' })],
    ['port 65536', match({ port: 65536 })],
    ['the path as a header', request({ set: { ':path': '/' } })],
    ['Host removed', request({ remove: ['HOST'] })],
    ['the authority of a response', http({ headers: { response: { set: { ':authority': 'a' } } } })],
    ['a line break in a header', request({ set: { a: 'b\r\nc: d' } })],
    ['a header of a destination without a name', http({ route: [{ ...DESTINATION[0], headers: { response: { remove: [''] } } }] })],
    ['a command that does not end', request({ set: { a: '%REQ(x)' } })],
    ['a redirect to nowhere', answer({ redirect: { redirectCode: 301 } })],
    ['a redirect that is none', answer({ redirect: { uri: '/', redirectCode: 200 } })],
    ['a redirect to another protocol', answer({ redirect: { scheme: 'HTTPS' } })],
    ['a redirect in two ways', answer({ redirect: { uri: '/', prefixRewrite: '/' } })],
    ['a redirect by prefix of an exact path', answer({ match: [{ uri: { exact: '/a' } }], redirect: { prefixRewrite: '/' } })],
    ['a rewrite of nothing', http({ rewrite: {} })],
    ['a rewrite in two ways', http({ rewrite: { uri: '/', uriRegexRewrite: { match: 'a', rewrite: 'b' } } })],
    ['a rewrite without a replacement', http({ rewrite: { uriRegexRewrite: { match: 'a' } } })],
    ['a status that is none', answer({ directResponse: { status: 99 } })],
    ['an answer of more than a megabyte', answer({ directResponse: { status: 200, body: { string: 'x'.repeat(1024 * 1024 + 1) } } })],
    ['a fault of nothing', http({ fault: {} })],
    ['a fault too rare', http({ fault: { abort: { httpStatus: 500, percentage: { value: 0.00001 } } } })],
    ['a status of gRPC that is none', http({ fault: { abort: { grpcStatus: 'not_found' } } })],
    ['an error of HTTP/2', http({ fault: { abort: { http2Error: 'a' } } })],
    ['a delay that grows', http({ fault: { delay: { exponentialDelay: '1s' } } })],
    ['a time finer than milliseconds', http({ timeout: '1500us' })],
    ['negative attempts', http({ retries: { attempts: -1 } })],
    ['other localities for no retries', http({ retries: { retryRemoteLocalities: false } })],
    ['a condition with a blank', http({ retries: { attempts: 1, retryOn: '5xx, reset' } })],
    ['a status code without a name', http({ retries: { attempts: 1, retryOn: '599' } })],
    ['a mirror in two ways', http({ mirror: { host: 'a' }, mirrors: [{ destination: { host: 'b' } }] })],
    ['a mirror of all hosts', http({ mirror: { host: '*' } })],
    ['more than all in a mirror', http({ mirrorPercentage: { value: 101 } })],
    ['more than all in one of the mirrors', http({ mirrors: [{ destination: { host: 'a' }, percentage: { value: -1 } }] })],
    ['a method in lower case', http({ corsPolicy: { allowMethods: ['get'] } })],
    ['an origin that is none', http({ corsPolicy: { allowOrigins: [{ exact: '' }] } })],
  ])('refuses %s in the webhook', (_, spec) => {
    expect(refuse(spec)).toEqual(['webhook']);
  });

  test.each([
    ['bytes that are no base64', answer({ directResponse: { status: 200, body: { bytes: 'a' } } }), ['schema', 'webhook']],
    ['bytes in lines', answer({ directResponse: { status: 200, body: { bytes: 'aGk\n=' } } }), ['schema']],
    ['empty bytes', answer({ directResponse: { status: 200, body: { bytes: '' } } }), ['schema']],
    ['a body of two kinds', answer({ directResponse: { status: 200, body: { string: 'a', bytes: 'aGk=' } } }), ['schema']],
    ['ports of two kinds', answer({ redirect: { port: 80, derivePort: 'FROM_REQUEST_PORT' } }), ['schema']],
    ['faults of two kinds', http({ fault: { abort: { httpStatus: 0, grpcStatus: 'OK' } } }), ['schema']],
    ['an answer without a status', answer({ directResponse: {} }), ['schema', 'webhook']],
    ['a mirror without a host', http({ mirror: {} }), ['schema', 'webhook']],
    ['mirrors without a destination', http({ mirrors: [{}] }), ['schema', 'webhook']],
    ['an unknown way with preflights', http({ corsPolicy: { unmatchedPreflights: 'DROP' } }), ['schema', 'webhook']],
    ['a duration without a unit', http({ timeout: '5' }), ['schema', 'webhook']],
  ])('refuses %s in the right layers', (_, spec, layers) => {
    expect(refuse(spec)).toEqual(layers);
  });

  test.each([
    ['an old form of a percentage', http({ mirrorPercent: 5 }), ['spec.http[0].mirrorPercent']],
    ['an old form in an old spelling', http({ mirror_percent: 5 }), ['spec.http[0].mirrorPercent']],
    ['an old form of nothing', http({ mirrorPercent: null }), []],
    ['a large answer', answer({ directResponse: { status: 200, body: { string: 'x'.repeat(100 * 1024 + 1) } } }), ['spec.http[0].directResponse.body']],
    ['an old form of a gateway in a match: no', match({ gateways: ['gw.foo'] }), []],
  ])('warns of %s', (_, spec, fields) => {
    expect(admitSpec('VirtualService', spec).warnings.map(({ field }) => field)).toEqual(fields);
    expect(refuse(spec)).toEqual([]);
  });
});
