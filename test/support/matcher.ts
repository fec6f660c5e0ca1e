import { AuthorizationCondition, AuthorizationOperation, AuthorizationPolicySpec, AuthorizationSource } from 'cdk8s-zero-trust';

/** An HTTP request to one port, as far as the tests vary it. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly port: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Absent in plaintext. */
  readonly principal?: string;
  /** Claims of the verified token, text only. */
  readonly token?: Readonly<Record<string, string>>;
}

/** Whether a policy matches an HTTP request: Istio's grammar once more, written for the tests and by itself. */
export function matches(policy: AuthorizationPolicySpec, request: Request): boolean {
  return (policy.rules ?? []).some(rule =>
    (!rule.from || rule.from.some(({ source }) => matchesSource(source!, request)))
    && (!rule.to || rule.to.some(({ operation }) => matchesOperation(operation!, request)))
    && (rule.when ?? []).every(condition => matchesCondition(condition, request)));
}

/** Whether the policy would do anything to a connection that is not HTTP: a DENY with HTTP fields is widened to all of its ports. */
export function touchesConnection(policy: AuthorizationPolicySpec, port: string): boolean {
  return (policy.rules ?? []).some(rule => !rule.to || rule.to.some(({ operation }) => !operation!.ports || operation!.ports.includes(port)));
}

export function matchesOperation(operation: AuthorizationOperation, { method, path, host, port }: Request): boolean {
  return field(operation.methods, operation.notMethods, p => pattern(p, method))
    && field(operation.paths, operation.notPaths, p => pathPattern(p, path))
    && field(operation.hosts, operation.notHosts, p => pattern(p.toLowerCase(), host.toLowerCase()))
    && field(operation.ports, operation.notPorts, p => p === port);
}

function matchesSource(source: AuthorizationSource, { principal, token }: Request): boolean {
  return field(source.principals, source.notPrincipals, p => principal !== undefined && pattern(p, principal))
    && field(source.requestPrincipals, source.notRequestPrincipals, p => token?.iss !== undefined && token.sub !== undefined && pattern(p, `${token.iss}/${token.sub}`));
}

export function matchesCondition({ key, values, notValues }: AuthorizationCondition, request: Request): boolean {
  const value = valueOf(key, request);
  return field(values, notValues, p => value !== undefined && pattern(p, value));
}

function valueOf(key: string, request: Request): string | undefined {
  const [, kind, name] = /^request\.(headers|auth\.claims)\[([^\]]+)\]$/.exec(key) ?? [];
  if (kind === undefined) { throw new Error(`the matcher of the tests does not know ${key}`); }
  return kind === 'headers' ? request.headers[name] : request.token?.[name];
}

function field(values: readonly string[] | undefined, notValues: readonly string[] | undefined, matchesOne: (pattern: string) => boolean): boolean {
  return (!values?.length || values.some(matchesOne)) && (!notValues?.length || !notValues.some(matchesOne));
}

function pattern(p: string, value: string): boolean {
  if (p === '*') { return value !== ''; }
  if (p.startsWith('*')) { return value.endsWith(p.slice(1)); }
  return p.endsWith('*') ? value.startsWith(p.slice(0, -1)) : value === p;
}

function pathPattern(p: string, path: string): boolean {
  if (!p.includes('{')) { return pattern(p, path); }
  const regex = p.split('/').map(segment => ({ '{*}': '[^/]+', '{**}': '.*' })[segment] ?? segment.replace(/[.+()$]/g, '\\$&')).join('/');
  return new RegExp(`^${regex}$`).test(path);
}
