import { ownPrefixes, strangerTo } from './clients';
import { Port } from './port';
import { PolicySet } from '../policy/policy-set';
import { Passage } from '../policy/policy-world';
import { RequestDestination } from '../policy/request/request';
import { Inventory } from '../policy/resources/inventory';
import { behindEntry } from '../policy/services/behind';
import { portsOf, targetPort } from '../policy/services/service';
import { ServiceEntry, targetOfEntryPort } from '../policy/services/service-entry';
import { bindingOfObject } from '../policy/way/waypoint-binding';
import { findWorkloads, workloadsBehind } from '../policy/workloads/workload';

/** The ports of what clients call and that is no workload, where something is asked that is asked nowhere else: a waypoint, a machine without a name, or what policies name. */
export function calledPorts(side: PolicySet): Port[] {
  return [...servicePorts(side), ...entryPorts(side)];
}

/** The ports of Services that have a waypoint in front, which is asked about the Service and not the pod. */
function servicePorts(side: PolicySet): Port[] {
  const { inventory } = side._world;
  return inventory.all('Service').flatMap(service => portsOf(service).flatMap(written => {
    const { namespace, name } = service;
    const { port = 0 } = written;
    const destination = { namespace, service: name, port };
    if (!passagesTo(side, destination).some(hasWaypoint)) return [];
    const behind = workloadsBehind(inventory, service);
    const listening = behind.flatMap(workload => targetPort(written, workload) ?? []);
    return [{ name: `Service ${namespace}/${name}:${port}`, destination, behind, listening }];
  }));
}

/** The same of ServiceEntries, which may be for what is outside, and for machines that nothing else names. */
function entryPorts(side: PolicySet): Port[] {
  const { inventory, mesh } = side._world;
  return inventory.all('ServiceEntry').flatMap(entry => tcpPorts(entry).flatMap(written => {
    const { namespace, name } = entry;
    const { number: port = 0 } = written;
    const destination = { namespace, serviceEntry: name, port };
    const isTarget = inventory.once(targetEntries).has(`${namespace}/${name}`);
    if (!isTarget && !hasOwnWaypoint(side, entry) && !passagesTo(side, destination).some(one => hasUnnamed(one, inventory))) return [];
    const behind = behindEntry(inventory, mesh, entry).map(({ workload }) => workload);
    const listening = behind.length === 0 ? [port] : behind.flatMap(workload => targetOfEntryPort(written, workload) ?? []);
    return [{ name: `ServiceEntry ${namespace}/${name}:${port}`, destination, behind, listening }];
  }));
}

function tcpPorts({ spec: { ports = [] } }: ServiceEntry) {
  return ports.filter(({ protocol }) => protocol !== 'UDP');
}

/** The ways of a client of the mesh that is taken to use waypoints: whether a waypoint is there at all is seen by it. */
function passagesTo(side: PolicySet, destination: RequestDestination): Passage[] {
  return side._passages({ destination, source: { principal: strangerTo([side], ownPrefixes(side._world.mesh)[0], []) } });
}

/** A waypoint that only some clients meet: others may not see the entry. */
function hasOwnWaypoint({ _world: { inventory, mesh } }: PolicySet, object: ServiceEntry): boolean {
  const { waypoint, unknown } = bindingOfObject(inventory, mesh, { kind: 'ServiceEntry', object });
  return waypoint !== undefined || unknown !== undefined;
}

function hasWaypoint({ way: { hops } }: Passage): boolean { return hops.some(({ at }) => at === 'waypoint'); }

/** Whether a proxy is on the way whose workload has no name but its address. */
function hasUnnamed({ way: { hops } }: Passage, inventory: Inventory): boolean {
  return hops.some(({ proxy: { namespace, name } }) => findWorkloads(inventory, namespace, name).length === 0);
}

/** The ServiceEntries that policies name, `NAMESPACE/NAME`, whether or not anything enforces that. */
function targetEntries(inventory: Inventory): ReadonlySet<string> {
  return new Set([...inventory.all('AuthorizationPolicy'), ...inventory.all('RequestAuthentication')].flatMap(({ namespace, spec: { targetRef, targetRefs = [] } }) =>
    [...targetRefs, ...targetRef ? [targetRef] : []].flatMap(({ kind, name }) => kind === 'ServiceEntry' ? `${namespace}/${name}` : [])));
}
