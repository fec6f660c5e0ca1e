import { Api, AppRecipe, hasSidecars, Pods, Who } from './recipe';

/** Whoever is to call a workload, as an app says it. */
export function callersOf(recipe: AppRecipe, { name }: Pods): Who[] {
  const ofApi = ({ rules, callers, publicOperations, publicCallers, preflight }: Api): readonly Who[] => [
    ...rules.map(rule => rule.callers ?? callers), ...publicOperations.length > 0 ? [publicCallers ?? callers] : [], ...preflight ? [preflight.callers ?? callers] : [],
  ].flatMap((named): readonly Who[] => named ?? [{ all: 'anyone' }]);
  return [...recipe.accesses.filter(({ to }) => to === name).flatMap(({ callers }) => callers), ...recipe.apis.filter(({ to }) => to === name).flatMap(ofApi)];
}

/** Namespaces that an EgressBoundary may be for: whoever calls by the address of a pod cannot be bounded, as the library says. */
export function boundable(recipe: AppRecipe): string[] {
  const all = [...new Set(recipe.workloads.map(({ namespace }) => namespace))].filter(namespace => hasSidecars(recipe, namespace));
  const isMet = (namespace: string) => (who: Who) => 'all' in who || ('namespace' in who ? who.namespace === namespace : who.account.startsWith(`${namespace}/`));
  const readers = recipe.sites.flatMap(({ metrics }) => metrics?.readers ?? []);
  const byAddress = [...readers, ...recipe.workloads.filter(({ service }) => service === 'none').flatMap(pods => callersOf(recipe, pods))];
  return all.filter(namespace => !byAddress.some(isMet(namespace)));
}
