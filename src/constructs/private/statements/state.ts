import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { place } from './order';
import { Renderings } from './renderings';
import { ObjectOrigin, objectProps, ObjectRole } from './stated-object';
import { checkWithEachValidation } from './validation';
import { Intent } from '../../../intent/intent';
import { attach, LateCheck, Statement } from '../index/statement';
import { World } from '../index/world';
import { INGRESS_CLASS, rememberClass } from '../reading/gateway-class';
import { rememberAsMade } from '../reading/patches';

/** What a construct states. */
export interface Statements {
  readonly read: (world: World) => Intent;
  readonly check?: LateCheck;
  readonly opens?: Statement['opens'];
  readonly audits?: Statement['audits'];
  readonly decides?: Statement['decides'];
  readonly watches?: Statement['watches'];
  readonly securityLog?: Statement['securityLog'];
  readonly cuts?: Statement['cuts'];
  readonly bounds?: Statement['bounds'];
  readonly isNetwork?: Statement['isNetwork'];
  readonly make?: Statement['make'];
}

/** States an intent of several objects, and makes them. */
export function state(construct: Construct, statements: Statements, origin: Omit<ObjectOrigin, 'path'>, roles: readonly ObjectRole[]): ApiObject[] {
  const make = (role: ObjectRole) => makeObject(construct, origin, role, () => statement);
  const optional = new Map(roles.filter(({ isOptional }) => isOptional).map(role => [role.role, () => make(role)]));
  const statement = stateIntent(construct, statements, [], roles.map(({ role }) => role), optional);
  statement.objects.push(...roles.map(make));
  return statement.objects;
}

/** States an intent of as many objects as its rendering has roles, which only the complete app shows. */
export function stateFamily(construct: Construct, statements: Statements, origin: Omit<ObjectOrigin, 'path'>, roleOf: (role: string) => ObjectRole): void {
  const statement: Statement = stateIntent(construct, { ...statements, make: role => makeObject(construct, origin, roleOf(role), () => statement) });
}

function makeObject(construct: Construct, origin: Omit<ObjectOrigin, 'path'>, role: ObjectRole, statement: () => Statement): ApiObject {
  const scope = role.chart === undefined ? construct : new Chart(construct, role.chart);
  const object = new ApiObject(scope, role.id!, objectProps(role, { ...origin, path: construct.node.path }, () => specOf(statement(), role.role)));
  rememberAsMade(object);
  if (role.kind === 'KubernetesGateway') { rememberClass(object, role.gatewayClass ?? INGRESS_CLASS); }
  if (role.position) { place(object, role.position); }
  return object;
}

/** States an intent, by objects that are there already: has it checked whenever the app is validated. */
export function stateIntent(construct: Construct, { read, check, ...more }: Statements, objects: ApiObject[] = [], roles: string[] = [], optional?: Statement['optional']): Statement {
  const statement: Statement = { construct, ...more, read, check, objects, roles, optional };
  objects.forEach(rememberAsMade);
  attach(statement);
  checkWithEachValidation(construct.node.root);
  return statement;
}

/** The `spec` of an object of a statement; throws where anything is wrong with it, should nobody have validated. */
export function specOf(statement: Statement, role: string): object {
  const { specs, problems } = Renderings.of(statement.construct).renderingOf(statement);
  if (problems.length > 0) { throw new Error(`[${statement.construct.node.path}] ${problems.join('; ')}`); }
  if (specs[role] === undefined) { throw new Error(`[${statement.construct.node.path}] an object of it is not needed, which validation finds out; validate the app before it is rendered`); }
  return specs[role];
}
