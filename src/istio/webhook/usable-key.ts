import { Key } from './key-set';

const MIN_RSA_BITS = 512;

/**
 * Whether Envoy can verify signatures with a key; a set without such a key is refused.
 *
 * Measured for RSA keys that are far too small; the rest follows Envoy's JWT library by reading.
 */
export function isUsable(key: Key): boolean {
  switch (key.type) {
    case 'RSA':
      return hasAlgorithm(key, /^(RS|PS)/) && bits(key, 'n') >= MIN_RSA_BITS && bits(key, 'e') >= 2;
    case 'EC':
      return hasAlgorithm(key, /^ES/) && ['P-256', 'P-384', 'P-521'].includes(text(key, 'crv')) && bits(key, 'x') > 0 && bits(key, 'y') > 0;
    case 'OKP':
      return hasAlgorithm(key, /^EdDSA$/) && text(key, 'crv') === 'Ed25519' && bytes(key, 'x').length === 32;
    default:
      return hasAlgorithm(key, /^HS/) && bytes(key, 'k').length > 0;
  }
}

/** The algorithm may be left out. */
function hasAlgorithm(key: Key, pattern: RegExp): boolean {
  return !key.members.has('alg') || pattern.test(text(key, 'alg'));
}

function text(key: Key, name: string): string {
  const value = key.members.get(name);
  return typeof value === 'string' ? value : '';
}

function bytes(key: Key, name: string): Buffer {
  return Buffer.from(text(key, name), 'base64url');
}

function bits(key: Key, name: string): number {
  const hex = bytes(key, name).toString('hex').replace(/^0+/, '');
  return hex === '' ? 0 : hex.length * 4 - Math.clz32(parseInt(hex[0], 16)) + 28;
}
