import { DataPlane } from '../../src/intent/mesh';
import { MtlsStage } from '../../src/intent/mtls-migration-intent';
import { renderMtlsMigration } from '../../src/render/mtls-migration';
import { MESH } from '../support/facts';

const PERMISSIVE = { mtls: { mode: 'PERMISSIVE' } };
const STRICT = { mtls: { mode: 'STRICT' } };
const PLAINTEXT = { action: 'DENY', rules: [{ from: [{ source: { notPrincipals: ['*'] } }] }] };

test.each([
  [MtlsStage.OBSERVE, DataPlane.SIDECAR, { mtls: PERMISSIVE, plaintext: PLAINTEXT }],
  [MtlsStage.PERMISSIVE, DataPlane.SIDECAR, { mtls: PERMISSIVE, plaintext: PLAINTEXT }],
  [MtlsStage.STRICT, DataPlane.SIDECAR, { mtls: STRICT }],
  [MtlsStage.OBSERVE, DataPlane.AMBIENT, { mtls: PERMISSIVE }],
  [MtlsStage.PERMISSIVE, DataPlane.AMBIENT, { mtls: PERMISSIVE }],
  [MtlsStage.STRICT, DataPlane.AMBIENT, { mtls: STRICT }],
])('the stage %s is written with %s', (stage, dataPlane, specs) => {
  expect(renderMtlsMigration({ kind: 'mtls-migration', mesh: MESH, namespace: { name: 'shop', dataPlane }, stage })).toEqual({ specs, problems: [] });
});
