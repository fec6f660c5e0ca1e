import { authorityText, CertificateAuthorityData } from '../../../intent/certificate-authority';
import { Manifest } from '../../../istio/manifest';
import { Inventory } from '../../../policy/resources/inventory';
import { istiodEnvironmentIn } from '../../../policy/resources/istiod-environment';
import { authoritySettings } from '../../../render/certificate-authority';
import { parseDuration } from '../../../util/go/duration';
import { object, text, written } from '../../../util/shape';
import { quoted } from '../../../util/text';
import { World } from '../index/world';

/** As Istio has it where nothing is said. */
const DEFAULTS: Readonly<Record<string, string>> = {
  DEFAULT_WORKLOAD_CERT_TTL: '24h', MAX_WORKLOAD_CERT_TTL: '2160h', ENABLE_CA_SERVER: 'true', EXTERNAL_CA: '', SECRET_TTL: '24h',
};

/** As it must be where istiod signs itself. */
const SIGNING: Readonly<Record<string, string>> = { ENABLE_CA_SERVER: 'true', EXTERNAL_CA: '' };

/** What proxies ask for, where an authority of the app says it. */
export function lifetimeConflicts(said: string = DEFAULTS.SECRET_TTL, meant: string | undefined): string[] {
  return meant === undefined || isSame(said, meant) ? [] : [`sets SECRET_TTL of proxies ${quoted(said)}, but the MeshCertificateAuthority says ${quoted(meant)}`];
}

/** What the environment of istiod says otherwise than the authority of the app does. */
export function environmentConflicts(inventory: Inventory, authority: CertificateAuthorityData | undefined): string[] {
  const environment = authority && istiodEnvironmentIn(inventory);
  if (authority === undefined || environment === undefined) { return []; }
  return Object.entries({ ...authoritySettings(authority).env, ...isSignedByIstiod(authority) ? SIGNING : {} }).flatMap(([name, meant]) => {
    const said = environment[name] ?? DEFAULTS[name];
    return isSame(said, meant) ? [] : [`sets ${name} of istiod ${quoted(said)}, but the MeshCertificateAuthority (${authorityText(authority)}) says ${meant === '' ? 'none' : quoted(meant)}`];
  });
}

function isSignedByIstiod({ issuer: { kind } }: CertificateAuthorityData): boolean { return kind === 'cacerts' || kind === 'selfSigned'; }

/** Where proxies are told to ask for certificates, by an IstioOperator or one of Sail. */
const INSTALLATION = object({
  meshConfig: object({ defaultConfig: object({ proxyMetadata: object({ CA_ADDR: text }) }) }),
  values: object({
    meshConfig: object({ defaultConfig: object({ proxyMetadata: object({ CA_ADDR: text }) }) }),
    global: object({ caAddress: text }),
    ztunnel: object({ caAddress: text, env: object({ CA_ADDRESS: text, SECRET_TTL: written }) }),
  }),
});

/** Where proxies ask otherwise than at the authority of the app. SPIRE hands out certificates by a socket. */
export function askedConflicts(speaking: readonly Manifest[], { hasAmbient, mergedMeshConfig: { config } }: World): string[] {
  const { certificateAuthority: authority } = config;
  if (authority === undefined || authority.issuer.kind === 'spire') { return []; }
  const { caAddress: meant, proxyMetadata: { SECRET_TTL: lifetime } } = authoritySettings(authority);
  return speaking.filter(({ kind }) => INSTALLING.includes(kind)).flatMap(({ spec }) => {
    const { meshConfig, values = {} } = INSTALLATION(spec) ?? {};
    const { global, ztunnel } = values;
    const ofProxies = [meshConfig, values.meshConfig].flatMap(one => one?.defaultConfig?.proxyMetadata?.CA_ADDR ?? [])[0] ?? global?.caAddress;
    const asks = (who: string, said: string | undefined) => isAskedAt(said, meant) ? []
      : [`has ${who} ask ${said ? quoted(said) : 'istiod'} for certificates, but the MeshCertificateAuthority (${authorityText(authority)}) says ${meant === undefined ? 'istiod' : quoted(meant)}`];
    const { caAddress, env: { CA_ADDRESS = caAddress, SECRET_TTL } = {} } = ztunnel ?? {};
    const isAsked = ztunnel !== undefined && hasAmbient;
    return [...asks('proxies', ofProxies), ...isAsked ? asks('ztunnel', CA_ADDRESS) : [], ...isAsked && SECRET_TTL !== undefined ? lifetimeConflicts(SECRET_TTL, lifetime) : []];
  });
}

const INSTALLING: readonly (string | undefined)[] = ['IstioOperator', 'Istio', 'IstioRevision', 'HelmRelease'];

/** Where nothing is said, istiod is asked; the name of a Service may be written in full. */
function isAskedAt(said: string | undefined, meant: string | undefined): boolean {
  if (meant === undefined) { return !said || /^istiod[^.:]*[.:]/.test(said); }
  return said?.replace('.cluster.local:', ':') === meant.replace('.cluster.local:', ':');
}

/** As Go reads a flag. */
function readFlag(said: string): string { return ['1', 't', 'T', 'TRUE', 'True'].includes(said) ? 'true' : ['0', 'f', 'F', 'FALSE', 'False'].includes(said) ? 'false' : said; }

/** `24h` is `24h0m0s`. */
function isSame(said: string, meant: string): boolean {
  const lasts = parseDuration(meant);
  return said === meant || readFlag(said) === meant || (lasts !== undefined && parseDuration(said) === lasts);
}
