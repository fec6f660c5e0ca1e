import type { IConstruct } from 'constructs';
import { quoted } from '../../util/text';
import { MeshSettings } from '../request/mesh-settings';

/** A chart of cdk8s, told by the mark that every version of it leaves. */
interface Chart extends IConstruct {
  toJson(): unknown[];
}

const CHART = Symbol.for('cdk8s.Chart');
const MESH_SETTINGS = Symbol.for('cdk8s-zero-trust.mesh-settings');

/** What an app or chart renders, through its charts as `synth` does it: validated first. */
export function manifestsOf(tree: IConstruct): unknown[] {
  const charts = tree.node.findAll().filter(isChart);
  if (charts.length === 0) {
    throw new Error(`app must be an App or a Chart, got ${quoted(tree.node.path)}, which holds no chart; pass the App, or the Chart that it is part of`);
  }
  return charts.flatMap(chart => chart.toJson());
}

/** Lets questions about its app know what a construct says of the mesh. */
export function stateMeshSettings(construct: IConstruct, settings: MeshSettings): void {
  Object.defineProperty(construct, MESH_SETTINGS, { value: settings });
}

/** What a construct of the app says of the mesh, in whatever chart it is; nothing where none does. */
export function meshSettingsOf(tree: IConstruct): MeshSettings {
  const stating = tree.node.root.node.findAll().find(construct => MESH_SETTINGS in construct);
  return (stating as { readonly [MESH_SETTINGS]?: MeshSettings } | undefined)?.[MESH_SETTINGS] ?? {};
}

function isChart(construct: IConstruct): construct is Chart { return CHART in construct; }
