import { byteString } from './bytes';
import { addressFamily } from './netip';

/** What of a URL matters here. */
export interface GoUrl {
  /** In lower case; empty where there is none. */
  readonly scheme: string;
  /** Digits after the host; empty where there are none. */
  readonly port: string;
}

/** Thrown inside this file only: why Go refuses the text. */
class Refused extends Error {}

/** Go's `url.Parse`; a text says why it is refused. */
export function parseUrl(text: string): GoUrl | string {
  const bytes = byteString(text);
  const hash = bytes.indexOf('#');
  return attempt(() => {
    const url = parse(hash < 0 ? bytes : bytes.slice(0, hash), false);
    checkEscapes(hash < 0 ? '' : bytes.slice(hash + 1));
    return url;
  });
}

/** Go's `url.ParseRequestURI`: absolute only, and `#` is no fragment. */
export function parseRequestUri(text: string): GoUrl | string {
  return attempt(() => parse(byteString(text), true));
}

function attempt(read: () => GoUrl): GoUrl | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refused) {
      return error.message;
    }
    throw error;
  }
}

function parse(text: string, request: boolean): GoUrl {
  if (/[\x00-\x1f\x7f]/.test(text)) {
    throw new Refused('it contains a control character');
  }
  if (text === '' && request) {
    throw new Refused('it is empty');
  }
  if (text === '*') {
    return { scheme: '', port: '' };
  }
  if (text.startsWith(':')) {
    throw new Refused('the scheme before the colon is missing');
  }
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text)?.[1] ?? '';
  const hierarchy = (scheme === '' ? text : text.slice(scheme.length + 1)).split('?')[0];
  if (!hierarchy.startsWith('/')) {
    return rootless(scheme, hierarchy, request);
  }
  const authority = (scheme !== '' || (!request && !hierarchy.startsWith('///'))) && hierarchy.startsWith('//');
  if (!authority) {
    checkEscapes(hierarchy);
    return { scheme: scheme.toLowerCase(), port: '' };
  }
  const slash = hierarchy.indexOf('/', 2);
  const host = parseAuthority(scheme.toLowerCase(), hierarchy.slice(2, slash < 0 ? undefined : slash));
  checkEscapes(slash < 0 ? '' : hierarchy.slice(slash));
  return { scheme: scheme.toLowerCase(), port: portOf(host) };
}

function rootless(scheme: string, path: string, request: boolean): GoUrl {
  if (scheme !== '') {
    return { scheme: scheme.toLowerCase(), port: '' }; // opaque: nothing of it is checked
  }
  if (request) {
    throw new Refused('it has no scheme');
  }
  if (path.split('/')[0].includes(':')) {
    throw new Refused('its first path segment contains a colon');
  }
  checkEscapes(path);
  return { scheme: '', port: '' };
}

/** Returns the host with its port, unescaped. */
function parseAuthority(scheme: string, authority: string): string {
  const at = authority.lastIndexOf('@');
  const host = parseHost(scheme, authority.slice(at + 1));
  if (at >= 0) {
    const user = authority.slice(0, at);
    if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user)) {
      throw new Refused('the user information before \'@\' contains a character that must be escaped');
    }
    checkEscapes(user);
  }
  return host;
}

function parseHost(scheme: string, host: string): string {
  const open = host.lastIndexOf('[');
  if (open > 0) {
    throw new Refused('\'[\' is not at the start of the host');
  }
  if (open === 0) {
    return parseIpLiteral(host);
  }
  const colon = scheme === 'http' || scheme === 'https' ? host.indexOf(':') : host.lastIndexOf(':');
  if (colon >= 0) {
    checkPort(host.slice(colon));
  }
  return unescapeHost(host);
}

function parseIpLiteral(host: string): string {
  const close = host.lastIndexOf(']');
  if (close < 0) {
    throw new Refused('\']\' is missing in the host');
  }
  checkPort(host.slice(close + 1));
  const inside = host.slice(1, close);
  const zone = inside.indexOf('%25');
  const address = zone < 0 ? unescapeHost(inside) : unescapeHost(inside.slice(0, zone)) + unescapeZone(inside.slice(zone));
  if (addressFamily(address) !== 6) {
    throw new Refused('only an IPv6 address can stand in brackets');
  }
  return `[${address}]${host.slice(close + 1)}`;
}

function checkPort(text: string): void {
  if (!/^(:[0-9]*)?$/.test(text)) {
    throw new Refused(`its port must be a number, got '${text.replace(/^:/, '')}'`);
  }
}

function portOf(host: string): string {
  return /:([0-9]*)$/.exec(host)?.[1] ?? '';
}

const HOST_BYTE = /^[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"\x80-\xff]$/;

/** In a host only bytes beyond ASCII, and the percent sign itself, may be escaped. */
function unescapeHost(text: string): string {
  return unescape(text, (escape, byte) => escape === '%25' || byte >= '\x80');
}

function unescapeZone(text: string): string {
  return unescape(text, (escape, byte) => escape === '%25' || byte === ' ' || (byte < '\x80' && HOST_BYTE.test(byte)));
}

function unescape(text: string, allowed: (escape: string, byte: string) => boolean): string {
  checkEscapes(text);
  return text.replace(/%..|[^%]/gs, piece => {
    const byte = piece.length === 1 ? piece : String.fromCharCode(parseInt(piece.slice(1), 16));
    if (piece.length === 1 ? !HOST_BYTE.test(piece) : !allowed(piece, byte)) {
      throw new Refused(`its host contains ${piece}, which cannot stand there`);
    }
    return byte;
  });
}

function checkEscapes(text: string): void {
  const bad = /%(?![0-9a-fA-F]{2})/.exec(text);
  if (bad !== null) {
    throw new Refused(`'${text.slice(bad.index, bad.index + 3)}' is no escape of two hexadecimal digits`);
  }
}
