import { IpBits, ipBits } from '../../util/ip';
import { Headers } from '../matching/facts';

const FORWARDED_FOR = 'x-forwarded-for';

/** The client's address as sidecars and waypoints see it: the last of X-Forwarded-For, which any client can set. */
export function forwardedAddress(headers: Headers, source: IpBits | undefined): IpBits | undefined {
  return lastForwarded(headers, 0) ?? source;
}

/** The client's address as gateways see it: the one that the outermost trusted proxy saw. Without any, none of the header is. */
export function trustedAddress(headers: Headers, source: IpBits | undefined, trustedProxies: number): IpBits | undefined {
  return lastForwarded(headers, trustedProxies - 1) ?? source;
}

/** Gateways add the address they see. */
export function appendForwarded(headers: Map<string, readonly string[]>, source: string | undefined): void {
  if (source === undefined) return;
  headers.set(FORWARDED_FOR, [[...headers.get(FORWARDED_FOR) ?? [], source].join(',')]);
}

function lastForwarded(headers: Headers, skip: number): IpBits | undefined {
  const lines = headers.get(FORWARDED_FOR);
  if (!lines) return undefined;
  const addresses = lines.join(',').split(',');
  return ipBits((addresses[addresses.length - 1 - skip] ?? '').trim());
}
