import { parseInt64 } from '../../util/go/numbers';
import { parseUrl } from '../../util/go/url';
import { at, Report } from '../problem';
import { checkAttachment } from './attachment';
import { milliseconds } from './durations';
import { parseKeySet } from './key-set';
import { JwtRuleMessage, RequestAuthenticationMessage } from './messages';
import { checkValue, checkValues, notEmpty } from './values';

/** What istiod's webhook says of a RequestAuthentication. */
export function checkRequestAuthentication(spec: RequestAuthenticationMessage, error: Report, warn: Report): void {
  checkAttachment(spec, error, warn);
  spec.jwtRules.forEach((rule, index) => checkJwtRule(rule, at('spec.jwtRules', index), error, warn));
}

function checkJwtRule(rule: JwtRuleMessage, field: string, error: Report, warn: Report): void {
  if (rule.issuer === '' && rule.jwksUri === '') {
    error(field, 'must have an issuer or a jwksUri, got neither; name the issuer');
  }
  for (const name of ['audiences', 'fromParams', 'fromCookies'] as const) {
    checkValues(rule[name], at(field, name), [notEmpty], error);
  }
  checkValues(rule.fromHeaders.map(header => header.name), at(field, 'fromHeaders'), [notEmpty], error);
  checkOutputs(rule, field, error);
  checkJwksUri(rule.jwksUri, at(field, 'jwksUri'), error);
  checkJwks(rule.jwks, at(field, 'jwks'), error, warn);
  checkValue(rule.timeout, at(field, 'timeout'), milliseconds, error);
}

function checkOutputs(rule: JwtRuleMessage, field: string, error: Report): void {
  rule.outputClaimToHeaders.forEach(({ header, claim }, index) => {
    const where = at(field, 'outputClaimToHeaders', index);
    if (header === '' || claim === '') {
      error(where, `must have a header and a claim, got '${header}' and '${claim}'; give both`);
    } else if (!/^[-_A-Za-z0-9]+$/.test(header)) {
      error(at(where, 'header'), `must consist of letters, digits, '-' and '_', got '${header}'; rename it`);
    }
  });
}

function checkJwksUri(uri: string, field: string, error: Report): void {
  if (uri === '') {
    return;
  }
  const url = parseUrl(uri);
  if (typeof url === 'string') {
    error(field, `must be a URL, got '${uri}': ${url}; write 'https://HOST/PATH'`);
  } else if (url.scheme !== 'http' && url.scheme !== 'https') {
    error(field, `must begin with http:// or https://, got '${uri}'; write 'https://HOST/PATH'`);
  } else if (url.port !== '' && parseInt64(url.port) === undefined) {
    error(field, `must have a port that is a number, got '${url.port}'; correct it`);
  }
}

function checkJwks(jwks: string, field: string, error: Report, warn: Report): void {
  const keys = jwks === '' ? [] : parseKeySet(jwks);
  if (typeof keys === 'string') {
    error(field, `must be a JSON Web Key Set: ${keys}; write '{"keys":[…]}' with public keys`);
    return;
  }
  keys.forEach((key, index) => {
    if (key.secret) {
      warn(field, `should hold public keys only, got private key material in key ${index}; publish it no further, and replace the key`);
    }
  });
}
