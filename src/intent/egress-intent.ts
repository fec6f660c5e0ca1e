import { Caller } from './caller';
import { EgressPortData } from './egress-port';
import { listeningPort } from './ingress-intent';
import { DataPlane, MeshFacts } from './mesh';
import { ServiceFacts, WorkloadFacts } from './workload';

/** Who may reach a host outside of the cluster, on which ports. */
export interface EgressIntent {
  readonly kind: 'egress';
  readonly mesh: MeshFacts;
  readonly host: string;
  readonly ports: readonly EgressPortData[];
  readonly addresses: readonly string[];
  readonly callers: readonly Caller[];
  /** The namespaces of the callers. */
  readonly clients: readonly EgressClients[];
  /** Through which they reach it, and which lets in nobody else. */
  readonly gateway?: EgressGatewayData;
  /** Name of its ServiceEntry, where a policy is for that. */
  readonly entry?: string;
}

/** A namespace of callers. */
export interface EgressClients {
  readonly name: string;
  readonly dataPlane: DataPlane;
}

/** Pods through which callers reach hosts outside, each those that it is a caller of: a classic gateway, or a waypoint. */
export type EgressGatewayData = ClassicEgressGateway | EgressWaypoint;

interface EgressPods {
  /** Path of its construct, for messages. */
  readonly path: string;
  readonly namespace: string;
  /** Name of its Gateway object. */
  readonly name: string;
}

/** A waypoint, whose pods Istio makes, and which ambient callers come to by themselves. */
export interface EgressWaypoint extends EgressPods { readonly pods?: undefined }

/** Pods that somebody makes, to which sidecars are led. */
export interface ClassicEgressGateway extends EgressPods {
  readonly pods: WorkloadFacts;
  /** The port of its Service at which it takes HTTP. */
  readonly httpPort: number;
  /** The same for all else, into which it does not see. */
  readonly tlsPort: number;
}

/** A host that is reached through a gateway. */
export interface HostThrough extends Pick<EgressIntent, 'host' | 'ports'> {
  /** The namespaces of its callers. */
  readonly clients: readonly string[];
}

/** A gateway that lets out what accesses name, and nothing else. */
export interface EgressGatewayIntent {
  readonly kind: 'egress-gateway';
  readonly mesh: MeshFacts;
  readonly gateway: EgressGatewayData;
  readonly hosts: readonly HostThrough[];
}

/** The port of the Service of a gateway at which what is sent to a port of a host arrives. */
export function portThrough({ httpPort, tlsPort }: Pick<ClassicEgressGateway, 'httpPort' | 'tlsPort'>, { protocol }: Pick<EgressPortData, 'protocol'>): number {
  return protocol === 'http' ? httpPort : tlsPort;
}

/** The port that the pods listen on for it, as policies number it; undefined where no Service has it. */
export function policyPortThrough(gateway: ClassicEgressGateway, port: Pick<EgressPortData, 'protocol'>): number | undefined {
  return listeningPort(gateway, portThrough(gateway, port));
}

/** The Service by which a gateway is called: one that has all of its ports. */
export function gatewayService({ pods: { services }, httpPort, tlsPort }: Pick<ClassicEgressGateway, 'pods' | 'httpPort' | 'tlsPort'>): ServiceFacts | undefined {
  return services.find(({ ports, headless }) => !headless && [httpPort, tlsPort].every(wanted => ports.some(({ port, transport }) => port === wanted && transport === 'TCP')));
}

/** A host that is known in a namespace, which exports it to its clients; `*` for all of the namespace. */
export interface KnownHost {
  readonly namespace: string;
  readonly host: string;
}

/** Sidecars know these hosts, and block whatever else is called: of a namespace, or of some pods of it. */
export interface EgressBoundaryIntent {
  readonly kind: 'egress-boundary';
  readonly mesh: MeshFacts;
  readonly within: string;
  readonly dataPlane: DataPlane;
  /** Undefined for all pods of the namespace. */
  readonly pods?: WorkloadFacts;
  readonly hosts: readonly KnownHost[];
  /** Those of Services of which nothing else of the app says that they are called. */
  readonly otherServices?: readonly KnownHost[];
}
