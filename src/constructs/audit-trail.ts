import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { ExtensionProvider } from './extension-provider';
import { Principal } from './principal';
import { ServiceAccess } from './service-access';
import { Workload } from './workload';
import { Audited, AuditedCalls } from '../intent/audit-intent';
import { callerName } from '../intent/caller';
import { AccessLogData } from '../intent/extension-provider';
import { Operation } from '../intent/operation';
import { operationText } from '../intent/operation-data';
import { instanceOf, instancesOf } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';
import { isLoggedBefore, securityLogsIn } from './private/index/audited';
import { World } from './private/index/world';
import { checkAccounts } from './private/statements/accounts';
import { checkLog } from './private/statements/audit-checks';
import { callersNamed, callersOf } from './private/statements/callers';
import { placeOf } from './private/statements/checks';
import { checkSameCluster } from './private/statements/clusters';
import { checkKeptProviders, keptProvidersOf } from './private/statements/kept-providers';
import { contributeToMesh } from './private/statements/mesh-contribution';
import { namedInErrors } from './private/statements/named-in-errors';
import { state } from './private/statements/state';

/** Props of an AuditTrail: what `watches` accesses, or calls of a `workload`. */
export interface AuditTrailProps {
  /**
   * What these allow is audited, by the same callers, operations and conditions; all of them for one workload.
   *
   * @default - a `workload` is given
   */
  readonly watches?: ServiceAccess[];

  /**
   * The workload whose calls are audited, allowed or refused.
   *
   * @default - that of the accesses that it `watches`
   */
  readonly workload?: Workload;

  /**
   * Whose calls of the `workload`. Renders `from`.
   *
   * @default - everybody's, those in plaintext too
   */
  readonly callers?: Principal[];

  /**
   * Which calls of the `workload`. Renders `to`.
   *
   * @default - all
   */
  readonly operations?: Operation[];

  /**
   * The access log that shows what is audited, and nothing else: by `ExtensionProvider.accessLog`. It is added to the settings of the mesh, and the Telemetry refers to it.
   *
   * @default - `zero-trust-audit`, to the standard output of the proxy: JSON with time, caller, method, host, path, port and outcome
   */
  readonly provider?: ExtensionProvider;

  /**
   * Names of access logs that the workload has already, such as `envoy`, Istio's own: a Telemetry for a workload takes the place of those of its namespace and of the mesh.
   * Renders a second entry of `accessLogging`, without filter. Those of a Telemetry of the app must be named; the others, such as `accessLogFile` of the mesh, the app does not show.
   *
   * @default - none
   */
  readonly keepProviders?: string[];

  /**
   * Metadata of the AuthorizationPolicy and the Telemetry.
   *
   * @default - names come from the construct path
   */
  readonly metadata?: ApiObjectMetadata;
}

const PROPS: InputStruct<AuditTrailProps> = {
  name: 'AuditTrailProps',
  members: { watches: 'value', workload: 'value', callers: 'value', operations: 'value', provider: 'value', keepProviders: 'value', metadata: 'value' },
};

/**
 * Writes each call of a kind to an access log, and decides nothing.
 *
 * Renders an AUDIT AuthorizationPolicy with the rules that an ALLOW would have, at the pods or at the waypoint, and a Telemetry for the same proxies whose filter lets through what it matches; the
 * access log itself is an extension provider of the mesh, so that the app needs a ZeroTrustMesh. An AUDIT alone is seen nowhere.
 *
 * Refuses ambient without waypoint, as ztunnel knows no AUDIT; a Telemetry of the app for the same pods, of which Istio takes the oldest; other access logs that would end; and objects of it, or
 * accesses that it watches, that did not stay as they were made. What a
 * JwtProtectedApi refuses for its token is refused before, with a line of no audit.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#AuthorizationPolicy-Action
 * @example
 * declare const access: ServiceAccess;
 *
 * new AuditTrail(this, 'audit', { watches: [access] });
 */
@namedInErrors
export class AuditTrail extends Construct {
  private readonly watched: Watched;

  public constructor(scope: Construct, id: string, props: AuditTrailProps) {
    super(scope, id);
    const given = taken('AuditTrail', PROPS, props);
    const watched = this.watched = given.watches === undefined ? ofWorkload(given) : ofAccesses(given.watches, given);
    const log = logOf(given.provider ?? DEFAULT_LOG);
    const keptProviders = keptProvidersOf(given.keepProviders, log.name);
    const audits = (world: World): Audited => ({ target: placeOf(watched.workload, world).target, provider: log.name, keptProviders });
    const { path } = this.node;
    const read = (world: World) => {
      const audited = audits(world);
      return { kind: 'audit' as const, ...audited, ...placeOf(watched.workload, world), calls: watched.calls(world), isLoggedElsewhere: isLoggedBefore(path, audited, world), ...securityLogOf(world) };
    };
    const namespace = watched.workload._namespace();
    state(this, {
      audits,
      watches: given.watches,
      read,
      check: world => [
        ...checkSameCluster(watched.principals, [watched.workload], world),
        ...checkAccounts([['callers', watched.principals]], world),
        ...watched.check(world),
        ...checkLog(path, read(world), world),
        ...checkKeptProviders(keptProviders, world),
      ],
    }, { metadata: given.metadata }, [
      { role: 'policy', id: 'Resource', kind: 'AuthorizationPolicy', namespace },
      { role: 'access-log', id: 'access-log', kind: 'Telemetry', namespace, isOptional: true },
    ]);
    contributeToMesh(this, { extensionProviders: [log] });
  }

  /** What it audits, as text for tables and messages: `GET /api/* of Deployment shop/api by shop/web`. Call it when the app is complete. */
  public describeAuditTrail(): string { return this.watched.describe(); }
}

/** Callers are identified in two places: by sidecars, and by waypoints for whoever calls through them. */
const DEFAULT_LOG = ExtensionProvider.accessLog({
  name: 'zero-trust-audit',
  labels: {
    time: '%START_TIME%',
    caller: '%DOWNSTREAM_PEER_URI_SAN%',
    caller_at_waypoint: '%FILTER_STATE(io.istio.peer_principal:PLAIN)%',
    address: '%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%',
    method: '%REQ(:METHOD)%',
    host: '%REQ(:AUTHORITY)%',
    // a client within the mesh may send the other header by itself; where the proxy's own route rewrites the path, that is what was judged
    path: '%REQ(:PATH)%',
    original_path: '%REQ(X-ENVOY-ORIGINAL-PATH)%',
    destination: '%DOWNSTREAM_LOCAL_ADDRESS%',
    status: '%RESPONSE_CODE%',
    details: '%RESPONSE_CODE_DETAILS%',
    connection: '%CONNECTION_TERMINATION_DETAILS%',
  },
});

function logOf(provider: ExtensionProvider): AccessLogData {
  const { _data: data } = instanceOf('provider', provider, ExtensionProvider, 'write ExtensionProvider.accessLog({ … })');
  if (data.kind === 'accessLog') { return data; }
  throw new Error(`provider must be an access log, got ${quoted(provider.describeExtensionProvider())}; write ExtensionProvider.accessLog({ … })`);
}

/** What is refused in the mesh stays in the log of that. */
function securityLogOf(world: World): { readonly securityLog?: string } {
  const [log] = securityLogsIn(world);
  return log === undefined ? {} : { securityLog: log.provider };
}

interface Watched {
  readonly workload: Workload;
  readonly principals: readonly Principal[];
  readonly calls: (world: World) => AuditedCalls[];
  readonly check: (world: World) => string[];
  readonly describe: () => string;
}

function ofWorkload({ workload, callers, operations }: AuditTrailProps): Watched {
  if (workload === undefined) { throw new Error("one of 'watches' and 'workload' must say what is audited, got neither; give the accesses, or the workload"); }
  instanceOf('workload', workload, Workload, 'write Workload.of(…) around the construct');
  const principals = callers === undefined ? [] : callersOf('callers', callers);
  const known = operations === undefined ? [] : instancesOf('operations', operations, Operation, 'leave them out for all').map(({ _data }) => _data);
  const named = () => principals.length === 0 ? [{ kind: 'anyone' as const }] : callersNamed('callers', principals);
  return {
    workload,
    principals,
    calls: () => [{ callers: named(), operations: known, conditions: [] }],
    check: () => [],
    describe: () => `${known.length === 0 ? 'all calls' : known.map(operationText).join('; ')} of ${workload.describeWorkload()} by ${named().map(callerName).join(', ')}`,
  };
}

function ofAccesses(given: readonly ServiceAccess[], props: AuditTrailProps): Watched {
  const besides = (['workload', 'callers', 'operations'] as const).find(prop => props[prop] !== undefined);
  if (besides) { throw new Error(`${besides} must not be given beside 'watches', whose accesses say it; leave one of them out`); }
  const accesses = instancesOf('watches', given, ServiceAccess, 'name the accesses whose calls are audited, or give a workload');
  const [{ _to: workload }] = accesses;
  return {
    workload,
    principals: [],
    calls: world => accesses.map(access => access._read(world)).map(({ callers, operations, conditions }) => ({ callers, operations, conditions })),
    check: world => accesses.slice(1).flatMap((access, i) => isSame(access._to, workload) ? [] : [`watches[${i + 1}] must be an access to ${quoted(placeOf(workload, world).target.path)}, as watches[0] is, got ${quoted(access.describeServiceAccess())}; `
      + 'state an AuditTrail for each workload']),
    describe: () => accesses.map(access => access.describeServiceAccess()).join('; '),
  };
}

/** Whether policies for both are attached to the same. */
function isSame(one: Workload, other: Workload): boolean {
  const keys = [one, other].map(workload => {
    const { path, namespace, selectorLabels, services } = workload._facts();
    return JSON.stringify([path, namespace, selectorLabels, services.map(({ name }) => name)]);
  });
  return keys[0] === keys[1];
}
