import { OtherPods } from './other-pods';
import { atomsOf } from './rule-atoms';
import { Statement, statementOf } from './statement';
import { World } from './world';
import { AccessIntent, Intent, JwtIntent } from '../../../intent/intent';
import { PlaintextIntent } from '../../../intent/plaintext-intent';
import { selects } from '../../../intent/ports';
import { WorkloadFacts } from '../../../intent/workload';
import { kept } from '../../../util/kept';
import { unique } from '../../../util/text';

type Kind = NonNullable<Statement['opens']>;

/** An intent, and the construct that states it. */
export interface StatedIntent<T extends Intent> { readonly path: string; readonly intent: T }

/** What is stated for the workloads of an app, by namespace. An intent is read when somebody asks for those of its namespace; one that cannot be read is left out, as its construct tells why. */
export class StatedIntents {
  public static of(world: World): StatedIntents { return kept(StatedIntents.known, world, () => new StatedIntents(world)); }

  private static readonly known = new WeakMap<World, StatedIntents>();

  private readonly statements: Readonly<Record<Kind, Map<string, Statement[]>>> = { access: new Map(), jwt: new Map(), plaintext: new Map() };
  private readonly accesses = new Map<string, readonly StatedIntent<AccessIntent>[]>();
  private readonly apis = new Map<string, readonly StatedIntent<JwtIntent>[]>();
  private readonly exceptions = new Map<string, readonly StatedIntent<PlaintextIntent>[]>();
  private readonly atTargets = new Map<WorkloadFacts, readonly StatedIntent<JwtIntent>[]>();
  private readonly atoms = { access: new Map<string, ReadonlySet<string>>(), jwt: new Map<string, ReadonlySet<string>>() };
  private readonly unreadable = new Set<string>();

  private constructor(private readonly world: World) {
    for (const statement of world.tree.constructs.flatMap(construct => statementOf(construct) ?? [])) {
      const { opens: kind } = statement;
      if (kind) { kept(this.statements[kind], statement.objects[0].metadata.namespace!, () => []).push(statement); }
    }
  }

  /** Where anything is stated, also for workloads that are not of the app. */
  public get namespaces(): string[] { return unique(Object.values(this.statements).flatMap(stated => [...stated.keys()])); }

  public accessesIn(namespace: string): readonly StatedIntent<AccessIntent>[] { return kept(this.accesses, namespace, () => this.readAll('access', namespace)); }

  public apisIn(namespace: string): readonly StatedIntent<JwtIntent>[] { return kept(this.apis, namespace, () => this.readAll('jwt', namespace)); }

  public exceptionsIn(namespace: string): readonly StatedIntent<PlaintextIntent>[] {
    return kept(this.exceptions, namespace, () => this.readAll('plaintext', namespace));
  }

  /** All that accesses, or APIs, say of a workload of the app, in atoms. */
  public atomsFor(kind: 'access' | 'jwt', namespace: string, path: string): ReadonlySet<string> {
    return kept(this.atoms[kind], `${namespace} ${path}`, () => {
      return new Set(this.statedIn(kind, namespace).filter(({ intent: { target } }) => target.kind !== 'Pods' && target.path === path).flatMap(({ intent }) => atomsOf(intent)));
    });
  }

  /** All that accesses, or APIs, say of pods that they describe, in atoms. */
  public atomsForPods(kind: 'access' | 'jwt', pods: OtherPods): ReadonlySet<string> {
    const { otherPods } = this.world;
    const describing = this.statedIn(kind, pods.namespace).filter(({ intent: { target } }) => otherPods.describedBy(target).includes(pods));
    return new Set(describing.flatMap(({ intent }) => atomsOf(intent)));
  }

  /** APIs at pods of a workload, whatever words they are stated by, and at Services of it where that is done at a waypoint. */
  public apisAt(target: WorkloadFacts): readonly StatedIntent<JwtIntent>[] {
    const apis = this.apisIn(target.namespace);
    return apis.length === 0 ? apis : kept(this.atTargets, target, () => apis.filter(({ intent }) => this.meet(intent.target, target)));
  }

  /** Whether policies for two workloads of a namespace bear on the same pods, or on the same Service at a waypoint. */
  public meet(one: WorkloadFacts, other: WorkloadFacts): boolean {
    return this.meetAtPods(one, other) || (this.world.placeOf(one).waypoint !== undefined && shareService(one, other));
  }

  /** Whether policies for two workloads select the same pods. */
  public meetAtPods(one: WorkloadFacts, other: WorkloadFacts): boolean {
    if (one.namespace !== other.namespace) { return false; }
    if (selects(one.selectorLabels, other.podLabels) || selects(other.selectorLabels, one.podLabels)) { return true; }
    const both = { ...one.selectorLabels, ...other.selectorLabels };
    const { workloads, otherPods } = this.world;
    return selects(one.selectorLabels, both) && [workloads, otherPods].some(all => all.selectedBy(one.namespace, both).length > 0);
  }

  /** Whether all APIs of a namespace can be read, so that those known are all there are. */
  public knowsApisOf(namespace: string): boolean {
    this.apisIn(namespace);
    return !this.unreadable.has(namespace);
  }

  private statedIn(kind: 'access' | 'jwt', namespace: string): readonly StatedIntent<AccessIntent | JwtIntent>[] {
    return kind === 'access' ? this.accessesIn(namespace) : this.apisIn(namespace);
  }

  private readAll<T extends Intent>(kind: Kind, namespace: string): StatedIntent<T>[] {
    return (this.statements[kind].get(namespace) ?? []).flatMap(({ construct, read }) => {
      try {
        return { path: construct.node.path, intent: read(this.world) as T };
      } catch {
        if (kind === 'jwt') { this.unreadable.add(namespace); }
        return [];
      }
    });
  }
}

/** Whether two workloads, or one in two descriptions, stand behind the same Service. */
export function shareService({ services }: WorkloadFacts, other: WorkloadFacts): boolean {
  return services.some(({ name }) => other.services.some(service => service.name === name));
}

