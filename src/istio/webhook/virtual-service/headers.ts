import { at, Report } from '../../problem';
import { headerValue, isAuthority, plainHeader, requestHeader } from '../http-headers';
import { checkValue, checkValues, ValueRule } from '../values';
import { HeaderOperations, Headers } from './messages';

/** What istiod says of headers that are set, added and removed. */
export function checkHeaders(headers: Headers | undefined, field: string, error: Report): void {
  checkOperations(headers?.request, at(field, 'request'), requestHeader, error);
  checkOperations(headers?.response, at(field, 'response'), plainHeader, error);
}

function checkOperations(operations: HeaderOperations | undefined, field: string, nameRule: ValueRule, error: Report): void {
  for (const name of ['set', 'add'] as const) {
    for (const [header, value] of Object.entries(operations?.[name] ?? {})) {
      checkValue(header, at(field, name, header), nameRule, error);
      checkValue(value, at(field, name, header), headerValue, error);
    }
  }
  checkValues(operations?.remove ?? [], at(field, 'remove'), [plainHeader], error);
}

/** Reports an authority that is said more than once: by a rewrite, and by headers. */
export function checkAuthority(rewritten: string, headers: Headers | undefined, field: string, error: Report): void {
  const set = [headers?.request?.set ?? {}, headers?.request?.add ?? {}]
    .flatMap(operations => Object.entries(operations).filter(([name]) => isAuthority(name)).map(([, value]) => value));
  const values = [rewritten, ...set];
  const first = values.findIndex(value => value !== '');
  if (first >= 0 && first < values.length - 1) {
    error(field, `must set the authority once, got '${values.slice(first).join('\', \'')}'; keep one of them`);
  }
}
