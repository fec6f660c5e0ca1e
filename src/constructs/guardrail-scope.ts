import { World } from './private/index/world';
import { Workload } from './workload';
import { ZeroTrustMesh } from './zero-trust-mesh';
import { NamespaceFacts, WaypointFacts } from '../intent/mesh';
import { WorkloadFacts } from '../intent/workload';
import { noFurther } from '../util/arguments';
import { instanceOf, namespaceName } from '../util/given';
import { readTogether } from '../util/together';

/** What is guarded; none of these in the mesh but its waypoints. */
interface Guarded { readonly target?: WorkloadFacts; readonly namespace?: NamespaceFacts; readonly waypoints?: readonly WaypointFacts[] }

/** What a guardrail holds for. */
export class GuardrailScope {
  /**
   * One workload, by whatever way it is called.
   *
   * @param workload the workload; with all of its Services
   */
  public static workload(workload: Workload): GuardrailScope {
    noFurther('GuardrailScope.workload', arguments, 1, 'state a guardrail for each workload');
    instanceOf('workload', workload, Workload, 'write Workload.of(…) around the construct');
    if (workload._isOneService) {
      throw new Error("workload must be all of the workload, got one by 'service'; a guardrail holds by whatever Service it is called: leave that out");
    }
    return new GuardrailScope(workload._namespace(), workload);
  }

  /**
   * All workloads of a namespace, also those that are added later.
   *
   * @param name the namespace
   */
  public static namespace(name: string): GuardrailScope {
    noFurther('GuardrailScope.namespace', arguments, 1, 'state a guardrail for each namespace');
    return new GuardrailScope(namespaceName('name', name));
  }

  /**
   * All workloads of the mesh.
   *
   * @param mesh the mesh, whose STRICT mutual TLS the guardrail needs; one that `exists` makes none
   */
  public static mesh(mesh: ZeroTrustMesh): GuardrailScope {
    noFurther('GuardrailScope.mesh', arguments, 1, 'state one guardrail for the mesh');
    instanceOf('mesh', mesh, ZeroTrustMesh, 'pass the ZeroTrustMesh of the app');
    if (!mesh._isStrict) {
      throw new Error("mesh must be one that this app makes STRICT, got one that 'exists'; a guardrail for all of it belongs where the mesh is stated: name namespaces, or move it there");
    }
    return new GuardrailScope(mesh._facts.rootNamespace, undefined, mesh);
  }

  /**
   * Where its policies are.
   *
   * @internal
   */
  public readonly _namespace: string;

  /** @internal */
  public readonly _workload?: Workload;

  /** @internal */
  public readonly _mesh?: ZeroTrustMesh;

  private constructor(namespace: string, workload?: Workload, mesh?: ZeroTrustMesh) {
    this._namespace = namespace;
    this._workload = workload;
    this._mesh = mesh;
  }

  /** What it is, as text for tables and messages: `namespace shop`. */
  public describeGuardrailScope(): string {
    return this._workload?.describeWorkload() ?? (this._mesh ? 'the mesh' : `namespace ${this._namespace}`);
  }

  /**
   * What is guarded, when the app is complete.
   *
   * @internal
   */
  public _read(world: World): Guarded {
    if (this._mesh) { return { waypoints: [...world.waypoints.values()] }; }
    const { _workload: workload } = this;
    const [target, namespace] = readTogether(() => workload?._facts(), () => world.namespace(this._namespace));
    return { target, namespace: target ? world.placeOf(target) : namespace };
  }
}
