import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { Workload } from './workload';
import { addressBlocks } from '../intent/address-block';
import { calendarDay, checkExpiry } from '../intent/expiry';
import { reasonOf } from '../intent/justification';
import { Operation } from '../intent/operation';
import { OperationData, operationText } from '../intent/operation-data';
import { PlaintextIntent } from '../intent/plaintext-intent';
import { instanceOf, instancesOf, text } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { World } from './private/index/world';
import { checkTarget, placeOf } from './private/statements/checks';
import { checkSameCluster } from './private/statements/clusters';
import { checkPods } from './private/statements/coverage';
import { namedInErrors } from './private/statements/named-in-errors';
import { checkException } from './private/statements/plaintext-checks';
import { state } from './private/statements/state';

/** Props of a PlaintextException. */
export interface PlaintextExceptionProps {
  /** The workload that is called in plaintext. */
  readonly workload: Workload;

  /**
   * What may be called in plaintext; at least one. The ports of these operations become PERMISSIVE, all others stay STRICT.
   *
   * In ambient name all of a port, by `Operation.tcp` or `Operation.anyHttp`: ztunnel sees connections only.
   *
   * @default - required, unless `wholeWorkload`
   */
  readonly operations?: Operation[];

  /**
   * Everything may be called in plaintext, on every port, in place of `operations`.
   *
   * @default false
   */
  readonly wholeWorkload?: boolean;

  /**
   * From where: IP addresses and CIDR blocks such as `10.20.0.0/16`, without bits beyond their prefix; at least one, and not all there are together. They are compared with the peer of the
   * connection, which is a node or a load balancer where one of these puts its own address in place of the client's (SNAT), never with a header.
   */
  readonly fromNetworks: string[];

  /** Why the callers cannot use mutual TLS; written as annotation `cdk8s-zero-trust/reason`. */
  readonly reason: string;

  /** Who answers for it, such as a team or an address; written as annotation `cdk8s-zero-trust/owner`. */
  readonly owner: string;

  /**
   * The last day on which it holds, such as `2026-12-31`; written as annotation `cdk8s-zero-trust/expires`. After it, as the `asOf` of the ZeroTrustMesh
   * has it, the app is not synthesized any more. Nothing ends in the cluster by itself.
   */
  readonly expires: string;

  /**
   * Metadata of the objects. The AuthorizationPolicy that allows is called by its name, the other ones `NAME-deny` and `NAME-mtls`.
   *
   * @default - names come from the construct path
   */
  readonly metadata?: ApiObjectMetadata;
}

const PROPS: InputStruct<PlaintextExceptionProps> = {
  name: 'PlaintextExceptionProps',
  members: {
    workload: 'needed', operations: 'value', wholeWorkload: 'flag', fromNetworks: 'needed', reason: 'needed', owner: 'needed', expires: 'needed', metadata: 'value',
  },
};

/**
 * Clients outside the mesh may call operations of a workload in plaintext, from some networks and until some day.
 *
 * Renders at the pods a PeerAuthentication with the mode of the workload written out, STRICT with PERMISSIVE for the ports of the operations, or PERMISSIVE for the whole workload;
 * an AuthorizationPolicy that allows the operations to peers of the networks that have no identity; and one that denies all other plaintext, whatever other
 * policies allow to anyone. Whoever has an identity still needs an access of its own. As soon as a workload has one, everything that nothing states is denied.
 *
 * A ZeroTrustNamespace or ZeroTrustMesh around it goes on to refuse all plaintext that it does not open.
 *
 * Refuses, when the app is synthesized, an exception that has expired, a second one for the same pods (Istio takes one PeerAuthentication, the oldest), one that
 * a JwtProtectedApi or an AccessGuardrail forbids, other workloads behind the same labels, and objects of it that did not stay as they were made.
 *
 * @see https://istio.io/latest/docs/tasks/security/authentication/authn-policy/#enable-mutual-tls-per-workload
 * @example
 * declare const api: kplus.Deployment;
 *
 * new ZeroTrustMesh(this, 'mesh', { asOf: '2026-11-01' });
 * new PlaintextException(this, 'legacy-scraper', {
 *   workload: Workload.of(api),
 *   operations: [Operation.get('/metrics')],
 *   fromNetworks: ['10.20.0.0/16'],
 *   reason: 'the old Prometheus runs on machines',
 *   owner: 'observability@example.com',
 *   expires: '2027-03-31',
 * });
 */
@namedInErrors
export class PlaintextException extends Construct {
  private readonly stated: Stated;

  public constructor(scope: Construct, id: string, props: PlaintextExceptionProps) {
    super(scope, id);
    const stated = this.stated = statedBy(taken('PlaintextException', PROPS, props));
    const { workload, metadata, operations, networks, reason, owner, expires } = stated;
    const read = (world: World): PlaintextIntent => ({ kind: 'plaintext', ...placeOf(workload, world), operations, networks });
    const namespace = workload._namespace();
    const opens = { namespace, reasons: [reason, ...workload._reasons()], annotations: { [OWNER]: () => owner, [EXPIRES]: () => expires } };
    state(this, {
      opens: 'plaintext',
      read,
      check: world => [
        ...checkExpiry('expires', expires, world.asOf),
        ...checkSameCluster([], [workload], world),
        ...checkTarget(workload._facts(), world),
        ...checkPods(workload, world),
        ...checkException(read(world), world),
      ],
    }, { metadata }, [
      // closed before it is opened, however an app is applied
      { role: 'plaintext-deny', id: 'deny', kind: 'AuthorizationPolicy', namespace },
      { role: 'exception', id: 'Resource', kind: 'AuthorizationPolicy', ...opens },
      { role: 'mtls', id: 'mtls', kind: 'PeerAuthentication', ...opens },
    ]);
  }

  /** What it opens, as text for tables and messages: `plaintext from 10.20.0.0/16 may call Deployment shop/api: GET /metrics, until 2027-03-31`. */
  public describePlaintextException(): string {
    const { workload, operations, networks, expires } = this.stated;
    const what = operations.length === 0 ? 'everything' : operations.map(operationText).join('; ');
    return `plaintext from ${networks.join(', ')} may call ${workload.describeWorkload()}: ${what}, until ${expires}`;
  }
}

const OWNER = 'cdk8s-zero-trust/owner';
const EXPIRES = 'cdk8s-zero-trust/expires';

interface Stated {
  readonly workload: Workload;
  /** Empty for all of the workload. */
  readonly operations: readonly OperationData[];
  readonly networks: readonly string[];
  readonly reason: string;
  readonly owner: string;
  readonly expires: string;
  readonly metadata?: ApiObjectMetadata;
}

function statedBy(props: PlaintextExceptionProps): Stated {
  return {
    workload: instanceOf('workload', props.workload, Workload, 'write Workload.of(…) around the construct'),
    operations: operationsOf(props),
    networks: networksOf(props.fromNetworks),
    reason: reasonOf('PlaintextException', props.reason),
    owner: text('owner', props.owner, 'name who answers for it, such as a team'),
    expires: calendarDay('expires', props.expires),
    metadata: props.metadata,
  };
}

/** Everything is asked for by name, not by leaving something out. */
function operationsOf({ operations, wholeWorkload = false }: PlaintextExceptionProps): readonly OperationData[] {
  if (!wholeWorkload) {
    return instancesOf('operations', operations, Operation, 'name what may be called, as in [Operation.get(\'/metrics\')] or [Operation.tcp(9090)]; everything must be asked for by wholeWorkload: true')
      .map(({ _data }) => _data);
  }
  if (operations === undefined) { return []; }
  throw new Error('operations must not come with wholeWorkload, which covers them; leave one of them out');
}

function networksOf(given: readonly string[] | undefined): readonly string[] {
  return addressBlocks('fromNetworks', given, { example: NETWORKS, cure: 'name the networks that the clients are in' });
}

const NETWORKS = "name where the clients are, as in ['10.20.0.0/16']";
