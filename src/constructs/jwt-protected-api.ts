import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { Principal } from './principal';
import { Workload } from './workload';
import { Caller } from '../intent/caller';
import { checkTextual, checkTopLevel, Condition, ConditionData } from '../intent/condition';
import { JwtIntent, JwtRuleData, PreflightData } from '../intent/intent';
import { JwtIssuer, JwtIssuerData } from '../intent/jwt-issuer';
import { HttpOperationData, Operation } from '../intent/operation';
import { atLeastOne, instanceOf, instancesOf, mapOf, portNumber, text } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { listed, quoted } from '../util/text';
import { readTogether } from '../util/together';
import { World } from './private/index/world';
import { checkAccounts, Named } from './private/statements/accounts';
import { callersOf } from './private/statements/callers';
import { callersNamed, checkSameApp, checkTarget, placeOf } from './private/statements/checks';
import { checkCoverage } from './private/statements/coverage';
import { state } from './private/statements/state';
import { checkSingle } from './private/statements/tokens';

/** What the bearers of a token may do. Every prop that is given must hold; at least one beside `operations` must be. */
export interface JwtAccessRule {
  /** What they may call; at least one, HTTP only. */
  readonly operations: Operation[];

  /**
   * Top-level claims, each with the values of which it must have one. For nested claims see `conditions`.
   *
   * @default - any
   */
  readonly claims?: { [claim: string]: string[] };

  /**
   * Scopes that the token must have, all of them.
   *
   * @default - any
   */
  readonly scopes?: string[];

  /**
   * Subjects (claim `sub`) of which the token must have one.
   *
   * @default - any
   */
  readonly subjects?: string[];

  /**
   * Accept any valid token of the issuers, asked for by name. `callers` and conditions on other things than tokens may narrow it.
   *
   * @default false
   */
  readonly anyToken?: boolean;

  /**
   * Those of the issuers of the API whose tokens this rule is for.
   *
   * @default - all issuers of the API
   */
  readonly issuers?: JwtIssuer[];

  /**
   * Workloads that must pass the token on, such as the ingress gateway.
   *
   * @default - `callers` of the API
   */
  readonly callers?: Principal[];

  /**
   * Further conditions, such as `Condition.nestedClaim`.
   *
   * @default - none
   */
  readonly conditions?: Condition[];
}

/** Browser pages of other origins that may ask, by a preflight without token, whether they may call. */
export interface CorsPreflight {
  /** Origins of the pages, such as `https://shop.example.com`; at least one. */
  readonly origins: string[];

  /**
   * Workloads that pass the preflight on, such as the ingress gateway.
   *
   * @default - `callers` of the API
   */
  readonly callers?: Principal[];
}

/** Props of a JwtProtectedApi. */
export interface JwtProtectedApiProps {
  /** The workload that serves the API. */
  readonly workload: Workload;

  /** Who issues its tokens; at least one. */
  readonly issuers: JwtIssuer[];

  /** What the bearers of which tokens may do; at least one. */
  readonly rules: JwtAccessRule[];

  /**
   * Workloads that must pass on what is sent to the API, such as the ingress gateway: for the rules, the public operations and the preflights that do
   * not name others. Exempt callers need not be among them.
   *
   * @default - whoever sends it
   */
  readonly callers?: Principal[];

  /**
   * What may be called without a token, HTTP only.
   *
   * @default - nothing
   */
  readonly publicOperations?: Operation[];

  /**
   * For whom the public operations are public; of anybody else they need a token like all others.
   *
   * @default - `callers`
   */
  readonly publicCallers?: Principal[];

  /**
   * Workloads that need no token, machine to machine. What they may call is stated by a ServiceAccess each; one whose callers are neither exempt nor
   * send a token (`callersSendToken`) is refused.
   *
   * @default - none
   */
  readonly exemptCallers?: Principal[];

  /**
   * Browser pages of other origins that may ask whether they may call.
   *
   * @default - preflights are refused
   */
  readonly corsPreflight?: CorsPreflight;

  /**
   * Ports of the API, by the workload's own count.
   *
   * @default - every port that is declared HTTP, but the metrics ports of the namespace
   */
  readonly ports?: number[];

  /**
   * Metadata of the objects.
   *
   * @default - names come from the construct path
   */
  readonly metadata?: ApiObjectMetadata;
}

const PROPS: InputStruct<JwtProtectedApiProps> = {
  name: 'JwtProtectedApiProps',
  members: {
    workload: 'value',
    issuers: 'value',
    rules: 'value',
    callers: 'value',
    publicOperations: 'value',
    publicCallers: 'value',
    exemptCallers: 'value',
    corsPreflight: 'value',
    ports: 'value',
    metadata: 'value',
  },
};

const RULE: InputStruct<JwtAccessRule> = {
  name: 'JwtAccessRule',
  members: {
    operations: 'value', claims: 'value', scopes: 'value', subjects: 'value', anyToken: 'flag', issuers: 'value', callers: 'value', conditions: 'value',
  },
};

const PREFLIGHT: InputStruct<CorsPreflight> = { name: 'CorsPreflight', members: { origins: 'value', callers: 'value' } };

/**
 * An API that requires a token on everything that is not public.
 *
 * Renders a RequestAuthentication that verifies tokens, an ALLOW AuthorizationPolicy with a rule for each of `rules`, and a DENY AuthorizationPolicy
 * as guard, which refuses requests without a token on the ports of the API whatever other policy allows them. A request without a token is
 * answered 403, one with a bad token 401, one for another audience 403.
 *
 * In ambient the namespace must have a waypoint. One per workload, in whatever words it is named.
 *
 * @see https://istio.io/latest/docs/reference/config/security/request_authentication/
 * @example
 * declare const api: kplus.Deployment;
 *
 * new JwtProtectedApi(this, 'api-users', {
 *   workload: Workload.of(api),
 *   issuers: [JwtIssuer.of({
 *     issuer: 'https://auth.example.com',
 *     jwksUri: 'https://auth.example.com/.well-known/jwks.json',
 *     audiences: ['api.example.com'],
 *   })],
 *   rules: [
 *     { claims: { role: ['admin'] }, operations: [Operation.anyHttp()] },
 *     { claims: { role: ['viewer'] }, operations: [Operation.get('/api/*')] },
 *   ],
 *   publicOperations: [Operation.get('/healthz')],
 * });
 */
export class JwtProtectedApi extends Construct {
  /** The ALLOW AuthorizationPolicy. */
  public readonly apiObject: ApiObject;

  private readonly stated: JwtProtectedApiProps;

  public constructor(scope: Construct, id: string, props: JwtProtectedApiProps) {
    super(scope, id);
    props = taken('JwtProtectedApi', PROPS, props);
    const workload = instanceOf('workload', props.workload, Workload, 'write Workload.of(…) around the construct');
    const stated = statedBy(props);
    const named = namedBy(props);
    const read = (world: World): JwtIntent => {
      const [place, said] = readTogether(() => placeOf(workload, world), stated);
      return { kind: 'jwt', ...place, ...said };
    };
    const namespace = workload._namespace();
    this.stated = props;
    [, , this.apiObject] = state(this, {
      read,
      check: world => [
        ...checkSameApp(principalsOf(named), workload, world),
        ...checkTarget(workload._facts(), world),
        ...checkSingle(this.node.path, read(world), world),
        ...checkCoverage(workload, () => read(world), world),
        ...checkAccounts(named, world),
      ],
    }, { metadata: props.metadata }, [
      // tokens are verified before any is asked for
      { role: 'authentication', id: 'jwt', kind: 'RequestAuthentication', namespace, reasons: issuerReasons(props) },
      { role: 'guard', id: 'guard', kind: 'AuthorizationPolicy', namespace, reasons: guardReasons(props) },
      { role: 'policy', id: 'Resource', kind: 'AuthorizationPolicy', namespace, reasons: ruleReasons(props) },
    ]);
  }

  /**
   * Which API needs whose tokens, as text for tables and messages: `Deployment shop/api needs a token of https://auth.example.com but for GET /healthz`.
   *
   * Call it when the app is complete: a workload may get its service account late.
   */
  public describeJwtProtectedApi(): string { return textOf(this.stated); }
}

function textOf({ workload, issuers, publicOperations = [], callers, publicCallers = callers }: JwtProtectedApiProps): string {
  const forWhom = publicCallers === undefined ? '' : ` by ${publicCallers.map(caller => caller.describePrincipal()).join(' or ')}`;
  const open = publicOperations.length === 0 ? '' : ` but for ${publicOperations.map(operation => operation.describeOperation()).join('; ')}${forWhom}`;
  return `${workload.describeWorkload()} needs a token of ${issuers.map(({ _data }) => _data.issuer).join(' or ')}${open}`;
}

type Stated = Omit<JwtIntent, 'kind' | 'mesh' | 'target' | 'namespace'>;

/** Checks all that the props say by themselves; what the callers are comes when the app is complete. */
function statedBy(props: JwtProtectedApiProps): () => Stated {
  const issuers = issuersOf(props.issuers);
  const callers = namedOr('callers', props.callers, () => []);
  const rules = atLeastOne('rules', props.rules, 'state what the bearers of which tokens may do').map((rule, i) => ruleOf(`rules[${i}]`, rule, issuers, callers));
  const publicOperations = props.publicOperations === undefined ? []
    : httpOperations('publicOperations', props.publicOperations);
  const exempt = props.exemptCallers && callersOf('exemptCallers', props.exemptCallers);
  const publicCallers = publicCallersOf(props, callers);
  const preflight = props.corsPreflight && preflightOf(props.corsPreflight, callers);
  const ports = props.ports === undefined ? []
    : atLeastOne('ports', props.ports, 'name the ports of the API, or leave the list out').map((port, i) => portNumber(`ports[${i}]`, port));
  return () => {
    const [ruleData, publicCallerData, exemptCallers, preflightData] = readTogether(
      () => readTogether(...rules),
      publicOperations.length === 0 ? () => [] : publicCallers,
      () => exempt ? exemptOf(exempt) : [],
      () => preflight?.(),
    );
    return { issuers, rules: ruleData, publicOperations, publicCallers: publicCallerData, exemptCallers, preflight: preflightData, ports };
  };
}

/** Who is named by a prop; where it is left out, others. */
function namedOr(prop: string, given: readonly Principal[] | undefined, others: () => Caller[]): () => Caller[] {
  if (given === undefined) { return others; }
  const principals = callersOf(prop, given);
  return () => callersNamed(prop, principals);
}

function publicCallersOf({ publicOperations, publicCallers }: JwtProtectedApiProps, callers: () => Caller[]): () => Caller[] {
  if (publicCallers !== undefined && publicOperations === undefined) {
    throw new Error("publicCallers must come with 'publicOperations'; name what is public for them, or leave them out");
  }
  return namedOr('publicCallers', publicCallers, callers);
}

function issuersOf(given: readonly JwtIssuer[]): JwtIssuerData[] {
  const issuers = instancesOf('issuers', given, JwtIssuer, 'name who issues the tokens by JwtIssuer.of').map(issuer => issuer._data);
  const twice = issuers.find((issuer, i) => issuers.findIndex(other => other.issuer === issuer.issuer) !== i);
  if (twice) { throw new Error(`issuers must differ, got ${quoted(twice.issuer)} twice; state its audiences and locations in one JwtIssuer`); }
  return issuers;
}

function ruleOf(prop: string, given: JwtAccessRule, issuers: readonly JwtIssuerData[], ofApi: () => Caller[]): () => JwtRuleData {
  const rule = taken(prop, RULE, given);
  const operations = httpOperations(`${prop}.operations`, rule.operations);
  const own = rule.issuers === undefined ? issuers : ownIssuers(`${prop}.issuers`, rule.issuers, issuers);
  const scopes = rule.scopes === undefined ? []
    : atLeastOne(`${prop}.scopes`, rule.scopes, 'name the scopes').map((scope, i) => scopeOf(`${prop}.scopes[${i}]`, scope));
  const conditions = conditionsOf(prop, rule);
  checkWhichTokens(prop, rule);
  const callers = namedOr(`${prop}.callers`, rule.callers, ofApi);
  return () => ({ issuers: own.map(({ issuer }) => issuer), operations, scopes, conditions, callers: callers() });
}

/** By the issuer itself, not by its name alone: one of other audiences would promise what the API does not ask for. */
function ownIssuers(prop: string, given: readonly JwtIssuer[], issuers: readonly JwtIssuerData[]): JwtIssuerData[] {
  return instancesOf(prop, given, JwtIssuer, 'name issuers of this API, as they stand in its issuers').map(({ _data }, i) => {
    const own = issuers.find(({ issuer }) => issuer === _data.issuer);
    if (!own) { throw new Error(`${prop}[${i}] must be an issuer of this API, got ${quoted(_data.issuer)}; there are ${listed(issuers.map(({ issuer }) => issuer))}`); }
    if (JSON.stringify(own) !== JSON.stringify(_data)) {
      throw new Error(`${prop}[${i}] must be the issuer ${quoted(_data.issuer)} as this API has it, got another one of that name; state its audiences and locations in issuers of the API`);
    }
    return own;
  });
}

/** Callers and conditions on other things narrow a rule, whichever tokens it is for. */
function checkWhichTokens(prop: string, { anyToken = false, claims, scopes, subjects, conditions = [], callers }: JwtAccessRule): void {
  const onTokens = conditions.filter(({ _data: { kind } }) => kind === 'claim' || kind === 'audience' || kind === 'presenter');
  const asks = Object.entries({ claims, scopes, subjects, conditions: onTokens[0] }).filter(([, asked]) => asked !== undefined).map(([name]) => name);
  if (anyToken && asks.length > 0) {
    throw new Error(`${prop} must not have anyToken: true beside ${listed(asks)}, by which not every valid token will do; leave one of them out`);
  }
  if (!anyToken && asks.length + conditions.length === 0 && callers === undefined) {
    throw new Error(`${prop} must say which tokens it is for, got nothing that does; say it by claims, scopes, subjects, conditions or callers, or by anyToken: true for every valid one`);
  }
}

/** A subject is compared as a claim: a request principal is split at its last slash, so that a subject with a slash could not be written. */
function conditionsOf(prop: string, rule: JwtAccessRule): ConditionData[] {
  const claims = Object.entries(mapOf(`${prop}.claims`, rule.claims ?? {}));
  if (rule.claims !== undefined && claims.length === 0) { throw new Error(`${prop}.claims must name a claim, got {}; or accept any by anyToken: true`); }
  return [
    ...claims.map(([claim, values]) => claimOf(prop, claim, values)),
    ...(rule.subjects === undefined ? [] : [Condition.textClaim(['sub'], ...atLeastOne(`${prop}.subjects`, rule.subjects, 'name the subjects'))]),
    ...(rule.conditions === undefined ? [] : instancesOf(`${prop}.conditions`, rule.conditions, Condition, 'leave them out if nothing more must hold')),
  ].map(condition => condition._data);
}

function claimOf(prop: string, claim: string, values: readonly string[]): Condition {
  const place = ` in ${prop}.conditions`;
  checkTopLevel(`${prop}.claims[${quoted(claim)}]`, claim, place);
  checkTextual(`${prop}.claims.${claim}`, atLeastOne(`${prop}.claims.${claim}`, values, 'name the values'), place);
  return Condition.claim(claim, ...values);
}

function scopeOf(prop: string, scope: string): string {
  if (/[\s*]/.test(text(prop, scope, 'name one scope'))) {
    throw new Error(`${prop} must be one exact scope, got ${quoted(scope)}; give each its own entry, all of them are required`);
  }
  return scope;
}

function httpOperations(prop: string, given: readonly Operation[]): HttpOperationData[] {
  return instancesOf(prop, given, Operation, "name what may be called, as in [Operation.get('/api/*')]").map(({ _data: operation }, i) => {
    if (operation.kind !== 'http') { throw new Error(`${prop}[${i}] must be an HTTP operation, got Operation.tcp; a token comes with HTTP only`); }
    return operation;
  });
}

function exemptOf(principals: readonly Principal[]): ReturnType<typeof callersNamed> {
  const callers = callersNamed('exemptCallers', principals);
  if (callers.some(caller => caller.kind === 'anyone' || caller.kind === 'anyAuthenticated')) {
    throw new Error('exemptCallers must be named, got anyone; a guard that exempts everyone guards nothing: use publicOperations for what is public');
  }
  return callers;
}

function preflightOf(given: CorsPreflight, ofApi: () => Caller[]): () => PreflightData {
  const preflight = taken('corsPreflight', PREFLIGHT, given);
  const origins = atLeastOne('corsPreflight.origins', preflight.origins, "name them, as in ['https://shop.example.com']").map((origin, i) => {
    if (typeof origin !== 'string' || !/^https?:\/\/[^/*\s]+$/.test(origin)) {
      throw new Error(`corsPreflight.origins[${i}] must be an origin such as 'https://shop.example.com', got ${quoted(origin)}; scheme and host without path`);
    }
    return origin;
  });
  const callers = namedOr('corsPreflight.callers', preflight.callers, ofApi);
  return () => ({ origins, callers: callers() });
}

/** Whom the props name, and where. */
function namedBy({ callers: ofApi = [], rules, publicCallers = [], exemptCallers = [], corsPreflight }: JwtProtectedApiProps): Named[] {
  return [
    ['callers', ofApi],
    ...rules.map(({ callers = [] }, i): Named => [`rules[${i}].callers`, [...callers]]),
    ['publicCallers', publicCallers],
    ['exemptCallers', [...exemptCallers]],
    ['corsPreflight.callers', [...corsPreflight?.callers ?? []]],
  ];
}

function principalsOf(named: readonly Named[]): Principal[] { return named.flatMap(([, principals]) => principals); }

function issuerReasons({ issuers }: JwtProtectedApiProps): string[] { return issuers.flatMap(({ _data }) => _data.reasons); }

function guardReasons({ exemptCallers = [], corsPreflight }: JwtProtectedApiProps): string[] {
  return [...exemptCallers, ...corsPreflight?.callers ?? []].flatMap(caller => caller._reasons());
}

function ruleReasons({ rules, corsPreflight, workload }: JwtProtectedApiProps): string[] {
  const callers = [...rules.flatMap(rule => rule.callers ?? []), ...corsPreflight?.callers ?? []];
  return [...callers.flatMap(caller => caller._reasons()), ...workload._reasons()];
}
