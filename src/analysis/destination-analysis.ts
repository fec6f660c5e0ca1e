import { agreedTo, answersOf } from './answers';
import { AxisName, domainOf, isAddress, isChangeable } from './axis';
import { Asking, AxisValues, Seen, valuesOf } from './axis-values';
import { OutOfBudget } from './budget';
import { Client, clientsOf, testsOf } from './clients';
import { diagramOf, Node, Nodes } from './diagram';
import { paths } from './domain';
import { requestOf, Sending, Values } from './draft';
import { refuseEntangled } from './entangled';
import { asksPreflights, exceptPreflights, isOfPreflight, preflightDomain, preflightLanguages } from './preflight';
import { Clause, clausesOf, Condition, Conditions, factsAt } from './side';
import { audienceLanguages, Bearer, bearers } from './tokens';
import { SENT, sentFacts, Watched } from './watched';
import { JwtRule } from '../istio/request-authentication';
import { Language } from '../policy/matching/language';
import { PolicySet } from '../policy/policy-set';
import { Passage } from '../policy/policy-world';
import { enforcedAt } from '../policy/proxies/enforced';
import { Stage } from '../policy/request/decision';
import { AccessRequest, RequestDestination } from '../policy/request/request';
import { Hop } from '../policy/way/hop';
import { oneOfEach } from '../util/grouped';

/** What is answered to the requests of a client, whatever they are. */
export interface Answered {
  readonly client: Client;
  readonly bearer: Bearer;
  readonly isHttp: boolean;
  /** What of the way is the same for many clients, by number. */
  readonly setting: number;
  readonly node: Node;
  /** A request with values of the axes, by index. */
  readonly request: (chosen: readonly number[]) => AccessRequest;
  /** The same with texts. */
  readonly requestWith: (values: Values) => AccessRequest;
}

/** A client with a token or none, over HTTP or not: what is left is a matter of the axes. */
interface Case {
  readonly client: Client;
  readonly bearer: Bearer;
  readonly sending: Sending;
  readonly passages: readonly (readonly Passage[])[];
  readonly clauses: readonly Clause[];
  /** What of the way is the same for many clients. */
  readonly setting: number;
}

/** The answer to requests that are not asked for. */
export const UNWATCHED = '';

const MOST_WAYS = 1000;
const NO_LANGUAGES: ReadonlyMap<string, Language> = new Map();

/** The ways of both sides are numbered as one. */
function numberOf(side: number, way: number): number { return side * MOST_WAYS + way; }

function hopsOf(sides: readonly (readonly Passage[])[]): Hop[] {
  return sides.flat().flatMap(({ verdicts }) => verdicts.map(({ hop }) => hop));
}

/**
 * The answers of one or two PolicySets to all requests to a destination.
 *
 * First clients, tokens and ways are gone through, of which there are few; what the rules then leave open is a matter of the axes, and is told by a diagram.
 */
export class DestinationAnalysis {
  readonly axes: readonly AxisValues[];
  readonly conditions: readonly Condition[];
  readonly answers: readonly Answered[];
  /** Clients of trust domains that nothing on their ways accepts: nobody's. */
  readonly strangers = new Set<Client>();
  /** Whether nothing on the ways takes bytes that are not HTTP, whatever policies say: nobody sends them. */
  isHttpOnly = true;
  private readonly cases: Case[] = [];
  private readonly settings = new Map<string, { readonly number: number; readonly example: Case }>();
  private readonly known = new Conditions();
  /** Whether tokens matter but in CORS preflights, which rules tell apart. */
  private tellsPreflights = false;

  /**
   * @param sides the sets; undefined where one has no such destination
   * @param watched requests that are asked for, where it is not all of them
   * @param namespaces those of which callers are told from others, whatever rules say
   */
  constructor(
    private readonly sides: readonly (PolicySet | undefined)[], private readonly destination: RequestDestination, private readonly watched?: Watched,
    namespaces: readonly string[] = [],
  ) {
    for (const client of clientsOf(sides, destination, namespaces)) this.addClient(client);
    this.conditions = this.known.all;
    this.axes = this.readAxes();
    this.answers = this.answerAll();
  }

  private addClient(client: Client): void {
    if (!this.addCase(client, {}, false).passages.flat().every(isNoHttpRefused)) this.isHttpOnly = false;
    const { passages } = this.addCase(client, {}, true);
    if (client.kind === 'foreign' && passages.flat().every(isRefusedAtTls)) this.strangers.add(client);
    const rules = jwtRulesOf(passages);
    if (rules.length > 0) for (const bearer of bearers(rules, testsOf(passages.flat()))) this.addCase(client, bearer, true);
  }

  private addCase(client: Client, bearer: Bearer, isHttp: boolean): Case {
    const sending: Sending = { destination: this.destination, source: client.source, isHttp, token: bearer.token, trustedProxies: 0 };
    const passages = this.passagesOf(requestOf(sending, new Map()));
    const asked = passages.flatMap((all, side) => clausesOf(side, all, this.known).map(clause => ({ ...clause, way: numberOf(side, clause.way) })));
    const clauses = [...asked, ...isHttp && this.watched ? [this.watched.clause(this.known)] : []];
    const key = JSON.stringify([isHttp, bearer, passages.map(all => all.map(settingOf))]);
    const trustedProxies = Math.max(0, ...hopsOf(passages).map(hop => hop.at === 'gateway' ? hop.mesh.trustedProxies : 0));
    const setting = this.settings.get(key)?.number ?? this.settings.size;
    const added = { client, bearer, sending: { ...sending, trustedProxies }, passages, clauses, setting };
    this.settings.set(key, { number: setting, example: added });
    this.cases.push(added);
    return added;
  }

  private passagesOf(request: AccessRequest): Passage[][] {
    return this.sides.map(side => side?._passages(request) ?? []);
  }

  /** Those that ask most come first; what authorizers may change comes last, when it is known whether any is asked. */
  private readAxes(): AxisValues[] {
    const open = new Set(this.cases.flatMap(({ clauses }) => clauses.flatMap(({ terms }) => terms.flatMap(({ conditions }) => conditions))));
    const asked = this.conditions.filter(condition => open.has(condition));
    const askedOf = (axis: AxisName) => asked.filter(condition => condition.axis === axis);
    const axes = new Set(asked.map(({ axis }) => axis));
    const rules = jwtRulesOf(this.cases.flatMap(({ passages }) => passages));
    if (rules.some(({ audiences = [] }) => audiences.length > 0)) axes.add('claim [aud]');
    refuseEntangled([...axes], rules, this.cases.some(({ passages }) => authorizersOf(passages).length > 0));
    this.tellsPreflights = rules.length > 0 && asksPreflights(axes);
    if (this.tellsPreflights) axes.add('method');
    const order = [...axes].sort((a, b) => Number(isChangeable(a)) - Number(isChangeable(b)) || askedOf(b).length - askedOf(a).length);
    return order.map(axis => this.readAxis(axis, askedOf(axis), rules));
  }

  private readAxis(axis: AxisName, conditions: readonly Condition[], rules: readonly JwtRule[]): AxisValues {
    const domain = domainOf(axis, this.pathsOf());
    const asking: Asking = {
      conditions,
      languages: axis === 'claim [aud]' ? audienceLanguages(rules) : this.tellsPreflights ? preflightLanguages(axis) : NO_LANGUAGES,
      kindOf: texts => this.tellsPreflights ? isOfPreflight(axis, texts) : undefined,
      domain: this.tellsPreflights ? preflightDomain(axis, domain) : domain,
      seeds: this.seedsOf(axis, conditions),
    };
    const settings = [...this.settings.values()];
    return valuesOf(axis, asking, texts => settings.map(({ example }) => this.see(example, axis, texts, conditions)));
  }

  /** What a request of a case shows where one of its parts has a value. Authorizers let all pass as it is: what they may do otherwise is for the answer to say. */
  private see(example: Case, axis: AxisName, texts: readonly string[], conditions: readonly Condition[]): Seen {
    const { sending, clauses } = example;
    if (!sending.isHttp && !isAddress(axis) || clauses.length === 0) return { truths: new Map(), refusals: [] };
    const request = requestOf(sending, new Map([[axis, texts]]));
    const passages = this.passagesOf(agreedTo(request, authorizersOf(example.passages)));
    const truths = new Map(conditions.flatMap(({ id, place, test }) => {
      const verdict = passages[place.side]?.[place.way]?.verdicts[place.hop];
      const facts = place === SENT ? sentFacts(request) : verdict && factsAt(place, verdict);
      return facts?.http || facts && isAddress(axis) ? [[id, test(facts)] as const] : [];
    }));
    const isRefused = ({ verdicts }: Passage) => verdicts.some(({ token }) => token?.refused !== undefined);
    const refusals = passages.flatMap((all, side) => all.flatMap((one, way) => isRefused(one) ? [numberOf(side, way)] : []));
    return { truths, refusals };
  }

  private pathsOf() {
    const rules = this.cases.flatMap(({ passages }) => hopsOf(passages).map(({ mesh }) => mesh.requestRules));
    return paths(oneOfEach(rules, one => JSON.stringify(one)));
  }

  /** What clients really send, and what rules name, before anything made up. */
  private seedsOf(axis: AxisName, conditions: readonly Condition[]): string[] {
    const { namespace, service, workload } = this.destination;
    const named = conditions.flatMap(({ asks }) => asks.values.flatMap(value => exampleOf(value)));
    if (axis === 'method') return ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', ...named];
    if (axis === 'host') return [`${service ?? workload ?? 'x'}.${namespace}.svc.cluster.local`, ...named.map(name => name.toLowerCase())];
    return axis === 'path' ? ['/', ...named] : named;
  }

  private answerAll(): Answered[] {
    const nodes = new Nodes();
    const known = new Map<string, Node>();
    const bare = new Map<Client, Node>();
    return this.cases.map(({ client, bearer, sending, clauses, setting }) => {
      const requestWith = (values: Values) => requestOf(sending, values);
      const request = (chosen: readonly number[]) =>
        requestWith(new Map(this.axes.map(({ axis, values }, index) => [axis, values[chosen[index] ?? 0]])));
      this.refuseDoubts(request([]));
      const answer = (chosen: readonly number[]) => {
        const one = request(chosen);
        return this.watched?.has(one) === false ? UNWATCHED : answersOf(this.sides, one);
      };
      const whole = diagramOf({ clauses, axes: this.axes, setting, answer }, nodes, known);
      const node = this.tellsPreflights && bearer.token ? exceptPreflights(whole, bare.get(client)!, this.axes, nodes) : whole;
      if (sending.isHttp && !bearer.token) bare.set(client, node);
      return { client, bearer, isHttp: sending.isHttp, setting, request, requestWith, node };
    });
  }

  private refuseDoubts(request: AccessRequest): void {
    for (const side of this.sides) {
      const doubt = side?._doubtAbout(request);
      if (doubt !== undefined) throw new OutOfBudget(`a manifest is in doubt: ${doubt}`);
    }
  }
}

/** What is found on a way before any policy is asked, but for who the client is, beyond whether it has an identity. */
function settingOf({ way: { broken, unknown }, verdicts }: Passage): unknown {
  return [broken, unknown, verdicts.map(({ hop: { at, proxy, port }, chain, facts, passes, token }) =>
    [at, proxy.namespace, proxy.name, port, chain, facts ? facts.peer === '' : passes, token?.refused])];
}

function isNoHttpRefused({ verdicts }: Passage): boolean {
  return verdicts.some(({ passes, stage }) => passes === 'no' && (stage === Stage.TRANSPORT || stage === Stage.PROTOCOL));
}

function isRefusedAtTls({ verdicts }: Passage): boolean { return verdicts.some(({ chain }) => chain === undefined); }

/** In an order that is the same whatever that of the policies. */
function jwtRulesOf(passages: readonly (Passage | readonly Passage[])[]): readonly JwtRule[] {
  const rules = passages.flat().flatMap(({ verdicts }) => verdicts.flatMap(({ hop, chain }) => {
    const policies = enforcedAt(hop, chain);
    return chain === 'HTTP' && 'jwtRules' in policies ? [...policies.jwtRules] : [];
  }));
  const texts = new Map(rules.map(rule => [rule, JSON.stringify(rule)]));
  return [...texts.keys()].sort((a, b) => texts.get(a)! < texts.get(b)! ? -1 : 1);
}

function authorizersOf(sides: readonly (readonly Passage[])[]): string[] {
  return [...new Set(sides.flat().flatMap(({ verdicts }) => verdicts.flatMap(({ hop, chain }) => {
    const policies = enforcedAt(hop, chain);
    return 'authorizers' in policies ? policies.authorizers.map(({ provider }) => provider) : [];
  })))];
}

/** A text that a value with stars matches, in words as they come. */
function exampleOf(value: string): string[] {
  const plain = value.replace(/\{\*\*?\}/g, 'x').replace(/\*$/, '').replace(/^\*/, '');
  return value.endsWith('*') ? [`${plain}x`] : value.startsWith('*') ? [`x${plain}`, plain, `/x${plain}`] : [plain];
}
