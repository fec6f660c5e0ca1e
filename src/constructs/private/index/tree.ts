import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { Borders } from './borders';
import { selects, serviceFacts, WrittenService } from '../../../intent/ports';
import { Labels, ServiceFacts, WorkloadFacts } from '../../../intent/workload';
import { GATEWAY_API_GROUP, Manifest, NETWORKING_GROUP, SECURITY_GROUP, TELEMETRY_GROUP } from '../../../istio/manifest';
import { isMeshConfigMap } from '../../../policy/resources/kinds';
import { kept } from '../../../util/kept';
import { isObject } from '../../../util/shape';
import { unique } from '../../../util/text';
import { whileRead } from '../reading/being-read';
import { classAsMade } from '../reading/gateway-class';
import { kindOf, templatePath } from '../reading/kinds';
import { manifestsIn } from '../reading/manifests-in';
import { changesOf, identityOf, namespaceOf } from '../reading/patches';
import { readWorkload, strings, WorkloadReading } from '../reading/read-pods';
import { readService } from '../reading/read-service';

/** A Namespace as far as the mesh cares. */
export interface NamespaceReading {
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly path: string;
  /** Whether it is an item of a List. */
  readonly isListed?: boolean;
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
const NAMESPACE = 'core/Namespace';
const GATEWAY = 'gateway.networking.k8s.io/Gateway';

/** Kinds of which those in a List are read as those that stand by themselves. */
export const READ_IN_LISTS: readonly string[] = [NAMESPACE, GATEWAY];

/** An object as it is written: by itself, or as an item of a List. */
export interface WrittenManifest {
  /** It, or the List. */
  readonly object: ApiObject;
  readonly manifest: Manifest;
  readonly name: string;
  readonly namespace?: string;
  readonly isListed: boolean;
}

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

  private readonly members = new Set<ApiObject>();
  private readonly byWritten = new Map<string, readonly WrittenManifest[]>();

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

  /** Services of other namespaces that have the labels of pods, to which they do not lead. */
  public servicesElsewhere(namespace: string, { pod }: Pick<WorkloadReading, 'pod'>): string[] {
    const others = unique(this.objectsOf(SERVICE).flatMap(object => namespaceOf(object) ?? [])).filter(other => other !== namespace);
    return others.flatMap(other => this.servicesIn(other)).filter(({ selector }) => selects(selector, pod.labels)).map(service => `${service.namespace}/${service.name}`);
  }

  /** Objects of an API group and kind that are written in the cluster, also those in Lists. */
  public written(kind: string): readonly WrittenManifest[] {
    return kept(this.byWritten, kind, () => [...this.objectsOf(kind).map(object => this.asWritten(object)), ...this.listed(kind)]);
  }

  /** The Namespace object of this name, if the app has one. */
  public namespace(name: string): NamespaceReading | undefined {
    return this.namespaces.find(namespace => namespace.name === name);
  }

  /** The Namespace objects of the app, read. */
  public get namespaces(): readonly NamespaceReading[] {
    const own = this.objectsOf(NAMESPACE).map(object => this.reading(object, () => {
      const { metadata } = object.toJson();
      return { name: object.name, labels: strings(metadata?.labels), annotations: strings(metadata?.annotations), path: object.node.path };
    }));
    return [...own, ...this.listed(NAMESPACE).map(({ object, manifest: { metadata }, name, isListed }) =>
      ({ name, labels: strings(metadata.labels), annotations: strings(metadata.annotations), path: object.node.path, isListed }))];
  }

  /** The Gateways of the app, read. */
  public get gateways(): readonly GatewayReading[] {
    const own = this.objectsOf(GATEWAY).map(object => this.reading(object, () => {
      const made = classAsMade(object);
      return gatewayOf(object, made === undefined ? object.toJson() : { metadata: object.metadata.toJson(), spec: { gatewayClassName: made } });
    }));
    return [...own, ...this.listed(GATEWAY).map(({ object, manifest }) => gatewayOf(object, manifest as WrittenGateway))];
  }

  /** What an object renders; nothing where it cannot. */
  public manifest(apiObject: ApiObject): unknown {
    return this.reading(apiObject, () => whileRead(apiObject, () => {
      try {
        return withMetadata(apiObject.toJson() as object);
      } catch {
        return undefined;
      }
    }), this.manifests);
  }

  /** Whether an object is one of the cluster, and was not taken out. */
  public has(object: ApiObject): boolean { return this.members.has(object); }

  /** Whether a construct is of the cluster. */
  public holds(construct: IConstruct): boolean { return this.borders.scopeOf(construct) === this.scope; }

  /** Whether all that was read of its constructs reads the same still. */
  public isCurrent(): boolean {
    return changesIn(this.patched) === this.changes
      && [...this.readings.values(), ...this.manifests.values()].every(({ json, read }) => jsonOf(read) === json);
  }

  private listed(kind: string): WrittenManifest[] {
    const lists = [...this.byKind.values()].filter(([first]) => first.kind.endsWith('List')).flat();
    return lists.flatMap(object => {
      const list = this.manifest(object) as Manifest | undefined;
      const items = (list ? manifestsIn(list) : []).filter(manifest => kindOfManifest(manifest) === kind);
      return items.map((manifest): WrittenManifest => {
        const { name = object.name, namespace } = manifest.metadata;
        return { object, manifest, name, namespace, isListed: true };
      });
    });
  }

  /** Rendered when somebody asks what it says: what intents state renders when the app is checked, by what others say. */
  private asWritten(object: ApiObject): WrittenManifest {
    const { name = object.name, namespace } = identityOf(object);
    const { apiVersion, kind } = object;
    const render = () => (this.manifest(object) ?? { apiVersion, kind, metadata: { name, namespace } }) as Manifest;
    return { object, name, namespace, isListed: false, get manifest() { return render(); } };
  }

  private add(object: ApiObject): void {
    this.objects.push(object);
    this.members.add(object);
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

type WrittenGateway = Partial<Manifest<{ readonly gatewayClassName?: string; readonly listeners?: unknown }>>;

function gatewayOf({ name, node: { path } }: ApiObject, { metadata, spec }: WrittenGateway): GatewayReading {
  return {
    name: metadata?.name ?? name,
    namespace: metadata?.namespace,
    className: spec?.gatewayClassName,
    listeners: spec?.listeners,
    labels: strings(metadata?.labels),
    annotations: strings(metadata?.annotations),
    path,
  };
}

/** A patch may have taken away what every object says of itself. */
function withMetadata(manifest: object): object {
  return isObject((manifest as Partial<Manifest>).metadata) ? manifest : { ...manifest, metadata: {} };
}

/** API group and kind of a manifest, as `kindOf` has them of an object. */
export function kindOfManifest({ apiVersion, kind }: Manifest): string {
  return `${String(apiVersion).includes('/') ? String(apiVersion).split('/')[0] : 'core'}/${kind}`;
}

/** Whether an object may be one that an intent states: policies, how clients connect, what is logged, and what holds the settings of the mesh. */
function mayBeStated({ apiGroup, kind, name }: ApiObject): boolean {
  return [SECURITY_GROUP, NETWORKING_GROUP, TELEMETRY_GROUP, GATEWAY_API_GROUP, 'networking.k8s.io'].includes(apiGroup) || kind === 'IstioOperator' || (kind === 'ConfigMap' && isMeshConfigMap(name));
}

function changesIn(objects: readonly ApiObject[]): number { return objects.reduce((sum, object) => sum + changesOf(object), 0); }

function jsonOf(read: () => unknown): string | undefined {
  try {
    return JSON.stringify(read());
  } catch {
    return undefined; // reads no more, so it has changed; whoever asks next gets the reason
  }
}
