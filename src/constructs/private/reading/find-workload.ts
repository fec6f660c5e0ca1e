import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { kindOf, templatePath, WORKLOAD_KINDS } from './kinds';
import { suggestion } from '../../../util/suggestion';

/** The workload object that a construct is, or holds as its default child. */
export function workloadOf(construct: IConstruct): ApiObject {
  const object = defaultObject(construct);
  if (!object) {
    const below = workloadsBelow(construct);
    const found = below.length === 0 ? 'it holds no workload' : `it holds ${list(below)}`;
    throw new Error(`'${construct.node.path}' is not a workload: ${found}; pass the workload itself, or name one: Workload.named(construct, '${below[0]?.name ?? 'name'}')`);
  }
  if (!templatePath(object)) {
    const cure = object.kind === 'Service' ? "pass the workload that it leads to, and where that has several, this one by the option 'service'"
      : `expected ${WORKLOAD_KINDS.join(', ')}, or use Workload.fromPods() for pods that something else makes`;
    throw new Error(`'${construct.node.path}' is a ${object.kind}, not a workload; ${cure}`);
  }
  return object;
}

/** The one workload object of a name at or below a construct. */
export function workloadNamed(container: IConstruct, name: string): ApiObject {
  const below = workloadsBelow(container);
  const found = below.filter(object => object.name === name);
  if (found.length === 1) return found[0];
  if (found.length > 1) {
    throw new Error(`'${container.node.path}' holds several workloads named '${name}': ${list(found)}; pass one of them to Workload.of()`);
  }
  const there = below.length === 0 ? 'it holds no workload at all' : `it holds ${list(below)}`;
  throw new Error(`'${container.node.path}' holds no workload named '${name}'; ${there}`);
}

/** The one workload object of a namespace and name below a construct. */
export function workloadIn(container: IConstruct, namespace: string, name: string): ApiObject {
  const all = workloadsBelow(container);
  const found = all.filter(object => object.name === name && object.metadata.namespace === namespace);
  if (found.length === 1) return found[0];
  if (found.length > 1) throw new Error(`'${container.node.path}' must hold one workload '${namespace}/${name}', got ${list(found)}; give the part of the app that is for the cluster that is meant`);
  const known = all.map(object => `${object.metadata.namespace}/${object.name}`);
  throw new Error(`'${container.node.path}' must hold the workload '${namespace}/${name}' that a plan is for, got none${suggestion(`${namespace}/${name}`, known)}`);
}

/** The Service object that a construct is, or holds as its default child. */
export function serviceOf(construct: IConstruct): ApiObject {
  const object = defaultObject(construct);
  if (!object || kindOf(object) !== 'core/Service') {
    throw new Error(`service must be a Service of the app, got '${construct.node.path}'${object ? `, a ${object.kind}` : ''}; pass its construct, or name what is not of the app by host`);
  }
  return object;
}

function defaultObject(construct: IConstruct): ApiObject | undefined {
  for (let at: IConstruct | undefined = construct; at; at = at.node.defaultChild) {
    if (at instanceof ApiObject) return at;
  }
  return undefined;
}

function workloadsBelow(container: IConstruct): ApiObject[] {
  return container.node.findAll().filter((c): c is ApiObject => c instanceof ApiObject && templatePath(c) !== undefined);
}

function list(objects: readonly ApiObject[]): string {
  return objects.map(o => `${o.kind} '${o.name}'${o.metadata.namespace ? ` in ${o.metadata.namespace}` : ''}`).sort().join(', ');
}
