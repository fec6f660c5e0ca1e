import { auditingRules, authorizersOf, decidingRules } from './deciding-rules';
import { explain, ExplainOptions } from './explain';
import { Passes, stricter } from './proxies/decide';
import { HopVerdict } from './proxies/verdict';
import { Decision, Stage, UndecidedReason } from './request/decision';
import { DeterminingPolicy } from './request/determining-policy';
import { HopTrace, titled, traceHop } from './trace';
import { Undecided, undecided } from './undecided';
import { Way } from './way/hop';
import { unique } from '../util/text';

const DECISIONS = { 'yes': Decision.ALLOW, 'no': Decision.DENY, 'if asked': Decision.CONDITIONAL, 'unknown': Decision.UNDECIDED } as const;
const GRPC_STATUS: Readonly<Record<number, number | undefined>> = { 400: 13, 401: 16, 403: 7, 404: 12 };

/** What there is to say of a client, found out when somebody asks. */
type NotesOnClient = () => readonly string[];

/** The answer to whether a request is let through, and why. */
export class AuthorizationResponse {
  /** @internal */
  static _of(way: Way, verdicts: readonly HopVerdict[], onClient: NotesOnClient): AuthorizationResponse {
    return new AuthorizationResponse(way, verdicts, onClient);
  }

  /** @internal What is not known, so that no proxy can be asked. */
  static _undecided(doubt: Undecided): AuthorizationResponse {
    return new AuthorizationResponse({ hops: [], notes: [] }, [], () => [], doubt);
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
  private constructor(
    private readonly way: Way,
    private readonly verdicts: readonly HopVerdict[],
    private readonly onClient: NotesOnClient,
    private readonly doubt?: Undecided,
  ) {
    let passes = ofWay(way, doubt);
    for (const verdict of verdicts) passes = stricter(passes, verdict.passes);
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
    return this.undecided?.text ?? (this.decision === Decision.DENY && !this.decisive ? this.way.broken : undefined);
  }

  /** The rules that made the decision: those that matched. Empty where a request is refused because none did. */
  get determiningPolicies(): DeterminingPolicy[] {
    const { decisive } = this;
    const deciding = this.isAllowed ? this.verdicts : this.verdicts.filter(verdict => verdict === decisive);
    return deciding.flatMap(decidingRules);
  }

  /** The AUDIT rules that the request matches; they decide nothing. */
  get auditingPolicies(): DeterminingPolicy[] {
    return this.verdicts.flatMap(auditingRules);
  }

  /** External authorizers that must be asked. */
  get authorizers(): string[] {
    if (this.decision !== Decision.CONDITIONAL) return [];
    return [...new Set(this.verdicts.filter(({ passes }) => passes === 'if asked').flatMap(authorizersOf).map(({ provider }) => provider))];
  }

  /** What was found out about the way of the request, such as a waypoint that is passed by. */
  get notes(): string[] {
    const { notes, broken, unknown } = this.way;
    const ofProxies = this.verdicts.flatMap(verdict => verdict.notes ?? []);
    return unique([...this.onClient(), ...notes, ...ofProxies, broken ?? [], this.doubt?.text ?? unknown ?? []].flat());
  }

  /** What each proxy on the way did, in order. */
  get hops(): HopTrace[] {
    return this.verdicts.map(verdict => traceHop(verdict));
  }

  /** @internal The same, undecided unless a proxy refuses. */
  _doubted(doubt: Undecided): AuthorizationResponse {
    return new AuthorizationResponse(this.way, this.verdicts, this.onClient, doubt);
  }

  /**
   * Tells, proxy by proxy, what happens to the request and why. Policies that a construct made come with its path.
   *
   * @param options what to tell beyond that
   */
  explain(options: ExplainOptions = {}): string {
    return explain(this, this.verdicts.map(verdict => traceHop(verdict, titled)), options);
  }

  /** The proxy that decides. What a client sees of a request that passes is told by the first that speaks HTTP. */
  private get decisive(): HopVerdict | undefined {
    const alike = this.verdicts.filter(verdict => verdict.passes === this.passes);
    return alike.find(({ httpStatus }) => this.passes === 'yes' && httpStatus !== undefined) ?? alike[0];
  }

  private get undecided(): Undecided | undefined {
    return this.decision === Decision.UNDECIDED ? this.doubt ?? undecided(this.way, this.decisive) : undefined;
  }
}

/** What is known before any proxy is asked. */
function ofWay({ broken, unknown }: Way, doubt: Undecided | undefined): Passes {
  if (broken !== undefined) return 'no';
  return unknown === undefined && doubt === undefined ? 'yes' : 'unknown';
}
