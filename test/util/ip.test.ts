import { blockBits, ipBits } from '../../src/util/ip';

describe('ip', () => {
  test.each([
    ['10.0.0.0/8', '10.255.1.2', true],
    ['10.1.2.3/24', '10.1.2.200', true],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '10.1.2.4', false],
    ['10.1.2.2/31', '10.1.2.3', true],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', '::1', false],
    ['2001:db8::/32', '2001:db8:1::5', true],
    ['2001:db8::/48', '2001:db8:1::5', false],
    ['::ffff:10.0.0.0/104', '::ffff:10.1.2.3', true],
    ['fe80::1%eth0', 'fe80::1', true],
    ['fe80::1', 'fe80::1%a:b', true],
    ['1:0:0:0:0:0:2:3', '1::2:3', true],
    ['0:0:0:0:0:0:0:1', '::1', true],
    ['1:0:0:0:0:0:0:0', '1::', true],
    ['::10.1.2.3', '::a01:203', true],
  ])('%s contains %s: %s', (block, address, contains) => {
    expect(ipBits(address)?.startsWith(blockBits(block)!)).toBe(contains);
  });

  test.each(['10.0.0', '10.0.0.0/33', '10.0.0.0/x', '10.0.0.0/8/8', 'host', ''])('refuses %p', text => {
    expect(blockBits(text)).toBeUndefined();
  });
});
