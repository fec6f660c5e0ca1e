import { ApiObject, JsonPatch } from 'cdk8s';
import { IConstruct } from 'constructs';
import { templatePath } from './kinds';
import { DRY_RUN_ANNOTATION } from '../../../istio/manifest';
import { isSame } from '../../../util/same';

/* eslint-disable @typescript-eslint/no-explicit-any -- patches make anything of a manifest */

/** The same object as it would render without its patches, or some of them; the object itself is left alone. */
export function withoutPatches(apiObject: ApiObject, patches = patchesOf(apiObject)): ApiObject {
  return Object.create(apiObject, { patches: { value: patchesOf(apiObject).filter(p => !patches.includes(p)) } });
}

/** What becomes of a manifest by the patches of an object. */
export function patched<T extends object>(apiObject: ApiObject, manifest: T): T { return JsonPatch.apply(manifest, ...patchesOf(apiObject)) as T; }

/** Applies the JSON patches of a workload that touch what is read of it, and no others: the rest of the manifest is not there. */
export function applyPatches(apiObject: ApiObject, manifest: any): any {
  const read = readPaths(templatePath(apiObject)!);
  const touching = patchesOf(apiObject).filter(patch => {
    const { path, from } = pathsOf(patch);
    return touches(path, read) || (from !== undefined && touches(from, read));
  });
  return touching.length === 0 ? manifest : JsonPatch.apply(manifest, ...touching);
}

/** What is read of a workload, as paths of its manifest; a star stands for any index. */
function readPaths(template: readonly string[]): string[][] {
  const container = ['name', 'restartPolicy', 'ports', 'readinessProbe', 'livenessProbe', 'startupProbe'];
  return [
    ['metadata', 'name'], ['metadata', 'namespace'], ['spec', 'selector'], ['spec', 'replicas'], ['spec', 'ordinals'],
    ...[
      ['metadata', 'labels'], ['metadata', 'annotations'],
      ['spec', 'serviceAccountName'], ['spec', 'serviceAccount'], ['spec', 'hostNetwork'],
      ...container.flatMap(field => [['spec', 'containers', '*', field], ['spec', 'initContainers', '*', field]]),
    ].map(path => [...template, ...path]),
  ];
}

/** The namespace that an object ends up in, also where a JSON patch moves it after it was made. */
export function namespaceOf(apiObject: ApiObject): string | undefined { return identityOf(apiObject).namespace; }

/** The name and namespace that an object ends up with; nothing of what is read of it is rendered for that. */
export function identityOf(apiObject: ApiObject): Identity {
  const { name, metadata: { namespace } } = apiObject;
  const moving = patchesOf(apiObject).filter(patch => touches(pathsOf(patch).path, [['metadata', 'name'], ['metadata', 'namespace']]));
  if (moving.length === 0) { return { name, namespace }; }
  return (JsonPatch.apply({ metadata: { name, namespace } }, ...moving) as { readonly metadata?: Identity }).metadata ?? {};
}

interface Identity { readonly name?: string; readonly namespace?: string }

function pathsOf(patch: JsonPatch): { readonly path: string; readonly from?: string } {
  return (patch as unknown as { _toJson(): { path: string; from?: string } })._toJson();
}

/** Whether a patch at this path changes one of the others: it is at, above or below it. */
function touches(path: string, read: readonly (readonly string[])[]): boolean {
  const segments = path.split('/').slice(1);
  return read.some(other => segments.every((segment, i) => i >= other.length || other[i] === '*' || other[i] === segment));
}

/** Shared by all copies of this library in one app. */
const AS_MADE = Symbol.for('cdk8s-zero-trust.as-made');

/** Takes down what the annotations of an object of an intent say to Istio and for this library, before anybody can change them. */
export function rememberAsMade(apiObject: ApiObject): void {
  Object.defineProperty(apiObject, AS_MADE, { value: tellingOnly(written(apiObject).annotations) });
}

/** What an object of an intent was made to say by its annotations; nothing for any other. */
export function annotationsAsMade(apiObject: ApiObject): Annotations { return (apiObject as { readonly [AS_MADE]?: Annotations })[AS_MADE] ?? {}; }

/** Values may be resolvable. */
type Annotations = { readonly [name: string]: unknown };

/** Whether a policy is made so that it is only tried out. */
export function isMeantAsDryRun(apiObject: ApiObject): boolean { return annotationsAsMade(apiObject)[DRY_RUN_ANNOTATION] === 'true'; }

/** Whether a label or an annotation says something to Istio, or for this library. */
export function isTelling(name: string): boolean { return name.startsWith('cdk8s-zero-trust/') || isOfIstio(name); }

function isOfIstio(name: string): boolean { return /^([^/]+\.)?istio\.io\//.test(name); }

function tellingOnly(map: Annotations = {}, tells = isTelling): Annotations {
  return Object.fromEntries(Object.entries(map).filter(([name]) => tells(name)));
}

/**
 * Whether somebody changed what a policy says to Istio after its construct made it: by a JSON patch, so that it is only tried out, for one control plane of several, or by how a subclass writes it.
 * Other labels and annotations may be added.
 */
export function isChanged(apiObject: ApiObject): boolean {
  return isWrittenByItself(apiObject) || isForOne(apiObject) || overwritten(apiObject).some(isOfIstio) || !saysTheSame(apiObject);
}

/** How often somebody changed an object in any way that may tell; nobody can take it back. */
export function changesOf(apiObject: ApiObject): number {
  return patchesOf(apiObject).length + overwritten(apiObject).length + Number(isForOne(apiObject)) + Number(isWrittenByItself(apiObject));
}

function isForOne({ metadata }: ApiObject): boolean { return metadata.getLabel('istio.io/rev') !== undefined; }

/** Annotations that say something else than when the object was made. */
function overwritten(apiObject: ApiObject): string[] {
  const [now, before] = [written(apiObject).annotations ?? {}, annotationsAsMade(apiObject)];
  const differ = (name: string) => now[name] !== before[name] && isTelling(name);
  return [...Object.keys(now).filter(differ), ...Object.keys(before).filter(name => !(name in now))];
}

interface WrittenMetadata { readonly labels?: Annotations; readonly annotations?: Annotations }

function written({ metadata }: ApiObject): WrittenMetadata { return metadata as unknown as WrittenMetadata; }

/** Whether the patches of an object leave its place and what it says to Istio. */
function saysTheSame(apiObject: ApiObject): boolean {
  const patches = patchesOf(apiObject);
  if (patches.length === 0) { return true; }
  if (!patches.map(pathsOf).every(({ path, from = path }) => [path, from].every(one => one.startsWith('/metadata/')))) { return false; }
  const { name, metadata: { namespace } } = apiObject;
  const { labels, annotations } = written(apiObject);
  const before = { name, namespace, labels: textsOf(labels), annotations: textsOf(annotations) };
  const said = toldToIstio(before);
  try {
    const { metadata: after } = JsonPatch.apply({ metadata: before }, ...patches) as { readonly metadata: typeof before };
    return isSame(toldToIstio(after), said);
  } catch {
    return false; // so does whoever renders it
  }
}

function toldToIstio({ name, namespace, labels, annotations }: Identity & WrittenMetadata): object {
  return { name, namespace, labels: tellingOnly(labels, isOfIstio), annotations: tellingOnly(annotations, isOfIstio) };
}

/** As cdk8s writes them: none where there are none. */
function textsOf(map: Annotations = {}): Annotations | undefined {
  const texts = Object.entries(map).map(([name, value]) => [name, typeof value === 'string' ? value : '']);
  return texts.length === 0 ? undefined : Object.fromEntries(texts) as Annotations;
}

/** Whether an object was taken out of the app, by itself or with what holds it; or out of a construct that is there. */
export function isTakenOut(construct: IConstruct, outOf?: IConstruct): boolean {
  for (let at = construct; at !== outOf && at.node.scope; at = at.node.scope) {
    if (at.node.scope.node.tryFindChild(at.node.id) !== at) { return true; }
  }
  return false;
}

/** Whether a class below ApiObject, of whichever copy of cdk8s, writes its manifest otherwise. */
function isWrittenByItself(apiObject: ApiObject): boolean {
  let at: object = apiObject;
  while (!Object.prototype.hasOwnProperty.call(at, 'toJson')) { at = Object.getPrototypeOf(at) as object; }
  return !Object.prototype.hasOwnProperty.call(at, 'addJsonPatch');
}

function patchesOf(apiObject: ApiObject): readonly JsonPatch[] {
  return (apiObject as unknown as { readonly patches?: readonly JsonPatch[] }).patches ?? NONE;
}

const NONE: readonly JsonPatch[] = [];
