import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { MigrationNamespace, migrationNamespace } from './migration-namespace';
import { Justification, justified } from '../intent/justification';
import { MtlsStage } from '../intent/mtls-migration-intent';
import { atLeastOne } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';
import { reportOf } from './private/findings/migration-report';
import { refresh } from './private/index/clusters';
import { declare } from './private/index/declarations';
import { World } from './private/index/world';
import { checkSameCluster } from './private/statements/clusters';
import { checkMigrating, checkStrictMesh } from './private/statements/migration-checks';
import { peerAuthenticationName } from './private/statements/namespace-objects';
import { state } from './private/statements/state';
import { ObjectRole } from './private/statements/stated-object';
import { checkLate } from './private/statements/validation';
import { outsideOf } from './workload-outside-mesh';
import { describedReport } from '../validation/findings/migrating';
import { MigrationFinding } from '../validation/migration-finding';
import { namedInErrors } from './private/statements/named-in-errors';

/** Props of an MtlsMigration. */
export interface MtlsMigrationProps {
  /** The namespaces, each with its stage. */
  readonly namespaces: MigrationNamespace[];

  /**
   * A ZeroTrustMesh makes the mesh STRICT while namespaces are not: those here that are behind, for which their own PeerAuthentication holds, and those of the app that nobody names,
   * which become STRICT at once. The reason stays visible as annotation `cdk8s-zero-trust/reason` of the PeerAuthentications of those that are behind.
   *
   * @default - refused; until then a ZeroTrustMesh with `exists: true` says what holds in the mesh
   */
  readonly allowStrictMesh?: Justification;

  /**
   * Metadata of the objects. Its name is not that of the PeerAuthentications.
   *
   * @default - names come from the construct path
   */
  readonly metadata?: ApiObjectMetadata;
}

const PROPS: InputStruct<MtlsMigrationProps> = {
  name: 'MtlsMigrationProps',
  members: { namespaces: 'needed', allowStrictMesh: 'value', metadata: 'value' },
};

/**
 * The way of namespaces to STRICT mutual TLS: observe, PERMISSIVE, STRICT, one after the other, and at each stage what would break at the next, as far as manifests show it.
 *
 * Renders for each namespace a PeerAuthentication, PERMISSIVE or STRICT. Where it is not STRICT yet and its pods have sidecars, also an AuthorizationPolicy in dry run that denies whoever has no
 * identity: it refuses nothing, and its name stands beside each request in plaintext. A namespace that is STRICT is ready for a ZeroTrustNamespace, which takes its place.
 *
 * What would break is printed as finding ZT115, too, when the app is synthesized.
 *
 * @see https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/
 * @example
 * const migration = new MtlsMigration(this, 'migration', {
 *   namespaces: [
 *     { name: 'shop', reached: MtlsStage.OBSERVE, stage: MtlsStage.PERMISSIVE },
 *     { name: 'billing', stage: MtlsStage.OBSERVE },
 *   ],
 * });
 */
@namedInErrors
export class MtlsMigration extends Construct {
  public constructor(scope: Construct, id: string, props: MtlsMigrationProps) {
    super(scope, id);
    const { namespaces, allowStrictMesh, metadata } = taken('MtlsMigration', PROPS, props);
    const given = atLeastOne('namespaces', namespaces, 'name a namespace and its stage').map((one, i) => migrationNamespace(`namespaces[${i}]`, one));
    const twice = given.find(({ name }, i) => given.some((other, j) => j < i && other.name === name));
    if (twice) { throw new Error(`namespaces must name each namespace once, got ${quoted(twice.name)} twice; keep one`); }
    const ofMesh = allowStrictMesh && justified('allowStrictMesh', allowStrictMesh);
    for (const one of given) { this.migrate(one, ofMesh, metadata); }
    checkLate(this, world => checkStrictMesh(given, ofMesh !== undefined, world));
  }

  /** What would break at the next stage of each namespace, as far as the manifests of the app show it. Call it when the app is complete. */
  public report(): MigrationFinding[] {
    refresh(this);
    const { path } = this.node;
    return reportOf(World.of(this), migration => migration.path === path);
  }

  /** The same as text, namespace by namespace. Call it when the app is complete. */
  public describeReport(): string {
    const report = this.report();
    const { declarations: { migrations } } = World.of(this);
    return describedReport(migrations.filter(({ path }) => path === this.node.path), report);
  }

  private migrate(given: MigrationNamespace, ofMesh: string | undefined, metadata?: ApiObjectMetadata): void {
    const { name, stage, reason, outsideMesh = [] } = given;
    const place = new Construct(this, name);
    declare(place, { kind: 'migration', path: this.node.path, name, stage, outside: outsideOf(outsideMesh, name) });
    const mtls = { role: 'mtls', id: 'mtls', kind: 'PeerAuthentication' as const, namespace: name, name: peerAuthenticationName(given) };
    const isBehind = stage !== MtlsStage.STRICT;
    const reasons = [reason ?? [], (isBehind ? ofMesh : undefined) ?? [], outsideMesh.map(outside => outside.reason)].flat();
    state(place, {
      read: world => ({ kind: 'mtls-migration', mesh: world.mesh, namespace: { name, dataPlane: world.dataPlane(name) }, stage }),
      check: world => [
        ...checkSameCluster([], outsideMesh.map(({ workload }) => workload), world),
        ...checkMigrating({ name, stage }, place, world),
      ],
    }, { metadata }, [
      { ...mtls, reasons },
      ...isBehind ? [dryRunIn(name)] : [],
    ]);
  }
}

/** There only where pods have sidecars. */
function dryRunIn(namespace: string): ObjectRole {
  return { role: 'plaintext', id: 'plaintext', kind: 'AuthorizationPolicy', namespace, isOptional: true, isDryRun: true };
}
