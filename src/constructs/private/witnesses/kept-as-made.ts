import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { OtherObject } from './other-objects';
import { Stated } from './stated';
import { Intent } from '../../../intent/intent';
import { Manifest } from '../../../istio/manifest';
import { REVISION } from '../../../policy/workloads/label-names';
import { isSame } from '../../../util/same';
import { isObject } from '../../../util/shape';
import { unique } from '../../../util/text';
import { Tree } from '../index/tree';
import { annotationsAsMade, changesOf, isTakenOut, isTelling, withoutPatches } from '../reading/patches';

/**
 * Whether an object of an intent must stay as it was made: what closes, cuts, watches, opens plaintext, says how far a namespace has come or how clients connect, or is only tried out. What
 * is changed in it opens something, and perhaps nothing that is asked; and some of it no request shows. What other intents promise and refuse is asked as it stands.
 */
export function mustStay(intent: Intent, role: string): boolean {
  switch (intent.kind) {
    case 'guardrail':
    case 'quarantine':
    case 'plaintext':
    case 'audit':
    case 'security-telemetry':
    case 'mtls-migration':
    case 'legacy-destination':
    case 'egress':
    case 'egress-gateway':
    case 'egress-boundary':
    case 'traffic-protection':
    case 'fault':
    case 'ingress-gateway':
    case 'ingress':
    case 'network':
    case 'external-authorization': return true;
    case 'access': return intent.isDryRun === true;
    case 'jwt': return role === 'guard' || role === 'authentication';
    case 'namespace': return role === 'metrics' || role === 'waypoint-metrics';
    case 'mesh': return false;
  }
}

/** What of the object of a role must stay where not all must: for which pods it is, as what it lets in is asked of these. */
function placeOnly(intent: Intent, role: string): boolean { return !mustStay(intent, role) && role === 'policy'; }

/** What was changed in an intent that must stay as it was made, and in what it watches. */
export function alteredIn(stated: Stated, all: ReadonlyMap<IConstruct, Stated>, tree: Tree): string[] {
  const { intent, statement: { watches = [] } } = stated;
  const inWatched = watches.flatMap(watched => {
    const other = all.get(watched);
    return other ? alterations(other, () => true, tree) : isTakenOut(watched) ? takenOut(watched, 'leave it in, or watch it no more') : [];
  });
  const moved = alterations(stated, role => placeOnly(intent, role), tree, placeIn);
  return [...alterations(stated, role => mustStay(intent, role), tree), ...moved, ...inWatched];
}

function alterations(
  { statement: { objects, roles }, rendering: { specs } }: Stated, isKept: (role: string) => boolean, tree: Tree, difference = differenceIn,
): string[] {
  return objects.flatMap((object, i) => isKept(roles[i]) ? alteration({ object, role: roles[i], spec: specs[roles[i]] }, tree, difference) : []);
}

/** Parts of a construct that are there no more. */
export function partsTakenOut(parts: readonly IConstruct[]): string[] {
  return parts.filter(part => isTakenOut(part)).flatMap(part => takenOut(part));
}

/** An object that a construct makes beside those of its intent, and what of it counts: all but its metadata, if not said. The rest anybody may change. */
export interface Part { readonly object: ApiObject; readonly part: string; readonly of?: (manifest: object) => unknown }

/** Parts of a construct that are there no more, or say something else. */
export function partsChanged(parts: readonly Part[], tree: Tree): string[] {
  return parts.flatMap(({ object, part, of = withoutMetadata }) => {
    if (isTakenOut(object)) { return takenOut(object); }
    const now = tree.manifest(object) as object | undefined;
    const isAsMade = changesOf(object) === 0 || (now !== undefined && isSame(of(now), of(withoutPatches(object).toJson() as object)));
    return isAsMade ? [] : [differently(object, part)];
  });
}

function withoutMetadata(manifest: object): object { return { ...manifest, metadata: undefined }; }

/** An object as it was made. */
interface Made { readonly object: ApiObject; readonly role: string; readonly spec: object }

function alteration(made: Made, tree: Tree, difference: typeof differenceIn): string[] {
  const { object } = made;
  if (isTakenOut(object)) { return difference === differenceIn ? takenOut(object) : []; }
  const different = changesOf(object) > 0 ? difference(made, tree.manifest(object) as Manifest | undefined) : undefined;
  return different === undefined ? [] : [differently(object, different)];
}

/** What is told of an object that says something else. */
export function differently({ node }: IConstruct, part: string): string {
  return `'${node.path}' must stay as it was made, got another ${part}; undo that, and state what is meant by the props of its construct`;
}

/** What is told of an object that is there no more. */
export function takenOut({ node }: IConstruct, cure = 'leave it in, or take its construct out as a whole'): string[] {
  return [`'${node.path}' must stay as it was made, got taken out; ${cure}`];
}

/** The first thing that an object says otherwise than it was made to; to others than Istio and this library it may say what it likes. */
function differenceIn({ object, role, spec }: Made, now: Manifest | undefined): string | undefined {
  if (now === undefined) { return 'manifest, which cannot be rendered'; }
  const identity = identityChanged(object, now);
  if (identity !== undefined) { return identity; }
  const { labels = {}, annotations = {} } = now.metadata;
  const keys = unique([...Object.keys(labels), ...labelsAsMade(object)]);
  const label = keys.find(key => key === REVISION || (isTelling(key) && labels[key] !== object.metadata.getLabel(key)));
  if (label !== undefined) { return `label '${label}'`; }
  const made = annotationsAsMade(object);
  const telling = unique([...Object.keys(made), ...Object.keys(annotations)]).filter(isTelling);
  const annotation = telling.find(key => annotations[key] !== resolved(made[key]));
  if (annotation !== undefined) { return `annotation '${annotation}'`; }
  const added = MAY_ADD[role] ?? MAY_ADD[object.kind] ?? [];
  return isSame(without(now.spec, added), without(spec, added)) ? undefined : 'spec';
}

function labelsAsMade({ metadata }: ApiObject): string[] {
  const { labels = {} } = metadata.toJson() as { readonly labels?: object };
  return Object.keys(labels).filter(isTelling);
}

/** What an object says otherwise of which one it is. */
export function identityChanged({ apiVersion, kind, name, metadata: { namespace } }: ApiObject, now: Manifest): string | undefined {
  return ([['apiVersion', apiVersion, now.apiVersion], ['kind', kind, now.kind], ['name', name, now.metadata.name], ['namespace', namespace, now.metadata.namespace]] as const)
    .find(([, made, found]) => made !== found)?.[0];
}

/** Whether a policy says otherwise for which pods it is; one that cannot be rendered tells so itself. */
function placeIn({ spec }: Made, now: Manifest | undefined): string | undefined {
  return ['selector', 'targetRef', 'targetRefs'].find(field => now && !isSame((now.spec as Record<string, unknown> | undefined)?.[field], (spec as Record<string, unknown>)[field]));
}

/** cdk8s resolves what is known late, and leaves out what is nothing. */
function resolved(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'produce' in value ? (value as { readonly produce: () => unknown }).produce() : value;
}

/**
 * Istio takes one Telemetry for the same pods, and one DestinationRule for a host: these may say more than an access log, and than whom clients connect to and how they prove it.
 * Of a RequestAuthentication, what is done with a token that is good. By kind, or by the role of an object of which less may be added.
 */
const MAY_ADD: Readonly<Record<string, readonly string[] | undefined>> = {
  'Telemetry': ['metrics', 'tracing'],
  'protection-rule': ['loadBalancer'],
  'DestinationRule': ['connectionPool', 'outlierDetection', 'loadBalancer'],
  'VirtualService': ['timeout', 'retries'],
  'HTTPRoute': ['timeouts', 'retry'],
  'RequestAuthentication': ['forwardOriginalToken', 'outputPayloadToHeader', 'outputClaimToHeaders', 'timeout'],
};

function without(value: unknown, names: readonly string[]): unknown {
  if (Array.isArray(value)) { return value.map(inner => without(inner, names)); }
  if (!isObject(value)) { return value; }
  const isLeft = (name: string, inner: unknown) => !names.includes(name) || leavesAddressOpen(name, inner);
  const left = Object.entries(value).filter(([name, inner]) => isLeft(name, inner));
  return Object.fromEntries(left.map(([name, inner]) => [name, without(inner, names)]));
}

/** How load is shared decides nothing, but for who connects to whatever address the client asks for. */
function leavesAddressOpen(name: string, inner: unknown): boolean { return name === 'loadBalancer' && isObject(inner) && inner.simple === 'PASSTHROUGH'; }

/** What must stay as it was made is told by itself where it did not: nobody else is judged by what became of it. */
export function withoutKept(others: readonly OtherObject[], stated: readonly Stated[]): readonly OtherObject[] {
  const keptIn = ({ intent, statement: { objects, roles } }: Stated) => objects.filter((_, i) => mustStay(intent, roles[i]));
  const kept = new Set(stated.flatMap(keptIn).map(({ node }) => node.path));
  return others.filter(({ path }) => !kept.has(path));
}
