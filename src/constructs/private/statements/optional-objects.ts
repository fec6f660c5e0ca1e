import { IConstruct } from 'constructs';
import { Renderings } from './renderings';
import { Statement } from '../index/statement';

/** Leaves of the objects that may be needed or not those that are: how many an intent comes to may hang on what the complete app says. Whether any was made or taken out. */
export function settleObjects(root: IConstruct): boolean {
  return Renderings.ofApp(root).flatMap(renderings => renderings.withOptionalObjects.filter(statement => settle(statement, renderings))).length > 0;
}

function settle(statement: Statement, renderings: Renderings): boolean {
  const { specs, problems } = renderings.renderingOf(statement);
  const wrong = problems.length > 0 ? [] : [...statement.optional ?? []].filter(([role]) => role in specs !== statement.roles.includes(role));
  for (const [role, make] of wrong) { if (role in specs) { add(statement, role, make); } else { remove(statement, role); } }
  return wrong.length > 0;
}

function add({ objects, roles }: Statement, role: string, make: ReturnType<NonNullable<Statement['optional']>['get']>): void {
  objects.push(make!());
  roles.push(role);
}

function remove({ construct, objects, roles }: Statement, role: string): void {
  const index = roles.indexOf(role);
  construct.node.tryRemoveChild(objects[index].node.id);
  objects.splice(index, 1);
  roles.splice(index, 1);
}
