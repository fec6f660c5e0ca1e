import { admitSpec, refusing } from './admitted';

const refuse = (spec: unknown, metadata?: object): string[] => refusing('PeerAuthentication', spec, metadata);
const selector = { matchLabels: { app: 'web' } };
const ports = (...keys: string[]): object => ({ selector, portLevelMtls: Object.fromEntries(keys.map(key => [key, { mode: 'STRICT' }])) });

describe('PeerAuthentication', () => {
  test.each([
    ['an empty spec', {}],
    ['a mode', { mtls: { mode: 'UNSET' } }],
    ['a port with a selector', ports('8080')],
    ['a port without a mode', { selector, portLevelMtls: { 80: {} } }],
  ])('admits %s', (_, spec) => {
    expect(refuse(spec)).toEqual([]);
  });

  test.each([
    ['ports without a selector', { portLevelMtls: { 80: {} } }, ['schema', 'webhook']],
    ['ports with an empty selector', { selector: {}, portLevelMtls: { 80: {} } }, ['schema', 'webhook']],
    ['an empty map of ports', { selector, portLevelMtls: {} }, ['schema', 'webhook']],
    ['port 0', ports('0'), ['schema', 'webhook']],
    ['port 65536', ports('65536'), ['schema', 'webhook']],
    ['a name for a port', ports('http'), ['schema', 'webhook']],
    ['a mode in lower case', { mtls: { mode: 'strict' } }, ['schema', 'webhook']],
    ['a mode of DestinationRule', { mtls: { mode: 'ISTIO_MUTUAL' } }, ['schema', 'webhook']],
    ['a star in a label', { selector: { matchLabels: { app: 'web*' } } }, ['schema', 'webhook']],
    ['a label without a name', { selector: { matchLabels: { '': 'web' } } }, ['schema', 'webhook']],
    ['a label value of 64 characters', { selector: { matchLabels: { app: 'x'.repeat(64) } } }, ['schema']],
    ['targetRefs, which other kinds have', { targetRefs: [] }, ['unknown-field']],
  ])('refuses %s', (_, spec, layers) => {
    expect(refuse(spec)).toEqual(layers);
  });

  test('warns of a selector without labels', () => {
    expect(admitSpec('PeerAuthentication', { selector: {} }).warnings.map(({ field }) => field)).toEqual(['spec.selector']);
  });

  test('refuses the dry-run annotation', () => {
    expect(refuse({}, { annotations: { 'istio.io/dry-run': 'true' } })).toEqual(['webhook']);
  });
});
