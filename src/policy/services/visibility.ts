/** Where an object is exported to; where it does not say it, the mesh does. */
export function exportList(exportTo: readonly string[] | undefined, byDefault: readonly string[]): readonly string[] {
  return exportTo?.length ? exportTo : byDefault;
}

/** Whether an object is exported to a namespace; `~` is to nobody, and `*` to all whatever else is listed. */
export function exportsTo(exportTo: readonly string[] | undefined, byDefault: readonly string[], namespace: string, client: string): boolean {
  const list = exportList(exportTo, byDefault);
  if (list.includes('*')) return true;
  return !list.includes('~') && list.some(to => to === client || to === '.' && namespace === client);
}
