import { AccessRequest, AuthorizerAnswer, HttpRequest, ProxyKind, RequestDestination, RequestSource, Transport } from './request';
import { RequestToken, TokenState } from './request-token';
import { isIp } from '../../util/ip';
import { Check, flag, listOf, mapOf, oneOf, refuseMisfit, struct, text, that, wholeNumber } from '../../util/struct';
import { quoted } from '../../util/text';

// What a caller may ask. Whatever else is written would be left out, and another question be answered.

const name = text('give its name');
const lines = listOf(text('give each line as a text'), 'give the lines of the header, such as [\'a\']');
const headers = mapOf(lines, 'give names of headers with their lines');
const address = that(value => typeof value === 'string' && isIp(value), 'an IP address', 'give an address such as \'10.0.0.1\'');

const DESTINATION = struct<Required<RequestDestination>>('RequestDestination', {
  namespace: name,
  workload: name,
  labels: mapOf(text('give the text of the label'), 'give names of labels with their values'),
  service: name,
  serviceEntry: name,
  gateway: name,
  port: wholeNumber(1, 65535, 'give the port that the client addresses'),
  ip: address,
  proxy: oneOf(ProxyKind),
  waypoint: text('give NAMESPACE/NAME or NAME'),
}, ['namespace', 'port'], 'say where the request goes');

const SOURCE = struct<Required<RequestSource>>('RequestSource', {
  principal: text('give the identity in the certificate'),
  serviceAccount: text('give NAMESPACE/NAME'),
  workload: text('give NAMESPACE/NAME'),
  transport: oneOf(Transport),
  ip: address,
  sni: text('give the server name'),
  alpn: listOf(text('give the name of a protocol'), 'give the names of protocols'),
}, [], 'leave it out for a plaintext client');

/** HTTP/1.0 is spoken by old clients, which proxies tell to use a newer one. */
const versions = that(value => typeof value === 'string' && /^(1\.[01]|2(\.0)?)$/.test(value), "'1.1' or '2'", 'give the version that the client speaks to the proxy');

const HTTP = struct<Required<HttpRequest>>('HttpRequest', {
  method: text('give a method such as GET'),
  path: text('give the path with its query'),
  authority: text('give the host'),
  headers,
  version: versions,
}, [], 'leave it out for a connection of another protocol');

const tokenMembers = struct<Required<RequestToken>>('RequestToken', {
  header: name,
  prefix: text('give the text before the token'),
  query: name,
  cookie: name,
  claims: mapOf(() => undefined, 'give the claims of the payload'),
  text: text('give what stands in place of a token'),
  state: oneOf(TokenState),
}, [], 'give its claims');

/** A token is in one place. */
const TOKEN: Check = value => tokenMembers(value) ?? placesOf(value as RequestToken);

function placesOf({ header, query, cookie }: RequestToken): ReturnType<Check> {
  const places = Number(header !== undefined) + Number(query !== undefined) + Number(cookie !== undefined);
  return places < 2 ? undefined : { at: '', message: 'must be in one place, got several of header, query and cookie; state a token for each' };
}

/** An authorizer changes headers only. */
const TOKEN_IN_HEADER: Check = value => TOKEN(value) ?? elsewhere(value as RequestToken);

function elsewhere({ query, cookie }: RequestToken): ReturnType<Check> {
  const place = query ?? cookie;
  return place === undefined ? undefined : { at: '', message: `must be in a header, got ${quoted(place)}; an authorizer sets nothing else` };
}

const ANSWER = struct<Required<AuthorizerAnswer>>('AuthorizerAnswer', {
  provider: name,
  allows: flag('say whether it lets the request pass'),
  allowsConnection: flag('say whether it lets the connection pass'),
  headers,
  tokens: listOf(TOKEN_IN_HEADER, 'give the tokens that it sets'),
}, ['provider', 'allows'], 'give a provider and what it says');

const REQUEST = struct<Required<AccessRequest>>('AccessRequest', {
  destination: DESTINATION,
  source: SOURCE,
  http: HTTP,
  tokens: listOf(TOKEN, 'give the tokens of the request'),
  authorizerAnswers: listOf(ANSWER, 'give an answer for each provider'),
}, ['destination'], 'say what is asked');

/** Refuses a request that does not say what it seems to say: it may come from JavaScript, or from another language. */
export function checkRequest(request: AccessRequest): void {
  refuseMisfit('request', REQUEST, request);
}
