import { DataPlane, NamespaceFacts } from '../intent/mesh';
import { Labels, ServiceFacts, WorkloadFacts } from '../intent/workload';
import { PolicyTargetReference, WorkloadSelector } from '../istio/selection';
import { listed, quoted, unique } from '../util/text';

/** Where the policies of a workload are enforced, and how they are attached there. */
export interface Attachment {
  readonly proxy: 'sidecar' | 'ztunnel' | 'waypoint';
  readonly scope: { readonly selector: WorkloadSelector } | { readonly targetRefs: PolicyTargetReference[] };
  /** The Services whose traffic passes the waypoint. */
  readonly services: readonly ServiceFacts[];
  /** Why connections are all that is seen, where that is so. */
  readonly connectionsOnly?: string;
}

/**
 * Sidecars and ztunnel are attached by selector. Behind a waypoint the pod sees the waypoint as its peer, so what a Service allows is
 * stated there, by reference to the Service; traffic that goes round the waypoint (headless, opted out, no Service) is stated at the pod.
 */
export function attachmentOf(target: WorkloadFacts, namespace: NamespaceFacts, problems: string[]): Attachment {
  if (namespace.dataPlane === DataPlane.SIDECAR) { return atPods(target, namespace); }
  checkWaypoints(target, namespace, problems);
  if (!namespace.waypoint) {
    return {
      ...atPods(target, namespace),
      connectionsOnly: `namespace ${quoted(namespace.name)} has no waypoint; `
      + `declare one on its ZeroTrustNamespace: new ZeroTrustNamespace(…, { name: ${quoted(namespace.name)}, waypoint: Waypoint.create() })`,
    };
  }
  const direct = target.services.filter(service => goesRoundTheWaypoint(service));
  const bound = atWaypoint(target, namespace);
  if (arePodsBehind(target, namespace) && (target.services.length === 0 || direct.some(({ headless }) => headless))) {
    problems.push(`${quoted(target.path)} is called by the addresses of its pods, which pass waypoint ${quoted(namespace.waypoint.name)} too (forPods), and nothing can be stated there for a workload by itself; `
      + 'give it a Service with a cluster IP only, label its pods istio.io/use-waypoint: none, or leave out forPods');
  }
  if (!bound) { return { ...atPods(target, namespace), connectionsOnly: whyDirect(target, direct) }; }
  if (direct.length > 0) {
    problems.push(`the Services of ${quoted(target.path)} take two ways: ${listed(bound.services.map(s => s.name))} through the waypoint, `
      + `${listed(direct.map(s => s.name))} straight to the pods; say which is meant by Workload.of(…, { service: '…' }), one access per way`);
  }
  return bound;
}

/** At the pods of a workload, whoever calls them. */
export function atPods({ selectorLabels }: WorkloadFacts, { dataPlane }: NamespaceFacts): Attachment {
  return { proxy: dataPlane === DataPlane.SIDECAR ? 'sidecar' : 'ztunnel', scope: { selector: { matchLabels: selectorLabels } }, services: [] };
}

/** At the waypoint, for all Services of a workload that go through it; undefined where none does. */
export function atWaypoint(target: WorkloadFacts, namespace: NamespaceFacts): Attachment | undefined {
  const services = namespace.waypoint ? target.services.filter(service => !goesRoundTheWaypoint(service)) : [];
  if (services.length === 0) { return undefined; }
  return { proxy: 'waypoint', scope: { targetRefs: services.map(({ name }) => ({ kind: 'Service', group: '', name })) }, services };
}

/** Whether what is sent to the addresses of pods passes the waypoint, in whose place they see no caller. */
export function arePodsBehind({ podLabels }: BehindWaypoints, { waypoint }: NamespaceFacts): boolean {
  return waypoint?.forPods === true && podLabels['istio.io/use-waypoint'] !== 'none';
}

/** Pods see a waypoint in place of the callers that use it: they and their Services use none but that of the namespace, or the one that is declared for these Services. */
export function checkWaypoints({ path, podLabels, services }: BehindWaypoints, namespace: NamespaceFacts, problems: string[]): void {
  if (namespace.dataPlane === DataPlane.SIDECAR) { return; }
  const own = podLabels['istio.io/use-waypoint'];
  if (own !== undefined && own !== 'none') {
    problems.push(`the pods of ${quoted(path)} are labelled istio.io/use-waypoint: ${own}, where nothing of this is enforced; remove the label, `
      + 'and declare the waypoint by a ZeroTrustNamespace');
  }
  const bound = services.find(service => service.useWaypoint !== undefined && service.useWaypoint !== 'none');
  if (!namespace.waypoint && bound) { problems.push(undeclaredWaypoint(bound, namespace)); }
  for (const service of namespace.waypoint ? services.filter(one => !goesRoundTheWaypoint(one)) : []) { checkWaypoint(service, namespace, problems); }
}

/** Pods and the Services that lead to them. */
export interface BehindWaypoints {
  readonly path: string;
  readonly podLabels: Labels;
  readonly services: readonly CalledService[];
}

type CalledService = Pick<ServiceFacts, 'name' | 'namespace' | 'headless' | 'useWaypoint' | 'useWaypointNamespace'>;

/** Nothing would keep callers from going round it. */
function undeclaredWaypoint(service: CalledService, { name }: NamespaceFacts): string {
  return `Service ${quoted(service.name)} uses waypoint '${service.useWaypointNamespace ?? service.namespace}/${service.useWaypoint}', but namespace ${quoted(name)} `
    + `declares none; declare it on a ZeroTrustNamespace: new ZeroTrustNamespace(…, { waypoint: Waypoint.existing(…) }), for this Service alone by serviceWaypoints: [{ services: [${quoted(service.name)}], waypoint: … }], or remove the label istio.io/use-waypoint of the Service`;
}

function goesRoundTheWaypoint(service: CalledService): boolean { return service.headless || service.useWaypoint === 'none'; }

function whyDirect(target: WorkloadFacts, direct: readonly ServiceFacts[]): string {
  if (direct.length === 0) {
    return `${quoted(target.path)} has no Service in this app, so it is called by pod address, past the waypoint; `
      + 'give it a Service, or describe the one it has elsewhere by Workload.fromPods(…, { services: [{ … }] })';
  }
  const optedOut = direct.filter(service => service.useWaypoint === 'none').map(service => service.name);
  return optedOut.length > 0
    ? `Service ${listed(optedOut)} opts out of the waypoint; remove its label istio.io/use-waypoint: none`
    : `Service ${listed(direct.map(s => s.name))} is headless, so clients call pods by address, past the waypoint; give the workload a Service with a cluster IP`;
}

/** A Service may name a waypoint that nobody declares for it, where no default deny reaches. */
function checkWaypoint(service: CalledService, namespace: NamespaceFacts, problems: string[]): void {
  const ofNamespace = namespace.waypoint!;
  const name = service.useWaypoint ?? ofNamespace.name;
  const where = service.useWaypoint === undefined ? ofNamespace.namespace : service.useWaypointNamespace ?? service.namespace;
  if (name !== ofNamespace.name || where !== ofNamespace.namespace) {
    problems.push(`Service ${quoted(service.name)} uses waypoint '${where}/${name}', but namespace ${quoted(namespace.name)} is protected at `
      + `'${ofNamespace.namespace}/${ofNamespace.name}'; remove its label istio.io/use-waypoint, or declare that waypoint for it by serviceWaypoints of the ZeroTrustNamespace`);
  }
}

/**
 * The ports as the proxy numbers them: container ports at the pod, Service ports at a waypoint.
 *
 * One policy names all Services, so a port must mean the same at each of them.
 */
export function portsAt(attachment: Attachment, containerPorts: readonly number[], problems: string[]): string[] {
  if (attachment.proxy !== 'waypoint') { return containerPorts.map(String); }
  const wanted = (service: ServiceFacts) => service.ports.filter(port => port.transport === 'TCP' && containerPorts.includes(port.targetPort));
  const ports = unique(attachment.services.flatMap(service => wanted(service).map(port => port.port)));
  for (const service of attachment.services) {
    const missing = containerPorts.filter(port => !service.ports.some(p => p.targetPort === port));
    // which ports are meant is told by itself where it is none
    if (missing.length > 0 && missing.length === containerPorts.length) {
      problems.push(`Service ${quoted(service.name)} does not expose port ${missing.join(', ')} of its pods, and a waypoint sees only Service ports; `
        + 'add the port to the Service');
    }
    const widened = service.ports.find(port => ports.includes(port.port) && !containerPorts.includes(port.targetPort));
    if (widened) {
      problems.push(`port ${widened.port} means ${widened.targetPort} at Service ${quoted(service.name)} and another port at its sibling; `
        + "say which Service is meant by Workload.of(…, { service: '…' })");
    }
  }
  return ports.map(String);
}
