import { isIP } from 'net';
import { quoted } from './text';

/** The address or CIDR block, which must be one, and must not be all addresses. */
export function addressBlock(prop: string, block: string): string {
  const [address, length, rest] = String(block).split('/');
  const bits = isIP(address) === 4 ? 32 : 128;
  const isBlock = isIP(address) !== 0 && !address.includes('%') && rest === undefined
    && (length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits));
  if (!isBlock) {
    throw new Error(`${prop} must be an IP address or CIDR block such as '10.0.0.0/8', got ${quoted(block)}; host names are not addresses`);
  }
  if (length !== undefined && Number(length) === 0) {
    throw new Error(`${prop} must not be all addresses, got ${quoted(block)}; leave the condition out if any address is meant`);
  }
  return block;
}
