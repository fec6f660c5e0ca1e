import { said } from './admitted';

const refuse = (spec: unknown): string[] => said('HttpRoute', spec);
const rule = (more: object): object => ({ parentRefs: [{ name: 'edge' }], rules: [more] });
const path = (value: string, type?: string): object => rule({ matches: [{ path: { value, ...type ? { type } : {} } }] });
const filter = (...filters: object[]): object => rule({ filters });
const parents = (...parentRefs: object[]): object => ({ parentRefs });
const cors = (settings: object): object => filter({ type: 'CORS', cors: settings });
const rewritten = (modifier: object): object => ({ type: 'URLRewrite', urlRewrite: { path: modifier } });
const prefixRewrite = rewritten({ type: 'ReplacePrefixMatch', replacePrefixMatch: '/b' });
const redirect = { type: 'RequestRedirect', requestRedirect: { scheme: 'https' } };
const backend = { name: 'api', port: 80 };
const mirror = (more: object): object => filter({ type: 'RequestMirror', requestMirror: { backendRef: backend, ...more } });

describe('an HTTPRoute', () => {
  test.each([
    ['nothing but a spec', {}],
    ['every match', rule({
      matches: [{
        path: { type: 'RegularExpression', value: '//[0-9]+#' }, method: 'GET', headers: [{ name: 'x-a', value: 'b', type: 'Exact' }], queryParams: [{ name: 'q', value: '.*', type: 'RegularExpression' }],
      }],
    })],
    ['a path of escapes', path('/a%20b/~c', 'Exact')],
    ['filters of every kind', filter(
      { type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'a', value: 'b' }], add: [{ name: 'c', value: 'd' }], remove: ['e'] } },
      { type: 'ResponseHeaderModifier', responseHeaderModifier: { remove: ['e'] } },
      { type: 'RequestMirror', requestMirror: { backendRef: { ...backend, namespace: 'other' }, percent: 10 } },
      { type: 'RequestMirror', requestMirror: { backendRef: { group: 'a.example', kind: 'A', name: 'a' }, fraction: { numerator: 100 } } },
      { type: 'URLRewrite', urlRewrite: { hostname: 'a.example', path: { type: 'ReplaceFullPath', replaceFullPath: '' } } },
      { type: 'CORS', cors: { allowOrigins: ['https://*.a.example:8443', 'http://b'], allowMethods: ['*'], allowHeaders: ['x-a'], exposeHeaders: ['x-b'], allowCredentials: true, maxAge: 1 } },
      { type: 'ExtensionRef', extensionRef: { group: 'a.example', kind: 'A', name: 'a' } },
    )],
    ['a redirect', filter({ type: 'RequestRedirect', requestRedirect: { hostname: 'a.example', port: 443, statusCode: 308, path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } } })],
    ['a prefix that is replaced', rule({ matches: [{ path: { value: '/a' } }], filters: [prefixRewrite], backendRefs: [backend] })],
    ['backends', rule({ backendRefs: [{ ...backend, weight: 0, filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: {} }] }, { group: 'networking.istio.io', kind: 'Hostname', name: 'a.example' }] })],
    ['timeouts', rule({ name: 'a', timeouts: { request: '10s', backendRequest: '9s500ms' } })],
    ['no limit of the whole', rule({ timeouts: { request: '0s', backendRequest: '9s' } })],
    ['parents of other kinds', parents({ group: '', kind: 'Service', name: 'api', port: 80 }, { name: 'api', sectionName: 'a' }, { name: 'api', sectionName: 'b' }, { name: 'api', namespace: 'edge' })],
    ['hosts', { hostnames: ['*.a.example', 'b.example'] }],
  ])('admits %s', (_, spec) => {
    expect(refuse(spec)).toEqual([]);
  });

  test.each([
    ['a relative path', path('a'), ["schema spec.rules[0].matches[0].path: must have a path that begins with '/', got 'a'; correct it"]],
    ['a path that is never asked for', path('/a//b', 'Exact'), ["schema spec.rules[0].matches[0].path: must have a path without '//', got '/a//b'; write it as it is when normalised"]],
    ['an escaped slash', path('/a%2Fb'), ["schema spec.rules[0].matches[0].path: must have a path without '%2F', got '/a%2Fb'; write it as it is when normalised"]],
    ['a path that goes up', path('/a/..'), ["schema spec.rules[0].matches[0].path: must have a path without '/..', got '/a/..'; write it as it is when normalised"]],
    ['a star in a path', path('/a/{b}'), ["schema spec.rules[0].matches[0].path: must have a path of unreserved characters and escapes such as '%20', got '/a/{b}'; escape the others"]],
    ['a header twice', rule({ matches: [{ headers: [{ name: 'a', value: 'b' }, { name: 'a', value: 'c' }] }] }),
      ["schema spec.rules[0].matches[0].headers[1]: must have another name than those before it, got 'a' again; rename it"]],
    ['a filter of another type', filter({ type: 'URLRewrite', requestRedirect: {} }),
      ['schema spec.rules[0].filters[0]: must have urlRewrite and nothing else with type URLRewrite, got requestRedirect; use a filter of its own']],
    ['a filter of nothing', filter({ type: 'CORS' }), ['schema spec.rules[0].filters[0]: must have cors with type CORS, got nothing; add it']],
    ['a filter twice', filter(prefixRewrite, prefixRewrite), ['schema spec.rules[0].filters: must have at most one URLRewrite, got several; put them into one']],
    ['a redirect of what is rewritten', filter(redirect, { type: 'URLRewrite', urlRewrite: {} }),
      ['schema spec.rules[0].filters: must have at most one of RequestRedirect and URLRewrite, got both; keep one']],
    ['a redirect beside a backend', rule({ filters: [redirect], backendRefs: [backend] }), ['schema spec.rules[0]: must have no backendRefs beside a redirect, got both; keep one']],
    ['a prefix of two matches', rule({ matches: [{}, {}], filters: [prefixRewrite] }),
      ['schema spec.rules[0]: must have exactly one match, of a PathPrefix, where replacePrefixMatch is used; split the rule']],
    ['a prefix of a whole path', rule({ matches: [{ path: { type: 'Exact', value: '/a' } }], backendRefs: [{ ...backend, filters: [prefixRewrite] }] }),
      ['schema spec.rules[0]: must have exactly one match, of a PathPrefix, where replacePrefixMatch is used; split the rule']],
    ['a prefix that becomes nothing', filter(rewritten({ type: 'ReplacePrefixMatch' })),
      ['schema spec.rules[0].filters[0].urlRewrite.path: must have replacePrefixMatch with type ReplacePrefixMatch, got nothing; add it']],
    ['both replacements', filter(rewritten({ type: 'ReplaceFullPath', replaceFullPath: '/', replacePrefixMatch: '/' })),
      ['schema spec.rules[0].filters[0].urlRewrite.path: must not have replacePrefixMatch with type ReplaceFullPath; use replaceFullPath']],
    ['a Service without port', rule({ backendRefs: [{ name: 'api' }] }), ['schema spec.rules[0].backendRefs[0]: must have a port for a Service, got none; add that of the Service']],
    ['a copy to a Service without port', mirror({ backendRef: { name: 'api' } }),
      ['schema spec.rules[0].filters[0].requestMirror.backendRef: must have a port for a Service, got none; add that of the Service']],
    ['two shares', mirror({ percent: 1, fraction: { numerator: 1 } }), ['schema spec.rules[0].filters[0].requestMirror: must have at most one of percent and fraction, got both; keep one']],
    ['more than the whole', mirror({ fraction: { numerator: 101 } }), ['schema spec.rules[0].filters[0].requestMirror.fraction: must not be more than the whole, got 101 of 100; correct it']],
    ['another status', filter({ type: 'RequestRedirect', requestRedirect: { statusCode: 300 } }),
      ["schema spec.rules[0].filters[0].requestRedirect.statusCode: must be 301, 302, 303, 307 or 308, got '300'; use one of these"]],
    ['a star beside origins', cors({ allowOrigins: ['*', 'https://a.example'] }),
      ["schema spec.rules[0].filters[0].cors.allowOrigins: must have '*' by itself, got others beside it; keep '*', or the others"]],
    ['a method twice', cors({ allowMethods: ['GET', 'GET'] }), ["schema spec.rules[0].filters[0].cors.allowMethods: must have each entry once, got 'GET' again; drop it"]],
    ['a backend that may take longer than all', rule({ timeouts: { request: '1s', backendRequest: '2s' } }),
      ['schema spec.rules[0].timeouts: must not have a backendRequest of more than request, got 2s and 1s; correct one of them']],
    ['a parent twice', parents({ name: 'a' }, { name: 'a', port: 80 }),
      ['schema spec.parentRefs: must name another sectionName in each reference to one parent, got none; name the listeners, or keep one reference for all']],
    ['a listener twice', parents({ name: 'a', sectionName: 'b' }, { name: 'a', group: 'gateway.networking.k8s.io', sectionName: 'b' }),
      ["schema spec.parentRefs: must name another sectionName in each reference to one parent, got 'b' again; name the listeners, or keep one reference for all"]],
    ['more matches than a route takes', { rules: [{ matches: Array(64).fill({}) }, { matches: Array(64).fill({}) }, {}] },
      ['schema spec.rules: must have at most 128 matches together, got 129; spread them over several routes']],
  ])('refuses %s', (_, spec, problems) => {
    expect(refuse(spec)).toEqual(problems);
  });
});
