import { ValueRule } from './values';
import { byteLength } from '../../util/go/bytes';
import { regexpFault } from '../../util/go/regexp';

const MAX_BYTES = 1024;

/** A regular expression that Istio hands to Envoy. */
export const regularExpression: ValueRule = value => {
  if (value === '') {
    return 'must be a regular expression, got \'\'; \'.*\' matches all';
  }
  if (byteLength(value) > MAX_BYTES) {
    return `must have at most ${MAX_BYTES} bytes, got ${byteLength(value)}; shorten it`;
  }
  const fault = regexpFault(value);
  return fault === undefined ? undefined : `must be a regular expression in the syntax of RE2, got '${value}': ${fault}; correct it`;
};
