import { ApiObject } from 'cdk8s';
import { mustStay } from './kept-as-made';
import { OtherObject, OtherSpec } from './other-objects';
import { Stated } from './stated';
import { Labels } from '../../../intent/workload';
import { BREAK_GLASS_ANNOTATION, DRY_RUN_ANNOTATION, Manifest } from '../../../istio/manifest';
import { isOfMesh, kindOf } from '../../../policy/resources/kinds';
import { USE_WAYPOINT } from '../../../policy/workloads/label-names';
import { renderNetwork } from '../../../render/network';
import { PolicyName } from '../../../validation/defeat';
import { isChanged, isMeantAsDryRun, isTakenOut } from '../reading/patches';

/** What NetworkPolicies let pass when quarantines are over. */
export function withoutCuts(stated: Stated): Stated {
  const { intent } = stated;
  return intent.kind === 'network' && intent.cuts.length > 0 ? { ...stated, rendering: renderNetwork({ ...intent, cuts: [] }) } : stated;
}

/** The policies of a statement as they are rendered; those that were changed or taken out are not among them, unless that is told by itself. */
export function policiesOf(stated: Stated): Manifest[] {
  const { statement: { objects, roles }, rendering: { specs } } = stated;
  const changed = changedOf(stated);
  // Gateways of the Gateway API are among the surroundings
  const isElsewhere = ({ apiVersion, kind }: ApiObject) => kindOf(apiVersion, kind) === 'KubernetesGateway' || isOfMesh(kindOf(apiVersion, kind));
  return objects.flatMap((object, i) => changed.includes(object) || isElsewhere(object) || !(roles[i] in specs) ? [] : {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: { name: object.name, namespace: object.metadata.namespace, ...boundTo(object), ...isMeantAsDryRun(object) ? { annotations: { [DRY_RUN_ANNOTATION]: 'true' } } : {} },
    spec: specs[roles[i]],
  });
}

/** The waypoint that an object names. */
function boundTo({ metadata }: ApiObject): { readonly labels?: Labels } {
  const waypoint = metadata.getLabel(USE_WAYPOINT);
  return waypoint === undefined ? {} : { labels: { [USE_WAYPOINT]: waypoint } };
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

/** Objects that were changed, or taken out of the app, after the construct made them; those that must stay as they were made are told by themselves. */
export function changedOf({ statement: { construct, objects, roles }, intent }: Stated): ApiObject[] {
  return objects.filter((object, i) => !mustStay(intent, roles[i]) && (isChanged(object) || isTakenOut(object, construct)));
}

/** A policy, told from all others. */
export function keyOf({ kind, namespace, name }: PolicyName): string { return `${kind} ${namespace}/${name}`; }

export function isOfBreakGlass({ metadata }: ApiObject): boolean {
  const { annotations = {} } = metadata.toJson() as { readonly annotations?: object };
  return BREAK_GLASS_ANNOTATION in annotations;
}
