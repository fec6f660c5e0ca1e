import { ChangedObject } from './access-change';
import { answerOf } from './answers';
import { contentOf, mayBear } from './digest';
import { PolicySet } from '../policy/policy-set';
import { AccessRequest, RequestDestination } from '../policy/request/request';
import { Replaced } from '../policy/resources/inventory';
import { Kind, KINDS, POLICY_KINDS, titleOf } from '../policy/resources/kinds';
import { constructOf, fullName, Resource } from '../policy/resources/policy';
import { Targeted } from '../policy/workloads/attachment';
import { kept } from '../util/kept';

/** An object that is otherwise before, or there on one side only. */
interface Difference {
  readonly kind: Kind;
  readonly before?: Resource<unknown>;
  readonly after?: Resource<unknown>;
}

/** Tells which of all that a change does gives a request its new answer: by asking what it would be answered if less were changed. */
export class Causes {
  private knownDifferences?: readonly Difference[];
  /** The manifests with some of the differences, by which. */
  private readonly states = new Map<string, PolicySet>();

  constructor(private readonly before: PolicySet, private readonly after: PolicySet) {}

  /** As few changed objects as it takes, none of which can be left out. */
  of(request: AccessRequest): ChangedObject[] {
    const answer = answerOf(this.after, request);
    const suffice = (changed: readonly Difference[], isNewMesh: boolean) => answer === this.answerWith(changed, isNewMesh, request);
    const near = this.differences.filter(difference => this.mayBear(difference, request.destination));
    let left = suffice(near, true) ? near : this.differences;
    const isOfMesh = !suffice(left, false);
    for (let count = Infinity; left.length < count;) {
      count = left.length;
      for (const one of left) {
        const others = left.filter(other => other !== one);
        if (suffice(others, isOfMesh)) left = others;
      }
    }
    return left.map(changedObject);
  }

  /** Policies come last, so that they are left where something else would do as well. */
  private get differences(): readonly Difference[] {
    return this.knownDifferences ??= (Object.keys(KINDS) as Kind[])
      .sort((a, b) => Number(POLICY_KINDS.includes(a)) - Number(POLICY_KINDS.includes(b))).flatMap(kind => this.differencesOf(kind));
  }

  private differencesOf(kind: Kind): Difference[] {
    const [old, now] = [this.before, this.after].map(({ _world: { inventory } }) => new Map(inventory.all(kind).map(one => [fullName(one), one])));
    const names = [...new Set([...old.keys(), ...now.keys()])].sort();
    return names.map(name => ({ kind, before: old.get(name), after: now.get(name) }))
      .filter(({ before, after }) => !before || !after || contentOf(before) !== contentOf(after));
  }

  private mayBear({ kind, before, after }: Difference, destination: RequestDestination): boolean {
    if (!POLICY_KINDS.includes(kind)) return true;
    return [before, after].some(policy => policy && [this.before, this.after].some(side => mayBear(policy as Resource<Targeted>, destination, side)));
  }

  /** The answer if only this had changed; undefined where nobody could ask then, as what the request names is not there. */
  private answerWith(changed: readonly Difference[], isNewMesh: boolean, request: AccessRequest): string | undefined {
    try {
      return answerOf(this.stateWith(changed, isNewMesh), request);
    } catch {
      return undefined;
    }
  }

  private stateWith(changed: readonly Difference[], isNewMesh: boolean): PolicySet {
    const key = JSON.stringify([changed.map(difference => this.differences.indexOf(difference)), isNewMesh]);
    return kept(this.states, key, () => this.before._with(changed.map(replaced), isNewMesh ? this.after : this.before));
  }
}

function replaced({ kind, before, after }: Difference): Replaced {
  const { namespace, name } = (after ?? before)!;
  return { kind, namespace, name, object: after };
}

function changedObject({ kind, before, after }: Difference): ChangedObject {
  const object = (after ?? before)!;
  const construct = constructOf(object);
  const of = { kind: titleOf(kind), namespace: object.namespace, name: object.name };
  return construct === undefined ? of : { ...of, construct };
}
