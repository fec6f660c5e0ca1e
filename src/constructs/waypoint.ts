import { WaypointFacts } from '../intent/mesh';
import { noFurther } from '../util/arguments';
import { atLeastOne, namespaceName, objectName } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';

/** Options of a waypoint that is created. */
export interface WaypointOptions {
  /**
   * Name of the Gateway, and of the service account that its pods run as, and nothing else may.
   *
   * @default - the name of the namespace, or where it is for single Services of the first of these, and `-waypoint`
   */
  readonly name?: string;

  /**
   * Other namespaces whose traffic may pass it, each with a ZeroTrustNamespace that names it by `Waypoint.existing`.
   *
   * @default - only its own namespace
   */
  readonly usedBy?: string[];

  /**
   * Whether what is sent to the addresses of pods passes it as well, and not to Services only; rendered as `istio.io/waypoint-for: all`. Nothing of that is allowed but what readers of metrics call, at their ports: accesses are for Services.
   * Not with `usedBy`.
   *
   * @default false
   */
  readonly forPods?: boolean;
}

const OPTIONS: InputStruct<WaypointOptions> = { name: 'WaypointOptions', members: { name: 'value', usedBy: 'value', forPods: 'flag' } };

/**
 * The waypoint of an ambient namespace, or of single Services in it: the proxy that sees HTTP on the way to its Services.
 *
 * @see https://istio.io/latest/docs/ambient/usage/waypoint/
 */
export class Waypoint {
  /**
   * A waypoint in the namespace itself. Renders a `Gateway` of class `istio-waypoint` for traffic to Services, and where asked to pods.
   *
   * @param options name, and other namespaces that use it
   */
  public static create(options: WaypointOptions = {}): Waypoint {
    noFurther('Waypoint.create', arguments, 1, 'a namespace has one waypoint, beside those of single Services: see serviceWaypoints');
    const given = taken('Waypoint.create', OPTIONS, options);
    const usedBy = given.usedBy === undefined ? [] : atLeastOne('usedBy', given.usedBy, 'leave it out if only its own namespace uses it');
    const name = given.name === undefined ? undefined : objectName('name', given.name);
    usedBy.forEach((user, i) => namespaceName(`usedBy[${i}]`, user));
    const { forPods = false } = given;
    if (forPods && usedBy.length > 0) { throw new Error('forPods must be left out beside usedBy: what is allowed to addresses of pods would hold for those of all namespaces; give each a waypoint of its own'); }
    const text = `a waypoint in the namespace itself${name === undefined ? '' : `, named ${name}`}${usedBy.length === 0 ? '' : `, also for ${usedBy.join(', ')}`}${forPods ? ', also for what is sent to pods' : ''}`;
    return new Waypoint((namespace, of) => ({ namespace, name: short(name ?? `${of}-waypoint`), ...forPods ? { forPods } : {} }), usedBy, text);
  }

  /**
   * A waypoint that is there already, of class `istio-waypoint`, and that admits this namespace by its `allowedRoutes`.
   *
   * @param namespace the namespace of its Gateway
   * @param name the name of its Gateway
   */
  public static existing(namespace: string, name: string): Waypoint {
    noFurther('Waypoint.existing', arguments, 2, 'a namespace has one waypoint, beside those of single Services: see serviceWaypoints');
    const facts = { namespace: namespaceName('namespace', namespace), name: objectName('name', name) };
    return new Waypoint(() => facts, undefined, `the waypoint ${facts.namespace}/${facts.name}`);
  }

  /**
   * The waypoint of a namespace, or of a Service there.
   *
   * @internal
   */
  public readonly _of: (namespace: string, of: string) => WaypointFacts;

  /**
   * Namespaces that it is created for beside its own; undefined where it exists already.
   *
   * @internal
   */
  public readonly _usedBy: readonly string[] | undefined;

  private constructor(of: (namespace: string, of: string) => WaypointFacts, usedBy: readonly string[] | undefined, private readonly text: string) {
    this._of = of;
    this._usedBy = usedBy;
  }

  /** Which waypoint it is, as text for tables and messages: `the waypoint infra/waypoint`. */
  public describeWaypoint(): string { return this.text; }
}

/** Its Service has the same name, and such names are limited. */
function short(name: string): string {
  if (name.length > 63) { throw new Error(`name of the waypoint must have at most 63 characters, got ${quoted(name)}; give it a shorter one by Waypoint.create({ name: '…' })`); }
  return name;
}
