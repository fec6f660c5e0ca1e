import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { AuditTrail } from './audit-trail';
import { ExtensionProvider } from './extension-provider';
import { Principal } from './principal';
import { ServiceAccess } from './service-access';
import { Workload } from './workload';
import { callerName } from '../intent/caller';
import { calendarDay, checkShortly } from '../intent/expiry';
import { AccessIntent } from '../intent/intent';
import { reasonOf } from '../intent/justification';
import { Operation } from '../intent/operation';
import { BREAK_GLASS_ANNOTATION } from '../istio/manifest';
import { text } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';
import { statementOf } from './private/index/statement';
import { checkEmergencyAccounts } from './private/statements/break-glass-checks';
import { callersOf } from './private/statements/callers';
import { namedInErrors } from './private/statements/named-in-errors';
import { checkLetIn } from './private/statements/opa-checks';
import { checkLate } from './private/statements/validation';
import { partsTakenOut } from './private/witnesses/kept-as-made';

/** Props of a BreakGlass. */
export interface BreakGlassProps {
  /**
   * Who may call, by their service accounts: one that is used for nothing else, such as `Principal.serviceAccount('ops', 'breakglass')`. Not all of a namespace, nor everyone; and no account that anything else of the app lets in, or
   * that a workload of the app runs as all the time.
   */
  readonly callers: Principal[];

  /** The workload that is called. */
  readonly to: Workload;

  /** What may be called; at least one. */
  readonly operations: Operation[];

  /**
   * The last day of it, such as `2026-12-31`. After it the app is not synthesized, until this is taken out or a new day is stated: Istio itself knows no end. Needs `asOf` of the ZeroTrustMesh, from which it is 366 days
   * away at most; days are usual.
   * Rendered as annotation `cdk8s-zero-trust/until`.
   */
  readonly until: string;

  /** The incident or change, as it is called elsewhere, such as `INC-4711`. Rendered in the annotation `cdk8s-zero-trust/break-glass`. */
  readonly ticket: string;

  /** Why, in a few words for whoever reads it tomorrow. Rendered in the annotation `cdk8s-zero-trust/break-glass`. */
  readonly reason: string;

  /**
   * The callers send a token that the JwtProtectedApi of the workload accepts: see `callersSendToken` of ServiceAccess.
   *
   * @default false
   */
  readonly callersSendToken?: boolean;

  /**
   * The access log that shows what is done: see `provider` of AuditTrail.
   *
   * @default - `zero-trust-audit`
   */
  readonly provider?: ExtensionProvider;

  /**
   * Names of access logs that the workload has already: see `keepProviders` of AuditTrail.
   *
   * @default - none
   */
  readonly keepProviders?: string[];
}

const PROPS: InputStruct<BreakGlassProps> = {
  name: 'BreakGlassProps',
  members: {
    callers: 'needed',
    to: 'needed',
    operations: 'needed',
    until: 'needed',
    ticket: 'needed',
    reason: 'needed',
    callersSendToken: 'flag',
    provider: 'value',
    keepProviders: 'value',
  },
};

/**
 * Access in an emergency: for named accounts, until a day, for a ticket, and written to a log call by call.
 *
 * Is a ServiceAccess, whose ALLOW AuthorizationPolicy carries ticket, reason and last day as annotations, and an AuditTrail that watches it: an AUDIT policy by the same rules, and a Telemetry. What
 * these refuse is refused.
 *
 * An AccessGuardrail wins: synthesis refuses a BreakGlass that one forbids and names both, unless the guardrail says `exceptFor: [breakGlass]`.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#AuthorizationPolicy-Action
 * @example
 * declare const db: kplus.StatefulSet;
 *
 * new BreakGlass(this, 'inc-4711', {
 *   callers: [Principal.serviceAccount('ops', 'breakglass')],
 *   to: Workload.of(db),
 *   operations: [Operation.tcp(5432)],
 *   until: '2026-12-31',
 *   ticket: 'INC-4711',
 *   reason: 'restore of orders by hand',
 * });
 */
@namedInErrors
export class BreakGlass extends Construct {
  /** @internal */
  public readonly _callers: readonly Principal[];

  /** @internal */
  public readonly _to: Workload;

  private readonly access: ServiceAccess;
  private readonly until: string;

  public constructor(scope: Construct, id: string, props: BreakGlassProps) {
    super(scope, id);
    const { until, ticket, reason, callers, to, operations, callersSendToken = false, ...log } = taken('BreakGlass', PROPS, props);
    this._callers = namedCallers(callers);
    this._to = to;
    this.until = calendarDay('until', until);
    const what = `${text('ticket', ticket, 'name the incident or change, such as INC-4711')}: ${reasonOf('BreakGlass', reason)}`;
    const metadata: ApiObjectMetadata = { annotations: { [BREAK_GLASS_ANNOTATION]: what, 'cdk8s-zero-trust/until': this.until } };
    this.access = new ServiceAccess(this, 'access', { callers, to, operations, callersSendToken, metadata });
    const trail = new AuditTrail(this, 'audit', { watches: [this.access], ...log });
    checkLate(this, world => [
      ...checkShortly('until', this.until, world.asOf, 'state for good what lasts: new ServiceAccess(…)'),
      ...checkEmergencyAccounts(callers, world),
      ...partsTakenOut([this.access, trail]),
      ...checkLetIn(statementOf(this.access)!.read(world) as AccessIntent, callersSendToken, world),
    ]);
  }

  /** Who may call what until when, as text for tables and messages: `ops/breakglass may call StatefulSet shop/db: TCP 5432, until 2026-12-31`. Call it when the app is complete. */
  public describeBreakGlass(): string { return `${this.access.describeServiceAccess()}, until ${this.until}`; }
}

/** Whoever breaks the glass is known by name. */
function namedCallers(given: readonly Principal[] | undefined): readonly Principal[] {
  const principals = callersOf('callers', given);
  // a workload is named by its service account, which the complete app has
  const wide = principals.filter(({ _workload }) => _workload === undefined).map(principal => principal._caller()).find(({ kind }) => kind !== 'serviceAccount');
  if (wide) { throw new Error(`callers must be service accounts, got ${quoted(callerName(wide))}; name one that is used for nothing else: Principal.serviceAccount('ops', 'breakglass')`); }
  return principals;
}
