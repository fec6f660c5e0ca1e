import { ApiObjectMetadata, ApiObjectProps, Lazy } from 'cdk8s';
import { metadataOf } from './given-metadata';
import { Position } from './order';
import { CONSTRUCT_ANNOTATION, DRY_RUN_ANNOTATION, GATEWAY_API_GROUP, NETWORKING_GROUP, SECURITY_GROUP, TELEMETRY_GROUP } from '../../../istio/manifest';
import { quoted, unique } from '../../../util/text';

const REASON_ANNOTATION = 'cdk8s-zero-trust/reason';
const MAX_NAME = 63;

/** The kinds of objects that intents come to, with their API. */
const API_VERSIONS = {
  AuthorizationPolicy: `${SECURITY_GROUP}/v1`,
  PeerAuthentication: `${SECURITY_GROUP}/v1`,
  RequestAuthentication: `${SECURITY_GROUP}/v1`,
  DestinationRule: `${NETWORKING_GROUP}/v1`,
  ServiceEntry: `${NETWORKING_GROUP}/v1`,
  Sidecar: `${NETWORKING_GROUP}/v1`,
  Gateway: `${NETWORKING_GROUP}/v1`,
  VirtualService: `${NETWORKING_GROUP}/v1`,
  EnvoyFilter: `${NETWORKING_GROUP}/v1alpha3`,
  KubernetesGateway: `${GATEWAY_API_GROUP}/v1`,
  HTTPRoute: `${GATEWAY_API_GROUP}/v1`,
  Telemetry: `${TELEMETRY_GROUP}/v1`,
  NetworkPolicy: 'networking.k8s.io/v1',
  IstioOperator: 'install.istio.io/v1alpha1',
  ConfigMap: 'v1',
} as const;

type StatedKind = keyof typeof API_VERSIONS;

/** The kind as manifests have it: there are two of Gateways. */
function writtenKind(kind: StatedKind): string { return kind === 'KubernetesGateway' ? 'Gateway' : kind; }

/** What all objects of a statement have in common. */
export interface ObjectOrigin {
  /** Path of the construct that makes them. */
  readonly path: string;
  readonly metadata?: ApiObjectMetadata;
}

/** One object of an intent: its `spec` is rendered at synthesis, everything else is known at once. */
export interface ObjectRole {
  /** Role in the rendering of the intent. */
  readonly role: string;
  /** Id below the construct, `Resource` for the main object; none where the construct is the object itself. */
  readonly id?: string;
  readonly kind: StatedKind;
  readonly namespace: string;
  /** Its name, where it is neither made from that of the construct nor from its path. */
  readonly name?: string;
  /** Why something wider than least privilege is stated by this object. */
  readonly reasons?: readonly string[];
  /** The same, where only the complete app has them. */
  readonly lateReasons?: () => readonly string[];
  /** Id of a chart below the construct that it is in, and in whose file it is written, where that is not the chart of the construct. */
  readonly chart?: string;
  readonly position?: Position;
  /** Labels that say something to Istio. */
  readonly labels?: { readonly [label: string]: string };
  /** The class of a Gateway of the Gateway API, where it is not one at the edge. */
  readonly gatewayClass?: string;
  /** Annotations whose values are known when the app is complete. */
  readonly annotations?: { readonly [annotation: string]: () => string };
  /** Whether it is there only where the rendering has its role. */
  readonly isOptional?: boolean;
  /** Whether it enforces nothing, and shows what it would do. */
  readonly isDryRun?: boolean;
}

/** The props of an object of a statement; its `spec` is asked for when it is rendered. */
export function objectProps(role: ObjectRole, { path, metadata }: ObjectOrigin, spec: () => object): ApiObjectProps {
  const { id, kind, namespace, reasons = [], lateReasons } = role;
  if (metadata) { checkMetadata(metadata, namespace); }
  const isMain = id === undefined || id === 'Resource';
  const name = role.name ?? (metadata?.name === undefined || isMain ? metadata?.name : `${metadata.name}-${id}`);
  if (name !== undefined && name.length > MAX_NAME) {
    throw new Error(`metadata.name must make names of at most ${MAX_NAME} characters, got '${name}'; shorten it`);
  }
  const late: { [annotation: string]: string } = lateReasons ? { [REASON_ANNOTATION]: lateReason(lateReasons) } : {};
  const annotations = { ...metadata?.annotations, ...provenance(path, reasons), ...lateAnnotations(role), ...late, ...role.isDryRun ? { [DRY_RUN_ANNOTATION]: 'true' } : {} };
  const named = name === undefined ? {} : { name };
  const labelled = role.labels ? { labels: { ...metadata?.labels, ...role.labels } } : {};
  const props: ApiObjectProps = {
    apiVersion: API_VERSIONS[kind],
    kind: writtenKind(kind),
    metadata: { ...metadata, ...named, namespace, annotations, ...labelled },
  };
  // whatever else an object has is part of its props: cdk8s renders them as they are
  return Object.assign(props, { [kind === 'ConfigMap' ? 'data' : 'spec']: Lazy.any({ produce: spec }) });
}

/** An annotation may be any resolvable value: cdk8s leaves it out where it resolves to nothing. */
function lateReason(reasons: () => readonly string[]): string {
  const produce = () => { const all = reasons(); return all.length === 0 ? undefined : unique(all).join('; '); };
  return Lazy.any({ produce }) as unknown as string;
}

function lateAnnotations({ annotations = {} }: ObjectRole): { [annotation: string]: string } {
  return Object.fromEntries(Object.entries(annotations).map(([annotation, produce]) => [annotation, Lazy.any({ produce }) as string]));
}

function checkMetadata(given: ApiObjectMetadata, namespace: string): void {
  const metadata = metadataOf(given);
  if (metadata.namespace !== undefined && metadata.namespace !== namespace) {
    throw new Error(`metadata.namespace must be '${namespace}', where the workload is, got ${quoted(metadata.namespace)}; leave it out`);
  }
  if (metadata.annotations?.[DRY_RUN_ANNOTATION] !== undefined) {
    throw new Error(`metadata.annotations must not have '${DRY_RUN_ANNOTATION}', under which nothing is enforced; where that is meant, state it by enforcement: Enforcement.DRY_RUN, as far as the construct has that prop`);
  }
}

/** The annotations by which an object says where it comes from, and why where it had to. */
export function provenance(path: string, reasons: readonly string[]): { [annotation: string]: string } {
  return reasons.length === 0 ? { [CONSTRUCT_ANNOTATION]: path } : { [CONSTRUCT_ANNOTATION]: path, [REASON_ANNOTATION]: unique(reasons).join('; ') };
}
