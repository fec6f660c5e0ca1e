import { MtlsStage } from '../intent/mtls-migration-intent';

/** What it is that breaks, or stays open, at the next stage of a migration. */
export enum MigrationFindingKind {
  /** A workload of the namespace has no proxy: what it sends has no identity, and no policy protects it. */
  WORKLOAD_OUTSIDE_MESH = 'workload outside mesh',
  /** The same, as its pods use the network of their host. */
  HOST_NETWORK = 'host network',
  /** A workload of another namespace of the app has no identity. */
  CALLER_OUTSIDE_MESH = 'caller outside mesh',
  /** A Service or an Ingress lets in callers from outside the cluster, who have no identity. */
  EXPOSED_SERVICE = 'exposed service',
  /** An access admits everyone, also in plaintext. */
  OPEN_ACCESS = 'open access',
  /** A probe that the kubelet sends without identity. */
  PROBE = 'probe',
  /** A DestinationRule makes clients of the mesh send without identity. */
  DESTINATION_RULE = 'destination rule',
  /** Pods behind a headless Service call each other by address at ports that it does not name, which is plaintext. */
  HEADLESS_SERVICE = 'headless service',
  /** A Service leads out of the mesh, such as to a database: what is sent there is not a matter of the stage. */
  EXTERNAL_SERVER = 'external server',
  /** A port that takes plaintext also under STRICT: no proxy captures it, or a policy for the workload says so. */
  OPEN_PORT = 'open port',
}

/** Something that breaks, or stays open, at the next stage of a migration. */
export interface MigrationFinding {
  /** The namespace that migrates. */
  readonly namespace: string;

  /** Its next stage. */
  readonly nextStage: MtlsStage;

  /** What kind of thing it is. */
  readonly kind: MigrationFindingKind;

  /** Path of the construct that it is about: a workload, a Service, a DestinationRule, an access. */
  readonly constructPath: string;

  /** What happens, and why. */
  readonly message: string;

  /** What to do about it before. */
  readonly cure: string;
}

/** What is found of one namespace, without what all of it has in common. */
export type Found = Omit<MigrationFinding, 'namespace' | 'nextStage'>;
