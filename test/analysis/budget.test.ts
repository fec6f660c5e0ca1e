import { CLOSED, from, policy, shop } from './support';
import { AccessMap, PolicyComparison } from '../../src';

describe('what is told apart in more ways than are gone through', () => {
  test('by patterns, is not decided, and said to be', () => {
    // the last 16 segments must be remembered
    const paths = [`/{**}/a${'/{*}'.repeat(16)}`];

    const comparison = PolicyComparison.of(shop([policy('api', { rules: [{ to: [{ operation: { paths } }] }] })]), shop([policy('api', {})]));

    expect(comparison.undecided.map(({ reason }) => reason)).toContain('its patterns can be told apart in more than 30,000 states');
  });

  test('by a header that may hold several values, is not decided, and said to be', () => {
    const denied = Array.from({ length: 12 }, (_, index) =>
      policy('api', { action: 'DENY', rules: [from(['web'], { methods: [`M${index}`] }, [{ key: 'request.headers[x]', values: [`v${index}`] }])] }, `deny-${index}`));

    const { undecided } = AccessMap.of(shop([...CLOSED, policy('api', { rules: [from(['web'])] }), ...denied]));

    expect(undecided.map(({ reason }) => reason)).toContain('rules tell more than 2,000 values of its header x apart');
  });
});
