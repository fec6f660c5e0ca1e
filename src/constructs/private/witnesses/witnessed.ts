import { OtherPolicy, otherPolicies } from './other-policies';
import { policiesOf, Surroundings } from './surroundings';
import { Intent, JwtIntent } from '../../../intent/intent';
import { Labels, WorkloadFacts } from '../../../intent/workload';
import { Manifest } from '../../../istio/manifest';
import { PolicySet } from '../../../policy/policy-set';
import { Rendering } from '../../../render/rendering';
import { unique } from '../../../util/text';
import { Defeat, defeatsOf, isTouched, Judgement, PolicyName } from '../../../validation/defeat';
import { UNNAMED } from '../../../validation/samples';
import { shapeOf } from '../../../validation/shape';
import { Bystander, Witness } from '../../../validation/witness';
import { witnessesOf } from '../../../validation/witnesses';
import { Statement } from '../index/statement';
import { World } from '../index/world';

/** An intent with what it came to. */
export interface Stated {
  readonly statement: Statement;
  readonly intent: Intent;
  readonly rendering: Rendering;
}

/** A policy that defeats an intent, as it is told. */
export interface DescribedPolicy extends PolicyName {
  readonly path: string;
  /** Whether the intent itself made it, and somebody changed it. */
  readonly isOwn: boolean;
  /** Whether it is one of two of the same scope, of which Istio takes the oldest. */
  readonly isRival: boolean;
}

/** Where the app does not do what an intent says, and what keeps it from that. */
export interface DescribedDefeat extends Omit<Defeat, 'by'> { readonly by: readonly DescribedPolicy[] }

/** A port that nobody names. */
const ANY_PORT = 65535;

/**
 * The policies of an app put to the witnesses of its intents. An intent that no other policy can bear on is judged by its own policies and those of its
 * namespace and mesh, and once for all intents of its shape; any other one by all policies of the app.
 */
export class Witnessed {
  private readonly surroundings: Surroundings;
  private readonly others: readonly OtherPolicy[];
  private readonly statedBy: ReadonlyMap<string, Stated>;
  private readonly sets = new Map<string, PolicySet>();
  private readonly flawless = new Set<string>();
  private knownAside?: PolicySet;
  private knownApis?: ReadonlyMap<string, Stated>;

  public constructor(private readonly world: World, private readonly stated: readonly Stated[]) {
    this.surroundings = new Surroundings(world);
    this.others = otherPolicies(world.tree, stated.map(({ statement }) => statement));
    this.statedBy = new Map(stated.flatMap(one => one.statement.objects.map((object): [string, Stated] =>
      [keyOf({ kind: object.kind, namespace: object.metadata.namespace!, name: object.name }), one])));
  }

  /** Where the app does not do what an intent says. */
  public defeatsOf(stated: Stated): DescribedDefeat[] {
    const near = this.near(stated.intent);
    const defeats = this.areTouched(stated, near) ? this.judge(stated, near, this.wholeApp(stated, near)) : this.judgeShape(stated);
    return defeats.map(defeat => ({ ...defeat, by: defeat.by.map(policy => this.describe(policy, stated)) }));
  }

  /** Other policies of the namespaces whose policies reach what an intent is for. */
  private near(intent: Intent): OtherPolicy[] {
    const { rootNamespace } = this.world.mesh;
    if (intent.kind === 'mesh') { return this.others.filter(({ kind, namespace }) => kind === 'PeerAuthentication' || namespace === rootNamespace); }
    const { name, waypoint } = intent.namespace;
    const near = this.others.filter(({ namespace }) => [name, rootNamespace, waypoint?.namespace].includes(namespace));
    return 'target' in intent ? near.filter(({ manifest }) => selects(manifest.spec?.selector?.matchLabels ?? {}, intent.target.podLabels)) : near;
  }

  /** Whether other policies may defeat an intent: AuthorizationPolicies only if they match one of its witnesses. */
  private areTouched({ intent }: Stated, near: readonly OtherPolicy[]): boolean {
    if (near.some(({ kind }) => kind !== 'AuthorizationPolicy')) { return true; }
    return near.length > 0 && this.witnesses(intent, near).some(witness => isTouched(witness, this.aside));
  }

  /** The other policies without the AuthorizationPolicies of intents. */
  private get aside(): PolicySet {
    return this.knownAside ??= this.policySet(this.stated, this.others, ({ kind }) => kind !== 'AuthorizationPolicy');
  }

  private judge({ intent }: Stated, near: readonly OtherPolicy[], judgement: Judgement): Defeat[] {
    return defeatsOf(this.witnesses(intent, near), judgement);
  }

  private witnesses(intent: Intent, near: readonly OtherPolicy[]): Witness[] {
    const api = this.apiOf(intent)?.intent as JwtIntent | undefined;
    return witnessesOf(intent, { api, bystanders: this.bystanders(intent, near) });
  }

  /** Pods that nobody states anything for, and where other policies may reach them, also those that they name and those of the app. */
  private bystanders(intent: Intent, near: readonly OtherPolicy[]): Bystander[] {
    if (intent.kind === 'access' || intent.kind === 'jwt') { return []; }
    const ports = (other: OtherPolicy) => [ANY_PORT, ...Object.keys(other.manifest.spec?.portLevelMtls ?? {}).map(Number)];
    const named = near.map(other => ({ namespace: other.namespace, labels: other.manifest.spec?.selector?.matchLabels ?? {}, ports: ports(other) }));
    if (intent.kind === 'mesh') {
      return [{ name: UNNAMED, namespace: UNNAMED, labels: {}, ports: [ANY_PORT] }, ...named.map(pods => ({ name: UNNAMED, ...pods }))];
    }
    const { name: namespace } = intent.namespace;
    const pods = named.filter(one => one.namespace === namespace);
    const portsOfAll = unique([ANY_PORT, ...pods.flatMap(one => one.ports)]);
    const reached = near.length === 0 ? [] : this.world.workloadsIn(namespace);
    const workloads = reached.map(({ path, pod }) => ({ name: path, namespace, labels: pod.labels, ports: portsOfAll }));
    return [{ name: UNNAMED, namespace, labels: {}, ports: [ANY_PORT] }, ...pods.map(one => ({ name: UNNAMED, ...one })), ...workloads];
  }

  private wholeApp(stated: Stated, near: readonly OtherPolicy[]): Judgement {
    const find = (policy: PolicyName) => near.find(other => keyOf(other) === keyOf(policy));
    return {
      policies: this.allBut([]),
      ownerOf: policy => find(policy) ? 'other' : this.ownerOf(policy, stated),
      suspects: near.filter(({ kind }) => kind !== 'AuthorizationPolicy'),
      without: suspects => this.allBut(suspects),
      authorizers: unique(this.others.flatMap(({ manifest }) => manifest.spec?.provider?.name ?? [])),
    };
  }

  private allBut(left: readonly PolicyName[]): PolicySet {
    const keys = left.map(keyOf);
    const known = this.sets.get(keys.join());
    if (known) { return known; }
    const set = this.policySet(this.stated, this.others.filter(other => !keys.includes(keyOf(other))));
    this.sets.set(keys.join(), set);
    return set;
  }

  private policySet(stated: readonly Stated[], others: readonly OtherPolicy[], counts: (policy: Manifest) => boolean = () => true): PolicySet {
    const own = stated.flatMap(({ statement, rendering }) => policiesOf(statement, rendering.specs)).filter(counts);
    const changed = new Set(others.map(keyOf));
    const unchanged = own.filter(({ kind, metadata }) => !changed.has(keyOf({ kind, namespace: metadata.namespace!, name: metadata.name! })));
    const targets = stated.flatMap(({ intent }): WorkloadFacts[] => 'target' in intent ? [intent.target] : []);
    return PolicySet.fromManifests([...this.surroundings.around(targets), ...unchanged, ...others.map(({ manifest }) => manifest)], this.settings());
  }

  private settings(): object {
    const providers = unique(this.others.flatMap(({ manifest }) => manifest.spec?.provider?.name ?? []));
    return { ...this.surroundings.settings, authorizerProviders: providers.map(name => ({ name, protocol: 'GRPC' })) };
  }

  /** Policies of a namespace, of the mesh, and of other intents say what is meant, too: what these reach beyond their own pods is meant or refused by itself. */
  private ownerOf(policy: PolicyName, { statement }: Stated): 'itself' | 'intent' | 'other' {
    const owner = this.statedBy.get(keyOf(policy));
    if (!owner) { return 'other'; }
    return owner.statement === statement ? 'itself' : 'intent';
  }

  private judgeShape(stated: Stated): Defeat[] {
    const shape = shapeOf(stated.intent, this.apiOf(stated.intent)?.intent);
    if (this.flawless.has(shape)) { return []; }
    const defeats = this.judge(stated, [], this.itsOwn(stated));
    if (defeats.length === 0) { this.flawless.add(shape); }
    return defeats;
  }

  private itsOwn(stated: Stated): Judgement {
    const api = this.apiOf(stated.intent);
    const around = this.stated.filter(one => one === stated || one === api || one.intent.kind === 'mesh' || one.intent.kind === 'namespace');
    const policies = this.policySet(around, []);
    return { policies, ownerOf: policy => this.ownerOf(policy, stated), suspects: [], without: () => policies, authorizers: [] };
  }

  private apiOf(intent: Intent): Stated | undefined {
    if (intent.kind !== 'access') { return undefined; }
    return this.apis.get(intent.target.path);
  }

  private get apis(): ReadonlyMap<string, Stated> {
    return this.knownApis ??= new Map(this.stated.flatMap((one): [string, Stated][] =>
      one.intent.kind === 'jwt' ? [[one.intent.target.path, one]] : []));
  }

  private describe(policy: PolicyName, stated: Stated): DescribedPolicy {
    const key = keyOf(policy);
    const other = this.others.find(one => keyOf(one) === key);
    const owner = this.statedBy.get(key);
    const isWide = policy.kind === 'PeerAuthentication' && other?.manifest.spec?.selector === undefined;
    const isRival = isWide && this.stated.some(({ statement: { objects } }) =>
      objects.some(({ kind, metadata }) => kind === policy.kind && metadata.namespace === policy.namespace));
    return { ...policy, path: other?.path ?? owner?.statement.construct.node.path ?? '', isOwn: owner === stated, isRival };
  }
}

/** No labels select all. */
function selects(wanted: Labels, labels: Labels): boolean { return Object.entries(wanted).every(([name, value]) => labels[name] === value); }

function keyOf({ kind, namespace, name }: PolicyName): string { return `${kind} ${namespace}/${name}`; }
