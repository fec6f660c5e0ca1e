import type { IConstruct } from 'constructs';
import { sendersOf } from './clients/sender';
import { ConstructNames } from './construct-names';
import { Evaluator } from './evaluator';
import { decideInDoubt, Doubtful } from './in-doubt';
import { Passage, PolicyWorld } from './policy-world';
import { Mesh, MeshSettings, resolveMesh } from './request/mesh-settings';
import { AccessRequest } from './request/request';
import { checkRequest } from './request/request-check';
import { checkSettings } from './request/settings-check';
import { constructObjectsOf, elsewhereOf, manifestsOf, meshSettingsOf } from './resources/construct-tree';
import { describe, Doubt, Variant } from './resources/doubt';
import { Inventory, Replaced } from './resources/inventory';
import { ManifestProblem } from './resources/manifest-problem';
import { takeManifests } from './resources/manifest-reader';
import { meshSettingsIn, together } from './resources/mesh-config';
import { AuthorizationResponse } from './response';
import { isAddressed, mayConcern } from './way/concern';
import { Documents, readDocuments } from '../istio/documents';
import { kept } from '../util/kept';
import { quoted } from '../util/text';

/**
 * What a set of manifests means: who may reach what, decided as Istio, Envoy and ztunnel decide it.
 *
 * Reads any Istio YAML. Workloads, Services, namespaces and gateways are read from the same manifests.
 */
export class PolicySet {
  /**
   * Reads YAML documents.
   *
   * Settings that are not given are read from the MeshConfig in the manifests (a ConfigMap `istio`, an IstioOperator, or Helm's values for istiod),
   * else Istio's defaults hold.
   */
  static fromYaml(text: string, settings?: MeshSettings): PolicySet {
    if (typeof text !== 'string') throw new Error(`text must be YAML as a text, got ${quoted(text)}; pass what a file holds`);
    return PolicySet.read(readDocuments(text), settings);
  }

  /**
   * Takes Kubernetes objects.
   *
   * Settings that are not given are read from the MeshConfig in the manifests (a ConfigMap `istio`, an IstioOperator, or Helm's values for istiod),
   * else Istio's defaults hold.
   */
  static fromManifests(manifests: any[], settings?: MeshSettings): PolicySet {
    if (!Array.isArray(manifests)) throw new Error(`manifests must be a list of objects, got ${quoted(manifests)}; pass what a chart renders, or use fromYaml`);
    return PolicySet.read(takeManifests(manifests), settings);
  }

  /**
   * Takes what an app or a chart renders, validated as `synth` does it. What it says that something else makes is taken to be there as it says, unless it renders that itself: an existing waypoint, an existing
   * gateway, the pods of a gateway.
   *
   * Requests may name its workloads, Services and gateways by their constructs, too: by the end of a construct path, such as `api` or `shop/api`, that only one
   * object in the namespace has. Names of Kubernetes come first.
   *
   * @param app an App, or one Chart of it; the mesh settings come from the ZeroTrustMesh of the whole app. Of an app of several clusters the construct to which
   *   a ZeroTrustMesh applies, or a chart below it; they come from that
   * @param settings in place of what the ZeroTrustMesh says, setting by setting
   * @throws where the app has mistakes, as `synth` does, and where it holds several clusters
   */
  static fromApp(app: IConstruct, settings: MeshSettings = {}): PolicySet {
    checkSettings(settings);
    return PolicySet._ofConstructs(manifestsOf(app), app.node.findAll(), { ...meshSettingsOf(app), ...settings });
  }

  /**
   * Takes what some constructs of an app render.
   *
   * @internal
   */
  static _ofConstructs(manifests: unknown[], constructs: readonly IConstruct[], settings: MeshSettings): PolicySet {
    const set = PolicySet.read(takeManifests(manifests), settings, new Inventory(takeManifests(elsewhereOf(constructs))));
    set.names = new ConstructNames(constructObjectsOf(constructs), set.inventory);
    return set;
  }

  private static read(manifests: Documents, settings: MeshSettings = {}, elsewhere?: Inventory): PolicySet {
    checkSettings(settings);
    const inventory = new Inventory(manifests);
    const read = meshSettingsIn(inventory, settings);
    return new PolicySet(elsewhere ? inventory.beside(elsewhere) : inventory, read, settings, false, elsewhere);
  }

  private readonly mesh: Mesh;
  private readonly evaluator: Evaluator;
  /** The names of constructs, of an app. */
  private names?: ConstructNames;
  private withoutNetwork?: PolicySet;
  /** What these manifests are with one thing in doubt settled, each made when it is first asked for. */
  private readonly settled = new Map<Variant, PolicySet>();
  private readonly doubtful: Doubtful = {
    doubtAbout: request => this.doubtAbout(request),
    decide: request => this.evaluator.decide(request),
    settled: (doubt, variant) => this.settle(doubt, variant).doubtful,
  };

  /**
   * @param given the settings that were handed in, as opposed to those of the manifests
   * @param isOfMesh whether what the network keeps out is left out
   * @param elsewhere what constructs say that something else makes
   */
  private constructor(
    private readonly inventory: Inventory,
    private readonly settings: MeshSettings,
    private readonly given: MeshSettings = {},
    private readonly isOfMesh = false,
    private readonly elsewhere?: Inventory,
  ) {
    this.mesh = resolveMesh(settings);
    this.evaluator = new Evaluator(inventory, this.mesh, isOfMesh);
  }

  /**
   * What could not be read as it was meant: documents, and fields of objects.
   *
   * Where such an object may count, a request that passes everything that could be read is UNDECIDED, never allowed.
   */
  get problems(): ManifestProblem[] {
    return [...this.inventory.problems];
  }

  /** How many objects there are of kinds that say nothing about access, by API version and kind, such as `v1 Secret`. */
  get ignoredKinds(): { [kind: string]: number } {
    return Object.fromEntries(this.inventory.ignored);
  }

  /**
   * Decides whether a request, or a connection, is let through by every proxy on its way.
   *
   * @throws where the request names what the manifests do not have, or contradicts itself
   */
  isAuthorized(request: AccessRequest): AuthorizationResponse {
    checkRequest(request);
    const named = this.names ? this.names.resolved(request) : request;
    return this.doubts.length === 0 ? this.evaluator.decide(named) : decideInDoubt(this.doubtful, named);
  }

  /**
   * The ways of a request of a client that is known by its identity, with what the proxies on each do; nothing that is in doubt is settled.
   *
   * @internal
   */
  _passages(request: AccessRequest): Passage[] { return this.evaluator.passages(request); }

  /**
   * The first thing in doubt that a request may hang on.
   *
   * @internal
   */
  _doubtAbout(request: AccessRequest): string | undefined {
    const doubt = this.doubtAbout(request);
    return doubt && describe(doubt.problem);
  }

  /** @internal */
  get _world(): PolicyWorld {
    const { inventory, mesh, settings } = this;
    return { inventory, mesh, settings };
  }

  /**
   * The same manifests as another state of a mesh: what was said of it, and of what something else makes in it, holds here, too, where neither these manifests nor their settings say something else.
   *
   * @internal
   */
  _inMeshOf({ given, elsewhere }: PolicySet): PolicySet {
    return new PolicySet(elsewhere ? this.inventory.beside(elsewhere) : this.inventory, together(given, this.settings), this.given, this.isOfMesh);
  }

  /**
   * The same manifests, but for some objects, in the mesh of these or of others.
   *
   * @internal
   */
  _with(replaced: readonly Replaced[], { settings, given }: PolicySet): PolicySet {
    return new PolicySet(this.inventory.replacing(replaced), settings, given, this.isOfMesh);
  }

  /**
   * The same manifests in a network that lets everything pass: what the mesh answers by itself.
   *
   * @internal
   */
  get _ofMesh(): PolicySet {
    if (!this.evaluator.hasNetwork) return this;
    return this.withoutNetwork ??= Object.assign(new PolicySet(this.inventory, this.settings, this.given, true), { names: this.names });
  }

  /**
   * Whether the network lets a request pass for certain, whatever the mesh answers.
   *
   * @internal
   */
  _passesNetwork(request: AccessRequest): boolean {
    checkRequest(request);
    return this.doubts.length === 0 && this.evaluator.passesNetwork(this.names ? this.names.resolved(request) : request);
  }

  /**
   * `NAMESPACE/NAME` of a workload or gateway of an app that is given by that, or by the name of its construct.
   *
   * @internal
   */
  _fullNameOf(prop: string, given: string): string { return this.names?.fullNameOf(prop, 'gateway', given) ?? given; }

  /**
   * Whether constructs say what the mesh is.
   *
   * @internal
   */
  get _isOfApp(): boolean { return this.names !== undefined; }

  /**
   * Why a workload of the manifests, `NAMESPACE/NAME`, sends without an identity; undefined where it has one.
   *
   * @internal
   */
  _whyWithoutIdentity(workload: string): string | undefined {
    return sendersOf(this.inventory, this.mesh, { workload }).find(({ proxy }) => proxy === undefined)?.notes.join('; ');
  }

  private get doubts(): readonly Doubt[] {
    const { doubts } = this.inventory;
    return this.isOfMesh ? doubts.filter(({ kind }) => kind !== 'NetworkPolicy') : doubts;
  }

  /** What the request names comes first. */
  private doubtAbout(request: AccessRequest): Doubt | undefined {
    const { doubts } = this;
    const addressed = doubts.find(doubt => isAddressed(doubt, request));
    if (addressed || doubts.length === 0) return addressed;
    const met = this.evaluator.met(request);
    return doubts.find(doubt => mayConcern(doubt, met));
  }

  private settle(doubt: Doubt, variant: Variant): PolicySet {
    const settled = () => new PolicySet(this.inventory.settled(doubt, variant), variant.settings ?? this.settings, {}, this.isOfMesh);
    return kept(this.settled, variant, settled);
  }
}
