import { ProbeFacts, WorkloadFacts } from './workload';
import { parseBool } from '../util/go/bool';

/** The annotation by which pods say whether their probes are rewritten. */
export const PROBES_KEY = 'sidecar.istio.io/rewriteAppHTTPProbers';

/**
 * Says which probes would not tell the truth behind a sidecar, because the pod turns off Istio's rewriting of
 * probes. The kubelet has no identity: STRICT mutual TLS and a default deny refuse its requests, while a bare
 * TCP connection is accepted by the sidecar whether the workload listens or not.
 */
export function brokenProbes(facts: Pick<WorkloadFacts, 'pod'>, dataPlane: 'sidecar' | 'ambient'): string[] {
  if (dataPlane === 'ambient') return []; // ztunnel lets the kubelet of its node pass
  const written = facts.pod.annotations[PROBES_KEY];
  if (parseBool(written) !== false) return [];
  return facts.pod.probes
    .filter(probe => probe.kind !== 'exec')
    .map(probe => `the ${probe.use} probe of container '${probe.container}' (${probe.kind}${at(probe)}) ${
      probe.kind === 'tcp' ? 'always succeeds, as the sidecar answers it' : 'is refused, as the kubelet has no identity in the mesh'
    }; remove annotation ${PROBES_KEY}: '${written}'`);
}

function at(probe: ProbeFacts): string {
  return probe.port === undefined ? '' : ` on port ${probe.port}`;
}
