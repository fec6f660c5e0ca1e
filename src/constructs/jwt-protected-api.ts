import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { CorsPreflight, preflightOf } from './cors-preflight';
import { httpOperations, JwtAccessRule, ruleOf } from './jwt-access-rule';
import { Principal } from './principal';
import { Workload } from './workload';
import { Caller, callerName, isNamed } from '../intent/caller';
import { JwtIntent } from '../intent/intent';
import { JwtIssuer } from '../intent/jwt-issuer';
import { Operation } from '../intent/operation';
import { atLeastOne, instanceOf, portNumber } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { readTogether } from '../util/together';
import { World } from './private/index/world';
import { checkAccounts, Named } from './private/statements/accounts';
import { callersNamed, callersOf, namedOr } from './private/statements/callers';
import { checkTarget, placeOf } from './private/statements/checks';
import { checkSameCluster } from './private/statements/clusters';
import { checkCoverage } from './private/statements/coverage';
import { distinctIssuers } from './private/statements/issuers';
import { namedInErrors } from './private/statements/named-in-errors';
import { state } from './private/statements/state';
import { checkSingle } from './private/statements/tokens';

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
    workload: 'needed',
    issuers: 'needed',
    rules: 'needed',
    callers: 'value',
    publicOperations: 'value',
    publicCallers: 'value',
    exemptCallers: 'value',
    corsPreflight: 'value',
    ports: 'value',
    metadata: 'value',
  },
};

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
@namedInErrors
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
      opens: 'jwt',
      read,
      check: world => [
        ...checkSameCluster(principalsOf(named), [workload], world),
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
  const issuers = distinctIssuers(props.issuers);
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

function publicCallersOf({ publicOperations, publicCallers }: JwtProtectedApiProps, callers: () => Caller[]): () => Caller[] {
  if (publicCallers !== undefined && publicOperations === undefined) {
    throw new Error("publicCallers must come with 'publicOperations'; name what is public for them, or leave them out");
  }
  return namedOr('publicCallers', publicCallers, callers);
}

function exemptOf(principals: readonly Principal[]): ReturnType<typeof callersNamed> {
  const callers = callersNamed('exemptCallers', principals);
  const open = callers.find(caller => !isNamed(caller));
  if (open) {
    throw new Error(`exemptCallers must be named, got ${callerName(open)}; a guard that exempts everyone guards nothing: use publicOperations for what is public`);
  }
  return callers;
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
