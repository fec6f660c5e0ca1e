import { AccessChange, AccessEffect, Permissiveness, UndecidedDestination } from './access-change';
import { answersOf, IF_CHANGED, kindOf, NOWHERE } from './answers';
import { OutOfBudget } from './budget';
import { Causes } from './causes';
import { DestinationAnalysis } from './destination-analysis';
import { destinationsOf } from './destinations';
import { Digests } from './digest';
import { givenPolicies } from './given-policies';
import { linesOf } from './lines';
import { Port } from './port';
import { Statement, statementsOf, UNTOLD } from './statements';
import { PolicySet } from '../policy/policy-set';
import { Decision } from '../policy/request/decision';
import { servicePort } from '../policy/services/service';
import { noFurther } from '../util/arguments';
import { suggestion } from '../util/suggestion';
import { quoted } from '../util/text';

/**
 * What a change of manifests opens and closes: the answers of two PolicySets to all requests, compared.
 *
 * @example
 *
 * const before = PolicySet.fromYaml('# the manifests as they are');
 * const after = PolicySet.fromYaml('# the manifests as they will be');
 * console.log(PolicyComparison.of(before, after).toString());
 */
export class PolicyComparison {
  /**
   * Compares the answers to all requests to each destination of either.
   *
   * @param before the manifests as they are
   * @param after the manifests as they will be
   */
  static of(before: PolicySet, after: PolicySet): PolicyComparison {
    noFurther('PolicyComparison.of', arguments, 2, 'compare two states at a time');
    return new PolicyComparison(givenPolicies('before', before)._ofMesh, givenPolicies('after', after)._ofMesh);
  }

  /** What may be reached that could not be before, and the other way round; each with a request that shows it. */
  readonly changes: AccessChange[] = [];

  /** Destinations that are not compared, and policies whose workloads are not in the manifests, with the reason: what they are for may have changed in any way. */
  readonly undecided: UndecidedDestination[] = [];

  private readonly causes: Causes;
  private readonly destinations: readonly string[];

  private constructor(before: PolicySet, after: PolicySet) {
    this.causes = new Causes(before, after);
    const [from, to] = [destinationsOf(before, after), destinationsOf(after, before)];
    const digests = new Digests(before, after);
    const ports = new Map([...from, ...to]);
    this.destinations = [...ports.keys()];
    const idle = digests.idle([...ports.values()].map(({ destination }) => destination));
    this.undecided.push(...idle.map(destination => ({ destination, reason: NOBODYS })));
    for (const [, port] of [...ports].sort(([a], [b]) => a < b ? -1 : 1)) {
      const sides = [hasDestination(before, from, port) ? before : undefined, hasDestination(after, to, port) ? after : undefined];
      if (sides.includes(undefined) || !digests.areEqual(port.destination)) this.compare(port, sides);
    }
  }

  /** How the manifests after the change compare with those before. What is not decided may be anything. */
  get permissiveness(): Permissiveness { return permissivenessBy(this.changes, this.undecided); }

  /**
   * The same of all requests to one destination.
   *
   * @param destination as changes name it: `shop/api:8080`, `Service shop/api:80`
   * @throws where no such destination is compared
   */
  permissivenessOf(destination: string): Permissiveness {
    if (!this.destinations.includes(destination)) {
      throw new Error(`destination must be one that is compared, got ${quoted(destination)}${suggestion(destination, this.destinations)}`);
    }
    const isOf = (one: { readonly destination: string }) => one.destination === destination;
    return permissivenessBy(this.changes.filter(isOf), this.undecided.filter(isOf));
  }

  /** The changes that open something. */
  get granted(): AccessChange[] {
    return this.changes.filter(({ effect }) => effect === AccessEffect.GRANTED);
  }

  /** The changes that close something. */
  get revoked(): AccessChange[] {
    return this.changes.filter(({ effect }) => effect === AccessEffect.REVOKED);
  }

  /** All of it, a line each; of several ports of one workload of which the same is to be said, one. */
  toString(): string {
    const undecided = this.undecided.map(({ destination, reason }) => ({ destination, toString: () => `UNDECIDED ${destination}: ${reason}` }));
    return [this.permissiveness, ...linesOf([...this.changes, ...undecided])].join('\n');
  }

  private compare({ name, destination }: Port, sides: readonly (PolicySet | undefined)[]): void {
    try {
      const analysis = new DestinationAnalysis(sides, destination);
      const statements = statementsOf(analysis, effectOf);
      this.changes.push(...statements.map(statement => changeOf(name, statement, sides, this.causes)));
    } catch (error) {
      if (!(error instanceof OutOfBudget)) throw error;
      this.undecided.push({ destination: name, reason: error.message });
    }
  }
}

function permissivenessBy(changes: readonly AccessChange[], undecided: readonly UndecidedDestination[]): Permissiveness {
  const effects = new Set(changes.map(({ effect }) => effect));
  if (undecided.length > 0 || effects.has(AccessEffect.UNCERTAIN) || effects.size > 1) return Permissiveness.INCOMPARABLE;
  if (effects.size === 0) return Permissiveness.EQUIVALENT;
  return effects.has(AccessEffect.GRANTED) ? Permissiveness.MORE_PERMISSIVE : Permissiveness.LESS_PERMISSIVE;
}

/** Why nothing is said of what a policy is for. */
const NOBODYS = 'it differs, and is for nothing in the manifests; add the workloads that it is for';

/** A port that is named on one side only is any other port on the other, if what has it is there. What is called may be there without a waypoint. */
function hasDestination({ _world: { inventory } }: PolicySet, ports: ReadonlyMap<string, Port>, { name, destination }: Port): boolean {
  const { namespace, service, serviceEntry, workload, gateway, port } = destination;
  if (ports.has(name)) return true;
  if (serviceEntry !== undefined) return inventory.find('ServiceEntry', namespace, serviceEntry)?.spec.ports?.some(({ number }) => number === port) ?? false;
  const found = inventory.find('Service', namespace, service);
  if (service !== undefined) return found !== undefined && servicePort(found, port) !== undefined;
  return [...ports.values()].some(({ destination: other }) =>
    other.namespace === namespace && other.workload === workload && other.gateway === gateway);
}

/** Every change is shown by a request, of which both sets are asked once more. */
function changeOf(name: string, said: Statement, sides: readonly (PolicySet | undefined)[], causes: Causes): AccessChange {
  const { answer, example } = said;
  const told = answersOf(sides, example);
  if (effectOf(told) !== answer) {
    throw new Error(`the analysis of '${name}' is wrong: ${answer} is shown by no request, got ${told}; please report it with the manifests`);
  }
  const [before, after] = sides.map(side => side?.isAuthorized(example));
  return AccessChange._of(answer as AccessEffect, name, said, () => sides.includes(undefined) ? [] : causes.of(example), before, after);
}

const LEVELS: Readonly<Record<string, number>> = {
  [NOWHERE]: 0, [Decision.DENY]: 0, [IF_CHANGED]: 1, [Decision.CONDITIONAL]: 2, [Decision.ALLOW]: 3,
};

/** What becomes of a request that was answered so before and is answered so after. */
function effectOf(answers: string): string {
  const [before, after] = answers.split('|');
  const [old, now] = [before, after].map(answer => LEVELS[kindOf(answer)]);
  if (before === after) return UNTOLD;
  if (old === undefined || now === undefined || asksOthers(before, after)) return AccessEffect.UNCERTAIN;
  if (old === now) return UNTOLD;
  return now > old ? AccessEffect.GRANTED : AccessEffect.REVOKED;
}

/** Whether authorizers are asked on both sides, and not the same. */
function asksOthers(...answers: readonly string[]): boolean {
  const [old, now] = answers.map(answer => answer.slice(kindOf(answer).length));
  return old !== '' && now !== '' && old !== now;
}
