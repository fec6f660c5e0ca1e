import { SECURITY_GROUP } from './manifest';
import { checkAnnotations, checkMetadata, Metadata } from './metadata';
import { Admission, at, Problem, Report, reportTo, shown } from './problem';
import { ResourceKind, RESOURCE_KINDS, resourceKindOf } from './resource-kinds';
import { checkSchema } from './schema/check';
import { decode } from './schema/decode';
import { fits } from './schema/fits';
import { METADATA, STATUS } from './schema/object';
import { prune } from './schema/prune';
import { isObject, objectOf, ObjectSchema, Schema, typesOnly } from './schema/schema';
import { AuthorizationPolicyMessage } from './webhook/messages';

type Fields = Readonly<Record<string, unknown>>;

/** Whether an object is of a kind of Istio's security, in a version that is served. */
export function isSecurityResource(manifest: unknown): boolean {
  return isObject(manifest) && securityKindOf(manifest) !== undefined;
}

/**
 * What the API server, istiod's webhook and Envoy would say of a resource that is created, if its kind is known
 * here. Neither the order of the problems nor their number is Istio's: only whether a layer has any.
 *
 * @param manifest the object as written
 * @param reading problems met while it was read, such as duplicate keys
 */
export function admit(manifest: unknown, reading: readonly Problem[] = []): Admission {
  const problems = [...reading];
  const schema = reportTo(problems, 'schema');
  const kind = isObject(manifest) ? resourceKindOf(manifest) : undefined;
  if (!isObject(manifest) || kind === undefined) {
    reportUnserved(manifest, schema);
    return { problems, warnings: [], pruned: [] };
  }
  const metadata = decodeMetadata(manifest, schema);
  if (metadata === undefined) {
    return { problems, warnings: [], pruned: [] };
  }
  const unknown: Problem[] = [];
  const pruned = prune(objectSchema(kind), manifest, '', reportTo(unknown, 'unknown-field')) as Fields;
  checkMetadata(metadata, 'metadata', schema);
  checkSchema(objectSchema(kind, true), { ...pruned, metadata: {} }, '', schema);
  const asWritten = askWebhook(kind, manifest, metadata);
  const afterPruning = unknown.length === 0 ? asWritten : askWebhook(kind, pruned, metadata);
  problems.push(...unknown, ...asWritten.problems);
  if (problems.length === 0) {
    kind.proxy?.(decodeSpec(kind, manifest, () => undefined), reportTo(problems, 'proxy'));
  }
  return { problems, warnings: asWritten.warnings, pruned: afterPruning.problems };
}

/**
 * What keeps a security resource from being read as it was meant: unknown fields, wrong types, missing fields. Null for a field is
 * as good as nothing. Values that are refused for other reasons do have a meaning, and are not told about.
 */
export function misread(manifest: Fields): readonly Problem[] {
  const problems: Problem[] = [];
  const schema = reportTo(problems, 'schema');
  const kind = securityKindOf(manifest);
  const types = kind && TYPES.get(kind);
  if (kind === undefined || types === undefined) {
    reportUnserved(manifest, schema);
    return problems;
  }
  if (fits(types, manifest)) {
    return problems;
  }
  const pruned = prune(objectSchema(kind), manifest, '', reportTo(problems, 'unknown-field'));
  checkSchema(types, withoutNulls(pruned), '', schema);
  return problems;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutNulls);
  }
  if (!isObject(value)) {
    return value;
  }
  const given = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(given.map(([name, item]) => [name, withoutNulls(item)]));
}

/** Whether the object is stored; with `lenient` by a client without strict field validation, whose unknown fields are dropped. */
export function isAccepted(admission: Admission, lenient = false): boolean {
  const counts = (problem: Problem): boolean => problem.layer !== 'proxy' && !(lenient && ['unknown-field', 'webhook'].includes(problem.layer));
  return !admission.problems.some(counts) && !(lenient && admission.pruned.length > 0);
}

function securityKindOf(manifest: Fields): ResourceKind | undefined {
  const kind = resourceKindOf(manifest);
  return kind?.group === SECURITY_GROUP ? kind : undefined;
}

function reportUnserved(manifest: unknown, schema: Report): void {
  if (isObject(manifest)) {
    const group = String(manifest.apiVersion).split('/')[0];
    const near = RESOURCE_KINDS.filter(known => known.group === group || known.kind === manifest.kind);
    const [served, ...others] = near.length > 0 ? near : SECURITY_KINDS;
    const kinds = [served, ...others.filter(known => known.group === served.group)].map(known => known.kind).join(', ');
    schema('kind', `must be ${kinds} of ${served.group}/v1, got ${shown(manifest.kind)} of ${shown(manifest.apiVersion)}; correct apiVersion and kind`);
  } else {
    schema('', `must be an object, got ${shown(manifest)}; write apiVersion, kind, metadata and spec`);
  }
}

/** The schema of the whole object. */
function objectSchema({ spec, specRequired }: ResourceKind, withoutMetadata = false): ObjectSchema {
  const metadata = withoutMetadata ? objectOf({}) : METADATA;
  const required = specRequired ? ['spec'] : [];
  return objectOf({ apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata, spec, status: STATUS }, { required });
}

const SECURITY_KINDS = RESOURCE_KINDS.filter(kind => kind.group === SECURITY_GROUP);

const TYPES: ReadonlyMap<ResourceKind, Schema> = new Map(SECURITY_KINDS.map(kind => [kind, typesOnly(objectSchema(kind))]));

function decodeMetadata(manifest: Fields, schema: Report): Metadata | undefined {
  const problems: Problem[] = [];
  const metadata = decode('go', METADATA, manifest.metadata, 'metadata', reportTo(problems, 'schema'));
  problems.forEach(({ field, message }) => schema(field, message));
  return problems.length === 0 ? metadata as Metadata : undefined;
}

interface Answer {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** istiod's validating webhook. It warns only where it admits. */
function askWebhook(kind: ResourceKind, manifest: Fields, metadata: Metadata): Answer {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const error = reportTo(problems, 'webhook');
  if (kind.webhook === undefined) {
    return { problems, warnings };
  }
  const spec = decodeSpec(kind, manifest, error);
  if (problems.length > 0) {
    return { problems, warnings };
  }
  checkAnnotations(metadata, kind.dryRun ? (spec as AuthorizationPolicyMessage).action : undefined, error);
  kind.webhook(spec, error, reportTo(warnings, 'webhook'), metadata);
  Object.keys(manifest).filter(name => !['apiVersion', 'kind', 'metadata', 'spec', 'status'].includes(name))
    .forEach(name => error(at('', name), `must be apiVersion, kind, metadata, spec or status, got '${name}'; move it into spec, or drop it`));
  return { problems, warnings: problems.length === 0 ? warnings : [] };
}

function decodeSpec(kind: ResourceKind, manifest: Fields, report: Report): unknown {
  return decode('protobuf', kind.spec, manifest.spec, 'spec', report);
}
