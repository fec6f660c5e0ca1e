import { ApiObject, ApiObjectMetadata, ApiObjectProps, Lazy } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { Renderings } from './renderings';
import { Intent } from '../../../intent/intent';
import { quoted, unique } from '../../../util/text';
import { attach, Statement, statementOf } from '../index/statement';
import { refresh } from '../index/tree';
import { World } from '../index/world';

const SECURITY_API = 'security.istio.io/v1';
const CONSTRUCT_ANNOTATION = 'cdk8s-zero-trust/construct';
const REASON_ANNOTATION = 'cdk8s-zero-trust/reason';
const DRY_RUN = 'istio.io/dry-run';
const MAX_NAME = 63;

/** What a construct states. */
export interface Statements {
  readonly read: (world: World) => Intent;
  readonly check?: (world: World) => string[];
}

/** What all objects of a statement have in common. */
export interface ObjectOrigin {
  /** Path of the construct that makes them. */
  readonly path: string;
  readonly metadata?: ApiObjectMetadata;
  /** Why something wider than least privilege is stated. */
  readonly reasons: readonly string[];
}

/** One object of an intent: its `spec` is rendered at synthesis, everything else is known at once. */
export interface ObjectRole {
  /** Role in the rendering of the intent. */
  readonly role: string;
  /** Id below the construct, `Resource` for the main object; none where the construct is the object itself. */
  readonly id?: string;
  readonly kind: 'AuthorizationPolicy' | 'PeerAuthentication' | 'RequestAuthentication';
  readonly namespace: string;
}

/** States an intent of several objects, and makes them. */
export function state(construct: Construct, statements: Statements, origin: Omit<ObjectOrigin, 'path'>, roles: readonly ObjectRole[]): ApiObject[] {
  const statement = stateIntent(construct, statements);
  const { path } = construct.node;
  statement.roles.push(...roles.map(({ role }) => role));
  statement.objects.push(...roles.map(role =>
    new ApiObject(construct, role.id!, objectProps(role, { ...origin, path }, () => specOf(statement, role.role)))));
  return statement.objects;
}

/** States an intent: has it checked whenever the app is validated. */
export function stateIntent(construct: Construct, { read, check }: Statements): Statement {
  const root = construct.node.root;
  const statement: Statement = { construct, root, read, check, objects: [], roles: [] };
  attach(statement);
  checkWithEachValidation(root);
  return statement;
}

/** The `spec` of an object of a statement; throws where anything is wrong with it, should nobody have validated. */
export function specOf(statement: Statement, role: string): object {
  const { specs, problems } = Renderings.of(statement.root).renderingOf(statement);
  if (problems.length > 0) { throw new Error(`[${statement.construct.node.path}] ${problems.join('; ')}`); }
  return specs[role];
}

export function objectProps({ id, kind, namespace }: ObjectRole, { path, metadata, reasons }: ObjectOrigin, spec: () => object): ApiObjectProps {
  if (metadata) { checkMetadata(metadata, namespace, path); }
  const isMain = id === undefined || id === 'Resource';
  const name = metadata?.name === undefined || isMain ? metadata?.name : `${metadata.name}-${id}`;
  if (name !== undefined && name.length > MAX_NAME) {
    throw new Error(`metadata.name of '${path}' must make names of at most ${MAX_NAME} characters, got '${name}'; shorten it`);
  }
  const annotations = { ...metadata?.annotations, ...provenance(path, reasons) };
  const props: ApiObjectProps = {
    apiVersion: SECURITY_API,
    kind,
    metadata: { ...metadata, ...(name === undefined ? {} : { name }), namespace, annotations },
  };
  // whatever else an object has is part of its props: cdk8s renders them as they are
  return Object.assign(props, { spec: Lazy.any({ produce: spec }) });
}

/** The annotations by which an object says where it comes from, and why where it had to. */
export function provenance(path: string, reasons: readonly string[]): { [annotation: string]: string } {
  return reasons.length === 0 ? { [CONSTRUCT_ANNOTATION]: path } : { [CONSTRUCT_ANNOTATION]: path, [REASON_ANNOTATION]: unique(reasons).join('; ') };
}

function checkMetadata(metadata: ApiObjectMetadata, namespace: string, path: string): void {
  if (metadata.namespace !== undefined && metadata.namespace !== namespace) {
    throw new Error(`metadata.namespace of '${path}' must be '${namespace}', where the workload is, got ${quoted(metadata.namespace)}; leave it out`);
  }
  if (metadata.annotations?.[DRY_RUN] !== undefined) {
    throw new Error(`metadata.annotations of '${path}' must not have '${DRY_RUN}', under which nothing is enforced; leave it out`);
  }
}

const CHECKING = Symbol.for('cdk8s-zero-trust.checking');

/**
 * The root, which cdk8s validates first, brings the index of the app up to date and has all statements checked; a construct reports what is
 * wrong with it from the first time on that something is. cdk8s validates every construct once for each chart: most have nothing to say.
 */
export function checkWithEachValidation(root: IConstruct): void {
  if (!markOnce(root)) { return; }
  const validate = () => {
    refresh(root);
    for (const { construct } of Renderings.of(root).faulty) { reportProblems(construct, root); }
    return [];
  };
  root.node.addValidation({ validate });
}

function reportProblems(construct: IConstruct, root: IConstruct): void {
  if (!markOnce(construct)) { return; }
  construct.node.addValidation({ validate: () => [...Renderings.of(root).problemsOf(statementOf(construct)!)] });
}

function markOnce(construct: IConstruct): boolean {
  const marked = construct as { [CHECKING]?: true };
  if (marked[CHECKING]) { return false; }
  Object.defineProperty(construct, CHECKING, { value: true });
  return true;
}
