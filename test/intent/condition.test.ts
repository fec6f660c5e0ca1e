import { Condition } from 'cdk8s-zero-trust';
import { whenOf } from '../../src/render/condition';

const notText = (value: string, index = 0) => `values[${index}] must be text, got '${value}'; Istio never matches a boolean or number, `
  + 'and if the issuer really sends it as text, say so with Condition.textClaim';
const noValue = "values must have at least one entry, got '[]'; name at least one";
const anyValue = "values[0] must say which value, got '*'; leave the condition out if any will do";
const noBlock = (block: string) => `blocks[0] must be an IP address or CIDR block such as '10.0.0.0/8', got '${block}'; host names are not addresses`;

describe('Condition', () => {
  test.each<[string, () => Condition, string]>([
    ['FG-25: a header without values', () => Condition.header('x'), noValue],
    ['FG-25: an empty value', () => Condition.header('x', ''), "values[0] must have a value, got ''; name at least one"],
    ['FG-25: an undefined value', () => Condition.header('x', undefined as unknown as string), "values[0] must have a value, got 'undefined'; name at least one"],
    ['any value', () => Condition.header('x', '*'), "values[0] must say which value, got '*'; for a header that is just there use Condition.headerPresent"],
    ['FG-13: a star in the middle', () => Condition.header('x', 'a*b'),
      "values[0] must have at most one star, at its start or end, got 'a*b'; use one star, at the start or at the end"],
    ['FG-13: two stars', () => Condition.header('x', '*a*'),
      "values[0] must have at most one star, at its start or end, got '*a*'; use one star, at the start or at the end"],
    ['a line break', () => Condition.header('x', 'a\nb'), "values[0] must be one line of text, got 'a\\nb'; leave out control characters"],
    ['an empty header name', () => Condition.header('', 'a'), "name must be a header name, got ''; methods, paths and hosts belong in the Operation"],
    ['a pseudo header', () => Condition.header(':path', 'a'), "name must be a header name, got ':path'; methods, paths and hosts belong in the Operation"],
    ['a header name with brackets', () => Condition.header('x]', 'a'), "name must be a header name, got 'x]'; methods, paths and hosts belong in the Operation"],
    ['the header Host', () => Condition.headerPresent('Host'), "name must not be 'host', which proxies keep apart from the headers; use 'hosts' of Operation.http"],
    ['FG-25: a claim without values', () => Condition.claim('role'), noValue],
    ['an empty claim name', () => Condition.claim('', 'a'), "path[0] must have a value, got ''; name the claim, as in ['role']"],
    ['any value of a claim', () => Condition.claim('role', '*'), anyValue],
    ['FG-33: a boolean', () => Condition.claim('admin', 'true'), notText('true')],
    ['FG-33: a number', () => Condition.claim('level', '-1.5'), notText('-1.5')],
    ['FG-33: null', () => Condition.nestedClaim(['a', 'b'], 'x', 'null'), notText('null', 1)],
    ['FG-34: a nested claim by dots', () => Condition.claim('realm_access.roles', 'a'),
      'claim must be a top-level name, got \'realm_access.roles\', in which Istio takes the dots literally; write Condition.nestedClaim([\'realm_access\', \'roles\'], …)'],
    ['FG-34: a nested claim by brackets', () => Condition.claim('realm_access[roles]', 'a'),
      "path[0] must be one claim name without brackets, got 'realm_access[roles]'; write one entry per level, as in ['realm_access', 'roles']"],
    ['FG-25: an empty claim path', () => Condition.nestedClaim([], 'a'), "path must have at least one entry, got '[]'; name the claim, as in ['role']"],
    ['an empty level of a claim', () => Condition.nestedClaim(['a', ''], 'b'), "path[1] must have a value, got ''; name the claim, as in ['role']"],
    ['FG-25: no address', () => Condition.sourceIp(), "blocks must have at least one entry, got '[]'; name an address or block, as in '10.0.0.0/8'"],
    ['a host name', () => Condition.sourceIp('web.example'), noBlock('web.example')],
    ['too long a prefix', () => Condition.sourceIp('10.0.0.0/33'), noBlock('10.0.0.0/33')],
    ['an address with a zone', () => Condition.sourceIp('fe80::1%eth0'), noBlock('fe80::1%eth0')],
    ['all IPv4 addresses', () => Condition.sourceIp('0.0.0.0/0'),
      "blocks[0] must not be all addresses, got '0.0.0.0/0'; leave the condition out if any address is meant"],
    ['all IPv6 addresses', () => Condition.sourceIp('::/0'), "blocks[0] must not be all addresses, got '::/0'; leave the condition out if any address is meant"],
    ['an address with bits beyond its prefix', () => Condition.sourceIp('10.20.1.1/8'),
      "blocks[0] must begin with the first address of its block, got '10.20.1.1/8', which is all of '10.0.0.0/8'; write that, or '10.20.1.1' for the address alone"],
    ['an address of IPv6 with bits beyond its prefix', () => Condition.sourceIp('2001:db8::1/32'),
      "blocks[0] must begin with the first address of its block, got '2001:db8::1/32', which is all of '2001:db8:0:0:0:0:0:0/32'; write that, or '2001:db8::1' for the address alone"],
    ['IPv4 written as IPv6', () => Condition.sourceIp('::ffff:10.20.0.0/112'), "blocks[0] must be written as IPv4, got '::ffff:10.20.0.0/112', as which no proxy sees a peer; write '10.20.0.0/16'"],
    ['an IPv4 address written as IPv6', () => Condition.sourceIp('::ffff:a14:1'), "blocks[0] must be written as IPv4, got '::ffff:a14:1', as which no proxy sees a peer; write '10.20.0.1'"],
    ['FG-25: no server name', () => Condition.sni(), noValue],
    ['any server name', () => Condition.sni('*'), anyValue],
    ['FG-25: no audience', () => Condition.audience(), noValue],
    ['FG-25: an empty presenter', () => Condition.presenter(''), "values[0] must have a value, got ''; name at least one"],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(new Error(message));
  });

  test.each<[Condition, object]>([
    [Condition.header('X-Tenant', 'a', 'b*', '*c'), { key: 'request.headers[x-tenant]', values: ['a', 'b*', '*c'] }],
    [Condition.headerPresent('X-Tenant'), { key: 'request.headers[x-tenant]', values: ['*'] }],
    [Condition.claim('role', 'admin', 'admin'), { key: 'request.auth.claims[role]', values: ['admin'] }],
    [Condition.claim('https://example.com/roles', 'a'), { key: 'request.auth.claims[https://example.com/roles]', values: ['a'] }],
    [Condition.nestedClaim(['realm_access', 'roles'], 'a'), { key: 'request.auth.claims[realm_access][roles]', values: ['a'] }],
    [Condition.textClaim(['level'], '3'), { key: 'request.auth.claims[level]', values: ['3'] }],
    [Condition.audience('api'), { key: 'request.auth.audiences', values: ['api'] }],
    [Condition.presenter('spa'), { key: 'request.auth.presenter', values: ['spa'] }],
    [Condition.sourceIp('10.0.0.0/8', '192.0.2.1', '2001:db8::/32'), { key: 'source.ip', values: ['10.0.0.0/8', '192.0.2.1', '2001:db8::/32'] }],
    [Condition.sni('db.example', '*.example'), { key: 'connection.sni', values: ['db.example', '*.example'] }],
  ])('renders %#', (condition, when) => {
    expect(whenOf(condition._data)).toEqual(when);
  });
});
