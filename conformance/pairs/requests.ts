import { AccessRequest, RequestDestination, RequestSource, RequestToken, TokenState, Transport } from 'cdk8s-zero-trust';
import { ABOUT_TOKENS, CLIENTS, FOREIGN, ISSUER, OTHER, Part, TEXTS } from './topics';

type Chosen = Partial<Record<Part, readonly string[]>>;

/** All combinations of one value of each kind, of what the topics of a pair are about; what they are not about has one value. */
export function* requestsOf(destination: RequestDestination, topics: readonly string[]): Iterable<AccessRequest> {
  // where nothing is forwarded, or it does not count, the client's address is that of the connection
  const asked = topics.includes('forwarded') ? ['address', ...topics] : topics;
  const parts = (['address', 'forwarded', 'method', 'path', 'host', 'header'] as const).filter(part => asked.includes(part));
  const isAtGateway = destination.gateway !== undefined;
  const tokens = tokensOf(topics);
  for (const source of sourcesOf(topics, isAtGateway)) {
    for (const address of parts.includes('address') ? TEXTS.address : [TEXTS.address[0]]) yield { destination, source: { ...source, ip: address[0] } };
    for (const chosen of combinations(parts)) {
      for (const token of topics.some(topic => ABOUT_TOKENS.includes(topic)) ? tokens : [undefined]) yield httpRequest(destination, source, chosen, token);
    }
  }
}

function combinations(parts: readonly Part[]): Chosen[] {
  return parts.reduce<Chosen[]>((all, part) => all.flatMap(chosen => TEXTS[part].map(texts => ({ ...chosen, [part]: texts }))), [{}]);
}

function sourcesOf(topics: readonly string[], isAtGateway: boolean): RequestSource[] {
  const isAsked = topics.includes('peer');
  const of = (domain: string, name: string) => ({ principal: `spiffe://${domain}/ns/${name.replace('/', '/sa/')}` });
  const identities = [...isAsked ? CLIENTS : ['shop/web'], ...isAsked ? [] : ['zoo/x']].map(name => of('cluster.local', name));
  const foreign = (isAsked ? FOREIGN : ['zoo/x']).map(name => of('evil.td', name));
  const names = isAtGateway || topics.includes('sni') ? TEXTS.sni : undefined;
  const encrypted: RequestSource[] = [...identities, ...foreign, ...names ? [{ transport: Transport.ONE_WAY_TLS }] : []];
  return [{}, ...encrypted.flatMap(source => names?.map(([sni]) => ({ ...source, sni })) ?? [source])];
}

function httpRequest(destination: RequestDestination, source: RequestSource, chosen: Chosen, token?: RequestToken[]): AccessRequest {
  const { method, path, host, address = TEXTS.address[0], forwarded = [], header = [] } = chosen;
  const headers = { ...header.length > 0 ? { 'x-t': [...header] } : {}, ...forwarded.length > 0 ? { 'x-forwarded-for': [forwarded[0]] } : {} };
  const http = { ...method ? { method: method[0] } : {}, ...path ? { path: path[0] } : {}, ...host ? { authority: host[0] } : {}, headers };
  return { destination, source: { ...source, ip: address[0] }, http, ...token ? { tokens: token } : {} };
}

/** None, and one of each issuer in each place, with each of its claims, and ones that are no good. */
function tokensOf(topics: readonly string[]): (RequestToken[] | undefined)[] {
  const places: RequestToken[] = [{}, { header: 'x-a' }];
  const lists = (part: 'groups' | 'aud') => part === 'aud' || topics.includes('groups') ? TEXTS[part] : [[]];
  const subjects = topics.includes('token') ? TEXTS.sub : [['ann']];
  const claims = [ISSUER, OTHER, 'https://third.example', undefined].flatMap(iss => subjects.flatMap(([sub]) => lists('groups').flatMap(groups => lists('aud').map(aud =>
    ({ ...iss ? { iss } : {}, ...sub ? { sub } : {}, ...groups.length > 0 ? { groups: [...groups] } : {}, ...aud.length > 0 ? { aud: [...aud] } : {} })))));
  const bad: RequestToken[] = [{ claims: { iss: ISSUER, sub: 'ann' }, state: TokenState.BAD_SIGNATURE }];
  return [undefined, ...places.flatMap(place => [...bad, ...claims.map((one): RequestToken => ({ claims: one }))].map(token => [{ ...place, ...token }]))];
}
