import { normalizePath } from '../policy/proxies/path-normalization';
import { RequestRules } from '../policy/request/connection-settings';
import { kept } from '../util/kept';

/** The texts that a part of a request can be, as an automaton of few states. */
export interface Domain {
  /** All letters that such texts are made of, those that read most naturally first. */
  readonly letters: string;
  /** Tells letters apart that do not lead to the same states. */
  readonly kindOf: (letter: string) => string;
  readonly start: string;
  /** Undefined where no text goes on so. */
  readonly step: (state: string, letter: string) => string | undefined;
  readonly isWhole: (state: string) => boolean;
  /** What all its texts begin with, where each may go on with any letters; undefined where they have a form of their own. */
  readonly least?: string;
}

const LOWER = 'xabcdefghijklmnopqrstuvwyz';
const UPPER = LOWER.toUpperCase();
const DIGITS = '0123456789';

/** Text of some letters, of at least one. */
function textOf(letters: string): Domain {
  const known = new Set(letters);
  return {
    letters,
    kindOf: () => '',
    start: '',
    step: (_, letter) => known.has(letter) ? '+' : undefined,
    isWhole: state => state === '+',
    least: '',
  };
}

/** Text of a claim may be any. */
export const CLAIM: Domain = {
  letters: `${LOWER}${DIGITS}${UPPER}-._/:;=,+*!#$%&'()<>?@[]^\`{|}~"\\ `,
  kindOf: () => '',
  start: '+',
  step: () => '+',
  isWhole: () => true,
  least: '',
};

/** Text of a header line, which is trimmed. */
export const HEADER: Domain = {
  ...CLAIM,
  start: '',
  kindOf: letter => letter === ' ' ? ' ' : '',
  step: (state, letter) => letter === ' ' ? state === 'x' || state === ' ' ? ' ' : undefined : 'x',
  isWhole: state => state !== ' ',
};

/** A method is a token (RFC 9110, 5.6.2). */
export const METHOD = textOf(`${UPPER}${LOWER}${DIGITS}!#$%&'*+-.^_\`|~`);

export const AUTHORITY = textOf(`${LOWER}${DIGITS}-._:${UPPER}~!$&'()*+,;=[]%@`);

/** A server name. */
export const SERVER_NAME = textOf(`${LOWER}${DIGITS}-._`);

const HEAD = 'spiffe://';

/** The identities of service accounts: `spiffe://TRUST-DOMAIN/ns/NAMESPACE/sa/NAME`. */
export const IDENTITIES: Domain = {
  letters: `${LOWER}${DIGITS}-./:`,
  kindOf: letter => `${HEAD}nsa.`.includes(letter) ? letter : 'x',
  start: '',
  step: (state, letter) => {
    // the place in the scheme, in a name of which there must be a letter, or in what stands between two names
    if (state.length < HEAD.length && HEAD.startsWith(state)) return HEAD[state.length] === letter ? state + letter : undefined;
    const [part, at] = state === HEAD ? ['domain', ''] : state.split('|');
    const between = BETWEEN[part];
    if (at !== '' && at !== 'x') return between[at.length] === letter ? at.length + 1 === between.length ? `${NEXT[part]}|` : `${part}|${at}${letter}` : undefined;
    if (letter === '/') return at === 'x' && between ? `${part}|/` : undefined;
    return /[\w-]/.test(letter) || letter === '.' && part !== 'namespace' ? `${part}|x` : undefined;
  },
  isWhole: state => state === 'name|x',
};

const BETWEEN: Readonly<Record<string, string>> = { domain: '/ns/', namespace: '/sa/' };
const NEXT: Readonly<Record<string, string>> = { domain: 'namespace', namespace: 'name' };

/**
 * Paths as proxies see them, which is after normalization: such that all proxies leave them as they are.
 *
 * The state is a path that ends as those do which it stands for, as far as that may still become something else with what comes next: a slash with dots after it, an
 * escape that is not whole. Whether it does is asked of the normalization itself.
 */
export function paths(rules: readonly RequestRules[]): Domain {
  const known = new Map<string, boolean>();
  const isLeft = (path: string) => kept(known, path, () => rules.every(one => {
    const seen = normalizePath(path, one);
    return 'path' in seen && seen.path === path;
  }));
  return {
    letters: `${LOWER}${DIGITS}-_${UPPER}./~!$&'()+,;:@=*%`,
    kindOf: letter => './%'.includes(letter) || /[0-9a-fA-F]/.test(letter) ? letter : '',
    start: '',
    step: (state, letter) => {
      const text = state + letter;
      if (state === '') return letter === '/' ? text : undefined;
      if (isLeft(`${text}z`)) return `/y${text.slice(text.search(/(\/\.{0,2})?(%[0-9a-fA-F]?)?$/))}`;
      // where slashes are merged two of them may be left, if they are all of a path
      return isLeft(text) ? text : undefined;
    },
    isWhole: state => state !== '' && isLeft(state),
    least: '/',
  };
}
