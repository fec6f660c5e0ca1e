import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { Intent } from '../../../intent/intent';
import { render } from '../../../render/render';
import { Rendering } from '../../../render/rendering';
import { listed, unique } from '../../../util/text';
import { Statement, statementOf } from '../index/statement';
import { World } from '../index/world';
import { Witnessed } from '../witnesses/witnessed';

/** What the statements of an app come to in one world: each is rendered and checked once. */
export class Renderings {
  /** The renderings as of the last validation. */
  public static of(root: IConstruct): Renderings {
    const world = World.of(root);
    let renderings = Renderings.known.get(world);
    if (!renderings) { Renderings.known.set(world, renderings = new Renderings(world)); }
    return renderings;
  }

  private static readonly known = new WeakMap<World, Renderings>();

  private readonly statements: readonly Statement[];
  private readonly intents = new Map<Statement, Intent>();
  private readonly renderings = new Map<Statement, Rendering>();
  private wrong?: ReadonlyMap<Statement, readonly string[]>;
  private objectNames?: ReadonlyMap<string, readonly ApiObject[]>;

  private constructor(private readonly world: World) {
    this.statements = world.tree.constructs.flatMap(construct => statementOf(construct) ?? []);
  }

  /** Statements with which something is wrong. */
  public get faulty(): readonly Statement[] { return [...this.problems.keys()]; }

  /** What is wrong with a statement: in itself, or where all are right by themselves, together with the other policies of the app. */
  public problemsOf(statement: Statement): readonly string[] { return this.problems.get(statement) ?? []; }

  /** The objects of a statement and what is wrong with them. */
  public renderingOf(statement: Statement): Rendering {
    let rendering = this.renderings.get(statement);
    if (!rendering) { this.renderings.set(statement, rendering = this.render(statement)); }
    return rendering;
  }

  private get problems(): ReadonlyMap<Statement, readonly string[]> {
    if (!this.wrong) {
      this.wrong = problemsBy(this.statements, statement => this.renderingOf(statement).problems);
      if (this.wrong.size === 0) { this.wrong = this.defeats(); }
    }
    return this.wrong;
  }

  private defeats(): ReadonlyMap<Statement, readonly string[]> {
    const statedBy = (statement: Statement) => ({ statement, intent: this.intents.get(statement)!, rendering: this.renderingOf(statement) });
    const stated = new Map(this.statements.map(statement => [statement, statedBy(statement)]));
    const witnessed = new Witnessed(this.world, [...stated.values()]);
    return problemsBy(this.statements, statement => witnessed.problemsOf(stated.get(statement)!));
  }

  private render(statement: Statement): Rendering {
    try {
      const intent = statement.read(this.world);
      this.intents.set(statement, intent);
      const { specs, problems } = render(intent);
      return { specs, problems: unique([...problems, ...statement.check?.(this.world) ?? [], ...this.takenNames(statement)]) };
    } catch (error) {
      // what an intent refers to may be wrong in itself: reported together with all other problems of the app
      return { specs: {}, problems: [(error as Error).message] };
    }
  }

  private takenNames({ objects }: Statement): string[] {
    this.objectNames ??= byName(this.statements.flatMap(statement => statement.objects));
    return objects.flatMap(object => {
      const others = this.objectNames!.get(object.name)!.filter(other => other !== object).map(other => other.node.path);
      return others.length === 0 ? [] : [`object name '${object.name}' must be unique in the app, but ${listed(others)} has it too; set metadata.name`];
    });
  }
}

function problemsBy(statements: readonly Statement[], find: (statement: Statement) => readonly string[]): Map<Statement, readonly string[]> {
  const found = statements.map((statement): [Statement, readonly string[]] => [statement, find(statement)]);
  return new Map(found.filter(([, problems]) => problems.length > 0));
}

function byName(objects: readonly ApiObject[]): Map<string, ApiObject[]> {
  const names = new Map<string, ApiObject[]>();
  for (const object of objects) {
    const same = names.get(object.name);
    if (same) { same.push(object); } else { names.set(object.name, [object]); }
  }
  return names;
}
