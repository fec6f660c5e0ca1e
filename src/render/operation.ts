import { Attachment, portsAt } from './attachment';
import { httpPortsOf, tcpPortOf } from './port';
import { HttpOperationData, hostValues, OperationData } from '../intent/operation-data';
import { WorkloadFacts } from '../intent/workload';
import { AuthorizationOperation } from '../istio/authorization-policy';

/** The `operation` for what is called, with its ports as the proxy numbers them. */
export function operationOf(operation: OperationData, target: WorkloadFacts, attachment: Attachment, problems: string[]): AuthorizationOperation {
  if (operation.kind === 'tcp') { return { ports: portsAt(attachment, tcpPortOf(operation, target, problems), problems) }; }
  return { ...httpFields(operation), ports: portsAt(attachment, httpPortsOf(operation, target, problems), problems) };
}

/** Whether a proxy that sees only connections can check it: everything on its ports is allowed. */
export function isConnectionOperation(operation: OperationData): boolean {
  return operation.kind === 'tcp' || (isAny(operation.methods) && isAny(operation.paths) && isAny(operation.hosts));
}

/** The HTTP fields of the operation, `*` left out: it matches every request. */
export function httpFields(operation: HttpOperationData): Pick<AuthorizationOperation, 'methods' | 'paths' | 'hosts'> {
  const { methods, paths, hosts } = operation;
  return {
    ...isAny(methods) ? NONE : { methods: [...methods] },
    ...isAny(paths) ? NONE : { paths: [...paths] },
    ...isAny(hosts) ? NONE : { hosts: hosts.flatMap(hostValues) },
  };
}

const NONE = {};

function isAny(patterns: readonly string[]): boolean { return patterns.length === 0 || patterns.includes('*'); }
