/** Whether Go's `netip.ParseAddr` reads it: IPv4 without leading zeros, or IPv6, with a zone too. */
export function isAddress(text: string): boolean {
  return addressFamily(text) !== undefined;
}

/** 4 or 6 where Go's `netip.ParseAddr` reads the text. */
export function addressFamily(text: string): 4 | 6 | undefined {
  const mark = /[.:%]/.exec(text)?.[0];
  if (mark === '.') {
    return isIpv4(text) ? 4 : undefined;
  }
  return mark === ':' && isIpv6(text) ? 6 : undefined;
}

/** Whether Go's `netip.ParsePrefix` reads it: an address without zone, a slash, and the bits without leading zeros. */
export function isPrefix(text: string): boolean {
  const slash = text.lastIndexOf('/');
  const address = text.slice(0, slash);
  const family = slash < 0 ? undefined : addressFamily(address);
  if (family === undefined || address.includes('%')) {
    return false;
  }
  const bits = text.slice(slash + 1);
  return /^([0-9]|[1-9][0-9]{1,2})$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

function isIpv4(text: string): boolean {
  const fields = text.split('.');
  return fields.length === 4 && fields.every(field => /^(0|[1-9][0-9]{0,2})$/.test(field) && Number(field) <= 255);
}

function isIpv6(text: string): boolean {
  const percent = text.indexOf('%');
  if (percent === text.length - 1) {
    return false;
  }
  const address = percent < 0 ? text : text.slice(0, percent);
  const halves = address.split('::');
  if (halves.length > 2) {
    return false;
  }
  const counts = halves.map((half, index) => groupCount(half, index === halves.length - 1));
  if (counts.includes(undefined)) {
    return false;
  }
  const groups = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  return halves.length === 2 ? groups <= 7 : groups === 8;
}

/** Number of 16-bit groups; a trailing IPv4 address counts as two. Undefined where a group is wrong. */
function groupCount(text: string, last: boolean): number | undefined {
  if (text === '') {
    return 0;
  }
  const groups = text.split(':');
  const embedded = last && groups[groups.length - 1].includes('.') ? groups.pop() : undefined;
  if (embedded !== undefined && !isIpv4(embedded)) {
    return undefined;
  }
  return groups.every(group => /^[0-9a-fA-F]{1,4}$/.test(group)) ? groups.length + (embedded === undefined ? 0 : 2) : undefined;
}
