import { shownPath } from './variable-path';
import { methodPattern, pathPattern } from '../intent/http-pattern';
import { quoted } from '../util/text';

/** Why a request cannot be granted as it was seen; undefined where it can. Clients choose their paths: one with a star would be granted as a pattern. */
export function usualRequest({ method, path }: { readonly method: string; readonly path: string }): string | undefined {
  const operator = /[*{}]/.exec(`${method} ${path}`);
  if (operator) { return `a policy would take ${quoted(operator[0])} for part of a pattern`; }
  const fault = faultOf([method], [path]);
  return fault === undefined || shownPath(path) === path ? fault : faultOf([method], [withoutSecrets(path)]) ?? 'its path is none that a policy compares as it stands';
}

/** With words in the places of what may be a secret, since a message says what is wrong with. */
function withoutSecrets(path: string): string { return shownPath(path).replaceAll('{*}', 'left-out'); }

/** Why operations do not take some patterns; undefined where they do. Those of hand-written policies may match more than they seem to. */
export function faultOf(methods: readonly string[], paths: readonly string[]): string | undefined {
  try {
    methods.forEach(method => methodPattern('its method', method));
    paths.forEach(path => pathPattern('its path', path));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
