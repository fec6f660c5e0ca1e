import { isMadeUp, isUnguessable } from './made-up';

/** What stands for something that has a name of its own each time: numbers, UUIDs, hashes, dates, addresses of mail, texts that are escaped, `order-17`. */
const IDS = [
  /^\d+$/,
  /\d{4}/,
  /^[a-z]+[-_]\d+$/i,
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i,
  /(?=[0-9a-f]*\d)[0-9a-f]{8,}/i,
  /[@%]/,
];

/** A path with `{*}` for each segment that looks like an id, or a token; the same path where none does. */
export function templateOf(path: string): string { return withStars(path, isId); }

/** A path as it may be shown: with `{*}` for each segment that may be a secret, since whoever has a token or the id of a session of somebody may be taken for that one. */
export function shownPath(path: string): string { return withStars(path, segment => isId(segment) && isUnguessable(segment)); }

function withStars(path: string, isAny: (segment: string) => boolean): string {
  return path.split('/').map(segment => isAny(segment) ? '{*}' : segment).join('/');
}

function isId(segment: string): boolean { return isMadeUp(segment) || IDS.some(form => form.test(segment)); }

/** From how many different names on that are all that tells paths apart they are taken for names of things. */
const MANY = 10;

/** Of some paths, the templates `/users/{*}` that many of them fit which differ in nothing but their last segment. */
export function crowdedTemplates(paths: Iterable<string>): string[] {
  const names = new Map<string, Set<string>>();
  for (const path of new Set(paths)) {
    const cut = path.lastIndexOf('/');
    const parent = path.slice(0, cut);
    // the methods of a gRPC service are no things
    if (parent.slice(1).includes('.') && !parent.slice(1).includes('/')) continue;
    names.set(parent, (names.get(parent) ?? new Set()).add(path.slice(cut + 1)));
  }
  return [...names].filter(([, all]) => all.size >= MANY).map(([parent]) => `${parent}/{*}`);
}

/** Whether a path is one of a template that `crowdedTemplates` makes. */
export function isOneOf(template: string, path: string): boolean { return path.slice(0, path.lastIndexOf('/')) === template.slice(0, -'/{*}'.length); }
