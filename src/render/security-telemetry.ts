import { Rendering } from './rendering';
import { SecurityTelemetryIntent } from '../intent/security-telemetry-intent';
import { AccessLogging } from '../istio/telemetry';

/**
 * True of what is refused and of what an AUDIT policy matches. An attribute that a request or connection lacks is no value, so that each is asked for first. Codes are those of HTTP; answers to gRPC have 200 and are found by their
 * details, and connections by the reason of their end. A STRICT port meets plaintext with no chain of filters.
 */
const IS_REFUSED = [
  'has(response.code) && (response.code == 401 || response.code == 403)',
  "has(response.code_details) && (response.code_details.startsWith('rbac_access_denied') || response.code_details.startsWith('jwt_authn_access_denied') || response.code_details.startsWith('ext_authz_'))",
  "has(connection.termination_details) && connection.termination_details.startsWith('rbac_access_denied')",
  "'envoy.common' in metadata.filter_metadata && metadata.filter_metadata['envoy.common']['access_log_hint'] == true",
  "has(response.code_details) && response.code_details == 'filter_chain_not_found'",
].map(term => `(${term})`).join(' || ');

/** One log of all that is refused; in the root namespace it holds at sidecars, waypoints and gateways alike. */
export function securityLog(provider: string): AccessLogging {
  return { providers: [{ name: provider }], filter: { expression: IS_REFUSED } };
}

/** The Telemetry of the mesh. Providers that it names take the place of those of the mesh settings. */
export function renderSecurityTelemetry({ provider, keptProviders }: SecurityTelemetryIntent): Rendering {
  const kept = keptProviders.length === 0 ? [] : [{ providers: keptProviders.map(name => ({ name })) }];
  return { specs: { 'access-log': { accessLogging: [securityLog(provider), ...kept] } }, problems: [] };
}
