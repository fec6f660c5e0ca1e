import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { Principal } from './principal';
import { Condition } from '../intent/condition';
import { AccessIntent } from '../intent/intent';
import { Operation } from '../intent/operation';
import { atLeastOne, noneUndefined } from '../util/given';
import { callersOf } from './private/callers';
import { callersNamed, checkGuarded, checkTarget, checkTokens } from './private/checks';
import { state } from './private/state';
import { Workload } from './workload';

/** Props of a ServiceAccess. */
export interface ServiceAccessProps {
  /** Who may call; at least one. Any of them may. */
  readonly from: Principal[];

  /** The workload that is called. */
  readonly to: Workload;

  /** What may be called; at least one. Any of them may. */
  readonly operations: Operation[];

  /**
   * What must hold besides; all of it.
   *
   * @default - nothing more
   */
  readonly conditions?: Condition[];

  /**
   * Metadata of the AuthorizationPolicy. Its namespace is that of the workload.
   *
   * @default - the name comes from the construct path
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * Callers may use operations of a workload.
 *
 * Renders one ALLOW AuthorizationPolicy in the namespace of the workload: at its pods, or at the waypoint for its Services where the namespace has
 * one. As soon as a workload has one, everything that no access states is denied.
 *
 * Refuses, when the app is synthesized, what would not be enforced as stated: HTTP operations on a TCP or undeclared port, ports of a Service in
 * place of those of the workload, HTTP in an ambient namespace without waypoint, workloads outside the mesh.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 * @example
 * declare const web: kplus.Deployment;
 * declare const api: kplus.Deployment;
 *
 * new ServiceAccess(this, 'web-to-api', {
 *   from: [Principal.workload(web)],
 *   to: Workload.of(api),
 *   operations: [Operation.http({ methods: ['GET', 'POST'], paths: ['/api/*'] })],
 * });
 */
export class ServiceAccess extends Construct {
  /** The AuthorizationPolicy. */
  public readonly apiObject: ApiObject;

  public constructor(scope: Construct, id: string, props: ServiceAccessProps) {
    super(scope, id);
    noneUndefined('ServiceAccess', props);
    const callers = callersOf('from', props.from);
    const operations = atLeastOne('operations', props.operations, "name what may be called, as in [Operation.get('/api/*')]").map(operation => operation._data);
    const conditions = (props.conditions === undefined ? [] : atLeastOne('conditions', props.conditions, 'leave them out if nothing more must hold'))
      .map(condition => condition._data);
    const read = (world: Parameters<Parameters<typeof state>[1]['read']>[0]): AccessIntent => {
      const target = props.to._facts();
      const namespace = world.namespace(target.namespace);
      return {
        kind: 'access',
        mesh: world.mesh,
        target,
        namespace,
        sidecarNamespaces: world.sidecarNamespaces,
        callers: callersNamed('from', callers),
        operations,
        conditions,
      };
    };
    [this.apiObject] = state(this, {
      read,
      check: world => [
        ...checkTarget(props.to._facts(), world),
        ...checkTokens(conditions, props.to._facts(), world),
        ...checkGuarded(operations, props.to._facts(), world),
      ],
      objects: [{ role: 'policy', id: 'Resource', kind: 'AuthorizationPolicy', namespace: props.to._namespace() }],
      metadata: props.metadata,
      reasons: [...callers.flatMap(caller => caller._reasons()), ...props.to._reasons()],
    });
  }

  /** The name of the AuthorizationPolicy. */
  public get name(): string { return this.apiObject.name; }
}
