import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { place } from './order';
import { Renderings } from './renderings';
import { ObjectOrigin, objectProps, ObjectRole } from './stated-object';
import { checkWithEachValidation } from './validation';
import { Intent } from '../../../intent/intent';
import { attach, LateCheck, Statement } from '../index/statement';
import { World } from '../index/world';

/** What a construct states. */
export interface Statements {
  readonly read: (world: World) => Intent;
  readonly check?: LateCheck;
}

/** States an intent of several objects, and makes them. */
export function state(construct: Construct, statements: Statements, origin: Omit<ObjectOrigin, 'path'>, roles: readonly ObjectRole[]): ApiObject[] {
  const statement = stateIntent(construct, statements);
  const { path } = construct.node;
  statement.roles.push(...roles.map(({ role }) => role));
  statement.objects.push(...roles.map(role => {
    const scope = role.chart === undefined ? construct : new Chart(construct, role.chart);
    const object = new ApiObject(scope, role.id!, objectProps(role, { ...origin, path }, () => specOf(statement, role.role)));
    if (role.position) { place(object, role.position); }
    return object;
  }));
  return statement.objects;
}

/** States an intent, by objects that are there already: has it checked whenever the app is validated. */
export function stateIntent(construct: Construct, { read, check }: Statements, objects: ApiObject[] = [], roles: string[] = []): Statement {
  const root = construct.node.root;
  const statement: Statement = { construct, root, read, check, objects, roles };
  attach(statement);
  checkWithEachValidation(root);
  return statement;
}

/** The `spec` of an object of a statement; throws where anything is wrong with it, should nobody have validated. */
export function specOf(statement: Statement, role: string): object {
  const { specs, problems } = Renderings.of(statement.root).renderingOf(statement);
  if (problems.length > 0) { throw new Error(`[${statement.construct.node.path}] ${problems.join('; ')}`); }
  return specs[role];
}
