import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { keepWarnings } from './warnings';
import { admit } from '../istio/admission';
import { SECURITY_GROUP } from '../istio/manifest';
import { at, Problem } from '../istio/problem';
import { SecurityKind } from '../istio/schema/tables';

/** Adds the one object of a resource construct, and refuses what Istio or Envoy would refuse. */
export function addSecurityResource(scope: Construct, kind: SecurityKind, props: { readonly metadata?: ApiObjectMetadata }): ApiObject {
  const { metadata, ...given } = props;
  const problems: Problem[] = [];
  const spec = plain(given, 'spec', problems);
  const apiVersion = `${SECURITY_GROUP}/v1`;
  const resource = new ApiObject(scope, 'Resource', { apiVersion, kind, metadata, spec });
  const admission = admit({ apiVersion, kind, metadata: resource.metadata.toJson() as unknown, spec }, problems);
  if (admission.problems.length > 0) {
    throw new Error(refusal(scope, kind, admission.problems));
  }
  keepWarnings(scope, admission.warnings);
  return resource;
}

/** A deep copy without undefined properties; what would not survive on the way to YAML is a problem. */
function plain(value: unknown, field: string, problems: Problem[]): unknown {
  if (Array.isArray(value)) {
    return Array.from(value, (item: unknown, index) => {
      if (item === undefined) {
        problems.push({ layer: 'parse', field: at(field, index), message: 'must have a value, got \'undefined\'; give it one, or drop the entry' });
      }
      return plain(item, at(field, index), problems);
    });
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    const name = (value as object).constructor?.name ?? 'object';
    problems.push({ layer: 'parse', field, message: `must be plain data, got an instance of '${name}'; give the value itself` });
    return undefined;
  }
  const given = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(given.map(([key, item]) => [key, plain(item, at(field, key), problems)]));
}

/** One line per prop; a prop that several layers refuse is named once. */
function refusal(scope: Construct, kind: SecurityKind, problems: readonly Problem[]): string {
  const byProp = new Map([...problems].reverse().map(({ field, message }) => [field.replace(/^spec\.?/, '') || 'props', message]));
  const lines = [...byProp].reverse().map(([prop, message]) => `${prop} ${message}`);
  return `[${scope.node.path}] ${kind}: ${lines.length === 1 ? lines[0] : lines.map(line => `\n  - ${line}`).join('')}`;
}
