import { ATTACHMENT } from './attachment';
import { httpUrl, oneAttachment, oneKeySet, PERIOD } from './rules';
import { BOOLEAN, listOf, NON_EMPTY, objectOf, STRING, StringSchema } from './schema';

const JWKS_URI: StringSchema = { type: 'string', minLength: 1, maxLength: 2048, rules: [httpUrl] };

const JWT_RULE = objectOf({
  issuer: NON_EMPTY,
  audiences: listOf(NON_EMPTY),
  jwksUri: JWKS_URI,
  jwks_uri: JWKS_URI,
  jwks: STRING,
  fromHeaders: listOf(objectOf({ name: NON_EMPTY, prefix: STRING }, { required: ['name'] })),
  fromParams: listOf(NON_EMPTY),
  fromCookies: listOf(NON_EMPTY),
  outputPayloadToHeader: STRING,
  outputClaimToHeaders: listOf(objectOf({
    header: { type: 'string', minLength: 1, pattern: /^[-_A-Za-z0-9]+$/ },
    claim: NON_EMPTY,
  }, { required: ['header', 'claim'] })),
  forwardOriginalToken: BOOLEAN,
  timeout: PERIOD,
  spaceDelimitedClaims: listOf(NON_EMPTY, 64),
  presence: { type: 'string', enum: ['OPTIONAL', 'REQUIRED'] },
}, { rules: [oneKeySet], notInMessage: ['jwks_uri'] });

export const REQUEST_AUTHENTICATION = objectOf({ ...ATTACHMENT, jwtRules: listOf(JWT_RULE, 4096) }, { rules: [oneAttachment] });
