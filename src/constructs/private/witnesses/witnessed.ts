import { IConstruct } from 'constructs';
import { AppPolicies } from './app-policies';
import { bystandersOf, openingsIn } from './bystanders';
import { defeatComplaints } from './defeat-messages';
import { DescribedDefeat } from './described-defeat';
import { egressProblems } from './egress';
import { alteredIn, withoutKept } from './kept-as-made';
import { legacyProblems } from './legacy';
import { meshConflicts } from './mesh-conflicts';
import { misrouted } from './misrouted';
import { NetworkPassages } from './network-passages';
import { OtherObject } from './other-objects';
import { isCustom, isJudgedInTheApp, isQuarantine, LASTING, Part, partsFor } from './parts';
import { PolicyOwners } from './policy-owners';
import { reaching } from './reach';
import { accountsNamed, namespacesOfCallers, sendersOf } from './senders';
import { settingsProblems } from './settings-object';
import { ShapeKeys } from './shape-key';
import { Stated } from './stated';
import { asOthers, changedOf, isOfBreakGlass, policiesOf } from './stated-policies';
import { Surroundings } from './surroundings';
import { undoingFilters } from './undoing-filters';
import { unwitnessed } from './unwitnessed';
import { ExternalAuthorizationIntent } from '../../../intent/external-authorization-intent';
import { AccessIntent, bearsOnOthers, closesOthers, Intent, JwtIntent, namespaceOf, targetOf } from '../../../intent/intent';
import { namespacesAround } from '../../../intent/mesh';
import { PlaintextIntent } from '../../../intent/plaintext-intent';
import { PolicySet } from '../../../policy/policy-set';
import { unique } from '../../../util/text';
import { Defeat, defeatsOf, isMatched, Judgement } from '../../../validation/defeat';
import { Witness, WitnessContext } from '../../../validation/witness';
import { isPromised, promisesOf, witnessesOf } from '../../../validation/witnesses';
import { Complaint, complaintOf } from '../index/complaint';
import { StatedIntents } from '../index/stated-intents';
import { World } from '../index/world';

/**
 * The policies of an app put to the witnesses of its intents. An intent that nothing else of the app can bear on is judged by its own policies and
 * those of its namespace and mesh, and once for all intents of its shape, and by the network of the whole app, once for each caller and port; any other one by the whole app.
 */
export class Witnessed {
  private readonly others: readonly OtherObject[];
  private readonly surroundings: Surroundings;
  private readonly app: AppPolicies;
  private readonly shapes: ShapeKeys;
  /** Who tells what is wrong with the mesh. */
  private readonly speaker: Stated | undefined;
  /** Policies of intents that bear on other intents. */
  private readonly bearing: readonly OtherObject[];
  /** Those of intents that close what others open. */
  private readonly closing: readonly OtherObject[];
  private readonly exceptions: readonly PlaintextIntent[];
  private readonly byConstruct: ReadonlyMap<IConstruct, Stated>;
  /** What NetworkPolicies of the app let pass, which only the whole app shows; undefined where it has none. */
  private readonly passages?: NetworkPassages;
  private readonly owners: PolicyOwners;
  private readonly flawless = new Set<string>();
  private knownApis?: ReadonlyMap<string, Stated>;
  private knownChanged?: readonly Stated[];

  public constructor(private readonly world: World, private readonly stated: readonly Stated[], others: readonly OtherObject[]) {
    this.others = withoutKept(others, stated);
    this.surroundings = new Surroundings(world);
    this.owners = new PolicyOwners(stated, this.others);
    this.app = new AppPolicies(world, this.surroundings, stated, this.others);
    this.shapes = new ShapeKeys(world, this.surroundings, stated.flatMap(({ intent }) => intent.kind === 'mesh' || intent.kind === 'namespace' ? intent.gateways : []));
    this.closing = stated.filter(({ intent }) => closesOthers(intent)).flatMap(asOthers);
    this.bearing = [...this.closing, ...stated.filter(({ intent }) => bearsOnOthers(intent) && !closesOthers(intent)).flatMap(asOthers)];
    this.exceptions = stated.flatMap(({ intent }) => intent.kind === 'plaintext' ? [intent] : []);
    this.passages = stated.some(({ intent }) => intent.kind === 'network' && intent.twins !== undefined) ? new NetworkPassages() : undefined;
    this.byConstruct = new Map(stated.map(one => [one.statement.construct, one]));
    this.speaker = stated.find(({ intent }) => intent.kind === 'mesh') ?? stated[0];
  }

  /** What is wrong with an intent in the app around it. */
  public complaintsOf(stated: Stated): Complaint[] {
    const { intent } = stated;
    const ofMesh = this.speaker === stated ? this.problemsOfMesh(stated) : [];
    const altered = alteredIn(stated, this.byConstruct, this.world.tree);
    if (altered.length > 0) { return [...altered, ...ofMesh].map(complaintOf); }
    if (intent.kind === 'legacy-destination') { return [...legacyProblems(stated, intent, this.world, this.app.of(LASTING)), ...ofMesh].map(complaintOf); }
    if (intent.kind === 'egress' || intent.kind === 'egress-gateway' || intent.kind === 'egress-boundary') {
      // those of accesses are told by the boundary and the gateway
      const undoing = intent.kind === 'egress' ? [] : undoingFilters(intent, this.others, this.world);
      return [...egressProblems(stated, intent, this.world, this.app.of(LASTING)), ...undoing, ...ofMesh].map(complaintOf);
    }
    const near = this.near(stated);
    const defeats = isJudgedInTheApp(intent) || this.isTouched(stated, near) ? this.judge(stated, near) : this.judgeUntouched(stated, near);
    const described = defeats.map(defeat => this.describeDefeat(defeat, stated));
    const routes = misrouted(intent, this.others, () => this.app.of(LASTING), () => this.witnesses(intent, near, true));
    const undoing = intent.kind === 'ingress-gateway' || intent.kind === 'quarantine' ? undoingFilters(intent, this.others, this.world) : [];
    const others = [...this.readersWithoutIdentity(stated), ...unwitnessed(intent, near), ...routes, ...undoing, ...ofMesh];
    return [...defeatComplaints(described, this.world.tree), ...others.map(complaintOf)];
  }

  /** What is wrong with what the app itself says of the mesh. */
  private problemsOfMesh(stated: Stated): string[] {
    const conflicts = meshConflicts(this.world, this.others);
    return conflicts.length > 0 ? conflicts : settingsProblems(stated, this.world);
  }

  /** What may bear on an intent: other objects, and policies of other intents that bear on more than what they allow themselves. */
  private near({ intent, statement }: Stated): readonly OtherObject[] {
    const path = statement.construct.node.path;
    return reaching(intent, [...this.others, ...this.bearing.filter(policy => policy.path !== path)], namespace => this.world.declares(namespace));
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

  /**
   * Whether other objects may defeat an intent: AuthorizationPolicies only if they match one of its witnesses, or refuse also what they do not match, as a second authorizer does.
   * Beside NetworkPolicies all that is written by hand is taken to.
   */
  private isTouched(stated: Stated, near: readonly OtherObject[]): boolean {
    if (this.passages && near.some(({ isMeant }) => !isMeant)) { return true; }
    if (near.some(({ kind, manifest }) => kind !== 'AuthorizationPolicy' || isCustom(manifest)) || this.changedAround(stated).length > 0) { return true; }
    const onlyCloses = near.every(policy => this.closing.includes(policy));
    return near.length > 0 && this.witnesses(stated.intent, near, true)
      .some(witness => (!onlyCloses || witness.outcome === 'passes') && isMatched(witness, this.app.aside));
  }

  private describeDefeat(defeat: Defeat, stated: Stated): DescribedDefeat {
    const changed = this.changedAround(stated).flatMap(other => changedOf(other).map(({ node }) => node.path));
    const isEmergency = stated.statement.objects.some(isOfBreakGlass);
    return { ...defeat, by: defeat.by.map(policy => this.owners.describe(policy, stated)), changed, of: stated.intent.kind, isEmergency };
  }

  /** Whose objects were changed or taken out, of what an intent is judged by: its own, those of its API, its namespace, its waypoint and the mesh. */
  private changedAround(stated: Stated): readonly Stated[] {
    const { intent } = stated;
    if (this.changed.length === 0) { return []; }
    const namespace = namespaceOf(intent);
    const namespaces = namespace ? namespacesAround(namespace) : [];
    const isAround = (other: Stated) => other.intent.kind === 'mesh' || (other.intent.kind === 'namespace' && namespaces.includes(other.intent.namespace.name));
    return this.changed.filter(other => other === stated || other === this.apiOf(intent) || namespace === undefined || isAround(other));
  }

  private get changed(): readonly Stated[] {
    return this.knownChanged ??= this.stated.filter(other => changedOf(other).length > 0);
  }

  private judge(stated: Stated, near: readonly OtherObject[]): Defeat[] {
    const { promisedBy, refusedBy } = partsFor(stated.intent, this.closing.length > 0);
    const witnesses = this.witnesses(stated.intent, near, true);
    const [promised, refused] = [true, false].map(passes => witnesses.filter(witness => isPromised(witness) === passes));
    return [...this.judgeBy(promisedBy, promised, stated, near), ...this.judgeBy(refusedBy, refused, stated, near)];
  }

  /** The app is read for none of it where nothing is asked. */
  private judgeBy(part: Part, witnesses: readonly Witness[], stated: Stated, near: readonly OtherObject[]): Defeat[] {
    return witnesses.length === 0 ? [] : defeatsOf(witnesses, this.wholeApp(stated, near, part));
  }

  /** What an intent is asked, in the whole app or in what it meets of it. */
  private witnesses(intent: Intent, near: readonly OtherObject[], isWhole: boolean): Witness[] {
    return witnessesOf(intent, this.context(intent, near, isWhole));
  }

  private context(intent: Intent, near: readonly OtherObject[], isWhole: boolean): WitnessContext {
    return {
      api: this.apiOf(intent)?.intent as JwtIntent | undefined,
      bystanders: bystandersOf(intent, near, isWhole, { world: this.world, exceptions: this.exceptions }),
      openings: targetOf(intent) || intent.kind === 'ingress-gateway' ? openingsIn(near, near, intent) : [],
      exceptions: this.exceptionsAt(intent),
      accesses: intent.kind === 'external-authorization' ? this.accessesIn(intent) : isQuarantine(intent) ? this.accessesIn({}) : [],
      sendersOf: caller => sendersOf(caller, this.world).map(({ namespace, name }) => `${namespace}/${name}`),
    };
  }

  private wholeApp(stated: Stated, near: readonly OtherObject[], part: Part): Judgement {
    return {
      policies: this.app.of(part),
      ownerOf: policy => this.owners.isOther(policy) ? 'other' : this.owners.of(policy, stated),
      isAsMade: this.changedAround(stated).length === 0,
      suspects: near,
      without: suspects => this.app.of(part, suspects),
      authorizers: this.app.authorizers,
    };
  }

  /** By its shape, and where there is a network by that, which tells apart what is of one shape. What is not right by both is asked of the whole app. */
  private judgeUntouched(stated: Stated, near: readonly OtherObject[]): Defeat[] {
    const defeats = this.judgeShape(stated);
    if (!this.passages) { return defeats; }
    const { promisedBy } = partsFor(stated.intent, this.closing.length > 0);
    const promised = promisesOf(stated.intent, this.context(stated.intent, near, true));
    return defeats.length === 0 && this.passages.letPass(promised, this.app.of(promisedBy)) ? [] : this.judge(stated, near);
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
    const around = this.stated.filter(one => one === stated || one === api || ['mesh', 'namespace', 'mtls-migration'].includes(one.intent.kind));
    const policies = PolicySet.fromManifests([...this.met(intent), ...around.flatMap(policiesOf)], this.app.settings);
    return { policies, ownerOf: policy => this.owners.of(policy, stated), isAsMade: true, suspects: [], without: () => policies, authorizers: [] };
  }

  private met(intent: Intent): object[] {
    const callers = accountsNamed(intent).flatMap(caller => sendersOf(caller, this.world));
    const namespace = namespaceOf(intent);
    if (!namespace) { return this.surroundings.around(new Set(), undefined, []); }
    const { name } = namespace;
    const workloads = intent.kind === 'namespace' || intent.kind === 'mtls-migration' ? [...this.world.workloads.in(name), ...callers] : callers;
    const namespaces = new Set([...namespacesAround(namespace), ...namespacesOfCallers(intent)]);
    return this.surroundings.around(namespaces, targetOf(intent), unique(workloads));
  }

  /** The accesses at a workload, or all. */
  private accessesIn({ target }: Partial<Pick<ExternalAuthorizationIntent, 'target'>>): AccessIntent[] {
    const known = StatedIntents.of(this.world);
    const accesses = this.stated.flatMap(({ intent: other }) => other.kind === 'access' && !other.isDryRun ? [other] : []);
    return target ? accesses.filter(other => other.target.namespace === target.namespace && known.meet(target, other.target)) : accesses;
  }

  /** What lets plaintext in at the pods of an intent. What closes others closes that as well. */
  private exceptionsAt(intent: Intent): readonly PlaintextIntent[] {
    const target = bearsOnOthers(intent) ? undefined : targetOf(intent);
    const known = StatedIntents.of(this.world);
    return target ? this.exceptions.filter(other => known.meetAtPods(target, other.target)) : [];
  }

  /** The API at the pods of an access or an audit, whatever words it is stated by. */
  private apiOf(intent: Intent): Stated | undefined {
    const [api] = intent.kind === 'access' || intent.kind === 'audit' ? StatedIntents.of(this.world).apisAt(intent.target) : [];
    return api && this.apis.get(api.path);
  }

  private get apis(): ReadonlyMap<string, Stated> {
    return this.knownApis ??= new Map(this.stated.filter(({ intent }) => intent.kind === 'jwt').map(one => [one.statement.construct.node.path, one]));
  }
}
