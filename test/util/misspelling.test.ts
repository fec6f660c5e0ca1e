import { misspelt } from '../../src/util/misspelling';

describe('A slip', () => {
  test.each([
    ['wbe', 'web'], ['prometehus', 'prometheus'], ['chekout', 'checkout'], ['checkkout', 'checkout'], ['Web', 'web'], ['payment-api', 'paymentapi'],
  ])('%s is one of %s', (name, meant) => {
    expect(misspelt(name, ['other', meant])).toBe(meant);
  });

  test.each([
    ['web', 'web'], ['app', 'api'], ['api-v1', 'api-v2'], ['api', 'api2'], ['web1', '1web'], ['worker', 'workers'], ['web', 'web-admin'], ['a', 'ab'], ['db', 'bd1'],
  ])('%s is none of %s', (name, other) => {
    expect(misspelt(name, [other])).toBeUndefined();
  });
});
