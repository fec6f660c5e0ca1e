import { AxisName, isAddress } from './axis';
import { callersOf } from './caller-names';
import { Answered, DestinationAnalysis } from './destination-analysis';
import { isLeaf, Node, Nodes } from './diagram';
import { fewestBoxes, inOrder } from './fewest-boxes';
import { patternsOf, phraseOf } from './phrase';
import { projected } from './projected';
import { Box, exampleIn, valuesOn } from './region';
import { MANNER, Manner, Senders, sendersOf, SERVER, WHO } from './senders';
import { shortened } from './shortened';
import { Bearer, placeOf } from './tokens';
import { AccessRequest } from '../policy/request/request';
import { unique } from '../util/text';

/** What is answered alike, in words: who, with what, asks what. */
export interface Statement {
  readonly answer: string;
  readonly callers: readonly string[];
  /** What of the request matters, in words; empty where nothing does. */
  readonly requests: string;
  /** The same, as a rule would ask for it. */
  readonly asks: Asks;
  /** One of the requests. */
  readonly example: AccessRequest;
  /** One by each of the senders, by the names of its kind. */
  readonly examples: readonly SentExample[];
}

/** What of a request matters, as a rule would ask for it. */
export interface Asks {
  /** How they are sent: `HTTP`, `bytes that are not HTTP`, by which tokens; empty where it does not matter. */
  readonly manner: string;
  /** What each part that matters must be: patterns; undefined where none say just that. */
  readonly parts: ReadonlyMap<AxisName, readonly string[] | undefined>;
}

/** A request of a statement by one kind of senders. */
export interface SentExample {
  readonly names: readonly string[];
  /** The identity of one that is no account, where accounts are named as well. */
  readonly stranger?: string;
  readonly request: () => AccessRequest;
}

/** What is answered alike: requests of some senders in a box, which are exactly what its statement says. */
export interface Said {
  readonly answer: string;
  readonly senders: Senders;
  readonly box: Box;
  /** By which it is told. */
  readonly wording: Wording;
}

/** What nothing is said of. */
export const UNTOLD = '';

/** The requests to a destination by their answers, in the fewest statements that can be told. */
export function statementsOf(analysis: DestinationAnalysis, to: (answer: string) => string): Statement[] {
  return saidOf(analysis, to).map(said => said.wording.statement(said));
}

/** The same by their senders and values. */
export function saidOf(analysis: DestinationAnalysis, to: (answer: string) => string): Said[] {
  const all = sendersIn(analysis);
  const everyone = everyoneOf(analysis, all);
  const said = all.flatMap(senders => {
    const nodes = new Nodes();
    const known = new Map<Node, Node>();
    const whole = senders.diagram(({ node }) => projected(node, nodes, to, known), nodes, nodes.leaf(UNTOLD));
    const space = senders.space(analysis);
    const wording = new Wording(analysis, senders, everyone);
    return answersIn(whole).filter(answer => answer !== UNTOLD).flatMap(answer => {
      const boxes = shortened(fewestBoxes(whole, answer, space), space.sizes, box => wording.lengthOf(box));
      return boxes.sort(inOrder(space.sizes)).map(box => ({ answer, senders, box, wording }));
    });
  });
  return said.sort((a, b) => Number(a.answer > b.answer) - Number(a.answer < b.answer));
}

function sendersIn({ answers, isHttpOnly }: DestinationAnalysis): Senders[] {
  return sendersOf(isHttpOnly ? answers.filter(({ isHttp }) => isHttp) : answers);
}

/** All who can connect. */
function everyoneOf({ strangers }: DestinationAnalysis, all: readonly Senders[]): Senders['peers'] {
  return all.flatMap(({ peers }) => peers.filter(peer => !peer.every(client => strangers.has(client))));
}

function answersIn(node: Node, seen = new Set<Node>()): string[] {
  if (seen.has(node)) return [];
  seen.add(node);
  return isLeaf(node) ? [node.answer] : [...new Set(node.children.flatMap(child => answersIn(child, seen)))];
}

const FIRST: readonly AxisName[] = ['method', 'path'];

/** Says boxes in words. */
class Wording {
  constructor(private readonly analysis: DestinationAnalysis, private readonly senders: Senders, private readonly everyone: Senders['peers']) {}

  statement({ answer, box }: Said): Statement {
    const whos = this.valuesOn(box, WHO);
    const request = (who: number) => this.shownIn(box, who).request(exampleIn(box, this.analysis.axes.length));
    const examples = whos.map((who): SentExample => {
      const [{ names, stranger }] = this.senders.peers[who];
      return { names, stranger, request: () => request(who) };
    });
    const shown = this.shownIn(box);
    const asks = { manner: together(this.serversIn(box), this.mannerIn(box)), parts: this.askedIn(box, shown) };
    return { answer, callers: this.callersIn(box), requests: this.requestsIn(box, shown), asks, example: request(whos[0]), examples };
  }

  lengthOf(box: Box): number {
    return this.callersIn(box).join(', ').length + this.requestsIn(box, this.shownIn(box)).length;
  }

  private valuesOn(box: Box, axis: number): readonly number[] {
    return valuesOn(box, axis, this.senders.sizes);
  }

  private callersIn(box: Box): string[] {
    return callersOf(this.valuesOn(box, WHO).map(who => this.senders.peers[who]), this.everyone);
  }

  /** A request over HTTP shows more than one without. */
  private shownIn(box: Box, who = this.valuesOn(box, WHO)[0]): Answered {
    const manners = this.valuesOn(box, MANNER);
    const manner = manners.find(one => this.senders.manners[one].isHttp) ?? manners[0];
    return this.senders.at(who, this.valuesOn(box, SERVER)[0], manner)!;
  }

  private requestsIn(box: Box, shown: Answered): string {
    const { axes } = this.analysis;
    const manner = this.mannerIn(box);
    // what is said of methods and paths is said of HTTP
    const isSaid = manner === 'HTTP' && [...box.keys()].some(axis => axis >= 0 && !isAddress(axes[axis].axis));
    return together(this.serversIn(box), isSaid ? '' : manner, ...this.partsOf(box, shown));
  }

  private serversIn(box: Box): string {
    const servers = box.get(SERVER)?.map(server => this.senders.serverWords[server]);
    return servers ? `server name ${servers.join(', ')}` : '';
  }

  private mannerIn(box: Box): string {
    return mannerOf(this.valuesOn(box, MANNER).map(one => this.senders.manners[one]), this.senders.manners);
  }

  private askedIn(box: Box, { setting }: Answered): Asks['parts'] {
    const { axes, conditions } = this.analysis;
    return new Map([...box].flatMap(([index, values]) => {
      const isAll = index < 0 || values.length === axes[index].values.length;
      return isAll ? [] : [[axes[index].axis, patternsOf(axes[index], conditions, values, setting)] as const];
    }));
  }

  /** The parts of a request that matter, method and path first: `GET /api/*`, `header x-tenant a`. */
  private partsOf(box: Box, { setting }: Answered): string[] {
    const { axes, conditions } = this.analysis;
    const said = [...box].filter(([index]) => index >= 0).sort(([a], [b]) => a - b).flatMap(([index, values]) => {
      const text = phraseOf(axes[index], conditions, values, setting);
      return text === undefined ? [] : [{ axis: axes[index].axis, text }];
    });
    const first = FIRST.flatMap(axis => said.find(one => one.axis === axis)?.text ?? []);
    return [first.join(' '), ...said.filter(({ axis }) => !FIRST.includes(axis)).map(({ axis, text }) => `${axis} ${text}`)];
  }
}

function together(...parts: readonly string[]): string { return parts.filter(part => part !== '').join(', '); }

/** With which tokens, and whether over HTTP: what is said of some where others are answered otherwise. */
function mannerOf(alike: readonly Manner[], all: readonly Manner[]): string {
  const bearers = alike.filter(({ isHttp }) => isHttp).map(({ bearer }) => bearer);
  const isOther = alike.some(({ isHttp }) => !isHttp);
  const every = all.filter(({ isHttp }) => isHttp).map(({ bearer }) => bearer);
  if (bearers.length === 0) return 'bytes that are not HTTP';
  const tokens = bearers.length === every.length ? '' : `with ${tokensOf(bearers, every).join(' or ')}`;
  if (isOther) return tokens === '' ? '' : `${tokens}, or not HTTP`;
  if (tokens !== '') return `HTTP ${tokens}`;
  return all.every(({ isHttp }) => isHttp) ? '' : 'HTTP';
}

/** A token at each place where one is looked for is a token, wherever it is. */
function tokensOf(some: readonly Bearer[], all: readonly Bearer[]): string[] {
  return unique(some.map(({ token, issuer }) => {
    if (!token) return 'no token';
    const isAlike = (other: Bearer) => other.token !== undefined && other.issuer === issuer;
    const isAnywhere = some.filter(isAlike).length === all.filter(isAlike).length;
    return (issuer === undefined ? 'a token that is no good' : `a token of ${issuer}`) + (isAnywhere ? '' : placeOf(token));
  }));
}
