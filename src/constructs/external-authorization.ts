import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { ExtensionProvider } from './extension-provider';
import { AuthorizerProviderData } from '../intent/extension-provider';
import { ExternalAuthorizationIntent } from '../intent/external-authorization-intent';
import { Operation } from '../intent/operation';
import { HttpOperationData, isHttp, operationText } from '../intent/operation-data';
import { atLeastOne, instanceOf, instancesOf, portNumber } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';
import { authorizerOf, CUSTOM_POLICY } from './private/index/authorizers';
import { World } from './private/index/world';
import { checkAuthorizer } from './private/statements/authorizer-checks';
import { checkTarget, placeOf } from './private/statements/checks';
import { checkSameCluster } from './private/statements/clusters';
import { checkReach } from './private/statements/coverage';
import { contributeToMesh } from './private/statements/mesh-contribution';
import { namedInErrors } from './private/statements/named-in-errors';
import { state } from './private/statements/state';
import { Workload } from './workload';

/** Props of an ExternalAuthorization. */
export interface ExternalAuthorizationProps {
  /** What is sent to it waits for the authorizer. */
  readonly workload: Workload;

  /** The authorizer: `ExtensionProvider.extAuthzGrpc` or `ExtensionProvider.extAuthzHttp`. It is added to the settings of the mesh. */
  readonly provider: ExtensionProvider;

  /**
   * Ports at which it is asked, by the workload's own count. At those that are declared TCP it is asked about each connection, which only one over gRPC can be.
   *
   * @default - every port that is declared HTTP, but the metrics ports of the namespace
   */
  readonly ports?: number[];

  /**
   * HTTP operations on these ports that pass without being asked, as health checks do. Rendered as `notPaths`, `notMethods` and `notHosts`, so that any other spelling is asked about.
   *
   * @default - it is asked about everything
   */
  readonly unaskedOperations?: Operation[];

  /**
   * Metadata of the AuthorizationPolicy. Its namespace is that of the workload.
   *
   * @default - the name comes from the construct path
   */
  readonly metadata?: ApiObjectMetadata;
}

const PROPS: InputStruct<ExternalAuthorizationProps> = {
  name: 'ExternalAuthorizationProps',
  members: { workload: 'needed', provider: 'needed', ports: 'value', unaskedOperations: 'value', metadata: 'value' },
};

/**
 * What is sent to a workload passes only where an external authorizer agrees. It decides nothing alone: who may call says a ServiceAccess or a JwtProtectedApi, and both must let pass.
 *
 * Renders one CUSTOM AuthorizationPolicy: at the pods, or at the waypoint for its Services where the namespace has one. It is written by negation and always with ports, and its provider is
 * added to the settings of the mesh. In ambient the namespace must have a waypoint, as ztunnel asks nobody.
 *
 * The authorizer is asked before tokens are verified and before callers are looked at: it must verify tokens itself. It is not asked at other ports, which must be closed by a default deny. One over HTTP is asked about
 * requests only, one over gRPC also about the connections of TCP ports.
 *
 * Refuses a second authorizer for a workload, an authorizer that would be asked about itself, and one of the app that does not let in whoever asks.
 *
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-custom/
 * @example
 * declare const api: kplus.Deployment;
 *
 * new ExternalAuthorization(this, 'api-authz', {
 *   workload: Workload.of(api),
 *   provider: ExtensionProvider.extAuthzGrpc({ name: 'opa', service: 'opa.authz.svc.cluster.local', port: 9191 }),
 *   unaskedOperations: [Operation.get('/healthz')],
 * });
 */
@namedInErrors
export class ExternalAuthorization extends Construct {
  private readonly stated: Stated;
  private readonly workload: Workload;

  public constructor(scope: Construct, id: string, props: ExternalAuthorizationProps) {
    super(scope, id);
    const given = taken('ExternalAuthorization', PROPS, props);
    const workload = this.workload = instanceOf('workload', given.workload, Workload, 'write Workload.of(…) around the construct');
    const stated = this.stated = statedBy(given);
    const read = (world: World): ExternalAuthorizationIntent => ({
      kind: 'external-authorization', ...placeOf(workload, world), ...stated, authorizer: authorizerOf(stated.provider, world),
    });
    contributeToMesh(this, { extensionProviders: [stated.provider] });
    state(this, {
      read,
      check: world => [
        ...checkSameCluster([], [workload], world),
        ...checkTarget(workload._facts(), world),
        ...checkReach(workload, world),
        ...checkAuthorizer(read(world), this, world),
      ],
    }, { metadata: given.metadata }, [
      { role: CUSTOM_POLICY, id: 'Resource', kind: 'AuthorizationPolicy', namespace: workload._namespace(), reasons: workload._reasons() },
    ]);
  }

  /** Who is asked about what, as text for tables and messages: `Deployment shop/api waits for opa, but for GET /healthz`. */
  public describeExternalAuthorization(): string {
    const { provider, ports, unaskedOperations } = this.stated;
    const where = ports.length === 0 ? '' : ` on port ${ports.join(', ')}`;
    const open = unaskedOperations.length === 0 ? '' : `, but for ${unaskedOperations.map(operationText).join('; ')}`;
    return `${this.workload.describeWorkload()} waits for ${provider.name}${where}${open}`;
  }
}

type Stated = Pick<ExternalAuthorizationIntent, 'provider' | 'ports' | 'unaskedOperations'>;

function statedBy({ provider, ports, unaskedOperations }: ExternalAuthorizationProps): Stated {
  return {
    provider: authorizer(instanceOf('provider', provider, ExtensionProvider, 'name it by ExtensionProvider.extAuthzGrpc or ExtensionProvider.extAuthzHttp')),
    ports: ports === undefined ? [] : atLeastOne('ports', ports, 'name the ports at which it is asked, or leave the list out').map((port, i) => portNumber(`ports[${i}]`, port)),
    unaskedOperations: unaskedOperations === undefined ? []
      : instancesOf('unaskedOperations', unaskedOperations, Operation, "name what passes without being asked, as in [Operation.get('/healthz')], or leave it out").map(unasked),
  };
}

function authorizer({ _data: data }: ExtensionProvider): AuthorizerProviderData {
  if (data.kind === 'accessLog') { throw new Error(`provider must be an authorizer, got access log ${quoted(data.name)}; name it by ExtensionProvider.extAuthzGrpc or ExtensionProvider.extAuthzHttp`); }
  return data;
}

/** Clients choose the host that they send: what is told by it alone, everybody may leave unasked. */
function unasked({ _data: operation }: Operation, i: number): HttpOperationData {
  if (!isHttp(operation)) { throw new Error(`unaskedOperations[${i}] must be an HTTP operation, got Operation.tcp(${operation.port}); name by 'ports' where the authorizer is asked, and leave that port out`); }
  const isAny = [operation.methods, operation.paths].every(patterns => patterns.includes('*'));
  if (isAny && operation.hosts.length > 0) {
    throw new Error(`unaskedOperations[${i}] must name methods or paths, got ${operationText(operation)}, a host that any client may send; name what passes without being asked`);
  }
  return operation;
}
