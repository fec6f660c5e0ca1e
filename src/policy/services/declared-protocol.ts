import { namedProtocol, Protocol, servicePortProtocol } from './protocol';
import { portsOf, targetPort } from './service';
import { entriesOf, targetOfEntryPort } from './service-entry';
import { Mesh } from '../request/mesh-settings';
import { Inventory } from '../resources/inventory';
import { compare, fullName, haveAges, IS_OLDEST, Resource } from '../resources/policy';
import { hostOfService } from '../workloads/host-name';
import { servicesOf, Workload } from '../workloads/workload';

/** A protocol that a port of a workload may be declared with. */
export interface DeclaredProtocol {
  readonly protocol: Protocol;
  /** What must be so, where another declaration may count. */
  readonly if?: string;
}

/** A Service or ServiceEntry that has the port. */
interface Declaration {
  readonly by: Resource<unknown>;
  readonly kind: string;
  readonly host: string;
  readonly protocol: Protocol;
}

/**
 * The protocol of a port of a workload, as the oldest Service or ServiceEntry that leads to it declares it. Several where manifests do not tell which
 * is the oldest, and they differ.
 */
export function declaredProtocols(inventory: Inventory, mesh: Mesh, workload: Workload, port: number): DeclaredProtocol[] {
  const declarations = [...byServices(inventory, workload, port), ...byEntries(inventory, mesh, workload, port)].sort(byAge);
  if (declarations.length === 0) return [{ protocol: 'AUTO' }];
  const mayCount = haveAges(declarations.map(({ by }) => by)) ? declarations.slice(0, 1) : declarations;
  const protocols = new Set(mayCount.map(({ protocol }) => protocol));
  if (protocols.size === 1) return [{ protocol: declarations[0].protocol }];
  return [...protocols].map(protocol => {
    const names = declarations.filter(declaration => declaration.protocol === protocol).map(({ kind, by }) => `${kind} ${fullName(by)}`);
    return { protocol, if: `${names.join(' or ')}${IS_OLDEST}port ${port}` };
  });
}

function byServices(inventory: Inventory, workload: Workload, port: number): Declaration[] {
  return servicesOf(inventory, workload).flatMap(service => portsOf(service).filter(candidate => targetPort(candidate, workload) === port)
    .map(found => ({ by: service, kind: 'Service', host: hostOfService(service), protocol: servicePortProtocol(found) })));
}

function byEntries(inventory: Inventory, mesh: Mesh, workload: Workload, port: number): Declaration[] {
  return entriesOf(inventory, mesh, workload).flatMap(entry => (entry.spec.ports ?? [])
    .filter(candidate => targetOfEntryPort(candidate, workload) === port)
    .map(found => ({ by: entry, kind: 'ServiceEntry', host: entry.spec.hosts?.[0] ?? '', protocol: namedProtocol(found.protocol ?? '') })));
}

/** Of equally old ones the first by host. */
function byAge(a: Declaration, b: Declaration): number {
  return compare(a.by.meta.creationTimestamp ?? '', b.by.meta.creationTimestamp ?? '') || compare(a.host, b.host);
}
