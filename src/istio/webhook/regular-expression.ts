import { RE2JS } from 're2js';
import { ValueRule } from './values';
import { byteLength } from '../../util/go/bytes';

const MAX_BYTES = 1024;

/** A regular expression that Istio hands to Envoy. */
export const regularExpression: ValueRule = value => {
  if (value === '') {
    return 'must be a regular expression, got \'\'; \'.*\' matches all';
  }
  if (byteLength(value) > MAX_BYTES) {
    return `must have at most ${MAX_BYTES} bytes, got ${byteLength(value)}; shorten it`;
  }
  try {
    RE2JS.compile(value);
    return undefined;
  } catch (error) {
    const reason = (error as Error).message.replace('error parsing regexp: ', '');
    return `must be a regular expression in the syntax of RE2, got '${value}': ${reason}; correct it`;
  }
};
