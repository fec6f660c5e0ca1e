import type { IConstruct } from 'constructs';
import { Kind, kindOf } from './kinds';
import { enclosing } from '../../util/enclosing';
import { shown } from '../../util/given';
import { listed, quoted, unique } from '../../util/text';
import { MeshSettings } from '../request/mesh-settings';

/** A chart of cdk8s, told by the mark that every version of it leaves. */
interface Chart extends IConstruct {
  toJson(): unknown[];
}

/** An object of cdk8s, as far as it is named. */
interface ApiObject extends IConstruct {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly metadata: { readonly namespace?: string };
}

/** An object that an app renders, and the constructs that stand for it. */
export interface ConstructObject {
  readonly kind: Kind | undefined;
  readonly namespace: string;
  readonly name: string;
  /** Its own path first, then those of the constructs whose default child it is. */
  readonly paths: readonly string[];
}

const API_OBJECT = Symbol.for('cdk8s.ApiObject');
const CHART = Symbol.for('cdk8s.Chart');
const MESH_SETTINGS = Symbol.for('cdk8s-zero-trust.mesh-settings');
const ELSEWHERE = Symbol.for('cdk8s-zero-trust.elsewhere');

/** What an app or chart renders, through its charts as `synth` does it: validated first. */
export function manifestsOf(tree: IConstruct): unknown[] {
  if (Array.isArray(tree)) throw new Error(`app must be one App or Chart, got a list of ${tree.length}; pass the App that holds them`);
  if (typeof tree?.node?.findAll !== 'function') throw new Error(`app must be an App or a Chart, got ${shown(tree)}; pass the App, or the Chart that it is part of`);
  const charts = tree.node.findAll().filter(isChart);
  if (charts.length === 0) {
    throw new Error(`app must be an App or a Chart, got ${tree.node.path === '' ? 'an App' : quoted(tree.node.path)}, which holds no chart; pass the App, or the Chart that it is part of`);
  }
  return charts.flatMap(chart => chart.toJson());
}

/** The objects among some constructs, with the paths by which they are known. */
export function constructObjectsOf(constructs: readonly IConstruct[]): ConstructObject[] {
  return constructs.filter(isApiObject).map(object => {
    const { apiVersion, kind, name, metadata: { namespace = 'default' } } = object;
    return { kind: kindOf(apiVersion, kind), namespace, name, paths: standingFor(object).map(({ node }) => node.path) };
  });
}

function standingFor(construct: IConstruct): IConstruct[] {
  const { scope } = construct.node;
  return scope?.node.defaultChild === construct ? [construct, ...standingFor(scope)] : [construct];
}

/** What a construct says of the mesh, and for which part of its app. */
interface StatedSettings {
  readonly settings: () => MeshSettings;
  readonly appliesTo: IConstruct;
}

/** Lets questions about its app, or the part of it that the mesh applies to, know what a construct says of the mesh, when it is complete. */
export function stateMeshSettings(construct: IConstruct, settings: () => MeshSettings, appliesTo: IConstruct): void {
  const stated: StatedSettings = { settings, appliesTo };
  Object.defineProperty(construct, MESH_SETTINGS, { value: stated });
}

/** What is said of the mesh of an app, or of a part of it, in whatever chart; nothing where nobody says anything. Several clusters have no mesh together. */
export function meshSettingsOf(tree: IConstruct): MeshSettings {
  const { root } = tree.node;
  const stated = root.node.findAll().flatMap(construct => (construct as { readonly [MESH_SETTINGS]?: StatedSettings })[MESH_SETTINGS] ?? []);
  const scopes = new Set([root, ...stated.map(({ appliesTo }) => appliesTo)]);
  const clusters = scopes.size === 1 ? [root] : unique(tree.node.findAll().filter(isApiObject).map(object => enclosing<IConstruct>(object, scopes)!));
  if (clusters.length > 1) {
    const names = listed(clusters.filter(cluster => cluster !== root).map(({ node }) => node.path));
    throw new Error(`app must be of one cluster, got ${quoted(tree.node.path)}, which holds those of ${names}${clusters.includes(root) ? ' and what is in none of them' : ''}; `
      + 'pass the construct to which a ZeroTrustMesh applies, or a chart');
  }
  const [cluster = enclosing(tree, scopes)] = clusters;
  return stated.find(({ appliesTo }) => appliesTo === cluster)?.settings() ?? {};
}

/** Lets questions about its app know what a construct says that something else makes, when it is complete. */
export function stateElsewhere(construct: IConstruct, objects: () => object[]): void {
  Object.defineProperty(construct, ELSEWHERE, { value: objects });
}

/** What constructs say that something else makes, which an app does not render. */
export function elsewhereOf(constructs: readonly IConstruct[]): object[] {
  return constructs.flatMap(construct => (construct as { readonly [ELSEWHERE]?: () => object[] })[ELSEWHERE]?.() ?? []);
}

function isApiObject(construct: IConstruct): construct is ApiObject { return API_OBJECT in construct; }

function isChart(construct: IConstruct): construct is Chart { return CHART in construct; }
