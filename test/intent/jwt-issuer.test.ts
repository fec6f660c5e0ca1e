import { JwtIssuer, JwtIssuerProps } from 'cdk8s-zero-trust';

const ISSUER = 'https://auth.example.com';

/** An issuer that is right but for what is given. */
function issuer(props: object): JwtIssuer {
  return JwtIssuer.of({ issuer: ISSUER, audiences: ['api'], ...props });
}

const undefinedProp = (prop: string) =>
  `JwtIssuer.of: '${prop}' must have a value where it is written, got 'undefined'; give it one, or leave it out on purpose`;
const noLocation = (prop: string) => `${prop} must have at least one entry, got '[]'; name where the token is, or leave the list out`;
const noAudience = "name what the tokens are issued for, or accept all by anyAudience: { reason: '…' }";
const notHttps = (prop: string, uri: string) =>
  `${prop} must be an https address, got '${uri}'; the keys come from there: give jwksUri or jwks, or accept http by insecureJwksUri: { reason: '…' }`;
const noReason = (prop: string) =>
  `${prop} is wider than least privilege and must have a reason, got ' '; say why by a reason, as in { reason: '…' }, which stays visible in the output`;

describe('JwtIssuer', () => {
  test.each<[string, object, string]>([
    ['FG-28: an empty issuer', { issuer: '' }, "issuer must be text without blanks around it, got ''; give the iss claim of the tokens, letter by letter"],
    ['FG-28: an undefined issuer', { issuer: undefined }, "JwtIssuer.of: 'issuer' must have a value, got 'undefined'; check the lookup or the setting that it comes from"],
    ['FG-31: an issuer with a star', { issuer: 'https://*.example.com' }, "issuer must be exact text, got 'https://*.example.com'; give one JwtIssuer per issuer"],
    ['an issuer with blanks', { issuer: ' x' }, "issuer must be text without blanks around it, got ' x'; give the iss claim of the tokens, letter by letter"],
    ['FG-27: empty audiences', { audiences: [] }, `audiences must have at least one entry, got '[]'; ${noAudience}`],
    ['FG-27: an empty audience', { audiences: [''] }, `audiences[0] must have a value, got ''; ${noAudience}`],
    ['FG-27: undefined audiences', { audiences: undefined }, undefinedProp('audiences')],
    ['an audience with a star', { audiences: ['api*'] },
      "audiences must be exact, got 'api*', which matches no other; name each, or accept all by anyAudience: { reason: '…' }"],
    ['audiences beside anyAudience', { anyAudience: { reason: 'r' } }, "audiences must not be given together with 'anyAudience'; choose one"],
    ['FG-40: keys by plain HTTP', { jwksUri: 'http://a/keys' }, notHttps('jwksUri', 'http://a/keys')],
    ['an empty jwksUri', { jwksUri: '' }, notHttps('jwksUri', '')],
    ['an undefined jwksUri', { jwksUri: undefined }, undefinedProp('jwksUri')],
    ['an issuer without keys', { issuer: 'accounts' }, notHttps('issuer', 'accounts')],
    ['an insecure jwksUri without a reason', { jwksUri: 'http://a/keys', insecureJwksUri: { reason: ' ' } }, noReason('insecureJwksUri')],
    ['two key sets', { jwks: '{}', jwksUri: 'https://a' }, "jwks must not be given together with 'jwksUri'; choose one"],
    ['a key set that is no JSON', { jwks: 'x' }, 'jwks must be JSON text such as \'{"keys":[…]}\', got what is none; give what the issuer publishes as its key set, or jwksUri'],
    ['an empty key set', { jwks: '{"keys":[]}' }, 'jwks must have at least one key in "keys", got none; a proxy refuses an empty set'],
    ['a private key', { jwks: '{"keys":[{"kty":"RSA","d":"x"}]}' },
      "jwks must hold public keys only, got a private or symmetric one of kty 'RSA'; remove it and replace it at the issuer"],
    ['a symmetric key', { jwks: '{"keys":[{"kty":"oct"}]}' },
      "jwks must hold public keys only, got a private or symmetric one of kty 'oct'; remove it and replace it at the issuer"],
    ['FG-25: empty headers', { fromHeaders: [] }, noLocation('fromHeaders')],
    ['FG-25: empty params', { fromParams: [] }, noLocation('fromParams')],
    ['FG-25: empty cookies', { fromCookies: [] }, noLocation('fromCookies')],
    ['a header name with a blank', { fromHeaders: [{ name: 'a b' }] },
      "fromHeaders[0].name must be a header name of letters, digits, '-' and '_', got 'a b'; give the plain name"],
    ['a prefix without delimiter', { fromHeaders: [{ name: 'x', prefix: 'Token' }] },
      "fromHeaders[0].prefix must be text that ends in a blank or mark, got 'Token'; did you mean 'Token '?"],
    ['an empty prefix', { fromHeaders: [{ name: 'x', prefix: '' }] },
      "fromHeaders[0].prefix must be text that ends in a blank or mark, got ''; leave it out where the header holds the token alone"],
    ['a prefix of two lines', { fromHeaders: [{ name: 'x', prefix: 'a\n' }] },
      "fromHeaders[0].prefix must be text that ends in a blank or mark, got 'a\\n'; leave it out where the header holds the token alone"],
    ['dropping Authorization with nothing in its place', { dropAuthorizationHeader: true },
      "dropAuthorizationHeader must come with another location; give 'fromHeaders', 'fromParams' or 'fromCookies'"],
    ['an empty claim for a header', { outputClaimToHeaders: [{ claim: '', header: 'x' }] },
      "outputClaimToHeaders[0].claim must be text without blanks around it, got ''; name the claim"],
    ['a header name of two lines', { outputPayloadToHeader: 'x\n' },
      "outputPayloadToHeader must be a header name of letters, digits, '-' and '_', got 'x\\n'; give the plain name"],
    ['a nested scope claim', { scopeClaim: 'a[b]' },
      "scopeClaim must be a top-level claim name, got 'a[b]'; for a nested one use conditions with Condition.nestedClaim"],
  ])('refuses %s', (_, props, message) => {
    expect(() => issuer(props)).toThrow(new Error(message));
  });

  test('refuses FG-27: audiences that are left out, or waived without a reason', () => {
    expect(() => JwtIssuer.of({ issuer: ISSUER })).toThrow(new Error(`audiences must have at least one entry, got 'undefined'; ${noAudience}`));
    expect(() => JwtIssuer.of({ issuer: ISSUER, anyAudience: { reason: ' ' } })).toThrow(new Error(noReason('anyAudience')));
  });

  const AUTHORIZATION = { name: 'Authorization', prefix: 'Bearer ' };
  const PLAIN = {
    issuer: ISSUER,
    audiences: ['api'],
    fromHeaders: [],
    fromParams: [],
    fromCookies: [],
    forwardOriginalToken: false,
    outputClaimToHeaders: [],
    outputPayloadToHeader: undefined,
    scopeClaim: 'scope',
    tokensWithoutSubject: false,
    reasons: [],
  };
  test.each<[string, Partial<JwtIssuerProps>, object]>([
    ['keys by OpenID discovery', {}, {}],
    ['keys by address', { jwksUri: 'https://a/keys' }, { jwksUri: 'https://a/keys' }],
    ['keys by plain HTTP with a reason', { jwksUri: 'http://a/keys', insecureJwksUri: { reason: 'in cluster' } },
      { jwksUri: 'http://a/keys', reasons: ['in cluster'] }],
    ['keys of an issuer that is no address', { issuer: 'accounts', jwks: '{"keys":[{"kty":"RSA"}]}' }, { issuer: 'accounts', jwks: '{"keys":[{"kty":"RSA"}]}' }],
    ['FG-39: another header, and keeps Authorization', { fromHeaders: [{ name: 'x-token', prefix: 'Token ' }] },
      { fromHeaders: [AUTHORIZATION, { name: 'x-token', prefix: 'Token ' }] }],
    ['FG-39: a parameter, and keeps Authorization', { fromParams: ['token'] }, { fromHeaders: [AUTHORIZATION], fromParams: ['token'] }],
    ['FG-39: a cookie, and keeps Authorization', { fromCookies: ['session'] }, { fromHeaders: [AUTHORIZATION], fromCookies: ['session'] }],
    ['a cookie in place of Authorization', { fromCookies: ['session'], dropAuthorizationHeader: true }, { fromCookies: ['session'] }],
    ['Authorization with another prefix', { fromHeaders: [{ name: 'authorization', prefix: 'JWT ' }] }, { fromHeaders: [{ name: 'authorization', prefix: 'JWT ' }] }],
    ['FG-38: forwarding of the token', { forwardOriginalToken: true }, { forwardOriginalToken: true }],
    ['FG-32: tokens without subject', { tokensWithoutSubject: true }, { tokensWithoutSubject: true }],
    ['headers for the workload', { outputClaimToHeaders: [{ claim: 'a.b', header: 'x-b' }], outputPayloadToHeader: 'x-payload' },
      { outputClaimToHeaders: [{ claim: 'a.b', header: 'x-b' }], outputPayloadToHeader: 'x-payload' }],
  ])('takes %s', (_, props, data) => {
    expect(issuer(props)._data).toEqual({ ...PLAIN, ...data });
  });

  test('takes any audience with a reason, which stays visible', () => {
    expect(JwtIssuer.of({ issuer: ISSUER, anyAudience: { reason: ' no audience ' } })._data).toEqual({ ...PLAIN, audiences: [], reasons: ['no audience'] });
  });
});
