import { methodPattern, pathPattern } from '../intent/http-pattern';
import { quoted } from '../util/text';

/** Why a request cannot be granted as it was seen; undefined where it can. Clients choose their paths: one with a star would be granted as a pattern. */
export function usualRequest({ method, path }: { readonly method: string; readonly path: string }): string | undefined {
  const operator = /[*{}]/.exec(`${method} ${path}`);
  return operator ? `a policy would take ${quoted(operator[0])} for part of a pattern` : faultOf([method], [path]);
}

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
