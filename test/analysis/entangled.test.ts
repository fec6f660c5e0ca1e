import { AxisName } from '../../src/analysis/axis';
import { refuseEntangled } from '../../src/analysis/entangled';
import { JwtRule } from '../../src/istio/request-authentication';

const TOKENS: JwtRule[] = [{ issuer: 'https://a' }];
const WRITING: JwtRule[] = [{ issuer: 'https://a', outputClaimToHeaders: [{ header: 'x-a', claim: 'a' }, { header: 'x-b', claim: 'b' }] }];
const PREFLIGHT: AxisName[] = ['header access-control-request-method', 'header origin'];

describe('parts of a request that hang on one another', () => {
  test.each<[string, AxisName[], JwtRule[], boolean, string]>([
    ['a header that is written from claims', ['method', 'header x-a', 'header x-b'], WRITING, false, "rules ask for 'header x-a', which is written from claims of tokens"],
    ['a forwarded address as a header, too', ['header x-forwarded-for', 'client address'], [], false, 'rules ask for x-forwarded-for as a header and as an address'],
    ['what makes a preflight, and an authorizer', PREFLIGHT, TOKENS, true, 'rules ask for what makes a CORS preflight, which is not asked for tokens, and which an authorizer may change'],
    ['what makes a preflight, and where tokens stand', [...PREFLIGHT, 'header authorization'], TOKENS, false, 'rules ask for what makes a CORS preflight, which is not asked for tokens, and for header authorization, where tokens stand'],
    ['a claim, and what is within it', ['claim [b]', 'claim [a]', 'claim [a][b]'], TOKENS, false, 'rules ask for claim [a], and for what is within it'],
    ['a claim within one, and what is within it', ['claim [a][b][c]', 'claim [a][b]'], TOKENS, false, 'rules ask for claim [a][b], and for what is within it'],
  ])('are refused: %s', (_, axes, rules, asksAuthorizers, reason) => {
    expect(() => refuseEntangled(axes, rules, asksAuthorizers)).toThrow(reason);
  });

  test.each<[string, AxisName[], JwtRule[], boolean]>([
    ['other headers than those that are written', ['header x-c', 'method'], WRITING, true],
    ['a forwarded address as a header', ['header x-forwarded-for', 'address'], [], false],
    ['a forwarded address', ['client address', 'header x'], [], false],
    ['what makes a preflight, without tokens', [...PREFLIGHT, 'header authorization'], [], true],
    ['what makes a preflight', [...PREFLIGHT, 'header x'], TOKENS, false],
    ['one half of it', ['header origin', 'header authorization'], TOKENS, true],
    ['claims beside one another', ['claim [a]', 'claim [ab]', 'claim [b][a]', 'claim [b][c]'], TOKENS, false],
    ['a claim, and a header that is called like what is within it', ['claim [a]', 'header [a][b]'], TOKENS, false],
  ])('are none: %s', (_, axes, rules, asksAuthorizers) => {
    expect(() => refuseEntangled(axes, rules, asksAuthorizers)).not.toThrow();
  });
});
