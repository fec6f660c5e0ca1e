import { Justification } from '../intent/justification';

/**
 * What a port speaks, as Istio sees it.
 */
export enum PortProtocol {
  /**
   * HTTP in the clear, gRPC included: policies may look at methods, paths and headers.
   */
  HTTP = 'http',

  /**
   * Anything else, TLS that the workload terminates itself included: policies see connections only.
   */
  TCP = 'tcp',
}

/**
 * A port that a workload listens on.
 */
export interface WorkloadPort {
  /**
   * Number of the port that the container listens on.
   */
  readonly number: number;

  /**
   * Name of the port.
   *
   * @default - no name
   */
  readonly name?: string;

  /**
   * What the port speaks, where no Service of the app declares it.
   *
   * Istio itself goes by the Service: a statement that contradicts it is refused.
   *
   * @default - what its Services declare
   */
  readonly protocol?: PortProtocol;
}

/**
 * Options for `Workload.of` and `Workload.named`.
 */
export interface WorkloadOptions {
  /**
   * Name of the Service through which the workload is called, where several select it.
   *
   * @default - every Service of the app that selects it
   */
  readonly service?: string;

  /**
   * Ports that the workload listens on beyond those its containers and Services list.
   *
   * @default - ports of its containers and Services only
   */
  readonly ports?: WorkloadPort[];

  /**
   * Why the workload may run as the service account `default`.
   *
   * Every pod of the namespace that names no service account of its own shares this identity, and with it all
   * access that is granted to the workload. Prefer a `WorkloadIdentity`.
   *
   * @default - a workload that runs as `default` is refused
   */
  readonly allowDefaultServiceAccount?: Justification;
}

/**
 * Options for `Workload.asDestination`.
 */
export interface WorkloadDestinationOptions {
  /**
   * Number of the port that the workload listens on, as in `Operation.tcp`; the port of the Service is found from it.
   */
  readonly port: number;

  /**
   * Whether the client calls the pods by their own address, past their Services and the waypoints of these.
   *
   * @default false
   */
  readonly direct?: boolean;
}

/**
 * A port of a Service that is not part of the app.
 */
export interface WorkloadServicePort {
  /**
   * Number of the port that clients call.
   */
  readonly port: number;

  /**
   * Number of the container port that it arrives at.
   *
   * @default - the same number
   */
  readonly targetPort?: number;

  /**
   * Name of the port. Istio reads the protocol from it, as in `http-metrics`.
   *
   * @default - no name
   */
  readonly name?: string;

  /**
   * What the Service declares the port to speak.
   *
   * @default - read from the name of the port
   */
  readonly protocol?: PortProtocol;
}

/**
 * A Service that is not part of the app.
 */
export interface WorkloadService {
  /**
   * Name of the Service.
   */
  readonly name: string;

  /**
   * Ports of the Service.
   */
  readonly ports: WorkloadServicePort[];

  /**
   * Whether it has no cluster address (`clusterIP: None`).
   *
   * @default false
   */
  readonly headless?: boolean;
}

/**
 * Properties for `Workload.fromPods`.
 */
export interface WorkloadPodsProps {
  /**
   * Namespace of the pods.
   */
  readonly namespace: string;

  /**
   * Labels that select exactly these pods, and that stay as they are through updates.
   */
  readonly labels: { [key: string]: string };

  /**
   * Service account that the pods run as.
   */
  readonly serviceAccount: string;

  /**
   * Ports that the pods listen on.
   *
   * @default - the target ports of `services`
   */
  readonly ports?: WorkloadPort[];

  /**
   * Services that select the pods.
   *
   * @default - none
   */
  readonly services?: WorkloadService[];

  /**
   * Name for messages.
   *
   * @default - the service account
   */
  readonly name?: string;

  /**
   * Why the pods may run as the service account `default`.
   *
   * @default - `default` is refused
   */
  readonly allowDefaultServiceAccount?: Justification;
}
