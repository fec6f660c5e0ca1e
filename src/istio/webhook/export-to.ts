import { at, Report } from '../problem';
import { isDnsLabel } from './names';

/**
 * What istiod says of `exportTo`.
 *
 * @param mayBeNone whether `~`, nobody, is a choice
 * @returns the namespaces it names, its own by name
 */
export function checkExportTo(exportTo: readonly string[], namespace: string, error: Report, mayBeNone = false): ReadonlySet<string> {
  const field = 'spec.exportTo';
  const seen = new Set<string>();
  exportTo.forEach((entry, index) => {
    const name = entry === '.' ? namespace : entry;
    const fault = entryFault(name, mayBeNone);
    if (seen.has(name)) {
      error(at(field, index), `must not name a namespace twice, got '${entry}' again; keep one of them`);
    } else if (fault !== undefined) {
      error(at(field, index), fault);
    } else {
      seen.add(name);
    }
  });
  const alone = ['*', '~'].find(entry => seen.has(entry));
  if (alone !== undefined && exportTo.length > 1) {
    error(field, `must have '${alone}' alone, got '${exportTo.join('\', \'')}'; drop it, or the others`);
  }
  return seen;
}

function entryFault(name: string, mayBeNone: boolean): string | undefined {
  return name === '*' || (mayBeNone && name === '~') || isDnsLabel(name)
    ? undefined
    : `must be '.', '*'${mayBeNone ? ', \'~\'' : ''} or the name of a namespace, got '${name}'; correct it`;
}
