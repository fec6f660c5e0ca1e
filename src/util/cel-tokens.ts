/** A word of the Common Expression Language. */
export interface Token {
  readonly type: 'identifier' | 'literal' | 'symbol' | 'end';
  readonly text: string;
}

/** Thrown where a text is no expression. */
export class Malformed extends Error {}

const ESCAPE = String.raw`\\(?:[abfnrtv"'\\?${'`'}]|[0-3][0-7]{2}|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})`;
const QUOTED = String.raw`"""(?:${ESCAPE}|[^\\])*?"""|'''(?:${ESCAPE}|[^\\])*?'''|"(?:${ESCAPE}|[^\\"\n\r])*"|'(?:${ESCAPE}|[^\\'\n\r])*'`;
const RAW = String.raw`[rR](?:"""[^]*?"""|'''[^]*?'''|"[^"\n\r]*"|'[^'\n\r]*')`;
const TOKEN = new RegExp([
  String.raw`(?<space>[\t \r\n\f]+|//[^\n]*)`,
  `(?<bytes>[bB](?:${RAW}|${QUOTED}))`,
  `(?<string>${RAW}|${QUOTED})`,
  String.raw`(?<float>[0-9]+\.[0-9]+(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+|\.[0-9]+(?:[eE][-+]?[0-9]+)?)`,
  '(?<integer>(?:0x[0-9a-fA-F]+|[0-9]+)[uU]?)',
  '(?<name>[A-Za-z_][A-Za-z0-9_]*)',
  String.raw`(?<symbol>==|!=|<=|>=|&&|\|\||[<>\[\]{}().,\-!?:+*/%])`,
].join('|'), 'yu');

/** The words of a text, without space and comments; the last one is the end. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined) {
      throw new Malformed(`'${[...text.slice(at)][0]}' is unexpected at character ${at + 1}`);
    }
    at = TOKEN.lastIndex;
    const token = tokenOf(groups);
    tokens.push(...token === undefined ? [] : [token]);
  }
  return [...tokens, { type: 'end', text: 'the end' }];
}

function tokenOf({ space, bytes, string, float, integer, name, symbol }: Readonly<Record<string, string | undefined>>): Token | undefined {
  if (space !== undefined) {
    return undefined;
  }
  const word = symbol ?? (name === 'in' ? name : undefined);
  if (word !== undefined) {
    return { type: 'symbol', text: word };
  }
  if (name !== undefined) {
    return { type: ['true', 'false', 'null'].includes(name) ? 'literal' : 'identifier', text: name };
  }
  checkText(string, bytes);
  if (float !== undefined && !Number.isFinite(Number(float))) {
    throw new Malformed(`'${float}' is too large`);
  }
  return { type: 'literal', text: string ?? bytes ?? float ?? integer ?? '' };
}

/** Escapes of text name characters, those of bytes only bytes. */
function checkText(string: string | undefined, bytes: string | undefined): void {
  const escapes = /^[bB]?[rR]/.test(string ?? bytes ?? '') ? [] : [...(string ?? bytes ?? '').matchAll(/\\(?:([uU])([0-9a-fA-F]+)|.)/g)];
  for (const [escape, unicode, digits] of escapes) {
    const code = parseInt(digits, 16);
    if (unicode !== undefined && (bytes !== undefined || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))) {
      throw new Malformed(`'${escape}' is not a character here`);
    }
  }
}
