import { fewOf, LocalWorkload } from './local-workload';
import { Observation } from './observation';
import { NamespaceIntent } from '../../intent/intent';
import { DataPlane } from '../../intent/mesh';

/** ZT104 and ZT105: readers of metrics whose rule is dropped at a workload, or who are admitted to a port that nobody serves. */
export function vainMetrics({ namespace }: NamespaceIntent, path: string, workloads: readonly LocalWorkload[]): Observation[] {
  const { name, dataPlane, metrics } = namespace;
  const local = workloads.filter(workload => workload.namespace === name);
  if (!metrics || local.length === 0) { return []; }
  return metrics.ports.flatMap(port => {
    if (local.every(({ listsPorts, ports }) => listsPorts && ports.every(({ number }) => number !== port))) {
      return [{
        rule: 'ZT105' as const,
        path,
        message: `metricsReaders may use port ${port}, which no workload of namespace '${name}' lists (${fewOf(local)}); name the port that they serve metrics on`,
      }];
    }
    return dataPlane === DataPlane.SIDECAR ? droppedAt(port, path, local) : [];
  });
}

/** ztunnel is asked for the port only, so nothing is dropped there. */
function droppedAt(port: number, path: string, local: readonly LocalWorkload[]): Observation[] {
  return local.flatMap(workload => workload.ports.filter(({ number, protocol, transport }) => number === port && transport === 'TCP' && protocol === 'tcp').map(({ declaredBy }) => ({
    rule: 'ZT104' as const,
    path,
    message: `metricsReaders get nothing from port ${port} of '${workload.path}', which is declared TCP (${declaredBy}), where rules on HTTP fields are dropped; declare it HTTP`,
  })));
}
