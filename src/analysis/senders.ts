import { isAddress, isClaim } from './axis';
import { Client, peerOf } from './clients';
import { Answered, DestinationAnalysis } from './destination-analysis';
import { Node, Nodes } from './diagram';
import { Space } from './fewest-boxes';
import { Sizes } from './region';
import { Proviso } from './widest-boxes';
import { groupedBy } from '../util/grouped';

/** Who sends, to which server name and in which manner are axes, too, above those of the analysis. */
export const [WHO, SERVER, MANNER] = [-3, -2, -1];

/** Over HTTP or not, with which token or none. */
export type Manner = Pick<Answered, 'isHttp' | 'bearer'>;

/** Clients of whom the same tokens are looked at, if any are, with the values of what they choose. */
export class Senders {
  /** Clients that differ by server name only. */
  readonly peers: readonly (readonly Client[])[];
  readonly servers: readonly string[];
  /** The same in words. */
  readonly serverWords: readonly string[];
  readonly manners: readonly Manner[];
  private readonly byPeer: readonly ReadonlyMap<string, ReadonlyMap<string, Answered>>[];

  constructor(answers: readonly Answered[]) {
    const peers = [...groupedBy(answers, ({ client }) => peerOf(client)).values()];
    this.peers = peers.map(all => [...new Set(all.map(({ client }) => client))]);
    this.servers = [...new Set(answers.filter(({ client }) => isNamingServers(client)).map(serverOf))];
    if (this.servers.length === 0) this.servers = [''];
    const words = new Map(answers.map(one => [serverOf(one), one.client.server]));
    this.serverWords = this.servers.map(server => words.get(server)!);
    this.manners = [...groupedBy(answers, mannerOf).values()].map(([first]) => first);
    const byManner = (some: readonly Answered[]) => new Map(some.map(one => [mannerOf(one), one]));
    this.byPeer = peers.map(all => new Map([...groupedBy(all, serverOf)].map(([server, some]) => [server, byManner(some)])));
  }

  get sizes(): Sizes { return new Map([[WHO, this.peers.length], [SERVER, this.servers.length], [MANNER, this.manners.length]]); }

  /** What is answered to one of them; undefined where it is none of these. Where no token is looked at, it is as if there was none. */
  at(who: number, server: number, manner: number): Answered | undefined {
    const isNaming = isNamingServers(this.peers[who][0]);
    const known = this.byPeer[who].get(isNaming ? this.servers[server] : '');
    const isUnseen = known && [...known.values()].every(({ bearer: { token } }) => !token);
    return known?.get(mannerOf(this.manners[manner])) ?? (isUnseen ? known.get(NO_TOKEN) : undefined);
  }

  /** The answers to all of them as one diagram; those to nobody are empty. */
  diagram(nodeOf: (answered: Answered) => Node, nodes: Nodes, empty: Node): Node {
    const nodeAt = (who: number, server: number) => nodes.fork(MANNER, this.manners.map((_, manner) => {
      const answered = this.at(who, server, manner);
      return answered ? nodeOf(answered) : empty;
    }));
    return nodes.fork(WHO, this.peers.map((_, who) => nodes.fork(SERVER, this.servers.map((__, server) => nodeAt(who, server)))));
  }

  /** What can be told of requests to a destination, and of which senders: of server names where they are given, of claims with a token, of paths over HTTP. */
  space({ axes }: Pick<DestinationAnalysis, 'axes'>): Space {
    const indexesOf = <T>(list: readonly T[], isOne: (value: T) => boolean) => list.flatMap((value, index) => isOne(value) ? [index] : []);
    const axesThat = (isOne: (axis: string) => boolean) => new Set(indexesOf(axes, ({ axis }) => isOne(axis)));
    const bearing = indexesOf(this.manners, ({ bearer }) => bearer.token !== undefined);
    const byIssuer = [...groupedBy(bearing, index => this.manners[index].bearer.issuer).values()];
    const provisos: Proviso[] = [
      { of: new Set([SERVER]), axis: WHO, among: [indexesOf(this.peers, ([client]) => isNamingServers(client))] },
      { of: axesThat(isClaim), axis: MANNER, among: [bearing] },
      // which subject a value of a rule stands for hangs on the issuer
      { of: axesThat(axis => axis === 'claim [sub]'), axis: MANNER, among: byIssuer },
      { of: axesThat(axis => !isAddress(axis)), axis: MANNER, among: [indexesOf(this.manners, ({ isHttp }) => isHttp)] },
    ];
    return { sizes: new Map([...this.sizes, ...axes.map(({ values }, index) => [index, values.length] as const)]), provisos };
  }
}

/** Clients of whom different tokens are looked at have nothing in common that could be said of tokens. */
export function sendersOf(answers: readonly Answered[]): Senders[] {
  const lists = [...groupedBy(answers, ({ client }) => client).values()];
  const byTokens = groupedBy(lists, all => all.filter(({ bearer }) => bearer.token).map(mannerOf).join());
  const unseen = byTokens.get('') ?? [];
  const [first = [], ...others] = [...byTokens].filter(([tokens]) => tokens !== '').map(([, some]) => some);
  const inOrder = (some: readonly (readonly Answered[])[]) => { const all = new Set(some.flat()); return answers.filter(one => all.has(one)); };
  return [[...unseen, ...first], ...others].map(some => new Senders(inOrder(some)));
}

/** Server names are told of clients of whom it is known that they give one, or none. */
function isNamingServers({ kind }: Client): boolean { return kind !== 'plaintext'; }

function serverOf({ client: { source } }: Answered): string { return source.sni ?? ''; }
function mannerOf({ isHttp, bearer: { token } }: Manner): string { return JSON.stringify([isHttp, token]); }

const NO_TOKEN = mannerOf({ isHttp: true, bearer: {} });
