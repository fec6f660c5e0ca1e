import { ApiObject, JsonPatch } from 'cdk8s';
import { templatePath } from './kinds';

/* eslint-disable @typescript-eslint/no-explicit-any -- patches make anything of a manifest */

/** The same object as it would render without some of its patches; the object itself is left alone. */
export function withoutPatches(apiObject: ApiObject, patches: readonly JsonPatch[]): ApiObject {
  return Object.create(apiObject, { patches: { value: patchesOf(apiObject).filter(p => !patches.includes(p)) } });
}

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

/** Whether somebody changed a policy after its construct made it: by a JSON patch, so that it is only tried out, for one control plane of several, or by how a subclass writes it. */
export function isChanged(apiObject: ApiObject): boolean { return changesOf(apiObject) > 0; }

/** How often somebody changed a policy so; nobody can take it back. */
export function changesOf(apiObject: ApiObject): number {
  const { annotations } = apiObject.metadata as unknown as { readonly annotations?: { readonly [name: string]: string } };
  const isTriedOut = annotations?.['istio.io/dry-run'] !== undefined;
  const isForOne = apiObject.metadata.getLabel('istio.io/rev') !== undefined;
  return patchesOf(apiObject).length + Number(isTriedOut) + Number(isForOne) + Number(isWrittenByItself(apiObject));
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
