import { ApiObject } from 'cdk8s';
import { Stated } from './stated';
import { readDocuments } from '../../../istio/documents';
import { Manifest } from '../../../istio/manifest';
import { isObject } from '../../../util/shape';
import { Tree } from '../index/tree';
import { World } from '../index/world';

/** What keeps the object that holds the settings of the mesh from saying to istiod what the app goes by: more may be added to it, but what it says stays. */
export function settingsProblems({ statement: { objects, roles }, rendering: { specs } }: Stated, { tree }: World): string[] {
  const index = roles.indexOf('settings');
  if (index < 0) { return []; }
  const { kind, node: { path } } = objects[index];
  const said = contentOf(objects[index], keptManifest(objects[index], tree));
  if (said === undefined) {
    return [`'${path}' must be in the app as the ${kind} that it was made as, since it tells istiod what all else goes by, got taken out, or another kind, name or namespace; undo that, or choose by settings of the ZeroTrustMesh where they go`];
  }
  const missing = lacking(said, parsed(specs.settings, kind), kind === 'ConfigMap' ? 'data' : 'spec');
  return missing === undefined ? [] : [`'${path}' must say what the app states of the mesh, got ${missing} changed or taken out after it was made; undo that, and state it by the props of the ZeroTrustMesh`];
}

/** What an object comes to that is in the app still, as what it was made as; undefined where it was taken out, or is another by now. */
function keptManifest(object: ApiObject, tree: Tree): Manifest | undefined {
  const manifest = tree.objects.includes(object) ? tree.manifest(object) as Manifest | undefined : undefined;
  const { apiVersion, kind, name, metadata: { namespace } } = object;
  const isOfKind = manifest?.apiVersion === apiVersion && manifest.kind === kind;
  return isOfKind && manifest.metadata.name === name && manifest.metadata.namespace === namespace ? manifest : undefined;
}

function contentOf({ kind }: ApiObject, manifest: object | undefined): unknown {
  const { data, spec } = (manifest ?? {}) as { readonly data?: unknown; readonly spec?: unknown };
  return manifest && parsed((kind === 'ConfigMap' ? data : spec) ?? {}, kind);
}

/** The MeshConfig in a ConfigMap is text; its networks and its metrics are rendered, and nobody's to keep. */
function parsed(content: unknown, kind: string): unknown {
  if (kind !== 'ConfigMap' || !isObject(content) || typeof content.mesh !== 'string') { return content; }
  const { defaultProviders: _, ...mesh } = readDocuments(content.mesh).objects[0]?.object ?? {};
  return { mesh };
}

/** The first place where a value lacks what another has; a list may be longer. */
function lacking(value: unknown, wanted: unknown, at: string): string | undefined {
  if (Array.isArray(wanted)) {
    return wanted.every(one => Array.isArray(value) && value.some(other => lacking(other, one, at) === undefined)) ? undefined : at;
  }
  if (!isObject(wanted)) { return value === wanted ? undefined : at; }
  if (!isObject(value)) { return at; }
  return Object.entries(wanted).flatMap(([name, inner]) => lacking(value[name], inner, `${at}.${name}`) ?? [])[0];
}
