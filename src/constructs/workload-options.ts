import { InputStruct } from '../util/members';

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
   * Istio itself goes by the Service. One of the app that is there already, and leaves open what the port speaks, gets it as `appProtocol`; a statement
   * that contradicts a Service is refused.
   *
   * @default - what its Services declare
   */
  readonly protocol?: PortProtocol;
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

/** What of these structs is known, by their names. */
export const PORT: InputStruct<WorkloadPort> = { name: 'WorkloadPort', members: { number: 'needed', name: 'value', protocol: 'value' } };

export const DESTINATION: InputStruct<WorkloadDestinationOptions> = { name: 'WorkloadDestinationOptions', members: { port: 'needed', direct: 'flag' } };

export const SERVICE_PORT: InputStruct<WorkloadServicePort> = {
  name: 'WorkloadServicePort', members: { port: 'needed', targetPort: 'value', name: 'value', protocol: 'value' },
};

export const SERVICE: InputStruct<WorkloadService> = { name: 'WorkloadService', members: { name: 'needed', ports: 'needed', headless: 'flag' } };
