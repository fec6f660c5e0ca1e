import { ApiObject } from 'cdk8s';
import { bystandersOf, openingsIn } from './bystanders';
import { defeatComplaints } from './defeat-messages';
import { DescribedDefeat, DescribedPolicy } from './described-defeat';
import { OtherObject, OtherSpec } from './other-objects';
import { reaching } from './reach';
import { accountsNamed, namespacesOfCallers, sendersOf } from './senders';
import { ShapeKeys } from './shape-key';
import { Surroundings } from './surroundings';
import { meshConflicts, unwitnessed } from './unwitnessed';
import { bearsOnOthers, Intent, JwtIntent, namespaceOf, targetOf } from '../../../intent/intent';
import { AuthorizationPolicySpec } from '../../../istio/authorization-policy';
import { Manifest } from '../../../istio/manifest';
import { PolicySet } from '../../../policy/policy-set';
import { kindOf } from '../../../policy/resources/kinds';
import { Rendering } from '../../../render/rendering';
import { kept } from '../../../util/kept';
import { isSame } from '../../../util/same';
import { unique } from '../../../util/text';
import { Defeat, defeatsOf, isTouched, Judgement, PolicyName } from '../../../validation/defeat';
import { Witness } from '../../../validation/witness';
import { witnessesOf } from '../../../validation/witnesses';
import { Complaint, complaintOf } from '../index/complaint';
import { StatedIntents } from '../index/stated-intents';
import { Statement } from '../index/statement';
import { World } from '../index/world';
import { isChanged } from '../reading/patches';

/** An intent with what it came to. */
export interface Stated {
  readonly statement: Statement;
  readonly intent: Intent;
  readonly rendering: Rendering;
}

/**
 * The policies of an app put to the witnesses of its intents. An intent that nothing else of the app can bear on is judged by its own policies and
 * those of its namespace and mesh, and once for all intents of its shape; any other one by the whole app.
 */
export class Witnessed {
  private readonly surroundings: Surroundings;
  private readonly shapes: ShapeKeys;
  /** Who tells what is wrong with the mesh. */
  private readonly speaker: Stated | undefined;
  /** Policies of intents that bear on other intents. */
  private readonly bearing: readonly OtherObject[];
  private readonly sets = new Map<string, PolicySet>();
  private readonly flawless = new Set<string>();
  private knownAside?: PolicySet;
  private knownApis?: ReadonlyMap<string, Stated>;
  private knownChanged?: readonly Stated[];
  private knownStatedBy?: ReadonlyMap<string, Stated>;

  public constructor(private readonly world: World, private readonly stated: readonly Stated[], private readonly others: readonly OtherObject[]) {
    this.surroundings = new Surroundings(world);
    this.shapes = new ShapeKeys(world, this.surroundings, stated.flatMap(({ intent }) => intent.kind === 'mesh' || intent.kind === 'namespace' ? intent.gateways : []));
    this.bearing = stated.filter(({ intent }) => bearsOnOthers(intent)).flatMap(asOthers);
    this.speaker = stated.find(({ intent }) => intent.kind === 'mesh') ?? stated[0];
  }

  /** What is wrong with an intent in the app around it. */
  public complaintsOf(stated: Stated): Complaint[] {
    const near = this.near(stated);
    const bears = bearsOnOthers(stated.intent);
    const altered = bears ? this.altered(stated) : [];
    if (altered.length > 0) { return altered.map(complaintOf); }
    const defeats = bears || this.areTouched(stated, near) ? this.judge(stated, near) : this.judgeShape(stated);
    const described = defeats.map(defeat => this.describeDefeat(defeat, stated));
    const ofMesh = this.speaker === stated ? meshConflicts(this.world.mesh, this.others) : [];
    const others = [...this.readersWithoutIdentity(stated), ...unwitnessed(stated.intent, near), ...ofMesh];
    return [...defeatComplaints(described, this.world.tree), ...others.map(complaintOf)];
  }

  /** What may bear on an intent: other objects, and policies of other intents that bear on more than what they allow themselves. */
  private near({ intent, statement }: Stated): readonly OtherObject[] {
    const path = statement.construct.node.path;
    return reaching(intent, [...this.others, ...this.bearing.filter(policy => policy.path !== path)], namespace => this.world.declares(namespace));
  }

  /** What closes what others open says so itself only: what is changed in it opens something again, and perhaps nothing that is asked. */
  private altered({ statement: { objects, roles }, rendering: { specs } }: Stated): string[] {
    const specOf = (object: ApiObject) => (this.world.tree.manifest(object) as Manifest | undefined)?.spec;
    const isAltered = (object: ApiObject, i: number) => isTakenOut(object) || (isChanged(object) && !isSame(specOf(object), specs[roles[i]]));
    return objects.filter(isAltered).map(({ node }) =>
      `'${node.path}' must stay as it was made, got changed or taken out; undo that, and state what is meant by the props of its construct`);
  }

  /** Readers of metrics call pods by their addresses, and how they prove who they are is theirs to arrange; but the mesh must have given them an identity. */
  private readersWithoutIdentity(stated: Stated): string[] {
    const { intent } = stated;
    const readers = intent.kind === 'namespace' ? accountsNamed(intent).flatMap(caller => sendersOf(caller, this.world)) : [];
    if (readers.length === 0) { return []; }
    const { policies } = this.itsOwn(stated);
    const reasons = readers.flatMap(({ namespace, name }) => policies._whyWithoutIdentity(`${namespace}/${name}`) ?? []);
    return reasons.map(reason => `metricsReaders must have an identity of the mesh, but ${reason}; mend that, or name another reader`);
  }

  /** Whether other objects may defeat an intent: AuthorizationPolicies only if they match one of its witnesses. */
  private areTouched(stated: Stated, near: readonly OtherObject[]): boolean {
    if (near.some(({ kind }) => kind !== 'AuthorizationPolicy') || this.changedAround(stated).length > 0) { return true; }
    const onlyCloses = near.every(policy => this.bearing.includes(policy));
    return near.length > 0 && this.witnesses(stated.intent, near, true)
      .some(witness => (!onlyCloses || witness.outcome === 'passes') && isTouched(witness, this.aside));
  }

  private describeDefeat(defeat: Defeat, stated: Stated): DescribedDefeat {
    const changed = this.changedAround(stated).flatMap(({ statement }) => statement.objects.filter(hasChanged).map(({ node }) => node.path));
    return { ...defeat, by: defeat.by.map(policy => this.describe(policy, stated)), changed, of: stated.intent.kind };
  }

  /** Whose objects were changed or taken out, of what an intent is judged by: its own, those of its API, its namespace, its waypoint and the mesh. */
  private changedAround(stated: Stated): readonly Stated[] {
    const { intent } = stated;
    if (this.changed.length === 0) { return []; }
    const namespace = namespaceOf(intent);
    const namespaces = [namespace?.name, namespace?.waypoint?.namespace];
    const isAround = (other: Stated) => other.intent.kind === 'mesh' || (other.intent.kind === 'namespace' && namespaces.includes(other.intent.namespace.name));
    return this.changed.filter(other => other === stated || other === this.apiOf(intent) || namespace === undefined || isAround(other));
  }

  private get changed(): readonly Stated[] {
    return this.knownChanged ??= this.stated.filter(({ statement: { objects } }) => objects.some(hasChanged));
  }

  /** The other AuthorizationPolicies, without those of intents. */
  private get aside(): PolicySet {
    return this.knownAside ??= this.policySet(this.stated, this.others, ({ kind }, intent) => kind !== 'AuthorizationPolicy' || !intent || bearsOnOthers(intent));
  }

  /**
   * What is promised must pass whatever closes it. What is refused must be so without what closes more, which may keep out a stranger, and not all others.
   * And what closes holds whatever opens it.
   */
  private judge(stated: Stated, near: readonly OtherObject[]): Defeat[] {
    const refusedBy = bearsOnOthers(stated.intent) ? CLOSING : this.bearing.length > 0 ? NOT_BEARING : ALL;
    const witnesses = this.witnesses(stated.intent, near, true);
    const [promised, refused] = [true, false].map(passes => witnesses.filter(({ outcome }) => (outcome === 'passes') === passes));
    return [...defeatsOf(promised, this.wholeApp(stated, near, ALL)), ...defeatsOf(refused, this.wholeApp(stated, near, refusedBy))];
  }

  /** What an intent is asked, in the whole app or in what it meets of it. */
  private witnesses(intent: Intent, near: readonly OtherObject[], isWhole: boolean): Witness[] {
    const isForAll = targetOf(intent) === undefined;
    return witnessesOf(intent, {
      api: this.apiOf(intent)?.intent as JwtIntent | undefined,
      bystanders: bystandersOf(intent, near, isWhole, this.world),
      openings: isForAll ? [] : openingsIn(near, intent),
      sendersOf: caller => sendersOf(caller, this.world).map(({ namespace, name }) => `${namespace}/${name}`),
    });
  }

  private wholeApp(stated: Stated, near: readonly OtherObject[], part: Part): Judgement {
    return {
      policies: this.allBut([], part),
      ownerOf: policy => this.isOther(policy) ? 'other' : this.ownerOf(policy, stated),
      isAsMade: this.changedAround(stated).length === 0,
      suspects: near.filter(({ kind }) => kind !== 'AuthorizationPolicy'),
      without: suspects => this.allBut(suspects, part),
      authorizers: this.authorizers,
    };
  }

  private allBut(left: readonly PolicyName[], { name, counts }: Part): PolicySet {
    const keys = left.map(keyOf);
    const others = () => this.others.filter(other => !keys.includes(keyOf(other)));
    return kept(this.sets, [name, ...keys].join(), () => this.policySet(this.stated, others(), counts));
  }

  /** The whole app, but of its policies only those that count. */
  private policySet(stated: readonly Stated[], others: readonly OtherObject[], counts: Counts): PolicySet {
    const targets = stated.flatMap(({ intent }) => targetOf(intent) ?? []);
    const callers = stated.flatMap(({ intent }) => accountsNamed(intent).flatMap(caller => sendersOf(caller, this.world)));
    const policies = stated.flatMap(one => policiesOf(one).filter(policy => counts(policy, one.intent)));
    const beside = others.map(({ manifest }) => manifest).filter(manifest => counts(manifest));
    const manifests = [...this.surroundings.all(targets, callers), ...policies, ...beside];
    return PolicySet.fromManifests(manifests, this.settings());
  }

  private isOther(policy: PolicyName): boolean { return this.others.some(other => keyOf(other) === keyOf(policy)); }

  private get authorizers(): string[] { return unique(this.others.flatMap(({ manifest }) => manifest.spec?.provider?.name ?? [])); }

  private settings(): object {
    return { ...this.surroundings.settings, authorizerProviders: this.authorizers.map(name => ({ name, protocol: 'GRPC' })) };
  }

  /** Policies of a namespace, of the mesh, and of other intents say what is meant, too: what these reach beyond their own pods is meant or refused by itself. */
  private ownerOf(policy: PolicyName, { statement }: Stated): 'itself' | 'intent' | 'other' {
    const owner = this.statedBy.get(keyOf(policy));
    if (!owner) { return 'other'; }
    return owner.statement === statement ? 'itself' : 'intent';
  }

  /** By each policy; asked for only where something is defeated. */
  private get statedBy(): ReadonlyMap<string, Stated> {
    return this.knownStatedBy ??= new Map(this.stated.flatMap(one => one.statement.objects.map((object): [string, Stated] =>
      [keyOf({ kind: object.kind, namespace: object.metadata.namespace!, name: object.name }), one])));
  }

  private judgeShape(stated: Stated): Defeat[] {
    const shape = this.shapes.of(stated.intent, this.apiOf(stated.intent)?.intent);
    if (this.flawless.has(shape)) { return []; }
    const defeats = defeatsOf(this.witnesses(stated.intent, [], false), this.itsOwn(stated));
    if (defeats.length === 0) { this.flawless.add(shape); }
    return defeats;
  }

  private itsOwn(stated: Stated): Judgement {
    const { intent } = stated;
    const api = this.apiOf(intent);
    const around = this.stated.filter(one => one === stated || one === api || one.intent.kind === 'mesh' || one.intent.kind === 'namespace');
    const policies = PolicySet.fromManifests([...this.met(intent), ...around.flatMap(policiesOf)], this.settings());
    return { policies, ownerOf: policy => this.ownerOf(policy, stated), isAsMade: true, suspects: [], without: () => policies, authorizers: [] };
  }

  private met(intent: Intent): object[] {
    const callers = accountsNamed(intent).flatMap(caller => sendersOf(caller, this.world));
    const namespace = namespaceOf(intent);
    if (!namespace) { return this.surroundings.around(new Set(), undefined, []); }
    const { name, waypoint } = namespace;
    const workloads = intent.kind === 'namespace' ? [...this.world.workloads.in(name), ...callers] : callers;
    const namespaces = new Set([name, waypoint?.namespace ?? name, ...namespacesOfCallers(intent)]);
    return this.surroundings.around(namespaces, targetOf(intent), unique(workloads));
  }

  /** The API at the pods of an access, whatever words it is stated by. */
  private apiOf(intent: Intent): Stated | undefined {
    const [api] = intent.kind === 'access' ? StatedIntents.of(this.world).apisAt(intent.target) : [];
    return api && this.apis.get(api.path);
  }

  private get apis(): ReadonlyMap<string, Stated> {
    return this.knownApis ??= new Map(this.stated.filter(({ intent }) => intent.kind === 'jwt').map(one => [one.statement.construct.node.path, one]));
  }

  private describe(policy: PolicyName, stated: Stated): DescribedPolicy {
    const key = keyOf(policy);
    const other = this.others.find(one => keyOf(one) === key);
    const owner = this.statedBy.get(key);
    const isWide = policy.kind === 'PeerAuthentication' && other?.manifest.spec?.selector === undefined;
    const isRival = isWide && this.stated.some(({ statement: { objects } }) =>
      objects.some(({ kind, metadata }) => kind === policy.kind && metadata.namespace === policy.namespace));
    return { ...policy, path: other?.path ?? owner?.statement.construct.node.path ?? '', isOwn: owner === stated, bearsOnOthers: owner !== undefined && bearsOnOthers(owner.intent), isRival };
  }
}

/** Whether a policy counts, of an intent or of nobody. */
type Counts = (policy: Manifest, intent?: Intent) => boolean;

/** The policies of an app that an intent is judged by. */
interface Part { readonly name: string; readonly counts: Counts }

const ALL: Part = { name: 'all', counts: () => true };
const CLOSING: Part = { name: 'closing', counts: policy => !allows(policy) };
const NOT_BEARING: Part = { name: 'not bearing', counts: (_, intent) => !intent || !bearsOnOthers(intent) };

function allows({ kind, spec }: Manifest): boolean { return kind === 'AuthorizationPolicy' && ((spec as AuthorizationPolicySpec | undefined)?.action ?? 'ALLOW') === 'ALLOW'; }

/** The policies of a statement as they are rendered; those that were changed or taken out are not among them. */
function policiesOf({ statement: { objects, roles }, rendering: { specs } }: Stated): Manifest[] {
  return objects.flatMap((object, i) => hasChanged(object) ? [] : {
    apiVersion: object.apiVersion, kind: object.kind, metadata: { name: object.name, namespace: object.metadata.namespace }, spec: specs[roles[i]],
  });
}

function asOthers(stated: Stated): OtherObject[] {
  return policiesOf(stated).flatMap(manifest => {
    const kind = kindOf(manifest.apiVersion, manifest.kind);
    const { name = '', namespace = '' } = manifest.metadata;
    return kind ? [{ kind, namespace, name, path: stated.statement.construct.node.path, manifest: manifest as Manifest<OtherSpec> }] : [];
  });
}

/** Whether an object was changed, or taken out of the app, after its construct made it. */
function hasChanged(object: ApiObject): boolean { return isChanged(object) || isTakenOut(object); }

function isTakenOut(object: ApiObject): boolean { return object.node.scope?.node.tryFindChild(object.node.id) !== object; }

function keyOf({ kind, namespace, name }: PolicyName): string { return `${kind} ${namespace}/${name}`; }
