import { nearest } from '../../src/util/nearest';

describe('the name that was meant', () => {
  test.each([
    ['api', ['db', 'api'], 'api'],
    ['apii', ['db', 'api'], 'api'],
    ['aip', ['db', 'api'], 'api'],
    ['apu', ['db', 'api'], 'api'],
    ['ap', ['db', 'api'], 'api'],
    ['API', ['db', 'api'], 'api'],
    ['order_service', ['orders', 'order-service'], 'order-service'],
    ['api', ['db', 'shop-api-c8ab12'], 'shop-api-c8ab12'],
    ['api', ['shop-api-c8ab12', 'apx'], 'shop-api-c8ab12'],
    ['payments', ['payment', 'checkout'], 'payment'],
    ['chekcuot', ['payment', 'checkout'], 'checkout'],
    ['api', ['db', 'web'], undefined],
    ['gate', ['publicGateways', 'gateway'], 'gateway'],
    ['serviceWaypoint', ['waypoint', 'serviceWaypoints'], 'serviceWaypoints'],
    ['', ['db', 'web'], undefined],
    ['api', [], undefined],
    ['api', ['a'], undefined],
  ])('%s of %j is %s', (name, candidates, expected) => {
    expect(nearest(name, candidates)).toBe(expected);
  });
});
