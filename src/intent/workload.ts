export type Protocol = 'http' | 'tcp' | 'undeclared';
export type Transport = 'TCP' | 'UDP' | 'SCTP';
export interface PortFacts { readonly number: number; readonly name?: string; readonly protocol: Protocol; readonly declaredBy?: string; readonly transport: Transport }
export interface ServicePortFacts { readonly port: number; readonly targetPort: number; readonly name?: string; readonly protocol: Protocol; readonly transport: Transport }
export interface ServiceFacts { readonly name: string; readonly namespace: string; readonly headless: boolean; readonly ports: readonly ServicePortFacts[]; readonly useWaypoint?: string; readonly useWaypointNamespace?: string; readonly origin: string }
export interface WorkloadFacts { readonly path: string; readonly kind: string; readonly name: string; readonly namespace: string; readonly selectorLabels: { readonly [key: string]: string }; readonly podLabels: { readonly [key: string]: string }; readonly serviceAccount: string; readonly ports: readonly PortFacts[]; readonly services: readonly ServiceFacts[] }
