import { isPathTemplate, templatePieces } from './path-pattern';
import { serviceAccountOf } from './principal-pattern';
import { Piece } from './sequence-pattern';
import { Mesh } from '../request/mesh-settings';

/**
 * The texts that a value of a policy matches, as data: any of some sequences of pieces. Tests say the same faster; this is for questions about all texts at once.
 *
 * INVARIANT: the language of a value holds a text exactly if the test of the value passes it.
 */
export interface Language {
  readonly sequences: readonly (readonly Part[])[];
  /** Whether upper case is as good as lower case; the pieces are in lower case. */
  readonly caseless?: boolean;
}

/** Text as it is, a run of characters of a class, or one of them. */
export type Part = Piece | { readonly of: string; readonly once: true };

const ANY: Piece = { of: '[^]' };
const ANY_BUT_NONE: Piece = { of: '[^]', some: true };
const LINE: Piece = { of: '[^\\n]' };
const SEGMENT: Piece = { of: '[^/]', some: true };
const SCHEME = 'spiffe://';

export function language(...sequences: Part[][]): Language {
  return { sequences: sequences.map(pieces => pieces.filter(piece => piece !== '')) };
}

/** As `textPattern` matches. */
export function textLanguage(value: string): Language {
  return value === '*' ? language([ANY_BUT_NONE]) : presenceLanguage(value);
}

/** As `presencePattern` matches. */
export function presenceLanguage(value: string): Language {
  if (value.startsWith('*')) return language([ANY, value.slice(1)]);
  return value.endsWith('*') ? language([value.slice(0, -1), ANY]) : language([value]);
}

export function hostLanguage(value: string): Language {
  return { ...presenceLanguage(value.toLowerCase()), caseless: true };
}

export function pathLanguage(value: string): Language {
  return isPathTemplate(value) ? language([...templatePieces(value)]) : textLanguage(value);
}

/** Of a value of `principals`, as sent to Envoy; undefined where it was put into a regular expression that says something else than its text. */
export function principalLanguage(value: string, mesh: Mesh): Language | undefined {
  return value.startsWith('*') ? spelled([SCHEME, value.slice(1)], mesh) : textLanguage(SCHEME + value);
}

export function namespaceLanguage(value: string, mesh: Mesh): Language | undefined {
  return spelled(['', ...`/ns/${value}/`.split('*'), ''], mesh);
}

export function serviceAccountLanguage(value: string, policyNamespace: string): Language {
  const { namespace, name } = serviceAccountOf(value, policyNamespace);
  const [start, end] = [`/ns/${namespace}/`, `sa/${name}`];
  const gap: Piece = { of: '[^\\n]', some: true };
  return language([SCHEME, gap, start + end], [SCHEME, gap, start, gap, `/${end}`], [SCHEME, gap, `${start + end}/`, gap], [SCHEME, gap, start, gap, `/${end}/`, gap]);
}

export function trustDomainLanguage(value: string): Language {
  if (value === '*') return language([SCHEME, ANY]);
  const star = value.indexOf('*');
  if (star < 0) return language([`${SCHEME}${value}/`, ANY]);
  return language([SCHEME + value.slice(0, star), { of: '[^/]' }, `${value.slice(star + 1)}/`, LINE]);
}

/** As ztunnel matches `principals`. */
export function schemelessLanguage(value: string): Language {
  return { sequences: textLanguage(value).sequences.map(pieces => [SCHEME, ...pieces]) };
}

/** As ztunnel matches `namespaces`. */
export function identityNamespaceLanguage(value: string): Language {
  const within = textLanguage(value).sequences.map(pieces => pieces.map(piece => typeof piece === 'string' ? piece : { ...piece, of: '[^/]' }));
  return { sequences: within.map(pieces => [SCHEME, SEGMENT, '/ns/', ...pieces, '/sa/', SEGMENT]) };
}

/** As ztunnel matches `serviceAccounts`. */
export function identityAccountLanguage(value: string, policyNamespace: string): Language {
  const { namespace, name } = serviceAccountOf(value, policyNamespace);
  return namespace === '' || name === '' || name.includes('/') ? { sequences: [] } : language([SCHEME, SEGMENT, `/ns/${namespace}/sa/${name}`]);
}

/** The subjects of a value of `requestPrincipals`, for tokens of some issuer that it names. */
export function subjectLanguage(value: string): Language {
  const slash = value.lastIndexOf('/');
  if (slash < 0) return value.startsWith('*') ? textLanguage(value) : value.endsWith('*') ? textLanguage('*') : language([]);
  const subject = value.slice(slash + 1);
  if (value.startsWith('*')) return language([subject]);
  return subject === '*' ? textLanguage('*') : subject.endsWith('*') ? language([subject.slice(0, -1), ANY]) : language([subject]);
}

/** The issuers of a value of `requestPrincipals`, for tokens of some subject that it names. */
export function issuerLanguage(value: string): Language {
  const slash = value.lastIndexOf('/');
  if (slash < 0) return value.startsWith('*') ? textLanguage('*') : textLanguage(value);
  const issuer = value.slice(0, slash);
  return value.startsWith('*') ? textLanguage(issuer) : language([issuer]);
}

/** Up to Istio 1.29 texts were put into a regular expression as they are: a point is then any character, and other signs are not looked into. */
function spelled(texts: readonly string[], mesh: Mesh): Language | undefined {
  if (mesh.has('quotedPatterns')) return language(texts.flatMap((text, index) => index === 0 ? [text] : [LINE, text]));
  if (texts.some(text => /[^\w/:. -]/.test(text))) return undefined;
  const parts = (text: string): Part[] => text.split(/(\.)/).map(part => part === '.' ? { of: '[^\\n]', once: true } : part);
  return language(texts.flatMap((text, index) => index === 0 ? parts(text) : [LINE, ...parts(text)]));
}
