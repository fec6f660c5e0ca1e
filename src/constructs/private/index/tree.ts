import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { Borders } from './borders';
import { selects, serviceFacts, WrittenService } from '../../../intent/ports';
import { Labels, ServiceFacts, WorkloadFacts } from '../../../intent/workload';
import { NETWORKING_GROUP, SECURITY_GROUP } from '../../../istio/manifest';
import { isMeshConfigMap } from '../../../policy/resources/kinds';
import { kept } from '../../../util/kept';
import { kindOf, templatePath } from '../reading/kinds';
import { changesOf, namespaceOf } from '../reading/patches';
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

const SERVICE = 'core/Service';

/** What was read of objects, and how it is read again. */
type Readings = Map<ApiObject, { readonly value: unknown; readonly json: string; readonly read: () => unknown }>;

/**
 * One generation of the index of a cluster, which is all of the app where no mesh applies to a part of it: its objects by kind and namespace, and what
 * was read of them so far. Objects are read on demand, each at most once a generation.
 */
export class Tree {
  /** Those of them that are objects. */
  public readonly objects: ApiObject[] = [];
  private readonly byKind = new Map<string, ApiObject[]>();
  private readonly byNamespace = new Map<string, ApiObject[]>();
  private readonly assembled = new Map<ApiObject, WorkloadFacts>();
  private readonly readings: Readings = new Map();
  private readonly manifests: Readings = new Map();
  /** Objects that patches change, or move, whether or not they were read: policies and Services. */
  private readonly patched: ApiObject[] = [];

  /** How often they were changed after they were made. */
  private readonly changes: number;

  /**
   * @param scope where the cluster begins
   * @param constructs every construct of it, parents first
   * @param borders where the clusters of the app begin
   */
  public constructor(public readonly scope: IConstruct, public readonly constructs: readonly IConstruct[], public readonly borders: Borders) {
    for (const construct of this.constructs) {
      if (ApiObject.isApiObject(construct)) this.add(construct);
    }
    this.changes = changesIn(this.patched);
  }

  /** Objects of an API group and kind, such as `core/Service`, in the order of the tree. */
  public objectsOf(kind: string): readonly ApiObject[] {
    return this.byKind.get(kind) ?? [];
  }

  /** Objects of an API group and kind in a namespace. */
  public objectsIn(namespace: string, kind: string): readonly ApiObject[] {
    return this.byNamespace.get(`${namespace} ${kind}`) ?? [];
  }

  /** Every workload object of the cluster. */
  public get workloads(): readonly ApiObject[] {
    return [...this.byKind.values()].filter(([first]) => templatePath(first)).flat();
  }

  public workload(apiObject: ApiObject): WorkloadReading {
    return this.reading(apiObject, () => readWorkload(apiObject));
  }

  /** All about a workload that the app says by itself: assembled once, whoever refers to it. */
  public facts(apiObject: ApiObject, assemble: () => WorkloadFacts): WorkloadFacts {
    return kept(this.assembled, apiObject, assemble);
  }

  /** The Services of a namespace, read. */
  public servicesIn(namespace: string): readonly WrittenService[] {
    return this.objectsIn(namespace, SERVICE).map(object => this.reading(object, () => readService(object, namespace)));
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

  /** Whether a construct is of the cluster. */
  public holds(construct: IConstruct): boolean { return this.borders.scopeOf(construct) === this.scope; }

  /** Whether all that was read of its constructs reads the same still. */
  public isCurrent(): boolean {
    return changesIn(this.patched) === this.changes
      && [...this.readings.values(), ...this.manifests.values()].every(({ json, read }) => jsonOf(read) === json);
  }

  private add(object: ApiObject): void {
    this.objects.push(object);
    const kind = kindOf(object);
    kept(this.byKind, kind, () => []).push(object);
    if (mayBeStated(object) || kind === SERVICE) this.patched.push(object);
    const namespace = namespaceOf(object);
    if (namespace) kept(this.byNamespace, `${namespace} ${kind}`, () => []).push(object);
  }

  private reading<T>(object: ApiObject, read: () => T, readings = this.readings): T {
    const { value } = kept(readings, object, () => {
      const found = read();
      return { value: found, json: JSON.stringify(found), read };
    });
    return value as T;
  }
}

/** Whether an object may be one that an intent states: policies, how clients connect, and what holds the settings of the mesh. */
function mayBeStated({ apiGroup, kind, name }: ApiObject): boolean {
  return apiGroup === SECURITY_GROUP || apiGroup === NETWORKING_GROUP || kind === 'IstioOperator' || (kind === 'ConfigMap' && isMeshConfigMap(name));
}

function changesIn(objects: readonly ApiObject[]): number { return objects.reduce((sum, object) => sum + changesOf(object), 0); }

function jsonOf(read: () => unknown): string | undefined {
  try {
    return JSON.stringify(read());
  } catch {
    return undefined; // reads no more, so it has changed; whoever asks next gets the reason
  }
}
