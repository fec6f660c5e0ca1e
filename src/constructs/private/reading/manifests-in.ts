import { takenApart } from '../../../istio/documents';
import { Manifest } from '../../../istio/manifest';

/** What an object renders; of a List, its items. */
export function manifestsIn<Spec>(written: Manifest): Manifest<Spec>[] {
  const { objects } = takenApart([{ object: { ...written }, location: { document: 0 }, problems: [] }]);
  return objects.map(({ object }) => object as unknown as Manifest<Spec>);
}
