/** An HTTP operation; an empty list of ports means all that are declared HTTP. `*` is kept as the only entry of methods and paths. */
export interface HttpOperationData {
  readonly kind: 'http';
  readonly methods: readonly string[];
  readonly paths: readonly string[];
  readonly hosts: readonly string[];
  readonly ports: readonly (number | string)[];
}

/** Everything on one TCP port, given by number or container port name. */
export interface TcpOperationData {
  readonly kind: 'tcp';
  readonly port: number | string;
}

export type OperationData = HttpOperationData | TcpOperationData;

export function isHttp(operation: OperationData): operation is HttpOperationData { return operation.kind === 'http'; }

/** An operation as text; what it leaves open is not named. */
export function operationText(operation: OperationData): string {
  if (operation.kind === 'tcp') { return `TCP on port ${operation.port}`; }
  const { methods, paths } = operation;
  const isAny = [...methods, ...paths].every(pattern => pattern === '*');
  const what = isAny ? 'any HTTP request' : `${namesOf('method', methods)} ${namesOf('path', paths)}`;
  return `${what}${narrowedTo('of host', operation.hosts)}${narrowedTo('on port', operation.ports)}`;
}

/** A host as proxies compare it: as the client sent it, with its port if there is one. */
export function hostValues(host: string): string[] {
  return /[:*]/.test(host.slice(1)) || host.startsWith('*') ? [host] : [host, `${host}:*`];
}

function namesOf(what: string, patterns: readonly string[]): string { return patterns.includes('*') ? `any ${what}` : patterns.join(', '); }

function narrowedTo(what: string, values: readonly (string | number)[]): string { return values.length === 0 ? '' : ` ${what} ${values.join(', ')}`; }
