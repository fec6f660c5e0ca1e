import { suggestion } from '../../src/util/suggestion';

describe('suggestions', () => {
  test.each<[string, string[], string]>([
    ['trustdomain', ['trustDomain', 'other'], "; did you mean 'trustDomain'?"],
    ['MATCH_LABELS', ['matchLabels'], "; did you mean 'matchLabels'?"],
    ['merge', ['NONE', 'MERGE_SLASHES'], "; did you mean 'MERGE_SLASHES'?"],
    ['tokensOf', ['token', 'headers'], "; did you mean 'token'?"],
    ['htpp', ['destination', 'http'], "; did you mean 'http'?"],
    ['soruce', ['source', 'destination'], "; did you mean 'source'?"],
    ['headres', ['header', 'headers'], "; did you mean 'headers'?"],
    ['destnation', ['source', 'destination'], "; did you mean 'destination'?"],
    ['oauth2-prxy', ['opa', 'oauth2-proxy'], "; did you mean 'oauth2-proxy'?"],
    ['xyz', ['http'], '; known here: http'],
    ['ab', ['cd'], '; known here: cd'],
    ['', ['a', 'b'], '; known here: a, b'],
    ['a', [], '; drop it'],
  ])('for %s of %j are %s', (name, known, expected) => {
    expect(suggestion(name, known)).toBe(expected);
  });
});
