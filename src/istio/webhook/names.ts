import { checkValue, ValueRule } from './values';
import { byteLength } from '../../util/go/bytes';
import { isAddress } from '../../util/go/netip';
import { parseInt64 } from '../../util/go/numbers';
import { Report } from '../problem';

const LABEL = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/;
const WILDCARD_LABEL = /^(?:\*|(?:\*-?)?[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)$/;
const MAX_LABEL = 63;
const MAX_DOMAIN = 255;

/** Whether it is a label of a DNS name, which istiod also asks of namespaces, subsets and ports; upper case counts. */
export function isDnsLabel(text: string): boolean {
  return byteLength(text) <= MAX_LABEL && LABEL.test(text);
}

/** A DNS name without wildcard; a dot may end it. */
export const domain: ValueRule = value => sizeFault(value) ?? labelsFault(value, value);

/** A DNS name, or one whose first label is `*`, or begins with it, as in `*-web.example.com`. */
export const wildcardDomain: ValueRule = value => {
  const [first, ...rest] = value.split('.');
  if (sizeFault(value) !== undefined) {
    return sizeFault(value);
  }
  if (byteLength(first) > MAX_LABEL || !WILDCARD_LABEL.test(first)) {
    return labelFault(value, first);
  }
  return rest.length > 0 ? labelsFault(value, rest.join('.')) : undefined;
};

/** A name as of `wildcardDomain`, or an IP address. */
export const wildcardDomainOrAddress: ValueRule = value => isAddress(value) ? undefined : wildcardDomain(value);

/** Whether `*` stands for less than a whole first label. */
export function isPartialWildcard(host: string): boolean {
  return host.includes('*') && host !== '*' && !host.startsWith('*.');
}

/** What istiod says of a host of a Gateway or Sidecar, without its namespace: short names are not for these. */
export function checkFullHost(host: string, field: string, rule: ValueRule, error: Report): void {
  if (host !== '*' && !host.includes('.')) {
    error(field, `must be '*' or a full DNS name, got '${host}'; short names are for routes`);
  }
  checkValue(host, field, rule, error);
  if (isPartialWildcard(host)) {
    error(field, `must have '*' for a whole first label only, got '${host}'; write '*.example.com'`);
  }
}

function sizeFault(value: string): string | undefined {
  if (value === '') {
    return 'must be a DNS name, got \'\'; name the host';
  }
  return byteLength(value) > MAX_DOMAIN ? `must have at most ${MAX_DOMAIN} bytes, got ${byteLength(value)}; shorten it` : undefined;
}

function labelsFault(value: string, part: string): string | undefined {
  const labels = part.split('.');
  const last = labels[labels.length - 1];
  if (parseInt64(last) !== undefined) {
    return `must not end in a number, got '${value}'; name a host, as addresses do not stand here`;
  }
  const bad = (last === '' ? labels.slice(0, -1) : labels).find(label => !isDnsLabel(label));
  return bad === undefined ? undefined : labelFault(value, bad);
}

function labelFault(value: string, label: string): string {
  return `must be a DNS name of letters, digits and inner '-', got '${value}' with '${label}' in it; '*' may only begin the first label`;
}

/** Whether one host is the other, or a wildcard that covers it, either way. */
export function hostsOverlap(one: string, other: string): boolean {
  return hostCovers(one, other) || hostCovers(other, one);
}

/** Whether a host, which may be a wildcard, is all of another one. */
export function hostCovers(wide: string, narrow: string): boolean {
  if (!wide.startsWith('*')) {
    return wide === narrow;
  }
  const end = wide.slice(1);
  return narrow.startsWith('*') ? narrow.slice(1).endsWith(end) : narrow.endsWith(end);
}
