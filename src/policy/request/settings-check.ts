import { AuthorizerProtocol, AuthorizerProvider, MeshSettings, PathNormalization } from './mesh-settings';
import { ProxyKind } from './request';
import { isKnownVersion, NEWEST_VERSION, OLDEST_VERSION } from '../../istio/versions';
import { Check, flag, listOf, oneOf, refuseMisfit, struct, text, that, wholeNumber } from '../../util/struct';

const trustDomain = that(value => typeof value === 'string' && value !== '', 'the name of a trust domain', 'give a name such as \'cluster.local\'');
const trustDomains = listOf(trustDomain, 'give a list of names');

const PROVIDER = struct<Required<AuthorizerProvider>>('AuthorizerProvider', {
  name: text('give the name that policies refer to'),
  protocol: oneOf(AuthorizerProtocol),
  headersToUpstreamOnAllow: listOf(text('give the name of a header'), 'give a list of names'),
}, ['name', 'protocol'], 'give its name and protocol');

const isVersion = that(value => typeof value === 'string' && /^\d+\.\d+/.test(value), 'like 1.29 or 1.30.1', 'give the version of istiod as a text');
const isOneOfThose = that(value => isKnownVersion(value as string), `from ${OLDEST_VERSION} to ${NEWEST_VERSION}`, 'no other is evaluated: give the nearest of these');
const istioVersion: Check = value => isVersion(value) ?? isOneOfThose(value);

const SETTINGS = struct<Required<MeshSettings>>('MeshSettings', {
  trustDomain,
  trustDomainAliases: trustDomains,
  foreignTrustDomains: trustDomains,
  rootNamespace: that(value => typeof value === 'string' && value !== '', 'the name of a namespace', 'give a name such as \'istio-system\''),
  pathNormalization: oneOf(PathNormalization),
  authorizerProviders: listOf(PROVIDER, 'give a list of providers'),
  trustedProxies: wholeNumber(0, Infinity, 'give the number of proxies in front of gateways'),
  autoMutualTls: flag('say whether it is on'),
  istioVersion,
  defaultProxy: oneOf({ SIDECAR: ProxyKind.SIDECAR, ZTUNNEL: ProxyKind.ZTUNNEL }),
}, [], 'leave it out for what the manifests say');

/** Refuses settings that do not say what they seem to say. */
export function checkSettings(settings: MeshSettings): void {
  refuseMisfit('settings', SETTINGS, settings);
}
