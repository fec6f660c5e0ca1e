import { policy, shop } from './support';
import { AccessGate, AccessMap, PolicyComparison, PolicySet } from '../../src';

/** Calls with one argument more than is taken, as plain JavaScript may make them. */
const of = (method: unknown, ...args: unknown[]) => () => (method as (...all: unknown[]) => unknown)(...args);
const state: PolicySet = shop([policy('api', {})]);

test.each<[string, () => unknown, string]>([
  ['AccessMap.of', of(AccessMap.of, state, state), 'put all manifests into one PolicySet'],
  ['PolicyComparison.of', of(PolicyComparison.of, state, state, state), 'compare two states at a time'],
  ['AccessGate.noNewAccess', of(AccessGate.noNewAccess, state, state), 'give each state its own gate'],
  ['AccessGate.within', of(AccessGate.within, state, state), 'give each reference its own gate'],
  ['AccessGate.neverGranted', of(AccessGate.neverGranted, { to: 'shop/api' }, { to: 'shop/db' }), 'give each its own gate'],
  ['AccessGate.noAnonymousAccess', of(AccessGate.noAnonymousAccess, { except: ['shop/api'] }, { except: ['shop/db'] }), 'give all of them in one list'],
  ['AccessGate.onlyFrom', of(AccessGate.onlyFrom, 'shop/api', ['shop/web'], ['shop/db']), 'give all callers in one list'],
  ['AccessGate.fromNobody', of(AccessGate.fromNobody, 'shop/api', 'shop/db'), 'give each workload its own gate'],
])('refuses what nobody would look at: %s', (_, call, cure) => {
  expect(call).toThrow(cure);
});
