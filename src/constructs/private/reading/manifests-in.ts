import { takenApart } from '../../../istio/documents';
import { Manifest } from '../../../istio/manifest';
import { isObject } from '../../../util/shape';

/** What an object renders; of a List, its items. */
export function manifestsIn<Spec>(written: Manifest): Manifest<Spec>[] {
  const { objects } = takenApart([{ object: { ...written }, location: { document: 0 }, problems: [] }]);
  // whatever is written, everything may be asked for its name
  return objects.map(({ object }) => (isObject(object.metadata) ? object : { ...object, metadata: {} }) as unknown as Manifest<Spec>);
}
