import { isIPv4, isIPv6 } from 'net';

/**
 * An address as text of bits, led by its family: `4` and 32 bits, or `6` and 128 bits.
 * A block is a prefix of such text, so "contains" is `startsWith`.
 */
export type IpBits = string;

/** Whether a text is an IPv4 or IPv6 address, with or without a zone. */
export function isIp(text: string): boolean { return isIPv4(text) || isIPv6(text); }

/** Reads an IPv4 or IPv6 address, with or without a zone; undefined if it is neither. */
export function ipBits(text: string): IpBits | undefined {
  if (isIPv4(text)) return '4' + text.split('.').map(part => bits(Number(part), 8)).join('');
  if (isIPv6(text)) return '6' + groups(text.split('%')[0]).map(group => bits(group, 16)).join('');
  return undefined;
}

/** Reads a CIDR block, or a single address as the block that holds only it. Host bits are ignored. */
export function blockBits(text: string): IpBits | undefined {
  const [address, length, ...rest] = text.split('/');
  const all = ipBits(address);
  if (all === undefined || rest.length > 0) return undefined;
  if (length === undefined) return all;
  if (!/^\d{1,3}$/.test(length) || Number(length) > all.length - 1) return undefined;
  return all.slice(0, Number(length) + 1);
}

/** Reads an address, also one that is written as the block of it alone; undefined for any other block. */
export function hostBits(text: string): IpBits | undefined {
  const block = blockBits(text);
  return block !== undefined && block.length === LENGTHS[block[0] as '4' | '6'] + 1 ? block : undefined;
}

/** A block as text, of its first address; a single address by itself. */
export function blockText(block: IpBits): string {
  const [family, length] = [block[0] as '4' | '6', block.length - 1];
  const address = addressOf(block.padEnd(LENGTHS[family] + 1, '0'));
  return length === LENGTHS[family] ? address : `${address}/${length}`;
}

/** The IPv4 block that is written as one of IPv6, as in `::ffff:10.0.0.0/104`; undefined for any other. */
export function mappedBlock(block: IpBits): IpBits | undefined {
  return block.startsWith(MAPPED) ? `4${block.slice(MAPPED.length)}` : undefined;
}

const MAPPED = `6${'0'.repeat(80)}${'1'.repeat(16)}`;

/** Whether a CIDR block, or a single address, contains an address. */
export function contains(block: string, ip: string): boolean {
  const prefix = blockBits(block);
  return prefix !== undefined && (ipBits(ip)?.startsWith(prefix) ?? false);
}

/** Whether a CIDR block is a part of another one, and not all of it. */
export function isPartOf(part: string, whole: string): boolean {
  const [inner, outer] = [blockBits(part), blockBits(whole)];
  return inner !== undefined && outer !== undefined && inner !== outer && inner.startsWith(outer);
}

/** An address of a family that none of some blocks contains; undefined where together they are all of it. */
export function addressOutside(blocks: readonly string[], family: '4' | '6'): string | undefined {
  const known = blocks.flatMap(block => blockBits(block) ?? []);
  const free = freeBelow(family, known);
  return free === undefined ? undefined : addressOf(free);
}

const LENGTHS = { 4: 32, 6: 128 };

/** The shortest prefix below another that holds none of some blocks, and is in none; undefined where together they are all of it. */
export function freeBelow(prefix: IpBits, known: readonly IpBits[]): IpBits | undefined {
  if (known.some(block => prefix.startsWith(block))) return undefined;
  const inside = known.filter(block => block.startsWith(prefix));
  return inside.length === 0 ? prefix : freeBelow(`${prefix}1`, inside) ?? freeBelow(`${prefix}0`, inside);
}

/** How much of all addresses of a family is below a prefix and in none of some blocks. */
export function freeShare(prefix: IpBits, known: readonly IpBits[]): number {
  if (known.some(block => prefix.startsWith(block))) return 0;
  const inside = known.filter(block => block.startsWith(prefix));
  return inside.length === 0 ? 2 ** (1 - prefix.length) : freeShare(`${prefix}0`, inside) + freeShare(`${prefix}1`, inside);
}

/** The first address that begins with some bits. */
export function addressOf(prefix: IpBits): string {
  const family = prefix[0] as '4' | '6';
  const digits = prefix.slice(1).padEnd(LENGTHS[family], '0');
  const parts = digits.match(family === '4' ? /.{8}/g : /.{16}/g)!.map(part => parseInt(part, 2));
  return family === '4' ? parts.join('.') : parts.map(part => part.toString(16)).join(':');
}

function bits(value: number, width: number): string {
  return value.toString(2).padStart(width, '0');
}

function groups(text: string): number[] {
  const [head, tail] = text.split('::');
  const left = sixteens(head);
  if (tail === undefined) return left;
  const right = sixteens(tail);
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
}

/** `a:b:1.2.3.4` as 16-bit numbers. */
function sixteens(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap(group => {
    if (!group.includes('.')) return [parseInt(group, 16)];
    const [a, b, c, d] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
