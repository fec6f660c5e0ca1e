import { ApiObject } from 'cdk8s';
import { statementOf } from './statement';
import { World } from './world';

/** A manifest of the app, which may be an item of a List, and the object that it is in. */
export interface Written<Spec> {
  readonly object: ApiObject;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly spec: Partial<Spec>;
}

/** Without a namespace those of all are wanted. */
interface Wanted { readonly namespace?: string; readonly group: string; readonly kind: string }

/** Manifests of a kind that no intent states. One that cannot be read is reported by whoever renders it. */
export function writtenIn<Spec>({ namespace, group, kind }: Wanted, { tree }: World): Written<Spec>[] {
  return tree.written(`${group}/${kind}`).filter(({ object }) => !isStated(object))
    .map(({ object, name, namespace: place = 'default', manifest: { spec = {} } }) => ({ object, kind, namespace: place, name, spec: spec as Partial<Spec> }))
    .filter(one => namespace === undefined || one.namespace === namespace);
}

/** What it is called in messages. */
export function titleOf({ object: { node: { path } }, kind, namespace, name }: Omit<Written<unknown>, 'spec'>): string { return `${kind} '${namespace}/${name}' at '${path}'`; }

function isStated(object: ApiObject): boolean {
  const { scope } = object.node;
  return scope !== undefined && statementOf(scope)?.objects.includes(object) === true;
}
