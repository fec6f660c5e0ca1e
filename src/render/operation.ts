import { Attachment, portsAt } from './attachment';
import { httpPortsOf, tcpPortOf } from './port';
import { HttpOperationData, OperationData } from '../intent/operation';
import { WorkloadFacts } from '../intent/workload';
import { AuthorizationOperation } from '../istio/authorization-policy';

/** The `operation` for what is called, with its ports as the proxy numbers them. */
export function operationOf(operation: OperationData, target: WorkloadFacts, attachment: Attachment, problems: string[]): AuthorizationOperation {
  if (operation.kind === 'tcp') { return { ports: portsAt(attachment, tcpPortOf(operation, target, problems), problems) }; }
  return { ...httpFields(operation), ports: portsAt(attachment, httpPortsOf(operation, target, problems), problems) };
}

/** Whether a proxy that sees only connections can check it: everything on its ports is allowed. */
export function isConnectionOperation(operation: OperationData): boolean {
  return operation.kind === 'tcp' || Object.keys(httpFields(operation)).length === 0;
}

/** The HTTP fields of the operation, `*` left out: it matches every request. */
export function httpFields(operation: HttpOperationData): Pick<AuthorizationOperation, 'methods' | 'paths' | 'hosts'> {
  return {
    ...fieldOf('methods', operation.methods),
    ...fieldOf('paths', operation.paths),
    ...fieldOf('hosts', operation.hosts.flatMap(withAnyPort)),
  };
}

function fieldOf(field: string, patterns: readonly string[]): { [field: string]: string[] } {
  return patterns.length === 0 || patterns.includes('*') ? {} : { [field]: [...patterns] };
}

/** Proxies compare the host as the client sent it, with its port if there is one. */
function withAnyPort(host: string): string[] {
  return /[:*]/.test(host.slice(1)) || host.startsWith('*') ? [host] : [host, `${host}:*`];
}
