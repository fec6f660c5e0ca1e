import { at, Report } from '../../problem';
import { matchedHeader } from '../http-headers';
import { checkLabels } from '../labels';
import { isDnsLabel } from '../names';
import { portFault } from '../ports';
import { regularExpression } from '../regular-expression';
import { checkValue } from '../values';
import { checkGateways } from './gateways';
import { HttpMatch, StringMatch, StringMatches } from './messages';

/** What istiod says of a match of a route. */
export function checkHttpMatch(match: HttpMatch, field: string, error: Report): void {
  checkNamed(match.headers, at(field, 'headers'), error);
  checkNamed(match.withoutHeaders, at(field, 'withoutHeaders'), error, '*');
  Object.entries(match.queryParams ?? {}).forEach(([name, value]) => checkStringMatch(value, at(field, 'queryParams', name), error));
  checkValue(match.uri?.regex, at(field, 'uri', 'regex'), regularExpression, error);
  for (const name of ['scheme', 'method', 'authority'] as const) {
    checkStringMatch(match[name], at(field, name), error);
  }
  checkValue(match.port === 0 ? undefined : match.port, at(field, 'port'), portFault, error);
  checkLabels(match.sourceLabels, at(field, 'sourceLabels'), error);
  checkGateways(match.gateways, at(field, 'gateways'), error, () => undefined); // Istio drops the warning here
  if (match.sourceNamespace !== '' && !isDnsLabel(match.sourceNamespace)) {
    error(at(field, 'sourceNamespace'), `must be the name of a namespace, got '${match.sourceNamespace}'; correct it`);
  }
}

/** Headers and their values; `presence` is a pattern that means: any value. */
function checkNamed(matches: StringMatches | undefined, field: string, error: Report, presence?: string): void {
  for (const [name, match] of Object.entries(matches ?? {})) {
    checkValue(name, at(field, name), matchedHeader, error);
    if (presence === undefined || match.regex !== presence) {
      checkStringMatch(match, at(field, name), error);
    }
  }
}

function checkStringMatch(match: StringMatch | undefined, field: string, error: Report): void {
  if (match?.prefix === '') {
    error(at(field, 'prefix'), 'must not be empty, got \'\'; leave the match out for any value');
  }
  checkValue(match?.regex, at(field, 'regex'), regularExpression, error);
}
