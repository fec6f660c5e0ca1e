import { IConstruct } from 'constructs';
import { AppWorkload, AppWorkloads } from './app-workloads';
import { treeOf } from './clusters';
import { Problem } from './complaint';
import { Declarations, declarationsOf, MeshDeclaration, MigrationDeclaration, NamespaceDeclaration } from './declarations';
import { contributorsAmong, MeshContributor } from './mesh-contributions';
import { AllOtherPods } from './other-pods';
import { Tree } from './tree';
import { MergedMeshConfig, mergedMeshConfig } from '../../../intent/merged-mesh-config';
import { DataPlane, DEFAULT_MESH, MeshFacts, NamespaceFacts, WaypointFacts, waypointsOf } from '../../../intent/mesh';
import { MeshConfigOutput } from '../../../intent/mesh-config';
import { NetworkTwins } from '../../../intent/network-intent';
import { selects } from '../../../intent/ports';
import { Labels, PodFacts, WorkloadFacts } from '../../../intent/workload';
import { TEMPLATES } from '../../../policy/workloads/label-names';
import { kept } from '../../../util/kept';
import { commaSeparated, unique } from '../../../util/text';

/** The cluster as intents see it, which is the app unless meshes apply to parts of it: one per generation of the tree, so that nothing is worked out twice, however often cdk8s validates. */
export class World {
  /** The world that a construct is of, as of the last validation. */
  public static of(construct: IConstruct): World {
    const tree = treeOf(construct);
    return kept(World.worlds, tree, () => new World(tree));
  }

  private static readonly worlds = new WeakMap<Tree, World>();

  public readonly declarations: Declarations;
  public readonly workloads: AppWorkloads;
  /** What runs beside them, and cannot be read as they are. */
  public readonly otherPods: AllOtherPods;
  /** Who states settings of the mesh. */
  public readonly contributors: readonly MeshContributor[];
  /** What they state together. */
  public readonly mergedMeshConfig: MergedMeshConfig;
  private readonly ofWorkloads = new Map<WorkloadFacts, readonly Problem[]>();
  private readonly namespaces = new Map<string, NamespaceFacts>();
  private readonly places = new Map<WorkloadFacts, NamespaceFacts>();
  private readonly accounts = new Map<string, readonly string[]>();
  private knownWaypoints?: ReadonlyMap<string, WaypointFacts>;

  private constructor(public readonly tree: Tree) {
    this.declarations = declarationsOf(tree.constructs);
    this.workloads = new AppWorkloads(tree);
    this.otherPods = new AllOtherPods(tree);
    this.contributors = contributorsAmong(tree.constructs);
    this.mergedMeshConfig = mergedMeshConfig(this.contributors);
  }

  public get mesh(): MeshFacts { return this.declared?.mesh ?? DEFAULT_MESH; }

  /** The day by which it is judged what has expired, if one is stated. */
  public get asOf(): string | undefined { return this.declared?.asOf; }

  /** Where the settings of the mesh are rendered, if they are. */
  public get settingsOutput(): MeshConfigOutput | undefined { return this.declared?.output; }

  /** What holds in a namespace: as its ZeroTrustNamespace declares, else as its labels say, else as the mesh does. */
  public namespace(name: string): NamespaceFacts {
    return kept(this.namespaces, name, () => this.readNamespace(name));
  }

  /** What holds where a workload is: as in its namespace, but for the waypoint, which may be one of its own Services. */
  public placeOf(target: WorkloadFacts): NamespaceFacts {
    return kept(this.places, target, () => this.readPlace(target));
  }

  /** How a namespace takes part in the mesh, also where its metrics readers cannot be read. */
  public dataPlane(name: string): DataPlane {
    const declared = this.declarationOf(name);
    return declared ? this.dataPlaneOf(declared) : this.labelledPlane(name);
  }

  /** Which NetworkPolicies a namespace has, as its ZeroTrustNamespace says, else as the mesh does; undefined for none. */
  public networkTwins(name: string): NetworkTwins | undefined {
    const declared = this.declarationOf(name);
    return declared && (declared.networks ?? this.declared?.networks)?.twins;
  }

  /** What is found out about a workload, whoever asks how often. */
  public onceFor(workload: WorkloadFacts, find: () => readonly Problem[]): readonly Problem[] {
    return kept(this.ofWorkloads, workload, find);
  }

  /** Whether pods of a namespace are given sidecars, unless they say otherwise: as its ZeroTrustNamespace declares, else as its labels say. */
  public isInjected(name: string): boolean {
    return this.declares(name) ? this.dataPlane(name) === DataPlane.SIDECAR : isInjected(this.tree.namespace(name)?.labels ?? {});
  }

  /** Whether a ZeroTrustNamespace is for the namespace. */
  public declares(name: string): boolean { return this.declarationOf(name) !== undefined; }

  /** What is declared of a namespace on its way to STRICT mutual TLS, if it is on it. */
  public migrating(name: string): MigrationDeclaration | undefined { return this.declarations.migrations.find(migration => migration.name === name); }

  /** Gateways that the app itself contains, in one namespace or in all, as messages show them. */
  public gateways(namespace?: string): string[] {
    const isMeant = (other: { readonly namespace?: string }) => namespace === undefined || other.namespace === namespace;
    const managed = this.tree.gateways.filter(gateway => isMeant(gateway) && !gateway.className?.includes('waypoint')).map(({ path }) => path);
    const classic = this.workloads.all.filter(workload => isMeant(workload) && isGateway(workload.pod)).map(({ path }) => path);
    return [...managed, ...classic];
  }

  /** Gateways that the app contains and that no IngressGateway or EgressGateway is for, in one namespace or in all. */
  public gatewaysWithoutIngress(namespace?: string): string[] {
    const stated = new Set(this.declarations.ingresses.flatMap(({ path, namespace: of, name, workload }) => [
      `${path}/Resource`,
      ...workload ? [workload().path]
        : this.tree.gateways.filter(gateway => gateway.namespace === of && gateway.name === name).map(gateway => gateway.path),
    ]));
    return this.gateways(namespace).filter(path => !stated.has(path));
  }

  /** Gateways of a namespace: those that the app contains, and those that it says are there. */
  public allGateways(namespace: string): string[] {
    const declared = [...this.declarations.meshes, ...this.declarations.namespaces].flatMap(({ path, gateways }) =>
      gateways.some(gateway => gateway.namespace === namespace) ? [`publicGateways of ${path}`] : []);
    const ingresses = this.declarations.ingresses.filter(ingress => ingress.namespace === namespace).map(({ path }) => path);
    return unique([...this.gateways(namespace), ...declared, ...ingresses]);
  }

  /** Whether ambient namespaces, and so perhaps waypoints, are in the app. */
  public get hasAmbient(): boolean {
    const labelled = this.tree.namespaces.some(({ name, labels }) => labels['istio.io/dataplane-mode'] === 'ambient' && !this.declares(name));
    return labelled || [this.mesh.dataPlane, ...this.declarations.namespaces.map(declared => this.dataPlaneOf(declared))].includes(DataPlane.AMBIENT);
  }

  /** The other trust domains whose certificates the mesh accepts; undefined where the app does not say which are. */
  public get foreignTrustDomains(): readonly string[] | undefined {
    const { caCertificates = [] } = this.mergedMeshConfig.config;
    return caCertificates.length > 0 || this.settingsOutput ? caCertificates.flatMap(({ trustDomains }) => trustDomains) : undefined;
  }

  /** Whether the app makes its whole mesh STRICT. */
  public get isStrict(): boolean { return this.declared?.isStrict ?? false; }

  /** Whether the app denies in a whole namespace what nobody allows. */
  public deniesByDefault(namespace: string): boolean { return this.declares(namespace) || (this.declared?.deniesByDefault ?? false); }

  /** Whether the pods of a workload look like a gateway, of which it must be said whom it is for. */
  public isGateway({ pod }: AppWorkload): boolean { return isGateway(pod); }

  /** Whether a workload is said to be outside the mesh. */
  public isOutside({ namespace, path }: Pick<AppWorkload, 'namespace' | 'path'>): boolean {
    return (this.declarationOf(namespace) ?? this.migrating(namespace))?.outside?.().includes(path) ?? false;
  }

  /** The waypoints that ZeroTrustNamespaces declare, by the service account that their pods run as. */
  public get waypoints(): ReadonlyMap<string, WaypointFacts> {
    return this.knownWaypoints ??= new Map(this.declarations.namespaces.flatMap(waypointsOf).map(waypoint => this.seen(waypoint)).map(seen => [`${seen.namespace}/${seen.serviceAccount}`, seen]));
  }

  /** Service accounts of a namespace that the app knows: those that its workloads and other pods run as, those that it makes, and those of its Gateways. None where it has no workloads there. */
  public accountsIn(namespace: string): readonly string[] {
    return kept(this.accounts, namespace, () => this.readAccounts(namespace));
  }

  private get declared(): MeshDeclaration | undefined { return this.tree.borders.meshOf(this.tree.scope); }

  private readAccounts(namespace: string): readonly string[] {
    const running = [...this.workloads.in(namespace), ...this.otherPods.in(namespace)];
    // where controllers choose all accounts nobody knows which there are
    if (running.every(pods => 'isPart' in pods && pods.serviceAccount === undefined)) { return []; }
    const gateways = this.tree.gateways.filter(gateway => gateway.namespace === namespace);
    const waypoints = this.declarations.namespaces.flatMap(waypointsOf).filter(waypoint => waypoint.namespace === namespace).map(({ name }) => name);
    return unique([
      ...running.flatMap(({ serviceAccount }) => serviceAccount ?? []),
      ...this.tree.written('core/ServiceAccount').filter(one => one.namespace === namespace).map(({ name }) => name),
      ...gateways.flatMap(({ name, className }) => [name, `${name}-${className}`]),
      ...waypoints,
    ]);
  }

  private readNamespace(name: string): NamespaceFacts {
    const declared = this.declarationOf(name);
    if (declared) {
      const { waypoint, serviceWaypoints, metrics } = declared;
      return {
        name,
        dataPlane: this.dataPlaneOf(declared),
        waypoint: waypoint && this.seen(waypoint),
        ...serviceWaypoints ? { serviceWaypoints: serviceWaypoints.map(one => ({ services: one.services, waypoint: this.seen(one.waypoint) })) } : {},
        metrics: metrics && { ...metrics, readers: metrics.readers() },
        otherClusters: this.networkTwins(name)?.otherClusters,
      };
    }
    const labels = this.tree.namespace(name)?.labels ?? {};
    const waypoint = labels['istio.io/use-waypoint'];
    if (waypoint !== undefined && waypoint !== 'none') {
      throw new Error(`namespace '${name}' is labelled istio.io/use-waypoint: ${waypoint}, but nothing keeps callers from going round it; `
        + `declare it on a ZeroTrustNamespace: new ZeroTrustNamespace(…, { namespace, waypoint: Waypoint.existing('${labels['istio.io/use-waypoint-namespace'] ?? name}', '${waypoint}') })`);
    }
    return { name, dataPlane: this.labelledPlane(name) };
  }

  private readPlace(target: WorkloadFacts): NamespaceFacts {
    const namespace = this.namespace(target.namespace);
    const { serviceWaypoints, ...whole } = namespace;
    if (!serviceWaypoints) { return namespace; }
    const selecting = this.tree.servicesIn(target.namespace).filter(({ selector }) => selects(selector, target.podLabels));
    const names = [...target.services, ...selecting].map(({ name }) => name);
    const own = serviceWaypoints.find(({ services }) => names.some(name => services.includes(name)));
    return own ? { ...whole, waypoint: own.waypoint } : whole;
  }

  /** As the labels of a namespace say, else as the mesh does. */
  private labelledPlane(name: string): DataPlane {
    const labels = this.tree.namespace(name)?.labels ?? {};
    if (labels['istio.io/dataplane-mode'] === 'ambient') { return DataPlane.AMBIENT; }
    return isInjected(labels) ? DataPlane.SIDECAR : this.mesh.dataPlane;
  }

  /** A waypoint as pods see it: by the service account that its Gateway names, where the app has it. */
  private seen(waypoint: WaypointFacts): WaypointFacts {
    const gateway = this.tree.gateways.find(({ namespace, name }) => namespace === waypoint.namespace && name === waypoint.name);
    return { ...waypoint, serviceAccount: gateway?.annotations['gateway.istio.io/service-account'] ?? waypoint.name };
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
  return commaSeparated(annotations[TEMPLATES]).includes('gateway') || ['ingressgateway', 'egressgateway'].includes(labels.istio);
}
