import { CaCertificate, caCertificatesOf } from './ca-certificate';
import { ExtensionProvider } from './extension-provider';
import { MeshSettingsOutput } from './mesh-settings-output';
import { ExtensionProviderData } from '../intent/extension-provider';
import { MeshConfigData, MeshConfigOutput, OutboundTrafficPolicy, TlsVersion } from '../intent/mesh-config';
import { PathNormalization } from '../policy/request/path-normalization';
import { instanceOf, listOf, oneOf } from '../util/given';
import { quoted } from '../util/text';

/** The props of a ZeroTrustMesh that say what it is set to. */
interface GivenMeshConfig {
  readonly pathNormalization?: PathNormalization;
  readonly outboundTrafficPolicy?: OutboundTrafficPolicy;
  readonly numTrustedProxies?: number;
  readonly minProtocolVersion?: TlsVersion;
  readonly caCertificates?: CaCertificate[];
  readonly extensionProviders?: ExtensionProvider[];
}

/** What the props say of the mesh beside its names. */
export function meshConfigGiven(props: GivenMeshConfig): MeshConfigData {
  const { pathNormalization, outboundTrafficPolicy, numTrustedProxies, minProtocolVersion, caCertificates, extensionProviders } = props;
  return {
    ...pathNormalization === undefined ? {} : { pathNormalization: safeNormalization(pathNormalization) },
    ...outboundTrafficPolicy === undefined ? {} : { outboundTrafficPolicy: oneOf('outboundTrafficPolicy', outboundTrafficPolicy, Object.values(OutboundTrafficPolicy)) },
    ...numTrustedProxies === undefined ? {} : { numTrustedProxies: hops(numTrustedProxies) },
    ...minProtocolVersion === undefined ? {} : { minProtocolVersion: oneOf('minProtocolVersion', minProtocolVersion, Object.values(TlsVersion)) },
    ...caCertificates === undefined ? {} : { caCertificates: caCertificatesOf(caCertificates) },
    ...extensionProviders === undefined ? {} : { extensionProviders: providersOf(extensionProviders) },
  };
}

function safeNormalization(given: PathNormalization): PathNormalization {
  if (given === PathNormalization.NONE) {
    throw new Error("pathNormalization must not be 'NONE', under which '/public/../admin' is matched as it is sent, while servers take it for '/admin'; use DECODE_AND_MERGE_SLASHES, or BASE");
  }
  return oneOf('pathNormalization', given, Object.values(PathNormalization));
}

function hops(given: number): number {
  if (!Number.isInteger(given) || given < 0 || given > 100) {
    throw new Error(`numTrustedProxies must be a whole number from 0 to 100, got ${quoted(given)}; count the proxies in front of gateways that append to X-Forwarded-For`);
  }
  return given;
}

function providersOf(given: readonly ExtensionProvider[]): ExtensionProviderData[] {
  const providers = listOf('extensionProviders', given).map((provider, i) =>
    instanceOf(`extensionProviders[${i}]`, provider, ExtensionProvider, 'as in ExtensionProvider.extAuthzGrpc({ … })')._data);
  const names = providers.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) { throw new Error(`extensionProviders must have names of their own, got ${quoted(twice)} twice; rename one, or leave it out`); }
  return providers;
}

/** Undefined where the settings are rendered nowhere. */
export function outputGiven(given: MeshSettingsOutput | undefined): MeshConfigOutput | undefined {
  return given === undefined ? undefined : instanceOf('settings', given, MeshSettingsOutput, 'as in MeshSettingsOutput.istioOperator()')._output;
}
