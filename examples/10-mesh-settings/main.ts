import { App, Chart } from 'cdk8s';
import {
  AuthorizationPolicy, AuthorizationPolicyAction, ExtensionProvider, MeshSettingsOutput, OutboundTrafficPolicy, PathNormalization, TlsVersion,
  ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';

export function build(app: App): void {
  const mesh = new Chart(app, 'mesh');
  new ZeroTrustMesh(mesh, 'mesh', {
    trustDomain: 'prod.example.com',
    istioVersion: '1.30',
    pathNormalization: PathNormalization.DECODE_AND_MERGE_SLASHES,
    outboundTrafficPolicy: OutboundTrafficPolicy.REGISTRY_ONLY,
    minProtocolVersion: TlsVersion.TLSV1_3,
    extensionProviders: [
      ExtensionProvider.extAuthzGrpc({ name: 'opa', service: 'opa.authz.svc.cluster.local', port: 9191, statusOnError: 503 }),
      ExtensionProvider.accessLog({
        name: 'security-json',
        labels: { time: '%START_TIME%', caller: '%DOWNSTREAM_PEER_URI_SAN%', method: '%REQ(:METHOD)%', status: '%RESPONSE_CODE%', why: '%RESPONSE_CODE_DETAILS%' },
      }),
    ],
    settings: MeshSettingsOutput.istioOperator(),
  });

  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  new ZeroTrustNamespace(shop, 'baseline');
  // by negation: an odd spelling of a path is asked about as well
  new AuthorizationPolicy(shop, 'ask-opa', {
    selector: { matchLabels: { app: 'api' } },
    action: AuthorizationPolicyAction.CUSTOM,
    provider: { name: 'opa' },
    rules: [{ to: [{ operation: { notPaths: ['/healthz'], ports: ['8080'] } }] }],
  });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
