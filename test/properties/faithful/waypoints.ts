import { AppRecipe, ownWaypoints, Site } from './recipe';

/** A waypoint, which is created in its namespace. */
export interface Place { readonly namespace: string; readonly name: string }

/** Services that pass a waypoint of their own. */
export interface OwnWaypoint { readonly services: readonly string[]; readonly waypoint: Place }

/** That of a namespace: its own, or in some apps that of the first namespace that has one. */
export function waypointOfSite(recipe: AppRecipe, site: Site): Place | undefined {
  if (site.plane !== 'waypoint') { return undefined; }
  return createdBy(lends(recipe) ? lender(recipe)! : site);
}

/** Those of Services: one for each, but for the last two, which share one; in some apps that is in another namespace. */
export function waypointsOfServices(recipe: AppRecipe, site: Site): OwnWaypoint[] {
  const groups = sharing(ownWaypoints(site, recipe.workloads).map(({ name }) => name));
  return groups.map((services, i) => ({ services, waypoint: (i === groups.length - 1 ? lentTo(site, recipe) : undefined) ?? { namespace: site.name, name: `${services[0]}-waypoint` } }));
}

/** The namespaces that a waypoint is created for beside its own. */
export function usersOf(recipe: AppRecipe, { namespace, name }: Place): string[] {
  return recipe.sites.filter(site => site.name !== namespace && waypointsIn(recipe, site).some(one => one.namespace === namespace && one.name === name)).map(site => site.name);
}

/** All that what is called in a namespace passes. */
export function waypointsIn(recipe: AppRecipe, site: Site): Place[] {
  return [...[waypointOfSite(recipe, site)].flatMap(found => found ?? []), ...waypointsOfServices(recipe, site).map(({ waypoint }) => waypoint)];
}

function createdBy({ name }: Site): Place { return { namespace: name, name: `${name}-waypoint` }; }

function lender({ sites }: AppRecipe): Site | undefined { return sites.find(({ plane }) => plane === 'waypoint'); }

/** A guardrail of a namespace is for waypoints that only this namespace uses: the library says so. */
function isPossible({ guardrails }: AppRecipe): boolean { return guardrails.every(({ to }) => to === 'mesh' || 'workload' in to); }

function lends(recipe: AppRecipe): boolean { return isPossible(recipe) && recipe.accesses.length % 2 === 0; }

/** What Services of a namespace pass in another: the waypoint of the first namespace that has one, or where they pass that anyway one of its Services. */
function lentTo(site: Site, recipe: AppRecipe): Place | undefined {
  const first = lender(recipe);
  if (!isPossible(recipe) || first === undefined || first === site) { return undefined; }
  if (site.plane === 'ambient') { return createdBy(first); }
  const [services] = sharing(ownWaypoints(first, recipe.workloads).map(({ name }) => name));
  return services && { namespace: first.name, name: `${services[0]}-waypoint` };
}

function sharing(names: readonly string[]): string[][] {
  return names.length === 0 ? [] : [...names.slice(0, -2).map(name => [name]), names.slice(-2)];
}
