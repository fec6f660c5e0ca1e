import { ApiObject, App, Chart, YamlOutputType } from 'cdk8s';
import { IConstruct } from 'constructs';
import { groupedBy } from '../../../util/grouped';
import { few } from '../../../util/text';
import { Complaint } from '../index/complaint';
import { Tree } from '../index/tree';
import { identityOf } from '../reading/patches';

/** How cdk8s names the file of an object, where it writes each to one of its own: by kind and name alone. */
const PLACES: ReadonlyMap<YamlOutputType, (object: ApiObject) => string> = new Map([
  [YamlOutputType.FILE_PER_RESOURCE, fileOf],
  [YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE, (object: ApiObject) => `${Chart.of(object).node.path}/${fileOf(object)}`],
]);

/** What is wrong with objects of a cluster that cdk8s would write over others of the app, which are then not there. */
export function overwritten(tree: Tree): Map<IConstruct, Complaint[]> {
  const { root } = tree.scope.node;
  const type = (root as Partial<App>).yamlOutputType;
  const placeOf = type === undefined ? undefined : PLACES.get(type);
  if (!placeOf) { return new Map(); }
  const written = root.node.findAll().filter((construct): construct is ApiObject => ApiObject.isApiObject(construct));
  const shared = [...groupedBy(written, placeOf).values()].filter(objects => objects.length > 1);
  const own = new Set<IConstruct>(tree.objects);
  const message = `yamlOutputType of the App must give each object a file, got '${YamlOutputType[type!]}', by which ${few(shared.map(([first]) => fileOf(first)))} would be written several times, and the last is left; `
    + 'choose YamlOutputType.FILE_PER_CHART, or name the objects apart by metadata.name';
  return new Map(shared.flat().filter(object => own.has(object)).map(object => [object, [{ message, cause: message }]]));
}

function fileOf(object: ApiObject): string {
  const { name = object.name } = identityOf(object);
  return `${object.kind}.${name}`.replace(/[^0-9a-zA-Z-_.]/g, '');
}
