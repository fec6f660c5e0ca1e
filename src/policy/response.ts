import { auditingRules, authorizersOf, decidingRules } from './deciding-rules';
import { explain, ExplainOptions } from './explain';
import { decidingPolicies, LegVerdict } from './network/network';
import { NetworkTrace, traceLeg, whyRefused, whyUnknown } from './network-trace';
import { Passes, stricter } from './proxies/decide';
import { HopVerdict } from './proxies/verdict';
import { Decision, Stage, UndecidedReason } from './request/decision';
import { DeterminingPolicy } from './request/determining-policy';
import { constructOf } from './resources/policy';
import { HopTrace, titled, traceHop } from './trace';
import { Undecided, undecided } from './undecided';
import { Way } from './way/hop';
import { unique } from '../util/text';

const DECISIONS = { 'yes': Decision.ALLOW, 'no': Decision.DENY, 'if asked': Decision.CONDITIONAL, 'unknown': Decision.UNDECIDED } as const;
const GRPC_STATUS: Readonly<Record<number, number | undefined>> = { 400: 13, 401: 16, 403: 7, 404: 12 };

/** What there is to say of a client, found out when somebody asks. */
type NotesOnClient = () => readonly string[];

/** What is found out about a request on one of its ways. */
interface Findings {
  readonly way: Way;
  /** What the network does; undefined where no policy of it is asked. */
  readonly legs?: readonly LegVerdict[];
  readonly verdicts: readonly HopVerdict[];
  readonly onClient: NotesOnClient;
}

/** The answer to whether a request is let through, and why. */
export class AuthorizationResponse {
  /** @internal */
  static _of(found: Findings): AuthorizationResponse {
    return new AuthorizationResponse(found);
  }

  /** @internal What is not known, so that no proxy can be asked. */
  static _undecided(doubt: Undecided): AuthorizationResponse {
    return new AuthorizationResponse({ way: { hops: [], notes: [] }, verdicts: [], onClient: () => [] }, doubt);
  }

  /** Whether the request is let through. */
  readonly decision: Decision;

  /**
   * The stage that refuses the request, that asks, or that cannot be decided.
   *
   * @default - none, as the request passes
   */
  get stage(): Stage | undefined {
    const { doubt, decisive } = this;
    if (this.passes === 'unknown' && doubt) return doubt.stage;
    if (this.refusing) return Stage.NETWORK;
    // without a proxy that says so it is the way
    return decisive ? decisive.stage : this.passes === 'yes' ? undefined : Stage.TRANSPORT;
  }

  /**
   * The HTTP status a client sees; a gRPC client sees 200.
   *
   * @default - none, as the connection is not HTTP for the proxy
   */
  get httpStatus(): number | undefined {
    return this.grpcStatus === undefined ? this.decisive?.httpStatus : 200;
  }

  /**
   * The gRPC status a gRPC client sees.
   *
   * @default - none, as the request is not gRPC or is not answered by a proxy
   */
  get grpcStatus(): number | undefined {
    const { httpStatus, grpc } = this.decisive ?? {};
    return httpStatus !== undefined && grpc ? GRPC_STATUS[httpStatus] : undefined;
  }

  private readonly passes: Passes;

  // most who ask want the decision alone: the rest is told when it is asked for
  private constructor(private readonly found: Findings, private readonly doubt?: Undecided) {
    let passes = ofWay(found.way, doubt);
    for (const leg of found.legs ?? []) passes = stricter(passes, passesOf(leg));
    for (const verdict of found.verdicts) passes = stricter(passes, verdict.passes);
    this.passes = passes;
    this.decision = DECISIONS[passes];
  }

  /** Whether the decision is ALLOW. */
  get isAllowed(): boolean {
    return this.decision === Decision.ALLOW;
  }

  /**
   * Why the decision is UNDECIDED; `reason` tells it in words.
   *
   * @default - none, as it is another
   */
  get undecidedReason(): UndecidedReason | undefined {
    return this.undecided?.reason;
  }

  /**
   * Why the decision is UNDECIDED, or why nothing arrives, whatever policies say.
   *
   * @default - none, as the request passes, or policies decide: see `determiningPolicies` and `hops`
   */
  get reason(): string | undefined {
    if (this.decision !== Decision.DENY) return this.undecided?.text;
    return this.refusing ? whyRefused(this.refusing) : this.decisive ? undefined : this.found.way.broken;
  }

  /** The rules that made the decision: those that matched. Empty where a proxy refuses a request because none did; all that select a pod where the network does. */
  get determiningPolicies(): DeterminingPolicy[] {
    const { decisive, refusing, found: { legs = [], verdicts } } = this;
    const ofNetwork = (refusing ? [refusing] : this.isAllowed ? legs : []).flatMap(networkPolicies);
    const deciding = this.isAllowed ? verdicts : verdicts.filter(verdict => verdict === decisive);
    return [...ofNetwork, ...deciding.flatMap(decidingRules)];
  }

  /** The AUDIT rules that the request matches; they decide nothing. */
  get auditingPolicies(): DeterminingPolicy[] {
    return this.found.verdicts.flatMap(auditingRules);
  }

  /** External authorizers that must be asked. */
  get authorizers(): string[] {
    if (this.decision !== Decision.CONDITIONAL) return [];
    return [...new Set(this.found.verdicts.filter(({ passes }) => passes === 'if asked').flatMap(authorizersOf).map(({ provider }) => provider))];
  }

  /** What was found out about the way of the request, such as a waypoint that is passed by. */
  get notes(): string[] {
    const { way: { notes, broken, unknown }, verdicts, onClient } = this.found;
    const ofProxies = verdicts.flatMap(verdict => verdict.notes ?? []);
    return unique([...onClient(), ...notes, ...ofProxies, broken ?? [], this.doubt?.text ?? unknown ?? []].flat());
  }

  /** What each proxy on the way did, in order. */
  get hops(): HopTrace[] {
    return this.found.verdicts.map(verdict => traceHop(verdict));
  }

  /** What NetworkPolicies said of each connection on the way, in order; of those alone that some policy selects an end of. */
  get connections(): NetworkTrace[] {
    return (this.found.legs ?? []).map(leg => traceLeg(leg));
  }

  /** @internal The same, undecided unless a proxy refuses. */
  _doubted(doubt: Undecided): AuthorizationResponse {
    return new AuthorizationResponse(this.found, doubt);
  }

  /**
   * Tells, proxy by proxy, what happens to the request and why. Policies that a construct made come with its path.
   *
   * @param options what to tell beyond that
   */
  explain(options: ExplainOptions = {}): string {
    const { verdicts, legs = [] } = this.found;
    const proxies = verdicts.map(verdict => traceHop(verdict, titled));
    return explain(this, { proxies, connections: legs.map(leg => ({ ...traceLeg(leg, titled), behind: leg.behind })) }, options);
  }

  /** The connection that the network refuses, or may, before any proxy does. */
  private get refusing(): LegVerdict | undefined {
    const { passes, found: { legs = [], verdicts } } = this;
    const isAlike = (one: Passes) => passes !== 'yes' && one === passes;
    const leg = legs.find(one => isAlike(passesOf(one)));
    return leg && !verdicts.slice(0, leg.behind).some(verdict => isAlike(verdict.passes)) ? leg : undefined;
  }

  /** The proxy that decides. What a client sees of a request that passes is told by the first that speaks HTTP. */
  private get decisive(): HopVerdict | undefined {
    if (this.refusing) return undefined;
    const alike = this.found.verdicts.filter(verdict => verdict.passes === this.passes);
    return alike.find(({ httpStatus }) => this.passes === 'yes' && httpStatus !== undefined) ?? alike[0];
  }

  private get undecided(): Undecided | undefined {
    if (this.decision !== Decision.UNDECIDED) return undefined;
    return this.doubt ?? undecided(this.found.way, this.decisive, this.refusing && whyUnknown(this.refusing));
  }
}

/** What is known before any proxy is asked. */
function ofWay({ broken, unknown }: Way, doubt: Undecided | undefined): Passes {
  if (broken !== undefined) return 'no';
  return unknown === undefined && doubt === undefined ? 'yes' : 'unknown';
}

function passesOf({ passes }: LegVerdict): Passes {
  if (passes === undefined) return 'unknown';
  return passes ? 'yes' : 'no';
}

function networkPolicies(leg: LegVerdict): DeterminingPolicy[] {
  return decidingPolicies(leg).map(({ policy, index }) =>
    ({ kind: 'NetworkPolicy', namespace: policy.namespace, name: policy.name, rule: index, construct: constructOf(policy) }));
}
