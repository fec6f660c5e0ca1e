import { misspelt } from '../../../util/misspelling';
import { quoted } from '../../../util/text';
import { World } from '../index/world';

/** Proxies that nobody lets out to istiod get neither certificates nor configuration. */
export function checkIstioNamespace(world: World): string[] {
  const { mesh: { istioNamespace, rootNamespace }, workloads } = world;
  const found = workloads.all.filter(({ pod }) => pod.labels.app === 'istiod');
  const isElsewhere = found.length > 0 && !found.some(({ namespace }) => namespace === istioNamespace);
  if (isElsewhere) { return [`istioNamespace must be that of istiod, got ${quoted(istioNamespace)}, but '${found[0].path}' is in ${quoted(found[0].namespace)}; write that`]; }
  const meant = istioNamespace === rootNamespace ? undefined : meantNamespace(istioNamespace, world);
  return meant === undefined ? [] : [`istioNamespace must be that of istiod, got ${quoted(istioNamespace)}, which this app does not have; did you mean ${quoted(meant)}?`];
}

/** The namespace of the app of which a name is a slip that is none of its own; where a Service is meant there, only one that has it. */
export function meantNamespace(name: string, { workloads, tree, declarations }: World, service?: string): string | undefined {
  const known = [...workloads.namespaces, ...[...tree.namespaces, ...declarations.namespaces].map(namespace => namespace.name)];
  const meant = known.includes(name) ? undefined : misspelt(name, known);
  return meant !== undefined && (service === undefined || tree.servicesIn(meant).some(one => one.name === service)) ? meant : undefined;
}
