import { Labels, WorkloadFacts } from '../intent/workload';
import { commaSeparated, unique } from '../util/text';

/** A port that no workload lists. */
export const ANY_PORT = 65535;

/** A port as messages show it. */
export function portName(port: number): string { return port === ANY_PORT ? 'a port that nobody lists' : `port ${port}`; }

/** All ports at which a workload must be closed, not those of its proxy: those that it has, HTTP first, those that its pods speak of, and one that nobody lists. */
export function portsToClose({ ports, pod }: Pick<WorkloadFacts, 'ports' | 'pod'>): number[] {
  const isHttp = ({ protocol }: { readonly protocol: string }) => protocol === 'http';
  const open = ports.filter(({ transport }) => transport === 'TCP');
  const others = ports.filter(({ transport }) => transport !== 'TCP').map(({ number }) => number);
  const known = [...open.filter(isHttp), ...open.filter(port => !isHttp(port))].map(({ number }) => number);
  return unique([...known, ...annotatedPorts(pod.annotations).filter(port => !others.includes(port)), ANY_PORT]).filter(port => !isOfIstio(port));
}

/** Whether a port is one of a proxy itself, which nothing of a workload is behind. */
export function isOfIstio(port: number): boolean { return PROXY_PORTS.includes(port); }

const PROXY_PORTS = [15000, 15001, 15004, 15006, 15008, 15020, 15021, 15053, 15090];

/** The ports that annotations of pods give to their sidecar, or keep from it. */
export function annotatedPorts(annotations: Labels): number[] {
  const lists = Object.entries(annotations).filter(([name]) => name.startsWith('traffic.sidecar.istio.io/'));
  return lists.flatMap(([, value]) => commaSeparated(value).map(Number)).filter(port => Number.isInteger(port) && port > 0 && port < ANY_PORT);
}
