import { Caller, isOfAnotherMesh } from './caller';
import { HttpOperationData } from './operation-data';

/** Whether a caller is one of some. */
export function isAmong(caller: Caller, some: readonly Caller[]): boolean {
  return some.some(one => {
    switch (one.kind) {
      case 'anyone': return true;
      case 'anyAuthenticated': return caller.kind !== 'anyone';
      case 'namespace': return 'namespace' in caller && caller.namespace === one.namespace && !isOfAnotherMesh(caller);
      case 'serviceAccount': return caller.kind === 'serviceAccount' && caller.namespace === one.namespace && caller.name === one.name && caller.trustDomain === one.trustDomain;
    }
  });
}

/** Requests of an operation as they are compared; its ports aside. */
type Requests = Pick<HttpOperationData, 'methods' | 'paths' | 'hosts'>;

/** Whether every request of an operation is one of some others, as far as their patterns tell; each method and path by one of them. */
export function areAmong({ methods, paths, hosts }: Requests, some: readonly Requests[]): boolean {
  return methods.every(method => paths.every(path => some.some(other =>
    [method, '*'].some(one => other.methods.includes(one)) && other.paths.some(pattern => containsPath(pattern, path)) && containsHosts(other.hosts, hosts))));
}

/** Whether a pattern of paths matches all that another does; not known of a template in a template. */
export function containsPath(outer: string, inner: string): boolean {
  if (outer === '*' || outer === inner) { return true; }
  if (outer.includes('{')) { return !/[*{]/.test(inner) && templateFits(outer.split('/'), inner.split('/')); }
  if (outer.startsWith('*')) { return !inner.endsWith('*') && !inner.endsWith('}') && inner.replace(/^\*/, '').endsWith(outer.slice(1)); }
  return outer.endsWith('*') && !inner.startsWith('*') && inner.split('{')[0].startsWith(outer.slice(0, -1));
}

function templateFits(template: readonly string[], path: readonly string[]): boolean {
  const isOpen = template.at(-1) === '{**}';
  return (isOpen ? path.length >= template.length : path.length === template.length)
    && template.every((segment, i) => segment === '{**}' || (segment === '{*}' ? path[i] !== '' : path[i] === segment));
}

/** No hosts are all of them. A pattern holds no host of another form: hosts come with and without their port. */
function containsHosts(outer: readonly string[], inner: readonly string[]): boolean {
  const known = outer.map(host => host.toLowerCase());
  return outer.length === 0 || (inner.length > 0 && inner.every(host => known.includes(host.toLowerCase())));
}

/** Whether a path may match two patterns, as far as they tell: one that is written out matches the other or does not. */
export function mayMeetPath(one: string, other: string): boolean {
  if (containsPath(one, other) || containsPath(other, one)) { return true; }
  const [first, second] = [one, other].map(startOf);
  return [one, other].every(pattern => /[*{]/.test(pattern)) && (first.startsWith(second) || second.startsWith(first));
}

/** What all that a pattern matches begins with. */
function startOf(pattern: string): string { return pattern.startsWith('*') ? '' : pattern.split(/[*{]/)[0]; }
