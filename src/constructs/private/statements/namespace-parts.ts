import { ApiObject } from 'cdk8s';
import { trafficOf, WaypointPart } from './namespace-objects';
import { DataPlane } from '../../../intent/mesh';
import { Manifest } from '../../../istio/manifest';
import { isSame } from '../../../util/same';
import { NamespaceDeclaration } from '../index/declarations';
import { World } from '../index/world';
import { isTakenOut, withoutPatches } from '../reading/patches';
import { differently, identityChanged, takenOut } from '../witnesses/kept-as-made';
import { meshLabels } from '../witnesses/surroundings';

/**
 * A Namespace by whose labels the mesh knows what enters it, and by which way: one that is taken out is believed to be elsewhere as it was stated. Which labels keep
 * sidecars out witnesses show.
 */
export function checkNamespacePart({ name }: NamespaceDeclaration, object: ApiObject | undefined, world: World): string[] {
  if (!object) { return []; }
  if (isTakenOut(object)) { return takenOut(object, 'leave it in, or where it is made elsewhere say exists: true'); }
  if (world.dataPlane(name) !== DataPlane.AMBIENT) { return []; }
  const meant = meshLabels(world.namespace(name));
  const labels = world.tree.namespaces.find(({ path }) => path === object.node.path)?.labels ?? {};
  const label = AMBIENT_LABELS.find(key => labels[key] !== meant[key]);
  return label === undefined ? [] : [differently(object, `label '${label}'`)];
}

/** The labels by which a namespace takes part in ambient mode, or does not. */
const AMBIENT_LABELS = ['istio-injection', 'istio.io/dataplane-mode', 'istio.io/use-waypoint', 'istio.io/use-waypoint-namespace', 'istio.io/ingress-use-waypoint'];

type Gateway = Manifest<Readonly<Record<string, unknown>>>;

/** The Gateway of a waypoint that was created: what traffic it takes, from where, and that it is one. */
export function checkWaypointPart({ object, waypoint }: WaypointPart, world: World): string[] {
  if (isTakenOut(object)) { return takenOut(object, 'leave it in, or name one that is there by Waypoint.existing'); }
  const now = (world.tree.manifest(object) ?? { metadata: {} }) as Gateway;
  const made = withoutPatches(object).toJson() as Gateway;
  const label = 'istio.io/waypoint-for';
  const different = identityChanged(object, now)
    ?? (now.metadata.labels?.[label] === trafficOf(waypoint) ? undefined : `label '${label}'`)
    ?? ['gatewayClassName', 'listeners', 'addresses'].find(field => !isSame(made.spec?.[field], now.spec?.[field]));
  return different === undefined ? [] : [differently(object, different)];
}
