import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { selects, serviceFacts, WrittenService } from '../../../intent/ports';
import { Labels, ServiceFacts, WorkloadFacts } from '../../../intent/workload';
import { SECURITY_GROUP } from '../../../istio/manifest';
import { isMeshConfigMap } from '../../../policy/resources/kinds';
import { kindOf, templatePath } from '../reading/kinds';
import { changesOf } from '../reading/patches';
import { readWorkload, strings, WorkloadReading } from '../reading/read-pods';
import { readService } from '../reading/read-service';

/** A Namespace as far as the mesh cares. */
export interface NamespaceReading {
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly path: string;
}

/** A Gateway of the Kubernetes Gateway API; a waypoint is one. */
export interface GatewayReading {
  readonly name: string;
  readonly namespace?: string;
  readonly className?: string;
  /** As they are written. */
  readonly listeners?: unknown;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly path: string;
}

/** What was read of objects, and how it is read again. */
type Readings = Map<ApiObject, { readonly value: unknown; readonly json: string; readonly read: () => unknown }>;

/**
 * One generation of the index of an app: its objects by kind and namespace, and what was read of them so far.
 * Objects are read on demand, each at most once a generation.
 */
export class Tree {
  /** Every construct of the app, parents first. */
  public readonly constructs: IConstruct[] = [];
  /** Those of them that are objects. */
  public readonly objects: ApiObject[] = [];
  private readonly byKind = new Map<string, ApiObject[]>();
  private readonly byNamespace = new Map<string, ApiObject[]>();
  private readonly assembled = new Map<ApiObject, WorkloadFacts>();
  private readonly readings: Readings = new Map();
  private readonly manifests: Readings = new Map();
  private readonly policies: ApiObject[] = [];

  /** How often policies were changed after they were made. */
  private readonly changes: number;

  public constructor(public readonly root: IConstruct, public readonly generation: number) {
    collect(root, this.constructs);
    for (const construct of this.constructs) {
      if (ApiObject.isApiObject(construct)) this.add(construct);
    }
    this.changes = changesIn(this.policies);
  }

  /** Objects of an API group and kind, such as `core/Service`, in the order of the tree. */
  public objectsOf(kind: string): readonly ApiObject[] {
    return this.byKind.get(kind) ?? [];
  }

  /** Objects of an API group and kind in a namespace. */
  public objectsIn(namespace: string, kind: string): readonly ApiObject[] {
    return this.byNamespace.get(`${namespace} ${kind}`) ?? [];
  }

  /** Every workload object of the app. */
  public get workloads(): readonly ApiObject[] {
    return [...this.byKind.values()].filter(([first]) => templatePath(first)).flat();
  }

  public workload(apiObject: ApiObject): WorkloadReading {
    return this.reading(apiObject, () => readWorkload(apiObject));
  }

  /** All about a workload that the app says by itself: assembled once, whoever refers to it. */
  public facts(apiObject: ApiObject, assemble: () => WorkloadFacts): WorkloadFacts {
    let facts = this.assembled.get(apiObject);
    if (!facts) { this.assembled.set(apiObject, facts = assemble()); }
    return facts;
  }

  /** The Services of a namespace, read. */
  public servicesIn(namespace: string): readonly WrittenService[] {
    return this.objectsIn(namespace, 'core/Service').map(object => this.reading(object, () => readService(object, namespace)));
  }

  /** The Services of a namespace that lead to pods, as they reach them. */
  public servicesOf(namespace: string, { pod, containerPorts }: Pick<WorkloadReading, 'pod' | 'containerPorts'>): ServiceFacts[] {
    return this.servicesIn(namespace).filter(({ selector }) => selects(selector, pod.labels)).map(service => serviceFacts(service, containerPorts));
  }

  /** The Namespace object of this name, if the app has one. */
  public namespace(name: string): NamespaceReading | undefined {
    return this.namespaces.find(namespace => namespace.name === name);
  }

  /** The Namespace objects of the app, read. */
  public get namespaces(): readonly NamespaceReading[] {
    return this.objectsOf('core/Namespace').map(object => this.reading(object, () => {
      const { metadata } = object.toJson();
      return { name: object.name, labels: strings(metadata?.labels), annotations: strings(metadata?.annotations), path: object.node.path };
    }));
  }

  /** The Gateways of the app, read. */
  public get gateways(): readonly GatewayReading[] {
    return this.objectsOf('gateway.networking.k8s.io/Gateway').map(object => this.reading(object, () => {
      const { metadata, spec } = object.toJson();
      return {
        name: metadata?.name ?? object.name,
        namespace: metadata?.namespace,
        className: spec?.gatewayClassName,
        listeners: spec?.listeners,
        labels: strings(metadata?.labels),
        annotations: strings(metadata?.annotations),
        path: object.node.path,
      };
    }));
  }

  /** What an object renders; nothing where it cannot. */
  public manifest(apiObject: ApiObject): unknown {
    return this.reading(apiObject, () => {
      try {
        return apiObject.toJson();
      } catch {
        return undefined;
      }
    }, this.manifests);
  }

  /** Whether the app has the same constructs still, and all that was read of them reads the same. */
  public isCurrent(): boolean {
    return match(this.root, this.constructs, 0) === this.constructs.length && changesIn(this.policies) === this.changes
      && [...this.readings.values(), ...this.manifests.values()].every(({ json, read }) => jsonOf(read) === json);
  }

  private add(object: ApiObject): void {
    this.objects.push(object);
    const kind = kindOf(object);
    push(this.byKind, kind, object);
    if (isSecurity(object)) this.policies.push(object);
    if (object.metadata.namespace) push(this.byNamespace, `${object.metadata.namespace} ${kind}`, object);
  }

  private reading<T>(object: ApiObject, read: () => T, readings = this.readings): T {
    const known = readings.get(object);
    if (known) return known.value as T;
    const value = read();
    readings.set(object, { value, json: JSON.stringify(value), read });
    return value;
  }
}

const trees = new WeakMap<IConstruct, Tree>();

/** The index of the app that a construct belongs to, as of the last refresh. */
export function treeOf(construct: IConstruct): Tree {
  return currentTree(construct.node.root);
}

/** The index of the app below a root, as of the last refresh. */
export function currentTree(root: IConstruct): Tree {
  return trees.get(root) ?? replace(root);
}

/**
 * Brings the index of an app up to date: the same generation if nothing has changed, else the next one. Call it
 * once in every pass of validation, before anything is asked of the index.
 */
export function refresh(construct: IConstruct): Tree {
  const { root } = construct.node;
  const known = trees.get(root);
  return known?.isCurrent() ? known : replace(root);
}

function replace(root: IConstruct): Tree {
  const next = new Tree(root, (trees.get(root)?.generation ?? 0) + 1);
  trees.set(root, next);
  return next;
}

/** A construct and all below it, parents first. */
function collect(construct: IConstruct, into: IConstruct[]): void {
  into.push(construct);
  for (const child of construct.node.children) collect(child, into);
}

/** Where the list goes on after a construct and all below it; -1 where it tells of others. As fast as it can be: it runs in every pass. */
function match(construct: IConstruct, list: readonly IConstruct[], from: number): number {
  if (list[from] !== construct) return -1;
  let at = from + 1;
  for (const child of construct.node.children) {
    at = match(child, list, at);
    if (at < 0) return -1;
  }
  return at;
}

/** Whether an object may be one that an intent states: policies, and what holds the settings of the mesh. */
function isSecurity({ apiGroup, kind, name }: ApiObject): boolean {
  return apiGroup === SECURITY_GROUP || kind === 'IstioOperator' || (kind === 'ConfigMap' && isMeshConfigMap(name));
}

function changesIn(policies: readonly ApiObject[]): number { return policies.reduce((sum, policy) => sum + changesOf(policy), 0); }

function jsonOf(read: () => unknown): string | undefined {
  try {
    return JSON.stringify(read());
  } catch {
    return undefined; // reads no more, so it has changed; whoever asks next gets the reason
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
