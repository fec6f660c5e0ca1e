import { ApiObject, ApiObjectMetadata, Chart, Duration, Lazy, Names } from 'cdk8s';
import { Construct } from 'constructs';
import { ExtensionProvider } from './extension-provider';
import { ExternalAuthorization } from './external-authorization';
import { OpaPolicy } from './opa-policy';
import { AccessIntent } from '../intent/intent';
import { Justification } from '../intent/justification';
import { opaImage } from '../intent/opa-image';
import { OpaPolicyData } from '../intent/opa-policy';
import { Operation } from '../intent/operation';
import { isHttp } from '../intent/operation-data';
import { GRPC_PORT, opaChecksum, opaDeployment, opaDisruptionBudget, opaFiles, opaRun, opaService, OPA_SERVICE_LABELS } from '../render/opa-objects';
import { regoOf } from '../render/opa-rego';
import { dnsLabel, instanceOf, instancesOf, namespaceName } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';
import { OpaRules } from './private/index/statement';
import { World } from './private/index/world';
import { checkTarget, placeOf } from './private/statements/checks';
import { checkCoverage } from './private/statements/coverage';
import { metadataOf } from './private/statements/given-metadata';
import { namedInErrors } from './private/statements/named-in-errors';
import { askersOf, askingOperation, checkOpaPolicy } from './private/statements/opa-checks';
import { checkKeysAreReached } from './private/statements/opa-keys';
import { state } from './private/statements/state';
import { provenance } from './private/statements/stated-object';
import { Part, partsChanged, partsTakenOut } from './private/witnesses/kept-as-made';
import { Workload } from './workload';

/** Props of an OpaAuthorizer. */
export interface OpaAuthorizerProps {
  /**
   * The image of OPA with its Envoy plugin, such as `docker.io/openpolicyagent/opa:1.17.0-envoy-static`: 1.0 or later, by a tag that names a version, or by a digest. `latest` is refused.
   */
  readonly image: string;

  /** What it decides by: `OpaPolicy.rules` or `OpaPolicy.rego`. Rendered as files of the ConfigMap; pods are replaced when it changes. */
  readonly policy: OpaPolicy;

  /** What is sent to these, at their ports that are declared HTTP, waits for it; at least one. Each is rendered as an ExternalAuthorization. */
  readonly protects: Workload[];

  /**
   * HTTP operations that pass without being asked, as health checks do: see `unaskedOperations` of ExternalAuthorization.
   *
   * @default - it is asked about everything
   */
  readonly unaskedOperations?: Operation[];

  /**
   * How many pods, two at least: what waits for it is refused while there is none.
   *
   * @default 2
   */
  readonly replicas?: number;

  /**
   * How long a proxy waits for an answer: see `timeout` of ExtAuthzGrpcOptions.
   *
   * @default Duration.seconds(2)
   */
  readonly timeout?: Duration;

  /**
   * Let requests pass where it fails: see `failOpen` of ExtAuthzGrpcOptions.
   *
   * @default - they are refused
   */
  readonly failOpen?: Justification;

  /**
   * HTTP status that clients get where it fails: see `statusOnError` of ExtAuthzGrpcOptions.
   *
   * @default 403
   */
  readonly statusOnError?: number;

  /**
   * Metadata of the objects, but for the CUSTOM policies, which are in the namespaces of the workloads. The name, a DNS label, is that of all of them, and of the provider in the settings of the mesh.
   *
   * @default - the name comes from the construct path, the namespace is that of the chart
   */
  readonly metadata?: ApiObjectMetadata;
}

const PROPS: InputStruct<OpaAuthorizerProps> = {
  name: 'OpaAuthorizerProps',
  members: {
    image: 'needed',
    policy: 'needed',
    protects: 'needed',
    unaskedOperations: 'value',
    replicas: 'value',
    timeout: 'value',
    failOpen: 'value',
    statusOnError: 'value',
    metadata: 'value',
  },
};

/**
 * Open Policy Agent, deployed beside the app and asked about each request to some workloads, by the proxies of these and by nobody else.
 *
 * Renders a Deployment with the Envoy plugin of OPA, its Service, PodDisruptionBudget, ServiceAccount and a ConfigMap of Rego v1; an AuthorizationPolicy that lets in the accounts that ask, by the one call that
 * asks; and for each workload an ExternalAuthorization, whose provider is added to the settings of the mesh. It decides nothing alone: a ServiceAccess or JwtProtectedApi must let pass as well.
 *
 * Its pods may do nothing else: they are not root, have no capabilities, no token of the Kubernetes API, and no files to write to. Decisions are written to their output, without the headers
 * `authorization` and `cookie`.
 *
 * Refuses rules by callers for workloads behind a waypoint, which does not tell OPA who calls.
 *
 * @see https://www.openpolicyagent.org/docs/envoy
 * @example
 * declare const api: kplus.Deployment;
 *
 * new OpaAuthorizer(this, 'opa', {
 *   image: 'docker.io/openpolicyagent/opa:1.17.0-envoy-static',
 *   protects: [Workload.of(api)],
 *   policy: OpaPolicy.rules([
 *     { operations: [Operation.get('/orders/*')] },
 *     {
 *       operations: [Operation.post('/orders')],
 *       callers: [Principal.serviceAccount('shop', 'web')],
 *       hours: { timeZone: 'Europe/Zurich', days: [DayOfWeek.MONDAY, DayOfWeek.TUESDAY], start: '08:00', end: '18:00' },
 *     },
 *   ]),
 *   unaskedOperations: [Operation.get('/healthz')],
 * });
 */
@namedInErrors
export class OpaAuthorizer extends Construct {
  private readonly policy: OpaPolicy;
  private readonly protects: readonly Workload[];
  private readonly place: Place;
  private readonly asking: ExternalAuthorization[] = [];

  public constructor(scope: Construct, id: string, props: OpaAuthorizerProps) {
    super(scope, id);
    const given = taken('OpaAuthorizer', PROPS, props);
    const image = opaImage(given.image);
    const policy = this.policy = instanceOf('policy', given.policy, OpaPolicy, 'as in OpaPolicy.rules([…])');
    const protects = this.protects = protectedOnce(given.protects);
    const replicas = replicasOf(given.replicas);
    const unasked = (given.unaskedOperations ?? []).map(({ _data }) => _data).filter(isHttp);
    this.place = placeGiven(this, given.metadata);
    const parts = this.deploy(image, replicas);
    const workload = Workload.of(parts[0].object);
    const read = (world: World): AccessIntent => {
      const place = placeOf(workload, world);
      return { kind: 'access', ...place, callers: askersOf(protects, world), operations: [askingOperation(place.namespace)], conditions: [] };
    };
    state(this, {
      opens: 'access',
      decides: () => rulesOf(policy._read(), protects, unasked),
      read,
      check: world => [
        ...partsChanged(parts, world.tree), ...partsTakenOut(this.asking),
        ...checkTarget(workload._facts(), world), ...checkCoverage(workload, () => read(world), world),
        ...checkOpaPolicy(policy._read(), policy._principals, { protects, asking: read(world) }, world),
        ...checkKeysAreReached(policy._read(), workload._facts(), world),
      ],
    }, { metadata: { ...this.place.metadata, name: this.place.name } }, [{ role: 'policy', id: 'asking', kind: 'AuthorizationPolicy', namespace: this.place.namespace, reasons: protects.flatMap(one => one._reasons()) }]);
    this.protect(given);
  }

  /** Who is asked about what, by which policy, as text for tables and messages: `OPA authz/opa decides by 2 rules for Deployment shop/api`. Call it when the app is complete. */
  public describeOpaAuthorizer(): string {
    const { namespace, name } = this.place;
    return `OPA ${namespace}/${name} decides by ${this.policy.describeOpaPolicy()} for ${this.protects.map(workload => workload.describeWorkload()).join(', ')}`;
  }

  /** The objects of Kubernetes, and what of them says by what is decided; first the Deployment. */
  private deploy(image: string, replicas: number): Part[] {
    const { name } = this.place;
    const data = (): Record<string, string> => opaFiles(regoOf(this.policy._read(), World.of(this).mesh));
    const annotations = { [CHECKSUM]: Lazy.any({ produce: () => checksum(data) }) as string };
    this.make('account', 'v1', 'ServiceAccount', { automountServiceAccountToken: false });
    const config = this.make('config', 'v1', 'ConfigMap', { data: Lazy.any({ produce: data }) }, { reasons: this.policy._reasons });
    const service = this.make('service', 'v1', 'Service', { spec: opaService(name) }, { labels: OPA_SERVICE_LABELS });
    this.make('disruption', 'policy/v1', 'PodDisruptionBudget', { spec: opaDisruptionBudget(name) });
    const pods = opaDeployment({ name, image, replicas, files: this.policy._files, annotations });
    const deployment = this.make('deployment', 'apps/v1', 'Deployment', { spec: pods });
    return [{ object: deployment, part: 'way to run OPA', of: opaRun }, { object: config, part: 'data' }, { object: service, part: 'spec' }];
  }

  private make(id: string, apiVersion: string, kind: string, rest: object, { labels, reasons = [] }: Marks = {}): ApiObject {
    const { name, namespace, metadata } = this.place;
    const own = { labels: { ...metadata.labels, ...labels }, annotations: { ...metadata.annotations, ...provenance(this.node.path, reasons) } };
    return new ApiObject(this, id, Object.assign({ apiVersion, kind, metadata: { ...metadata, name, namespace, ...own } }, rest));
  }

  private protect({ unaskedOperations, timeout, failOpen, statusOnError }: OpaAuthorizerProps): void {
    const { name, namespace } = this.place;
    const failing = Object.fromEntries(Object.entries({ timeout, failOpen, statusOnError }).filter(([, value]) => value !== undefined));
    const provider = ExtensionProvider.extAuthzGrpc({ name, service: `${name}.${namespace}.svc.cluster.local`, port: GRPC_PORT, ...failing });
    const unasked = unaskedOperations === undefined ? {} : { unaskedOperations };
    for (const workload of this.protects) {
      this.asking.push(new ExternalAuthorization(this, idFor(workload, this), { workload, provider, ...unasked }));
    }
  }
}

/** Of which Rego the pods were made, so that they are replaced when it changes. */
const CHECKSUM = 'cdk8s-zero-trust/policy-checksum';

/** What stands beside the name of an object. */
interface Marks { readonly labels?: { [label: string]: string }; readonly reasons?: readonly string[] }

function rulesOf(policy: OpaPolicyData, protects: readonly Workload[], unasked: OpaRules['unasked']): OpaRules | undefined {
  return policy.kind === 'rego' ? undefined : { rules: policy.rules, unasked, protects: protects.map(workload => workload._facts()) };
}

interface Place {
  readonly name: string;
  readonly namespace: string;
  readonly metadata: ApiObjectMetadata;
}

function placeGiven(construct: Construct, given: ApiObjectMetadata = {}): Place {
  const metadata = metadataOf(given);
  const { name = Names.toDnsLabel(construct, { maxLen: 50 }) } = metadata;
  const namespace = metadata.namespace ?? Chart.of(construct).namespace;
  if (namespace === undefined) { throw new Error('its namespace must be known, got none; give its chart a namespace, or set metadata.namespace'); }
  namespaceName('metadata.namespace', namespace);
  return { name: dnsLabel('metadata.name', name, 'a Service and the provider have it, too'), namespace, metadata };
}

function replicasOf(given = 2): number {
  if (!Number.isInteger(given) || given < 2) { throw new Error(`replicas must be a whole number from 2, got ${quoted(given)}; with one, all that waits for it is refused whenever its node is drained`); }
  return given;
}

function protectedOnce(given: readonly Workload[] | undefined): readonly Workload[] {
  const workloads = instancesOf('protects', given, Workload, 'write Workload.of(…) around the construct of what waits for it');
  const names = workloads.map(workload => workload.describeWorkload());
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) { throw new Error(`protects must name each workload once, got ${quoted(twice)} twice; keep one`); }
  return workloads;
}

function idFor(workload: Workload, construct: Construct): string {
  const [kind, place] = workload.describeWorkload().split(' ');
  const id = place.replace('/', '-');
  return construct.node.tryFindChild(id) ? `${id}-${kind.toLowerCase()}` : id;
}

/** What cannot be read is told by validation, and read without it where the ConfigMap is rendered. */
function checksum(files: () => Record<string, string>): string {
  try {
    return opaChecksum(files());
  } catch {
    return 'unknown';
  }
}
