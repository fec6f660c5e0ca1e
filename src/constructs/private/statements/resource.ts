import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { checkLate, checkWithEachValidation } from './validation';
import { admit } from '../../../istio/admission';
import { at, Problem, shown } from '../../../istio/problem';
import { KindName, kindNamed } from '../../../istio/resource-kinds';
import { fieldOf, Schema } from '../../../istio/schema/schema';
import { OLDEST_VERSION, unknownTo, VersionedManifest } from '../../../istio/versions';
import { SAID_OF_ALL } from '../../../istio/webhook/envoy-filter';
import { copied } from '../../../util/members';
import { isObject } from '../../../util/shape';
import { quoted } from '../../../util/text';
import { keepWarnings } from '../findings/kept-warnings';

/** Adds the one object of a resource construct, and refuses what Istio or Envoy would refuse. */
export function addResource(scope: Construct, kind: KindName, props: { readonly metadata?: ApiObjectMetadata }): ApiObject {
  if (!isObject(props)) { throw new Error(`[${scope.node.path}] ${kind} must be an object, got ${quoted(props)}; give the fields of its spec`); }
  const { metadata, ...given } = props;
  const problems: Problem[] = [];
  const { group, versions, spec: schema, kind: written } = kindNamed(kind);
  const spec = plain(given, 'spec', schema, problems);
  const apiVersion = `${group}/${versions[0]}`;
  const resource = new ApiObject(scope, 'Resource', { apiVersion, kind: written, metadata: copied(metadata), spec });
  const admission = admit({ apiVersion, kind: written, metadata: resource.metadata.toJson() as unknown, spec }, problems);
  if (admission.problems.length > 0) {
    throw new Error(refusal(scope, kind, admission.problems));
  }
  checkWithEachValidation(scope.node.root);
  keepWarnings(scope, admission.warnings.filter(({ message }) => message !== SAID_OF_ALL)); // of which ZT111 tells
  checkVersion(scope, kind, { apiVersion, kind: written, metadata: {}, spec } as VersionedManifest);
  return resource;
}

/** Which Istio the mesh runs is known when the app is complete. What even the oldest one knows needs no second look. */
function checkVersion(construct: Construct, kind: KindName, manifest: VersionedManifest): void {
  if (unknownTo(OLDEST_VERSION, manifest).length === 0) { return; }
  checkLate(construct, ({ mesh: { istioVersion } }) => {
    const cure = istioVersion === undefined ? '; if istiod is newer, state istioVersion by a ZeroTrustMesh' : '';
    return unknownTo(istioVersion ?? OLDEST_VERSION, manifest).map(({ field, message }) =>
      ({ message: `${kind}: ${propOf(field)} ${message}${cure}`, cause: `${kind} ${field.replace(/\d+/g, '')} ${message}` }));
  });
}

/** A deep copy; what would not survive on the way to YAML is a problem: a condition that is left out makes a rule wider. */
function plain(value: unknown, field: string, schema: Schema | undefined, problems: Problem[], isNeeded = false): unknown {
  if (value === undefined) {
    problems.push({ layer: 'parse', field, message: `must have a value where it is written, got 'undefined'; ${isNeeded ? 'check the lookup or the setting that it comes from' : 'give it one, or leave it out on purpose'}` });
  }
  if (vanishes(value, field, schema)) {
    const cure = isNeeded ? 'fill it' : 'fill it, or leave it out where what its absence means is meant';
    problems.push({ layer: 'parse', field, message: `must not be empty, which is as good as absent, got '${JSON.stringify(value)}'; ${cure}` });
  }
  if (Array.isArray(value)) {
    return Array.from(value, (item: unknown, index) => plain(item, at(field, index), itemOf(schema), problems));
  }
  if (typeof value !== 'object' || value === null) {
    if (schema?.type === 'any' && !isWritten(value)) { problems.push({ layer: 'parse', field, message: `must be a number, text, true or false, got ${shown(String(value))}, which is not written; give it another, or leave it out` }); }
    return value;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    const name = (value as object).constructor?.name ?? 'object';
    problems.push({ layer: 'parse', field, message: `must be plain data, got an instance of '${name}'; give the value itself` });
    return undefined;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, at(field, key), memberOf(schema, key), problems, schema?.type === 'object' && schema.required?.includes(key))]));
}

/** Free JSON is free all the way down. */
function itemOf(schema: Schema | undefined): Schema | undefined {
  return schema?.type === 'array' ? schema.items : schema?.type === 'any' ? schema : undefined;
}

/** Whether free JSON has it once it is YAML, where null is gone. */
function isWritten(value: unknown): boolean { return ['string', 'boolean', 'undefined'].includes(typeof value) || Number.isFinite(value); }

function memberOf(schema: Schema | undefined, key: string): Schema | undefined {
  if (schema?.type === 'map') { return schema.values; }
  if (schema?.type === 'any') { return schema; }
  return schema?.type === 'object' ? fieldOf(schema, key) : undefined;
}

/** One line per prop; a prop that several layers refuse is named once: that there is no such field, or what is wrong with it first of all. */
function refusal(scope: Construct, kind: KindName, problems: readonly Problem[]): string {
  const unknown = problems.filter(({ layer }) => layer === 'unknown-field');
  const told = problems.filter(problem => !isOfEmptyPart(problem, problems));
  const byProp = new Map([...[...told].reverse(), ...unknown].map(({ field, message }) => [propOf(field), message]));
  const lines = [...byProp].reverse().map(([prop, message]) => `${prop} ${message}`);
  return `[${scope.node.path}] ${kind}: ${lines.length === 1 ? lines[0] : lines.map(line => `\n  - ${line}`).join('')}`;
}

/** That nothing is in a part is told by the part of it that is empty. */
function isOfEmptyPart({ layer, field, message }: Problem, problems: readonly Problem[]): boolean {
  return layer !== 'parse' && /must not be empty|must have .*got none/.test(message)
    && problems.some(other => other.layer === 'parse' && (other.field.startsWith(`${field}.`) || other.field.startsWith(`${field}[`)));
}

function propOf(field: string): string { return field.replace(/^spec\.?/, '') || 'props'; }

/** An ALLOW policy with an empty list of rules allows nothing, which is meant; any other empty list or map, and an empty selector, widens what it is part of. Free JSON is what it is. */
function vanishes(value: unknown, field: string, schema: Schema | undefined): boolean {
  if (schema?.type === 'any') { return false; }
  if (Array.isArray(value)) { return value.length === 0 && field !== 'spec.rules'; }
  const isSelection = schema?.type === 'map' || /(^|\.)(selector|workloadSelector)$/.test(field);
  return isSelection && typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
