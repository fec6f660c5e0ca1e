import { gatewayElsewhere, ingressElsewhere } from './ingress-elsewhere';
import { OtherObject } from './other-objects';
import { Part } from './parts';
import { accountsNamed, sendersOf } from './senders';
import { Stated } from './stated';
import { keyOf, policiesOf, withoutCuts } from './stated-policies';
import { Surroundings } from './surroundings';
import { bearsOnOthers, Intent, targetOf } from '../../../intent/intent';
import { PolicySet } from '../../../policy/policy-set';
import { kept } from '../../../util/kept';
import { unique } from '../../../util/text';
import { PolicyName } from '../../../validation/defeat';
import { unstatedHost } from '../../../validation/egress-faults';
import { podsOfGateway } from '../../../validation/egress-gateway-faults';
import { assumedService } from '../../../validation/legacy-faults';
import { World } from '../index/world';

/** The whole app as the evaluator reads it, with all of its policies or some; each set of them is made once. */
export class AppPolicies {
  private readonly sets = new Map<string, PolicySet>();
  private knownAside?: PolicySet;
  private knownSettings?: object;
  private knownAuthorizers?: readonly string[];

  public constructor(
    private readonly world: World,
    private readonly surroundings: Surroundings,
    private readonly stated: readonly Stated[],
    private readonly others: readonly OtherObject[],
  ) {}

  /** The policies of a part, but for some of others. */
  public of(part: Part, without: readonly PolicyName[] = []): PolicySet {
    const keys = without.map(keyOf);
    return kept(this.sets, [part.name, ...keys].join(), () => this.policySet(this.others.filter(other => !keys.includes(keyOf(other))), part));
  }

  /** The AuthorizationPolicies that bear on an intent which is not theirs: of others, and of intents that do; the network hides none of them. */
  public get aside(): PolicySet {
    return this.knownAside ??= this.policySet(this.others, { counts: ({ kind }, intent) => kind !== 'AuthorizationPolicy' || !intent || bearsOnOthers(intent) })._ofMesh;
  }

  /** External authorizers that the app names. */
  public get authorizers(): readonly string[] { return this.knownAuthorizers ??= this.namedAuthorizers(); }

  /** What is known of the mesh. Authorizers that policies name, and other meshes whose callers are named, are taken to be accepted where nobody says which are. */
  public get settings(): object {
    return this.knownSettings ??= {
      authorizerProviders: this.authorizers.map(name => ({ name, protocol: 'GRPC' })),
      foreignTrustDomains: unique(this.stated.flatMap(({ intent }) => accountsNamed(intent).flatMap(({ trustDomain }) => trustDomain ?? []))),
      ...this.surroundings.settings,
    };
  }

  private namedAuthorizers(): string[] {
    const stated = this.stated.flatMap(({ intent }) => intent.kind === 'external-authorization' ? intent.provider.name : []);
    return unique([...stated, ...this.others.flatMap(({ manifest }) => manifest.spec?.provider?.name ?? [])]);
  }

  private policySet(others: readonly OtherObject[], { counts, hasCuts = false }: Omit<Part, 'name'>): PolicySet {
    const targets = this.stated.flatMap(({ intent }) => targetOf(intent) ?? []);
    const callers = this.stated.flatMap(({ intent }) => accountsNamed(intent).flatMap(caller => sendersOf(caller, this.world)));
    const policies = this.stated.flatMap(one => policiesOf(hasCuts ? one : withoutCuts(one)).filter(policy => counts(policy, one.intent)));
    const elsewhere = this.stated.flatMap(({ intent }) => this.elsewhere(intent));
    const beside = others.map(({ manifest }) => manifest).filter(manifest => counts(manifest));
    return PolicySet.fromManifests([...this.surroundings.all(targets, callers), ...elsewhere, ...policies, ...beside], this.settings);
  }

  /** What the app calls, or is called by, that something else makes. */
  private elsewhere(intent: Intent): object[] {
    switch (intent.kind) {
      case 'legacy-destination': return assumedService(intent);
      case 'egress-boundary': return [unstatedHost(intent)];
      case 'egress-gateway': return intent.gateway.pods?.kind === 'Pods' ? gatewayElsewhere(intent.gateway.pods, {}, podsOfGateway(intent.gateway)) : [];
      default: return ingressElsewhere(intent, this.world);
    }
  }
}
