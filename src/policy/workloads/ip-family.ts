import { blockBits } from '../../util/ip';

/** The family of an address: those of a pod, of a Service and of its clients are used in pairs. */
export type IpFamily = 'IPv4' | 'IPv6';

/** The family of an address; undefined for what is none. */
function familyOf(ip: string): IpFamily | undefined {
  switch (blockBits(ip)?.[0]) {
    case '4': return 'IPv4';
    case '6': return 'IPv6';
    default: return undefined;
  }
}

/** The families of some addresses. */
export function familiesOf(ips: readonly string[]): IpFamily[] {
  return [...new Set(ips.flatMap(ip => familyOf(ip) ?? []))];
}

/** The first address of a family; of any where that is not known. */
export function ofFamily(ips: readonly string[], family: IpFamily | undefined): string | undefined {
  return ips.find(ip => family === undefined || familyOf(ip) === family);
}

/** The addresses from which a client with some may call an address of a family; one that is not known where it has none such. */
export function callingAddresses(ips: readonly string[], family: IpFamily | undefined): (string | undefined)[] {
  const fitting = family === undefined ? ips : ips.filter(ip => familyOf(ip) === family);
  return fitting.length > 0 ? [...fitting] : [undefined];
}
