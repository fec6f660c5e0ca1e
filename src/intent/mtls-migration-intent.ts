import { MeshFacts, NamespaceFacts } from './mesh';

/** How far a namespace is on its way to STRICT mutual TLS. */
export enum MtlsStage {
  /** Nothing is refused. A DENY in dry run shows what comes in plaintext; in ambient the metrics of ztunnel do. */
  OBSERVE = 'observe',

  /** Plaintext is taken, and refused where accesses name who may call. */
  PERMISSIVE = 'permissive',

  /** Plaintext is refused. */
  STRICT = 'strict',
}

/** All stages, in their order. */
export const STAGES: readonly MtlsStage[] = [MtlsStage.OBSERVE, MtlsStage.PERMISSIVE, MtlsStage.STRICT];

/** The stage after one, if there is any. */
export function stageAfter(stage: MtlsStage): MtlsStage | undefined { return STAGES[STAGES.indexOf(stage) + 1]; }

/** A namespace on its way to STRICT mutual TLS. */
export interface MtlsMigrationIntent {
  readonly kind: 'mtls-migration';
  readonly mesh: MeshFacts;
  readonly namespace: NamespaceFacts;
  readonly stage: MtlsStage;
}
