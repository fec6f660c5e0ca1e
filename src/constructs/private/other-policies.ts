import { ApiObject } from 'cdk8s';
import { isChanged } from './patches';
import { Statement } from './statement';
import { Tree } from './tree';
import { Manifest, SECURITY_GROUP } from '../../istio/manifest';

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

/** The policies of an app that may defeat an intent. One that cannot be read is reported by whoever renders it. */
export function otherPolicies(tree: Tree, statements: readonly Statement[]): OtherPolicy[] {
  const stated = new Set(statements.flatMap(({ objects }) => objects));
  const objects = tree.constructs.filter(ApiObject.isApiObject).filter(({ apiGroup }) => apiGroup === SECURITY_GROUP);
  return objects.filter(object => !stated.has(object) || isChanged(object)).flatMap(object => {
    const manifest = tree.manifest(object) as Manifest<PolicySpec> | undefined;
    if (!manifest) { return []; }
    const { name = object.name, namespace = 'default' } = manifest.metadata;
    return [{ kind: object.kind, namespace, name, path: object.node.path, manifest }];
  });
}
