import { at, Report } from '../../problem';
import { portFault } from '../ports';
import { regularExpression } from '../regular-expression';
import { checkValue } from '../values';
import { httpStatus } from './http-options';
import { DirectResponse, HttpMatch, Redirect, Rewrite } from './messages';
import { byteLength } from '../../../util/go/bytes';

/** What istiod says of a redirect; `matches` are those of its route. */
export function checkRedirect(redirect: Redirect | undefined, matches: readonly HttpMatch[], field: string, error: Report): void {
  if (redirect === undefined) {
    return;
  }
  const { uri, prefixRewrite, authority, scheme, redirectCode, port, derivePort } = redirect;
  if (uri !== '' && prefixRewrite !== '') {
    error(field, 'must have at most one of uri and prefixRewrite, got both; keep one');
  }
  if (prefixRewrite !== '' && matches.some(match => match.uri !== undefined && match.uri.prefix === undefined)) {
    error(at(field, 'prefixRewrite'), 'must stand beside matches of a uri prefix only, got others; match by prefix, or use uri');
  }
  if (`${uri}${prefixRewrite}${authority}${scheme}` === '' && port === undefined && derivePort === undefined) {
    error(field, 'must have a uri, prefixRewrite, authority, scheme or port, got none; say where to');
  }
  if (redirectCode !== 0 && (redirectCode < 300 || redirectCode > 399)) {
    error(at(field, 'redirectCode'), `must be from 300 to 399, got '${redirectCode}'; correct it`);
  }
  if (!['', 'http', 'https'].includes(scheme)) {
    error(at(field, 'scheme'), `must be http or https, got '${scheme}'; case matters`);
  }
  checkValue(port === 0 ? undefined : port, at(field, 'port'), portFault, error);
}

/** What istiod says of a rewrite. */
export function checkRewrite(rewrite: Rewrite | undefined, field: string, error: Report): void {
  const regex = rewrite?.uriRegexRewrite;
  if (rewrite !== undefined && rewrite.uri !== '' && regex !== undefined) {
    error(field, 'must have at most one of uri and uriRegexRewrite, got both; keep one');
  }
  if (rewrite !== undefined && rewrite.uri === '' && rewrite.authority === '' && regex === undefined) {
    error(field, 'must have a uri, uriRegexRewrite or authority, got none; say what is rewritten');
  }
  if (regex !== undefined && (regex.match === '' || regex.rewrite === '')) {
    error(at(field, 'uriRegexRewrite'), `must have match and rewrite, got '${regex.match}' and '${regex.rewrite}'; give both`);
  } else {
    checkValue(regex?.match, at(field, 'uriRegexRewrite', 'match'), regularExpression, error);
  }
}

const LARGE = 100 * 1024;
const TOO_LARGE = 1024 * 1024;

/** What istiod says of an answer that it gives itself. */
export function checkDirectResponse(response: DirectResponse | undefined, field: string, error: Report, warn: Report): void {
  const { string = '', bytes = '' } = response?.body ?? {};
  const size = byteLength(string) + Buffer.from(bytes, 'base64').length;
  if (size > TOO_LARGE) {
    error(at(field, 'body'), `must have at most ${TOO_LARGE} bytes, got ${size}; let a workload answer`);
  } else if (size > LARGE) {
    warn(at(field, 'body'), `should have at most ${LARGE} bytes, got ${size}; let a workload answer`);
  }
  checkValue(response?.status, at(field, 'status'), httpStatus, error);
}
