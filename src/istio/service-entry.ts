/** The `spec` of a ServiceEntry, as far as it is rendered. */
export interface ServiceEntrySpec {
  readonly hosts: readonly string[];
  readonly addresses?: readonly string[];
  readonly ports: readonly { readonly number: number; readonly name: string; readonly protocol: 'HTTP' | 'TCP'; readonly targetPort?: number }[];
  readonly location: 'MESH_EXTERNAL';
  readonly resolution: 'DNS';
  readonly exportTo: readonly string[];
}
