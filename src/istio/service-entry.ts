import { WorkloadLabels } from './selection';

/**
 * Whether what a ServiceEntry names is part of the mesh.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-Location
 */
export enum ServiceEntryLocation {
  /** Outside: no mutual TLS of the mesh, and only clients apply policies. */
  MESH_EXTERNAL = 'MESH_EXTERNAL',

  /** Part of the mesh, such as a virtual machine with a proxy: mutual TLS of the mesh is spoken. */
  MESH_INTERNAL = 'MESH_INTERNAL',
}

/**
 * How a proxy finds the addresses behind the hosts of a ServiceEntry.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-Resolution
 */
export enum ServiceEntryResolution {
  /** Not at all: the connection goes to the address that the client asked for, whatever host it names. */
  NONE = 'NONE',

  /** The addresses of `endpoints`, or of the pods that `workloadSelector` selects. */
  STATIC = 'STATIC',

  /** The proxy asks DNS for the endpoints, or for the hosts where there are none, and spreads connections over all answers. */
  DNS = 'DNS',

  /** As DNS, but a new connection uses the first answer only; at most one endpoint. */
  DNS_ROUND_ROBIN = 'DNS_ROUND_ROBIN',

  /** Wildcard hosts: the proxy asks DNS for the host that each request names. Istio 1.28. */
  DYNAMIC_DNS = 'DYNAMIC_DNS',
}

/**
 * One port of a ServiceEntry.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/service-entry/#ServicePort
 */
export interface ServiceEntryPort {
  /** Port that clients connect to, from 1 to 65535; each number once. */
  readonly number: number;

  /** Name of the port: letters, digits and inner `-`, fewer than 63; each name once. */
  readonly name: string;

  /**
   * What is spoken: HTTP, HTTPS, GRPC, HTTP2, MONGO, TCP or TLS, in any case.
   *
   * @default - found out by the proxy from the first bytes
   */
  readonly protocol?: string;

  /**
   * Port of the endpoints.
   *
   * @default - that of `number`
   */
  readonly targetPort?: number;
}

/**
 * One address that stands behind the hosts of a ServiceEntry.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/workload-entry/#WorkloadEntry
 */
export interface ServiceEntryEndpoint {
  /**
   * IP address; a DNS name with resolution DNS; `unix://` and a path with STATIC.
   *
   * @default - none, for which there must be a `network`
   */
  readonly address?: string;

  /**
   * Ports that differ, by the name of the port of the entry.
   *
   * @default - those of the entry
   */
  readonly ports?: { [name: string]: number };

  /**
   * Labels, for subsets and selectors.
   *
   * @default - none
   */
  readonly labels?: { [label: string]: string };

  /**
   * Network of the endpoint; one of another network is reached through its gateway.
   *
   * @default - the network of the client
   */
  readonly network?: string;

  /**
   * Where it is, `REGION/ZONE/SUBZONE`.
   *
   * @default - not known
   */
  readonly locality?: string;

  /**
   * Share of the connections, relative to the other endpoints.
   *
   * @default - 1
   */
  readonly weight?: number;

  /**
   * Service account of the endpoint, where it has a proxy of the mesh.
   *
   * @default - none
   */
  readonly serviceAccount?: string;
}

/**
 * The `spec` of a ServiceEntry.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry
 */
export interface ServiceEntrySpec {
  /** DNS names, `*.` at the beginning at most; HTTP goes by the host of the request, TLS by its server name, TCP by neither. */
  readonly hosts: string[];

  /**
   * Virtual addresses, or CIDR blocks with resolution NONE or STATIC, that belong to the hosts.
   *
   * @default - Istio gives each host one of its own, but not with resolution NONE: a TCP port then takes every address
   */
  readonly addresses?: string[];

  /**
   * Ports of the hosts.
   *
   * @default - none
   */
  readonly ports?: ServiceEntryPort[];

  /**
   * Whether the hosts are part of the mesh.
   *
   * @default ServiceEntryLocation.MESH_EXTERNAL
   */
  readonly location?: ServiceEntryLocation;

  /**
   * How the addresses behind the hosts are found.
   *
   * @default ServiceEntryResolution.NONE
   */
  readonly resolution?: ServiceEntryResolution;

  /**
   * Addresses behind the hosts; excludes `workloadSelector`.
   *
   * @default - the hosts themselves, by DNS
   */
  readonly endpoints?: ServiceEntryEndpoint[];

  /**
   * Pods and WorkloadEntries of the namespace that stand behind the hosts; for MESH_INTERNAL, excludes `endpoints`.
   *
   * @default - none
   */
  readonly workloadSelector?: WorkloadLabels;

  /**
   * Namespaces whose clients know the entry: names, `.` for its own, `*` for all, `~` for none.
   *
   * @default - the mesh settings say so, all where they do not
   */
  readonly exportTo?: string[];

  /**
   * Names of which the server's certificate must have one, where TLS is started by a DestinationRule without names of its own.
   *
   * @default - any name that its certificate authority vouches for
   */
  readonly subjectAltNames?: string[];
}
