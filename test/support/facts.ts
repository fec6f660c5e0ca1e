import { DataPlane, MeshFacts, NamespaceFacts } from '../../src/intent/mesh';
import { PortFacts, ServiceFacts, ServicePortFacts, WorkloadFacts } from '../../src/intent/workload';

/** What rendering is told, as short as tests can say it. */
export const MESH: MeshFacts = {
  trustDomain: 'prod.td', trustDomainAliases: [], rootNamespace: 'istio-system', istioNamespace: 'istio-system', dataPlane: DataPlane.SIDECAR, istioVersion: '1.32',
};

type NamespaceFacets = { readonly [P in keyof NamespaceFacts]?: P extends 'dataPlane' ? `${DataPlane}` : NamespaceFacts[P] };

export function namespace(name: string, facts: NamespaceFacets = {}): NamespaceFacts {
  return { dataPlane: DataPlane.SIDECAR, ...facts as Partial<NamespaceFacts>, name };
}

export const AMBIENT = namespace('shop', { dataPlane: 'ambient' });
export const WAYPOINT = namespace('shop', { dataPlane: 'ambient', waypoint: { namespace: 'shop', name: 'wp' } });

export function http(number: number, name?: string): PortFacts {
  return { number, name, protocol: 'http', transport: 'TCP', declaredBy: "Service 'api' port 'http'" };
}

export function tcp(number: number, name?: string): PortFacts {
  return { number, name, protocol: 'tcp', transport: 'TCP', declaredBy: "Service 'api' port 'tcp'" };
}

export function undeclared(number: number): PortFacts {
  return { number, protocol: 'undeclared', transport: 'TCP' };
}

/** A Service of ports written as `service port -> container port`. */
export function service(name: string, ports: { readonly [port: number]: number }, facts: Partial<ServiceFacts> = {}): ServiceFacts {
  return {
    name,
    namespace: 'shop',
    headless: false,
    ports: Object.entries(ports).map(([port, targetPort]): ServicePortFacts => ({ port: Number(port), targetPort, protocol: 'http', transport: 'TCP' })),
    unresolvedPorts: [],
    labels: {},
    annotations: {},
    origin: 'stated',
    ...facts,
  };
}

export function workload(ports: PortFacts[], services: ServiceFacts[] = [], facts: Partial<WorkloadFacts> = {}): WorkloadFacts {
  return {
    path: 'shop/api',
    kind: 'Deployment',
    name: 'api',
    namespace: 'shop',
    selectorLabels: { app: 'api' },
    podLabels: { app: 'api' },
    serviceAccount: 'api',
    ports,
    services,
    pod: { labels: { app: 'api' }, annotations: {}, hostNetwork: false, probes: [] },
    ...facts,
  };
}
