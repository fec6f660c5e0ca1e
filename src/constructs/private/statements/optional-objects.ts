import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { Renderings } from './renderings';
import { Statement } from '../index/statement';

/** Leaves of the objects that may be needed or not those that are: how many an intent comes to may hang on what the complete app says. Whether any was made or taken out. */
export function settleObjects(root: IConstruct): boolean {
  return Renderings.ofApp(root).flatMap(renderings => renderings.withOptionalObjects.filter(statement => settle(statement, renderings))).length > 0;
}

function settle(statement: Statement, renderings: Renderings): boolean {
  const { specs, problems } = renderings.renderingOf(statement);
  if (problems.length > 0) { return false; }
  const { roles, optional, make } = statement;
  const isWrong = (role: string) => role in specs !== roles.includes(role);
  const wrong = make ? [...roles.filter(isWrong), ...Object.keys(specs).filter(isWrong)] : [...optional?.keys() ?? []].filter(isWrong);
  for (const role of wrong) {
    if (role in specs) { add(statement, role, make ? make(role) : optional!.get(role)!()); } else { remove(statement, role); }
  }
  return wrong.length > 0;
}

function add({ objects, roles }: Statement, role: string, object: ApiObject): void {
  objects.push(object);
  roles.push(role);
}

function remove({ construct, objects, roles }: Statement, role: string): void {
  const index = roles.indexOf(role);
  construct.node.tryRemoveChild(objects[index].node.id);
  objects.splice(index, 1);
  roles.splice(index, 1);
}
