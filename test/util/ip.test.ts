import { addressOutside, blockBits, contains as isIn, ipBits } from '../../src/util/ip';

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

describe('An address outside of blocks', () => {
  test.each<[string[], '4' | '6', string | undefined]>([
    [['128.0.0.0/1'], '4', '0.0.0.0'],
    [['0.0.0.0/1', '10.0.0.0/8'], '4', '128.0.0.0'],
    [['0.0.0.0/1', '128.0.0.0/2'], '4', '192.0.0.0'],
    [['0.0.0.0/1', '128.0.0.0/1'], '4', undefined],
    [['0.0.0.0/1', '128.0.0.0/1'], '6', '0:0:0:0:0:0:0:0'],
    [['8000::/1', '::/2'], '6', '4000:0:0:0:0:0:0:0'],
    [['::/0'], '6', undefined],
  ])('of %j, IPv%s, is %s', (blocks, family, address) => {
    expect(addressOutside(blocks, family)).toBe(address);
    expect(blocks.some(block => isIn(block, address ?? ''))).toBe(false);
  });

  test('is the only one that is left', () => {
    const allButOne = Array.from({ length: 32 }, (_, i) => `${[24, 16, 8, 0].map(shift => ((2 ** (31 - i)) >>> shift) & 255).join('.')}/${i + 1}`);

    expect(addressOutside(allButOne, '4')).toBe('0.0.0.0');
    expect(addressOutside([...allButOne, '0.0.0.0'], '4')).toBeUndefined();
  });
});
