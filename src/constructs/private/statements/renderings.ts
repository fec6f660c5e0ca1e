import { IConstruct } from 'constructs';
import { checkNames, checkTrustDomains } from './checks';
import { checkCallersElsewhere, checkCovered } from './clusters';
import { duplicateComplaints } from './duplicate-messages';
import { contributionComplaints } from './mesh-config-checks';
import { overwritten } from './output-files';
import { Intent } from '../../../intent/intent';
import { render } from '../../../render/render';
import { Rendering } from '../../../render/rendering';
import { kept } from '../../../util/kept';
import { messagesOf } from '../../../util/together';
import { Finding } from '../../../validation/finding';
import { findingsOf } from '../../../validation/findings/group';
import { Observation } from '../../../validation/findings/observation';
import { acknowledgementsOf } from '../findings/acknowledgements';
import { observationsOf } from '../findings/observations';
import { clustersBelow } from '../index/clusters';
import { Complaint, complaintOf, onePerCause, Problem } from '../index/complaint';
import { duplicatesOf } from '../index/duplicates';
import { checkOf, readOnce, Statement, statementOf } from '../index/statement';
import { World } from '../index/world';
import { gateComplaints } from '../witnesses/gates';
import { OtherObject, otherObjects } from '../witnesses/other-objects';
import { Stated } from '../witnesses/stated';
import { Witnessed } from '../witnesses/witnessed';

/** What the statements of a cluster come to in its world: each is rendered and checked once. */
export class Renderings {
  /** Those of all clusters of an app, as of the last validation. */
  public static ofApp(root: IConstruct): Renderings[] { return [...clustersBelow(root).trees.keys()].map(scope => Renderings.of(scope)); }

  /** What is allowed in an app and probably not meant, as it is acknowledged by now. */
  public static findingsOf(root: IConstruct): readonly Finding[] {
    const { constructs } = clustersBelow(root);
    return findingsOf(Renderings.ofApp(root).flatMap(({ observations }) => observations), acknowledgementsOf(constructs));
  }

  /** The renderings of the cluster that a construct is of, as of the last validation. */
  public static of(construct: IConstruct): Renderings {
    const world = World.of(construct);
    return kept(Renderings.known, world, () => new Renderings(world));
  }

  private static readonly known = new WeakMap<World, Renderings>();

  private readonly statements: readonly Statement[];
  private readonly renderings = new Map<Statement, Checked>();
  private knownOthers?: readonly OtherObject[];
  private observed?: readonly Observation[];
  private wrong?: ReadonlyMap<IConstruct, readonly string[]>;

  private constructor(private readonly world: World) {
    this.statements = world.tree.constructs.flatMap(construct => statementOf(construct) ?? []);
  }

  /** What is wrong with the cluster, each cause once, by the first construct that meets it: with each by itself, or where all are right, with them together, or where these are, with what gates let pass. */
  public get problems(): ReadonlyMap<IConstruct, readonly string[]> {
    if (!this.wrong) {
      this.wrong = onePerCause(this.complaints());
      if (this.wrong.size === 0) { this.wrong = onePerCause(this.defeats()); }
      if (this.wrong.size === 0) { this.wrong = onePerCause(gateComplaints(this.world)); }
    }
    return this.wrong;
  }

  /** Statements with objects that may be needed or not. */
  public get withOptionalObjects(): readonly Statement[] {
    return this.statements.filter(({ optional, make }) => make !== undefined || optional?.size);
  }

  /** The objects of a statement and what is wrong with them. */
  public renderingOf(statement: Statement): Rendering { return this.checked(statement).rendering; }

  private get observations(): readonly Observation[] { return this.observed ??= this.observe(); }

  private get others(): readonly OtherObject[] { return this.knownOthers ??= otherObjects(this.world.tree, this.statements); }

  private observe(): readonly Observation[] {
    const intents = new Map<Statement, Intent>();
    for (const statement of this.statements) {
      const { intent } = this.checked(statement);
      if (intent) { intents.set(statement, intent); }
    }
    const { node: { path: cluster } } = this.world.tree.scope;
    return observationsOf(this.world, intents, this.others).map(observation => ({ ...observation, cluster }));
  }

  private complaints(): [IConstruct, readonly Complaint[]][] {
    const twice = duplicateComplaints(duplicatesOf(this.world.tree), this.world.declarations, one => this.ownComplaints(one));
    const ofMesh = contributionComplaints(this.world);
    const lost = overwritten(this.world.tree);
    return this.world.tree.constructs.flatMap((construct): [IConstruct, readonly Complaint[]][] => {
      const problems = [...this.ownComplaints(construct), ...[twice, ofMesh, lost].flatMap(found => found.get(construct) ?? [])];
      return problems.length === 0 ? [] : [[construct, problems]];
    });
  }

  private ownComplaints(construct: IConstruct): readonly Complaint[] {
    const statement = statementOf(construct);
    return statement ? this.checked(statement).complaints : checkOf(construct)?.(this.world).map(complaintOf) ?? NONE;
  }

  private defeats(): [IConstruct, readonly Complaint[]][] {
    const stated = this.statements.map(statement => this.checked(statement) as Stated);
    const witnessed = new Witnessed(this.world, stated, this.others);
    return stated.flatMap((one): [IConstruct, readonly Complaint[]][] => {
      const complaints = witnessed.complaintsOf(one);
      return complaints.length === 0 ? [] : [[one.statement.construct, complaints]];
    });
  }

  private checked(statement: Statement): Checked { return kept(this.renderings, statement, () => this.check(statement)); }

  /** What an intent refers to may be wrong in itself: that is told together with all other problems of the app. */
  private check(statement: Statement): Checked {
    // the ZeroTrustNamespace in which NetworkPolicies stand says that itself
    const problems: Problem[] = statement.isNetwork ? [] : [...checkCovered(this.world)];
    const intent = attempt(() => readOnce(this.world, statement), problems);
    const rendering = intent && attempt(() => render(intent), problems);
    const ofNames = intent && attempt(() => CHECKS_OF_NAMES.flatMap(check => check(intent, this.world)), problems);
    problems.push(...ofNames ?? []);
    problems.push(...rendering?.problems ?? [], ...attempt(() => statement.check?.(this.world), problems) ?? []);
    if (rendering && problems.length === 0) { return { statement, intent, rendering, complaints: NONE }; }
    const complaints = problems.map(complaintOf);
    return { statement, intent, rendering: { specs: rendering?.specs ?? {}, problems: complaints.map(({ message }) => message) }, complaints };
  }
}

const CHECKS_OF_NAMES = [checkNames, checkTrustDomains, checkCallersElsewhere];

const NONE: readonly Complaint[] = [];

/** A statement with what it came to, and what is wrong with it by itself. */
interface Checked extends Omit<Stated, 'intent'> {
  readonly intent?: Intent;
  readonly complaints: readonly Complaint[];
}

function attempt<T>(read: () => T, problems: Problem[]): T | undefined {
  try {
    return read();
  } catch (error) {
    problems.push(...messagesOf(error));
    return undefined;
  }
}
