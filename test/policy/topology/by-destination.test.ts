import { RequestDestination } from 'cdk8s-zero-trust';
import fc from 'fast-check';
import { ByDestination } from '../../../src/policy/topology/by-destination';

const text = fc.constantFrom('api', 'web', 'a/b', 'b', '');
const destinations: fc.Arbitrary<RequestDestination> = fc.record({
  namespace: text,
  port: fc.constantFrom(80, 8080),
  service: text,
  workload: text,
  serviceEntry: text,
  gateway: text,
  labels: fc.dictionary(fc.constant('app'), text),
  ip: text,
  waypoint: text,
}, { requiredKeys: ['namespace', 'port'] });

describe('what is known by destination', () => {
  test('is told of a destination that says the same, and of no other', () => {
    fc.assert(fc.property(fc.array(destinations, { minLength: 1, maxLength: 30 }), all => {
      const known = new ByDestination<RequestDestination>();
      for (const destination of all) {
        const found = known.get(destination, () => destination);

        expect(found).toEqual(destination);
        expect(known.get({ ...destination }, () => ({ namespace: 'not asked for', port: 0 }))).toBe(found);
      }
    }), { numRuns: 500, seed: 7 });
  });

  test('is found out once', () => {
    const known = new ByDestination<string>();
    let found = 0;
    for (const destination of [{ namespace: 'shop', service: 'api', port: 80 }, { namespace: 'shop', service: 'api', port: 80, ip: undefined }]) known.get(destination, () => `found ${++found}`);

    expect(found).toBe(1);
  });
});
