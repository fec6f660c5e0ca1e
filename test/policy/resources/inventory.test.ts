import { Inventory } from '../../../src/policy/resources/inventory';
import { takeManifests } from '../../../src/policy/resources/manifest-reader';
import { authorization } from '../support';

describe('what is found out about objects', () => {
  const inventory = new Inventory(takeManifests([authorization({}, { name: 'one' }), authorization({}, { name: 'two' })]));
  const asked: string[] = [];
  const count = (of: Inventory, namespace: string) => {
    asked.push(namespace);
    return of.of('AuthorizationPolicy', namespace).length;
  };

  test('is found once for a namespace', () => {
    expect([inventory.once(count, 'shop'), inventory.once(count, 'shop'), inventory.once(count, 'bank')]).toEqual([2, 2, 0]);
    expect(asked).toEqual(['shop', 'bank']);
  });

  test('is found anew of other manifests', () => {
    expect(new Inventory(takeManifests([])).once(count, 'shop')).toBe(0);
  });
});
