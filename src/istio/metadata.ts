import { at, Report } from './problem';
import { parseBool } from '../util/go/bool';
import { byteLength, byteString } from '../util/go/bytes';

/** The metadata of an object, once decoded: lists and texts are there even where nothing was given. */
export interface Metadata {
  readonly name: string;
  readonly generateName: string;
  readonly namespace: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers: readonly string[];
  readonly ownerReferences: ReadonlyArray<Readonly<Record<'apiVersion' | 'kind' | 'name' | 'uid', string>> & { readonly controller: boolean }>;
  readonly managedFields: ReadonlyArray<Readonly<Record<'manager' | 'operation' | 'fieldsType' | 'subresource', string>>>;
}

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const NAME_PART = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const MAX_ANNOTATIONS = 256 * 1024;

/** Kinds that cannot own anything. */
const NO_OWNERS = ['v1/Event'];

/** What the API server says of the metadata of a namespaced object; `field` is where it stands. */
export function checkMetadata(metadata: Metadata, field: string, error: Report): void {
  checkNames(metadata, field, error);
  checkLabels(metadata, field, error);
  if ((metadata.generation ?? 0) < 0) {
    error(at(field, 'generation'), `must not be negative, got '${metadata.generation}'; leave it out`);
  }
  metadata.finalizers.forEach((name, index) => check(qualifiedName(name), at(field, 'finalizers', index), error));
  if (['orphan', 'foregroundDeletion'].every(name => metadata.finalizers.includes(name))) {
    error(at(field, 'finalizers'), 'must not have both orphan and foregroundDeletion; keep one');
  }
  checkOwners(metadata, at(field, 'ownerReferences'), error);
  checkManagers(metadata, at(field, 'managedFields'), error);
}

function check(fault: string | undefined, field: string, error: Report): void {
  if (fault !== undefined) {
    error(field, fault);
  }
}

function checkNames({ name, generateName, namespace }: Metadata, field: string, error: Report): void {
  check(name === '' ? 'must be given, got nothing; name the object' : objectName(name), at(field, 'name'), error);
  if (generateName !== '') {
    check(objectName(byteString(generateName).replace(/.-$/s, 'a')), at(field, 'generateName'), error); // what is checked has lost a byte, too
  }
  if (namespace !== '' && (byteLength(namespace) > 63 || !LABEL.test(namespace))) {
    error(at(field, 'namespace'), `must be at most 63 lower case letters, digits and inner '-', got '${namespace}'; name an existing namespace`);
  }
}

function checkLabels({ labels = {}, annotations = {} }: Metadata, field: string, error: Report): void {
  for (const [key, value] of Object.entries(labels)) {
    const where = at(field, 'labels', key);
    check(qualifiedName(key), where, error);
    if (byteLength(value) > 63 || !(value === '' || NAME_PART.test(value))) {
      error(where, `must be at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends, got '${value}'; use an annotation for free text`);
    }
  }
  Object.keys(annotations).forEach(key => check(qualifiedName(key.toLowerCase()), at(field, 'annotations', key), error));
  const size = Object.entries(annotations).reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  if (size > MAX_ANNOTATIONS) {
    error(at(field, 'annotations'), `must have at most ${MAX_ANNOTATIONS} bytes together, got ${size}; shorten them`);
  }
}

/** Name of an object: a DNS subdomain. */
function objectName(name: string): string | undefined {
  return byteLength(name) <= 253 && SUBDOMAIN.test(name)
    ? undefined
    : `must be at most 253 lower case letters, digits, inner '-' and '.', got '${name.slice(0, 80)}'; rename it`;
}

/** Key of a label: a name, with a DNS subdomain and a slash before it if need be. */
function qualifiedName(key: string): string | undefined {
  const parts = key.split('/');
  const name = parts[parts.length - 1];
  const good = parts.length <= 2 && byteLength(name) <= 63 && NAME_PART.test(name) && (parts.length === 1 || objectName(parts[0]) === undefined);
  return good ? undefined : `must be a key such as 'app' or 'example.com/app', got '${key}'; rename it`;
}

function checkOwners({ ownerReferences }: Metadata, field: string, error: Report): void {
  ownerReferences.forEach((owner, index) => {
    for (const name of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      if ((name === 'apiVersion' ? versionOf(owner.apiVersion) : owner[name]) === '') {
        error(at(field, index, name), `must name the owner's, got '${owner[name]}'; correct it`);
      }
    }
    if (NO_OWNERS.includes(`${owner.apiVersion}/${owner.kind}`)) {
      error(at(field, index), `must not be ${owner.kind}, which can own nothing; drop it`);
    }
  });
  if (ownerReferences.filter(owner => owner.controller).length > 1) {
    error(field, 'must have at most one controller; set controller on one of them');
  }
}

/** A version as Kubernetes splits it off; empty where the text has two slashes. */
function versionOf(apiVersion: string): string {
  const parts = apiVersion.split('/');
  return parts.length > 2 ? '' : parts[parts.length - 1];
}

function checkManagers({ managedFields }: Metadata, field: string, error: Report): void {
  managedFields.forEach((entry, index) => {
    const where = at(field, index);
    if (!['Apply', 'Update'].includes(entry.operation)) {
      error(at(where, 'operation'), `must be Apply or Update, got '${entry.operation}'; leave managedFields to the API server`);
    }
    if (!['', 'FieldsV1'].includes(entry.fieldsType)) {
      error(at(where, 'fieldsType'), `must be FieldsV1, got '${entry.fieldsType}'; leave managedFields to the API server`);
    }
    if (byteLength(entry.manager) > 128 || /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(entry.manager)) {
      error(at(where, 'manager'), 'must be at most 128 printable characters; leave managedFields to the API server');
    }
    if (byteLength(entry.subresource) > 256) {
      error(at(where, 'subresource'), 'must have at most 256 characters; leave managedFields to the API server');
    }
  });
}

const DRY_RUN = 'istio.io/dry-run';

/** Annotations that Istio keeps for itself. */
const RESERVED = ['internal.istio.io/webhook-always-reject', 'internal.istio.io/parent-namespace', 'internal.istio.io/parents'];

/** What istiod's webhook says of the annotations; `action` is that of an AuthorizationPolicy. */
export function checkAnnotations({ annotations = {} }: Metadata, action: string | undefined, error: Report): void {
  const field = (name: string): string => at('metadata.annotations', name);
  const has = (name: string): boolean => Object.prototype.hasOwnProperty.call(annotations, name);
  if (has(DRY_RUN) && action === undefined) {
    error(field(DRY_RUN), 'must stand on an AuthorizationPolicy only; drop it');
  } else if (has(DRY_RUN) && !['ALLOW', 'DENY'].includes(action ?? '')) {
    error(field(DRY_RUN), `must stand on action ALLOW or DENY, got '${action}'; drop it`);
  } else if (has(DRY_RUN) && parseBool(annotations[DRY_RUN]) === undefined) {
    error(field(DRY_RUN), `must be 'true' or 'false', got '${annotations[DRY_RUN]}'; correct it`);
  }
  RESERVED.filter(has).forEach(name => error(field(name), 'must not be set, Istio keeps it for itself; drop it'));
}
