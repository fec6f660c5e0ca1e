import { ApiObject, App, Chart, Duration, Lazy } from 'cdk8s';
import { CertificateAuthority, DataPlane, MeshCertificateAuthority, MeshSettingsOutput, ZeroTrustMesh } from 'cdk8s-zero-trust';

/** What Flux installs. */
function release(chart: Chart, name: string, values: unknown): void {
  new ApiObject(chart, name, {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name, namespace: 'istio-system' },
    spec: { interval: '1h', chart: { spec: { chart: name, version: '1.30.x', sourceRef: { kind: 'HelmRepository', name: 'istio' } } }, values },
  });
}

export function build(app: App): void {
  const chart = new Chart(app, 'mesh');
  const mesh = new ZeroTrustMesh(chart, 'mesh', {
    trustDomain: 'prod.example.com',
    istioVersion: '1.30',
    dataPlane: DataPlane.AMBIENT,
    settings: MeshSettingsOutput.helmValues(),
  });
  const authority = new MeshCertificateAuthority(chart, 'ca', {
    authority: CertificateAuthority.istioCsr(),
    workloadCertificateLifetime: Duration.hours(1),
  });

  release(chart, 'istiod', Lazy.any({ produce: () => mesh.helmValues() }));
  // ztunnel does not see the values of istiod
  release(chart, 'ztunnel', authority.ztunnelHelmValues());
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
