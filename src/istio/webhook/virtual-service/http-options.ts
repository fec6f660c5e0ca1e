import { at, Report } from '../../problem';
import { milliseconds, seconds } from '../durations';
import { corsHeader } from '../http-headers';
import { regularExpression } from '../regular-expression';
import { checkValue, checkValues, ValueRule } from '../values';
import { CorsPolicy, Fault, Percent, Retries } from './messages';
import { parseInt64 } from '../../../util/go/numbers';

const CORS_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', '*'];

const corsMethod: ValueRule = method =>
  CORS_METHODS.includes(method) ? undefined : `must be one of ${CORS_METHODS.join(', ')}, got '${method}'; case matters`;

/** What istiod says of requests from other origins. */
export function checkCors(policy: CorsPolicy | undefined, field: string, error: Report): void {
  policy?.allowOrigins.forEach((origin, index) => {
    const where = at(field, 'allowOrigins', index);
    if ((origin.exact ?? origin.prefix ?? origin.regex ?? '') === '') {
      error(where, 'must say which origins are allowed, got \'\'; give exact, prefix or regex');
    } else {
      checkValue(origin.regex, at(where, 'regex'), regularExpression, error);
    }
  });
  checkValues(policy?.allowMethods ?? [], at(field, 'allowMethods'), [corsMethod], error);
  checkValues(policy?.allowHeaders ?? [], at(field, 'allowHeaders'), [corsHeader], error);
  checkValues(policy?.exposeHeaders ?? [], at(field, 'exposeHeaders'), [corsHeader], error);
  checkValue(policy?.maxAge, at(field, 'maxAge'), seconds, error);
}

const GRPC_STATUS = [
  'OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS', 'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED',
];

const grpcStatus: ValueRule = status =>
  GRPC_STATUS.includes(status) ? undefined : `must be one of ${GRPC_STATUS.join(', ')}, got '${status}'; case matters`;

export function httpStatus(status: number): string | undefined {
  return status >= 200 && status <= 600 ? undefined : `must be from 200 to 600, got '${status}'; correct it`;
}

function percentage({ value }: Percent): string | undefined {
  return value === 0 || (value >= 0.0001 && value <= 100) || Number.isNaN(value) ? undefined : `must be 0, or from 0.0001 to 100, got '${value}'; correct it`;
}

/** What istiod says of faults that are injected. */
export function checkFault(fault: Fault | undefined, field: string, error: Report): void {
  if (fault !== undefined && fault.abort === undefined && fault.delay === undefined) {
    error(field, 'must have an abort or a delay, got neither; say what happens');
  }
  checkValue(fault?.abort?.percentage, at(field, 'abort', 'percentage'), percentage, error);
  checkValue(fault?.abort?.httpStatus, at(field, 'abort', 'httpStatus'), httpStatus, error);
  checkValue(fault?.abort?.grpcStatus, at(field, 'abort', 'grpcStatus'), grpcStatus, error);
  checkValue(fault?.abort?.http2Error, at(field, 'abort', 'http2Error'), unsupported, error);
  checkValue(fault?.delay?.percentage, at(field, 'delay', 'percentage'), percentage, error);
  checkValue(fault?.delay?.fixedDelay, at(field, 'delay', 'fixedDelay'), milliseconds, error);
  checkValue(fault?.delay?.exponentialDelay, at(field, 'delay', 'exponentialDelay'), unsupported, error);
}

const unsupported: ValueRule = value => `must be left out, got '${value}', which Istio does not support; use another one`;

const RETRY_CONDITIONS = [
  '5xx', 'gateway-error', 'reset', 'reset-before-request', 'connect-failure', 'retriable-4xx', 'refused-stream', 'retriable-status-codes',
  'retriable-headers', 'envoy-ratelimited', 'http3-post-connect-failure', 'cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable',
];

/** Ranges of the status codes that have a name. */
const STATUS_CODES = [
  [100, 103], [200, 208], [226, 226], [300, 305], [307, 308], [400, 418], [421, 426], [428, 429], [431, 431], [451, 451], [500, 508], [510, 511],
];

function isRetryCondition(condition: string): boolean {
  const code = Number(parseInt64(condition) ?? 0);
  return RETRY_CONDITIONS.includes(condition) || STATUS_CODES.some(([least, most]) => code >= least && code <= most);
}

/** What istiod says of retries. */
export function checkRetries(retries: Retries | undefined, field: string, error: Report): void {
  if (retries === undefined) {
    return;
  }
  if (retries.attempts < 0) {
    error(at(field, 'attempts'), `must not be negative, got '${retries.attempts}'; 0 is for no retries`);
  }
  if (retries.attempts === 0 && (retries.perTryTimeout !== undefined || retries.retryOn !== '' || retries.retryRemoteLocalities !== undefined)) {
    error(at(field, 'attempts'), 'must be given beside perTryTimeout, retryOn and retryRemoteLocalities, got 0; say how often, or drop them');
  }
  checkValue(retries.perTryTimeout, at(field, 'perTryTimeout'), milliseconds, error);
  checkValue(retries.backoff, at(field, 'backoff'), milliseconds, error);
  const bad = retries.retryOn === '' ? undefined : retries.retryOn.split(',').find(condition => !isRetryCondition(condition));
  if (bad !== undefined) {
    error(at(field, 'retryOn'), `must list conditions and status codes with commas only between them, got '${bad}'; known are ${RETRY_CONDITIONS.join(', ')}`);
  }
}
