import { policy, shop } from './support';
import { PolicyComparison } from '../../src';

describe('what is told apart in more ways than are gone through', () => {
  test('is not decided, and said to be', () => {
    // the last 16 segments must be remembered
    const paths = [`/{**}/a${'/{*}'.repeat(16)}`];

    const comparison = PolicyComparison.of(shop([policy('api', { rules: [{ to: [{ operation: { paths } }] }] })]), shop([policy('api', {})]));

    expect(comparison.undecided.map(({ reason }) => reason)).toContain('its patterns can be told apart in more than 30,000 states');
  });
});
