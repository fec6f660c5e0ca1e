import { blockBits, blockText, ipBits, mappedBlock } from '../util/ip';
import { quoted } from '../util/text';

/** The address or CIDR block, which must be one, and must not be all addresses. */
export function addressBlock(prop: string, block: string, cure = 'leave the condition out if any address is meant'): string {
  const bits = block.includes('%') ? undefined : blockBits(block);
  if (bits === undefined) {
    throw new Error(`${prop} must be an IP address or CIDR block such as '10.0.0.0/8', got ${quoted(block)}; host names are not addresses`);
  }
  // the family alone is left of a block without a prefix
  if (bits.length === 1) {
    throw new Error(`${prop} must not be all addresses, got ${quoted(block)}; ${cure}`);
  }
  const mapped = mappedBlock(bits);
  if (mapped !== undefined) {
    throw new Error(`${prop} must be written as IPv4, got ${quoted(block)}, as which no proxy sees a peer; write ${quoted(mapped.length === 1 ? '0.0.0.0/0' : blockText(mapped))}`);
  }
  const [address] = block.split('/');
  if (ipBits(address)!.slice(bits.length).includes('1')) {
    throw new Error(`${prop} must begin with the first address of its block, got ${quoted(block)}, which is all of ${quoted(blockText(bits))}; write that, or ${quoted(address)} for the address alone`);
  }
  return block;
}
