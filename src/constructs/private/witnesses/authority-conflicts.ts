import { authorityText, CertificateAuthorityData } from '../../../intent/certificate-authority';
import { Inventory } from '../../../policy/resources/inventory';
import { istiodEnvironmentIn } from '../../../policy/resources/istiod-environment';
import { authoritySettings } from '../../../render/certificate-authority';
import { parseDuration } from '../../../util/go/duration';
import { quoted } from '../../../util/text';

/** As Istio has it where nothing is said. */
const DEFAULTS: Readonly<Record<string, string>> = { DEFAULT_WORKLOAD_CERT_TTL: '24h', MAX_WORKLOAD_CERT_TTL: '2160h', ENABLE_CA_SERVER: 'true', SECRET_TTL: '24h' };

/** What proxies ask for, where an authority of the app says it. */
export function lifetimeConflicts(said: string = DEFAULTS.SECRET_TTL, meant: string | undefined): string[] {
  return meant === undefined || isSame(said, meant) ? [] : [`sets SECRET_TTL of proxies ${quoted(said)}, but the MeshCertificateAuthority says ${quoted(meant)}`];
}

/** What the environment of istiod says otherwise than the authority of the app does. */
export function environmentConflicts(inventory: Inventory, authority: CertificateAuthorityData | undefined): string[] {
  const environment = authority && istiodEnvironmentIn(inventory);
  if (authority === undefined || environment === undefined) { return []; }
  return Object.entries(authoritySettings(authority).env).flatMap(([name, meant]) => {
    const said = environment[name] ?? DEFAULTS[name];
    return isSame(said, meant) ? [] : [`sets ${name} of istiod ${quoted(said)}, but the MeshCertificateAuthority (${authorityText(authority)}) says ${quoted(meant)}`];
  });
}

/** `24h` is `24h0m0s`. */
function isSame(said: string, meant: string): boolean {
  const lasts = parseDuration(meant);
  return said === meant || (lasts !== undefined && parseDuration(said) === lasts);
}
