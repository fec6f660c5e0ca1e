import { apiPorts } from './api-ports';
import { httpPortsOf } from './port';
import { Caller } from '../intent/caller';
import { areAmong, isAmong } from '../intent/containment';
import { AccessIntent, JwtIntent } from '../intent/intent';
import { DataPlane } from '../intent/mesh';
import { HttpOperationData, isHttp } from '../intent/operation-data';

/** Calls that an access allows and the guard of an API refuses, unless they bring a token. */
export interface GuardedCalls {
  readonly operations: readonly HttpOperationData[];
  readonly callers: readonly Caller[];
}

/** The calls of an access that need a token at an API: all on its ports but what is public, and what exempt callers do. */
export function guardedCalls(access: AccessIntent, api: JwtIntent): GuardedCalls {
  const ports = apiPorts(api, []);
  const callers = access.callers.filter(caller => !isAmong(caller, api.exemptCallers));
  const calls = access.operations.filter(isHttp).flatMap(operation => {
    const own = httpPortsOf(operation, access.target, []).filter(port => ports.includes(port));
    return callers.filter(caller => !own.every(port => areAmong(operation, openOn(port, caller, api, ports)))).map(caller => ({ operation, caller }));
  });
  return { operations: [...new Set(calls.map(({ operation }) => operation))], callers: [...new Set(calls.map(({ caller }) => caller))] };
}

/** What needs no token of a caller on a port: what is public, and at sidecars the metrics, for their readers. */
function openOn(port: number, caller: Caller, api: JwtIntent, ports: readonly number[]): HttpOperationData[] {
  const isOffered = (operation: HttpOperationData) => (operation.ports.length === 0 ? ports : httpPortsOf(operation, api.target, [])).includes(port);
  const isPublic = api.publicCallers.length === 0 || isAmong(caller, api.publicCallers);
  const open = isPublic ? api.publicOperations.filter(isHttp).filter(isOffered) : [];
  const { metrics, dataPlane } = api.namespace;
  const reads = metrics?.ports.includes(port) === true && dataPlane === DataPlane.SIDECAR && isAmong(caller, metrics.readers);
  return reads ? [...open, { kind: 'http', methods: ['GET'], paths: [metrics.path], hosts: [], ports: [] }] : open;
}
