import { Labels, ProbeFacts, WorkloadFacts } from './workload';
import { parseBool } from '../util/go/bool';

type DataPlane = 'sidecar' | 'ambient';

/** Says why policies would not be enforced on the pods of a workload, or on one of its ports; nothing where they are. */
export function notCaptured(facts: WorkloadFacts, dataPlane: DataPlane): string | undefined {
  if (facts.pod.hostNetwork) return 'its pods use the network of their node (hostNetwork: true), which the mesh does not capture';
  return dataPlane === 'sidecar' ? withoutSidecar(facts) : withoutZtunnel(facts);
}

function withoutSidecar({ pod, ports }: WorkloadFacts): string | undefined {
  const { annotations } = pod;
  const injected = injection(pod);
  if (injected.wanted === false) return `${injected.said} keeps the sidecar out`;
  if (annotations['sidecar.istio.io/interceptionMode'] === 'NONE') {
    return "annotation sidecar.istio.io/interceptionMode: 'NONE' leaves its traffic out of the sidecar";
  }
  const interfaces = annotations['traffic.sidecar.istio.io/excludeInterfaces'];
  if (interfaces?.trim()) {
    return `annotation traffic.sidecar.istio.io/excludeInterfaces: '${interfaces}' leaves the traffic of these interfaces out of the sidecar`;
  }
  return excludedPort(annotations, ports.filter(p => p.transport === 'TCP').map(p => p.number));
}

/** Exclusions count only while all ports are included, which they are unless the pod says otherwise. */
function excludedPort(annotations: Labels, ports: readonly number[]): string | undefined {
  const included = annotations['traffic.sidecar.istio.io/includeInboundPorts'] ?? '*';
  if (included.trim() !== '*') {
    const listed = portList(included);
    const missed = ports.filter(p => !listed.has(p));
    if (listed.size === 0) return "annotation traffic.sidecar.istio.io/includeInboundPorts: '' captures no port at all";
    if (missed.length === 0) return undefined;
    return `annotation traffic.sidecar.istio.io/includeInboundPorts: '${included}' leaves out port ${missed.join(', ')}`;
  }
  const written = annotations['traffic.sidecar.istio.io/excludeInboundPorts'] ?? '';
  const excluded = portList(written);
  const hit = ports.filter(p => excluded.has(p));
  // a workload that lists no port may listen on any
  const unknown = ports.length === 0 && excluded.size > 0;
  if (hit.length === 0 && !unknown) return undefined;
  return `annotation traffic.sidecar.istio.io/excludeInboundPorts: '${written}' leaves out port ${(unknown ? [...excluded] : hit).join(', ')}`;
}

function portList(written: string): Set<number> {
  return new Set(written.split(',').map(p => p.trim()).filter(p => p !== '').map(Number));
}

function withoutZtunnel({ pod }: WorkloadFacts): string | undefined {
  const mode = pod.labels['istio.io/dataplane-mode'];
  if (mode === 'none') return "label istio.io/dataplane-mode: 'none' keeps its pods out of ambient";
  if (mode !== undefined && mode !== 'ambient') return `label istio.io/dataplane-mode: '${mode}' must be 'ambient' or 'none'`;
  const injected = injection(pod);
  if (injected.wanted) return `${injected.said} gives it a sidecar, and a pod with a sidecar is not part of ambient`;
  if (parseBool(pod.annotations['ambient.istio.io/bypass-inbound-capture']) === true) {
    return "annotation ambient.istio.io/bypass-inbound-capture: 'true' lets all that comes in pass by ztunnel";
  }
  return undefined;
}

/** The label wins over the annotation, and everything that is not a yes is a no. */
function injection(pod: WorkloadFacts['pod']): { wanted?: boolean; said: string } {
  const key = 'sidecar.istio.io/inject';
  const label = pod.labels[key];
  const value = label ?? pod.annotations[key] ?? '';
  const said = `${label === undefined ? 'annotation' : 'label'} ${key}: '${value}'`;
  if (value === '') return { said };
  return { wanted: ['y', 'yes', 'true', 'on'].includes(value.toLowerCase()), said };
}

/**
 * Says which probes would not tell the truth behind a sidecar, because the pod turns off Istio's rewriting of
 * probes. The kubelet has no identity: STRICT mutual TLS and a default deny refuse its requests, while a bare
 * TCP connection is accepted by the sidecar whether the workload listens or not.
 */
export function brokenProbes(facts: Pick<WorkloadFacts, 'pod'>, dataPlane: DataPlane): string[] {
  if (dataPlane === 'ambient') return []; // ztunnel lets the kubelet of its node pass
  const key = 'sidecar.istio.io/rewriteAppHTTPProbers';
  const written = facts.pod.annotations[key];
  if (parseBool(written) !== false) return [];
  return facts.pod.probes
    .filter(probe => probe.kind !== 'exec')
    .map(probe => `the ${probe.use} probe of container '${probe.container}' (${probe.kind}${at(probe)}) ${
      probe.kind === 'tcp' ? 'always succeeds, as the sidecar answers it' : 'is refused, as the kubelet has no identity in the mesh'
    }; remove annotation ${key}: '${written}'`);
}

function at(probe: ProbeFacts): string {
  return probe.port === undefined ? '' : ` on port ${probe.port}`;
}
