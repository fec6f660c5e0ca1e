import { ApiObject } from 'cdk8s';
import { statementOf } from './statement';
import { World } from './world';

/** A manifest of the app, which may be an item of a List, and the object that it is in. */
export interface Written<Spec> {
  readonly object: ApiObject;
  readonly namespace: string;
  readonly name: string;
  readonly spec: Partial<Spec>;
}

/** Without a namespace those of all are wanted. */
interface Wanted { readonly namespace?: string; readonly group: string; readonly kind: string }

/** Manifests of a kind that no intent states. One that cannot be read is reported by whoever renders it. */
export function writtenIn<Spec>({ namespace, group, kind }: Wanted, { tree }: World): Written<Spec>[] {
  return tree.written(`${group}/${kind}`).filter(({ object }) => !isStated(object))
    .map(({ object, name, namespace: place = 'default', manifest: { spec = {} } }) => ({ object, namespace: place, name, spec: spec as Partial<Spec> }))
    .filter(one => namespace === undefined || one.namespace === namespace);
}

/** Those that are no item of a List, of which none that is stated is rendered to be looked at: for whoever is asked while that is rendered. */
export function writtenAlone<Spec>({ namespace, group, kind }: Wanted, { tree }: World): Written<Spec>[] {
  return tree.objectsOf(`${group}/${kind}`).filter(object => !isStated(object)).flatMap(object => {
    const manifest = tree.manifest(object) as { readonly spec?: Partial<Spec> } | undefined;
    return manifest ? [{ object, namespace: object.metadata.namespace ?? 'default', name: object.name, spec: manifest.spec ?? {} }] : [];
  }).filter(one => namespace === undefined || one.namespace === namespace);
}

function isStated(object: ApiObject): boolean {
  const { scope } = object.node;
  return scope !== undefined && statementOf(scope)?.objects.includes(object) === true;
}
