import { Resource } from '../resources/policy';

// Names of hosts as Istio's objects write them: one host, or a star for any beginning.

/** A host as clients know it, and the namespace of the object that has it. */
export interface Host {
  readonly namespace: string;
  /** `api.shop.svc.cluster.local` */
  readonly name: string;
}

/** The host of a Service. */
export function hostOfService({ namespace, name }: Pick<Resource<unknown>, 'namespace' | 'name'>): string {
  return `${name}.${namespace}.svc.cluster.local`;
}

/** A host as it is meant in a namespace: a name without dots is that of a Service there. */
export function fullHost(host = '', namespace: string): string {
  return host.includes('.') || host === '*' ? host : hostOfService({ namespace, name: host });
}

/** The names of hosts, in lower case, as all of them are compared. */
export function lowerCase(names: readonly string[]): string[] {
  return names.map(name => name.toLowerCase());
}

/** Whether a name stands for some hosts that the other stands for, too. */
export function overlap(a: string, b: string): boolean {
  return isWithin(a, b) || isWithin(b, a);
}

/** Whether every host that a name stands for is one of the other. */
export function isWithin(name: string, wider: string): boolean {
  if (!wider.startsWith('*')) return name === wider;
  return name.startsWith('*') ? name.length >= wider.length && name.slice(1).endsWith(wider.slice(1)) : name.endsWith(wider.slice(1));
}

/** The narrower one of every two names that overlap. */
export function intersection(names: readonly string[], others: readonly string[]): string[] {
  return [...new Set(names.flatMap(name => others.flatMap(other => isWithin(name, other) ? [name] : isWithin(other, name) ? [other] : [])))];
}

/** How precisely a name stands for a host; 0 if it does not. `*.a.b` is also for `.a.b`. */
export function precision(name: string, host: string): number {
  if (name === host) return Infinity;
  return name.startsWith('*') && host.endsWith(name.slice(1)) ? name.length : 0;
}
