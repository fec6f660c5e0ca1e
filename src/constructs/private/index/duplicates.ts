import { ApiObject, Chart } from 'cdk8s';
import { Tree } from './tree';
import { Manifest } from '../../../istio/manifest';
import { kindOf, templatePath } from '../reading/kinds';
import { manifestsIn } from '../reading/manifests-in';
import { identityOf } from '../reading/patches';

/** Objects of an app that are one and the same to the API server: of a kind (API group and kind), a namespace and a name. */
export interface Duplicates {
  readonly kind: string;
  /** As messages show it: `shop/api`, or `shop` of what is in no namespace. */
  readonly name: string;
  readonly objects: readonly ApiObject[];
}

/** What makes an object the same as another. */
interface Identity {
  /** API group and kind. */
  readonly type: string;
  readonly namespace?: string;
  readonly name: string;
}

/** Kinds of the whole cluster, whose objects are in no namespace, also where their chart has written one on them. */
const CLUSTER_WIDE = new Set([
  'core/Namespace', 'core/Node', 'core/PersistentVolume', 'rbac.authorization.k8s.io/ClusterRole', 'rbac.authorization.k8s.io/ClusterRoleBinding',
  'apiextensions.k8s.io/CustomResourceDefinition', 'admissionregistration.k8s.io/MutatingWebhookConfiguration',
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration', 'scheduling.k8s.io/PriorityClass', 'storage.k8s.io/StorageClass',
  'networking.k8s.io/IngressClass', 'gateway.networking.k8s.io/GatewayClass',
]);

/**
 * Objects that the app has more than once, of which the one that is applied last wins. Objects that are the same word for word do no harm; nor do
 * those without namespace of different charts, which may be applied to a namespace each.
 */
export function duplicatesOf(tree: Tree): Duplicates[] {
  const found = new Map<string, ApiObject[]>();
  for (const object of tree.objects) {
    for (const identity of identitiesOf(object, tree)) {
      const key = keyOf(identity, object);
      const same = found.get(key);
      if (same) { same.push(object); } else { found.set(key, [object]); }
    }
  }
  return [...found].filter(([, objects]) => objects.length > 1 && !areEqual(objects, tree)).map(([key, objects]) => {
    const [type, namespace, name] = key.split(' ');
    return { kind: type.split('/')[1], name: namespace === '' || namespace.startsWith(CHART) ? name : `${namespace}/${name}`, objects };
  });
}

const CHART = 'chart:';

function keyOf({ type, namespace, name }: Identity, object: ApiObject): string {
  const place = CLUSTER_WIDE.has(type) ? '' : namespace ?? `${CHART}${Chart.of(object).node.path}`;
  return `${type} ${place} ${name}`;
}

/** Of a List those of its items. */
function identitiesOf(object: ApiObject, tree: Tree): Identity[] {
  if (object.kind.endsWith('List')) { return itemsOf(tree.manifest(object) as Manifest | undefined); }
  const { name = object.name, namespace } = identityOf(object);
  return [{ type: kindOf(object), namespace, name }];
}

function itemsOf(list: Manifest | undefined): Identity[] {
  return (list ? manifestsIn(list) : []).flatMap(({ apiVersion, kind, metadata }) => {
    const group = String(apiVersion).includes('/') ? String(apiVersion).split('/')[0] : 'core';
    return metadata?.name === undefined ? [] : [{ type: `${group}/${kind}`, namespace: metadata.namespace, name: metadata.name }];
  });
}

function areEqual([first, ...others]: readonly ApiObject[], tree: Tree): boolean {
  if ([first, ...others].some(object => templatePath(object) || object.kind.endsWith('List'))) { return false; }
  const written = JSON.stringify(tree.manifest(first));
  return written !== undefined && others.every(other => JSON.stringify(tree.manifest(other)) === written);
}
