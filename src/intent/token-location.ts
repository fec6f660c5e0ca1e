import { atLeastOne, text } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';

/** A request header that may carry a token. */
export interface TokenHeader {
  /** Name of the header. */
  readonly name: string;

  /**
   * Text before the token, such as `Token ` with its trailing space. Case-sensitive.
   *
   * @default - nothing before the token
   */
  readonly prefix?: string;
}

const TOKEN_HEADER: InputStruct<TokenHeader> = { name: 'TokenHeader', members: { name: 'needed', prefix: 'value' } };

interface GivenLocations {
  readonly fromHeaders?: readonly TokenHeader[];
  readonly fromParams?: readonly string[];
  readonly fromCookies?: readonly string[];
  readonly dropAuthorizationHeader?: boolean;
}

/** All locations of a token, or none of them for Istio's default. */
export interface TokenLocations {
  readonly fromHeaders: readonly TokenHeader[];
  readonly fromParams: readonly string[];
  readonly fromCookies: readonly string[];
}

/** Any location that is given removes Istio's defaults, so `Authorization: Bearer` is written out beside it. */
export function tokenLocations(props: GivenLocations): TokenLocations {
  const headers = props.fromHeaders === undefined ? [] : atLeastOne('fromHeaders', props.fromHeaders, LOCATION).map(tokenHeader);
  const fromParams = props.fromParams === undefined ? [] : namesOf('fromParams', props.fromParams);
  const fromCookies = props.fromCookies === undefined ? [] : namesOf('fromCookies', props.fromCookies);
  const given = headers.length + fromParams.length + fromCookies.length > 0;
  if (props.dropAuthorizationHeader && !given) {
    throw new Error("dropAuthorizationHeader must come with another location; give 'fromHeaders', 'fromParams' or 'fromCookies'");
  }
  const keepsAuthorization = given && !props.dropAuthorizationHeader && !headers.some(header => header.name.toLowerCase() === 'authorization');
  return { fromHeaders: keepsAuthorization ? [{ name: 'Authorization', prefix: 'Bearer ' }, ...headers] : headers, fromParams, fromCookies };
}

const LOCATION = 'name where the token is, or leave the list out';

function namesOf(prop: string, names: readonly string[]): string[] {
  return atLeastOne(prop, names, LOCATION).map((name, i) => text(`${prop}[${i}]`, name, LOCATION));
}

function tokenHeader(given: TokenHeader, index: number): TokenHeader {
  const header = taken(`fromHeaders[${index}]`, TOKEN_HEADER, given);
  const name = plainHeader(`fromHeaders[${index}].name`, header.name);
  if (header.prefix !== undefined && (typeof header.prefix !== 'string' || header.prefix === '' || /[\r\n\0]/.test(header.prefix) || /[A-Za-z0-9]$/.test(header.prefix))) {
    throw new Error(`fromHeaders[${index}].prefix must be text that ends in a blank or mark, got ${quoted(header.prefix)}; ${
      /[A-Za-z0-9]$/.test(header.prefix) ? `did you mean '${header.prefix} '?` : 'leave it out where the header holds the token alone'}`);
  }
  return header.prefix === undefined ? { name } : { name, prefix: header.prefix };
}

export function plainHeader(prop: string, header: string): string {
  if (typeof header !== 'string' || !/^[-_A-Za-z0-9]+$/.test(header)) {
    throw new Error(`${prop} must be a header name of letters, digits, '-' and '_', got ${quoted(header)}; give the plain name`);
  }
  return header;
}
