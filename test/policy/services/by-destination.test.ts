import { ProxyKind, RequestDestination } from 'cdk8s-zero-trust';
import fc from 'fast-check';
import { ByDestination } from '../../../src/policy/services/by-destination';

const text = fc.constantFrom('api', 'web', 'a/b', 'b', '');
const members = {
  service: text,
  workload: text,
  serviceEntry: text,
  gateway: text,
  labels: fc.dictionary(fc.constant('app'), text),
  ip: text,
  proxy: fc.constantFrom(ProxyKind.SIDECAR, ProxyKind.WAYPOINT),
  waypoint: text,
};
/** Mostly they say little more than a Service or a workload. */
const destinations: fc.Arbitrary<RequestDestination> = fc.subarray(Object.keys(members), { maxLength: 2 })
  .chain(said => fc.record({ namespace: fc.constantFrom('shop', 'a/b'), port: fc.constantFrom(80, 8080), ...Object.fromEntries(Object.entries(members).filter(([name]) => said.includes(name))) }));

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

  test.each<[Partial<RequestDestination>, Partial<RequestDestination>]>([
    [{ service: 'api' }, { workload: 'api' }],
    [{ service: 'api' }, { service: 'api', workload: 'api' }],
    [{ service: 'api', workload: 'v1' }, { service: 'api', workload: 'v2' }],
    [{ service: 'v1', workload: 'api' }, { service: 'v2', workload: 'api' }],
    [{ workload: 'api' }, { workload: 'api', ip: '10.0.0.1' }],
    [{ workload: 'api' }, { workload: 'api', labels: {} }],
    [{ service: 'api' }, { service: 'api', waypoint: 'wp' }],
    [{ service: 'api' }, { service: 'api', proxy: ProxyKind.SIDECAR }],
    [{}, { gateway: 'api' }],
    [{}, { serviceEntry: 'api' }],
  ])('is told for %j and for %j by itself', (...both) => {
    const known = new ByDestination<number>();
    const ask = () => both.map((one, index) => known.get({ namespace: 'shop', port: 80, ...one }, () => index));

    expect([ask(), ask()]).toEqual([[0, 1], [0, 1]]);
  });

  test('is found out once', () => {
    const known = new ByDestination<string>();
    let found = 0;
    for (const destination of [{ namespace: 'shop', service: 'api', port: 80 }, { namespace: 'shop', service: 'api', port: 80, ip: undefined }]) known.get(destination, () => `found ${++found}`);

    expect(found).toBe(1);
  });
});
