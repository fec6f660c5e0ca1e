import { kept } from '../../util/kept';
import { RequestDestination } from '../request/request';

type ByPort<V> = Map<number, V>;
type ByName<V> = Map<string | undefined, ByPort<V>>;

/** What was found out about destinations, each by all that it says. Most say no more than an object and a port, for which no key has to be written. */
export class ByDestination<V> {
  private readonly services = new Map<string, ByName<V>>();
  private readonly workloads = new Map<string, ByName<V>>();
  private readonly others = new Map<string, V>();

  /** What is known of a destination, found out if it is not yet. */
  get(destination: RequestDestination, find: () => V): V {
    if (!isPlain(destination)) return kept(this.others, JSON.stringify(destination), find);
    const { namespace, service, workload, port } = destination;
    const byName = kept(service === undefined ? this.workloads : this.services, namespace, emptyMap<string | undefined, ByPort<V>>);
    const byPort = kept(byName, service ?? workload, emptyMap<number, V>);
    return kept(byPort, port, find);
  }
}

function emptyMap<K, V>(): Map<K, V> { return new Map(); }

/** Whether a destination says a service or a workload, its namespace and a port, and nothing else. */
function isPlain({ service, workload, serviceEntry, gateway, labels, ip, proxy, waypoint }: RequestDestination): boolean {
  return (service === undefined || workload === undefined) && serviceEntry === undefined && gateway === undefined
    && labels === undefined && ip === undefined && proxy === undefined && waypoint === undefined;
}
