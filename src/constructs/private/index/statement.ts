import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { Problem } from './complaint';
import { World } from './world';
import { Audited } from '../../../intent/audit-intent';
import { ServiceAccountCaller } from '../../../intent/caller';
import { Intent } from '../../../intent/intent';
import { OpaDecision } from '../../../intent/opa-calls';
import { WorkloadFacts } from '../../../intent/workload';
import { kept } from '../../../util/kept';
import { readable } from '../../../util/together';

/** What the complete app shows to be wrong with a construct. */
export type LateCheck = (world: World) => readonly Problem[];

/** What an EgressBoundary is for. */
export interface Bounds {
  readonly within: string;
  /** Undefined for all pods of the namespace that have none of their own. */
  readonly pods?: WorkloadFacts;
}

/** What an OpaAuthorizer decides by rules, and for which workloads. */
export interface OpaRules extends OpaDecision { readonly protects: readonly WorkloadFacts[] }

/** What a construct states, found again from anywhere in the app by its symbol, also across copies of this library. */
export interface Statement {
  readonly construct: IConstruct;
  /** What it opens at a workload, known without reading it. */
  readonly opens?: 'access' | 'jwt' | 'plaintext';
  /** Of which pods it audits calls, and which access logs these have, where it does. */
  readonly audits?: (world: World) => Audited;
  /** Name of the access log of what is refused in the mesh, where it states that. */
  readonly securityLog?: string;
  /** The service account that it cuts off, where it does. */
  readonly cuts?: (world: World) => ServiceAccountCaller;
  /** Whose sidecars it has block what they do not know, where it does. */
  readonly bounds?: () => Bounds;
  /** What it decides by rules of OPA, where it does. */
  readonly decides?: (world: World) => OpaRules | undefined;
  /** Whether it is read from what all others state. */
  readonly isNetwork?: boolean;
  /** Constructs whose own objects it relies on, as they were made. */
  readonly watches?: readonly IConstruct[];
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
  /** Makes an object of any role of its rendering, where only the complete app shows which it has. */
  readonly make?: (role: string) => ApiObject;
}

const STATEMENT = Symbol.for('cdk8s-zero-trust.statement');

export function attach(statement: Statement): void {
  Object.defineProperty(statement.construct, STATEMENT, { value: statement });
}

export function statementOf(construct: IConstruct): Statement | undefined {
  return (construct as { [STATEMENT]?: Statement })[STATEMENT];
}

const knownIntents = new WeakMap<World, Map<Statement, Intent>>();

/** The intent of a statement, read once for all who ask; throws as often as it cannot be read. */
export function readOnce(world: World, statement: Statement): Intent {
  return kept(kept(knownIntents, world, () => new Map<Statement, Intent>()), statement, () => statement.read(world));
}

/** What is read of the statements of an app, in the order of its constructs. One that cannot be read is left out, as its construct tells why. */
export function readEach<T>({ tree }: World, read: (statement: Statement) => T | undefined): T[] {
  return tree.constructs.flatMap(construct => {
    const statement = statementOf(construct);
    const found = statement && readable(() => read(statement));
    return found === undefined ? [] : [found];
  });
}

const CHECK = Symbol.for('cdk8s-zero-trust.check');

/** Has a construct checked that states no intent. */
export function attachCheck(construct: IConstruct, check: LateCheck): void {
  Object.defineProperty(construct, CHECK, { value: check });
}

export function checkOf(construct: IConstruct): LateCheck | undefined {
  return (construct as { [CHECK]?: LateCheck })[CHECK];
}
