import { nameOf, plaintextTo, podOf } from './boundary-witnesses';
import { portName } from './ports';
import { STRANGER, UNNAMED } from './samples';
import { Bystander, Witness } from './witness';
import { requestTo, textOf } from './witness-request';
import { MeshFacts } from '../intent/mesh';
import { MtlsMigrationIntent, MtlsStage } from '../intent/mtls-migration-intent';

/** A namespace that is observed refuses nothing by policies for all of it, one that is STRICT takes plaintext nowhere. In between, accesses say who may call. */
export function migrationWitnesses({ mesh, stage }: MtlsMigrationIntent, bystanders: readonly Bystander[]): Witness[] {
  switch (stage) {
    case MtlsStage.OBSERVE: return bystanders.filter(isAnybody).flatMap(pods => anyCallTo(pods, mesh));
    case MtlsStage.PERMISSIVE: return [];
    case MtlsStage.STRICT: return bystanders.flatMap(plaintextTo);
  }
}

/** Pods that no policy selects by labels. */
function isAnybody({ name, labels = {} }: Bystander): boolean { return name === UNNAMED && Object.keys(labels).length === 0; }

/** From a caller that nobody names, and in plaintext. */
function anyCallTo(pods: Bystander, mesh: MeshFacts): Witness[] {
  return pods.ports.flatMap(port => [STRANGER, undefined].map((caller): Witness => {
    const draft = { caller, http: { method: 'GET', path: `/${UNNAMED}` }, conditions: [] };
    return { outcome: 'passes', request: requestTo(podOf(pods, port), draft, mesh), text: textOf(`${portName(port)} of ${nameOf(pods)}`, draft) };
  }));
}
