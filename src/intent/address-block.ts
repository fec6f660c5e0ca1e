import { atLeastOne, text } from '../util/given';
import { blockBits, blockText, freeShare, ipBits, mappedBlock } from '../util/ip';
import { few, quoted } from '../util/text';

/** What is said to whoever gives no block, and to whoever gives all of them. */
interface Words { readonly example: string; readonly cure: string }

/** Addresses or CIDR blocks, of which each must be one, and which together must leave somebody out: two halves of all addresses are all addresses. */
export function addressBlocks(prop: string, given: readonly string[] | undefined, { example, cure }: Words): string[] {
  const blocks = atLeastOne(prop, given, example).map((one, i) => addressBlock(`${prop}[${i}]`, text(`${prop}[${i}]`, one, example), cure));
  const known = blocks.flatMap(block => blockBits(block) ?? []);
  if (Object.entries(OF_NOBODY).some(([family, unused]) => freeShare(family, [...known, ...unused]) < LEAST_SHARE)) {
    throw new Error(`${prop} must not be all addresses together, or all but a few, got ${few(blocks)}; ${cure}`);
  }
  return blocks;
}

/** Of all addresses, those of a block such as `10.0.0.0/8`: whoever leaves out fewer of those that somebody can have leaves out nobody in particular. */
const LEAST_SHARE = 1 / 256;

/** Addresses that no client has, by family: of IPv4 its own, loopback, multicast and what is reserved; of IPv6 all but what is global or local to a site. */
const OF_NOBODY: { readonly [family: string]: readonly string[] } = {
  4: ['400000000', '401111111', '4111'],
  6: ['6000', '601', '610', '6110', '61110', '611110', '6111110', '61111111'],
};

/** The address or CIDR block, which must be one, and must not be all addresses. */
function addressBlock(prop: string, block: string, cure: string): string {
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
