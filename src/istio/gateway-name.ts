/**
 * The Gateway that `gateways` of a VirtualService names, `NAMESPACE/NAME`; `mesh` as it is. Without a slash a name with dots is of the older form, which begins with
 * the name and its namespace: `public.edge`, `public.edge.svc.cluster.local`.
 *
 * @param beside namespace of the VirtualService
 */
export function gatewayNamed(given: string, beside: string): string {
  if (given === 'mesh') { return given; }
  if (given.includes('/')) { return given.replace(/^\.\//, `${beside}/`); }
  const [name, namespace = beside] = given.split('.');
  return `${namespace}/${name}`;
}
