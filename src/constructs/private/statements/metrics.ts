import { callersNamed, callersOf } from './callers';
import { DataPlane } from '../../../intent/mesh';
import { atLeastOne, portNumber } from '../../../util/given';
import { quoted } from '../../../util/text';
import { Principal } from '../../principal';
import { NamespaceDeclaration } from '../index/declarations';
import { World } from '../index/world';

interface GivenMetrics {
  readonly metricsReaders?: readonly Principal[];
  readonly metricsPorts?: readonly number[];
  readonly metricsPath?: string;
}

/** Who reads which metrics of a namespace, if anybody does. */
export function metricsOf(props: GivenMetrics): NamespaceDeclaration['metrics'] {
  const readers = props.metricsReaders && callersOf('metricsReaders', props.metricsReaders);
  if (!readers && (props.metricsPorts !== undefined || props.metricsPath !== undefined)) {
    throw new Error("metricsPorts and metricsPath must come with 'metricsReaders'; name who reads the metrics");
  }
  return readers && {
    readers: () => callersNamed('metricsReaders', readers),
    ports: atLeastOne('metricsPorts', props.metricsPorts ?? [9090], 'name the ports that workloads serve metrics on')
      .map((port, i) => portNumber(`metricsPorts[${i}]`, port)),
    path: metricsPath(props.metricsPath ?? '/metrics'),
  };
}

function metricsPath(path: string): string {
  if (!/^\/[^*?#{}\s]*$/.test(path)) {
    throw new Error(`metricsPath must be one path, got ${quoted(path)}; as in '/metrics'`);
  }
  return path;
}

/** What is allowed to readers at the waypoint by a port of pods holds for Services with a port of that number, too. */
export function checkMetricsAtWaypoint({ name, waypoint, metrics }: NamespaceDeclaration, world: World): string[] {
  if (!waypoint?.forPods || !metrics) { return []; }
  return world.tree.servicesIn(name).flatMap(service => {
    const widened = service.ports.find(({ port, targetPort = port }) => metrics.ports.includes(port) && targetPort !== port);
    return widened ? [`metricsPorts must be of pods only, got ${widened.port}, which readers would be let in to at Service ${quoted(service.name)} as well, where it leads to ${quoted(widened.targetPort)}; give that port of the Service another number, or leave out forPods of the waypoint`] : [];
  });
}

export function checkMetrics(path: string | undefined, world: World, name: string): string[] {
  return path !== undefined && world.dataPlane(name) === DataPlane.AMBIENT
    ? ['metricsPath cannot be checked in ambient, where metrics are read from the pods past any waypoint; leave it out: readers may use the whole ports'] : [];
}
