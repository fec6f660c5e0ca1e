import { IConstruct } from 'constructs';
import { Statement, statementOf } from './statement';
import { World } from './world';
import { render } from '../../render/render';
import { Rendering } from '../../render/rendering';
import { listed, unique } from '../../util/text';

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

  private readonly renderings = new Map<Statement, Rendering>();
  private objectNames?: ReadonlyMap<string, readonly string[]>;

  private constructor(private readonly world: World) {}

  /** The objects of a statement and what is wrong with them. */
  public renderingOf(statement: Statement): Rendering {
    let rendering = this.renderings.get(statement);
    if (!rendering) { this.renderings.set(statement, rendering = this.render(statement)); }
    return rendering;
  }

  private render(statement: Statement): Rendering {
    try {
      const { specs, problems } = render(statement.read(this.world));
      return { specs, problems: unique([...problems, ...statement.check(this.world), ...this.takenNames(statement)]) };
    } catch (error) {
      // what an intent refers to may be wrong in itself: reported together with all other problems of the app
      return { specs: {}, problems: [(error as Error).message] };
    }
  }

  private takenNames(statement: Statement): string[] {
    this.objectNames ??= pathsByName(this.world);
    return statement.objects.flatMap(object => {
      const others = this.objectNames!.get(object.name)!.filter(path => path !== object.node.path);
      return others.length === 0 ? [] : [`object name '${object.name}' must be unique in the app, but ${listed(others)} has it too; set metadata.name`];
    });
  }
}

function pathsByName({ tree }: World): Map<string, string[]> {
  const paths = new Map<string, string[]>();
  for (const object of tree.constructs.flatMap(construct => statementOf(construct)?.objects ?? [])) {
    paths.set(object.name, [...(paths.get(object.name) ?? []), object.node.path]);
  }
  return paths;
}
