import { DescribedPolicy } from './described-defeat';
import { OtherObject } from './other-objects';
import { Stated } from './stated';
import { keyOf } from './stated-policies';
import { closesOthers } from '../../../intent/intent';
import { selects } from '../../../intent/ports';
import { isLock } from '../../../render/namespace';
import { Judgement, PolicyName } from '../../../validation/defeat';

/** Whose the policies of an app are, as is asked of those that defeat something. */
export class PolicyOwners {
  private knownStatedBy?: ReadonlyMap<string, Stated>;

  public constructor(private readonly stated: readonly Stated[], private readonly others: readonly OtherObject[]) {}

  /** Whether no intent states it. */
  public isOther(policy: PolicyName): boolean { return this.others.some(other => keyOf(other) === keyOf(policy)); }

  /** Policies of a namespace, of the mesh, and of other intents say what is meant, too: what these reach beyond their own pods is meant or refused by itself. */
  public of(policy: PolicyName, { statement }: Stated): ReturnType<Judgement['ownerOf']> {
    const owner = this.statedBy.get(keyOf(policy));
    if (!owner) { return 'other'; }
    const { objects, roles } = owner.statement;
    if (isLock(roles[objects.findIndex(({ name }) => name === policy.name)] ?? '')) { return 'lock'; }
    return owner.statement === statement ? 'itself' : 'intent';
  }

  /** For messages about what an intent is defeated by. */
  public describe(policy: PolicyName, stated: Stated): DescribedPolicy {
    const key = keyOf(policy);
    const other = this.others.find(one => keyOf(one) === key);
    const owner = this.statedBy.get(key);
    return {
      ...policy,
      path: other?.path ?? owner?.statement.construct.node.path ?? '',
      isOwn: owner === stated,
      madeBy: owner?.intent.kind,
      closesOthers: owner !== undefined && closesOthers(owner.intent),
      rivals: this.rivals(policy, other),
    };
  }

  /** By each policy. */
  private get statedBy(): ReadonlyMap<string, Stated> {
    return this.knownStatedBy ??= new Map(this.stated.flatMap(one => one.statement.objects.map((object): [string, Stated] =>
      [keyOf({ kind: object.kind, namespace: object.metadata.namespace!, name: object.name }), one])));
  }

  /** What it has in common with a PeerAuthentication of an intent, where Istio takes but one of them. */
  private rivals(policy: PolicyName, other: OtherObject | undefined): DescribedPolicy['rivals'] {
    const labels = other?.manifest.spec?.selector?.matchLabels;
    const isRival = policy.kind === 'PeerAuthentication' && this.stated.some(({ intent, statement: { objects } }) =>
      (intent.kind === 'plaintext' ? selects(labels, intent.target.podLabels) : labels === undefined)
      && objects.some(({ kind, name, metadata }) => kind === policy.kind && metadata.namespace === policy.namespace && name !== policy.name));
    return isRival ? labels ? 'for the same pods' : 'of a namespace without selector' : undefined;
  }
}
