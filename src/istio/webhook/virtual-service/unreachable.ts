import { HttpMatch, HttpRouteMessage, StringMatch, StringMatches } from './messages';
import { at, Report } from '../../problem';
import { isObject } from '../../schema/schema';

interface Route {
  readonly match: readonly object[];
}

/** Warns of routes that are never reached as others stand before them, and of matches that were there before. */
export function warnOfUnreachable(routes: readonly Route[], field: string, warn: Report): void {
  const seen = new Set<string>();
  const all = routes.findIndex(({ match }) => match.length === 0);
  routes.forEach(({ match }, index) => {
    const where = at(field, index);
    if (all >= 0 && index > all) {
      warn(where, `should stand before the route without match, got it behind ${at(field, all)}; reorder them`);
      return;
    }
    match.forEach((one, number) => {
      const text = canonical(one);
      if (seen.has(text)) {
        warn(at(where, 'match', number), 'should not repeat a match before it, which takes all of its requests; drop it');
      }
      seen.add(text);
    });
  });
}

/** Maps of a match: none is as good as an empty one. */
const MAPS = ['headers', 'queryParams', 'withoutHeaders', 'sourceLabels'];

/** The same text for the same match, whatever it is called. */
function canonical(match: object): string {
  const maps = Object.fromEntries(MAPS.map(name => [name, (match as Readonly<Record<string, unknown>>)[name] ?? {}]));
  return JSON.stringify({ ...match, ...maps, name: '' }, (_, value: unknown) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).sort(([left], [right]) => left < right ? -1 : 1)) : value);
}

/** Warns of matches by prefix that a shorter prefix before them takes. */
export function warnOfCovered(routes: readonly HttpRouteMessage[], field: string, warn: Report): void {
  const matches = routes.flatMap(({ match }, index) => match.map((one, number) => ({ match: one, where: at(field, index, 'match', number) })));
  const prefixed = matches.filter(({ match }) => (match.uri?.prefix ?? '') !== '');
  prefixed.forEach(({ match, where }, index) => {
    const before = prefixed.slice(0, index).find(other => covers(other.match, match));
    if (before !== undefined) {
      warn(where, `should not have a prefix that one before it covers, got '${match.uri?.prefix}' behind ${before.where}; reorder them`);
    }
  });
}

/** Whether Istio takes the first for a wider one; it asks so of port, method, authority, headers and parameters, and of nothing else. */
function covers(wide: HttpMatch, narrow: HttpMatch): boolean {
  const [prefix, inner] = [wide.uri?.prefix ?? '', narrow.uri?.prefix ?? ''];
  return prefix !== inner && inner.startsWith(prefix) && wide.port === narrow.port
    && (form(wide.method) || GET).startsWith(form(narrow.method) || GET)
    && form(wide.authority).startsWith(form(narrow.authority))
    && (['headers', 'queryParams', 'withoutHeaders'] as const).every(name => allBegin(wide[name] ?? {}, narrow[name] ?? {}));
}

const GET = 'exact:GET';

function form(match: StringMatch | undefined): string {
  return match?.exact ? `exact:${match.exact}` : match?.prefix ? `prefix:${match.prefix}` : '';
}

/** Whether both name the same, and each value begins with that of the other. */
function allBegin(wide: StringMatches, narrow: StringMatches): boolean {
  const names = Object.keys(wide);
  return names.length === Object.keys(narrow).length
    && names.every(name => Object.prototype.hasOwnProperty.call(narrow, name) && form(wide[name]).startsWith(form(narrow[name])));
}
