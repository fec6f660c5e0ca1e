import { IConstruct } from 'constructs';
import { Problem } from './complaint';
import { Declarations, declarationsOf, JwtDeclaration, NamespaceDeclaration } from './declarations';
import { currentTree, Tree } from './tree';
import { DataPlane, DEFAULT_MESH, MeshFacts, NamespaceFacts } from '../../../intent/mesh';
import { Labels, PodFacts, WorkloadFacts } from '../../../intent/workload';
import { unique } from '../../../util/text';

/** A workload with what a look at its probes needs. */
export interface ProbedWorkload { readonly path: string; readonly pod: PodFacts }

/** The app as intents see it: one per generation of the tree, so that nothing is worked out twice, however often cdk8s validates. */
export class World {
  /** The world as of the last validation. */
  public static of(root: IConstruct): World {
    const tree = currentTree(root);
    let world = World.worlds.get(tree);
    if (!world) { World.worlds.set(tree, world = new World(tree)); }
    return world;
  }

  private static readonly worlds = new WeakMap<Tree, World>();

  public readonly declarations: Declarations;
  private readonly ofWorkloads = new Map<WorkloadFacts, readonly Problem[]>();
  private readonly namespaces = new Map<string, NamespaceFacts>();
  private readonly accounts = new Map<string, readonly string[]>();
  private jwtApis?: ReadonlyMap<string, readonly JwtDeclaration[]>;
  private knownSidecars?: ReadonlySet<string>;

  private constructor(public readonly tree: Tree) {
    this.declarations = declarationsOf(tree.constructs);
  }

  public get mesh(): MeshFacts { return this.declarations.meshes[0]?.mesh ?? DEFAULT_MESH; }

  /** What holds in a namespace: as its ZeroTrustNamespace declares, else as its labels say, else as the mesh does. */
  public namespace(name: string): NamespaceFacts {
    let facts = this.namespaces.get(name);
    if (!facts) { this.namespaces.set(name, facts = this.readNamespace(name)); }
    return facts;
  }

  /** How a namespace takes part in the mesh, also where its metrics readers cannot be read. */
  public dataPlane(name: string): DataPlane {
    const declared = this.declarationOf(name);
    return declared ? this.dataPlaneOf(declared) : this.namespace(name).dataPlane;
  }

  /** What is found out about a workload, whoever asks how often. */
  public onceFor(workload: WorkloadFacts, find: () => readonly Problem[]): readonly Problem[] {
    let found = this.ofWorkloads.get(workload);
    if (!found) { this.ofWorkloads.set(workload, found = find()); }
    return found;
  }

  /** Whether a ZeroTrustNamespace is for the namespace. */
  public declares(name: string): boolean { return this.declarationOf(name) !== undefined; }

  /** Namespaces of which the app says that their pods have sidecars. */
  public get sidecarNamespaces(): ReadonlySet<string> {
    return this.knownSidecars ??= new Set([
      ...this.declarations.namespaces.filter(declared => this.dataPlaneOf(declared) === DataPlane.SIDECAR).map(({ name }) => name),
      ...this.tree.namespaces.filter(({ labels }) => isInjected(labels)).map(({ name }) => name),
    ]);
  }

  /** Gateways that the app itself contains, as messages show them. */
  public get gatewaysFound(): string[] {
    const managed = this.tree.gateways.filter(({ className }) => !className?.includes('waypoint')).map(({ path }) => path);
    const classic = this.tree.workloads
      .filter(workload => isGateway(this.tree.workload(workload).pod))
      .map(workload => workload.node.path);
    return [...managed, ...classic];
  }

  /** Workloads of the app in a namespace, as far as they can be read by themselves. */
  public workloadsIn(namespace: string): readonly ProbedWorkload[] {
    return this.tree.workloads.filter(workload => workload.metadata.namespace === namespace)
      .map(workload => ({ path: workload.node.path, pod: this.tree.workload(workload).pod }));
  }

  /** Service accounts of a namespace that the app knows: those that its workloads run as, those that it makes, and those of its Gateways. None where it has no workloads there. */
  public accountsIn(namespace: string): readonly string[] {
    let accounts = this.accounts.get(namespace);
    if (!accounts) { this.accounts.set(namespace, accounts = this.readAccounts(namespace)); }
    return accounts;
  }

  /** The JWT APIs at these pods. */
  public jwtApisOf(target: string): readonly JwtDeclaration[] {
    this.jwtApis ??= apisByTarget(this.declarations);
    return this.jwtApis.get(target) ?? [];
  }

  private readAccounts(namespace: string): readonly string[] {
    const workloads = this.tree.workloads.filter(workload => workload.metadata.namespace === namespace);
    if (workloads.length === 0) { return []; }
    const gateways = this.tree.gateways.filter(gateway => gateway.namespace === namespace);
    const waypoints = this.declarations.namespaces.flatMap(({ waypoint }) => waypoint?.namespace === namespace ? [waypoint.name] : []);
    return unique([
      ...workloads.map(workload => this.tree.workload(workload).serviceAccount),
      ...this.tree.objectsIn(namespace, 'core/ServiceAccount').map(({ name }) => name),
      ...gateways.flatMap(({ name, className }) => [name, `${name}-${className}`]),
      ...waypoints,
    ]);
  }

  private readNamespace(name: string): NamespaceFacts {
    const declared = this.declarationOf(name);
    if (declared) {
      const { waypoint, metrics } = declared;
      return { name, dataPlane: this.dataPlaneOf(declared), waypoint, metrics: metrics && { ...metrics, readers: metrics.readers() } };
    }
    const labels = this.tree.namespace(name)?.labels ?? {};
    const waypoint = labels['istio.io/use-waypoint'];
    if (waypoint !== undefined && waypoint !== 'none') {
      throw new Error(`namespace '${name}' is labelled istio.io/use-waypoint: ${waypoint}, but nothing keeps callers from going round it; `
        + `declare it on a ZeroTrustNamespace: new ZeroTrustNamespace(…, { namespace, waypoint: Waypoint.existing('${labels['istio.io/use-waypoint-namespace'] ?? name}', '${waypoint}') })`);
    }
    if (labels['istio.io/dataplane-mode'] === 'ambient') { return { name, dataPlane: DataPlane.AMBIENT }; }
    return { name, dataPlane: isInjected(labels) ? DataPlane.SIDECAR : this.mesh.dataPlane };
  }

  private declarationOf(namespace: string): NamespaceDeclaration | undefined {
    return this.declarations.namespaces.find(({ name }) => name === namespace);
  }

  private dataPlaneOf(declared: NamespaceDeclaration): DataPlane { return declared.dataPlane ?? this.mesh.dataPlane; }
}

/** Injection needs one of the labels, and no other that forbids it. */
export function isInjected(labels: Labels): boolean {
  return labels['istio-injection'] === 'enabled'
    || (labels['istio.io/rev'] !== undefined && labels['istio-injection'] !== 'disabled' && labels['istio.io/dataplane-mode'] !== 'ambient');
}

/** A gateway whose pods are injected, as Istio's charts make them, or of the older ones that carry its label. */
export function isGateway({ labels, annotations }: PodFacts): boolean {
  return annotations['inject.istio.io/templates'] === 'gateway' || ['ingressgateway', 'egressgateway'].includes(labels.istio);
}

function apisByTarget({ jwtApis }: Declarations): Map<string, JwtDeclaration[]> {
  const apis = new Map<string, JwtDeclaration[]>();
  for (const api of jwtApis) {
    const key = api.target();
    if (key === undefined) { continue; }
    apis.set(key, [...(apis.get(key) ?? []), api]);
  }
  return apis;
}
