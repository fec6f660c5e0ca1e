/** Labels or annotations. */
export type Labels = Readonly<Record<string, string>>;

/** What Istio takes a port for. An undeclared port is sniffed, connection by connection. */
export type Protocol = 'http' | 'tcp' | 'undeclared';

/** What a port speaks below Istio, which captures nothing but TCP. */
export type Transport = 'TCP' | 'UDP' | 'SCTP';

/** A port that a container lists. */
export interface ContainerPortFacts {
  readonly number: number;
  readonly name?: string;
  readonly transport: Transport;
}

/** A port that the pods of a workload listen on. */
export interface PortFacts extends ContainerPortFacts {
  readonly protocol: Protocol;
  /** Who says so, such as `Service 'api' port 'http'`; absent where nobody says anything about the port. */
  readonly declaredBy?: string;
  /** Set where Services disagree: Istio then takes the word of the oldest, which no manifest shows. */
  readonly conflict?: boolean;
}

/** A port of a Service, as it reaches one workload. */
export interface ServicePortFacts {
  readonly port: number;
  /** The container port that it arrives at, names resolved. */
  readonly targetPort: number;
  readonly name?: string;
  readonly protocol: Protocol;
  readonly transport: Transport;
}

/** A Service that selects the pods of a workload. */
export interface ServiceFacts {
  readonly name: string;
  readonly namespace: string;
  /** Has no cluster address, so clients reach the pods themselves. */
  readonly headless: boolean;
  readonly ports: readonly ServicePortFacts[];
  /** Target ports by name that no container has: nothing answers there. */
  readonly unresolvedPorts: readonly string[];
  /** The waypoint its own label names; `none` opts out. */
  readonly useWaypoint?: string;
  readonly useWaypointNamespace?: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Path of its construct, or `stated`. */
  readonly origin: string;
  /** Whether it comes from an Include or a Helm chart, so that it is changed by JSON patches. */
  readonly isIncluded?: boolean;
}

/** A health check of a container. */
export interface ProbeFacts {
  readonly container: string;
  readonly use: 'liveness' | 'readiness' | 'startup';
  readonly kind: 'http' | 'tcp' | 'grpc' | 'exec';
  /** Absent where the probe names a port that its container does not list. */
  readonly port?: number;
}

/** The pods of a workload, whatever selects them. */
export interface PodFacts {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly hostNetwork: boolean;
  readonly probes: readonly ProbeFacts[];
}

/** What an intent needs to know about a workload. */
export interface WorkloadFacts {
  /** Path of its construct, for messages. */
  readonly path: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** Labels that select its pods and that cannot change while it lives. */
  readonly selectorLabels: Labels;
  readonly podLabels: Labels;
  readonly serviceAccount: string;
  /** Why it may run as the service account `default`, where it does. */
  readonly defaultServiceAccountReason?: string;
  /** Container ports, target ports of its Services and stated ports, by number. */
  readonly ports: readonly PortFacts[];
  /** Services that select it, by name; only the chosen one where one was chosen. */
  readonly services: readonly ServiceFacts[];
  /** Services of other namespaces that have its labels, for messages, where none of its own has: `other/api`. */
  readonly servicesElsewhere?: readonly string[];
  readonly pod: PodFacts;
}
