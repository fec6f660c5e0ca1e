import { ApiObject, Include } from 'cdk8s';

/** How an object of an Include or a Helm chart, whose text is somebody else's, is left out of the app; nothing for an object that the app itself makes. */
export function removalOf(apiObject: ApiObject): string | undefined {
  const { scope, id } = apiObject.node;
  // an app may have several copies of cdk8s
  const isIncluded = scope instanceof Include || ['Include', 'Helm'].includes(scope?.constructor.name ?? '');
  return isIncluded ? `'${scope!.node.path}'.node.tryRemoveChild('${id}')` : undefined;
}
