import { misspelt } from '../../../util/misspelling';
import { World } from '../index/world';

/** The namespace of the app of which a name is a slip that is none of its own; where a Service is meant there, only one that has it. */
export function meantNamespace(name: string, { workloads, tree, declarations }: World, service?: string): string | undefined {
  const known = [...workloads.namespaces, ...[...tree.namespaces, ...declarations.namespaces].map(namespace => namespace.name)];
  const meant = known.includes(name) ? undefined : misspelt(name, known);
  return meant !== undefined && (service === undefined || tree.servicesIn(meant).some(one => one.name === service)) ? meant : undefined;
}
