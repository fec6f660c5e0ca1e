import { ApiObject, ApiObjectMetadata, Lazy } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { Renderings } from './renderings';
import { attach, Statement } from './statement';
import { refresh } from './tree';
import { World } from './world';
import { Intent } from '../../intent/intent';
import { unique } from '../../util/text';

const SECURITY_API = 'security.istio.io/v1';
const CONSTRUCT_ANNOTATION = 'cdk8s-zero-trust/construct';
const DRY_RUN = 'istio.io/dry-run';
const MAX_NAME = 63;
const REASON_ANNOTATION = 'cdk8s-zero-trust/reason';

/** One object of an intent: its `spec` is rendered at synthesis, everything else is known at once. */
export interface ObjectProps {
  /** Role in the rendering of the intent. */
  readonly role: string;
  /** Id below the construct; `Resource` for the main object. */
  readonly id: string;
  readonly kind: 'AuthorizationPolicy' | 'PeerAuthentication' | 'RequestAuthentication';
  readonly namespace: string;
}

/** What a construct states. */
export interface StatementProps {
  readonly read: (world: World) => Intent;
  readonly check?: (world: World) => string[];
  readonly objects: readonly ObjectProps[];
  readonly metadata?: ApiObjectMetadata;
  /** Why something wider than least privilege is stated. */
  readonly reasons?: readonly string[];
}

/**
 * States an intent: makes its objects, to be rendered when the app is complete, and has it checked whenever the app is validated.
 *
 * The first statement of an app makes its root bring the index of the app up to date at the start of each validation: cdk8s visits parents first.
 */
export function state(construct: Construct, props: StatementProps): ApiObject[] {
  const root = construct.node.root;
  const statement: Statement = { construct, root, read: props.read, check: props.check ?? (() => []), objects: [] };
  attach(statement);
  refreshWithEachValidation(root);
  construct.node.addValidation({ validate: () => [...Renderings.of(root).renderingOf(statement).problems] });
  statement.objects.push(...props.objects.map(object => makeObject(statement, object, props)));
  return statement.objects;
}

/** The annotations by which an object says where it comes from, and why where it had to. */
export function provenance(construct: IConstruct, reasons: readonly string[]): { [annotation: string]: string } {
  return {
    [CONSTRUCT_ANNOTATION]: construct.node.path,
    ...(reasons.length === 0 ? {} : { [REASON_ANNOTATION]: unique(reasons).join('; ') }),
  };
}

function makeObject(statement: Statement, object: ObjectProps, { metadata, reasons }: StatementProps): ApiObject {
  const { construct, root } = statement;
  if (metadata?.namespace !== undefined && metadata.namespace !== object.namespace) {
    throw new Error(`metadata.namespace of '${construct.node.path}' must be '${object.namespace}', where the workload is, got '${metadata.namespace}'; leave it out`);
  }
  if (metadata?.annotations?.[DRY_RUN] !== undefined) {
    throw new Error(`metadata.annotations of '${construct.node.path}' must not have '${DRY_RUN}', under which nothing is enforced; leave it out`);
  }
  const name = metadata?.name === undefined || object.id === 'Resource' ? metadata?.name : `${metadata.name}-${object.id}`;
  if (name !== undefined && name.length > MAX_NAME) {
    throw new Error(`metadata.name of '${construct.node.path}' must make names of at most ${MAX_NAME} characters, got '${name}'; shorten it`);
  }
  return new ApiObject(construct, object.id, {
    apiVersion: SECURITY_API,
    kind: object.kind,
    metadata: {
      ...metadata,
      ...(name === undefined ? {} : { name }),
      namespace: object.namespace,
      annotations: { ...metadata?.annotations, ...provenance(construct, reasons ?? []) },
    },
    spec: Lazy.any({
      produce: () => {
        const { specs, problems } = Renderings.of(root).renderingOf(statement);
        if (problems.length > 0) { throw new Error(`[${construct.node.path}] ${problems.join('; ')}`); }
        return specs[object.role];
      },
    }),
  });
}

const REFRESHING = Symbol.for('cdk8s-zero-trust.refreshing');

function refreshWithEachValidation(root: IConstruct): void {
  const marked = root as { [REFRESHING]?: true };
  if (marked[REFRESHING]) { return; }
  Object.defineProperty(root, REFRESHING, { value: true });
  root.node.addValidation({ validate: () => { refresh(root); return []; } });
}
