import { admit } from '../../src/istio/admission';
import { securityDashboard } from '../../src/render/security-dashboard';
import { renderSecurityTelemetry } from '../../src/render/security-telemetry';
import { MESH } from '../support/facts';

describe('The security log', () => {
  test.each([[[]], [['envoy', 'json']]])('beside %j is a Telemetry that Istio admits', keptProviders => {
    const { specs, problems } = renderSecurityTelemetry({ kind: 'security-telemetry', mesh: MESH, provider: 'siem', keptProviders });
    const admission = admit({ apiVersion: 'telemetry.istio.io/v1', kind: 'Telemetry', metadata: { name: 'a', namespace: 'istio-system' }, spec: specs['access-log'] });

    expect(problems).toEqual([]);
    expect(admission.problems).toEqual([]);
    expect(admission.warnings).toEqual([]);
    expect(specs['access-log']).toMatchObject({ accessLogging: [{ providers: [{ name: 'siem' }] }, ...keptProviders.length === 0 ? [] : [{ providers: [{ name: 'envoy' }, { name: 'json' }] }]] });
  });
});

describe('The dashboard', () => {
  const { panels } = securityDashboard() as { panels: { id: number; gridPos: { x: number; y: number; w: number; h: number } }[] };

  test('has panels that do not overlap, of ids of their own', () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => Array.from({ length: w * h }, (_, i) => `${x + i % w},${y + Math.floor(i / w)}`));

    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });
});
