import { MeshConfigOutput } from '../intent/mesh-config';
import { noFurther } from '../util/arguments';
import { revisionName } from '../util/given';
import { InputStruct, taken } from '../util/members';

/** Options of the ConfigMap that istiod reads. */
export interface MeshConfigMapOptions {
  /**
   * Revision of istiod, whose ConfigMap is called `istio-REVISION`.
   *
   * @default - the default revision, whose ConfigMap is called `istio`
   */
  readonly revision?: string;
}

const CONFIG_MAP: InputStruct<MeshConfigMapOptions> = { name: 'MeshConfigMapOptions', members: { revision: 'value' } };

/**
 * How the settings of the mesh get to istiod: those of the ZeroTrustMesh, and what all other constructs of the app add to them.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/
 */
export class MeshSettingsOutput {
  /**
   * As values for Helm's chart `istiod`, asked for by `ZeroTrustMesh.helmValues()`. Nothing is rendered: values are no object of Kubernetes.
   */
  public static helmValues(): MeshSettingsOutput {
    noFurther('MeshSettingsOutput.helmValues', arguments, 0, 'ask ZeroTrustMesh.helmValues() for the values');
    return new MeshSettingsOutput({ kind: 'helmValues' }, "values of Helm's chart istiod");
  }

  /**
   * As an IstioOperator in a file of its own, for `istioctl install -f`. No cluster knows the kind: it is not applied with the rest.
   */
  public static istioOperator(): MeshSettingsOutput {
    noFurther('MeshSettingsOutput.istioOperator', arguments, 0, 'what it holds are the settings of the ZeroTrustMesh');
    return new MeshSettingsOutput({ kind: 'istioOperator' }, 'IstioOperator');
  }

  /**
   * As the ConfigMap that istiod reads, in the root namespace. It takes the place of the one that is there: whatever else that says is dropped, and what writes it
   * (Helm's chart, unless `configMap: false` is among its values, or istioctl) takes it back the next time.
   *
   * @param options which istiod it is for
   */
  public static configMap(options: MeshConfigMapOptions = {}): MeshSettingsOutput {
    noFurther('MeshSettingsOutput.configMap', arguments, 1, 'a mesh has one for each revision of istiod');
    const { revision } = taken('MeshSettingsOutput.configMap', CONFIG_MAP, options);
    if (revision === undefined) { return new MeshSettingsOutput({ kind: 'configMap' }, 'ConfigMap istio'); }
    return new MeshSettingsOutput({ kind: 'configMap', revision: revisionName('revision', revision) }, `ConfigMap istio-${revision}`);
  }

  /** @internal */
  public readonly _output: MeshConfigOutput;

  private readonly text: string;

  private constructor(output: MeshConfigOutput, text: string) {
    this._output = output;
    this.text = text;
  }

  /** What the settings are rendered to, as text for tables and messages: `ConfigMap istio`. */
  public describeMeshSettingsOutput(): string { return this.text; }
}
