import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { Problem } from './complaint';
import { World } from './world';
import { Intent } from '../../../intent/intent';

/** What the complete app shows to be wrong with a construct. */
export type LateCheck = (world: World) => readonly Problem[];

/** What a construct states, found again from anywhere in the app by its symbol, also across copies of this library. */
export interface Statement {
  readonly construct: IConstruct;
  /** What it opens at a workload, known without reading it. */
  readonly opens?: 'access' | 'jwt' | 'plaintext';
  /** The intent as the complete app has it; throws where the app does not say what it must. */
  readonly read: (world: World) => Intent;
  /** What only the complete app shows to be wrong, beyond what rendering finds. */
  readonly check?: LateCheck;
  /** Its objects; filled while they are made. */
  readonly objects: ApiObject[];
  /** The role of each object in the rendering. */
  readonly roles: string[];
  /** Makes an object of a role that may be needed or not, as the complete app shows. */
  readonly optional?: ReadonlyMap<string, () => ApiObject>;
}

const STATEMENT = Symbol.for('cdk8s-zero-trust.statement');

export function attach(statement: Statement): void {
  Object.defineProperty(statement.construct, STATEMENT, { value: statement });
}

export function statementOf(construct: IConstruct): Statement | undefined {
  return (construct as { [STATEMENT]?: Statement })[STATEMENT];
}

const CHECK = Symbol.for('cdk8s-zero-trust.check');

/** Has a construct checked that states no intent. */
export function attachCheck(construct: IConstruct, check: LateCheck): void {
  Object.defineProperty(construct, CHECK, { value: check });
}

export function checkOf(construct: IConstruct): LateCheck | undefined {
  return (construct as { [CHECK]?: LateCheck })[CHECK];
}
