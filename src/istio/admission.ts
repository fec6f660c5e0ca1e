import { SECURITY_GROUP } from './manifest';
import { checkAnnotations, checkMetadata, Metadata } from './metadata';
import { Admission, at, Problem, Report, reportTo, shown } from './problem';
import { refusedByProxy } from './proxy';
import { checkSchema } from './schema/check';
import { decode } from './schema/decode';
import { prune } from './schema/prune';
import { isObject, objectOf, ObjectSchema, Schema, typesOnly } from './schema/schema';
import { METADATA, SecurityKind, SPECS, STATUS } from './schema/tables';
import { checkAuthorizationPolicy } from './webhook/authorization-policy';
import { AuthorizationPolicyMessage, PeerAuthenticationMessage, RequestAuthenticationMessage } from './webhook/messages';
import { checkPeerAuthentication } from './webhook/peer-authentication';
import { checkRequestAuthentication } from './webhook/request-authentication';

type Fields = Readonly<Record<string, unknown>>;

/** Versions of the API that are served. */
const VERSIONS = ['v1', 'v1beta1'];

/** Whether an object is of a kind that `admit` checks, in a version that is served. */
export function isSecurityResource(manifest: unknown): boolean {
  return isObject(manifest) && kindOf(manifest) !== undefined;
}

/**
 * What the API server, istiod's webhook and Envoy would say of an AuthorizationPolicy, PeerAuthentication or RequestAuthentication
 * that is created. Neither the order of the problems nor their number is Istio's: only whether a layer has any.
 *
 * @param manifest the object as written
 * @param reading problems met while it was read, such as duplicate keys
 */
export function admit(manifest: unknown, reading: readonly Problem[] = []): Admission {
  const problems = [...reading];
  const schema = reportTo(problems, 'schema');
  const kind = isObject(manifest) ? kindOf(manifest) : undefined;
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
    problems.push(...refusedByProxy(kind, decodeSpec(kind, manifest, () => undefined)));
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
  const kind = kindOf(manifest);
  if (kind === undefined) {
    reportUnserved(manifest, schema);
    return problems;
  }
  const pruned = prune(objectSchema(kind), manifest, '', reportTo(problems, 'unknown-field'));
  checkSchema(TYPES[kind], withoutNulls(pruned), '', schema);
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

function kindOf(manifest: Fields): SecurityKind | undefined {
  const [group, version, ...rest] = (typeof manifest.apiVersion === 'string' ? manifest.apiVersion : '').split('/');
  const served = group === SECURITY_GROUP && VERSIONS.includes(version) && rest.length === 0;
  return served ? (Object.keys(SPECS) as SecurityKind[]).find(kind => kind === manifest.kind) : undefined;
}

function reportUnserved(manifest: unknown, schema: Report): void {
  if (isObject(manifest)) {
    const kinds = Object.keys(SPECS).join(', ');
    schema('kind', `must be ${kinds} of ${SECURITY_GROUP}/v1, got ${shown(manifest.kind)} of ${shown(manifest.apiVersion)}; correct apiVersion and kind`);
  } else {
    schema('', `must be an object, got ${shown(manifest)}; write apiVersion, kind, metadata and spec`);
  }
}

/** The schema of the whole object. */
function objectSchema(kind: SecurityKind, withoutMetadata = false): ObjectSchema {
  const metadata = withoutMetadata ? objectOf({}) : METADATA;
  return objectOf({ apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata, spec: SPECS[kind], status: STATUS });
}

const TYPES: Readonly<Record<SecurityKind, Schema>> = {
  AuthorizationPolicy: typesOnly(objectSchema('AuthorizationPolicy')),
  PeerAuthentication: typesOnly(objectSchema('PeerAuthentication')),
  RequestAuthentication: typesOnly(objectSchema('RequestAuthentication')),
};

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
function askWebhook(kind: SecurityKind, manifest: Fields, metadata: Metadata): Answer {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const error = reportTo(problems, 'webhook');
  const spec = decodeSpec(kind, manifest, error);
  if (problems.length > 0) {
    return { problems, warnings };
  }
  checkAnnotations(metadata, kind === 'AuthorizationPolicy' ? (spec as AuthorizationPolicyMessage).action : undefined, error);
  CHECKS[kind](spec, error, reportTo(warnings, 'webhook'));
  Object.keys(manifest).filter(name => !['apiVersion', 'kind', 'metadata', 'spec', 'status'].includes(name))
    .forEach(name => error(at('', name), `must be apiVersion, kind, metadata, spec or status, got '${name}'; move it into spec, or drop it`));
  return { problems, warnings: problems.length === 0 ? warnings : [] };
}

function decodeSpec(kind: SecurityKind, manifest: Fields, report: Report): unknown {
  return decode('protobuf', SPECS[kind], manifest.spec, 'spec', report);
}

const CHECKS: Readonly<Record<SecurityKind, (spec: unknown, error: Report, warn: Report) => void>> = {
  AuthorizationPolicy: (spec, error, warn) => checkAuthorizationPolicy(spec as AuthorizationPolicyMessage, error, warn),
  PeerAuthentication: (spec, error, warn) => checkPeerAuthentication(spec as PeerAuthenticationMessage, error, warn),
  RequestAuthentication: (spec, error, warn) => checkRequestAuthentication(spec as RequestAuthenticationMessage, error, warn),
};
