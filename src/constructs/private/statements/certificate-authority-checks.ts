import { CertificateAuthorityData, DAY_SECONDS } from '../../../intent/certificate-authority';
import { Manifest } from '../../../istio/manifest';
import { isObject } from '../../../util/shape';
import { quoted } from '../../../util/text';
import { World } from '../index/world';
import { manifestsIn } from '../reading/manifests-in';

/** What the app shows to be wrong with the authority of its mesh. */
export function checkAuthority(authority: CertificateAuthorityData, world: World, isForZtunnel: boolean): string[] {
  return [
    ...checkOutput(authority, world),
    ...checkDomain(authority, world),
    ...checkZtunnel(authority, world, isForZtunnel),
    ...checkSecrets(world),
  ];
}

/** The ConfigMap of istiod is its MeshConfig only. */
function checkOutput({ issuer }: CertificateAuthorityData, { settingsOutput }: World): string[] {
  if (settingsOutput?.kind !== 'configMap' || issuer.kind === 'spire') { return []; }
  return ['the settings of the mesh must hold the environment of istiod for this, which a ConfigMap cannot; choose settings: MeshSettingsOutput.helmValues() or .istioOperator() at the ZeroTrustMesh'];
}

function checkDomain({ issuer }: CertificateAuthorityData, { mesh: { trustDomain } }: World): string[] {
  return issuer.kind !== 'spire' || issuer.trustDomain === trustDomain ? []
    : [`trustDomain of SPIRE must be that of the mesh, ${quoted(trustDomain)}, got ${quoted(issuer.trustDomain)}, whose workloads nobody would accept; state the same in both`];
}

/** ztunnel goes by values of its own chart: it asks istiod, and for a day, unless it is told. An IstioOperator tells it. */
function checkZtunnel({ issuer, lifetime }: CertificateAuthorityData, { hasAmbient, settingsOutput }: World, isForZtunnel: boolean): string[] {
  if (!hasAmbient) { return []; }
  if (issuer.kind === 'spire') {
    return ['the authority must be one that ztunnel can ask, got SPIRE, whose certificates only sidecars and gateways take from a socket; choose CertificateAuthority.istioCsr() or .cacerts(), '
      + 'or keep namespaces in sidecar mode'];
  }
  if (settingsOutput?.kind !== 'helmValues' || isForZtunnel) { return []; }
  const [what, why] = issuer.kind === 'istioCsr' ? ['caAddress', 'it asks istiod, which signs nothing']
    : (lifetime?.maxSeconds ?? DAY_SECONDS) < DAY_SECONDS ? ['SECRET_TTL', 'it asks for 24 hours, which istiod refuses'] : [];
  return what === undefined ? [] : [`ztunnel must have ${what} in the values of its own chart, as without ${why}; pass ztunnelHelmValues() to Helm's chart ztunnel`];
}

/** Whoever reads the manifests could sign for anybody. What is found is never shown. */
function checkSecrets({ tree, mesh: { istioNamespace } }: World): string[] {
  const holding = tree.objects.filter(({ kind }) => kind === 'Secret' || kind.endsWith('List'));
  const written = holding.flatMap(object => {
    const manifest = tree.manifest(object) as WrittenSecret | undefined;
    return (manifest ? manifestsIn(manifest) as WrittenSecret[] : []).map(secret => ({ object, secret }));
  });
  return written.filter(({ secret: { kind, metadata } }) => kind === 'Secret' && metadata.namespace === istioNamespace).flatMap(({ object, secret: { metadata, data, stringData } }) => {
    const decoded = valuesOf(data).map(value => Buffer.from(value, 'base64').toString('latin1'));
    return [...decoded, ...valuesOf(stringData)].some(value => /PRIVATE\s+KEY/i.test(value))
      ? [`Secret '${istioNamespace}/${metadata.name ?? object.name}' at '${object.node.path}' must not hold a private key, which whoever reads the manifests could sign with; `
        + 'have it made in the cluster, as by cert-manager or the External Secrets Operator, and replace the key'] : [];
  });
}

interface WrittenSecret extends Manifest { readonly data?: unknown; readonly stringData?: unknown }

function valuesOf(data: unknown): string[] { return isObject(data) ? Object.values(data).filter((value): value is string => typeof value === 'string') : []; }
