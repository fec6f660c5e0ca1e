import { PortDeclaration, protocolOf } from './protocol';
import { ContainerPortFacts, Labels, PortFacts, Protocol, ServiceFacts, ServicePortFacts } from './workload';
import { carries } from '../util/labels';

/** A port of a Service as written: the target is a number, a name, or the port itself. */
export interface WrittenServicePort extends PortDeclaration {
  readonly targetPort?: number | string;
}

/** A Service as written, before it meets a workload. */
export interface WrittenService {
  readonly name: string;
  readonly namespace: string;
  /** Absent where it selects nothing: ExternalName, or endpoints kept by hand. */
  readonly selector?: Labels;
  /** The host that it is another name for. */
  readonly externalName?: string;
  readonly headless: boolean;
  readonly ports: readonly WrittenServicePort[];
  readonly useWaypoint?: string;
  readonly useWaypointNamespace?: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly origin: string;
  readonly isIncluded?: boolean;
}

/** A port that the user vouches for. */
export interface StatedPort extends ContainerPortFacts {
  readonly protocol?: Protocol;
}

/** Whether pods that carry these labels are among those selected. An empty selector of a Service selects nothing. */
export function selects(selector: Labels | undefined, labels: Labels): boolean {
  return selector !== undefined && Object.keys(selector).length > 0 && carries(labels, selector);
}

/** A Service as it reaches pods that list these ports. */
export function serviceFacts(written: WrittenService, containerPorts: readonly ContainerPortFacts[]): ServiceFacts {
  const ports: ServicePortFacts[] = [];
  const unresolvedPorts: string[] = [];
  for (const port of written.ports) {
    const target = targetOf(port, containerPorts);
    if (target === undefined) {
      unresolvedPorts.push(String(port.targetPort));
    } else {
      ports.push({ port: port.port, targetPort: target, name: port.name, protocol: protocolOf(port), transport: port.transport });
    }
  }
  const { name, namespace, headless, useWaypoint, useWaypointNamespace, labels, annotations, origin, isIncluded } = written;
  return { name, namespace, headless, ports, unresolvedPorts, useWaypoint, useWaypointNamespace, labels, annotations, origin, isIncluded };
}

/** The container port that a port of a Service leads to; none where no container has its name. */
export function targetOf(port: WrittenServicePort, containerPorts: readonly ContainerPortFacts[]): number | undefined {
  if (port.targetPort === undefined) return port.port;
  if (typeof port.targetPort === 'number') return port.targetPort;
  return containerPorts.find(c => c.name === port.targetPort && c.transport === port.transport)?.number;
}

interface Claim {
  readonly protocol: Protocol;
  readonly by: string;
}

/** Container ports, target ports of Services and stated ports as one list, by number. */
export function portFacts(
  containerPorts: readonly ContainerPortFacts[], services: readonly ServiceFacts[], stated: readonly StatedPort[],
): PortFacts[] {
  const ports = new Map<string, { port: ContainerPortFacts; claims: Claim[] }>();
  const entry = (port: ContainerPortFacts) => {
    const key = `${port.number}/${port.transport}`;
    const known = ports.get(key);
    const merged = { port: { ...port, name: known?.port.name ?? port.name }, claims: known?.claims ?? [] };
    ports.set(key, merged);
    return merged;
  };
  for (const port of containerPorts) entry(port);
  for (const service of services) {
    for (const { targetPort, transport, protocol, name, port } of service.ports) {
      entry({ number: targetPort, transport }).claims.push({ protocol, by: `Service '${service.name}' port '${name ?? port}'` });
    }
  }
  for (const { number, name, transport, protocol } of stated) {
    const { claims } = entry({ number, name, transport });
    if (protocol) agree(claims, { protocol, by: 'stated' }, number);
  }
  return [...ports.values()]
    .map(({ port, claims }) => ({ ...port, ...verdict(claims) }))
    .sort((a, b) => a.number - b.number || a.transport.localeCompare(b.transport));
}

/** Istio believes the Service, so a statement that contradicts it is a mistake. */
function agree(claims: Claim[], stated: Claim, port: number): void {
  const other = claims.find(c => c.protocol !== stated.protocol);
  if (other) {
    const said = other.protocol === 'undeclared' ? 'declares no protocol for it' : `declares it ${other.protocol}`;
    throw new Error(`port ${port} is stated to be ${stated.protocol}, but ${other.by} ${said}, and Istio believes the Service; ` +
      `set appProtocol: ${stated.protocol} there, for an included Service by JsonPatch.add('/spec/ports/…/appProtocol', '${stated.protocol}'), or leave the protocol out`);
  }
  claims.push(stated);
}

function verdict(claims: readonly Claim[]): Pick<PortFacts, 'protocol' | 'declaredBy' | 'conflict'> {
  if (claims.length === 0) return { protocol: 'undeclared' };
  if (claims.some(c => c.protocol !== claims[0].protocol)) {
    return { protocol: 'undeclared', conflict: true, declaredBy: claims.map(c => `${c.by} (${c.protocol})`).join(', ') };
  }
  return { protocol: claims[0].protocol, declaredBy: claims[0].by };
}
