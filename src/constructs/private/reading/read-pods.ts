import { ApiObject } from 'cdk8s';
import { templatePath } from './kinds';
import { kplusManifest, kplusWorkload } from './kplus-workload';
import { ContainerPortFacts, Labels, PodFacts, ProbeFacts, Transport } from '../../../intent/workload';
import { isOfInjection } from '../../../policy/workloads/own-containers';
import { RunsAs } from '../../../policy/workloads/proxy-identity';

/** One workload object as it stands, without its Services. */
export interface WorkloadReading {
  readonly name: string;
  readonly selector: { readonly labels: Labels; readonly hasExpressions: boolean };
  readonly serviceAccount: string;
  readonly containerPorts: readonly ContainerPortFacts[];
  readonly pod: PodFacts;
  /** What tells how its pods take part in the mesh, as it is written. */
  readonly podSpec: PodSpecReading;
  /** How a StatefulSet numbers its pods, which their labels tell, as it is written. */
  readonly numbering?: { readonly replicas?: unknown; readonly ordinals?: unknown };
}

/** A pod's spec as far as the evaluator reads it. */
export interface PodSpecReading {
  readonly serviceAccountName: string;
  readonly hostNetwork: boolean;
  readonly securityContext?: SecurityContextReading;
  readonly containers: readonly object[];
  readonly initContainers: readonly object[];
}

/* eslint-disable @typescript-eslint/no-explicit-any -- manifests are of any shape, and read field by field */

/** The path that a user knows a workload by. */
export function pathOf(apiObject: ApiObject): string {
  return (kplusWorkload(apiObject) ?? apiObject).node.path;
}

/** Reads a workload object as it is now. */
export function readWorkload(apiObject: ApiObject): WorkloadReading {
  const kplus = kplusWorkload(apiObject);
  return readManifest(apiObject, kplus ? kplusManifest(kplus, apiObject) : apiObject.toJson());
}

function readManifest(apiObject: ApiObject, manifest: any): WorkloadReading {
  const path = pathOf(apiObject);
  const namespace = manifest.metadata?.namespace;
  if (namespace !== apiObject.metadata.namespace) {
    throw new Error(`the namespace of '${path}' (${apiObject.kind}) is changed to '${namespace}' by a JSON patch, ` +
      'after policies were placed by it; set metadata.namespace, or the namespace of its chart, instead');
  }
  const template = (templatePath(apiObject) ?? []).reduce((at: any, key) => at?.[key], manifest);
  if (!template?.spec) {
    throw new Error(`'${path}' (${apiObject.kind}) has no pod template; give it one, or use Workload.fromPods() for pods that are made elsewhere`);
  }
  const selector = apiObject.kind === 'Pod' || apiObject.kind === 'CronJob' ? undefined : manifest.spec.selector;
  const { containers = [], initContainers = [] } = template.spec;
  const running: WrittenContainer[] = [...containers, ...nativeSidecars<WrittenContainer>(initContainers)];
  const serviceAccount = template.spec.serviceAccountName || template.spec.serviceAccount || 'default';
  const hostNetwork = template.spec.hostNetwork === true;
  const { replicas, ordinals } = manifest.spec;
  return {
    name: manifest.metadata?.name ?? apiObject.name,
    selector: { labels: strings(selector?.matchLabels), hasExpressions: (selector?.matchExpressions ?? []).length > 0 },
    serviceAccount,
    containerPorts: running.flatMap(containerPorts),
    pod: {
      labels: strings(template.metadata?.labels),
      annotations: strings(template.metadata?.annotations),
      hostNetwork,
      probes: running.flatMap(probes),
    },
    ...(apiObject.kind === 'StatefulSet' ? { numbering: { replicas, ordinals } } : {}),
    podSpec: {
      serviceAccountName: serviceAccount,
      hostNetwork,
      ...securityContextOf(template.spec.securityContext),
      containers: containers.map(asEvaluated),
      initContainers: initContainers.map(asEvaluated),
    },
  };
}

/** How it is started, and with what, counts only of those that take the place of what injection adds. */
function asEvaluated({ name, image, command, args, env, ports, securityContext }: WrittenContainer): object {
  return { name, args, ports, ...isOfInjection(name) ? { image, command, env } : {}, ...securityContextOf(securityContext) };
}

/** What a security context says of who sends, and of who may change how that is captured. */
export interface SecurityContextReading extends RunsAs {
  readonly privileged?: unknown;
  readonly capabilities?: { readonly add?: unknown };
}

function securityContextOf(given: SecurityContextReading | null | undefined): { securityContext?: SecurityContextReading } {
  if (!given) { return {}; }
  const { runAsUser, runAsGroup, privileged, capabilities } = given;
  const isSaid = [runAsUser, runAsGroup, privileged, capabilities?.add].some(one => one !== undefined);
  const added = capabilities?.add === undefined ? {} : { capabilities: { add: capabilities.add } };
  return isSaid ? { securityContext: { runAsUser, runAsGroup, privileged, ...added } } : {};
}

/** `Include` reads YAML 1.1, where an unquoted `n` or `on` is a boolean. */
export function strings(labels: any): Labels {
  return Object.fromEntries(Object.entries(labels ?? {}).map(([key, value]) => [key, String(value)]));
}

export function transportOf(protocol: string | undefined): Transport {
  return protocol === 'UDP' || protocol === 'SCTP' ? protocol : 'TCP';
}

/** Init containers that keep running serve ports like any other; the rest are gone before the first request. */
function nativeSidecars<C extends { restartPolicy?: string }>(initContainers: readonly C[] | undefined): C[] {
  return (initContainers ?? []).filter(c => c.restartPolicy === 'Always');
}

interface WrittenContainer {
  readonly name?: string;
  readonly image?: unknown;
  readonly command?: unknown;
  readonly args?: unknown;
  readonly env?: unknown;
  readonly securityContext?: SecurityContextReading;
  readonly restartPolicy?: string;
  readonly ports?: readonly { readonly containerPort: number; readonly name?: string; readonly protocol?: string }[];
  readonly readinessProbe?: WrittenProbe;
  readonly livenessProbe?: WrittenProbe;
  readonly startupProbe?: WrittenProbe;
}

interface WrittenProbe {
  readonly httpGet?: { readonly port?: any };
  readonly tcpSocket?: { readonly port?: any };
  readonly grpc?: { readonly port?: any };
}

function containerPorts(container: WrittenContainer): ContainerPortFacts[] {
  return (container.ports ?? []).map(p => ({ number: Number(p.containerPort), name: p.name, transport: transportOf(p.protocol) }));
}

function probes(container: WrittenContainer): ProbeFacts[] {
  const uses = [['readiness', container.readinessProbe], ['liveness', container.livenessProbe], ['startup', container.startupProbe]] as const;
  return uses.flatMap(([use, probe]) => probe ? [{ container: container.name ?? '', use, ...action(probe, container) }] : []);
}

function action(probe: WrittenProbe, container: WrittenContainer): Pick<ProbeFacts, 'kind' | 'port'> {
  if (probe.httpGet) return { kind: 'http', port: probePort(probe.httpGet.port, container) };
  if (probe.tcpSocket) return { kind: 'tcp', port: probePort(probe.tcpSocket.port, container) };
  if (probe.grpc) return { kind: 'grpc', port: probePort(probe.grpc.port, container) };
  return { kind: 'exec' };
}

/** A number, the name of a port of the same container, or the generated `IntOrString` that holds one of them. */
function probePort(written: any, container: WrittenContainer): number | undefined {
  const value = written?.value ?? written;
  if (typeof value === 'number') return value;
  return container.ports?.find(p => p.name === value)?.containerPort;
}
