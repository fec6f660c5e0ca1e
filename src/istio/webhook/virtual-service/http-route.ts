import { at, Report } from '../../problem';
import { milliseconds } from '../durations';
import { checkValue } from '../values';
import { checkDestination, checkDestinations } from './destinations';
import { checkAuthority, checkHeaders } from './headers';
import { checkDirectResponse, checkRedirect, checkRewrite } from './http-answer';
import { checkHttpMatch } from './http-match';
import { checkCors, checkFault, checkRetries } from './http-options';
import { HttpRouteMessage } from './messages';

/** Who owns a route: a VirtualService with hosts, or one without, to which others delegate; or a route of the Kubernetes Gateway API. */
export interface RouteOwner {
  readonly isDelegate: boolean;
  readonly isGenerated: boolean;
}

/** What istiod says of a route of HTTP requests. */
export function checkHttpRoute(route: HttpRouteMessage, field: string, owner: RouteOwner, error: Report, warn: Report): void {
  if (route.delegate !== undefined && !owner.isDelegate) {
    checkDelegating(route, field, error);
  } else {
    checkAnswers(route, field, owner, error);
  }
  route.match.forEach((match, index) => checkHttpMatch(match, at(field, 'match', index), error));
  checkHeaders(route.headers, at(field, 'headers'), error);
  checkAuthority(route.rewrite?.authority ?? '', route.headers, at(field, 'headers', 'request'), error);
  checkCors(route.corsPolicy, at(field, 'corsPolicy'), error);
  checkFault(route.fault, at(field, 'fault'), error);
  checkMirrors(route, field, error, warn);
  checkRedirect(route.redirect, route.match, at(field, 'redirect'), error);
  checkDirectResponse(route.directResponse, at(field, 'directResponse'), error, warn);
  checkRetries(route.retries, at(field, 'retries'), error);
  checkRewrite(route.rewrite, at(field, 'rewrite'), error);
  route.route.forEach(({ headers }, index) => checkHeaders(headers, at(field, 'route', index, 'headers'), error));
  checkDestinations(route.route, at(field, 'route'), owner.isGenerated, error);
  checkValue(route.timeout, at(field, 'timeout'), milliseconds, error);
}

/** A route that another VirtualService completes. */
function checkDelegating({ redirect, route }: HttpRouteMessage, field: string, error: Report): void {
  if (redirect !== undefined || route.length > 0) {
    error(field, `must not have ${redirect === undefined ? 'route' : 'redirect'} beside delegate, got both; keep one`);
  }
}

/** Requests are answered in one way. */
function checkAnswers(route: HttpRouteMessage, field: string, { isDelegate }: RouteOwner, error: Report): void {
  if (isDelegate && route.delegate !== undefined) {
    error(at(field, 'delegate'), 'must be left out where there are no hosts, as others delegate to this; drop it');
  }
  const answer = (['redirect', 'directResponse'] as const).find(name => route[name] !== undefined);
  const given = (['redirect', 'directResponse', 'fault', 'rewrite'] as const).filter(name => route[name] !== undefined);
  const others = [...given, ...route.route.length > 0 ? ['route'] : []].filter(name => name !== answer);
  if (answer !== undefined && others.length > 0) {
    error(field, `must not have ${others.join(' and ')} beside ${answer}, got both; keep one`);
  }
  if (answer === undefined && route.route.length === 0) {
    error(field, 'must have a route, redirect or directResponse, got none; say where requests go');
  }
  if (route.mirror !== undefined && route.mirrors.length > 0) {
    error(field, 'must have at most one of mirror and mirrors, got both; keep mirrors');
  }
}

function checkMirrors(route: HttpRouteMessage, field: string, error: Report, warn: Report): void {
  if (route.mirror !== undefined) {
    checkDestination(route.mirror, at(field, 'mirror'), error);
  }
  if (route.mirrorPercent !== undefined) {
    warn(at(field, 'mirrorPercent'), `should be mirrorPercentage, got '${route.mirrorPercent}' in the old form; rewrite it`);
  }
  checkValue(route.mirrorPercent, at(field, 'mirrorPercent'), percentFault, error);
  checkValue(route.mirrorPercentage?.value, at(field, 'mirrorPercentage'), percentFault, error);
  route.mirrors.forEach((mirror, index) => {
    const where = at(field, 'mirrors', index);
    if (mirror.destination === undefined) {
      error(at(where, 'destination'), 'must be given, got nothing; name the host');
      return;
    }
    checkDestination(mirror.destination, at(where, 'destination'), error);
    checkValue(mirror.percentage?.value, at(where, 'percentage'), percentFault, error);
  });
}

function percentFault(value: number): string | undefined {
  return value < 0 || value > 100 ? `must be from 0 to 100, got '${value}'; correct it` : undefined;
}
