import { ApiObject } from 'cdk8s';
import { OtherObject, OtherSpec } from './other-objects';
import { Stated } from './stated';
import { DRY_RUN_ANNOTATION, Manifest } from '../../../istio/manifest';
import { isOfMesh, kindOf } from '../../../policy/resources/kinds';
import { PolicyName } from '../../../validation/defeat';
import { isChanged, isMeantAsDryRun } from '../reading/patches';

/** The policies of a statement as they are rendered; those that were changed or taken out are not among them. */
export function policiesOf({ statement: { objects, roles }, rendering: { specs } }: Stated): Manifest[] {
  return objects.flatMap((object, i) => hasChanged(object) || isOfMesh(kindOf(object.apiVersion, object.kind)) ? [] : {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: { name: object.name, namespace: object.metadata.namespace, ...isMeantAsDryRun(object) ? { annotations: { [DRY_RUN_ANNOTATION]: 'true' } } : {} },
    spec: specs[roles[i]],
  });
}

/** The same, for intents that they bear on as objects of others do. */
export function asOthers(stated: Stated): OtherObject[] {
  return policiesOf(stated).flatMap(manifest => {
    const kind = kindOf(manifest.apiVersion, manifest.kind);
    const { name = '', namespace = '' } = manifest.metadata;
    const { path } = stated.statement.construct.node;
    return kind ? [{ kind, namespace, name, path, manifest: manifest as Manifest<OtherSpec>, isMeant: true }] : [];
  });
}

/** Whether an object was changed, or taken out of the app, after its construct made it. */
export function hasChanged(object: ApiObject): boolean { return isChanged(object) || isTakenOut(object); }

export function isTakenOut(object: ApiObject): boolean { return object.node.scope?.node.tryFindChild(object.node.id) !== object; }

/** A policy, told from all others. */
export function keyOf({ kind, namespace, name }: PolicyName): string { return `${kind} ${namespace}/${name}`; }
