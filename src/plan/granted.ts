import { callerText } from './identity';
import { KnownCall, ObservedCall, SeenAccount, SeenWorkload, workloadText } from './observed-call';
import { areAmong, containsPath } from '../intent/containment';
import { HttpOperationData, OperationData } from '../intent/operation-data';
import { groupedBy, oneOfEach } from '../util/grouped';

/** Calls that are granted: of one caller, to one workload. */
export interface Granted {
  readonly caller: SeenAccount;
  readonly to: SeenWorkload;
  readonly operations: readonly OperationData[];
  readonly reason?: string;
}

/** What a pair of caller and workload is known by. */
export function pairOf({ caller, to }: Pick<ObservedCall, 'caller' | 'to'>): string { return `${callerText(caller)} ${workloadText(to)}`; }

/** What is called, as an operation; undefined where that is not known. */
export function operationSeen({ request, port }: Pick<ObservedCall, 'request' | 'port'>): OperationData | undefined {
  return port === undefined ? undefined : operationAt({ request, port });
}

/** The same, of a request also where its port is not known, which may be any then. */
export function operationAt({ request, port }: Pick<ObservedCall, 'request' | 'port'>): OperationData | undefined {
  if (request.kind === 'http') return { kind: 'http', methods: [request.method], paths: [request.path], hosts: [], ports: port === undefined ? [] : [port] };
  return request.kind === 'untold' || port === undefined ? undefined : { kind: 'tcp', port };
}

/** Whether an operation holds all that another does. A port by its name may be any. */
export function holds(outer: OperationData, inner: OperationData): boolean {
  const ports = portsOf(inner);
  const isOffered = (port: number | string) => portsOf(outer).some(one => one === port || typeof one === 'string');
  const isAtPort = portsOf(outer).length === 0 || (ports.length > 0 && ports.every(isOffered));
  if (!isAtPort) return false;
  if (inner.kind === 'tcp') return outer.kind === 'tcp' || isEverything(outer);
  return outer.kind === 'http' && areAmong(inner, [outer]);
}

/** Whether an operation that is refused holds all that another does: of a port, whatever is sent there. */
export function refuses(outer: OperationData, inner: OperationData): boolean {
  const ports = portsOf(inner);
  return holds(outer, inner) || (outer.kind === 'tcp' && ports.length > 0 && ports.every(port => port === outer.port));
}

/** Whether some request may be of both operations. */
export function mayMeet(one: OperationData, other: OperationData): boolean {
  const [ports, others] = [portsOf(one), portsOf(other)];
  const isSame = (port: number | string, two: number | string) => two === port || typeof port === 'string' || typeof two === 'string';
  const isAtPort = ports.length === 0 || others.length === 0 || ports.some(port => others.some(two => isSame(port, two)));
  if (!isAtPort || one.kind === 'tcp' || other.kind === 'tcp') return isAtPort;
  const isMethod = [one, other].some(({ methods }) => methods.includes('*')) || one.methods.some(method => other.methods.includes(method));
  const isPattern = (path: string) => /[*{]/.test(path);
  const isPath = (path: string, two: string) => containsPath(path, two) || containsPath(two, path) || (isPattern(path) && isPattern(two));
  return isMethod && one.paths.some(path => other.paths.some(two => isPath(path, two)));
}

function portsOf(operation: OperationData): readonly (number | string)[] { return operation.kind === 'tcp' ? [operation.port] : operation.ports; }

/** Of all that a port of HTTP is sent, connections are no more. */
function isEverything({ methods, paths, hosts }: HttpOperationData): boolean { return methods.includes('*') && paths.includes('*') && hosts.length === 0; }

/** All that is granted, by caller and workload; known calls as they are known, and of those seen what they do not hold. */
export function grantedOf(known: readonly KnownCall[], seen: readonly (ObservedCall & { readonly caller: SeenAccount })[]): Granted[] {
  const knownBy = groupedBy(known, pairOf);
  const seenBy = groupedBy(seen, pairOf);
  const pairs = [...new Set([...knownBy.keys(), ...seenBy.keys()])].sort();
  return pairs.map(pair => {
    const stated = knownBy.get(pair) ?? [];
    const found = seenBy.get(pair) ?? [];
    const { caller, to } = stated[0] ?? found[0];
    const operations = oneOfEach(stated.map(({ operation }) => operation), operation => JSON.stringify(operation));
    const others = found.flatMap(call => operationSeen(call) ?? []).filter(one => !operations.some(operation => holds(operation, one)));
    const reasons = [...new Set(stated.flatMap(({ reason }) => reason ?? []))];
    return { caller, to, operations: [...operations, ...together(others)], ...reasons.length > 0 ? { reason: reasons.join('; ') } : {} };
  });
}

/** Single requests as few operations, none of which holds more than they do: the paths of the same methods on the same port. */
function together(operations: readonly OperationData[]): OperationData[] {
  const http = operations.filter(operation => operation.kind === 'http');
  const byPath = groupedBy(http, ({ ports, paths }) => JSON.stringify([ports, paths]));
  const paths = [...byPath.values()].map(alike => ({ ...alike[0], methods: [...new Set(alike.flatMap(({ methods }) => methods))].sort() }));
  const byMethods = groupedBy(paths, ({ ports, methods }) => JSON.stringify([ports, methods]));
  const joined = [...byMethods].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([, alike]) => ({ ...alike[0], paths: alike.flatMap(one => one.paths).sort() }));
  const tcp = operations.flatMap(operation => operation.kind === 'tcp' ? [operation.port] : []);
  return [...joined, ...[...new Set(tcp)].sort().map((port): OperationData => ({ kind: 'tcp', port }))];
}
