import { HttpOperationData, TcpOperationData } from '../intent/operation-data';
import { PortFacts, ServicePortFacts, WorkloadFacts } from '../intent/workload';
import { nearest } from '../util/nearest';
import { few, quoted, unique } from '../util/text';

/** The container ports that an HTTP operation is offered on: those it names, or all that are declared HTTP. */
export function httpPortsOf(operation: Pick<HttpOperationData, 'ports'>, target: WorkloadFacts, problems: string[]): number[] {
  if (operation.ports.length === 0) { return allHttpPorts(target, problems); }
  return unique(operation.ports.flatMap(port => {
    const found = findPort(port, target, problems);
    if (found) { checkSpeaksHttp(found, target, problems); }
    return found ? [found.number] : [];
  }));
}

/** The container port that a TCP operation is offered on. */
export function tcpPortOf(operation: TcpOperationData, target: WorkloadFacts, problems: string[]): number[] {
  const found = findPort(operation.port, target, problems);
  if (found?.protocol === 'http') {
    problems.push(`port ${found.number} of ${quoted(target.path)} speaks HTTP (${found.declaredBy}), so Operation.tcp would mean every request on it; `
      + `name the requests by Operation.http, or mean all by Operation.anyHttp({ ports: [${found.number}] })`);
  }
  return found ? [found.number] : [];
}

/** The ports that are declared HTTP, whatever else there is. */
export function declaredHttpPorts(target: WorkloadFacts): number[] {
  return unique(target.ports.filter(port => port.protocol === 'http' && port.transport === 'TCP').map(port => port.number));
}

function allHttpPorts(target: WorkloadFacts, problems: string[]): number[] {
  const ports = declaredHttpPorts(target);
  if (ports.length === 0) {
    const undeclared = target.ports.filter(port => port.protocol === 'undeclared');
    if (undeclared.length === 0) {
      problems.push(`no port of ${quoted(target.path)} is declared HTTP; ${portsInMessage(target)}: state connections by Operation.tcp, or `
        + "declare an HTTP port by a Service port that is named 'http' or has appProtocol: http");
    } else {
      checkSpeaksHttp(undeclared[0], target, problems);
    }
  }
  return ports;
}

function findPort(port: number | string, target: WorkloadFacts, problems: string[]): PortFacts | undefined {
  const found = target.ports.find(candidate => candidate.transport === 'TCP' && (typeof port === 'number' ? candidate.number === port : candidate.name === port));
  if (!found) { problems.push(unknownPort(port, target)); }
  return found;
}

function unknownPort(port: number | string, target: WorkloadFacts): string {
  const isMeant = (p: ServicePortFacts) => (p.port === port || p.name === port) && p.transport === 'TCP';
  const service = target.services.find(candidate => candidate.ports.some(isMeant));
  const mapped = service?.ports.find(isMeant);
  if (service && mapped) {
    return `port ${typeof port === 'number' ? port : quoted(port)} is the port of Service ${quoted(service.name)}, which sends it to ${mapped.targetPort} of ${quoted(target.path)}; write ${mapped.targetPort}`;
  }
  return `port ${quoted(port)} is not one that ${quoted(target.path)} listens on; ${portsInMessage(target)}: ${howToName(port, target)}declare it as a container port, `
    + 'or state it by Workload.of(…, { ports: [{ number: … }] })';
}

/** Ports have the names that containers give them: one that only a Service has a name for is written as its number. */
function howToName(port: number | string, { ports, services }: WorkloadFacts): string {
  if (ports.length === 0) { return ''; }
  if (typeof port === 'number') { return 'name one of these, '; }
  const named = ports.flatMap(({ name }) => name ?? []);
  const published = services.flatMap(service => service.ports);
  const near = nearest(port, [...named, ...published.flatMap(({ name }) => name ?? [])]);
  if (near === undefined) { return named.length === 0 ? 'write the number of one, as none has a name, ' : 'name one of these, '; }
  const number = named.includes(near) ? undefined : published.find(({ name }) => name === near)?.targetPort;
  return `did you mean ${number === undefined ? quoted(near) : `${number}, which is ${quoted(near)} to a Service`}? Else `;
}

function portsInMessage(target: WorkloadFacts): string {
  if (target.ports.length === 0) { return 'it declares no port'; }
  return `it has ${target.ports.map(port => `${port.number}${port.name ? ` '${port.name}'` : ''} (${port.transport === 'TCP' ? port.protocol : port.transport})`).join(', ')}`;
}

function checkSpeaksHttp(port: PortFacts, target: WorkloadFacts, problems: string[]): void {
  if (port.protocol === 'tcp') {
    problems.push(`port ${port.number} of ${quoted(target.path)} is declared TCP (${port.declaredBy}), where a proxy drops rules on HTTP fields whole; `
      + `state connections by Operation.tcp(${port.number}), or declare the port HTTP`);
  }
  if (port.protocol === 'undeclared') {
    problems.push(`port ${port.number} of ${quoted(target.path)} declares no protocol${port.declaredBy ? '' : `, as no Service of this app in namespace ${quoted(target.namespace)} has it${elsewhere(target)}`}, so proxies guess it on each connection, and drop rules on HTTP fields `
      + `where they guess TCP; ${port.conflict ? `make these agree: ${port.declaredBy}` : howToDeclare(port)}${howToPatch(port, target)}`);
  }
}

/** A Service leads to pods of its own namespace only, whatever labels others have. */
function elsewhere({ servicesElsewhere = [] }: WorkloadFacts): string {
  return servicesElsewhere.length === 0 ? '' : ` (${few(servicesElsewhere)} would select its pods, from another namespace)`;
}

/** The text of an included Service is somebody else's. */
function howToPatch({ number }: PortFacts, target: WorkloadFacts): string {
  const service = target.services.find(({ isIncluded, ports }) => isIncluded && ports.some(({ targetPort }) => targetPort === number));
  if (!service) { return ''; }
  const index = service.unresolvedPorts.length > 0 ? 'N' : service.ports.findIndex(({ targetPort }) => targetPort === number);
  return `; ${quoted(service.origin)} is included: change it by its ApiObject, as in addJsonPatch(JsonPatch.add('/spec/ports/${index}/appProtocol', 'http'))`;
}

/** Where a Service has the port, Istio goes by the Service alone. */
function howToDeclare(port: PortFacts): string {
  const atService = "name the Service port 'http', or give it appProtocol: http (or grpc, http2)";
  const byOption = `Workload.of(…, { ports: [{ number: ${port.number}, protocol: PortProtocol.HTTP }] })`;
  return port.declaredBy ? `${atService}: ${port.declaredBy}; ${byOption} does that to a Service that is there`
    : `give it one there, and ${atService}, or where something else makes the Service: ${byOption}`;
}
