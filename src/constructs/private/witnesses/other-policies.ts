import { ApiObject } from 'cdk8s';
import { takenApart } from '../../../istio/documents';
import { Manifest, SECURITY_GROUP } from '../../../istio/manifest';
import { Statement } from '../index/statement';
import { Tree } from '../index/tree';
import { isChanged } from '../reading/patches';

/** A policy of the app that no intent stands for as it is: written by hand, included, or changed after an intent made it. */
export interface OtherPolicy {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
  readonly manifest: Manifest<PolicySpec>;
}

/** What is looked at of a policy to find out whom it may bear on. */
export interface PolicySpec {
  readonly selector?: { readonly matchLabels?: { readonly [label: string]: string } };
  readonly portLevelMtls?: { readonly [port: string]: unknown };
  readonly provider?: { readonly name?: string };
}

/** The policies of an app that may defeat an intent, also those in a List. One that cannot be read is reported by whoever renders it. */
export function otherPolicies(tree: Tree, statements: readonly Statement[]): OtherPolicy[] {
  const stated = new Set(statements.flatMap(({ objects }) => objects));
  const objects = tree.constructs.filter(ApiObject.isApiObject).filter(({ apiGroup, kind }) => apiGroup === SECURITY_GROUP || kind === 'List');
  return objects.filter(object => !stated.has(object) || isChanged(object)).flatMap(object => {
    const written = tree.manifest(object) as Manifest | undefined;
    return written ? manifestsIn(written).map(manifest => ({
      kind: manifest.kind, namespace: manifest.metadata.namespace ?? 'default', name: manifest.metadata.name ?? object.name, path: object.node.path, manifest,
    })) : [];
  });
}

function manifestsIn(written: Manifest): Manifest<PolicySpec>[] {
  const { objects } = takenApart([{ object: { ...written }, location: { document: 0 }, problems: [] }]);
  return objects.map(({ object }) => object as unknown as Manifest<PolicySpec>).filter(({ apiVersion }) => apiVersion.startsWith(`${SECURITY_GROUP}/`));
}
