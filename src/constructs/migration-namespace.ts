import { WorkloadOutsideMesh } from './workload-outside-mesh';
import { reasonOf } from '../intent/justification';
import { MtlsStage, STAGES, stageAfter } from '../intent/mtls-migration-intent';
import { namespaceName, oneOf } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';

/** A namespace of an MtlsMigration, and how far it is. */
export interface MigrationNamespace {
  /** Name of the namespace. It is there already, and its labels say that it is in the mesh; nothing here writes them. */
  readonly name: string;

  /** The stage that this app takes it to. */
  readonly stage: MtlsStage;

  /**
   * The stage that it has reached in the cluster: what this app said before, and what was looked at since. The next stage may be stated, or the same.
   *
   * @default - none yet: only MtlsStage.OBSERVE may be stated
   */
  readonly reached?: MtlsStage;

  /**
   * Why a stage is skipped, or why it goes back. Stays visible as annotation `cdk8s-zero-trust/reason` of the PeerAuthentication.
   *
   * @default - none; needed where the stage is neither the one that is reached nor the next, and refused where it is
   */
  readonly reason?: string;

  /**
   * Workloads whose pods leave the mesh on purpose, as in a ZeroTrustNamespace. They take plaintext also under STRICT.
   *
   * @default - none; a workload that leaves the mesh is in the report, and refused where the stage is STRICT
   */
  readonly outsideMesh?: WorkloadOutsideMesh[];

  /**
   * Name of the PeerAuthentication. Of two that are for the whole namespace Istio takes the older one, whatever it says: under the name that is usual for it, the one that
   * may be there is replaced.
   *
   * @default "default"
   */
  readonly peerAuthenticationName?: string;
}

const NAMESPACE: InputStruct<MigrationNamespace> = {
  name: 'MigrationNamespace',
  members: { name: 'needed', stage: 'needed', reached: 'value', reason: 'value', outsideMesh: 'value', peerAuthenticationName: 'value' },
};

/** A namespace as it is handed in, with a stage that may follow on the one that is reached. */
export function migrationNamespace(prop: string, value: MigrationNamespace): MigrationNamespace {
  const given = taken(prop, NAMESPACE, value);
  namespaceName(`${prop}.name`, given.name);
  oneOf(`${prop}.stage`, given.stage, STAGES);
  if (given.reached !== undefined) { oneOf(`${prop}.reached`, given.reached, STAGES); }
  return { ...given, reason: reasonFor(prop, given) };
}

function reasonFor(prop: string, { name, stage, reached, reason }: MigrationNamespace): string | undefined {
  const allowed = reached === undefined ? [STAGES[0]] : [reached, stageAfter(reached)];
  if (allowed.includes(stage)) {
    if (reason !== undefined) { throw new Error(`${prop}.reason must be left out where no stage is skipped and it does not go back, got ${quoted(reason)}; it would stay in the output`); }
    return undefined;
  }
  if (reason !== undefined) { return reasonOf(`${prop}.stage`, reason); }
  const isBack = reached !== undefined && STAGES.indexOf(stage) < STAGES.indexOf(reached);
  const [must, cure] = isBack
    ? [`not go back from ${quoted(reached)}`, 'give a reason for going back']
    : [`be ${quoted(allowed.at(-1))}, as it has reached ${reached === undefined ? 'no stage' : quoted(reached)}`, "state by 'reached' what it has reached, or give a reason for skipping a stage"];
  throw new Error(`${prop}.stage of namespace ${quoted(name)} must ${must}, got ${quoted(stage)}; ${cure}`);
}
