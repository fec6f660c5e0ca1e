import { Observation } from './observation';
import { MtlsStage, stageAfter } from '../../intent/mtls-migration-intent';
import { MigrationFinding } from '../migration-finding';

/** A namespace on its way. */
export interface Migrating { readonly name: string; readonly stage: MtlsStage; readonly path: string }

/** ZT115: what breaks at the next stage, one for all that are of a kind. */
export function breaking({ namespace, nextStage, kind, constructPath, message, cure }: MigrationFinding): Observation {
  const words = message.replace(/'[^']*'/g, '').replace(/\d+/g, '');
  return { rule: 'ZT115', path: constructPath, message: `before namespace '${namespace}' is ${nextStage}: ${message}; ${cure}`, cause: JSON.stringify([namespace, kind, words]) };
}

/** ZT116: namespaces that have arrived. */
export function arrived({ name, path }: Migrating): Observation {
  return {
    rule: 'ZT116',
    path,
    message: `namespace '${name}' is STRICT, and denies nothing by default; take it out of the migration, and state new ZeroTrustNamespace(…, { name: '${name}' })`,
  };
}

/** A report as text, namespace by namespace. */
export function describedReport(migrating: readonly Migrating[], report: readonly MigrationFinding[]): string {
  return migrating.flatMap(({ name, stage }) => {
    const next = stageAfter(stage);
    if (next === undefined) { return [`${name}: ${stage}`]; }
    const own = report.filter(({ namespace }) => namespace === name);
    const lines = own.map(({ kind, constructPath, message, cure }) => `  ${kind} [${constructPath}] ${message}; ${cure}`);
    return [`${name}: ${stage}, next ${next}`, ...lines.length === 0 ? ['  nothing that the manifests show'] : lines];
  }).join('\n');
}
