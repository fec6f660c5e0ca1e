import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { World } from './world';
import { Intent } from '../../../intent/intent';

/** What a construct states, found again from anywhere in the app by its symbol, also across copies of this library. */
export interface Statement {
  readonly construct: IConstruct;
  readonly root: IConstruct;
  /** The intent as the complete app has it; throws where the app does not say what it must. */
  readonly read: (world: World) => Intent;
  /** What only the complete app shows to be wrong, beyond what rendering finds. */
  readonly check?: (world: World) => string[];
  /** Its objects; filled while they are made. */
  readonly objects: ApiObject[];
  /** The role of each object in the rendering. */
  readonly roles: string[];
}

const STATEMENT = Symbol.for('cdk8s-zero-trust.statement');

export function attach(statement: Statement): void {
  Object.defineProperty(statement.construct, STATEMENT, { value: statement });
}

export function statementOf(construct: IConstruct): Statement | undefined {
  return (construct as { [STATEMENT]?: Statement })[STATEMENT];
}
