import { Location } from '../../istio/manifest';
import { MeshSettings } from '../request/mesh-settings';

/** A place where the manifests say how Istio is installed. */
export interface InstallationStatement {
  /** Such as `IstioOperator istio-system/mesh`. */
  readonly where: string;
  readonly location: Location;
  readonly settings?: MeshSettings;
  /** The revision that it installs; undefined where it tells nothing of that. */
  readonly revision?: string;
  readonly tags?: MeshSettings['revisionTags'];
}
